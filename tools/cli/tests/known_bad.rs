//! A driver that is known to compute wrongly is refused, with the reason: lavapipe 22.3, which Debian 12 installs by
//! default, silently ends loops after 65,535 iterations.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::{env, fs, process::Command};

use tempfile::TempDir;

/// The command with lavapipe 22.3 as the only driver.
fn lockstep(arguments: &[&str]) -> (Option<i32>, String) {
    let driver = env::var("LOCKSTEP_DRIVER_FILES_LAVAPIPE_22")
        .expect("lavapipe 22.3 was not fetched: run tools/test, which fetches it, or tools/drivers/fetch");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("one.lks"), "kernel one[n](y: out [u32; n]) each i of y { y[i] = 1; }\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.args(arguments).current_dir(folder.path()).env("VK_DRIVER_FILES", driver).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn lavapipe_22_is_listed_and_refused_with_the_reason() {
    let (code, text) = lockstep(&["devices"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("llvmpipe") && text.contains("loop of 70000 trips"), "{text}");
    assert!(!text.contains("admitted\n"), "{text}");
}

#[test]
fn its_certificate_names_the_loops_and_is_kept() {
    let (code, text) = lockstep(&["devices", "--qualify"]);
    assert_eq!(code, Some(0), "{text}");
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_string();
    assert!(line("loops").contains("WRONG"), "{text}");
    assert!(line("verdict").contains("refused: loops"), "{text}");
}

#[test]
fn a_run_that_asks_for_it_is_refused_and_any_other_runs_on_the_cpu_engine() {
    let (code, text) = lockstep(&["run", "one.lks", "n=3", "--engine", "vulkan"]);
    assert_eq!(code, Some(5), "{text}");
    assert!(text.contains("loop of 70000 trips"), "{text}");
    let (code, text) = lockstep(&["run", "one.lks", "n=3"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("CPU engine"), "{text}");
    assert!(text.contains("is not used: ") && text.contains("loop of 70000 trips"), "{text}");
}
