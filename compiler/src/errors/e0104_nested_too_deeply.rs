//! E0104: nesting beyond what every compiler of the language must accept.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0104";

/// At what is nested too deeply.
pub fn error(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("this is nested more than {} levels deep", crate::syntax::build::MAX_DEPTH),
        span,
        "here",
    )
    .with_help("give a part of it a name with `let`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::codes;

    #[test]
    fn deep_nesting_of_every_kind_is_refused_and_never_exhausts_the_stack() {
        for (open, close) in [("(", ")"), ("-", ""), ("1 + (", ")"), ("u32(", ")"), ("f(", ")"), ("1 + ", "")] {
            let text = format!("fn f(a: u32) -> u32 {{ {}1{} }}", open.repeat(50_000), close.repeat(50_000));
            assert_eq!(codes(&text).first(), Some(&super::CODE), "{open}");
        }
        let blocks = format!("fn f(a: u32) -> u32 {{ {}{} a }}", "if true {".repeat(50_000), "}".repeat(50_000));
        assert_eq!(codes(&blocks), [super::CODE]);
    }

    #[test]
    fn nesting_within_the_limit_is_accepted() {
        let text = format!("fn f(a: u32) -> u32 {{ {}1{} }}", "1 + (".repeat(90), ")".repeat(90));
        assert_eq!(codes(&text), [""; 0]);
    }
}
