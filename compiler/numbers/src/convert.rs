//! Conversions between numbers, by integers. Integer to float rounds to nearest, ties to even. Float to integer drops
//! the fraction and saturates; the NaN gives 0. `bool` gives 0 or 1.

use crate::float::is_nan;

/// An unsigned integer as `f32`, rounded to nearest even.
pub fn u32_to_f32(a: u32) -> u32 {
    // Every 32-bit integer is exact in binary64, so this rounds once.
    (f64::from(a) as f32).to_bits()
}

/// A signed integer as `f32`, rounded to nearest even.
pub fn i32_to_f32(a: u32) -> u32 {
    (f64::from(a.cast_signed()) as f32).to_bits()
}

/// The magnitude of `a` without its fraction, or None when it is 2^32 or more.
fn whole(a: u32) -> Option<u32> {
    let exponent = (a >> 23) & 0xff;
    let significand = u64::from((a & 0x007f_ffff) | 0x0080_0000);
    match exponent {
        0..127 => Some(0),
        127..150 => Some((significand >> (150 - exponent)) as u32),
        150..159 => Some((significand << (exponent - 150)) as u32),
        _ => None,
    }
}

/// An `f32` as unsigned integer: the fraction dropped, from 0 to 2^32 - 1, the NaN 0.
pub fn f32_to_u32(a: u32) -> u32 {
    if is_nan(a) || a >> 31 == 1 { 0 } else { whole(a).unwrap_or(u32::MAX) }
}

/// An `f32` as signed integer: the fraction dropped, from -2^31 to 2^31 - 1, the NaN 0.
pub fn f32_to_i32(a: u32) -> u32 {
    if is_nan(a) {
        return 0;
    }
    let magnitude = whole(a).unwrap_or(u32::MAX);
    if a >> 31 == 1 { magnitude.min(1 << 31).wrapping_neg() } else { magnitude.min((1 << 31) - 1) }
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
        ];
        for value in edges {
            assert_eq!(f32_to_u32(value.to_bits()), value as u32, "{value} to u32");
            assert_eq!(f32_to_i32(value.to_bits()), (value as i32).cast_unsigned(), "{value} to i32");
        }
    }

    #[test]
    fn integers_round_to_even() {
        for value in [0, 1, 16_777_217, 16_777_219, 0x7fff_ffff, 0x8000_0000, 0xffff_ff7f, 0xffff_ff80, u32::MAX] {
            assert_eq!(u32_to_f32(value), (value as f32).to_bits());
            assert_eq!(i32_to_f32(value), (value.cast_signed() as f32).to_bits());
        }
    }
}
