//! E0316: a constant of an item whose type cannot be chosen.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0316";

/// At the type.
pub fn ty(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a constant that is chosen is a number or a truth value", span, "this is neither")
        .with_help("as in `fn f<N: u32>(a: [f32; N]) -> f32`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_vector() {
        insta::assert_snapshot!(rejected(
            r"
fn f<V: f32x2>(a: f32) -> f32 { a }
"
        ));
    }
}
