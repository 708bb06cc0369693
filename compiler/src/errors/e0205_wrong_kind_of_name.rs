//! E0205: a name used as something that it is not.

use crate::{diagnostic::Diagnostic, source::Span, syntax::tree::Name};

const CODE: &str = "E0205";

/// At the use: `is` says what the name is, `wanted` what belongs there.
pub fn error(name: &Name, is: &str, wanted: &str, declared: Option<Span>) -> Diagnostic {
    let message = format!("`{}` is {is}, and {wanted} belongs here", name.text);
    Diagnostic::error(CODE, message, name.span, format!("not {wanted}")).with_declaration(declared)
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn an_array_used_as_a_number() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = x + 1; }
"
        ));
    }

    #[test]
    fn a_number_used_as_an_array() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a[0] }
"
        ));
    }

    #[test]
    fn a_kernel_called_as_a_function() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [u32; n]) each i of y { y[i] = 1; }
fn f(a: u32) -> u32 { k(a) }
"
        ));
    }

    #[test]
    fn a_run_of_a_function() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a }
job j[n](y: out [u32; n]) { run f(y); }
"
        ));
    }
}
