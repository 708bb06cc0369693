//! E0303: too few or too many arguments.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0303";

/// At the call.
pub fn error(span: Span, name: &str, wanted: usize, found: usize, declared: Option<Span>) -> Diagnostic {
    let (plural, were) = (if wanted == 1 { "" } else { "s" }, if found == 1 { "was" } else { "were" });
    let message = format!("`{name}` takes {wanted} argument{plural}, and {found} {were} given");
    Diagnostic::error(CODE, message, span, "here").with_declaration(declared)
}

/// At a use of an item with constants to choose, as in `f::<4>(x)`.
pub fn generics(span: Span, name: &str, wanted: usize, found: usize, declared: Option<Span>) -> Diagnostic {
    let (plural, were) = (if wanted == 1 { "" } else { "s" }, if found == 1 { "was" } else { "were" });
    let message = format!("`{name}` takes {wanted} constant{plural} between `<` and `>`, and {found} {were} given");
    let error = Diagnostic::error(CODE, message, span, "here").with_declaration(declared);
    if found < wanted { error.with_help(format!("write them as in `{name}::<16>(…)`")) } else { error }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_function() {
        insta::assert_snapshot!(rejected(
            r"
fn g(a: u32, b: u32) -> u32 { a + b }
fn f(a: u32) -> u32 { g(a) }
"
        ));
    }

    #[test]
    fn a_function_of_the_language() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32) -> f32 { sqrt(a, a) }
"
        ));
    }

    #[test]
    fn a_kernel() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](s: u32, y: out [u32; n]) each i of y { y[i] = s; }
job j[n](y: out [u32; n]) { run k(y); }
"
        ));
    }
}
