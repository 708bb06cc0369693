//! E0302: an operator on a type that it is not defined for.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0302";

/// At the operation.
pub fn error(span: Span, operator: &str, ty: &str) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("`{operator}` is not defined on {ty}"), span, "here");
    match (operator, ty) {
        ("%", "f32") => error.with_help("a remainder of floats: `a - b * q` with the quotient that you mean"),
        ("-" | "abs", "u32" | "u64") => error.with_help("`u32` has no negative numbers; convert with `i32(…)`"),
        ("&" | "|" | "^" | "<<" | ">>" | "!", "f32") => error.with_help("take the bits with `to_bits(…)`"),
        ("bool", "bool") => error.with_help("it is a truth value already"),
        ("bool", _) => error.with_help("compare it, as `x != 0`"),
        ("sqrt", _) => error.with_help("convert with `f32(…)`"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn bits_of_a_float() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32) -> f32 { a & a }
"
        ));
    }

    #[test]
    fn arithmetic_on_truth_values() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: bool) -> bool { a + a }
"
        ));
    }

    #[test]
    fn a_negative_unsigned() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { -a }
"
        ));
    }

    #[test]
    fn the_root_of_an_integer() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { sqrt(a) }
"
        ));
    }
}
