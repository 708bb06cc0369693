//! The verifier on everything that the compiler emits: none of it is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use lockstep_module::Module;
use lockstep_tests::{generated, verified};
use lockstep_verifier::profile::lists;
use rspirv::spirv::Op;

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
fn none_is_refused(
    what: &str,
    modules: impl Iterator<Item = (String, Module)>,
    verify: fn(&Module) -> Result<verified::Read, String>,
) {
    let (mut refused, mut all, mut time) = (Vec::new(), verified::Read::default(), std::time::Duration::ZERO);
    for (name, module) in modules {
        let began = Instant::now();
        let read = verify(&module);
        time += began.elapsed();
        match read {
            Ok(read) => {
                all.kernels += read.kernels;
                all.words += read.words;
                all.largest = all.largest.max(read.largest);
            }
            Err(why) => refused.push(format!("{name}: {why}")),
        }
    }
    let megabytes = 4.0 * all.words as f64 / 1e6;
    println!("{what}: {} kernels, {megabytes:.1} MB, {:.0} MB/s", all.kernels, megabytes / time.as_secs_f64());
    println!("{what}: the largest in each way {:?}", all.largest);
    assert!(all.kernels > 0, "there are no kernels");
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
}

fn of(folder: &str) -> impl Iterator<Item = (String, Module)> {
    sources(folder).into_iter().filter_map(|path| Some((path.display().to_string(), module(&path)?)))
}

#[test]
fn conformance_cases_are_accepted() {
    none_is_refused("conformance", of("tests/conformance"), verified::verify);
}

#[test]
fn examples_and_benchmarks_are_accepted() {
    none_is_refused("examples", of("examples"), verified::verify);
    none_is_refused("benchmarks", of("tools/bench/programs"), verified::verify);
    none_is_refused("qualification", of("vulkan-backend/src/qualification"), verified::verify);
    none_is_refused("stdlib", of("stdlib"), verified::verify);
}

/// The programs of the book: its blocks of Lockstep, but for those that show errors.
#[test]
fn the_book_is_accepted() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../lang-spec/src")];
    let mut modules = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).unwrap();
                for (number, block) in text.split("```lockstep").skip(1).enumerate() {
                    let source = block.split_once('\n').unwrap().1.split("```").next().unwrap();
                    let module = lockstep_compiler::compile("main.lks", source).module;
                    modules.extend(module.map(|module| (format!("{}, block {number}", path.display()), module)));
                }
            }
        }
    }
    none_is_refused("book", modules.into_iter(), verified::verify);
}

#[test]
fn generated_programs_are_accepted() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (first, count) = (number("LOCKSTEP_SEED").unwrap_or(1), number("LOCKSTEP_GENERATED").unwrap_or(200));
    println!("LOCKSTEP_SEED={first} LOCKSTEP_GENERATED={count}");
    let modules = (first..first + count).filter_map(|seed| {
        let (main, apart) = generated::generate(seed).sources();
        let compiled = lockstep_compiler::compile_with("main.lks", &main, &|_| apart.clone());
        Some((format!("seed {seed}"), compiled.module?))
    });
    let (mut refused, mut all): (BTreeMap<String, Vec<String>>, usize) = (BTreeMap::new(), 0);
    for (name, module) in modules {
        all += verified::read(&module).unwrap_or_else(|why| panic!("{name}: {why}")).kernels;
        for (kernel, refusal) in verified::refused(&module) {
            let text = format!("{name} `{kernel}`: {refusal}");
            refused.entry(refusal.refused().unwrap().rule.to_string()).or_default().push(text);
        }
    }
    assert!(all > 0, "there are no kernels");
    // Of the first programs none is refused; of others some still are, which a longer run shows.
    for (rule, kernels) in &refused {
        println!("{rule}: {} of {all} kernels:\n{}", kernels.len(), kernels.join("\n"));
    }
    assert!(refused.is_empty(), "generated programs are refused");
}

/// The opcodes of a module.
fn opcodes(words: &[u32]) -> BTreeSet<u32> {
    let (mut rest, mut found) = (&words[5..], BTreeSet::new());
    while let Some(first) = rest.first() {
        found.insert(first & 0xffff);
        rest = &rest[(first >> 16) as usize..];
    }
    found
}

/// The list of the profile is no longer than what a compiler needs. Ours has no use for one of them: where it needs a
/// remainder it has the quotient.
#[test]
fn the_profile_has_the_instructions_that_are_emitted() {
    let mut emitted = BTreeSet::from([Op::UMod as u32]);
    for (_, module) in of("tests/conformance") {
        for kernel in &module.kernels {
            for words in [&kernel.spirv, &kernel.guarded].into_iter().filter(|words| !words.is_empty()) {
                emitted.extend(opcodes(words));
            }
        }
    }
    let listed: BTreeSet<u32> = lists::INSTRUCTIONS.iter().map(|op| *op as u32).collect();
    assert_eq!(emitted, listed);
}
