//! E0204: a function that calls itself, directly or through others (law 4).

use crate::{diagnostic::Diagnostic, source::Span};

pub(crate) const CODE: &str = "E0204";
/// A longer circle is shown by its ends.
const MOST_SHOWN: usize = 8;

/// At the call that closes the circle; `path` are the functions on it.
pub fn error(call: Span, path: &[&str]) -> Diagnostic {
    let shown = match path {
        [first, second, .., before, last] if path.len() > MOST_SHOWN => {
            format!("{first} → {second} → … → {before} → {last}")
        }
        _ => path.join(" → "),
    };
    Diagnostic::error(CODE, "functions cannot call themselves", call, format!("this goes round: {shown}"))
        .with_help("write a bounded loop: `for i in 0..n { … }`")
}

/// At the `run` of a job that is being run already, directly or through others.
pub fn job(run: Span, name: &str, most: u32) -> Diagnostic {
    let message = format!("`{name}` cannot be run here: it would run itself, or jobs nest deeper than {most}");
    Diagnostic::error(CODE, message, run, "here").with_help("write a bounded loop: `for i in 0..n { … }`")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn a_function_that_calls_itself() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { if a == 0 { 1 } else { a * f(a - 1) } }
"
        ));
    }

    #[test]
    fn two_functions_that_call_each_other() {
        insta::assert_snapshot!(rejected(
            r"
fn even(a: u32) -> bool { if a == 0 { true } else { odd(a - 1) } }
fn odd(a: u32) -> bool { if a == 0 { false } else { even(a - 1) } }
"
        ));
    }
}
