//! E0102: a word where the grammar allows none of its kind.

use crate::{diagnostic::Diagnostic, source::Span};

pub(crate) const CODE: &str = "E0102";

/// At the word; `before` is the end of the text that stands before it.
pub fn error(span: Span, word: &str, before: u32, expected: &[String]) -> Diagnostic {
    let error = Diagnostic::error(CODE, format!("unexpected `{word}`"), span, "this does not fit here");
    let expected = readable(expected);
    if expected.iter().any(|word| word == "`;`") {
        let end = Span { start: before.saturating_sub(1), end: before, ..span };
        return error.with_label(end, "a `;` may be missing after this");
    }
    if word == "." {
        return error.with_help("write a range as `a..b` and a float with digits on both sides, as `0.5`");
    }
    if word == "=" && expected.iter().any(|word| word == "`==`") {
        return error.with_help("write `==` to compare");
    }
    if matches!(word, "<" | "<=" | ">" | ">=" | "==" | "!=") {
        return error.with_help("comparisons do not chain: write `a < b && b < c`");
    }
    if word == "if" {
        return error.with_help("inside an operation, put the `if` in parentheses");
    }
    if expected.iter().any(|word| word == "a number") {
        return error.with_help("a value is missing before this");
    }
    list(error, &expected)
}

/// At the end of the text.
pub fn at_end(span: Span, expected: &[String]) -> Diagnostic {
    let error = Diagnostic::error(CODE, "the file ends too early", span, "something is missing after this");
    let expected = readable(expected);
    if expected.iter().any(|word| word == "`}`") {
        return error.with_help("a block that is opened with `{` is closed with `}`");
    }
    list(error, &expected)
}

fn list(error: Diagnostic, expected: &[String]) -> Diagnostic {
    match expected {
        [] => error,
        [one] => error.with_help(format!("{one} can stand here")),
        [most @ .., last] if expected.len() <= 8 => {
            error.with_help(format!("{} or {last} can stand here", most.join(", ")))
        }
        _ => error,
    }
}

/// The grammar's names of words as people read them.
fn readable(expected: &[String]) -> Vec<String> {
    let mut words: Vec<String> = expected
        .iter()
        .map(|word| word.trim_matches('"'))
        .filter(|word| *word != "unknown")
        .map(|word| match word {
            "name" => "a name".into(),
            "integer" | "float" => "a number".into(),
            "doc comment" => "a doc comment".into(),
            word => format!("`{word}`"),
        })
        .collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_missing_semicolon() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) each i of x {
    let a = 1
    x[i] = a;
}
"
        ));
    }

    #[test]
    fn several_errors_from_one_file() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 {
    let b = a +;
    let c = * 2;
    b
}
kernel k[n](x: out [u32 n]) each i of x { x[i] = 1; }
fn g(a u32) -> u32 { a }
"
        ));
    }

    #[test]
    fn a_file_that_ends_too_early() {
        insta::assert_snapshot!(rejected(
            r"
kernel k[n](x: out [u32; n]) each i of x {
    x[i] = 1;
"
        ));
    }

    #[test]
    fn chained_comparisons() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> bool { 0 < a < 3 }
"
        ));
    }

    #[test]
    fn an_assignment_for_a_comparison() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { if a = 1 { 2 } else { 3 } }
"
        ));
    }

    #[test]
    fn a_float_without_digits() {
        insta::assert_snapshot!(rejected(
            r"
const HALF: f32 = .5;
"
        ));
    }
}
