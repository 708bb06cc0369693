//! E0312: a statement where its kind has no meaning.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0312";

/// At the statement: `what` it is, and `place`, where it belongs.
pub fn error(span: Span, what: &str, place: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("{what} belongs {place}"), span, "not here")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_run_in_a_kernel() {
        insta::assert_snapshot!(rejected(
            r"
kernel a[n](x: out [u32; n]) each i of x { x[i] = 1; }
kernel b[n](x: out [u32; n]) each i of x { run a(x); }
"
        ));
    }

    #[test]
    fn a_break_outside_a_loop() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { break; a }
"
        ));
    }

    #[test]
    fn a_break_out_of_a_value() {
        insta::assert_snapshot!(rejected(
            r"
fn f(n: u32) -> u32 {
    var s: u32 = 0;
    for k in 0..3 { let a = if k == 1 { break; 5 } else { 6 }; s += a; }
    s + n
}
"
        ));
    }

    #[test]
    fn a_cell_in_a_job() {
        insta::assert_snapshot!(rejected(
            r"
const T: [u32; 2] = [7, 8];
kernel k[n](s: u32, x: out [u32; n]) each i of x { x[i] = s; }
job j[n](x: out [u32; n]) { run k(T[1], x); run k(x[0], x); }
"
        ));
    }

    #[test]
    fn an_assignment_in_a_job() {
        insta::assert_snapshot!(rejected(
            r"
job j[n](x: out [u32; n]) { x[0] = 1; }
"
        ));
    }

    #[test]
    fn an_array_allocated_in_a_loop() {
        insta::assert_snapshot!(rejected(
            r"
job j[n](x: out [u32; n]) { for k in 0..3 { let t: [u32; n]; } }
"
        ));
    }

    #[test]
    fn a_call_in_a_job() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a }
kernel k[n](s: u32, x: out [u32; n]) each i of x { x[i] = s; }
job j[n](x: out [u32; n]) { run k(f(1), x); }
"
        ));
    }
}
