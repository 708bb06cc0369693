//! Conversions between numbers, by integers. Integer to float rounds to nearest, ties to even. Float to integer drops
//! the fraction and saturates; the NaN gives 0. Wider integers extend by sign or zeros, narrower ones keep the low bits.
//! `bool` gives 0 or 1, and a number is `true` unless it is zero.

use crate::{
    ScalarType,
    float::{self, SIGN, is_nan},
};

/// The door: what bits from memory, from a call or from `from_bits` are as a value of type `ty`.
#[inline]
pub fn canonical(ty: ScalarType, bits: u64) -> u64 {
    match ty {
        ScalarType::F32 => float::canonical(bits as u32).into(),
        ScalarType::Bool => (bits as u32 != 0).into(),
        _ => bits & ty.mask(),
    }
}

/// Converts a value of type `from` to type `to` by value: `u32(x)`, `i64(x)`, `f32(x)` in source. A packed word stands
/// for its bits.
#[inline]
pub fn convert(from: ScalarType, to: ScalarType, a: u64) -> u64 {
    use ScalarType::*;
    let word = a as u32;
    match (from, to) {
        (F32, F32) => a,
        (F32, I32) => f32_to_i32(word).into(),
        (F32, U32) => f32_to_u32(word).into(),
        (F32, I64) => f32_to_i64(word),
        (F32, U64) => f32_to_u64(word),
        (F32, Bool) => (!float::equal(word, 0)).into(),
        (_, Bool) => (a != 0).into(),
        (I32, F32) => i32_to_f32(word).into(),
        (I64, F32) => i64_to_f32(a).into(),
        (U64, F32) => u64_to_f32(a).into(),
        (_, F32) => u32_to_f32(word).into(),
        (I32, I64 | U64) => i64::from(word.cast_signed()).cast_unsigned(),
        _ => a & to.mask(),
    }
}

/// An unsigned integer as `f32`, rounded to nearest even.
#[inline]
pub fn u32_to_f32(a: u32) -> u32 {
    // Every 32-bit integer is exact in binary64, so this rounds once.
    (f64::from(a) as f32).to_bits()
}

/// A signed integer as `f32`, rounded to nearest even.
#[inline]
pub fn i32_to_f32(a: u32) -> u32 {
    (f64::from(a.cast_signed()) as f32).to_bits()
}

/// An unsigned 64-bit integer as `f32`, rounded to nearest even.
pub fn u64_to_f32(a: u64) -> u32 {
    let length = u64::BITS - a.leading_zeros();
    if length <= 32 {
        return u32_to_f32(a as u32);
    }
    // The upper 32 bits, with a last bit that says whether anything follows: of a number above 2^32 rounding sees
    // no more than that.
    let dropped = length - 32;
    let sticky = u32::from(a.trailing_zeros() < dropped);
    u32_to_f32((a >> dropped) as u32 | sticky) + (dropped << 23)
}

/// A signed 64-bit integer as `f32`, rounded to nearest even.
pub fn i64_to_f32(a: u64) -> u32 {
    let sign = if a.cast_signed() < 0 { SIGN } else { 0 };
    sign | u64_to_f32(a.cast_signed().unsigned_abs())
}

/// The magnitude of `a` without its fraction, or None when it is 2^64 or more.
fn whole(a: u32) -> Option<u64> {
    let exponent = (a >> 23) & 0xff;
    let significand = u64::from((a & 0x007f_ffff) | 0x0080_0000);
    match exponent {
        0..127 => Some(0),
        127..150 => Some(significand >> (150 - exponent)),
        150..191 => Some(significand << (exponent - 150)),
        _ => None,
    }
}

/// An `f32` as unsigned integer: the fraction dropped, from 0 to 2^32 - 1, the NaN 0.
pub fn f32_to_u32(a: u32) -> u32 {
    f32_to_u64(a).min(u32::MAX.into()) as u32
}

/// An `f32` as signed integer: the fraction dropped, from -2^31 to 2^31 - 1, the NaN 0.
pub fn f32_to_i32(a: u32) -> u32 {
    let clamped = f32_to_i64(a).cast_signed().clamp(i32::MIN.into(), i32::MAX.into());
    clamped as u32
}

/// An `f32` as unsigned 64-bit integer: the fraction dropped, from 0 to 2^64 - 1, the NaN 0.
pub fn f32_to_u64(a: u32) -> u64 {
    if is_nan(a) || a >> 31 == 1 { 0 } else { whole(a).unwrap_or(u64::MAX) }
}

