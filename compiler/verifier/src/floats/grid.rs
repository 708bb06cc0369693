//! How small a float can be that is no zero. Where a sum or a product cannot fall below the normal numbers, devices of
//! every class agree on it without a guard.
//!
//! A sum of multiples of 2^s is one too, and a product of multiples of 2^s and 2^t is one of 2^(s + t), before rounding and
//! after it. So it is a zero, or far enough from zero, if that exponent is -126 or more. Else it may be known to lie apart
//! from zero by its range.

use super::word::{INFINITY, MAGNITUDE, MIN_NORMAL, SIGN, is_canonical};

/// The exponent of the least normal number.
const LEAST: i32 = -126;
/// Every float is a multiple of 2^-149.
const FINEST: i32 = -149;
/// More than the exponent of any float. Zero is a multiple of all powers of 2.
const FAR: i32 = 1000;
/// Twice the least normal number: what is computed to be that is no less than the number itself.
const APART: f64 = 1.0 / ((1u128 << 125) as f64);
/// What is below it stays finite when it is rounded.
const HUGE: f64 = (1u128 << 127) as f64;
/// By how much of itself a bound moves outward, for what rounds the number, and the bound.
const ROUNDING: f64 = 1.0 / ((1u32 << 20) as f64);

/// What is known of a float that has no subnormals, if it is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// It is a multiple of 2^step.
    step: i32,
    /// It is this at least. If this is more than the most, it is never finite.
    low: f64,
    /// It is this at most.
    high: f64,
    /// Whether it is finite.
    finite: bool,
}

impl Grid {
    /// Any float.
    pub const ANY: Grid = Grid { step: FINEST, low: f64::NEG_INFINITY, high: f64::INFINITY, finite: false };
    const NEVER: Grid = Grid { step: FAR, low: f64::INFINITY, high: f64::NEG_INFINITY, finite: false };

    /// The float with these bits.
    pub fn constant(bits: u32) -> Grid {
        let size = bits & MAGNITUDE;
        if size >= INFINITY {
            return Grid::NEVER;
        }
        if !is_canonical(bits) {
            return Grid::ANY;
        }
        let number = f64::from(f32::from_bits(bits));
        let step = if size == 0 { FAR } else { exponent(size) - 23 + (size | SIGN).trailing_zeros().min(23) as i32 };
        Grid { step, low: number, high: number, finite: true }
    }

    /// A float with bits in this range, that are 1 in these places at most. Of what may have a sign nothing is known.
    pub fn between(least: u32, most: u32, bits: u32) -> Grid {
        if most > MAGNITUDE {
            return Grid::ANY;
        }
        let bound = |bits: u32| if bits < INFINITY { f64::from(f32::from_bits(bits)) } else { f64::INFINITY };
        if least < MIN_NORMAL {
            return Grid { step: FINEST, low: 0.0, high: bound(most.max(MIN_NORMAL)), finite: most < INFINITY };
        }
        let even = bits.trailing_zeros().min(23) as i32;
        Grid { step: exponent(least) - 23 + even, low: bound(least), high: bound(most), finite: most < INFINITY }
    }

    /// A whole number from `least` to `most`, rounded; below zero with its sign, as words are. `bits` are those that may be 1.
    pub fn whole(least: u32, most: u32, bits: u32) -> Grid {
        let (low, high) = if most < SIGN { (least, most) } else { (SIGN, MAGNITUDE) };
        let [low, high] = [low, high].map(|word| f64::from(word as i32));
        Grid { step: bits.trailing_zeros().min(31) as i32, low, high, finite: true }.rounded()
    }

    /// A float from `low` on.
    pub fn above(low: u32) -> Grid {
        Grid { low: f64::from(f32::from_bits(low)), ..Grid::ANY }
    }

    /// A float up to `high`.
    pub fn below(high: u32) -> Grid {
        Grid { high: f64::from(f32::from_bits(high)), ..Grid::ANY }
    }

    /// A float whose magnitude is that of these bits at most, or also a NaN if it is not surely `finite`.
    pub fn within(size: u32, finite: bool) -> Grid {
        let most = f64::from(f32::from_bits(size));
        Grid { low: -most, high: most, finite, ..Grid::ANY }
    }

    /// A float whose magnitude is that of these bits at least.
    pub fn beyond(size: u32) -> Grid {
        let step = if size >= MIN_NORMAL { exponent(size) - 23 } else { FINEST };
        Grid { step, ..Grid::ANY }
    }

    /// The range of its bits, if it is a positive number.
    pub fn bits(self) -> Option<(u32, u32)> {
        let known = self.finite && self.low >= APART && self.low <= self.high && self.high < HUGE;
        // To the power of two below, and the one above that is no nearer.
        let power = |bound: f64| ((bound.to_bits() >> 52) as u32 & 0x7ff).saturating_sub(1023 - 127) << 23;
        known.then(|| (power(self.low), power(self.high) + MIN_NORMAL))
    }

    /// Whether it lies apart from zero by this.
    fn is_apart(self, by: f64) -> bool {
        self.low >= by || self.high <= -by
    }

