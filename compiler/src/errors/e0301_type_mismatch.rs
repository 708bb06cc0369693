//! E0301: a value of one type where another is needed. Nothing converts by itself.

use lockstep_numbers::ScalarType;

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0301";

/// At the value.
pub fn error(span: Span, wanted: &str, found: &str, why: Option<(Span, &str)>) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("this is {found}, and {wanted} is needed"), span, found);
    let error = if wanted == "bool" {
        error.with_help("compare it, as `x != 0`")
    } else if ScalarType::named(wanted).is_some() && ScalarType::named(found).is_some() {
        error.with_help(format!("convert it with `{wanted}(…)`"))
    } else {
        error
    };
    because(error, why)
}

/// At an integer literal where a float is needed.
pub fn integer_for_float(span: Span, why: Option<(Span, &str)>) -> Diagnostic {
    let error = Diagnostic::error(CODE, "this is an integer, and f32 is needed", span, "an integer");
    because(error.with_help("write floats with a point: `1.0`"), why)
}

fn because(error: Diagnostic, why: Option<(Span, &str)>) -> Diagnostic {
    match why {
        Some((span, why)) => error.with_label(span, why),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn mixed_operands() {
        insta::assert_snapshot!(rejected(
            r"
kernel saxpy[n](a: f32, x: in [u32; n], y: inout [f32; n]) each i of y { y[i] = a * x[i] + y[i]; }
"
        ));
    }

    #[test]
    fn a_condition_that_is_a_number() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { if a { 1 } else { 2 } }
"
        ));
    }

    #[test]
    fn a_result_of_the_wrong_type() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> f32 { a }
"
        ));
    }

    #[test]
    fn an_integer_literal_for_a_float() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32) -> f32 { a + 1 }
"
        ));
    }

    #[test]
    fn a_vector_is_underlined_as_a_whole() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](y: out [f32; n]) each i of y { y[i] = f32x2(1.0, 2.0) * 2.0; }
"
        ));
    }

    #[test]
    fn branches_that_differ() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32) -> f32 { let b = if a > 0.0 { 1.0 } else { a > 2.0 }; a }
"
        ));
    }

    #[test]
    fn an_argument() {
        insta::assert_snapshot!(rejected(
            r"
fn g(a: f32) -> f32 { a }
fn f(a: u32) -> f32 { g(a) }
"
        ));
    }
}
