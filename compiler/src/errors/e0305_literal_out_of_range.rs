//! E0305: a literal that its type cannot hold.

use lockstep_numbers::ScalarType;

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0305";

/// At the literal.
pub fn error(span: Span, text: &str, ty: ScalarType) -> Diagnostic {
    let range = if ty == ScalarType::I32 { "-2147483648 to 2147483647" } else { "0 to 4294967295" };
    Diagnostic::error(CODE, format!("`{text}` does not fit {ty}"), span, format!("{ty} goes from {range}"))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn too_large_for_a_signed_integer() {
        insta::assert_snapshot!(rejected(
            r"
const A: i32 = 2147483648;
"
        ));
    }

    #[test]
    fn negative_for_an_unsigned() {
        insta::assert_snapshot!(rejected(
            r"
const A: u32 = -1;
"
        ));
    }
}
