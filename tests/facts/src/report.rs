//! What was found, as lines of text.

use std::fmt::Write;

/// Headings and lines.
#[derive(Default)]
pub struct Report {
    pub text: String,
}

impl Report {
    pub fn heading(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n# {text}");
    }

    pub fn line(&mut self, question: &str, answer: &str) {
        let _ = writeln!(self.text, "{question}: {answer}");
    }
}
