//! E0314: a field that a type does not have.

use super::e0201_unknown_name::nearest;
use crate::{diagnostic::Diagnostic, syntax::tree::Name};

pub(crate) const CODE: &str = "E0314";

/// At the field's name; `known` are the fields of the type.
pub fn error(name: &Name, ty: &str, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("{ty} has no field `{}`", name.text), name.span, "unknown field");
    match nearest(&name.text, known.iter().copied()) {
        Some(near) => error.with_help(format!("`{near}` has a similar name")),
        None => error.with_help(format!("it has `{}`", known.join("`, `"))),
    }
}

/// At a field of something without fields.
pub fn none(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("{what} has no fields"), name.span, "not a field")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_misspelt_field() {
        insta::assert_snapshot!(rejected(
            r"
struct Complex { real: f32, imaginary: f32 }
fn f(c: Complex) -> f32 { c.imaginery }
"
        ));
    }

    #[test]
    fn a_component_past_the_last() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32x2) -> f32 { a.z }
"
        ));
    }

    #[test]
    fn a_field_of_a_number() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: f32) -> f32 { a.x }
"
        ));
    }
}
