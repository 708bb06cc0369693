//! The hunt for compilers that rewrite: programs full of float patterns that the laws of the real numbers would
//! simplify, each run on the interpreter and on every driver, in every float class that can be had.
//!
//! Before it ends a program folds its floats into one word for each lane, so that few of them are seen by themselves and
//! a driver's compiler is free to work on the others. A driver takes long to begin with a kernel, so several programs
//! share one; each has an output of its own.

mod pattern;
mod program;
mod rule;

pub use program::source;
pub use rule::Rule;

use std::{
    collections::BTreeSet,
    env,
    ops::Range,
    sync::{Mutex, OnceLock},
};

use lockstep_compiler::{Compilation, compile};
use lockstep_interpreter::Source;
use lockstep_module::{Argument, Array, Bound, Call, Module, Outcome, bind};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{Device, Engine, devices};

use crate::{engines, random::Random, special};

/// How many lanes a program runs on.
const LANES: usize = 1024;
/// How many programs share a kernel.
pub const TOGETHER: u64 = 10;
/// The kernel's name.
const ENTRY: &str = "hunted";

/// An engine and what tells it from the others.
pub struct Hunter {
    /// The driver, and how it was opened.
    pub name: String,
    engine: Mutex<Engine>,
}

/// Every driver of this machine, or the one device that [`engines::ONE_DEVICE`] names, as it is and where it keeps
/// subnormals, if that makes it another class.
///
/// # Panics
/// If there are none.
pub fn hunters() -> &'static [Hunter] {
    static HUNTERS: OnceLock<Vec<Hunter>> = OnceLock::new();
    HUNTERS.get_or_init(|| {
        let found = devices().expect("there are drivers: run the tests with `tools/test`");
        let mut hunters = Vec::new();
        let one = env::var(engines::ONE_DEVICE).ok();
        let meant = |device: &&Device| one.as_ref().is_none_or(|part| engines::is_named(device, part));
        for device in found.iter().filter(|device| device.refused.is_none()).filter(meant) {
            let plain = Engine::open(device).expect("the device opens");
            let keeping = Engine::open_keeping_subnormals(device).expect("the device opens");
            let other_class = keeping.class() != plain.class();
            hunters.push(Hunter { name: format!("{}, {}", device.name, plain.class()), engine: Mutex::new(plain) });
            if other_class {
                let name = format!("{}, {}", device.name, keeping.class());
                hunters.push(Hunter { name, engine: Mutex::new(keeping) });
            }
        }
        let least = if one.is_some() { 1 } else { 3 };
        assert!(hunters.len() >= least, "two drivers, one of them in two classes: run the tests with `tools/test`");
        hunters
    })
}

/// The programs of one kernel with their inputs and their one result.
pub struct Quarry {
    /// Its text.
    pub source: String,
    compiled: Compilation,
    bound: Bound,
    expected: Outcome,
}

/// A hunter that found a result that is not the interpreter's.
#[derive(Debug, PartialEq, Eq)]
pub struct Catch {
    /// The hunter's name.
    pub hunter: &'static str,
    /// The places in the kernel of the programs whose results differ.
    pub programs: Vec<usize>,
}

/// The programs of some seeds, in one kernel.
///
/// # Panics
/// If it does not compile, which would be a fault of the generator or of the compiler.
pub fn quarry(seeds: Range<u64>) -> Quarry {
    let first = seeds.start;
    of_source(source(&seeds.collect::<Vec<u64>>()), first)
}

/// A kernel with the inputs of a seed.
///
/// # Panics
/// As [`quarry`].
pub fn of_source(source: String, seed: u64) -> Quarry {
    let compiled = compile("hunted.lks", &source);
    let (Some(program), Some(module)) = (&compiled.program, &compiled.module) else {
        panic!("seed {seed}: {:?}\n{source}", compiled.diagnostics);
    };
    let mut random = Random::new(seed ^ 0x1157);
    let mut call = Call::default();
    for name in ["a", "b"] {
        let words = (0..LANES).map(|_| operand(&mut random)).collect();
        let array = Array { element: ScalarType::U32, dimensions: vec![LANES as u32], words };
        call.arguments.insert(name.into(), Argument::Array(array));
    }
    let signature = module.signature(ENTRY).expect("the program has its entry");
    let bound = bind(signature, module.profile, call).expect("the call fits");
    let oracle = Source { program, sources: &compiled.sources };
    let ran = lockstep_interpreter::run(oracle, ENTRY, bound.clone(), &|_, _| {}).expect("the call is not refused");
    Quarry { source, bound, expected: ran.outcome, compiled }
}

