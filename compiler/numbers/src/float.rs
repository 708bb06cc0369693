//! Rule F, the arithmetic of `f32`, computed from wider floats and integers and never by the host's binary32 unit.
//!
//! An `f32` is a zero, a normal number, an infinity or the one NaN `0x7fc00000`. `+ - * / sqrt` take the exact result,
//! round it once to 24 significant bits, to nearest, ties to even, with unbounded exponent, and then make a zero of its
//! sign of what is below 2^-126 and an infinity of what is 2^128 or more.
//!
//! Why binary64 is wide enough: it holds sums below 2^-126 and all products exactly; for the other results rounding
//! first to 53 and then to 24 bits equals rounding once, because 53 >= 2 * 24 + 2 (Figueroa, *When is double rounding
//! innocuous?*, 1995). No result of binary32 operands is small enough to leave the normal range of binary64.

/// The one NaN.
pub const NAN: u32 = 0x7fc0_0000;
/// Positive infinity.
pub const INFINITY: u32 = 0x7f80_0000;
pub(crate) const SIGN: u32 = 0x8000_0000;
/// The least normal magnitude, 2^-126.
pub const MIN_NORMAL: u32 = 0x0080_0000;

/// Rounding to 24 bits takes everything from here up to 2^-126 or above: 2^-126 - 2^-151, a tie that goes to even.
const LEAST_THAT_ROUNDS_TO_NORMAL: f64 = f64::from_bits(0x380f_ffff_f000_0000);

/// The door: a word from memory or from `from_bits` becomes a canonical `f32`.
/// A subnormal becomes the zero of its sign and every NaN the one NaN.
#[inline]
pub fn canonical(word: u32) -> u32 {
    let magnitude = word & !SIGN;
    if magnitude > INFINITY {
        NAN
    } else if magnitude < MIN_NORMAL {
        word & SIGN
    } else {
        word
    }
}

#[inline]
fn wide(word: u32) -> f64 {
    f64::from(f32::from_bits(word))
}

/// Rounds a binary64 that stands for an exact result, as rule F says.
#[inline]
fn round(exact: f64) -> u32 {
    if exact.is_nan() {
        NAN
    } else if exact.abs() < LEAST_THAT_ROUNDS_TO_NORMAL {
        if exact.is_sign_negative() { SIGN } else { 0 }
    } else {
        // The cast rounds to nearest even; from the threshold up to 2^-126 it gives 2^-126.
        (exact as f32).to_bits()
    }
}

/// `a + b`.
#[inline]
pub fn add(a: u32, b: u32) -> u32 {
    round(wide(a) + wide(b))
}

/// `a - b`.
#[inline]
pub fn sub(a: u32, b: u32) -> u32 {
    round(wide(a) - wide(b))
}

/// `a * b`.
#[inline]
pub fn mul(a: u32, b: u32) -> u32 {
    round(wide(a) * wide(b))
}

/// `a / b`. Division by zero gives an infinity, and `0 / 0` the NaN, as IEEE 754 says.
#[inline]
pub fn div(a: u32, b: u32) -> u32 {
    round(wide(a) / wide(b))
}

/// The square root. `sqrt(-0.0)` is `-0.0`; of any other negative number it is the NaN.
#[inline]
pub fn sqrt(a: u32) -> u32 {
    round(wide(a).sqrt())
}

/// `-a`: the sign is turned over. The NaN stays the one NaN.
#[inline]
pub fn neg(a: u32) -> u32 {
    if is_nan(a) { NAN } else { a ^ SIGN }
}

/// The magnitude of `a`.
#[inline]
pub fn abs(a: u32) -> u32 {
    a & !SIGN
}

/// Whether `a` is the NaN.
#[inline]
pub fn is_nan(a: u32) -> bool {
    a & !SIGN > INFINITY
}

/// `a < b`; false if either is the NaN; the two zeros are equal.
#[inline]
pub fn less(a: u32, b: u32) -> bool {
    wide(a) < wide(b)
}

/// `a <= b`; false if either is the NaN; the two zeros are equal.
#[inline]
pub fn less_or_equal(a: u32, b: u32) -> bool {
    wide(a) <= wide(b)
}

