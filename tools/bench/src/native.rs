//! The programs of the benchmark in plain Rust on all cores, with the bits that Lockstep gives: what somebody would write
//! who has no need of a replica. Nothing here uses more than the processor's baseline, which on x86-64 is SSE2.

mod matmul;
mod nbody;
mod reduce;
mod softmax;
mod sort;

use lockstep_module::{Argument, Array, Call};

/// The cells of an array that a program writes.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Floats.
    Floats(Vec<f32>),
    /// Words.
    Words(Vec<u32>),
}

impl Cells {
    /// Their bits.
    pub fn words(self) -> Vec<u32> {
        match self {
            Cells::Floats(floats) => floats.into_iter().map(f32::to_bits).collect(),
            Cells::Words(words) => words,
        }
    }
}

/// A program that has its inputs. Each run makes its outputs anew, in the order of the interface.
pub type Program = Box<dyn Fn() -> Vec<Cells>>;

/// The program of this name for a call of it.
pub fn program(name: &str, call: &Call) -> Option<Program> {
    match name {
        "matmul" => {
            let n = array(call, "a")?.dimensions.first().copied()? as usize;
            let (a, b) = (floats(call, "a")?, floats(call, "b")?);
            Some(Box::new(move || vec![Cells::Floats(matmul::product(&a, &b, n))]))
        }
        "scan" => {
            let x = array(call, "x")?.words.clone();
            Some(Box::new(move || vec![Cells::Words(reduce::exclusive_scan(&x))]))
        }
        "histogram" => {
            let x = array(call, "x")?.words.clone();
            Some(Box::new(move || vec![Cells::Words(reduce::histogram(&x))]))
        }
        "sort" => {
            let (keys, payloads) = (array(call, "keys")?.words.clone(), array(call, "payloads")?.words.clone());
            Some(Box::new(move || {
                let (keys, payloads) = sort::pairs(&keys, &payloads);
                vec![Cells::Words(keys), Cells::Words(payloads)]
            }))
        }
        "softmax" => {
            let x = floats(call, "x")?;
            Some(Box::new(move || vec![Cells::Floats(softmax::rows(&x))]))
        }
        "nbody" => {
            let bodies = floats(call, "bodies")?;
            Some(Box::new(move || vec![Cells::Floats(nbody::pulls(&bodies, nbody::exact))]))
        }
        "nbody_newton" => {
            let bodies = floats(call, "bodies")?;
            Some(Box::new(move || vec![Cells::Floats(nbody::pulls(&bodies, nbody::newton))]))
        }
        _ => None,
    }
}

fn array<'c>(call: &'c Call, name: &str) -> Option<&'c Array> {
    match call.arguments.get(name)? {
        Argument::Array(array) => Some(array),
        Argument::Scalar(..) => None,
    }
}

fn floats(call: &Call, name: &str) -> Option<Vec<f32>> {
    Some(array(call, name)?.words.iter().copied().map(f32::from_bits).collect())
}

#[cfg(test)]
mod tests {
    use lockstep_compiler::compile;
    use lockstep_module::{Outcome, bind};

    use super::*;
    use crate::{input, peers::PEERS};

    /// The interpreter's bits, on sizes that it can do in a test.
    #[test]
    fn every_program_has_its_peer_which_gives_the_same_bits() {
        for peer in &PEERS {
            let (call, _) = input::call(peer.name, input::Scale::Tiny);
            let native = program(peer.name, &call).unwrap_or_else(|| panic!("{} has none", peer.name))();
            let compilation = compile(peer.name, peer.lockstep);
            let (program, module) = (compilation.program.unwrap(), compilation.module.unwrap());
            let signature = module.signature(peer.entry).unwrap();
            let bound = bind(signature, module.profile, call).unwrap();
            let source = lockstep_interpreter::Source { program: &program, sources: &compilation.sources };
            let ran = lockstep_interpreter::run(source, peer.entry, bound, &|_, _| {}).unwrap();
            let Outcome::Finished(outputs) = ran.outcome else { panic!("{} traps", peer.name) };
            let outputs: Vec<Vec<u32>> = outputs.into_iter().map(|output| output.array.words).collect();
            let native: Vec<Vec<u32>> = native.into_iter().map(Cells::words).collect();
            assert!(outputs == native, "{}: other bits", peer.name);
        }
    }
}
