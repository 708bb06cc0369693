//! Arguments whose exact results lie on a midpoint between two floats, or hard by one, found by arithmetic rather than by
//! trying: what a library that is right by luck gets wrong.

use gmp_mpfr_sys::mpfr::{self, rnd_t};
use lockstep_witness::{operands, random::Random};

use crate::samples;
use crate::several::Several;
use crate::wide::Wide;

/// How many are kept of each kind that is searched for.
const KEPT: usize = 192;
/// Wide enough for any distance that turns up.
const WIDE: i64 = 256;

/// The hard arguments of a function; none of one that is exact or goes another way.
pub fn of(function: &Several) -> Vec<[u32; 3]> {
    match function.operands {
        operands::Several::Atan2 => arcs(function),
        operands::Several::Hypot => [triples(), near_triples(function)].concat(),
        operands::Several::Pow => [powers(), near_powers(function)].concat(),
        operands::Several::Rem | operands::Several::Fma => Vec::new(),
    }
}

/// Points whose direction is near a midpoint: by the continued fraction of the midpoint's tangent no quotient of numbers
/// of 24 bits is nearer to it.
fn arcs(function: &Several) -> Vec<[u32; 3]> {
    let mut random = Random::new(0xa7a2);
    let mut tangent = Wide::new(WIDE);
    let mut found = Vec::new();
    for _ in 0..1 << 18 {
        let places = random.below(7) as i64;
        let midpoint = (random.word() >> 7 | 1 << 24 | 1) as i64;
        // SAFETY: the number is initialised.
        unsafe {
            mpfr::set_si_2exp(tangent.out(), midpoint, -24 - places, rnd_t::RNDN);
            mpfr::tan(tangent.out(), tangent.get(), rnd_t::RNDN);
        }
        let negative = unsafe { mpfr::signbit(tangent.get()) } != 0;
        if let Some((y, x)) = fraction(&mut tangent) {
            let x = (x as f32).to_bits() | if negative { 1 << 31 } else { 0 };
            found.push([(y as f32).to_bits() | (random.word() & 1 << 31), x, 0]);
        }
    }
    hardest(function, found)
}

/// The last convergent of the number's magnitude whose parts have 24 bits.
fn fraction(number: &mut Wide) -> Option<(u32, u32)> {
    let mut whole = Wide::new(WIDE);
    let (mut before, mut now) = ((0u64, 1u64), (1u64, 0u64));
    // SAFETY: the numbers are initialised.
    unsafe {
        mpfr::abs(number.out(), number.get(), rnd_t::RNDN);
        loop {
            mpfr::floor(whole.out(), number.get());
            let part = mpfr::get_ui(whole.get(), rnd_t::RNDN).min(1 << 30);
            let next = (part * now.0 + before.0, part * now.1 + before.1);
            if next.0.max(next.1) >= 1 << 24 {
                return (now.0 > 0 && now.1 > 0).then_some((now.0 as u32, now.1 as u32));
            }
            (before, now) = (now, next);
            mpfr::sub(number.out(), number.get(), whole.get(), rnd_t::RNDN);
            mpfr::ui_div(number.out(), 1, number.get(), rnd_t::RNDN);
        }
    }
}

/// Pythagorean triples whose greatest number has 25 bits and is odd: ties.
fn triples() -> Vec<[u32; 3]> {
    let mut random = Random::new(0x345);
    let mut found = Vec::new();
    while found.len() < KEPT {
        let (u, v) = (random.below(5793) as u64, random.below(5793) as u64);
        let sum = u * u + v * v;
        if v > 0 && u > v && (1 << 24..1 << 25).contains(&sum) && sum % 2 == 1 && u * u - v * v < 1 << 24 {
            let power = (random.below(200) as u32) << 23;
            let leg = |length: u64| (length as f32).to_bits() - (100 << 23) + power;
            let legs = [leg(u * u - v * v), leg(2 * u * v)];
            // And a neighbour of it, which is none.
            found.push([legs[0], legs[1], 0]);
            found.push([legs[0], legs[1] + 1, 0]);
        }
    }
    found
}

/// Legs of which one was chosen so that the root is near a midpoint.
fn near_triples(function: &Several) -> Vec<[u32; 3]> {
    let mut random = Random::new(0x346);
    let found = (0..1 << 18).map(|_| {
        // In halves of the last place of the first.
        let x = 2 * u64::from(random.word() >> 8 | 1 << 23);
        let above = random.word() >> (8 + random.below(22)) | 1;
        let y = ((u64::from(above) * (2 * x + u64::from(above))) as f64).sqrt() as f32;
        [(x as f32).to_bits(), y.to_bits(), 0]
    });
    hardest(function, found.collect())
}

/// Powers that are ties: of c^(2^k) by n/2^k, where c^n is odd and has 25 bits; and neighbours of them.
fn powers() -> Vec<[u32; 3]> {
    let mut random = Random::new(0x90);
    let mut found = Vec::new();
    for (k, n) in (0..5u32).flat_map(|k| (2..16u32).map(move |n| (k, n))) {
        let fits = |c: &u64| (1 << 24..1 << 25).contains(&c.saturating_pow(n)) && c.saturating_pow(1 << k) < 1 << 24;
        let bases: Vec<u64> = (3..5793u64).step_by(2).filter(fits).collect();
        for c in bases.iter().step_by(bases.len().div_ceil(12).max(1)) {
            let base = (c.pow(1 << k) as f32).to_bits();
            let exponent = (n as f32 / (1 << k) as f32).to_bits();
            // Times a power of two that the root takes whole.
            let power = (random.below(5) as u32).wrapping_sub(2).wrapping_mul(1 << k) << 23;
            found.push([base.wrapping_add(power), exponent, 0]);
            found.push([base + 1, exponent, 0]);
            found.push([base, exponent - 1, 0]);
        }
    }
    found
}

/// Powers near a midpoint, of many that were tried.
fn near_powers(function: &Several) -> Vec<[u32; 3]> {
    // Every third is aimed at the range of floats.
    let arguments = |at: usize| function.operands.at(3 * at as u64);
    let near = samples::hardest(1 << 24, |at| function.distance(arguments(at)));
    hardest(function, near.into_iter().map(arguments).collect())
}

/// Those whose results are nearest to a midpoint, and are none.
fn hardest(function: &Several, arguments: Vec<[u32; 3]>) -> Vec<[u32; 3]> {
    let mut kept: Vec<_> =
        arguments.into_iter().map(|words| (function.bits_like_midpoint(words, WIDE), words)).collect();
    kept.sort_unstable_by(|a, b| b.cmp(a));
    kept.dedup();
    kept.into_iter().take(KEPT).map(|(_, words)| words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(name: &str, keep: impl Fn(u32) -> bool) -> usize {
        let function = Several::of_name(name).unwrap();
        of(function).into_iter().filter(|words| keep(function.bits_like_midpoint(*words, WIDE))).count()
    }

    #[test]
    fn hard_arguments_are_hard() {
        assert!(bits("atan2", |bits| bits >= 30) >= KEPT / 2);
        assert!(bits("hypot", |bits| bits as i64 >= WIDE) >= KEPT / 2, "ties");
        assert!(bits("hypot", |bits| (28..200).contains(&bits)) >= KEPT / 2);
        assert!(bits("pow", |bits| bits as i64 >= WIDE) >= 50, "ties");
        assert!(bits("pow", |bits| (16..200).contains(&bits)) >= KEPT / 2);
    }
}
