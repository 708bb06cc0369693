//! The operands for which `tests/math` keeps hashes of the results of functions of two or three numbers: these cannot be
//! tried on all their inputs. Operands number n of a function come from n alone, by integers and exact steps, so that the
//! oracle and an engine's side make the same ones on every machine.
//!
//! Of each three, two are any bits at all, and one is aimed: at powers within the range of floats, at numbers of like
//! size, at dividends up to 2^41 times the divisor, at sums of like size.

use crate::random::Random;

/// Operands of one hash.
pub const BLOCK: usize = 1 << 24;
/// Hashes of one function: 2^30 operands in all.
pub const BLOCKS: usize = 64;

const SIGN: u32 = 0x8000_0000;
const FRACTION: u32 = 0x007f_ffff;

/// A function of several numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the function that its name says")]
pub enum Several {
    Atan2,
    Fma,
    Hypot,
    Pow,
    Rem,
}

impl Several {
    /// All of them.
    pub const ALL: [Several; 5] = [Several::Atan2, Several::Fma, Several::Hypot, Several::Pow, Several::Rem];

    /// The function of this name in `std::math`.
    pub fn of_name(name: &str) -> Option<Several> {
        Several::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Its name in `std::math`.
    pub fn name(self) -> &'static str {
        match self {
            Several::Atan2 => "atan2",
            Several::Fma => "fma",
            Several::Hypot => "hypot",
            Several::Pow => "pow",
            Several::Rem => "rem",
        }
    }

    /// How many operands it takes.
    pub fn operands(self) -> usize {
        if self == Several::Fma { 3 } else { 2 }
    }

    /// Operands number `number`; one that it does not take is 0.
    pub fn at(self, number: u64) -> [u32; 3] {
        let mut random = Random::of_number(self as u64, number);
        let bits = random.wide();
        let (a, b) = (bits as u32, (bits >> 32) as u32);
        let aimed = number.is_multiple_of(3);
        match self {
            Several::Fma => {
                let c = random.word();
                [a, b, if aimed { summand(a, b, c) } else { c }]
            }
            _ if !aimed => [a, b, 0],
            Several::Atan2 | Several::Hypot => [a, with_exponent(b, exponent(a) + below(&mut random, 27) - 13), 0],
            Several::Rem => [a, with_exponent(b, exponent(a) + 1 - below(&mut random, 42)), 0],
            Several::Pow => power(a, b, random.word()),
        }
    }
}

fn exponent(word: u32) -> i32 {
    (word >> 23 & 0xff) as i32
}

/// The word with the nearest exponent to this one that a normal number has.
fn with_exponent(word: u32, exponent: i32) -> u32 {
    word & (SIGN | FRACTION) | (exponent.clamp(1, 254) as u32) << 23
}

fn below(random: &mut Random, n: usize) -> i32 {
    random.below(n) as i32
}

/// A summand within 31 places of the product of the two.
fn summand(a: u32, b: u32, c: u32) -> u32 {
    with_exponent(c, exponent(a) + exponent(b) - 127 + (c >> 23 & 63) as i32 - 31)
}

/// A base and an exponent whose power is mostly within the range of floats: |y · log2 x| < 130. A third of the bases are
/// near 1, and an eighth negative, with a whole exponent.
fn power(a: u32, b: u32, more: u32) -> [u32; 3] {
    let base = match more % 3 {
        // 1 and something, or something below 1, both of any smallness.
        0 => 0x3f80_0000u32.wrapping_add((((a & FRACTION) as i32) >> (a >> 24 & 15)).wrapping_mul(sign(a)) as u32),
        _ => with_exponent(a & !SIGN, exponent(a)),
    };
    // At least the magnitude of the binary logarithm. Every step here is exact or rounded as IEEE 754 says.
    let distance = (f64::from(f32::from_bits(base)) - 1.0).abs();
    let logarithm = if distance < 0.5 { 2.0 * distance } else { f64::from((exponent(base) - 127).abs() + 1) };
    let greatest = 130.0 / logarithm.max(2f64.powi(-24));
    let magnitude = greatest * (f64::from(b >> 1) + 1.0) * 2f64.powi(-31);
    if more & 0x700 == 0 {
        let whole = magnitude.min(2f64.powi(25)) as u32;
        return [base | SIGN, (whole as f32).to_bits() | (b << 31), 0];
    }
    [base, (magnitude as f32).to_bits() | (b << 31), 0]
}

fn sign(word: u32) -> i32 {
    if word & SIGN == 0 { 1 } else { -1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of aimed operands, how many in a thousand have a property of their values.
    fn in_a_thousand(function: Several, holds: impl Fn(f64, f64) -> bool) -> usize {
        let aimed = (0..3000).step_by(3).map(|number| function.at(number));
        aimed.filter(|[a, b, _]| holds(f32::from_bits(*a).into(), f32::from_bits(*b).into())).count()
    }

    #[test]
    fn aimed_operands_are_where_they_should_be() {
        let in_range = |x: f64, y: f64| (y * x.abs().log2()).abs() <= 130.0;
        assert!(in_a_thousand(Several::Pow, in_range) > 990);
        assert!(in_a_thousand(Several::Pow, |x, y| in_range(x, y) && (y * x.abs().log2()).abs() > 1.0) > 600);
        assert!(in_a_thousand(Several::Pow, |x, y| x < 0.0 && y.fract() == 0.0) > 80);
        let alike = |x: f64, y: f64| (x / y).abs().log2().abs() < 15.0;
        assert!(in_a_thousand(Several::Atan2, alike) > 950);
        assert!(in_a_thousand(Several::Hypot, alike) > 950);
        assert!(in_a_thousand(Several::Rem, |x, y| (0.25..2f64.powi(42)).contains(&(x / y).abs())) > 950);
    }

    /// A change here would make every hash in `tests/math` one of other operands.
    #[test]
    fn the_operands_are_these() {
        let words = |function: Several| [0, 1, 0x3fff_ffff].map(|number| function.at(number));
        let wanted = [
            [[0x1a2c_05ec, 0x1d0a_9b0b, 0], [0x3cce_4aae, 0x1cd3_6414, 0], [0x772f_3e80, 0xf3f5_886d, 0]],
            [
                [0x8547_bc0c, 0x6ec8_5f1f, 0x3176_3afc],
                [0xb31b_eb7b, 0x5c5b_2489, 0xe6c3_d212],
                [0xb138_fe0c, 0xfc1b_b870, 0x6e73_50a5],
            ],
            [[0x6620_8474, 0xe7f9_f8b3, 0], [0xe0ee_dc3a, 0xb86c_9947, 0], [0x6d8d_3058, 0xf19d_a122, 0]],
            [[0x761f_f95e, 0xbf40_70cc, 0], [0x5d8e_5899, 0x5fa0_679a, 0], [0x3f7f_fd6f, 0xc956_bcb7, 0]],
            [[0xbf83_7948, 0xb61e_4e12, 0], [0xfaa7_dd2d, 0xe503_481d, 0], [0x321e_9adb, 0x3295_b29e, 0]],
        ];
        assert_eq!(Several::ALL.map(words), wanted);
    }
}
