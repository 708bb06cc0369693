//! Generated programs on every engine, and the control: an engine that is wrong is found, and what it is wrong on is cut
//! down to a few lines.
//!
//! Each run takes other programs, for about a minute. `LOCKSTEP_SEED` says which is the first, `LOCKSTEP_GENERATED` how
//! many; both are printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    env, fs,
    io::{self, Write},
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lockstep_module::{Bound, Module, Outcome};
use lockstep_tests::{
    engines::{self, OpenDevice},
    everywhere::Compiled,
    generated::{
        self, features,
        judge::{self, Engine, Kind},
        shrink,
        tally::Tally,
    },
};

/// How long programs are generated, unless it is said how many.
const TIME: Duration = Duration::from_secs(60);

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}

fn devices() -> Vec<&'static dyn Engine> {
    engines::devices().iter().map(|device| device as &dyn Engine).collect()
}

#[test]
fn engines_agree_on_generated_programs() {
    let engines = devices();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
    let (first, most) = (number("LOCKSTEP_SEED").unwrap_or(now << 20), number("LOCKSTEP_GENERATED"));
    let (mut tally, began) = (Tally::default(), Instant::now());
    let mut seed = first;
    // A driver that crashes takes this process with it, and what was captured: the seed at work stands in a file.
    let at_work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated.seed");
    let _ = writeln!(io::stderr(), "LOCKSTEP_SEED={first}; the seed at work: {}", at_work.display());
    while most.map_or(began.elapsed() < TIME, |most| seed < first + most) {
        fs::write(&at_work, seed.to_string()).unwrap();
        if let Some(report) = tally.judge(seed, &generated::generate(seed), &engines, TIME) {
            eprintln!("{report}");
        }
        seed += 1;
    }
    println!("LOCKSTEP_SEED={first} LOCKSTEP_GENERATED={}\n{}", tally.programs, tally.show());
    assert!(tally.failures.is_empty(), "again with LOCKSTEP_SEED={first} LOCKSTEP_GENERATED={}", tally.programs);
    let finished = tally.ended.get("finished").copied().unwrap_or_default();
    assert!(finished * 2 > tally.programs, "most programs should finish");
}

/// What the generator must reach, as beginnings of the names of features. A part that is lost is found here.
const REACHED: [&str; 58] = [
    "type: i64",
    "type: u64",
    "type: i8x4",
    "type: u8x4",
    "type: i16x2",
    "type: u16x2",
    "type: f16x2",
    "type: bf16x2",
    "type: struct",
    "type: f32x4",
    "type: i32x3",
    "type: u32x2",
    "operator: dot of i8x4",
    "operator: dot of u16x2",
    "operator: dot of f32 vectors",
    "operator: mul_high of i32",
    "operator: / of i64",
    "operator: % of u64",
    "operator: + of a vector and a scalar",
    "operator: == of structs",
    "convert: i64 to f32",
    "convert: f32 to u64",
    "constant: computed table",
    "constant: list",
    "function: with constants",
    "function: array",
    "kernel: with constants",
    "kernel: inout array of 3",
    "each: 1",
    "each: 2",
    "each: 3",
    "tile: 1 dimensions",
    "tile: 2 dimensions",
    "tile: 3 clauses",
    "combine: acc(add) of u32 in memory",
    "combine: acc(min) of i32 in memory",
    "combine: acc(xor) of u32 shared",
    "combine: acc(max) of i32 shared",
    "form: reduction",
    "form: exchanged by ^",
    "form: columns exchanged by ^",
    "form: transposed",
    "form: padded",
    "form: one lane owns all",
    "form: from the end",
    "form: strided",
    "form: claim by a permutation",
    "form: claim in a tile",
    "form: claim by two lanes",
    "statement: lane array",
    "statement: for of a group",
    "statement: if of a group",
    "statement: for with max",
    "statement: run of a job",
    "statement: swap",
    "statement: temporary",
    "profile: datacenter",
    "call: an extent of 0",
];

#[test]
fn the_generator_reaches_the_whole_language() {
    let mut reached = features::Features::new();
    for seed in 0..1000 {
        reached.extend(features::features(&generated::generate(seed)));
    }
    let lost = REACHED.iter().filter(|wanted| !reached.iter().any(|feature| feature.starts_with(**wanted)));
    assert_eq!(lost.collect::<Vec<_>>(), Vec::<&&str>::new(), "no program of 1000 uses these");
}

/// A device that is given other instructions than were compiled.
struct WrongDevice(&'static OpenDevice);

impl Engine for WrongDevice {
    fn name(&self) -> &'static str {
        "wrong device"
    }

    fn run(&self, compiled: &Compiled, entry: &str, bound: &Bound) -> Result<Option<Outcome>, String> {
        judge::run_module(self.0, compiled, &with_or_for_xor(&compiled.module), entry, bound)
    }
}

/// The module with each `^` turned into `|`.
fn with_or_for_xor(module: &Module) -> Module {
    const XOR: u32 = 198;
    const OR: u32 = 197;
    let mut module = module.clone();
    for kernel in &mut module.kernels {
        let mut at = 5;
        while at < kernel.spirv.len() {
            let word = kernel.spirv[at];
            if word & 0xffff == XOR {
                kernel.spirv[at] = (word & 0xffff_0000) | OR;
            }
            at += (word >> 16) as usize;
        }
    }
    module
}

/// An engine that names another group than the one that trapped.
struct WrongReport;

impl Engine for WrongReport {
    fn name(&self) -> &'static str {
        "wrong report"
    }

    fn run(&self, compiled: &Compiled, entry: &str, bound: &Bound) -> Result<Option<Outcome>, String> {
        let mut outcome = compiled.interpret(entry, bound).map_err(|error| error.to_string())?;
        if let Outcome::Trapped(report) = &mut outcome {
            report.group = report.group.map(|group| group + 1);
        }
        Ok(Some(outcome))
    }
}

#[test]
fn a_wrong_engine_is_found_and_its_program_is_cut_down() {
    let device = WrongDevice(&engines::devices()[0]);
    for engine in [&device as &dyn Engine, &WrongReport] {
        let found = (0..300).find_map(|seed| {
            let case = generated::generate(seed);
            let failure = judge::judge(&case, &[engine]).err()?;
            matches!(failure.kind, Kind::Differs(..)).then_some((case, failure))
        });
        let (case, failure) = found.unwrap_or_else(|| panic!("{} is not found", engine.name()));
        let cut = shrink::shrink(&case, &failure, &[engine], Duration::from_secs(120));
        assert_eq!(cut.failure.kind, failure.kind);
        let lines = cut.case.source().lines().count();
        println!("{}: {} lines came to {lines}\n{}", engine.name(), case.source().lines().count(), cut.case.source());
        assert!(lines <= 12, "{}", cut.case.source());
    }
}
