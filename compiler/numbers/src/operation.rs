//! The operators of the language as data, and one function that applies each.

use crate::{ScalarType, convert as conversion, float, integer};

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-a`, on `f32` and `i32`.
    Negate,
    /// `!a`: logical on `bool`, bitwise on integers.
    Not,
    /// `abs(a)`, on `f32` and `i32`.
    Absolute,
    /// `sqrt(a)`, on `f32`.
    SquareRoot,
}

/// An operator with two operands of one type. Comparisons give `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Minimum,
    Maximum,
    /// `ceil_div(a, b)` on `u32`: the quotient rounded up.
    CeilingDivide,
}

impl Binary {
    /// Whether the result is a truth value, whatever the operands are.
    pub fn is_comparison(self) -> bool {
        use Binary::*;
        matches!(self, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
    }

    /// The operator as it is written in source.
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Remainder => "%",
            Binary::And => "&",
            Binary::Or => "|",
            Binary::Xor => "^",
            Binary::ShiftLeft => "<<",
            Binary::ShiftRight => ">>",
            Binary::Equal => "==",
            Binary::NotEqual => "!=",
            Binary::Less => "<",
            Binary::LessOrEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterOrEqual => ">=",
            Binary::Minimum => "min",
            Binary::Maximum => "max",
            Binary::CeilingDivide => "ceil_div",
        }
    }

    /// Whether the operator is defined on operands of type `ty`.
    pub fn accepts(self, ty: ScalarType) -> bool {
        use Binary::*;
        match self {
            Add | Subtract | Multiply | Divide | Minimum | Maximum => ty.is_number(),
            Remainder | ShiftLeft | ShiftRight => ty.is_integer(),
            And | Or | Xor => ty != ScalarType::F32,
            Equal | NotEqual => true,
            Less | LessOrEqual | Greater | GreaterOrEqual => ty.is_number(),
            CeilingDivide => ty == ScalarType::U32,
        }
    }
}

impl Unary {
    /// Whether the operator is defined on an operand of type `ty`.
    pub fn accepts(self, ty: ScalarType) -> bool {
        match self {
            Unary::Negate | Unary::Absolute => matches!(ty, ScalarType::F32 | ScalarType::I32),
            Unary::Not => ty != ScalarType::F32,
            Unary::SquareRoot => ty == ScalarType::F32,
        }
    }
}

/// An integer division or remainder whose divisor is zero: a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionByZero;

/// Applies `op` to a word of type `ty`. A type that `op` does not accept gives the operand back.
#[inline]
pub fn unary(op: Unary, ty: ScalarType, a: u32) -> u32 {
    match (op, ty) {
        (Unary::Negate, ScalarType::F32) => float::neg(a),
        (Unary::Negate, _) => a.wrapping_neg(),
        (Unary::Not, ScalarType::Bool) => a ^ 1,
        (Unary::Not, _) => !a,
        (Unary::Absolute, ScalarType::F32) => float::abs(a),
        (Unary::Absolute, ScalarType::I32) => integer::abs_i32(a),
        (Unary::Absolute, _) => a,
        (Unary::SquareRoot, _) => float::sqrt(a),
    }
}

/// Applies `op` to two words of type `ty`.
///
/// # Errors
/// [`DivisionByZero`] for `/` and `%` on integers when `b` is zero.
#[inline]
pub fn binary(op: Binary, ty: ScalarType, a: u32, b: u32) -> Result<u32, DivisionByZero> {
    match ty {
        ScalarType::F32 => Ok(binary_f32(op, a, b)),
        ScalarType::I32 => binary_i32(op, a, b).ok_or(DivisionByZero),
        ScalarType::U32 | ScalarType::Bool => binary_u32(op, a, b).ok_or(DivisionByZero),
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
        Binary::Remainder
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::ShiftLeft
        | Binary::ShiftRight
        | Binary::CeilingDivide => a,
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
    })
}

/// Converts a word of type `from` to type `to` by value: `u32(x)`, `i32(x)`, `f32(x)` in source.
/// Between `i32` and `u32` the bits stay. To `bool` a number is `true` unless it is zero.
#[inline]
pub fn convert(from: ScalarType, to: ScalarType, a: u32) -> u32 {
    use ScalarType::*;
    match (from, to) {
        (U32 | Bool, F32) => conversion::u32_to_f32(a),
        (I32, F32) => conversion::i32_to_f32(a),
        (F32, U32) => conversion::f32_to_u32(a),
        (F32, I32) => conversion::f32_to_i32(a),
        (F32, Bool) => (!float::equal(a, 0)).into(),
        (U32 | I32, Bool) => (a != 0).into(),
        (F32, F32) | (U32 | I32 | Bool, U32 | I32) | (Bool, Bool) => a,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_by_zero_is_an_error_on_integers_only() {
        assert_eq!(binary(Binary::Divide, ScalarType::U32, 1, 0), Err(DivisionByZero));
        assert_eq!(binary(Binary::Remainder, ScalarType::I32, 1, 0), Err(DivisionByZero));
        assert_eq!(binary(Binary::Divide, ScalarType::F32, 0x3f80_0000, 0), Ok(float::INFINITY));
    }

    #[test]
    fn signed_and_unsigned_order_differ() {
        assert_eq!(binary(Binary::Less, ScalarType::U32, u32::MAX, 0), Ok(0));
        assert_eq!(binary(Binary::Less, ScalarType::I32, u32::MAX, 0), Ok(1));
    }

    #[test]
    fn the_nan_compares_false_except_not_equal() {
        for op in [Binary::Equal, Binary::Less, Binary::LessOrEqual, Binary::Greater, Binary::GreaterOrEqual] {
            assert_eq!(binary(op, ScalarType::F32, float::NAN, float::NAN), Ok(0));
        }
        assert_eq!(binary(Binary::NotEqual, ScalarType::F32, float::NAN, float::NAN), Ok(1));
    }
}
