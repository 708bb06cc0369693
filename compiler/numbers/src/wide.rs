//! 64-bit integers, by the rules of the 32-bit ones: wrapping; shift counts are taken modulo 64; division truncates
//! toward zero, traps on a zero divisor, and `MIN / -1` wraps to `MIN`.

use crate::Binary;

/// The magnitude of a signed integer; the magnitude of `MIN` wraps to `MIN`.
#[inline]
pub fn abs_i64(a: u64) -> u64 {
    a.cast_signed().wrapping_abs().cast_unsigned()
}

/// Applies `op` to signed integers. None for a division by zero.
#[inline]
pub fn binary_i64(op: Binary, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    Some(match op {
        Binary::Divide => return (y != 0).then(|| x.wrapping_div(y).cast_unsigned()),
        Binary::Remainder => return (y != 0).then(|| x.wrapping_rem(y).cast_unsigned()),
        Binary::ShiftRight => x.wrapping_shr(b as u32).cast_unsigned(),
        Binary::Less => (x < y).into(),
        Binary::LessOrEqual => (x <= y).into(),
        Binary::Greater => (x > y).into(),
        Binary::GreaterOrEqual => (x >= y).into(),
        Binary::Minimum => x.min(y).cast_unsigned(),
        Binary::Maximum => x.max(y).cast_unsigned(),
        _ => return binary_u64(op, a, b),
    })
}

/// Applies `op` to unsigned integers. None for a division by zero.
#[inline]
pub fn binary_u64(op: Binary, a: u64, b: u64) -> Option<u64> {
    Some(match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Subtract => a.wrapping_sub(b),
        Binary::Multiply => a.wrapping_mul(b),
        Binary::Divide => return a.checked_div(b),
        Binary::Remainder => return a.checked_rem(b),
        Binary::And => a & b,
        Binary::Or => a | b,
        Binary::Xor => a ^ b,
        Binary::ShiftLeft => a.wrapping_shl(b as u32),
        Binary::ShiftRight => a.wrapping_shr(b as u32),
        Binary::Equal => (a == b).into(),
        Binary::NotEqual => (a != b).into(),
        Binary::Less => (a < b).into(),
        Binary::LessOrEqual => (a <= b).into(),
        Binary::Greater => (a > b).into(),
        Binary::GreaterOrEqual => (a >= b).into(),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
        // Not defined on 64 bits; the type checker refuses them.
        Binary::CeilingDivide | Binary::MultiplyHigh | Binary::Dot => a,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u64 = 1 << 63;

    #[test]
    fn the_edges_of_division_wrap() {
        assert_eq!(binary_i64(Binary::Divide, MIN, u64::MAX), Some(MIN));
        assert_eq!(binary_i64(Binary::Remainder, MIN, u64::MAX), Some(0));
        assert_eq!(binary_i64(Binary::Divide, MIN, 0), None);
        assert_eq!(binary_u64(Binary::Remainder, 1, 0), None);
        let minus = |value: i64| value.wrapping_neg().cast_unsigned();
        assert_eq!(binary_i64(Binary::Divide, minus(7), 2), Some(minus(3)));
        assert_eq!(binary_i64(Binary::Remainder, minus(7), 2), Some(minus(1)));
    }

    #[test]
    fn shift_counts_are_taken_modulo_64() {
        assert_eq!(binary_u64(Binary::ShiftLeft, 1, 65), Some(2));
        assert_eq!(binary_u64(Binary::ShiftRight, MIN, 63), Some(1));
        assert_eq!(binary_i64(Binary::ShiftRight, MIN, 63), Some(u64::MAX));
        assert_eq!(binary_i64(Binary::ShiftLeft, 1, 32), Some(1 << 32));
    }

    #[test]
    fn sums_and_products_wrap() {
        assert_eq!(binary_u64(Binary::Add, u64::MAX, 2), Some(1));
        assert_eq!(binary_u64(Binary::Subtract, 0, 1), Some(u64::MAX));
        assert_eq!(binary_u64(Binary::Multiply, 1 << 33, (1 << 31) + 1), Some(1 << 33));
        assert_eq!(abs_i64(MIN), MIN);
    }
}
