//! What each operator gives, to the bit: one function for operators with one operand, one for those with two.

use crate::{Binary, ScalarType, Unary, float, half, integer, packed, wide};

/// An integer division or remainder whose divisor is zero: a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionByZero;

/// Applies `op` to a value of type `ty`. A type that `op` does not accept gives bits without a meaning.
#[inline]
pub fn unary(op: Unary, ty: ScalarType, a: u64) -> u64 {
    if ty.words() == 2 {
        return match op {
            Unary::Negate => a.wrapping_neg(),
            Unary::Not => !a,
            Unary::Absolute => wide::abs_i64(a),
            _ => a,
        };
    }
    let a = a as u32;
    u64::from(match (op, ty) {
        (Unary::Negate, ScalarType::F32) => float::neg(a),
        (Unary::Negate, _) => a.wrapping_neg(),
        (Unary::Not, ScalarType::Bool) => a ^ 1,
        (Unary::Not, _) => !a,
        (Unary::Absolute, ScalarType::F32) => float::abs(a),
        (Unary::Absolute, ScalarType::I32) => integer::abs_i32(a),
        (Unary::Absolute, _) => a,
        (Unary::SquareRoot, _) => float::sqrt(a),
        (Unary::HalfToFloat, _) => half::half_to_float(a),
        (Unary::FloatToHalf, _) => half::float_to_half(a),
        (Unary::FloatToBrain, _) => half::float_to_brain(a),
    })
}

/// Applies `op` to two values, the left of type `ty`. A type that `op` does not accept gives bits without a meaning.
///
/// # Errors
/// [`DivisionByZero`] for `/`, `%` and `ceil_div` on integers when `b` is zero.
#[inline]
pub fn binary(op: Binary, ty: ScalarType, a: u64, b: u64) -> Result<u64, DivisionByZero> {
    let (x, y) = (a as u32, b as u32);
    let word = match ty {
        ScalarType::F32 => binary_f32(op, x, y),
        ScalarType::I32 => binary_i32(op, x, y).ok_or(DivisionByZero)?,
        ScalarType::U32 | ScalarType::Bool => binary_u32(op, x, y).ok_or(DivisionByZero)?,
        ScalarType::I64 => return wide::binary_i64(op, a, b).ok_or(DivisionByZero),
        ScalarType::U64 => return wide::binary_u64(op, a, b).ok_or(DivisionByZero),
        _ => packed::binary(op, ty, x, y),
    };
    Ok(u64::from(word))
}

#[inline]
fn binary_f32(op: Binary, a: u32, b: u32) -> u32 {
    match op {
        Binary::Add => float::add(a, b),
        Binary::Subtract => float::sub(a, b),
        Binary::Multiply => float::mul(a, b),
        Binary::Divide => float::div(a, b),
        Binary::Equal => float::equal(a, b).into(),
        Binary::NotEqual => (!float::equal(a, b)).into(),
        Binary::Less => float::less(a, b).into(),
        Binary::LessOrEqual => float::less_or_equal(a, b).into(),
        Binary::Greater => float::less(b, a).into(),
        Binary::GreaterOrEqual => float::less_or_equal(b, a).into(),
        Binary::Minimum => float::minimum(a, b),
        Binary::Maximum => float::maximum(a, b),
        // Not defined on floats; the type checker refuses them.
        _ => a,
    }
}

#[inline]
fn binary_i32(op: Binary, a: u32, b: u32) -> Option<u32> {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    match op {
        Binary::Divide => integer::div_i32(a, b),
        Binary::Remainder => integer::rem_i32(a, b),
        Binary::ShiftRight => Some(integer::shr_i32(a, b)),
        Binary::Less => Some((x < y).into()),
        Binary::LessOrEqual => Some((x <= y).into()),
        Binary::Greater => Some((x > y).into()),
        Binary::GreaterOrEqual => Some((x >= y).into()),
        Binary::Minimum => Some(x.min(y).cast_unsigned()),
        Binary::Maximum => Some(x.max(y).cast_unsigned()),
        Binary::MultiplyHigh => Some(integer::mul_high_i32(a, b)),
        _ => binary_u32(op, a, b),
    }
}

