//! Operands where arithmetic goes wrong: the ends of the range, ties, cancellation, neighbours of powers of two.

use crate::random::Random;

const SIGN: u32 = 0x8000_0000;
const FRACTION: u32 = 0x007f_ffff;
const ONE: u32 = 0x3f80_0000;

/// Words of every exponent at the ends and in the middle of their fractions, of both signs: zeros, subnormals, infinities
/// and NaNs are among them.
pub fn edges() -> Vec<u32> {
    let fractions = [0, 1, 0x003f_ffff, 0x0040_0000, 0x007f_fffe, FRACTION];
    let magnitudes = (0..=0xff).flat_map(|exponent| fractions.map(|fraction| exponent << 23 | fraction));
    magnitudes.flat_map(|word| [word, word | SIGN]).collect()
}

/// Two operands: a quarter of them any bits at all, the others aimed.
pub fn pair(seed: u64, number: u64) -> (u32, u32) {
    let mut random = Random::of_number(seed, number);
    let bits = random.wide();
    let (a, b) = (bits as u32, (bits >> 32) as u32);
    match number % 8 {
        0 | 1 => (a, b),
        2 => at_an_end(a, b, |a, end| end / a),
        3 => at_an_end(a, b, |a, end| a / end),
        4 => cancelling(a, b),
        5 => apart(a, b, random.word()),
        6 => tied_product(a, b, random.word()),
        _ => by_powers_of_two(a, b, random.word()),
    }
}

/// `a`, and a partner within two units of what `solve` gives for it and an end of the range.
fn at_an_end(a: u32, b: u32, solve: impl Fn(f64, f64) -> f64) -> (u32, u32) {
    let end = if b & 8 == 0 { 2f64.powi(-126) } else { 2f64.powi(128) };
    let magnitude = (a & !SIGN).clamp(0x0080_0000, 0x7f7f_ffff);
    let partner = solve(f64::from(f32::from_bits(magnitude)), end) as f32;
    let near = (b & 3).wrapping_sub(1);
    (magnitude | (a & SIGN), partner.to_bits().wrapping_add(near) & !SIGN | (b & SIGN))
}

/// Numbers that differ by a few units, or by a few and a power of two, of any signs.
fn cancelling(a: u32, b: u32) -> (u32, u32) {
    let units = (b & 15).wrapping_sub(7);
    let places = (b >> 4 & 3).wrapping_sub(1) << 23;
    (a, a.wrapping_add(units).wrapping_add(if b & 64 == 0 { 0 } else { places }) ^ (b & SIGN))
}

/// A number and one up to 26 places lower, which often ends half way between two places of the first.
fn apart(a: u32, b: u32, more: u32) -> (u32, u32) {
    let places = more % 27;
    let exponent = ((a >> 23) & 0xff).max(28);
    let a = a & (SIGN | FRACTION) | exponent.min(254) << 23;
    let half = if places == 0 { 0 } else { FRACTION >> (23 - (places - 1).min(23)) };
    let tie = if more & 0x100 == 0 { b & FRACTION } else { b & FRACTION & !half | (half + 1) & FRACTION };
    (a, b & SIGN | (exponent.min(254) - places) << 23 | tie)
}

/// Factors of together 24, 25 or 26 bits: many of their products are ties, or exact. Their exponents put the product
/// anywhere, often at the ends.
fn tied_product(a: u32, b: u32, more: u32) -> (u32, u32) {
    let bits = 1 + more % 23;
    let others = (24 + (more >> 8) % 3 - bits).min(24);
    let shorten = |word: u32, bits: u32| word & !(FRACTION >> (bits - 1)) | (0x0080_0000 >> (bits - 1)) & FRACTION;
    let (x, y) = (shorten(a, bits), shorten(b, others));
    if more & 0x1_0000 == 0 {
        return (x, y);
    }
    // Exponents whose sum is near that of 2^-126.
    let exponent = (x >> 23 & 0xff).clamp(1, 126);
    let other = 127 - exponent + (more >> 17 & 3);
    (x & (SIGN | FRACTION) | exponent << 23, y & (SIGN | FRACTION) | other.clamp(1, 254) << 23)
}

