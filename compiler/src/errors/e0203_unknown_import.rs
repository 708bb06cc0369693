//! E0203: `use` of something that is not there.

use crate::{diagnostic::Diagnostic, source::Span, syntax::tree::Name};

const CODE: &str = "E0203";

/// A module that does not exist. `file` is where it was looked for.
pub fn module(path: Span, text: &str, file: &str) -> Diagnostic {
    if text.starts_with("std::") {
        let names: Vec<String> = lockstep_stdlib::names().map(|name| format!("`std::{name}`")).collect();
        return Diagnostic::error(CODE, format!("there is no module `{text}`"), path, "unknown module")
            .with_help(format!("the modules are {}", names.join(", ")));
    }
    Diagnostic::error(CODE, format!("there is no file `{file}` beside the main file"), path, "looked for here")
        .with_help("paths begin at the folder of the main file; the standard library is `std::`")
}

/// A program of too many files.
pub fn too_many(path: Span, most: usize) -> Diagnostic {
    Diagnostic::error(CODE, format!("a program has at most {most} files"), path, "this is one more")
}

/// A name that the module does not have.
pub fn name(name: &Name, module: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{module}` has no `{}`", name.text), name.span, "unknown name")
        .with_help(format!("it has `{}`", known.join("`, `")))
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::rejected;

    #[test]
    fn an_unknown_module() {
        insta::assert_snapshot!(rejected(
            r"
use std::bots::rotate_left;
fn f(a: u32) -> u32 { a }
"
        ));
    }

    #[test]
    fn an_unknown_name() {
        insta::assert_snapshot!(rejected(
            r"
use std::bits::{rotate_left, rotate_up};
fn f(a: u32) -> u32 { rotate_left(a, 1) }
"
        ));
    }
}
