//! Sources and places in them. A span names its source, so that an error may point into several files.

/// Bytes `start..end` of the text of one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Index of the source in [`Sources`].
    pub source: u32,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The least span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// The texts of one compilation: the developer's file first, then the modules of the standard library that it uses.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name shown in messages.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Sources {
    /// Adds a file and gives its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        self.files.push(SourceFile { name: name.into(), text: text.into() });
        self.files.len() as u32 - 1
    }

    /// The files, in order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text of a span; empty if there is none.
    pub fn text(&self, span: Span) -> &str {
        let file = self.files.get(span.source as usize);
        file.and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or_default()
    }

    /// Line and column, both from 1, of the beginning of a span. The column counts characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let text = self.files.get(span.source as usize).map_or("", |file| &file.text);
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let mut sources = Sources::default();
        let source = sources.add("a.lks", "const é: u32 = 1;\n  x");
        assert_eq!(sources.position(Span { source, start: 6, end: 8 }), (1, 7));
        assert_eq!(sources.position(Span { source, start: 21, end: 22 }), (2, 3));
        assert_eq!(sources.text(Span { source, start: 21, end: 22 }), "x");
    }
}
