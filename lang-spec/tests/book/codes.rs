//! Codes: each has its page or its line, and each page shows its code and a program that is right.

use std::{collections::BTreeSet, fs};

use crate::{
    assert_none, files, here,
    page::{Findings, check},
    page_text, pages,
};

/// Codes that no program can show: E0501 is a fault of the compiler itself.
const WITHOUT_PROGRAM: [&str; 1] = ["E0501"];

/// The codes of the compiler, by the names of its files: `e0201_unknown_name.rs` is E0201.
fn compiler_codes() -> BTreeSet<String> {
    let names = files(&here().join("../compiler/src/errors"), "rs").into_iter().map(|(name, _)| name);
    let code = |name: String| name.split_once('_').map(|(code, _)| code.to_uppercase()).filter(|code| is_code(code));
    names.filter_map(code).collect()
}

fn is_code(word: &str) -> bool {
    word.len() == 5
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word[1..].chars().all(|c| c.is_ascii_digit())
}

/// The words of a text that have the form of a code.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_code(word))
}

/// What is wrong between the codes of the compiler and the pages of errors.
pub fn code_complaints(codes: &BTreeSet<String>, pages: &[(String, String)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for code in codes {
        let name = format!("errors/{code}.md");
        let Some((_, text)) = pages.iter().find(|(page, _)| *page == name) else {
            complaints.push(format!("{code} has no page"));
            continue;
        };
        if WITHOUT_PROGRAM.contains(&code.as_str()) {
            continue;
        }
        let mut findings = Findings::default();
        check(&name, text, &mut findings);
        if !findings.shown.contains(code) {
            complaints.push(format!("{name} has no program that shows {code}"));
        }
        if findings.compiled == 0 {
            complaints.push(format!("{name} has no program that is right"));
        }
    }
    let pages = pages.iter().filter_map(|(name, _)| name.strip_prefix("errors/")?.strip_suffix(".md"));
    let dead = pages.filter(|page| is_code(page) && !codes.contains(*page));
    complaints.extend(dead.map(|page| format!("errors/{page}.md is of no code that there is")));
    complaints
}

#[test]
fn every_code_of_the_compiler_has_a_page_that_shows_it() {
    assert_none(&code_complaints(&compiler_codes(), &pages()));
}

#[test]
fn every_code_of_the_compiler_stands_in_the_index() {
    let index = page_text("errors/index.md");
    let listed: BTreeSet<String> = codes_in(&index).map(String::from).collect();
    let missing = compiler_codes().into_iter().filter(|code| !listed.contains(code));
    assert_none(&missing.map(|code| format!("{code} is not in errors/index.md")).collect::<Vec<_>>());
}

/// Codes that are no errors of a source: of calls, faults, files, the command.
fn other_codes() -> BTreeSet<String> {
    let sources = ["compiler/module/src", "compiler/interpreter/src", "vulkan-backend/src", "tools/cli/src"];
    let texts = sources.iter().flat_map(|folder| files(&here().join("..").join(folder), "rs"));
    let mut found = BTreeSet::new();
    for (_, text) in texts {
        found.extend(codes_in(&text).filter(|code| "CFABSM".contains(&code[..1])).map(String::from));
    }
    found
}

#[test]
fn every_other_code_stands_in_its_table() {
    let table = fs::read_to_string(here().join("src/errors/others.md")).unwrap();
    let known: BTreeSet<String> = codes_in(&table).map(String::from).collect();
    let missing = other_codes().into_iter().filter(|code| !known.contains(code));
    assert_none(&missing.map(|code| format!("{code} is not in errors/others.md")).collect::<Vec<_>>());
}

#[test]
fn every_code_of_a_call_is_shown() {
    let mut findings = Findings::default();
    for (name, text) in pages() {
        check(&name, &text, &mut findings);
    }
    // The book calls entries by the names that it declares, and so never one that is not there.
    let wanted = other_codes().into_iter().filter(|code| code.starts_with('C') && code != "C0010");
    let missing = wanted.filter(|code| !findings.shown.contains(code));
    assert_none(&missing.map(|code| format!("no call of the book is refused with {code}")).collect::<Vec<_>>());
}
