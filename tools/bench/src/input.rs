//! The inputs of the programs: pseudo-random, the same on every machine and in every run.

use std::collections::BTreeMap;

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::ScalarType;

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// For the interpreter, in tests.
    #[cfg(test)]
    Tiny,
    /// For drivers that compute on a CPU.
    Small,
    /// For a GPU.
    Large,
}

impl Scale {
    /// What is tiny is the greatest power of two that a test has the time for.
    #[cfg_attr(not(test), allow(unused_variables, reason = "only tests are tiny"))]
    fn pick(self, tiny: u32, small: u32, large: u32) -> u32 {
        match self {
            #[cfg(test)]
            Scale::Tiny => tiny,
            Scale::Small => small,
            Scale::Large => large,
        }
    }
}

/// The call of a program, and its size in words. Sizes are multiples of the tiles, so that the GLSL needs no guard.
pub fn call(name: &str, scale: Scale) -> (Call, String) {
    let (arguments, size) = match name {
        "matmul" => {
            let n = scale.pick(64, 512, 4096);
            (vec![("a", floats(1, &[n, n])), ("b", floats(2, &[n, n]))], format!("{n} × {n} × {n}"))
        }
        "scan" => {
            let n = scale.pick(1 << 13, 1 << 22, 1 << 24);
            (vec![("x", integers(3, n))], format!("{n} cells"))
        }
        "histogram" => {
            let n = scale.pick(1 << 13, 1 << 22, 1 << 24);
            let bins = Array::zeros(ScalarType::U32, vec![256]);
            (vec![("x", integers(4, n)), ("bins", bins)], format!("{n} cells"))
        }
        "sort" => {
            let n = scale.pick(1 << 13, 1 << 18, 1 << 23);
            (vec![("keys", integers(5, n)), ("payloads", integers(6, n))], format!("{n} pairs"))
        }
        "softmax" => {
            let m = scale.pick(4, 1024, 16384);
            (vec![("x", floats(7, &[m, 1024]))], format!("{m} rows of 1024"))
        }
        _ => {
            let n = scale.pick(512, 2048, 65536);
            (vec![("bodies", bodies(n))], format!("{n} bodies"))
        }
    };
    let arguments: BTreeMap<String, Argument> =
        arguments.into_iter().map(|(name, array)| (name.into(), Argument::Array(array))).collect();
    (Call { arguments, ..Call::default() }, size)
}

fn integers(seed: u64, n: u32) -> Array {
    Array { element: ScalarType::U32, dimensions: vec![n], words: random(seed).take(n as usize).collect() }
}

/// Between -1 and 1, multiples of 2^-23.
fn floats(seed: u64, dimensions: &[u32]) -> Array {
    let cells = dimensions.iter().map(|size| *size as usize).product();
    let words = random(seed).take(cells).map(|word| between(word).to_bits()).collect();
    Array { element: ScalarType::F32, dimensions: dimensions.into(), words }
}

/// Places, and masses that are not negative.
fn bodies(n: u32) -> Array {
    let mut array = floats(8, &[n, 4]);
    array.words.iter_mut().skip(3).step_by(4).for_each(|mass| *mass &= 0x7fff_ffff);
    array
}

#[allow(clippy::cast_precision_loss, reason = "24 bits fit")]
fn between(word: u32) -> f32 {
    (word >> 8) as f32 / 8_388_608.0 - 1.0
}

/// SplitMix64, its upper halves.
fn random(seed: u64) -> impl Iterator<Item = u32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as u32
    })
}