impl Quarry {
    /// Its module.
    ///
    /// # Panics
    /// Never: there is no quarry without one.
    pub fn module(&self) -> &Module {
        self.compiled.module.as_ref().expect("it compiled")
    }

    /// Its module with some rules of emission broken.
    pub fn without(&self, rules: &[Rule]) -> Module {
        rules.iter().fold(self.module().clone(), |module, rule| rule.broken(&module))
    }

    /// The hunters on which `module`, in the place of its own, gives another result.
    ///
    /// # Panics
    /// On a fault of a driver.
    pub fn caught(&self, module: &Module) -> Vec<Catch> {
        let program = self.compiled.program.as_ref().expect("it compiled");
        let source = Source { program, sources: &self.compiled.sources };
        let by = |hunter: &'static Hunter| {
            let engine = hunter.engine.lock().expect("no hunt panics");
            let loaded = engine.load_unverified(module).expect("it loads");
            let found = engine.call(&loaded, module, source, ENTRY, self.bound.clone()).expect("it runs");
            (found != self.expected).then(|| Catch { hunter: &hunter.name, programs: self.differing(&found) })
        };
        hunters().iter().filter_map(by).collect()
    }

    /// The places of the programs whose results differ; all of them, if there are no results.
    fn differing(&self, found: &Outcome) -> Vec<usize> {
        match (&self.expected, found) {
            (Outcome::Finished(wanted), Outcome::Finished(found)) => {
                (0..wanted.len()).filter(|place| wanted.get(*place) != found.get(*place)).collect()
            }
            (Outcome::Finished(wanted), Outcome::Trapped(_)) => (0..wanted.len()).collect(),
            (Outcome::Trapped(_), _) => Vec::new(),
        }
    }
}

/// A program that is not the interpreter's on some driver.
#[derive(Debug)]
pub struct Wrong {
    /// The program.
    pub seed: u64,
    /// The hunters that say so.
    pub hunters: Vec<&'static str>,
    /// Its text; that of all its kernel, if alone it is right.
    pub source: String,
}

/// The programs of some seeds that are wrong on a driver, with some rules of emission broken.
///
/// # Panics
/// As [`quarry`] and [`Quarry::caught`].
pub fn wrong(seeds: Range<u64>, broken: &[Rule]) -> Vec<Wrong> {
    let caught = |quarry: &Quarry| quarry.caught(&quarry.without(broken));
    let hunters = |catches: &[Catch]| catches.iter().map(|catch| catch.hunter).collect();
    let first = seeds.start;
    let together = quarry(seeds);
    let catches = caught(&together);
    let places: BTreeSet<usize> = catches.iter().flat_map(|catch| &catch.programs).copied().collect();
    let alone = |place: usize| {
        let seed = first + place as u64;
        let alone = of_source(source(&[seed]), first);
        match caught(&alone) {
            none if none.is_empty() => Wrong { seed, hunters: hunters(&catches), source: together.source.clone() },
            catches => Wrong { seed, hunters: hunters(&catches), source: alone.source },
        }
    };
    places.into_iter().map(alone).collect()
}

/// The bits of an operand: an edge, a number of middling size, one near the least or the greatest, or anything.
fn operand(random: &mut Random) -> u32 {
    let word = random.word();
    match random.below(6) {
        0 => *random.pick(&special::FLOATS),
        1 | 2 => (word & 0x80ff_ffff) | (0x3c00_0000 + (random.below(16) as u32) * 0x0080_0000),
        3 => (word & 0x81ff_ffff) | 0x0080_0000,
        4 => (word & 0x80ff_ffff) | 0x7e00_0000,
        _ => word,
    }
}
