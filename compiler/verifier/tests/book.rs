//! The book's chapter *Profile* and the verifier's tables are one list.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::collections::BTreeSet;

use lockstep_module::spirv_limits;
use lockstep_verifier::{
    functions,
    profile::{
        lists::{DECORATIONS, EXECUTION_MODES, INSTRUCTIONS, STORAGE_CLASSES},
        module::{CAPABILITIES, DOT_CAPABILITIES, DOT_EXTENSION, INSTRUCTION_SET},
    },
    proof::cost::{self, FACTOR, weights::Kind},
    rules,
};

const CHAPTER: &str = include_str!("../../../lang-spec/src/profile.md");

/// The rows of the tables whose head begins with this cell, as their cells.
fn rows(head: &str) -> Vec<Vec<&str>> {
    let cells = |line: &'static str| -> Vec<&str> { line.trim().trim_matches('|').split('|').map(str::trim).collect() };
    let mut found = Vec::new();
    let mut within = false;
    for line in CHAPTER.lines() {
        if !line.starts_with('|') {
            within = false;
        } else if cells(line)[0] == head {
            within = true;
        } else if within && !line.starts_with("| ---") {
            found.push(cells(line));
        }
    }
    found
}

/// The names in the first cells, which stand between backticks.
fn names(head: &str) -> BTreeSet<String> {
    let rows = rows(head);
    let names = rows.iter().flat_map(|row| row[0].split('`').skip(1).step_by(2)).map(String::from);
    let names: Vec<String> = names.collect();
    let set: BTreeSet<String> = names.iter().cloned().collect();
    assert_eq!(names.len(), set.len(), "a name stands twice in the tables of `{head}`");
    set
}

fn shown<T: std::fmt::Debug>(prefix: &str, all: &[T]) -> BTreeSet<String> {
    all.iter().map(|one| format!("{prefix}{one:?}")).collect()
}

#[test]
fn instructions_are_those_of_the_book() {
    assert_eq!(names("instruction"), shown("Op", INSTRUCTIONS));
}

#[test]
fn decorations_and_storage_classes_are_those_of_the_book() {
    assert_eq!(names("decoration"), shown("", &DECORATIONS));
    assert_eq!(names("storage class"), shown("", &STORAGE_CLASSES));
}

#[test]
fn what_a_module_needs_is_in_the_book() {
    let row = |name: &str| {
        let rows = rows("instruction");
        rows.iter().find(|row| row[0].contains(name)).unwrap_or_else(|| panic!("{name} has a row"))[1].to_string()
    };
    let capabilities = row("`OpCapability`");
    for capability in CAPABILITIES.iter().chain(&DOT_CAPABILITIES) {
        assert!(capabilities.contains(&format!("{capability:?}")), "{capability:?}");
    }
    let modes = row("`OpExecutionMode`");
    for mode in EXECUTION_MODES {
        assert!(modes.contains(&format!("{mode:?}")), "{mode:?}");
    }
    assert!(row("`OpExtension`").contains(DOT_EXTENSION));
    assert!(row("`OpExtInstImport`").contains(INSTRUCTION_SET));
}

#[test]
fn the_bodies_of_functions_are_those_of_the_book() {
    let blocks: Vec<&str> = CHAPTER.split("```").skip(1).step_by(2).collect();
    let bodies = format!("text\n{}", functions::TEXT);
    assert_eq!(blocks.iter().filter(|block| **block == bodies).count(), 1);
}

#[test]
fn limits_are_those_of_the_book() {
    let book: Vec<(String, String)> =
        rows("what").into_iter().map(|row| (row[0].to_string(), row[1].to_string())).collect();
    let ours = spirv_limits::ALL.iter().map(|limit| (limit.name.to_string(), limit.most.to_string()));
    assert_eq!(book, ours.collect::<Vec<_>>());
}

#[test]
fn weights_are_those_of_the_book() {
    let book: Vec<(String, String)> =
        rows("what is done").into_iter().map(|row| (row[0].to_string(), row[1].to_string())).collect();
    let ours = Kind::ALL.iter().map(|kind| (kind.name().to_string(), kind.weight().to_string()));
    assert_eq!(book, ours.collect::<Vec<_>>());
    assert!(CHAPTER.contains(&format!("> {FACTOR} · the [bound of a lane]")));
    let [once, fill] = cost::FREE;
    assert!(CHAPTER.contains(&format!("+ {once} + {fill} · (cells of the group")));
}

#[test]
fn rules_are_those_of_the_book() {
    let book: Vec<(String, String, String)> =
        rows("code").into_iter().map(|row| (row[0].into(), row[1].into(), row[2].into())).collect();
    let ours = rules::ALL.iter().map(|rule| (rule.rule.to_string(), rule.title.into(), rule.explanation.into()));
    assert_eq!(book, ours.collect::<Vec<_>>());
}
