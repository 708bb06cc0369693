//! The hunt for compilers that rewrite: programs full of float patterns that the laws of the real numbers would
//! simplify, each run on the interpreter and on every driver, in every float class that can be had.
//!
//! Before it ends a program folds its floats into one word for each lane, so that few of them are seen by themselves and
//! a driver's compiler is free to work on the others.

mod program;

pub use program::source;

use std::sync::{Mutex, OnceLock};

use lockstep_compiler::{Compilation, compile};
use lockstep_interpreter::Source;
use lockstep_module::{Argument, Array, Bound, Call, Module, Outcome, bind};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{Engine, devices};

use crate::{random::Random, special};

/// How many lanes a program runs on.
const LANES: usize = 1024;
/// The kernel's name.
const ENTRY: &str = "hunted";

/// An engine and what tells it from the others.
pub struct Hunter {
    /// The driver, and how it was opened.
    pub name: String,
    engine: Mutex<Engine>,
}

/// Every driver of this machine, as it is and where it keeps subnormals, if that makes it another class.
///
/// # Panics
/// If there are none.
pub fn hunters() -> &'static [Hunter] {
    static HUNTERS: OnceLock<Vec<Hunter>> = OnceLock::new();
    HUNTERS.get_or_init(|| {
        let found = devices().expect("there are drivers: run the tests with `tools/test`");
        let mut hunters = Vec::new();
        for device in found.iter().filter(|device| device.refused.is_none()) {
            let plain = Engine::open(device).expect("the device opens");
            let keeping = Engine::open_keeping_subnormals(device).expect("the device opens");
            let other_class = keeping.class() != plain.class();
            hunters.push(Hunter { name: format!("{}, {}", device.name, plain.class()), engine: Mutex::new(plain) });
            if other_class {
                let name = format!("{}, {}", device.name, keeping.class());
                hunters.push(Hunter { name, engine: Mutex::new(keeping) });
            }
        }
        assert!(hunters.len() >= 3, "two drivers, one of them in two classes: run the tests with `tools/test`");
        hunters
    })
}

/// A program of the hunt with its inputs and its one result.
pub struct Quarry {
    /// Its text.
    pub source: String,
    compiled: Compilation,
    bound: Bound,
    expected: Outcome,
}

/// The program of a seed.
///
/// # Panics
/// If it does not compile, which would be a fault of the generator or of the compiler.
pub fn quarry(seed: u64) -> Quarry {
    of_source(source(seed), seed)
}

/// A program with the inputs of a seed.
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

    /// The names of the hunters on which `module`, in the place of its own, gives another result.
    ///
    /// # Panics
    /// On a fault of a driver.
    pub fn caught(&self, module: &Module) -> Vec<&'static str> {
        let program = self.compiled.program.as_ref().expect("it compiled");
        let source = Source { program, sources: &self.compiled.sources };
        let differs = |hunter: &&Hunter| {
            let engine = hunter.engine.lock().expect("no hunt panics");
            let loaded = engine.load(module).expect("it loads");
            let found = engine.call(&loaded, module, source, ENTRY, self.bound.clone());
            found.expect("it runs") != self.expected
        };
        hunters().iter().filter(differs).map(|hunter| hunter.name.as_str()).collect()
    }
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
