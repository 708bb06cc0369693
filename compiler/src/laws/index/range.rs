//! Ranges of types and of operators, in exact integers.

use lockstep_numbers::{Binary, ScalarType};

use super::space::Range;

/// The range of an integer type; None for any other type.
pub(super) fn of_type(ty: ScalarType) -> Option<Range> {
    match ty {
        ScalarType::I32 => Some((i32::MIN.into(), i32::MAX.into())),
        ScalarType::U32 => Some((0, u32::MAX.into())),
        ScalarType::I64 => Some((i64::MIN.into(), i64::MAX.into())),
        ScalarType::U64 => Some((0, u64::MAX.into())),
        _ => None,
    }
}

/// The number that bits of an integer type are.
pub(super) fn number(ty: ScalarType, bits: u64) -> i128 {
    match ty {
        ScalarType::I32 => i128::from(bits as u32 as i32),
        ScalarType::I64 => i128::from(bits.cast_signed()),
        _ => bits.into(),
    }
}

/// Whether one range lies in another.
pub(super) fn within(inner: Range, outer: Range) -> bool {
    inner.0 >= outer.0 && inner.1 <= outer.1
}

/// The range of a product; None if it is too large to say.
pub(super) fn product(a: Range, b: Range) -> Option<Range> {
    let ends = [a.0.checked_mul(b.0)?, a.0.checked_mul(b.1)?, a.1.checked_mul(b.0)?, a.1.checked_mul(b.1)?];
    Some((ends.into_iter().min()?, ends.into_iter().max()?))
}

/// The range of an operator whose operands are in these ranges, in exact integers; None if nothing is known. Where a
/// divisor can be zero a device goes on with one.
pub(super) fn of_operator(operator: Binary, a: Range, b: Range) -> Option<Range> {
    let natural = a.0 >= 0 && b.0 >= 0;
    // Shifts by a width or more are taken modulo the width.
    let short = b.0 >= 0 && b.1 < 32;
    match operator {
        Binary::Add => Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?)),
        Binary::Subtract => Some((a.0.checked_sub(b.1)?, a.1.checked_sub(b.0)?)),
        Binary::Multiply => product(a, b),
        Binary::Divide if natural => Some((a.0 / b.1.max(1), a.1 / b.0.max(1))),
        Binary::CeilingDivide if natural => Some((0, a.1)),
        Binary::Remainder if natural => Some((0, a.1.min((b.1 - 1).max(0)))),
        Binary::And if natural => Some((0, a.1.min(b.1))),
        Binary::Or if natural => Some((a.0.max(b.0), ones(a.1.max(b.1)))),
        Binary::Xor if natural => Some((0, ones(a.1.max(b.1)))),
        Binary::ShiftLeft if natural && short => Some((a.0.checked_mul(1 << b.0)?, a.1.checked_mul(1 << b.1)?)),
        Binary::ShiftRight if natural && short => Some((a.0 >> b.1, a.1 >> b.0)),
        Binary::ShiftRight if natural => Some((0, a.1)),
        Binary::Minimum => Some((a.0.min(b.0), a.1.min(b.1))),
        Binary::Maximum => Some((a.0.max(b.0), a.1.max(b.1))),
        Binary::MultiplyHigh if natural => Some((0, product(a, b)?.1 >> 32)),
        _ => None,
    }
}

/// The least number of all ones that is not below `a`.
fn ones(a: i128) -> i128 {
    if a <= 0 { 0 } else { (1 << (i128::BITS - a.leading_zeros())) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_operators() {
        assert_eq!(of_operator(Binary::Subtract, (0, 9), (2, 3)), Some((-3, 7)));
        assert_eq!(of_operator(Binary::Multiply, (-2, 3), (-5, 1)), Some((-15, 10)));
        assert_eq!(of_operator(Binary::Xor, (0, 255), (1, 128)), Some((0, 255)));
        assert_eq!(of_operator(Binary::ShiftRight, (128, 128), (0, 7)), Some((1, 128)));
        assert_eq!(of_operator(Binary::ShiftRight, (128, 128), (0, 40)), Some((0, 128)));
        assert_eq!(of_operator(Binary::Remainder, (0, 100), (0, 8)), Some((0, 7)));
        assert_eq!(of_operator(Binary::Divide, (-1, 100), (1, 8)), None);
    }
}
