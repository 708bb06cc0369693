//! What a file declares, for tools that show it: each item with its comment and its head, as they are written.

use super::{
    token::{Spanned, Token, tokens},
    tree::{File, Item},
};

/// An item of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// `kernel`, `job`, `fn`, `struct` or `const`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The lines of its comment; none if it has no comment.
    pub lines: Vec<String>,
    /// What stands before its body: of a constant, name and type; of a struct, all of it.
    pub head: String,
}

/// The text at the top of a file: its lines that begin with `//` and belong to no item.
pub fn about(text: &str) -> Vec<String> {
    let own = text.lines().map_while(|line| line.strip_prefix("//").filter(|rest| !rest.starts_with('/')));
    own.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().into()).collect()
}

/// The items of a file, in the order of its text.
pub fn items(file: &File, text: &str) -> Vec<Documented> {
    let words = tokens(text);
    let of = |item: &Item| {
        let (kind, name, docs) = match item {
            Item::Constant(item) => ("const", &item.name, &item.docs),
            Item::Struct(item) => ("struct", &item.name, &item.docs),
            Item::Function(item) => ("fn", &item.name, &item.docs),
            Item::Kernel(item) => ("kernel", &item.name, &item.docs),
            Item::Job(item) => ("job", &item.name, &item.docs),
            Item::Use(_) | Item::Broken => return None,
        };
        let at = words.partition_point(|(start, ..)| *start < name.span.start);
        let lines = docs.iter().map(|line| line.trim_end().into()).collect();
        Some(Documented { kind, name: name.text.clone(), lines, head: head(text, &words, at) })
    };
    file.items.iter().filter_map(of).collect()
}

/// The text from the word before the name, number `name` of the words, to where the body begins.
fn head(text: &str, words: &[Spanned<'_>], name: usize) -> String {
    let first = name.saturating_sub(1);
    let kind = words.get(first).map(|(_, word, _)| word);
    let last = words.iter().skip(name).position(|(_, word, _)| match kind {
        Some(Token::Const) => matches!(word, Token::Equal),
        Some(Token::Struct) => matches!(word, Token::CloseCurly),
        _ => matches!(word, Token::OpenCurly),
    });
    let start = words.get(first).map_or(0, |(start, ..)| *start as usize);
    let end = last.and_then(|last| words.get(name + last)).map_or(text.len(), |(from, word, to)| {
        if matches!(word, Token::CloseCurly) { *to as usize } else { *from as usize }
    });
    text.get(start..end).unwrap_or_default().trim_end().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn items_are_given_as_written() {
        let text = "\
// A file.
//
// Of three lines.
/// One.
/// Two.
const A: [u32; 2] = [1, 2];
struct P { a: u32,
    b: f32 }
/// Adds.
fn f<N: u32 = 3>(a: u32) -> u32 { a }
kernel k[n](y: out [u32; n])
    tile (4) of y as t at (o) lanes (4)
{ }
job j[n](y: out [u32; n]) { }
";
        let file = parse(0, text).unwrap();
        let of = |kind, name: &str, lines: &[&str], head: &str| Documented {
            kind,
            name: name.into(),
            lines: lines.iter().map(|line| (*line).into()).collect(),
            head: head.into(),
        };
        assert_eq!(about(text), ["A file.", "", "Of three lines."]);
        let wanted = [
            of("const", "A", &["One.", "Two."], "const A: [u32; 2]"),
            of("struct", "P", &[], "struct P { a: u32,\n    b: f32 }"),
            of("fn", "f", &["Adds."], "fn f<N: u32 = 3>(a: u32) -> u32"),
            of("kernel", "k", &[], "kernel k[n](y: out [u32; n])\n    tile (4) of y as t at (o) lanes (4)"),
            of("job", "j", &[], "job j[n](y: out [u32; n])"),
        ];
        assert_eq!(items(&file, text), wanted);
    }

    #[test]
    fn every_item_of_the_standard_library_has_a_comment() {
        let mut bare = Vec::new();
        for module in lockstep_stdlib::names() {
            let text = lockstep_stdlib::source(module).unwrap();
            assert!(!about(text).is_empty(), "std::{module} does not say what it is");
            let items = items(&parse(0, text).unwrap(), text);
            assert!(!items.is_empty(), "std::{module} has no items");
            let without = items.into_iter().filter(|item| item.lines.iter().all(|line| line.trim().is_empty()));
            bare.extend(without.map(|item| format!("std::{module}::{}", item.name)));
        }
        assert!(bare.is_empty(), "these have no doc comment: {}", bare.join(", "));
    }
}
