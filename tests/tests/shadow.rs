//! The judge of the verifier against the oracle: what the compiler makes of every conformance case, and of generated
//! programs, gives the interpreter's bits on it, and it finds nothing, in both forms of each kernel, whatever a device
//! may choose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::fs;

use lockstep_compiler::Compilation;
use lockstep_module::{Bound, Module, bind};
use lockstep_tests::{call_text, case, everywhere::Compiled, generated, shadowed};

/// How many programs are generated.
const GENERATED: u64 = 400;

/// What is wrong with a call on the judge; the most instructions for a unit of its bound.
fn wrong(compiled: &Compiled, entry: &str, bound: &Bound) -> Result<f64, String> {
    let Ok(expected) = compiled.interpret(entry, bound) else { return Ok(0.0) };
    let mut most = 0f64;
    for guarded in [false, true] {
        let Some(judged) = shadowed::judge(compiled, entry, bound, guarded)? else { return Ok(0.0) };
        let outcomes = [("interpreter".to_string(), expected.clone()), ("judge".to_string(), judged.outcome)];
        if let Some(difference) = lockstep_cli::agreement::first_difference(&outcomes) {
            return Err(format!("guarded: {guarded}, {difference}"));
        }
        most = most.max(judged.executed as f64 / judged.bound as f64);
    }
    Ok(most)
}

#[test]
fn conformance_cases_give_the_bits_of_the_oracle_and_nothing_is_found() {
    let (mut failures, mut ran, mut most) = (Vec::new(), 0, (0.0, String::new()));
    for case in case::all() {
        let Ok(call) = fs::read_to_string(case.folder.join("call.txt")) else { continue };
        let source = fs::read_to_string(case.folder.join("case.lks")).unwrap();
        let files = |path: &str| fs::read_to_string(case.folder.join(path)).ok();
        let Compilation { sources, program: Some(program), module: Some(module), .. } =
            lockstep_compiler::compile_with("case.lks", &source, &files)
        else {
            continue;
        };
        let module = Module::from_bytes(&module.to_bytes()).unwrap();
        let compiled = Compiled { program, sources, module };
        let written = call_text::read(&call).unwrap();
        let signature = compiled.module.signature(&written.entry).unwrap();
        let Ok(bound) = bind(signature, compiled.module.profile, written.call) else { continue };
        ran += 1;
        match wrong(&compiled, &written.entry, &bound) {
            Ok(ratio) if ratio > most.0 => most = (ratio, case.name.clone()),
            Ok(_) => {}
            Err(why) => failures.push(format!("{}: {why}", case.name)),
        }
    }
    println!("{ran} cases; the most instructions for a unit of the bound: {most:?}");
    assert!(failures.is_empty(), "{} of {ran}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn generated_programs_give_the_bits_of_the_oracle_and_nothing_is_found() {
    let (mut failures, mut ran, mut most) = (Vec::new(), 0, (0.0, 0));
    for seed in 0..GENERATED {
        let case = generated::generate(seed);
        let (main, apart) = case.sources();
        let files = |path: &str| apart.clone().filter(|_| path.strip_suffix(".lks") == Some(generated::APART));
        let Compilation { sources, program: Some(program), module: Some(module), .. } =
            lockstep_compiler::compile_with("generated.lks", &main, &files)
        else {
            continue;
        };
        let compiled = Compiled { program, sources, module };
        let Some(call) = case.inputs.call(&case.program, &case.entry) else { continue };
        let signature = compiled.module.signature(&case.entry).unwrap();
        let Ok(bound) = bind(signature, compiled.module.profile, call) else { continue };
        ran += 1;
        match wrong(&compiled, &case.entry, &bound) {
            Ok(ratio) if ratio > most.0 => most = (ratio, seed),
            Ok(_) => {}
            Err(why) => failures.push(format!("{seed}: {why}")),
        }
    }
    println!("{ran} programs; the most instructions for a unit of the bound: {most:?}");
    assert!(failures.is_empty(), "{} of {ran}:\n{}", failures.len(), failures.join("\n"));
    assert!(ran * 4 > GENERATED * 3, "{ran} of {GENERATED} ran");
}