    /// What follows: a float of 24 bits from 2^e on is a multiple of 2^(e - 23).
    fn settled(self) -> Grid {
        let step = self.step.clamp(FINEST, FAR);
        let least = if self.low > 0.0 { self.low } else { -self.high };
        let known = least.is_finite() && least >= APART;
        let by_range = if known { ((least.to_bits() >> 52) as i32 & 0x7ff) - 1023 - 23 } else { FINEST };
        Grid { step: step.max(by_range), ..self }
    }

    /// After rule F: bounds are rounded, and what is not surely normal may become a zero.
    fn rounded(self) -> Grid {
        if self.low > self.high {
            return Grid::NEVER;
        }
        let (mut low, mut high) = (self.low - self.low.abs() * ROUNDING, self.high + self.high.abs() * ROUNDING);
        if low.is_nan() || high.is_nan() {
            (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        }
        if !self.is_normal() {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        let finite = self.finite && low > -HUGE && high < HUGE;
        Grid { step: self.step, low: coarse(low), high: -coarse(-high), finite }.settled()
    }

    /// Any of two.
    pub fn or(self, other: Grid) -> Grid {
        Grid {
            step: self.step.min(other.step),
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            finite: self.finite && other.finite,
        }
    }

    /// What both say.
    pub fn and(self, other: Grid) -> Grid {
        Grid {
            step: self.step.max(other.step),
            low: self.low.max(other.low),
            high: self.high.min(other.high),
            finite: self.finite || other.finite,
        }
        .settled()
    }

    fn negative(self) -> Grid {
        Grid { low: -self.high, high: -self.low, ..self }
    }

    /// With another sign, or the same.
    pub fn with_any_sign(self) -> Grid {
        self.or(self.negative())
    }

    /// Without its sign.
    pub fn size(self) -> Grid {
        if self.low >= 0.0 {
            self
        } else if self.high <= 0.0 {
            self.negative()
        } else {
            Grid { low: 0.0, ..self.with_any_sign() }
        }
    }

    /// The sum, before it is rounded.
    fn exact_sum(self, other: Grid) -> Grid {
        Grid {
            step: self.step.min(other.step),
            low: self.low + other.low,
            high: self.high + other.high,
            finite: self.finite && other.finite,
        }
    }

    /// The product, before it is rounded.
    fn exact_product(self, other: Grid) -> Grid {
        let corners = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        let step = self.step + other.step;
        if corners.iter().any(|corner| corner.is_nan()) {
            return Grid { step, ..Grid::ANY };
        }
        Grid {
            step,
            low: corners.into_iter().fold(f64::INFINITY, f64::min),
            high: corners.into_iter().fold(f64::NEG_INFINITY, f64::max),
            finite: self.finite && other.finite,
        }
    }

    /// Whether what is no zero is a normal number, and so is what it is rounded to.
    fn is_normal(self) -> bool {
        self.step >= LEAST || self.is_apart(APART)
    }

    /// Whether the sum needs no guard.
    pub fn sum_is_normal(self, other: Grid) -> bool {
        self.exact_sum(other).is_normal()
    }

    /// Whether the difference needs no guard.
    pub fn difference_is_normal(self, other: Grid) -> bool {
        self.sum_is_normal(other.negative())
    }

    /// Whether the product needs no guard.
    pub fn product_is_normal(self, other: Grid) -> bool {
        self.exact_product(other).is_normal()
    }

    /// The sum.
    pub fn sum(self, other: Grid) -> Grid {
        self.exact_sum(other).rounded()
    }

    /// The difference.
    pub fn difference(self, other: Grid) -> Grid {
        self.sum(other.negative())
    }

    /// The product.
    pub fn product(self, other: Grid) -> Grid {
        self.exact_product(other).rounded()
    }

    /// The square root: of a normal number it is at least 2^-63.
    pub fn root(self) -> Grid {
        Grid { step: LEAST / 2 - 23, low: 0.0, ..Grid::ANY }
    }
}

/// A bound from below that is no nearer to zero than floats are, and no less true.
fn coarse(low: f64) -> f64 {
    let finest = APART / ((1u32 << (-FINEST - 125)) as f64);
    if low.abs() >= finest {
        low
    } else if low < 0.0 {
        -finest
    } else {
        0.0
    }
}

/// The exponent of a normal number with these bits.
fn exponent(bits: u32) -> i32 {
    (bits >> 23) as i32 - 127
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub struct Random(pub u64);

    impl Random {
        pub fn next(&mut self) -> u32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 16) as u32
        }

        /// A float, and something that is true of it.
        fn float(&mut self) -> (f32, Grid) {
            let exponent = [1, 30, 64, 90, 104, 120, 127, 130, 254][self.next() as usize % 9];
            let bits = (exponent << 23) | (self.next() & 0x007f_ffff & (u32::MAX << (self.next() % 24)));
            let sign = self.next() & SIGN;
            let below = bits.saturating_sub(self.next() % 0x0200_0000);
            let above = bits + (self.next() % 0x0200_0000).min(INFINITY - 1 - bits);
            match self.next() % 6 {
                0 => (f32::from_bits(bits | sign), Grid::constant(bits | sign)),
                1 => (f32::from_bits(bits), Grid::between(below, above, u32::MAX)),
                2 => (f32::from_bits(bits), Grid::between(below, above, u32::MAX << bits.trailing_zeros())),
                3 => (f32::from_bits(bits | sign), Grid::within(above, true)),
                4 => {
                    let word = self.next() >> (self.next() % 32);
                    let (least, most) = (word - word.min(9), word.saturating_add(self.next() >> 9));
                    (word as i32 as f32, Grid::whole(least, most, u32::MAX))
                }
                _ => (f32::from_bits(bits | sign), Grid::ANY),
            }
        }
    }

