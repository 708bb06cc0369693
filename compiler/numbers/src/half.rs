//! The storage formats binary16 and bfloat16, by integers. Narrowing rounds once to nearest even, with subnormals kept
//! in binary16, overflow to infinity, and one NaN of each format.

use crate::float::{INFINITY, NAN, SIGN, canonical, is_nan};

/// The one NaN of binary16.
pub const HALF_NAN: u32 = 0x7e00;
/// The one NaN of bfloat16.
pub const BRAIN_NAN: u32 = 0x7fc0;
const HALF_INFINITY: u32 = 0x7c00;

/// `word >> by`, rounded to nearest, ties to even. `by` is from 1 to 31.
fn shift_rounding(word: u32, by: u32) -> u32 {
    let (kept, dropped, tie) = (word >> by, word & ((1 << by) - 1), 1 << (by - 1));
    kept + u32::from(dropped > tie || (dropped == tie && kept & 1 == 1))
}

/// The `f32` of the binary16 in the lower 16 bits. Every binary16 is a zero or a normal number as an `f32`.
#[inline]
pub fn half_to_float(a: u32) -> u32 {
    let sign = (a & 0x8000) << 16;
    let magnitude = a & 0x7fff;
    let fraction = magnitude & 0x03ff;
    match magnitude >> 10 {
        0 if fraction == 0 => sign,
        0 => {
            // fraction * 2^-24, made normal: its leading bit becomes the hidden one.
            let shift = fraction.leading_zeros() - 21;
            sign | (113 - shift) << 23 | (fraction << shift & 0x03ff) << 13
        }
        31 if fraction != 0 => NAN,
        31 => sign | INFINITY,
        exponent => sign | (exponent + 112) << 23 | fraction << 13,
    }
}

/// The binary16 nearest to an `f32`.
#[inline]
pub fn float_to_half(a: u32) -> u32 {
    if is_nan(a) {
        return HALF_NAN;
    }
    let sign = (a & SIGN) >> 16;
    let magnitude = a & !SIGN;
    let exponent = magnitude >> 23;
    let rounded = match exponent {
        // Below half of the least subnormal, 2^-25; a tie there goes to zero.
        0..102 => 0,
        // A subnormal: units of 2^-24.
        102..113 => shift_rounding((magnitude & 0x007f_ffff) | 0x0080_0000, 126 - exponent),
        // A carry out of the fraction raises the exponent, at the top to infinity.
        113..143 => shift_rounding(magnitude - (112 << 23), 13),
        _ => HALF_INFINITY,
    };
    sign | rounded
}

/// The bfloat16 nearest to an `f32`.
#[inline]
pub fn float_to_brain(a: u32) -> u32 {
    if is_nan(a) { BRAIN_NAN } else { shift_rounding(canonical(a), 16) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a binary16 is worth, from its definition.
    fn value(half: u32) -> f64 {
        let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
        let (exponent, fraction) = (half >> 10 & 31, f64::from(half & 0x3ff));
        sign * match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1024.0 + fraction) * 2f64.powi(exponent as i32 - 25),
        }
    }

    /// The nearest binary16 by exact comparison with the two around it. `below` is the magnitude not above the value.
    fn nearest(halves: &[u32], float: u32) -> u32 {
        let exact = f64::from(f32::from_bits(float & !SIGN));
        let below = halves.partition_point(|half| value(*half) <= exact) as u32 - 1;
        // One past the greatest stands for 2^16.
        let above = if below + 1 == HALF_INFINITY { 65536.0 } else { value(below + 1) };
        let (down, up) = (exact - value(below), above - exact);
        let magnitude = if down < up || (down == up && below & 1 == 0) { below } else { below + 1 };
        (float & SIGN) >> 16 | magnitude
    }

    #[test]
    fn every_half_is_its_value_and_comes_back() {
        for half in 0..=0xffff {
            let float = half_to_float(half);
            if value(half).is_nan() {
                assert_eq!((float, float_to_half(float)), (NAN, HALF_NAN));
            } else {
                assert_eq!(f64::from(f32::from_bits(float)).to_bits(), value(half).to_bits(), "{half:#x}");
                assert_eq!(float_to_half(float), half, "{half:#x}");
            }
        }
    }

    #[test]
    fn narrowing_gives_the_nearest_half() {
        let halves: Vec<u32> = (0..HALF_INFINITY).collect();
        for half in 0..HALF_INFINITY {
            let float = half_to_float(half);
            // Between this half and the next: at the ends, around the middle, and at scattered places.
            let next = if half + 1 == HALF_INFINITY { 0x4780_0000 } else { half_to_float(half + 1) };
            let gap = next - float;
            let middle = float + gap / 2;
            for at in [float + 1, middle - 1, middle, middle + 1, next - 1, float + gap / 3, float + gap / 5 * 3] {
                for sign in [0, SIGN] {
                    let word = canonical(at | sign);
                    assert_eq!(float_to_half(word), nearest(&halves, word), "{word:#x}");
                }
            }
        }
        assert_eq!(float_to_half(0x477f_efff), 0x7bff);
        assert_eq!(float_to_half(0x477f_f000), HALF_INFINITY);
        assert_eq!(float_to_half(0x3300_0000), 0, "a tie between zero and the least subnormal");
        assert_eq!(float_to_half(0x3300_0001), 1);
        assert_eq!(float_to_half(INFINITY | SIGN), 0xfc00);
    }

    #[test]
    fn brains_are_the_nearest() {
        for word in (0..=u32::MAX).step_by(65_521).chain([0x3f80_8000, 0x3f81_8000, 0x7f7f_ffff, 0x7f7f_7fff]) {
            let word = canonical(word);
            let brain = float_to_brain(word);
            if is_nan(word) {
                assert_eq!(brain, BRAIN_NAN);
                continue;
            }
            let exact = i64::from(word & !SIGN);
            let (down, up) = (exact & !0xffff, (exact & !0xffff) + 0x1_0000);
            let below = (exact - down, up - exact);
            let even = down >> 16 & 1 == 0;
            let chosen = if below.0 < below.1 || (below.0 == below.1 && even) { down } else { up };
            assert_eq!(brain, (word & SIGN) >> 16 | (chosen >> 16) as u32, "{word:#x}");
        }
        assert_eq!(float_to_brain(0x7f7f_ffff), 0x7f80);
    }
}
