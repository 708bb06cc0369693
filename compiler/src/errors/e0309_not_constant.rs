//! E0309: something that must be known when the program is compiled.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0309";

/// At the expression; `wanted` says what needs it.
pub fn error(span: Span, wanted: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("{wanted} must be a constant"), span, "not known when the program is compiled")
        .with_help("use literals, constants and operators on them")
}

/// A loop that would not advance.
pub fn zero_step(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a loop advances by at least 1", span, "this is zero")
}

/// A constant that needs its own value.
pub fn circle(used: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("the constant `{name}` depends on itself"), used, "used here")
        .with_label(declared, "declared here")
}

/// A chain of constants that is too long to follow.
pub fn too_many_waiting(used: Span, name: &str, most: u32) -> Diagnostic {
    let message = format!("more than {most} constants wait for `{name}`");
    Diagnostic::error(CODE, message, used, "used here").with_help("declare constants above those that use them")
}

/// An index out of range while a constant is evaluated.
pub fn index(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "an index is out of range while this constant is evaluated", span, "here")
}

/// An `assert` that is false while a constant is evaluated.
pub fn assertion(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "this is false while a constant is evaluated", span, "here")
}

/// A loop past its stated maximum while a constant is evaluated.
pub fn trips(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "this loop passes its maximum while a constant is evaluated", span, "here")
}

/// A constant that takes too long to evaluate.
pub fn too_long(span: Span, most: u64) -> Diagnostic {
    Diagnostic::error(CODE, format!("this constant takes more than {most} steps to evaluate"), span, "here")
        .with_help("compute it in a kernel, into an array")
}

/// A constant whose value traps.
pub fn traps(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "this constant divides by zero", span, "here")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_local_array_size() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { var t: [u32; a] = 0; t[0] }
"
        ));
    }

    #[test]
    fn a_loop_step() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { for i in 0..8 step a { } a }
"
        ));
    }

    #[test]
    fn a_constant_that_divides_by_zero() {
        insta::assert_snapshot!(rejected(
            r"
const A: u32 = 1 / 0;
"
        ));
    }

    #[test]
    fn a_step_of_zero() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { for i in 0..8 step 0 { } a }
"
        ));
    }
}
