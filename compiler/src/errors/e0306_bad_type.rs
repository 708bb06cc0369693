//! E0306: a type that cannot stand where it stands.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0306";

/// At the type: `what` says what is wrong, `help` what to write.
pub fn error(span: Span, what: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(CODE, what, span, "here").with_help(help)
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn an_array_parameter_without_access() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: [f32; n]) each i of x { x[i] = 1.0; }
"
        ));
    }

    #[test]
    fn a_scalar_parameter_with_access() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](a: in f32, x: out [f32; n]) each i of x { x[i] = a; }
"
        ));
    }

    #[test]
    fn an_array_of_bools() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [bool; n]) each i of x { x[i] = true; }
"
        ));
    }

    #[test]
    fn four_dimensions() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [f32; n, n, n, n]) each i in n { }
"
        ));
    }

    #[test]
    fn a_dimension_that_is_computed() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [f32; n * 2]) each i of x { x[i] = 1.0; }
"
        ));
    }

    #[test]
    fn an_array_of_other_cells_given_to_a_function() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: [u32; 3]) -> u32 { a[1] }
fn g(a: f32) -> u32 { var b: [f32; 3] = a; f(b) }
"
        ));
    }

    #[test]
    fn an_array_of_another_size_given_to_a_function() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: [u32; 3]) -> u32 { a[1] }
fn g(a: u32) -> u32 { var b: [u32; 4] = a; f(b) }
"
        ));
    }

    #[test]
    fn a_function_that_gives_an_array() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> [u32; 3] { a }
"
        ));
    }

    #[test]
    fn a_struct_that_contains_itself() {
        insta::assert_snapshot!(rejected(
            r"
struct A { b: B }
struct B { a: A }
fn f(a: A) -> u32 { 1 }
"
        ));
    }

    #[test]
    fn structs_in_memory() {
        insta::assert_snapshot!(rejected(
            r"
struct P { x: f32, y: f32 }
kernel k[n](p: in [P; n], y: out [f32; n]) each i of y { y[i] = p[i].x; }
"
        ));
    }

    #[test]
    fn arrays_of_arrays_in_memory() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [[f32; 3]; n], y: out [f32; n]) each i of y { y[i] = x[i, 0]; }
fn f(a: [[u32; 2]; 2]) -> u32 { a[0, 1] }
job j[n](y: out [f32; n]) { let t: [[f32; 3]; n]; run k(t, y); }
"
        ));
    }

    #[test]
    fn a_vector_for_a_scalar() {
        insta::assert_snapshot!(rejected(
            r"
struct P { x: f32, y: f32 }
kernel k[n](p: P, v: f32x2, y: out [f32; n]) each i of y { y[i] = p.x + v.y; }
"
        ));
    }

    #[test]
    fn combining_floats() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [f32; n], s: acc(add) [f32; 1]) each i of x { s[0] += x[i]; }
"
        ));
    }
}
