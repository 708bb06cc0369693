//! Integers of 32 and of 64 bits: two's complement, wrapping; shift counts are taken modulo the width; division truncates
//! toward zero, traps on a zero divisor, and `MIN / -1` wraps to `MIN`. The remainder has the sign of the dividend.
//!
//! Both widths are computed in 64 bits: a pattern of 32 bits comes with an upper half of zeros, or for signed integers of
//! its sign, and of the exact result the lower 32 bits are kept.

use crate::Binary;

/// Applies `op` to unsigned integers of so many bits, or to truth values. None for a division by zero.
#[inline]
pub fn unsigned<const BITS: u32>(op: Binary, a: u64, b: u64) -> Option<u64> {
    let result = match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Subtract => a.wrapping_sub(b),
        Binary::Multiply => a.wrapping_mul(b),
        Binary::Divide => a.checked_div(b)?,
        Binary::Remainder => a.checked_rem(b)?,
        Binary::And => a & b,
        Binary::Or => a | b,
        Binary::Xor => a ^ b,
        Binary::ShiftLeft => a << count::<BITS>(b),
        Binary::ShiftRight => a >> count::<BITS>(b),
        Binary::Equal => (a == b).into(),
        Binary::NotEqual => (a != b).into(),
        Binary::Less => (a < b).into(),
        Binary::LessOrEqual => (a <= b).into(),
        Binary::Greater => (a > b).into(),
        Binary::GreaterOrEqual => (a >= b).into(),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
        // The last three are not defined on 64 bits.
        Binary::CeilingDivide => a.checked_rem(b).map(|rest| a / b + u64::from(rest != 0))?,
        Binary::MultiplyHigh => a.wrapping_mul(b) >> 32,
        // Defined on packed words alone.
        Binary::Dot => a,
    };
    Some(cut::<BITS>(result))
}

/// Applies `op` to signed integers of so many bits. None for a division by zero.
#[inline]
pub fn signed<const BITS: u32>(op: Binary, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (extended::<BITS>(a), extended::<BITS>(b));
    let result = match op {
        Binary::Divide => (y != 0).then(|| x.wrapping_div(y))?,
        Binary::Remainder => (y != 0).then(|| x.wrapping_rem(y))?,
        Binary::ShiftRight => x >> count::<BITS>(b),
        Binary::Less => (x < y).into(),
        Binary::LessOrEqual => (x <= y).into(),
        Binary::Greater => (x > y).into(),
        Binary::GreaterOrEqual => (x >= y).into(),
        Binary::Minimum => x.min(y),
        Binary::Maximum => x.max(y),
        // Not defined on 64 bits.
        Binary::MultiplyHigh => x.wrapping_mul(y) >> 32,
        _ => return unsigned::<BITS>(op, a, b),
    };
    Some(cut::<BITS>(result.cast_unsigned()))
}

/// The magnitude of a signed integer of so many bits; the magnitude of `MIN` wraps to `MIN`.
#[inline]
pub fn absolute<const BITS: u32>(a: u64) -> u64 {
    cut::<BITS>(extended::<BITS>(a).wrapping_abs().cast_unsigned())
}

/// The lower bits.
#[inline]
fn cut<const BITS: u32>(a: u64) -> u64 {
    a & (u64::MAX >> (64 - BITS))
}

/// The signed integer that the lower bits are.
#[inline]
fn extended<const BITS: u32>(a: u64) -> i64 {
    (a << (64 - BITS)).cast_signed() >> (64 - BITS)
}

/// By how many places a shift moves.
#[inline]
fn count<const BITS: u32>(b: u64) -> u64 {
    b % u64::from(BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u64 = 1 << 31;
    const MINUS_ONE: u64 = 0xffff_ffff;
    const WIDE_MIN: u64 = 1 << 63;

    #[test]
    fn the_edges_of_division_wrap() {
        assert_eq!(signed::<32>(Binary::Divide, MIN, MINUS_ONE), Some(MIN));
        assert_eq!(signed::<32>(Binary::Remainder, MIN, MINUS_ONE), Some(0));
        assert_eq!(signed::<64>(Binary::Divide, WIDE_MIN, u64::MAX), Some(WIDE_MIN));
        assert_eq!(signed::<64>(Binary::Remainder, WIDE_MIN, u64::MAX), Some(0));
        for op in [Binary::Divide, Binary::Remainder] {
            assert_eq!(signed::<32>(op, 7, 0), None);
            assert_eq!(signed::<64>(op, 7, 0), None);
            assert_eq!(unsigned::<32>(op, 7, 0), None);
            assert_eq!(unsigned::<64>(op, 7, 0), None);
        }
    }

    #[test]
    fn the_remainder_has_the_sign_of_the_dividend() {
        let minus = |value: i64| value.wrapping_neg().cast_unsigned();
        assert_eq!(signed::<64>(Binary::Divide, minus(7), 2), Some(minus(3)));
        assert_eq!(signed::<64>(Binary::Remainder, minus(7), 2), Some(minus(1)));
        assert_eq!(signed::<32>(Binary::Divide, minus(7) & MINUS_ONE, 2), Some(minus(3) & MINUS_ONE));
        assert_eq!(signed::<32>(Binary::Remainder, minus(7) & MINUS_ONE, 2), Some(MINUS_ONE));
    }

    #[test]
    fn shift_counts_are_taken_modulo_the_width() {
        assert_eq!(signed::<32>(Binary::ShiftRight, MIN, 33), Some(0xc000_0000));
        assert_eq!(signed::<32>(Binary::ShiftRight, MIN, 31), Some(MINUS_ONE));
        assert_eq!(unsigned::<32>(Binary::ShiftLeft, 3, 63), Some(MIN));
        assert_eq!(unsigned::<64>(Binary::ShiftLeft, 1, 65), Some(2));
        assert_eq!(unsigned::<64>(Binary::ShiftRight, WIDE_MIN, 63), Some(1));
        assert_eq!(signed::<64>(Binary::ShiftRight, WIDE_MIN, 63), Some(u64::MAX));
        assert_eq!(signed::<64>(Binary::ShiftLeft, 1, 32), Some(1 << 32));
    }

    #[test]
    fn sums_and_products_wrap() {
        assert_eq!(unsigned::<32>(Binary::Subtract, 0, 1), Some(MINUS_ONE));
        assert_eq!(unsigned::<64>(Binary::Add, u64::MAX, 2), Some(1));
        assert_eq!(unsigned::<64>(Binary::Subtract, 0, 1), Some(u64::MAX));
        assert_eq!(unsigned::<64>(Binary::Multiply, 1 << 33, (1 << 31) + 1), Some(1 << 33));
    }

    #[test]
    fn the_magnitude_of_the_least_integer_wraps() {
        assert_eq!(absolute::<32>(MIN), MIN);
        assert_eq!(absolute::<32>(MINUS_ONE), 1);
        assert_eq!(absolute::<64>(WIDE_MIN), WIDE_MIN);
    }

    #[test]
    fn upper_halves_of_products() {
        assert_eq!(unsigned::<32>(Binary::MultiplyHigh, MINUS_ONE, MINUS_ONE), Some(0xffff_fffe));
        assert_eq!(signed::<32>(Binary::MultiplyHigh, MINUS_ONE, MINUS_ONE), Some(0));
        assert_eq!(signed::<32>(Binary::MultiplyHigh, MIN, MIN), Some(1 << 30));
        assert_eq!(signed::<32>(Binary::MultiplyHigh, MIN, 1), Some(MINUS_ONE));
    }
}
