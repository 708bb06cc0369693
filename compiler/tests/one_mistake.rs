//! One mistake gives one error. Good programs, those of the conformance cases, get one mistake each: a name that is
//! nowhere declared, a declaration that is gone, another type, an operand that is missing. What they are told is counted.

use std::{collections::BTreeMap, fs, path::Path};

/// A word of a program.
#[derive(Clone, Copy)]
struct Word<'t> {
    start: usize,
    text: &'t str,
}

/// Words, numbers and signs, without comments.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let part = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            part(|c| c.is_alphanumeric() || c == '_' || c == '.')
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() && !rest.starts_with("//") {
            words.push(Word { start: at, text: &rest[..length] });
        }
        at += length;
    }
    words
}

fn is_name(word: &str) -> bool {
    const OTHERS: [&str; 34] = [
        "fn", "kernel", "job", "const", "struct", "use", "profile", "let", "var", "lane", "shared", "phase", "for",
        "in", "if", "else", "each", "of", "tile", "as", "at", "lanes", "run", "swap", "claim", "acc", "out", "inout",
        "step", "max", "min", "assert", "true", "false",
    ];
    word.starts_with(|c: char| c.is_alphabetic()) && !OTHERS.contains(&word) && !word.contains('.')
}

const TYPES: [&str; 5] = ["u32", "i32", "f32", "u64", "bool"];

/// The texts with one mistake of each kind at one word.
fn mistakes(text: &str, words: &[Word<'_>], at: usize) -> Vec<(&'static str, String)> {
    let word = words[at];
    let end = word.start + word.text.len();
    let with = |from: usize, to: usize, new: &str| format!("{}{new}{}", &text[..from], &text[to..]);
    let mut made = Vec::new();
    if let Some(position) = TYPES.iter().position(|ty| *ty == word.text) {
        made.push(("type", with(word.start, end, TYPES[(position + 1 + at % 4) % 5])));
    } else if is_name(word.text) {
        made.push(("rename", with(word.start, end, "unheard_of")));
    }
    let operator = ["+", "*", "/", "%", "&", "|", "<", "="].contains(&word.text);
    if let Some(next) = words.get(at + 1).filter(|next| operator && next.text.starts_with(char::is_alphanumeric)) {
        let plain = words.get(at + 2).is_none_or(|after| !["(", "[", ":"].contains(&after.text));
        if plain {
            made.push(("operand", with(next.start, next.start + next.text.len(), "")));
        }
    }
    if ["let", "var", "const", "lane", "shared"].contains(&word.text)
        && let Some(length) = text[word.start..].find(';')
        && !text[word.start..word.start + length].contains(['[', '{'])
    {
        made.push(("declaration", with(word.start, word.start + length + 1, "")));
    }
    made
}

#[test]
fn one_mistake_gives_one_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("call.txt").exists());
    folders.sort();
    // Of all kinds, and of another type alone, which contradicts each use.
    let (mut wrong, mut several) = ([0u32; 2], [0u32; 2]);
    let mut found: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for (number, folder) in folders.iter().enumerate() {
        let text = fs::read_to_string(folder.join("case.lks")).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy();
        if text.len() > 4000 {
            continue;
        }
        let files = |path: &str| fs::read_to_string(folder.join(path)).ok();
        let words = words(&text);
        let stride = words.len() / 40 + 1;
        for at in (number % stride..words.len()).step_by(stride) {
            for (kind, changed) in mistakes(&text, &words, at) {
                let errors = lockstep_compiler::check_with("case.lks", &changed, &files).diagnostics;
                let group = usize::from(kind == "type");
                wrong[group] += u32::from(!errors.is_empty());
                if errors.len() > 1 {
                    several[group] += 1;
                    let codes: Vec<&str> = errors.iter().map(|error| error.code).collect();
                    let entry = found.entry(format!("{kind}: {}", codes.join(" "))).or_default();
                    entry.0 += 1;
                    entry.1 = format!("{name}, at `{}`, byte {}", words[at].text, words[at].start);
                }
            }
        }
    }
    assert!(wrong.iter().all(|wrong| *wrong > 300), "only {wrong:?} mistakes were found");
    let list: Vec<String> = found.iter().map(|(kind, (count, last))| format!("{count} {kind}, as in {last}")).collect();
    let few = several[0] * 100 <= wrong[0] && several[1] * 100 <= 20 * wrong[1];
    assert!(few, "{several:?} of {wrong:?} mistakes give several errors:\n{}", list.join("\n"));
}
