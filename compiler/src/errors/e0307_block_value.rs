//! E0307: a block that lacks its value, or has one that nothing takes.

use crate::{diagnostic::Diagnostic, source::Span};

pub(crate) const CODE: &str = "E0307";

/// A body or branch that must end in a value.
pub fn missing(span: Span, ty: &str) -> Diagnostic {
    let end = Span { start: span.end.saturating_sub(1), ..span };
    Diagnostic::error(
        CODE,
        format!("this block must end in a value of type {ty}"),
        end,
        "the value is missing before this",
    )
    .with_help("end the block with an expression, without `;`")
}

/// An `if` that ends a block which must have a value, but has no `else`.
pub fn missing_else(span: Span) -> Diagnostic {
    let end = Span { start: span.end.saturating_sub(1), ..span };
    Diagnostic::error(CODE, "an `if` without `else` has no value", end, "the other branch is missing after this")
        .with_help("add `else { … }` with a value")
}

/// A value at the end of a block that needs none.
pub fn unused(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "nothing takes this value", span, "unused value").with_help("assign it, or remove it")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_function_without_a_result() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { let b = a; }
"
        ));
    }

    #[test]
    fn an_if_without_else() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { if a > 1 { 1 } else if a == 0 { 2 } }
"
        ));
    }

    #[test]
    fn a_kernel_with_a_result() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) each i of x { x[i] = 1; 2 }
"
        ));
    }

    #[test]
    fn a_branch_without_a_value() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { let b = if a > 1 { 2 } else { }; b }
"
        ));
    }
}
