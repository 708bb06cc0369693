//! The test of the book: every block of every page is compiled, refused or run as its tags say, every code of the
//! compiler has a page that shows it, and every page stands in the summary. The last tests are the controls: each kind
//! of mistake that a page could have is made once, and must be found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod blocks;
mod page;
mod scenario;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use page::{Findings, check};

/// Codes that no program can show: E0501 is a fault of the compiler itself.
const WITHOUT_PROGRAM: [&str; 1] = ["E0501"];

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

/// The pages that a summary links to.
fn linked(summary: &str) -> Vec<String> {
    summary.lines().filter_map(|line| Some(line.split_once("](")?.1.split_once(')')?.0.to_string())).collect()
}

/// What is wrong between the summary and the pages that there are.
fn summary_complaints(summary: &str, pages: &[&str]) -> Vec<String> {
    let linked = linked(summary);
    let missing = pages.iter().filter(|page| **page != "SUMMARY.md" && !linked.iter().any(|link| link == *page));
    let dead = linked.iter().filter(|link| !pages.contains(&link.as_str()));
    missing
        .map(|page| format!("{page} is not in the summary"))
        .chain(dead.map(|link| format!("{link} does not exist")))
        .collect()
}

/// What is wrong between the codes of the compiler and the pages of errors.
fn code_complaints(codes: &BTreeSet<String>, pages: &[(String, String)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for code in codes {
        let name = format!("errors/{code}.md");
        let Some((_, text)) = pages.iter().find(|(page, _)| *page == name) else {
            complaints.push(format!("{code} has no page"));
            continue;
        };
        let mut findings = Findings::default();
        check(&name, text, &mut findings);
        if !findings.shown.contains(code) && !WITHOUT_PROGRAM.contains(&code.as_str()) {
            complaints.push(format!("{name} has no program that shows {code}"));
        }
    }
    complaints
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
    let Findings { complaints, compiled, refused, calls, .. } = findings;
    println!("{compiled} programs compiled, {refused} refused, {calls} calls ended as stated");
    assert_none(&complaints);
    assert!(compiled > 0 && refused > 0 && calls > 0);
}

#[test]
fn every_code_of_the_compiler_has_a_page_that_shows_it() {
    assert_none(&code_complaints(&compiler_codes(), &pages()));
}

#[test]
fn every_page_stands_in_the_summary() {
    let pages = pages();
    let summary = &pages.iter().find(|(name, _)| name == "SUMMARY.md").unwrap().1;
    assert_none(&summary_complaints(summary, &pages.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>()));
}

#[test]
fn every_other_code_stands_in_its_table() {
    let root = here().join("..");
    let table = fs::read_to_string(here().join("src/errors/others.md")).unwrap();
    let known: BTreeSet<&str> = codes_in(&table).collect();
    let sources = ["compiler/module/src", "vulkan-backend/src", "tools/cli/src"];
    let texts = sources.iter().flat_map(|folder| files(&root.join(folder), "rs"));
    let mut missing = Vec::new();
    for (name, text) in texts {
        let codes = codes_in(&text).filter(|code| "CFABSM".contains(&code[..1]) && !known.contains(code));
        missing.extend(codes.map(|code| format!("{code} of {name} is not in errors/others.md")));
    }
    assert_none(&missing);
}

/// The anchor that a heading gets: lower case, spaces as `-`, and nothing but letters, digits, `-` and `_`.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The links of a page that lead nowhere. `pages` are all pages by their paths.
fn dead_links(page: &str, text: &str, pages: &[(String, String)]) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let dead = links.filter(|link| link.contains(".md") || link.starts_with('#')).filter(|link| {
        let (file, heading) = link.split_once('#').map_or((*link, None), |(file, heading)| (file, Some(heading)));
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = match (file, file.strip_prefix("../")) {
            ("", _) => page.to_string(),
            (_, Some(above)) => above.to_string(),
            (_, None) if folder.is_empty() => file.to_string(),
            (_, None) => format!("{folder}/{file}"),
        };
        let target = pages.iter().find(|(name, _)| *name == path);
        let headings = |text: &str| {
            text.lines()
                .filter(|line| line.starts_with('#'))
                .map(|l| anchor(l.trim_start_matches('#')))
                .collect::<Vec<_>>()
        };
        target
            .is_none_or(|(_, text)| heading.is_some_and(|heading| !headings(text).iter().any(|found| found == heading)))
    });
    dead.map(|link| format!("{page}: {link} leads nowhere")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let dead: Vec<String> = pages.iter().flat_map(|(name, text)| dead_links(name, text, &pages)).collect();
    assert_none(&dead);
}

#[test]
fn control_a_dead_link_is_caught() {
    let pages = [("a.md".to_string(), "# One word\n".to_string()), ("errors/b.md".to_string(), String::new())];
    assert_none(&dead_links("errors/b.md", "[a](../a.md#one-word) [b](b.md) [a](../a.md)", &pages));
    assert_none(&dead_links("a.md", "[b](errors/b.md) [here](#one-word)", &pages));
    let text = "[a](a.md#two-words) [c](c.md) [here](#two-words)";
    assert_eq!(dead_links("a.md", text, &pages).len(), 3);
}

fn complaints(text: &str) -> Vec<String> {
    let mut findings = Findings::default();
    check("page.md", text, &mut findings);
    findings.complaints
}

const TWICE: &str = "```lockstep,run\nkernel twice[n](x: inout [u32; n]) each i of x { x[i] = x[i] * 2; }\n```\n";

#[test]
fn control_a_right_page_has_no_complaint() {
    let right = format!("{TWICE}\n```result\ncall twice\nx = [u32; 2] 3 4\nx -> [u32; 2] 6 8\n```\n");
    assert_none(&complaints(&right));
}

#[test]
fn control_a_wrong_result_is_caught() {
    for (ending, part) in [
        ("x -> [u32; 2] 6 9", "the outputs are"),
        ("y -> [u32; 2] 6 8", "the outputs are"),
        ("-> trap IndexOutOfRange", "the outputs are"),
        ("-> refused C0001", "the outputs are"),
        ("x -> [u32; 3] 6 8", "3 cells, and 2"),
        ("", "states no result"),
    ] {
        let wrong = format!("{TWICE}```result\ncall twice\nx = [u32; 2] 3 4\n{ending}\n```\n");
        let found = complaints(&wrong);
        assert!(found.len() == 1 && found[0].contains(part), "{ending}: {found:?}");
    }
    let trap = "```lockstep,run\nkernel k[n](x: inout [u32; n]) each i of x { x[i] = 1 / x[i]; }\n```\n```result\ncall k\n\
                x = [u32; 2] 1 0\n-> trap DivisionByZero i=0\n```\n";
    assert!(complaints(trap)[0].contains("the trap is"));
}

#[test]
fn control_a_wrong_tag_is_caught() {
    for (text, part) in [
        ("```rust\n```\n", "no tag of a block"),
        ("```\n```\n", "no tag of a block"),
        ("```lockstep,ignore\n```\n", "no tag of a program"),
        ("```lockstep\nfn f(a: u32) -> u32 { b }\n```\n", "this should compile"),
        ("```lockstep,error=E0201\nfn f(a: u32) -> u32 { a }\n```\n", "should be E0201"),
        ("```lockstep,error=E0202\nfn f(a: u32) -> u32 { b }\n```\n", "should be E0202"),
        ("```lockstep,note=N0601\nfn f(a: u32) -> u32 { a }\n```\n", "should give the note"),
        ("```result\ncall k\n```\n", "must follow"),
        (TWICE, "no `result` block follows"),
        ("```lockstep\n", "nothing closes"),
    ] {
        let found = complaints(text);
        assert!(found.len() == 1 && found[0].contains(part), "{text}: {found:?}");
    }
    let apart = format!("{TWICE}words between\n```result\ncall twice\nx = [u32; 1] 3\nx -> [u32; 1] 6\n```\n");
    assert!(complaints(&apart)[0].contains("follows directly"));
}

#[test]
fn control_a_missing_page_is_caught() {
    let codes = BTreeSet::from(["E0201".to_string(), "E9999".to_string()]);
    let pages = [("errors/E0201.md".to_string(), "```lockstep\nfn f(a: u32) -> u32 { a }\n```\n".to_string())];
    let found = code_complaints(&codes, &pages);
    assert_eq!(found, ["errors/E0201.md has no program that shows E0201", "E9999 has no page"]);
    let found = summary_complaints("- [A](a.md)\n- [B](b.md)\n", &["SUMMARY.md", "a.md", "c.md"]);
    assert_eq!(found, ["c.md is not in the summary", "b.md does not exist"]);
}
