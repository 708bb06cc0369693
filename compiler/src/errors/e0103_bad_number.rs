//! E0103: an integer that cannot be read or does not fit 64 bits.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0103";

/// At the number.
pub fn error(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{text}` is not an integer of at most 64 bits"), span, "here")
        .with_help("write them as `255`, `0xff` or `0b1111_1111`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn too_large() {
        insta::assert_snapshot!(rejected(
            r"
const BIG: u64 = 18446744073709551616;
"
        ));
    }

    #[test]
    fn bad_digits() {
        insta::assert_snapshot!(rejected(
            r"
const BAD: u32 = 0xfg;
"
        ));
    }
}
