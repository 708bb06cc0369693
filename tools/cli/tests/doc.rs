//! `lockstep doc`: what a source declares, as Markdown and as JSON.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, process::Command};

use tempfile::TempDir;

const SCALE: &str = "\
// Scales.
//
// Twice.

/// How far.
const BY: f32 = 2.0;
/// A \"pair\".
struct Pair { a: f32, b: f32 }
fn bare(a: f32) -> f32 { a }
/// x ← x · BY,
/// for each cell.
kernel scale[n](x: inout [f32; n])
    each i of x
{ x[i] *= BY; }
/// Any factor.
kernel any<F: u32>[n](x: inout [u32; n]) each i of x { x[i] *= F; }
/// Both.
job both[n](rounds: u32, x: inout [f32; n]) { let t: [u32; n]; for i in 0..rounds { run scale(x); } run any::<3>(t); }
";

/// What the command prints, and how it ends.
fn doc(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("scale.lks"), SCALE).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.arg("doc").args(arguments).current_dir(folder.path()).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn markdown() {
    let (code, text) = doc(&["scale.lks"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(text);
}

#[test]
fn json() {
    let (code, text) = doc(&["scale.lks", "--json"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(text);
}

#[test]
fn a_module_of_the_standard_library() {
    let (code, text) = doc(&["std::bits"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(text);
}

#[test]
fn a_module_that_is_not_there() {
    let (code, text) = doc(&["std::bit"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("has no `bit`: it has attention, "), "{text}");
}
