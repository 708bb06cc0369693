//! What each operator gives, to the bit: one function for operators with one operand, one for those with two.

use crate::{Binary, ScalarType, Unary, float, half, integer, packed};

/// An integer division or remainder whose divisor is zero: a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionByZero;

/// Applies `op` to a value of type `ty`. A type that `op` does not accept gives bits without a meaning.
#[inline]
pub fn unary(op: Unary, ty: ScalarType, a: u64) -> u64 {
    let word = a as u32;
    match (op, ty) {
        (Unary::Negate, ScalarType::F32) => float::neg(word).into(),
        (Unary::Negate, _) => a.wrapping_neg() & ty.mask(),
        (Unary::Not, ScalarType::Bool) => a ^ 1,
        (Unary::Not, _) => !a & ty.mask(),
        (Unary::Absolute, ScalarType::F32) => float::abs(word).into(),
        (Unary::Absolute, ScalarType::I32) => integer::absolute::<32>(a),
        (Unary::Absolute, ScalarType::I64) => integer::absolute::<64>(a),
        (Unary::Absolute, _) => a,
        (Unary::SquareRoot, _) => float::sqrt(word).into(),
        (Unary::HalfToFloat, _) => half::half_to_float(word).into(),
        (Unary::FloatToHalf, _) => half::float_to_half(word).into(),
        (Unary::FloatToBrain, _) => half::float_to_brain(word).into(),
    }
}

/// Applies `op` to two values, the left of type `ty`. A type that `op` does not accept gives bits without a meaning.
///
/// # Errors
/// [`DivisionByZero`] for `/`, `%` and `ceil_div` on integers when `b` is zero.
#[inline]
pub fn binary(op: Binary, ty: ScalarType, a: u64, b: u64) -> Result<u64, DivisionByZero> {
    let (x, y) = (a as u32, b as u32);
    match ty {
        ScalarType::F32 => Ok(binary_f32(op, x, y).into()),
        ScalarType::I32 => integer::signed::<32>(op, a, b).ok_or(DivisionByZero),
        ScalarType::U32 | ScalarType::Bool => integer::unsigned::<32>(op, a, b).ok_or(DivisionByZero),
        ScalarType::I64 => integer::signed::<64>(op, a, b).ok_or(DivisionByZero),
        ScalarType::U64 => integer::unsigned::<64>(op, a, b).ok_or(DivisionByZero),
        _ => Ok(packed::binary(op, ty, x, y).into()),
    }
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
        for (op, ty) in Binary::ALL.iter().flat_map(|op| ScalarType::ALL.map(|ty| (*op, ty))) {
            for value in [0, 1, u64::MAX, 1 << 63, 1 << 31] {
                let result = binary(op, ty, value & ty.mask(), value & ty.mask()).unwrap_or(0);
                assert_eq!(result & !ty.mask(), 0, "{op:?} on {ty}");
            }
        }
    }
}
