//! What a device must compute before it gets a certificate: programs over two arrays of words, each about one thing that
//! drivers get wrong, run on the device and on the interpreter.

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::ScalarType;

use super::{OPERANDS, prepared::Prepared};
use lockstep_engine::Fault;

/// A program, and how many words each of its inputs has.
pub(super) struct Suite {
    /// What it is about, in a word or two.
    pub(super) name: &'static str,
    source: &'static str,
    words: usize,
    /// What stands in the source, and what a wrong device might make of it.
    #[cfg(test)]
    mistake: (&'static str, &'static str),
}

/// All of them, in the order of a certificate.
pub(super) const SUITES: [Suite; 12] = [
    Suite {
        name: "floats",
        source: include_str!("floats.lks"),
        words: 1 << 15,
        #[cfg(test)]
        mistake: ("to_bits(p * q + p)", "to_bits(p * (q + 1.0))"),
    },
    Suite {
        name: "rewrites",
        source: include_str!("rewrites.lks"),
        words: 1 << 13,
        #[cfg(test)]
        mistake: ("to_bits(p + 0.0)", "to_bits(p)"),
    },
    Suite {
        name: "integers",
        source: include_str!("integers.lks"),
        words: 1 << 14,
        #[cfg(test)]
        mistake: ("s >> q", "s >> min(q, 31)"),
    },
    Suite {
        name: "64-bit integers",
        source: include_str!("wide.lks"),
        words: 1 << 13,
        #[cfg(test)]
        mistake: ("s < t", "p < q"),
    },
    Suite {
        name: "packed words",
        source: include_str!("packed.lks"),
        words: 1 << 15,
        #[cfg(test)]
        mistake: ("dot(u8x4(p), u8x4(q))", "u32(dot(i8x4(p), i8x4(q)))"),
    },
    Suite {
        name: "loops",
        source: include_str!("loops.lks"),
        words: 16,
        #[cfg(test)]
        mistake: ("0..n * 4400", "0..n * 4095"),
    },
    Suite {
        name: "indices",
        source: include_str!("indices.lks"),
        words: 1 << 12,
        #[cfg(test)]
        mistake: ("i + 0x40000000", "i"),
    },
    Suite {
        name: "phases",
        source: include_str!("group.lks"),
        words: 1 << 13,
        #[cfg(test)]
        mistake: ("row[(i * 5 + round) % 256]", "row[255 - (i * 5 + round) % 256]"),
    },
    Suite {
        name: "combining",
        source: include_str!("combine.lks"),
        words: 1 << 16,
        #[cfg(test)]
        mistake: ("v >> 4;", "v >> 5;"),
    },
    Suite {
        name: "claiming",
        source: include_str!("claim.lks"),
        words: 1 << 16,
        #[cfg(test)]
        mistake: ("b[i]) << 9", "b[i]) << 8"),
    },
    Suite {
        name: "traps",
        source: include_str!("trap.lks"),
        words: 1 << 13,
        #[cfg(test)]
        mistake: ("999", "500"),
    },
    Suite {
        name: "double claims",
        source: include_str!("doubly_claimed.lks"),
        words: 1 << 13,
        #[cfg(test)]
        mistake: ("n / 2", "n / 4"),
    },
];

impl Suite {
    /// Compiles it and lets the interpreter run it.
    ///
    /// # Errors
    /// Only by a fault of this program.
    pub(super) fn prepare(&self) -> Result<Prepared, Fault> {
        self.prepare_source(self.source)
    }

    fn prepare_source(&self, source: &str) -> Result<Prepared, Fault> {
        let mut call = Call::default();
        for (name, words) in ["a", "b"].into_iter().zip(inputs(self.words)) {
            let array = Array { element: ScalarType::U32, dimensions: vec![words.len() as u32], words };
            call.arguments.insert(name.into(), Argument::Array(array));
        }
        Prepared::new(self.name, source, call)
    }
}

/// Two arrays of words: every pair of edges as far as they go, then words in no order, of which many are floats of near
/// exponents, and many are short.
fn inputs(words: usize) -> [Vec<u32>; 2] {
    let mut state = 0x0123_4567_89ab_cdefu64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
    };
    let edges = OPERANDS.iter().flat_map(|a| OPERANDS.iter().map(move |b| (*a, *b)));
    let random = std::iter::from_fn(|| {
        let (a, b, choice) = (next(), next(), next());
        Some(match choice % 4 {
            // Exponents that differ by little: sums cancel, and products of small ones lie about 2^-126.
            0 => (a, (a & 0x7f80_0000).wrapping_add(b & 0x80ff_ffff)),
            1 => (a & 0x9fff_ffff | 0x1f80_0000, b & 0x9fff_ffff | 0x1f00_0000),
            2 => (a >> (choice >> 27), b >> ((choice >> 22) & 31)),
            _ => (a, b),
        })
    });
    edges.chain(random).take(words).unzip().into()
}

#[cfg(test)]
mod tests {
    use lockstep_module::Outcome;

    use super::*;
    use crate::engine::Engine;

    /// The control: a device that takes the program for another one is caught, in each suite by the results that the
    /// suite is about.
    #[test]
    fn every_suite_bites() {
        let devices = crate::devices().unwrap();
        let device = devices.iter().find(|device| device.refused.is_none()).unwrap();
        let engine = Engine::open(device).unwrap();
        for suite in &SUITES {
            let prepared = suite.prepare().unwrap();
            assert_eq!(prepared.judge(&engine, &prepared.module), Ok(None), "{}", suite.name);
            let (right, wrong) = suite.mistake;
            assert!(suite.source.contains(right), "{}", suite.name);
            let mistaken = suite.prepare_source(&suite.source.replace(right, wrong)).unwrap();
            let found = prepared.judge(&engine, &mistaken.module).unwrap();
            assert!(found.is_some(), "{} does not bite", suite.name);
        }
    }

    /// Each suite has a result; two of them a trap.
    #[test]
    fn every_suite_can_be_prepared() {
        for suite in &SUITES {
            let prepared = suite.prepare().unwrap();
            let traps = matches!(prepared.expected, Outcome::Trapped(_));
            assert_eq!(traps, ["traps", "double claims"].contains(&suite.name), "{}", suite.name);
        }
    }
}