/// An `f32` as signed 64-bit integer: the fraction dropped, from -2^63 to 2^63 - 1, the NaN 0.
pub fn f32_to_i64(a: u32) -> u64 {
    if is_nan(a) {
        return 0;
    }
    let magnitude = whole(a).unwrap_or(u64::MAX);
    if a >> 31 == 1 { magnitude.min(1 << 63).wrapping_neg() } else { magnitude.min((1 << 63) - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_saturate_and_lose_their_fraction() {
        let edges = [
            0.0,
            -0.0,
            0.99,
            -0.99,
            1.0,
            -1.5,
            2147483520.0,
            2147483648.0,
            -2147483648.0,
            -2147483904.0,
            4294967040.0,
            4294967296.0,
            1e30,
            -1e30,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
            8388609.0,
            16777216.0,
            9.223_372e18,
            -9.223_372e18,
            9.223_371e18,
            1.8446744e19,
            1.844_674_3e19,
        ];
        for value in edges {
            assert_eq!(f32_to_u32(value.to_bits()), value as u32, "{value} to u32");
            assert_eq!(f32_to_i32(value.to_bits()), (value as i32).cast_unsigned(), "{value} to i32");
            assert_eq!(f32_to_u64(value.to_bits()), value as u64, "{value} to u64");
            assert_eq!(f32_to_i64(value.to_bits()), (value as i64).cast_unsigned(), "{value} to i64");
        }
    }

    #[test]
    fn integers_round_to_even() {
        for value in [0, 1, 16_777_217, 16_777_219, 0x7fff_ffff, 0x8000_0000, 0xffff_ff7f, 0xffff_ff80, u32::MAX] {
            assert_eq!(u32_to_f32(value), (value as f32).to_bits());
            assert_eq!(i32_to_f32(value), (value.cast_signed() as f32).to_bits());
        }
    }

    /// The nearest `f32` by exact comparison of integers with the two around it.
    fn nearest(value: u64) -> u32 {
        let exact = u128::from(value);
        let worth = |word: u32| u128::from((word & 0x007f_ffff) | 0x0080_0000) << ((word >> 23) - 150);
        // Values of 25 bits and more: the significand's unit is at least 1.
        let length = 64 - value.leading_zeros();
        let below = ((126 + length) << 23) + ((value >> (length - 24)) as u32 & 0x007f_ffff);
        let (down, up) = (exact - worth(below), worth(below + 1) - exact);
        if down < up || (down == up && below & 1 == 0) { below } else { below + 1 }
    }

    #[test]
    fn wide_integers_round_once_to_even() {
        for length in 25..=64u32 {
            let unit = 1u64 << (length - 24);
            for significand in [0x0080_0000u64, 0x0080_0001, 0x00aa_aaaa, 0x00ff_fffe, 0x00ff_ffff] {
                let base = significand << (length - 24);
                for offset in [0, 1, unit / 2 - 1, unit / 2, unit / 2 + 1, unit - 1] {
                    let value = base + offset.min(unit - 1);
                    assert_eq!(u64_to_f32(value), nearest(value), "{value:#x}");
                    if value < 1 << 63 {
                        assert_eq!(i64_to_f32(value.wrapping_neg()), SIGN | nearest(value), "-{value:#x}");
                    }
                }
            }
        }
        assert_eq!(u64_to_f32(u64::MAX), 0x5f80_0000);
        assert_eq!(i64_to_f32(1 << 63), 0xdf00_0000);
        assert_eq!([0, 1, 1 << 32].map(u64_to_f32), [0, 0x3f80_0000, 0x4f80_0000]);
    }

    #[test]
    fn integers_extend_by_their_own_sign_and_narrow_by_their_low_bits() {
        use ScalarType::*;
        let ones = u64::from(u32::MAX);
        assert_eq!(convert(I32, I64, ones), u64::MAX);
        assert_eq!(convert(I32, U64, ones), u64::MAX);
        assert_eq!(convert(U32, I64, ones), ones);
        assert_eq!(convert(I64, U32, u64::MAX), ones);
        assert_eq!(convert(U64, I32, 1 << 32 | 7), 7);
        assert_eq!(convert(I64, U64, u64::MAX), u64::MAX);
        assert_eq!(convert(U64, Bool, 1 << 32), 1);
        assert_eq!(convert(Bool, I64, 1), 1);
        assert_eq!(convert(F32, Bool, SIGN.into()), 0);
        assert_eq!(convert(F32, Bool, float::NAN.into()), 1);
        assert_eq!(convert(I8x4, U32, ones), ones);
    }

    #[test]
    fn the_door_is_that_of_the_type() {
        assert_eq!(canonical(ScalarType::F32, 1), 0);
        assert_eq!(canonical(ScalarType::Bool, 2), 1);
        assert_eq!(canonical(ScalarType::I32, u64::MAX), u32::MAX.into());
        assert_eq!(canonical(ScalarType::I64, u64::MAX), u64::MAX);
        assert_eq!(canonical(ScalarType::Bf16x2, 0x1_0001_7fff), 0x0001_7fff);
    }
}
