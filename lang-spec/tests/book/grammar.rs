//! The words and the grammar of the book, against the lexer and against themselves.

use std::{collections::BTreeSet, fs};

use lockstep_compiler::resolve::{Builtin, BuiltinType};

use crate::{assert_none, blocks::blocks, here, page_text};

/// The fixed words of the lexer: what stands in `#[token("…")]`.
fn tokens() -> BTreeSet<String> {
    let lexer = fs::read_to_string(here().join("../compiler/src/syntax/token.rs")).unwrap();
    let words = lexer.split("#[token(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    words.map(|(word, _)| word.to_string()).collect()
}

/// The text blocks of a page that stand under a heading.
fn fragments(page: &str, heading: &str) -> String {
    let text = page_text(page);
    let (_, rest) = text.split_once(&format!("## {heading}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let found: Vec<String> =
        blocks(section).unwrap().into_iter().filter(|b| b.tags == ["text"]).map(|b| b.text).collect();
    found.concat()
}

/// What one set has and another has not.
pub fn difference(left: &BTreeSet<String>, right: &BTreeSet<String>, complaint: &str) -> Vec<String> {
    left.difference(right).map(|word| format!("`{word}` {complaint}")).collect()
}

#[test]
fn every_word_of_the_lexer_stands_in_the_chapter_and_no_other() {
    let listed = fragments("words.md", "Keywords") + &fragments("words.md", "Punctuation");
    let listed: BTreeSet<String> = listed.split_whitespace().map(String::from).collect();
    let mut complaints = difference(&tokens(), &listed, "is a word of the lexer, and not in words.md");
    complaints.extend(difference(&listed, &tokens(), "is in words.md, and no word of the lexer"));
    assert_none(&complaints);
}

#[test]
fn the_names_of_the_language_stand_in_the_chapter() {
    let listed = fragments("words.md", "Names of the language");
    let functions = Builtin::ALL.into_iter().map(|(name, _)| name);
    let real: Vec<&str> = BuiltinType::names().chain(functions).collect();
    assert_eq!(listed.split_whitespace().collect::<Vec<_>>(), real);
}

/// The rules of a grammar: the terminals that it quotes, the names that it defines, the names that it uses.
pub struct Rules {
    pub quoted: BTreeSet<String>,
    pub defined: BTreeSet<String>,
    pub used: BTreeSet<String>,
}

pub fn rules(text: &str) -> Rules {
    let (mut quoted, mut defined, mut used) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let right = match line.split_once(" = ") {
            Some((name, right)) if !line.starts_with(' ') && !name.contains('"') => {
                defined.insert(name.trim().to_string());
                right
            }
            _ => line,
        };
        for (i, part) in right.split('"').enumerate() {
            if i % 2 == 1 {
                quoted.insert(part.to_string());
            } else {
                let names = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                used.extend(names.filter(|name| !name.is_empty() && *name != "list").map(String::from));
            }
        }
    }
    Rules { quoted, defined, used }
}

/// The rules of all sections of the chapter.
fn chapter() -> Rules {
    rules(&["Items", "Types", "Statements", "Expressions"].map(|heading| fragments("grammar.md", heading)).concat())
}

#[test]
fn the_grammar_uses_every_word_of_the_lexer_and_no_other() {
    let quoted = chapter().quoted;
    let mut complaints = difference(&tokens(), &quoted, "is a word of the lexer, and not in the grammar");
    complaints.extend(difference(&quoted, &tokens(), "is in the grammar, and no word of the lexer"));
    assert_none(&complaints);
}

#[test]
fn the_grammar_defines_what_it_uses_and_uses_what_it_defines() {
    let Rules { mut defined, mut used, .. } = chapter();
    // What `words.md` defines, and where the grammar begins.
    defined.extend(["word", "integer", "float", "doc"].map(String::from));
    used.insert("file".into());
    let mut complaints = difference(&used, &defined, "is used in the grammar, and not defined");
    complaints.extend(difference(&defined, &used, "is defined for the grammar, and not used"));
    assert_none(&complaints);
}
