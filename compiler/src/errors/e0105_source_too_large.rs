//! E0105: a source beyond what every compiler of the language must accept.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0105";

/// For the whole source, of `bytes` bytes.
pub fn error(source: u32, bytes: usize) -> Diagnostic {
    let limit = crate::syntax::MAX_BYTES;
    let start = Span { source, start: 0, end: 0 };
    Diagnostic::error(CODE, format!("the source has {bytes} bytes, and the most is {limit}"), start, "in this file")
        .with_help("split the program into several modules")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::codes;

    #[test]
    fn a_source_over_the_limit() {
        assert_eq!(codes(&" ".repeat(crate::syntax::MAX_BYTES + 1)), [super::CODE]);
    }
}