/// Neighbours of powers of two, the second of one near the first, near its inverse, or of any.
fn by_powers_of_two(a: u32, b: u32, more: u32) -> (u32, u32) {
    let exponent = a >> 23 & 0xff;
    let other = match more & 3 {
        0 => b >> 23 & 0xff,
        1 => exponent.wrapping_add(more >> 2 & 3).wrapping_sub(1) & 0xff,
        2 => 254u32.wrapping_sub(exponent) & 0xff,
        _ => ONE >> 23,
    };
    let near = |units: u32| (units & 7).wrapping_sub(3);
    let word = |exponent: u32, units: u32, sign: u32| (exponent << 23).wrapping_add(near(units)) & !SIGN | sign & SIGN;
    (word(exponent, a, a), word(other, b, b))
}

/// 64 bits to convert to `f32`: of any length, often a tie or next to one.
pub fn wide(seed: u64, number: u64) -> u64 {
    let mut random = Random::of_number(seed, number);
    let (bits, more) = (random.wide(), random.word());
    let bits = bits >> (more & 63);
    let length = u64::BITS - bits.leading_zeros();
    if more & 64 == 0 || length < 26 {
        return bits;
    }
    let half = 1u64 << (length - 25);
    let near = u64::from(more >> 7 & 3).wrapping_sub(1);
    let tie = (bits & !(2 * half - 1) | half).wrapping_add(near);
    if more & 0x200 == 0 { tie } else { tie.wrapping_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(word: u32) -> f64 {
        f32::from_bits(word).into()
    }

    /// How many of many pairs have a property.
    fn count(holds: impl Fn(f64, f64) -> bool) -> usize {
        (0..80_000)
            .filter(|number| {
                let (a, b) = pair(1, *number);
                holds(value(a), value(b))
            })
            .count()
    }

    /// Whether the exact value lies half way between two floats, as if there were no least exponent.
    fn tie(exact: f64) -> bool {
        exact.is_finite() && exact != 0.0 && exact.to_bits() & 0x1fff_ffff == 0x1000_0000
    }

    #[test]
    fn the_aims_are_hit() {
        let least = 2f64.powi(-126);
        let flushed_too_early = |exact: f64| exact < least && exact >= least * (1.0 - 2f64.powi(-25));
        assert!(count(|a, b| flushed_too_early((a * b).abs())) > 100);
        assert!(count(|a, b| tie(a * b)) > 1000);
        assert!(count(|a, b| tie(a + b) && a + b - a == b) > 1000);
        assert!(count(|a, b| a + b == 0.0 && a != 0.0) > 100);
        assert!(count(|a, b| (a + b).abs() < least && a + b != 0.0) > 100);
        assert!(count(|a, b| (a / b).abs() < least && (a / b).abs() > least * 0.999) > 500);
        assert!(count(|a, b| (a * b).abs() >= 2f64.powi(128) && (a * b).abs() < 2f64.powi(128) * 1.001) > 500);
    }

    #[test]
    fn wide_integers_are_often_ties() {
        let ties = (0..10_000).filter(|number| {
            let bits = wide(3, *number);
            let length = u64::BITS - bits.leading_zeros();
            length > 25 && bits << (64 - length) << 24 == 1 << 63
        });
        assert!(ties.count() > 200);
    }

    #[test]
    fn edges_hold_what_is_not_canonical() {
        let edges = edges();
        assert_eq!(edges.len(), 3072);
        for word in [0, SIGN, 1, 0x807f_ffff, 0x7f80_0000, 0xff80_0001, 0x7fff_ffff, ONE] {
            assert!(edges.contains(&word), "{word:#x}");
        }
    }
}
