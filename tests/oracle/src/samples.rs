//! A few hundred inputs of each function with their results: special values, neighbours of them, random ones, and those
//! among millions whose exact result lies nearest to a midpoint between two floats, where a quick way must give up.

use crate::{hard, parallel, rule, scrambled, several::Several, unary::Unary};

/// Zeros, subnormals, the least and greatest numbers, infinities, NaNs, 1 and numbers about it, whole and half numbers,
/// and where exponentials leave the range of floats.
const SPECIAL: [u32; 36] = [
    0x0000_0000,
    0x0000_0001,
    0x007f_ffff,
    0x0080_0000,
    0x0080_0001,
    0x3300_0000,
    0x3380_0000,
    0x3e80_0000,
    0x3f00_0000,
    0x3f7f_ffff,
    0x3f80_0000,
    0x3f80_0001,
    0x3fc0_0000,
    0x4000_0000,
    0x4020_0000,
    0x4040_0000,
    0x4120_0000,
    0x4180_0000,
    0x4217_b818,
    0x4217_b819,
    0x421a_209a,
    0x421a_209b,
    0x42ae_ac4f,
    0x42ae_ac50,
    0x42b1_7217,
    0x42b1_7218,
    0x42fc_0000,
    0x42fc_0001,
    0x4300_0000,
    0x4b00_0001,
    0x4b80_0000,
    0x7f7f_ffff,
    0x7f80_0000,
    0x7f80_0001,
    0x7fc0_0000,
    0x7fff_ffff,
];
const SIGN: u32 = 0x8000_0000;
const TRIED: usize = 1 << 22;
const RANDOM: usize = 64;
const HARD: usize = 128;

/// Lines of an input and its result, in hexadecimal.
pub fn unary(function: &Unary) -> String {
    let mut inputs: Vec<u32> = SPECIAL.iter().flat_map(|&word| [word, word | SIGN]).collect();
    inputs.extend((0..RANDOM as u64).map(|number| scrambled(number) ^ 0x1234));
    let tried = |at: usize| scrambled(at as u64 + 1000);
    inputs.extend(hardest(TRIED, |at| function.distance(tried(at))).into_iter().map(tried));
    let mut evaluation = crate::unary::Evaluation::new();
    inputs.iter().map(|&x| format!("{x:08x} {:08x}\n", function.exact(x, &mut evaluation))).collect()
}

/// Lines of several inputs and their result.
pub fn several(function: &Several) -> String {
    let some: Vec<u32> = SPECIAL.iter().step_by(2).flat_map(|&word| [word, word | SIGN]).collect();
    let mut inputs: Vec<[u32; 3]> = some.iter().flat_map(|&x| some.iter().map(move |&y| [x, y, 0])).collect();
    // The first from 2^-16 to 2^16, the second from 2^-4 to 2^4.
    let tried = |at: usize| {
        let (x, y) = (scrambled(2 * at as u64), scrambled(2 * at as u64 + 1));
        [((x & 0x0fff_ffff) + 0x3780_0000) | (x & SIGN & (y << 4)), ((y & 0x03ff_ffff) + 0x3d80_0000) | (y & SIGN), 0]
    };
    inputs.extend((0..RANDOM).map(tried));
    inputs.extend(hardest(TRIED, |at| function.distance(tried(at))).into_iter().map(tried));
    inputs.extend(hard::of(function));
    let mut evaluation = crate::several::Evaluation::new();
    let line = |words: &[u32; 3]| {
        let arguments: String = words[..function.arguments()].iter().map(|word| format!("{word:08x} ")).collect();
        format!("{arguments}{:08x}\n", function.exact(*words, &mut evaluation))
    };
    inputs.iter().map(line).collect()
}

/// The numbers below `tried` with the least distances.
pub fn hardest(tried: usize, distance: impl Fn(usize) -> u32 + Sync) -> Vec<usize> {
    let mut distances = vec![(0, 0); tried];
    parallel::fill(&mut distances, || (), |at, ()| (distance(at), at));
    distances.sort_unstable();
    distances.into_iter().take(HARD).map(|(_, at)| at).collect()
}

/// How far the double is from the nearest midpoint between two floats, in its last places; much for one that is exact, or
/// that is no normal float.
pub fn of_midpoint(value: f64) -> u32 {
    let rest = value.to_bits() as u32 & 0x1fff_ffff;
    if rest == 0 || !matches!(rule::round(value) & !SIGN, 0x0080_0000..0x7f80_0000) {
        u32::MAX
    } else {
        rest.abs_diff(0x1000_0000)
    }
}
