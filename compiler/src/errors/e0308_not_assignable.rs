//! E0308: an assignment to something that does not change.

use crate::{diagnostic::Diagnostic, source::Span, syntax::tree::Name};

const CODE: &str = "E0308";

/// At the name.
pub fn error(name: &Name, is: &str, declared: Option<Span>) -> Diagnostic {
    let error =
        Diagnostic::error(CODE, format!("`{}` is {is} and cannot be assigned to", name.text), name.span, "here");
    let error = error.with_declaration(declared);
    if is == "a `let`" { error.with_help("declare it with `var`") } else { error }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_let() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { let b = 1; b = 2; b }
"
        ));
    }

    #[test]
    fn a_counter() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { for i in 0..3 { i = 2; } a }
"
        ));
    }

    #[test]
    fn a_lane_coordinate() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) each i of x { i = 1; x[i] = 1; }
"
        ));
    }

    #[test]
    fn a_constant() {
        insta::assert_snapshot!(rejected(
            r"
const A: u32 = 1;
fn f(a: u32) -> u32 { A = a; a }
"
        ));
    }
}
