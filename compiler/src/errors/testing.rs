//! What the tests of errors share: a program in, the rendered messages out, with the program above them.

use crate::{compile, render::render};

/// Source and messages as one text, for a snapshot. A program that compiles is a failed test.
pub(crate) fn rejected(text: &str) -> String {
    let compilation = compile("example.lks", text);
    assert!(compilation.module.is_none(), "this program should be refused:\n{text}");
    assert!(!compilation.diagnostics.is_empty(), "a refusal without a message:\n{text}");
    format!("{}\n----\n{}", text.trim(), render(&compilation.diagnostics, &compilation.sources, false))
}

/// The codes of all errors of a program, in order.
pub(crate) fn codes(text: &str) -> Vec<&'static str> {
    compile("example.lks", text).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}
