//! E0101: a character that begins no word of the language.

use crate::{diagnostic::Diagnostic, source::Span};

const CODE: &str = "E0101";

/// At the character.
pub fn error(span: Span, character: &str) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("`{character}` is no part of the language"), span, "here");
    match character {
        "'" | "\"" => error.with_help("there are no characters or strings; write a number"),
        "?" => error.with_help("write `if condition { a } else { b }`"),
        _ => error.with_help("names are letters, digits and `_`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_stray_character() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { a @ 1 }
"
        ));
    }
}
