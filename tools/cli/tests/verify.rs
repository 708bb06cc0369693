//! `lockstep verify`: what is proven of a module, and modules that are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path, process::Command};

use lockstep_module::{Launch, Module};
use tempfile::TempDir;

const SOURCE: &str = "kernel scale[n](a: f32, x: in [f32; n], y: out [f32; n]) each i of y { y[i] = a * x[i]; }\n";

/// What the command ends with and prints.
fn lockstep(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lockstep")).current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A folder with `scale.lkm`, changed.
fn with_module(change: impl FnOnce(&mut Module)) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut module = lockstep_compiler::compile("scale.lks", SOURCE).module.unwrap();
    change(&mut module);
    fs::write(folder.path().join("scale.lkm"), module.to_bytes()).unwrap();
    folder
}

#[test]
fn a_module_is_proven() {
    let folder = with_module(|_| {});
    let (code, out, _) = lockstep(folder.path(), &["verify", "scale.lkm"]);
    assert_eq!(code, Some(0));
    for line in [
        "    array `x`: only read",
        "    array `y`: written, each cell by one lane",
        "proven: 1 kernels, in every form",
    ] {
        assert!(out.lines().any(|printed| printed == line), "{out}");
    }
    // The source in it is not read, and it would be refused by `run`.
    let folder = with_module(|module| module.sources.clear());
    assert_eq!(lockstep(folder.path(), &["verify", "scale.lkm"]).0, Some(0));
}

/// The opcode of an instruction's first word.
fn opcode(words: &[u32], at: usize) -> u32 {
    words[at] & 0xffff
}

#[test]
fn a_changed_instruction_is_refused_by_its_rule() {
    const I_ADD: u32 = 128;
    const I_SUB: u32 = 130;
    // The group is then the first of the slice less the workgroup, so that cutting a dispatch would be seen.
    let folder = with_module(|module| {
        let words = &mut module.kernels[0].spirv;
        let mut at = 5;
        let mut adds = 0;
        while at < words.len() {
            if opcode(words, at) == I_ADD {
                adds += 1;
                words[at] = (words[at] & 0xffff_0000) | I_SUB;
            }
            at += (words[at] >> 16) as usize;
        }
        assert!(adds > 0);
    });
    let (code, out, message) = lockstep(folder.path(), &["verify", "scale.lkm"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        message.starts_with("error[V") && message.contains("the kernel `scale`, plain form, instruction"),
        "{message}"
    );
}

#[test]
fn another_interface_is_refused() {
    let folder =
        with_module(|module| module.kernels[0].launch = Launch::Tiles { tiles: vec![(1, vec![64])], lanes: 64 });
    let (code, _, message) = lockstep(folder.path(), &["verify", "scale.lkm"]);
    assert_eq!(code, Some(1));
    assert!(message.starts_with("error[V0113]"), "{message}");
}

#[test]
fn an_instruction_is_explained() {
    let folder = with_module(|_| {});
    let find = |opcode: &str| {
        let module = lockstep_compiler::compile("scale.lks", SOURCE).module.unwrap();
        let text = lockstep_compiler::spirv::text(&module.kernels[0].spirv).unwrap();
        let mut lines = text.lines().filter(|line| !line.starts_with(';'));
        lines.position(|line| line.contains(opcode)).unwrap().to_string()
    };
    let (code, out, _) = lockstep(folder.path(), &["verify", "scale.lkm", "--explain", &find("OpStore")]);
    assert!(code == Some(0) && out.lines().count() >= 2, "{out}");
    let (code, out, _) = lockstep(folder.path(), &["verify", "scale.lkm", "--explain", &find("OpTypeBool")]);
    assert!(code == Some(0) && out.contains("it has its form"), "{out}");
    for wrong in [vec!["--explain", "100000"], vec!["--explain", "3", "--kernel", "nothing"]] {
        let (code, _, message) = lockstep(folder.path(), &[&["verify", "scale.lkm"], wrong.as_slice()].concat());
        assert!(code == Some(1) && message.starts_with("error[M00"), "{message}");
    }
}
