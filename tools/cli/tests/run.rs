//! `lockstep run` with engines made for the test: agreement, traps, faults, and an engine that is wrong in one bit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use lockstep_cli::{
    arrays::{self, Wanted},
    binding::Assignment,
    commands::run::{self, Request},
    console::Console,
    engine::{Ended, Engine, Progress},
    failure::{Exit, Failure},
};
use lockstep_module::{
    Access, Array, ArrayType, Bound, Cost, Extent, Kernel, Launch, Module, Outcome, Output, Parameter, ParameterKind,
    Profile, Signature, Source, Term, TrapCause, TrapReport,
};
use lockstep_numbers::ScalarType::U32;

/// Adds one to each cell of `y`, and then does what the test wants.
struct AddOne {
    name: &'static str,
    cost: Option<u64>,
    then: fn(Outcome) -> Result<Outcome, Failure>,
}

impl Engine for AddOne {
    fn name(&self) -> &str {
        self.name
    }

    fn run(&mut self, entry: &str, bound: &Bound, progress: Progress<'_>) -> Result<Ended, Failure> {
        assert_eq!(entry, "add_one");
        progress(1, 1);
        let y = &bound.arrays[0];
        let words = y.words.iter().flatten().map(|word| word + 1).collect();
        let array = Array { element: U32, dimensions: y.dimensions.clone(), words };
        let outcome = (self.then)(Outcome::Finished(vec![Output { name: "y".into(), array }]))?;
        Ok(Ended { outcome, cost: self.cost })
    }
}

fn right(name: &'static str) -> AddOne {
    AddOne { name, cost: None, then: Ok }
}

fn trapping(name: &'static str) -> AddOne {
    AddOne {
        name,
        cost: None,
        then: |_| {
            Ok(Outcome::Trapped(TrapReport {
                kernel: "add_one".into(),
                dispatch: Some(0),
                group: Some(0),
                lane: vec![("i".into(), 2)],
                cause: TrapCause::AssertionFailed,
                detail: "y[i] < 2 is false".into(),
                source: 0,
                span: (7, 14),
                line: 1,
                column: 8,
            }))
        },
    }
}

#[derive(Default)]
struct Recorded {
    results: Vec<String>,
    messages: Vec<String>,
}

impl Console for Recorded {
    fn result(&mut self, text: &str) {
        self.results.push(text.into());
    }

    fn message(&mut self, text: &str) {
        self.messages.push(text.into());
    }
}

fn module() -> Module {
    let ty = ArrayType { element: U32, dimensions: vec![Extent::Named(0)] };
    let y = Parameter { name: "y".into(), kind: ParameterKind::Array { access: Access::InOut, ty } };
    let signature = Signature { name: "add_one".into(), extents: vec!["n".into()], parameters: vec![y] };
    let cost = Cost { slots: 1, terms: vec![Term::Weight(20)] };
    let launch = Launch::Each(vec![Extent::Named(0)]);
    Module {
        profile: Profile::Baseline,
        kernels: vec![Kernel { signature, launch, shared_bytes: 0, cost, spirv: vec![], guarded: vec![] }],
        jobs: vec![],
        sources: vec![Source { name: "one.lks".into(), text: "assert(y[i] < 2);\n".into() }],
    }
}

fn run(folder: &Path, engines: Vec<AddOne>) -> (Result<Exit, Failure>, Recorded) {
    let input = folder.join("in.npy");
    arrays::write(&input, "y", &Array { element: U32, dimensions: vec![3], words: vec![0, 1, 2] }).unwrap();
    let assign = |name: &str, path: &Path| Assignment { name: name.into(), value: path.display().to_string() };
    let request = Request {
        module: &module(),
        entry: None,
        assignments: &[assign("y", &input)],
        saves: &[assign("y", &folder.join("out.npy"))],
        quiet: true,
    };
    let mut boxed: Vec<Box<dyn Engine>> = Vec::new();
    for engine in engines {
        boxed.push(Box::new(engine));
    }
    let mut console = Recorded::default();
    (run::run(&request, &mut boxed, &mut console), console)
}

