//! Sources that use files beside them, and modules that hold them all.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

const MAIN: &str = "\
use geometry::circle::{area};
kernel areas[n](x: in [f32; n], y: out [f32; n]) each i of y { y[i] = area(x[i]); }
";
const CIRCLE: &str = "\
use geometry::constants::{PI};
fn area(radius: f32) -> f32 { PI * (radius * radius) }
";
const CONSTANTS: &str = "const PI: f32 = 3.1415927;\n";

/// `main.lks` with its files beside it, in a folder of its own within what is returned.
fn folder() -> TempDir {
    let outer = TempDir::new().unwrap();
    let inner = outer.path().join("program");
    fs::create_dir_all(inner.join("geometry")).unwrap();
    fs::write(inner.join("main.lks"), MAIN).unwrap();
    fs::write(inner.join("geometry/circle.lks"), CIRCLE).unwrap();
    fs::write(inner.join("geometry/constants.lks"), CONSTANTS).unwrap();
    fs::write(inner.join("x.bin"), 2.0f32.to_le_bytes()).unwrap();
    outer
}

fn lockstep(within: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.args(arguments).current_dir(within).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

const RUN: [&str; 4] = ["n=1", "x=x.bin", "--engine", "interpreter"];

#[test]
fn files_beside_the_source_are_read_from_wherever_the_command_is_run() {
    let outer = folder();
    let (code, text) = lockstep(outer.path(), &["check", "program/main.lks"]);
    assert!(code == Some(0) && text.contains("1 kernel"), "{text}");
    let inner = outer.path().join("program");
    let (code, text) = lockstep(&inner, &[&["run", "main.lks"][..], &RUN].concat());
    assert!(code == Some(0) && text.contains("y: [f32; 1] = 12.566371"), "{text}");
}

#[test]
fn a_module_holds_every_source_and_runs_without_the_files() {
    let outer = folder();
    let inner = outer.path().join("program");
    let (code, text) = lockstep(&inner, &["build", "main.lks", "-o", "../areas.lkm"]);
    assert_eq!(code, Some(0), "{text}");
    fs::rename(inner.join("x.bin"), outer.path().join("x.bin")).unwrap();
    fs::remove_dir_all(&inner).unwrap();
    let (code, text) = lockstep(outer.path(), &["inspect", "areas.lkm"]);
    assert!(code == Some(0) && text.contains("source geometry/circle.lks, 2 lines"), "{text}");
    let (code, text) = lockstep(outer.path(), &[&["run", "areas.lkm"][..], &RUN].concat());
    assert!(code == Some(0) && text.contains("12.566371"), "{text}");
}

#[test]
fn an_error_in_another_file_is_shown_there() {
    let outer = folder();
    let inner = outer.path().join("program");
    fs::write(inner.join("geometry/constants.lks"), "const PI: f32 = 3;\n").unwrap();
    let (code, text) = lockstep(&inner, &["check", "main.lks"]);
    assert!(code == Some(1) && text.contains("geometry/constants.lks:1:"), "{text}");
}

#[test]
fn a_file_that_is_missing_or_is_no_text_is_refused() {
    let outer = folder();
    let inner = outer.path().join("program");
    fs::write(inner.join("geometry/constants.lks"), [0xff, 0xfe]).unwrap();
    let (code, text) = lockstep(&inner, &["check", "main.lks"]);
    assert!(code == Some(1) && text.starts_with("error[M0011]") && text.contains("constants.lks"), "{text}");
    fs::remove_file(inner.join("geometry/constants.lks")).unwrap();
    let (code, text) = lockstep(&inner, &["check", "main.lks"]);
    assert!(code == Some(1) && text.contains("E0203"), "{text}");
}

/// A link must not lead a source out of its folder.
#[cfg(unix)]
#[test]
fn files_outside_the_folder_are_not_read() {
    let outer = folder();
    let inner = outer.path().join("program");
    let file = inner.join("geometry/constants.lks");
    fs::rename(&file, outer.path().join("constants.lks")).unwrap();
    std::os::unix::fs::symlink(outer.path().join("constants.lks"), &file).unwrap();
    let (code, text) = lockstep(&inner, &["check", "main.lks"]);
    assert!(code == Some(1) && text.starts_with("error[M0014]"), "{text}");
}