    /// A number to 24 bits by rule F.
    fn rounded(number: f64) -> f32 {
        let least = f64::from(f32::MIN_POSITIVE);
        if number.abs() >= least {
            return number as f32;
        }
        let scaled = (number * 1e30) as f32;
        let up = (number.abs() / least) as f32 >= 1.0;
        if up { f32::MIN_POSITIVE.copysign(scaled) } else { 0.0f32.copysign(scaled) }
    }

    pub fn holds(grid: Grid, float: f32) -> bool {
        if !float.is_finite() {
            return !grid.finite;
        }
        let number = f64::from(float);
        let steps = number / 2f64.powi(grid.step.min(200));
        let in_range = grid.low <= number && number <= grid.high;
        let in_bits = grid.bits().is_none_or(|(least, most)| (least..=most).contains(&float.to_bits()));
        in_range && in_bits && (number == 0.0 || steps == steps.trunc())
    }

    /// What is made of floats of which something is known: the numbers before rounding, the results, and what is known.
    fn made(random: &mut Random, see: &mut impl FnMut(bool, f64, f32, Grid)) {
        let (mut x, mut a) = random.float();
        assert!(holds(a, x), "{x:e} is not of {a:?}");
        for _ in 0..5 {
            let (y, b) = random.float();
            assert!(holds(b, y), "{y:e} is not of {b:?}");
            let (f, g) = (f64::from(x), f64::from(y));
            let (sure, number, grid) = match random.next() % 3 {
                0 => (a.sum_is_normal(b), f + g, a.sum(b)),
                1 => (a.difference_is_normal(b), f - g, a.difference(b)),
                _ => (a.product_is_normal(b), f * g, a.product(b)),
            };
            // Sums of numbers far apart are not exact here.
            if (f.abs() / g.abs()).log2().abs() > 28.0 && f * g != 0.0 && number != f * g {
                return;
            }
            x = rounded(number);
            see(sure, number, x, grid);
            a = if random.next().is_multiple_of(4) { grid.or(Grid::constant(0)) } else { grid };
        }
    }

    #[test]
    fn what_is_known_is_true() {
        let mut random = Random(0x0dd_ba11);
        let mut spared = 0;
        for _ in 0..300_000 {
            made(&mut random, &mut |sure, number, result, grid| {
                assert!(holds(grid, result), "{number:e} rounded is {result:e}: {grid:?}");
                spared += u32::from(sure);
                let apart = number == 0.0 || number.abs() >= f64::from(f32::MIN_POSITIVE);
                assert!(!sure || apart, "{number:e} is said to be normal");
            });
        }
        assert!(spared > 100_000, "{spared}");
    }

    /// The control: one step more than is known, or one guard less, is found to be wrong.
    #[test]
    fn a_little_more_is_false() {
        let mut random = Random(0x5eed);
        let (mut too_coarse, mut too_sure) = (0, 0);
        for _ in 0..300_000 {
            made(&mut random, &mut |sure, number, result, grid| {
                too_coarse += u32::from(!holds(Grid { step: grid.step + 1, ..grid }, result));
                too_sure += u32::from(!sure && number != 0.0 && number.abs() < f64::from(f32::MIN_POSITIVE));
            });
        }
        assert!(too_coarse > 1000 && too_sure > 1000, "{too_coarse} {too_sure}");
    }

    #[test]
    fn magnitudes_and_signs() {
        let below = Grid::constant(0xc000_0000).or(Grid::constant(0xbf80_0000));
        assert_eq!(below.size(), Grid::constant(0x3f80_0000).or(Grid::constant(0x4000_0000)));
        assert!(holds(below.with_any_sign(), 2.0) && holds(below.with_any_sign(), -2.0));
        assert!(holds(Grid::beyond(0x3f80_0000), -1.0000001) && !holds(Grid::beyond(0x3f80_0000), 0.99999994));
        assert!(holds(Grid::within(0x3f80_0000, true), -1.0) && !holds(Grid::within(0x3f80_0000, true), f32::NAN));
        assert!(Grid::constant(0x0080_0000).product_is_normal(Grid::constant(0x3f80_0000)));
        assert!(!Grid::constant(0x0080_0000).product_is_normal(Grid::constant(0x3f7f_ffff)));
        assert!(!Grid::ANY.sum_is_normal(Grid::ANY) && !Grid::ANY.product_is_normal(Grid::constant(0x3f80_0001)));
    }
}