#[test]
fn engines_that_agree_write_the_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let (exit, console) = run(folder.path(), vec![right("interpreter"), right("gpu")]);
    assert_eq!(exit, Ok(Exit::Fine));
    assert!(console.results[0].starts_with("interpreter  sha256:"), "{:?}", console.results);
    assert!(console.results[1].starts_with("gpu          sha256:"), "{:?}", console.results);
    assert_eq!(console.results[2], "all 2 engines agree");
    assert!(console.results[3].starts_with("y: [u32; 3] = 1, 2, 3  → "), "{:?}", console.results);
    assert_eq!(console.results.last().unwrap(), "cost at most 4220");
    let wanted = Wanted { name: "y", element: U32, rank: 1, dimensions: None, profile: Profile::Baseline };
    assert_eq!(arrays::read(&folder.path().join("out.npy"), &wanted).unwrap().words, [1, 2, 3]);
}

#[test]
fn what_was_really_spent_is_printed_where_an_engine_counts_it() {
    let folder = tempfile::tempdir().unwrap();
    let counts = AddOne { cost: Some(4200), ..right("interpreter") };
    let (_, console) = run(folder.path(), vec![right("gpu"), counts]);
    assert_eq!(console.results.last().unwrap(), "cost 4200 of at most 4220");
}

/// The control: an engine with one wrong bit is caught, and nothing is written.
#[test]
fn an_engine_that_is_wrong_in_one_bit_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = AddOne {
        name: "gpu",
        cost: None,
        then: |mut outcome| {
            if let Outcome::Finished(outputs) = &mut outcome {
                outputs[0].array.words[2] ^= 1 << 31;
            }
            Ok(outcome)
        },
    };
    let (result, console) = run(folder.path(), vec![right("interpreter"), wrong]);
    let failure = result.unwrap_err();
    assert_eq!(failure.exit, Exit::Disagreed);
    assert!(failure.text.contains("y[2]: u32 is 3 (0x00000003) in interpreter"), "{failure}");
    assert!(failure.text.contains("2147483651 (0x80000003) in gpu"), "{failure}");
    assert_ne!(console.results[0].split("sha256:").last(), console.results[1].split("sha256:").last());
    assert!(!folder.path().join("out.npy").exists());
}

#[test]
fn a_trap_is_a_result_and_a_fault_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (exit, console) = run(folder.path(), vec![trapping("interpreter"), trapping("gpu")]);
    assert_eq!(exit, Ok(Exit::Trapped));
    let trap = console.results.last().unwrap();
    assert!(trap.contains("assertion failed") && trap.contains("at one.lks:1:8") && trap.contains("^^^^^^^"), "{trap}");

    let lost =
        || AddOne { name: "gpu", cost: None, then: |_| Err(Failure::fault("F0006", "the device stopped answering")) };
    let (exit, console) = run(folder.path(), vec![right("interpreter"), lost()]);
    assert_eq!(exit, Ok(Exit::Fault));
    assert_eq!(console.messages, ["gpu: fault[F0006]: the device stopped answering"]);
    assert!(console.results.iter().any(|line| line.starts_with("y: ")), "{:?}", console.results);
    let (exit, console) = run(folder.path(), vec![lost()]);
    assert_eq!((exit, console.results.len()), (Ok(Exit::Fault), 0));
}

#[test]
fn a_trap_against_a_finish_is_a_disagreement() {
    let folder = tempfile::tempdir().unwrap();
    let (result, _) = run(folder.path(), vec![right("interpreter"), trapping("gpu")]);
    let failure = result.unwrap_err();
    assert!(failure.exit == Exit::Disagreed && failure.text.contains("gpu trapped"), "{failure}");
}