/// `a == b`; false if either is the NaN; the two zeros are equal.
#[inline]
pub fn equal(a: u32, b: u32) -> bool {
    wide(a) == wide(b)
}

/// A signed key that orders canonical values other than the NaN, with -0 below +0.
#[inline]
fn order(a: u32) -> i32 {
    let signed = a.cast_signed();
    signed ^ ((signed >> 31) & 0x7fff_ffff)
}

/// IEEE 754-2019 `minimum`: the NaN if either is the NaN, and -0 is less than +0.
#[inline]
pub fn minimum(a: u32, b: u32) -> u32 {
    if is_nan(a) || is_nan(b) {
        NAN
    } else if order(a) <= order(b) {
        a
    } else {
        b
    }
}

/// IEEE 754-2019 `maximum`: the NaN if either is the NaN, and +0 is greater than -0.
#[inline]
pub fn maximum(a: u32, b: u32) -> u32 {
    if is_nan(a) || is_nan(b) {
        NAN
    } else if order(a) >= order(b) {
        a
    } else {
        b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(value: f32) -> u32 {
        value.to_bits()
    }

    #[test]
    fn the_threshold_is_two_to_the_minus_126_less_two_to_the_minus_151() {
        assert_eq!(LEAST_THAT_ROUNDS_TO_NORMAL, 2f64.powi(-126) - 2f64.powi(-151));
    }

    #[test]
    fn normal_results_are_those_of_ieee() {
        for (a, b) in [(1.0f32, 3.0f32), (0.1, 0.2), (1e30, -7.5), (16_777_216.0, 1.0)] {
            assert_eq!(add(bits(a), bits(b)), bits(a + b));
            assert_eq!(sub(bits(a), bits(b)), bits(a - b));
            assert_eq!(mul(bits(a), bits(b)), bits(a * b));
            assert_eq!(div(bits(a), bits(b)), bits(a / b));
        }
        assert_eq!(sqrt(bits(2.0)), bits(2f32.sqrt()));
        assert_eq!(sqrt(bits(-0.0)), bits(-0.0));
        assert_eq!(sqrt(bits(-1.0)), NAN);
    }

    #[test]
    fn a_result_below_the_normal_range_is_a_zero_of_its_sign() {
        let least = MIN_NORMAL;
        assert_eq!(mul(least, bits(0.5)), 0);
        assert_eq!(mul(least | SIGN, bits(0.5)), SIGN);
        assert_eq!(sub(least, 0x0080_0001), SIGN);
    }

    #[test]
    fn a_product_that_rounds_up_to_the_normal_range_stays() {
        // (2^-126 * (1 + 2^-23)) * (1 - 2^-24 * 2): below 2^-126 before rounding, 2^-126 after it.
        let just_above = 0x0080_0001;
        let just_below_one = 0x3f7f_fffe;
        let exact = wide(just_above) * wide(just_below_one);
        assert!(exact < 2f64.powi(-126));
        assert_eq!(mul(just_above, just_below_one), MIN_NORMAL);
    }

    #[test]
    fn the_door_lets_only_canonical_words_through() {
        assert_eq!(canonical(1), 0);
        assert_eq!(canonical(0x807f_ffff), SIGN);
        assert_eq!(canonical(0x7f80_0001), NAN);
        assert_eq!(canonical(0xffff_ffff), NAN);
        assert_eq!(canonical(INFINITY), INFINITY);
        assert_eq!(canonical(bits(1.5)), bits(1.5));
    }

    #[test]
    fn minimum_and_maximum_order_the_zeros_and_keep_the_nan() {
        assert_eq!(minimum(0, SIGN), SIGN);
        assert_eq!(maximum(SIGN, 0), 0);
        assert_eq!(minimum(NAN, bits(1.0)), NAN);
        assert_eq!(maximum(bits(1.0), NAN), NAN);
        assert_eq!(minimum(bits(-2.0), bits(-1.0)), bits(-2.0));
    }

    /// The control: an engine that keeps subnormals, as IEEE 754 does, is told apart from rule F.
    #[test]
    fn an_engine_that_keeps_subnormals_is_caught() {
        let ieee = (f32::from_bits(MIN_NORMAL) * 0.5).to_bits();
        assert_ne!(ieee, mul(MIN_NORMAL, bits(0.5)));
    }
}
