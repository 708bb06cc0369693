//! The controls: each kind of mistake that a page could have is made once, and must be found.

use std::collections::BTreeSet;

use crate::{
    assert_none,
    codes::code_complaints,
    grammar::{difference, rules},
    links::{dead_links, summary_complaints},
    page::{Findings, check},
};

const TWICE: &str = "```lockstep,run\nkernel twice[n](x: inout [u32; n]) each i of x { x[i] = x[i] * 2; }\n```\n";

fn complaints(text: &str) -> Vec<String> {
    let mut findings = Findings::default();
    check("page.md", text, &mut findings);
    findings.complaints
}

#[test]
fn a_right_page_has_no_complaint() {
    let right = format!("{TWICE}\n```result\ncall twice\nx = [u32; 2] 3 4\nx -> [u32; 2] 6 8\n-> cost 4194\n```\n");
    assert_none(&complaints(&right));
}

#[test]
fn a_wrong_result_is_caught() {
    for (ending, part) in [
        ("x -> [u32; 2] 6 9", "the outputs are"),
        ("y -> [u32; 2] 6 8", "the outputs are"),
        ("-> trap IndexOutOfRange", "the outputs are"),
        ("-> refused C0001", "the outputs are"),
        ("x -> [u32; 3] 6 8", "3 cells, and 2"),
        ("x -> [u64; 2] 6 8", "the outputs are"),
        ("x -> [u32; 2] 6 8\n-> cost 4195", "its Cost is 4194"),
        ("x -> [u32; 2] 6 8\n-> bound 1", "its Bound is"),
        ("-> finishes\n-> bytes 9", "its Bytes is 8"),
        ("", "states no result"),
    ] {
        let wrong = format!("{TWICE}```result\ncall twice\nx = [u32; 2] 3 4\n{ending}\n```\n");
        let found = complaints(&wrong);
        assert!(found.len() == 1 && found[0].contains(part), "{ending}: {found:?}");
    }
    for ending in
        ["-> trap DivisionByZero i=0", "-> trap DivisionByZero\n-> detail 2 is divided by zero", "-> finishes"]
    {
        let trap = "```lockstep,run\nkernel k[n](x: inout [u32; n]) each i of x { x[i] = 1 / x[i]; }\n```\n";
        let found = complaints(&format!("{trap}```result\ncall k\nx = [u32; 2] 1 0\n{ending}\n```\n"));
        assert!(found[0].contains("trap"), "{ending}: {found:?}");
    }
}

#[test]
fn a_wrong_formula_is_caught() {
    let program = TWICE.replace("run", "cost");
    for (formula, part) in [
        ("twice: 4096 + groups × 64 + lanes × 99", "`twice` costs 4096"),
        ("thrice: 4096", "no kernel `thrice`"),
        ("", "states no formula"),
    ] {
        let found = complaints(&format!("{program}```formula\n{formula}\n```\n"));
        assert!(found.len() == 1 && found[0].contains(part), "{formula}: {found:?}");
    }
}

#[test]
fn a_wrong_tag_is_caught() {
    let noted = "kernel k[n, m](x: in [u32; m], y: out [u32; n]) each i of y { y[i] = x[i]; }";
    let quiet = format!("```lockstep,quiet\n{noted}\n```\n");
    for (text, part) in [
        ("```rust\n```\n", "no tag of a block"),
        ("```\n```\n", "no tag of a block"),
        ("```lockstep,ignore\n```\n", "no tag of a program"),
        ("```lockstep\nfn f(a: u32) -> u32 { b }\n```\n", "this should compile"),
        ("```lockstep\nuse other::f;\nfn g(a: u32) -> u32 { f(a) }\n```\n", "this should compile"),
        ("```lockstep,error=E0201\nfn f(a: u32) -> u32 { a }\n```\n", "should be E0201"),
        ("```lockstep,error=E0202\nfn f(a: u32) -> u32 { b }\n```\n", "should be E0202"),
        ("```lockstep,note=N0601\nfn f(a: u32) -> u32 { a }\n```\n", "should give the note"),
        (quiet.as_str(), "should give no note"),
        ("```result\ncall k\n```\n", "must follow"),
        (TWICE, "no `result` block follows"),
        ("```lockstep,cost\nfn f(a: u32) -> u32 { a }\n```\n", "no `formula` block follows"),
        ("```lockstep\n", "nothing closes"),
    ] {
        let found = complaints(text);
        assert!(found.len() == 1 && found[0].contains(part), "{text}: {found:?}");
    }
    let apart = format!("{TWICE}words between\n```result\ncall twice\nx = [u32; 1] 3\nx -> [u32; 1] 6\n```\n");
    assert!(complaints(&apart)[0].contains("follows directly"));
}

#[test]
fn a_missing_page_is_caught() {
    let codes = BTreeSet::from(["E0201".to_string(), "E0202".to_string(), "E9999".to_string()]);
    let right = "```lockstep\nfn f(a: u32) -> u32 { a }\n```\n".to_string();
    let wrong = "```lockstep,error=E0202\nfn f(a: u32, a: u32) -> u32 { a }\n```\n".to_string();
    let pages = [
        ("errors/E0201.md".to_string(), right.clone()),
        ("errors/E0202.md".to_string(), wrong),
        ("errors/E8888.md".to_string(), right),
    ];
    let found = code_complaints(&codes, &pages);
    let wanted = [
        "errors/E0201.md has no program that shows E0201",
        "errors/E0202.md has no program that is right",
        "E9999 has no page",
        "errors/E8888.md is of no code that there is",
    ];
    assert_eq!(found, wanted);
    let found = summary_complaints("- [A](a.md)\n- [B](b.md)\n", &["SUMMARY.md", "a.md", "c.md"]);
    assert_eq!(found, ["c.md is not in the summary", "b.md does not exist"]);
}

#[test]
fn a_dead_link_is_caught() {
    let pages = [("a.md".to_string(), "# One word\n".to_string()), ("errors/b.md".to_string(), String::new())];
    assert_none(&dead_links("errors/b.md", "[a](../a.md#one-word) [b](b.md) [a](../a.md)", &pages));
    assert_none(&dead_links("a.md", "[b](errors/b.md) [here](#one-word)", &pages));
    let text = "[a](a.md#two-words) [c](c.md) [here](#two-words)";
    assert_eq!(dead_links("a.md", text, &pages).len(), 3);
}

#[test]
fn a_hole_in_the_grammar_is_caught() {
    let rules = rules("file = item*\nitem = \"fn\" name  |  list(block)\n     | \"job\" nothing\nunused = \"x\"\n");
    let found = difference(&rules.used, &rules.defined, "is used");
    assert_eq!(found, ["`block` is used", "`name` is used", "`nothing` is used"]);
    assert_eq!(difference(&rules.defined, &rules.used, "is defined"), ["`file` is defined", "`unused` is defined"]);
    assert_eq!(rules.quoted, ["fn", "job", "x"].map(String::from).into());
}
