//! Draws diagnostics for people: the source line, the cause underlined, and what to write instead.

use codespan_reporting::{
    diagnostic::{Diagnostic as Drawing, Label as Mark, Severity as Level},
    files::SimpleFiles,
    term::{self, Config, termcolor},
};

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::Sources,
};

/// The diagnostics as text, with terminal colours if `color`.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let mut files = SimpleFiles::new();
    for file in sources.files() {
        files.add(&file.name, &file.text);
    }
    let config = Config::default();
    let mut buffer = if color { termcolor::Buffer::ansi() } else { termcolor::Buffer::no_color() };
    for diagnostic in diagnostics {
        let drawn = term::emit_to_write_style(&mut buffer, &config, &files, &drawing(diagnostic));
        // A span outside its file is the only way to fail; the sentence itself is never lost.
        if drawn.is_err() {
            return format!("{}: {}\n", diagnostic.code, diagnostic.message);
        }
    }
    String::from_utf8_lossy(buffer.as_slice()).into_owned()
}

fn drawing(diagnostic: &Diagnostic) -> Drawing<usize> {
    let level = match diagnostic.severity {
        Severity::Error => Level::Error,
        Severity::Note => Level::Note,
    };
    let marks = diagnostic.labels.iter().enumerate().map(|(i, label)| {
        let (file, range) = (label.span.source as usize, label.span.start as usize..label.span.end as usize);
        let mark = if i == 0 { Mark::primary(file, range) } else { Mark::secondary(file, range) };
        mark.with_message(&label.text)
    });
    Drawing::new(level)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_labels(marks.collect())
        .with_notes(diagnostic.help.iter().map(|help| format!("help: {help}")).collect())
}
