//! The verifier on everything that the compiler emits: none of it is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use lockstep_module::Module;
use lockstep_tests::{generated, verified};

/// The module of a source; None if the source is refused.
fn module(path: &Path) -> Option<Module> {
    let text = fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let files = |name: &str| fs::read_to_string(folder.join(name)).ok();
    lockstep_compiler::compile_with("main.lks", &text, &files).module
}

/// All sources below a folder.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            match entry.extension() {
                Some(extension) if extension == "lks" => found.push(entry),
                _ if entry.is_dir() => folders.push(entry),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Reads modules, and asserts that none is refused.
fn none_is_refused(what: &str, modules: impl Iterator<Item = (String, Module)>) {
    let (mut refused, mut all, mut time) = (Vec::new(), verified::Read::default(), std::time::Duration::ZERO);
    for (name, module) in modules {
        let began = Instant::now();
        let read = verified::read(&module);
        time += began.elapsed();
        match read {
            Ok(read) => {
                all.kernels += read.kernels;
                all.words += read.words;
            }
            Err(why) => refused.push(format!("{name}: {why}")),
        }
    }
    let megabytes = 4.0 * all.words as f64 / 1e6;
    println!("{what}: {} kernels, {megabytes:.1} MB, {:.0} MB/s", all.kernels, megabytes / time.as_secs_f64());
    assert!(all.kernels > 0, "there are no kernels");
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
}

fn of(folder: &str) -> impl Iterator<Item = (String, Module)> {
    sources(folder).into_iter().filter_map(|path| Some((path.display().to_string(), module(&path)?)))
}

#[test]
fn conformance_cases_are_accepted() {
    none_is_refused("conformance", of("tests/conformance"));
}

#[test]
fn examples_and_benchmarks_are_accepted() {
    none_is_refused("examples", of("examples"));
    none_is_refused("benchmarks", of("tools/bench/programs"));
    none_is_refused("qualification", of("vulkan-backend/src/qualification"));
    none_is_refused("stdlib", of("stdlib"));
}

#[test]
fn generated_programs_are_accepted() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
    let first = number("LOCKSTEP_SEED").unwrap_or(now << 20);
    let count = number("LOCKSTEP_GENERATED").unwrap_or(300);
    println!("LOCKSTEP_SEED={first} LOCKSTEP_GENERATED={count}");
    let modules = (first..first + count).filter_map(|seed| {
        let (main, apart) = generated::generate(seed).sources();
        let compiled = lockstep_compiler::compile_with("main.lks", &main, &|_| apart.clone());
        Some((format!("seed {seed}"), compiled.module?))
    });
    none_is_refused("generated", modules);
}
