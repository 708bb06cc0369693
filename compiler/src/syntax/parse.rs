//! From text to tree. All syntax errors of a file are given at once: the grammar recovers at `;` and at items.

use lalrpop_util::ParseError;

use super::{
    build::{Builder, MAX_DEPTH},
    grammar::FileParser,
    token::{Spanned, Token, tokens},
    tree::File,
};
use crate::{diagnostic::Diagnostic, errors, source::Span};

/// The most bytes of one source. A bound on all the work that follows.
pub const MAX_BYTES: usize = 1 << 20;

/// Parses one source.
///
/// # Errors
/// `E0101` to `E0105`, in the order of the text.
pub fn parse(source: u32, text: &str) -> Result<File, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        return Err(vec![errors::e0105_source_too_large::error(source, text.len())]);
    }
    let words = tokens(text);
    if let Some(span) = too_deep(source, &words) {
        return Err(vec![errors::e0104_nested_too_deeply::error(span)]);
    }
    let mut builder = Builder { source, diagnostics: Vec::new() };
    let mut recovered = Vec::new();
    let last = words.last().map_or(0, |(_, _, end)| *end);
    let file = FileParser::new().parse(&mut builder, &mut recovered, words.into_iter().map(Ok));
    let mut diagnostics = builder.diagnostics;
    let failures = recovered.into_iter().map(|recovery| recovery.error).chain(file.as_ref().err().cloned());
    diagnostics.extend(failures.map(|failure| diagnose(source, text, last, failure)));
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    diagnostics.dedup_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span.start));
    one_a_statement(&mut diagnostics, text);
    match file {
        Ok(file) if diagnostics.is_empty() => Ok(file),
        _ => Err(diagnostics),
    }
}

/// The grammar goes on after the next `;`, which may be inside of what it has not understood. What it finds from
/// there to the end of the broken statement, or of an item whose braces it has lost, is no mistake of its own.
fn one_a_statement(diagnostics: &mut Vec<Diagnostic>, text: &str) {
    let mut quiet = 0;
    diagnostics.retain(|diagnostic| {
        let start = diagnostic.labels.first().map_or(0, |label| label.span.start as usize);
        if diagnostic.code != errors::e0102_unexpected_word::CODE {
            return true;
        }
        let kept = start >= quiet;
        if kept {
            quiet = end_of_statement(text, start);
        }
        kept
    });
}

/// Where what begins here ends: at its `;`, or if a block begins in it, where the next item begins.
fn end_of_statement(text: &str, start: usize) -> usize {
    const ITEMS: [&str; 6] = ["const ", "struct ", "fn ", "kernel ", "job ", "use "];
    let rest = text.get(start..).unwrap_or_default();
    let next_item = || {
        let mut lines = rest.match_indices('\n').map(|(at, _)| at + 1);
        let item = |at: &usize| rest.get(*at..).is_some_and(|line| ITEMS.iter().any(|item| line.starts_with(item)));
        lines.find(item).map_or(text.len(), |at| start + at)
    };
    if ITEMS.iter().any(|item| rest.starts_with(item)) {
        return next_item();
    }
    let (mut depth, mut blocks_left) = (0i32, 0u32);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if blocks_left > 0 => blocks_left -= 1,
            b'{' => return next_item(),
            b'}' => {
                // The statement goes on after a block that is a part of it.
                let after = rest.get(at + 1..).unwrap_or_default().trim_start();
                if after.starts_with("else") {
                    blocks_left += 1;
                } else if !after.starts_with([';', ',', ')', ']']) {
                    return start + at;
                }
            }
            b';' if depth <= 0 => return start + at,
            _ => {}
        }
    }
    text.len()
}

/// The bracket that nests deeper than the limit.
fn too_deep(source: u32, words: &[Spanned<'_>]) -> Option<Span> {
    let mut depth = 0u32;
    for (start, word, end) in words {
        match word {
            Token::OpenRound | Token::OpenSquare | Token::OpenCurly => depth += 1,
            Token::CloseRound | Token::CloseSquare | Token::CloseCurly => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(Span { source, start: *start, end: *end });
        }
    }
    None
}

fn diagnose(source: u32, text: &str, last: u32, failure: ParseError<u32, Token<'_>, ()>) -> Diagnostic {
    let span = |start, end| Span { source, start, end };
    match failure {
        ParseError::UnrecognizedToken { token: (start, Token::Unknown(character), end), .. } => {
            errors::e0101_unknown_character::error(span(start, end), character)
        }
        ParseError::UnrecognizedToken { token: (start, _, end), expected } => {
            let before = text.get(..start as usize).map_or(0, |before| before.trim_end().len()) as u32;
            errors::e0102_unexpected_word::error(
                span(start, end),
                &text[start as usize..end as usize],
                before,
                &expected,
            )
        }
        ParseError::ExtraToken { token: (start, _, end) } => {
            errors::e0102_unexpected_word::error(span(start, end), &text[start as usize..end as usize], start, &[])
        }
        ParseError::UnrecognizedEof { expected, .. } => {
            errors::e0102_unexpected_word::at_end(span(last, last), &expected)
        }
        ParseError::InvalidToken { location } => errors::e0102_unexpected_word::at_end(span(location, location), &[]),
        ParseError::User { error: () } => errors::e0102_unexpected_word::at_end(span(last, last), &[]),
    }
}
