//! E0405: arrays that do not fit the kernel that they are given to.

use crate::{diagnostic::Diagnostic, source::Span};

pub(crate) const CODE: &str = "E0405";

/// At the argument.
pub fn error(span: Span, what: impl Into<String>, declared: Option<Span>) -> Diagnostic {
    Diagnostic::error(CODE, what, span, "here").with_declaration(declared)
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_written_array_given_twice() {
        insta::assert_snapshot!(rejected(
            r"
kernel copy[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = x[i]; }
job j[n](x: inout [u32; n]) { run copy(x, x); }
"
        ));
    }

    #[test]
    fn an_input_given_to_be_written() {
        insta::assert_snapshot!(rejected(
            r"
kernel fill[n](y: out [u32; n]) each i of y { y[i] = 1; }
job j[n](x: in [u32; n], y: out [u32; n]) { run fill(x); run fill(y); }
"
        ));
    }

    #[test]
    fn another_element_type() {
        insta::assert_snapshot!(rejected(
            r"
kernel fill[n](y: out [f32; n]) each i of y { y[i] = 1.0; }
job j[n](y: out [u32; n]) { run fill(y); }
"
        ));
    }

    #[test]
    fn another_rank() {
        insta::assert_snapshot!(rejected(
            r"
kernel fill[n](y: out [u32; n]) each i of y { y[i] = 1; }
job j[n](y: out [u32; n, n]) { run fill(y); }
"
        ));
    }

    #[test]
    fn a_scalar_for_an_array() {
        insta::assert_snapshot!(rejected(
            r"
kernel fill[n](y: out [u32; n]) each i of y { y[i] = 1; }
job j[n](y: out [u32; n]) { run fill(3); }
"
        ));
    }

    #[test]
    fn a_swap_of_unlike_arrays() {
        insta::assert_snapshot!(rejected(
            r"
job j[n](x: inout [u32; n], y: inout [f32; n]) { swap x, y; }
"
        ));
    }
}
