//! E0202: two declarations of one name in one scope.

use crate::{diagnostic::Diagnostic, source::Span, syntax::tree::Name};

const CODE: &str = "E0202";

/// At the second declaration.
pub fn error(name: &Name, first: Option<Span>) -> Diagnostic {
    let text = &name.text;
    match first {
        Some(first) => Diagnostic::error(CODE, format!("`{text}` is declared twice"), name.span, "declared again here")
            .with_label(first, "first declared here"),
        None => Diagnostic::error(CODE, format!("`{text}` belongs to the language"), name.span, "declared here")
            .with_help("choose another name"),
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn two_functions() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a }
fn f(a: f32) -> f32 { a }
"
        ));
    }

    #[test]
    fn two_parameters() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: in [u32; n], x: out [u32; n]) each i of x { x[i] = 1; }
"
        ));
    }

    #[test]
    fn a_function_named_as_one_of_the_language() {
        insta::assert_snapshot!(rejected(
            r"
fn sqrt(a: f32) -> f32 { a }
"
        ));
    }

    #[test]
    fn an_inner_let_may_not_hide_an_outer() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 {
    let b = a;
    if b > 1 { let b = 2; }
    b
}
"
        ));
    }
}