#[inline]
fn binary_u32(op: Binary, a: u32, b: u32) -> Option<u32> {
    Some(match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Subtract => a.wrapping_sub(b),
        Binary::Multiply => a.wrapping_mul(b),
        Binary::Divide => return a.checked_div(b),
        Binary::Remainder => return a.checked_rem(b),
        Binary::And => a & b,
        Binary::Or => a | b,
        Binary::Xor => a ^ b,
        Binary::ShiftLeft => a.wrapping_shl(b),
        Binary::ShiftRight => a.wrapping_shr(b),
        Binary::Equal => (a == b).into(),
        Binary::NotEqual => (a != b).into(),
        Binary::Less => (a < b).into(),
        Binary::LessOrEqual => (a <= b).into(),
        Binary::Greater => (a > b).into(),
        Binary::GreaterOrEqual => (a >= b).into(),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
        Binary::CeilingDivide => return a.checked_rem(b).map(|rest| a / b + u32::from(rest != 0)),
        Binary::MultiplyHigh => integer::mul_high_u32(a, b),
        // Defined on packed words alone.
        Binary::Dot => a,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_by_zero_is_an_error_on_integers_only() {
        for ty in [ScalarType::U32, ScalarType::I32, ScalarType::U64, ScalarType::I64] {
            assert_eq!(binary(Binary::Divide, ty, 1, 0), Err(DivisionByZero));
            assert_eq!(binary(Binary::Remainder, ty, 1, 0), Err(DivisionByZero));
        }
        assert_eq!(binary(Binary::CeilingDivide, ScalarType::U32, 1, 0), Err(DivisionByZero));
        assert_eq!(binary(Binary::Divide, ScalarType::F32, 0x3f80_0000, 0), Ok(float::INFINITY.into()));
    }

    #[test]
    fn signed_and_unsigned_order_differ() {
        let ones = u64::from(u32::MAX);
        assert_eq!(binary(Binary::Less, ScalarType::U32, ones, 0), Ok(0));
        assert_eq!(binary(Binary::Less, ScalarType::I32, ones, 0), Ok(1));
        assert_eq!(binary(Binary::Less, ScalarType::U64, u64::MAX, 0), Ok(0));
        assert_eq!(binary(Binary::Less, ScalarType::I64, u64::MAX, 0), Ok(1));
    }

    #[test]
    fn the_nan_compares_false_except_not_equal() {
        let nan = u64::from(float::NAN);
        for op in [Binary::Equal, Binary::Less, Binary::LessOrEqual, Binary::Greater, Binary::GreaterOrEqual] {
            assert_eq!(binary(op, ScalarType::F32, nan, nan), Ok(0));
        }
        assert_eq!(binary(Binary::NotEqual, ScalarType::F32, nan, nan), Ok(1));
    }

    #[test]
    fn a_32_bit_result_leaves_the_upper_half_zero() {
        let ones = u64::from(u32::MAX);
        for ty in [ScalarType::U32, ScalarType::I32] {
            assert_eq!(binary(Binary::Add, ty, ones, 1), Ok(0));
            assert_eq!(binary(Binary::Multiply, ty, ones, ones), Ok(1));
            assert_eq!(unary(Unary::Not, ty, 0), ones);
            assert_eq!(unary(Unary::Negate, ty, 1), ones);
        }
        assert_eq!(binary(Binary::Add, ScalarType::U64, ones, 1), Ok(1 << 32));
    }

    #[test]
    fn every_operator_is_total_on_every_type() {
        let ops = [Binary::Add, Binary::Divide, Binary::ShiftLeft, Binary::Dot, Binary::MultiplyHigh, Binary::Minimum];
        for (op, ty) in ops.into_iter().flat_map(|op| ScalarType::ALL.map(|ty| (op, ty))) {
            for value in [0, 1, u64::MAX, 1 << 63, 1 << 31] {
                let result = binary(op, ty, value & ty.mask(), value & ty.mask()).unwrap_or(0);
                assert_eq!(result & !ty.mask(), 0, "{op:?} on {ty}");
            }
        }
    }
}
