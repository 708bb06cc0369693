//! The test of the book: every block of every page is compiled, refused or run as its tags say; every code has a page
//! that shows it; every page stands in the summary; the grammar and the tables say what the compiler does. `controls`
//! makes each kind of mistake that a page could have once, and each must be found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod blocks;
mod call;
mod codes;
mod controls;
mod ending;
mod grammar;
mod links;
mod page;
mod scenario;
mod tables;

use std::{
    fs,
    path::{Path, PathBuf},
};

use page::{Findings, check};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files under a folder with this extension, by their path from it, sorted.
fn files(folder: &Path, extension: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn pages() -> Vec<(String, String)> {
    files(&here().join("src"), "md")
}

/// The text of one page.
fn page_text(name: &str) -> String {
    fs::read_to_string(here().join("src").join(name)).unwrap()
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_block_is_what_its_tags_say() {
    let mut findings = Findings::default();
    for (name, text) in pages() {
        check(&name, &text, &mut findings);
    }
    let Findings { complaints, compiled, refused, calls, formulas, .. } = findings;
    println!("{compiled} programs compiled, {refused} refused, {calls} calls and {formulas} costs were as stated");
    assert_none(&complaints);
    assert!(compiled > 0 && refused > 0 && calls > 0 && formulas > 0);
}
