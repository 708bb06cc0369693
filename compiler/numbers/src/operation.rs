//! The operators of the language as data: on which types each is defined, and what type it gives.

use crate::{ScalarType, listed};

listed! {
    /// An operator with one operand.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Unary {
        /// `-a`, on `f32`, `i32` and `i64`.
        Negate,
        /// `!a`: logical on `bool`, bitwise on integers.
        Not,
        /// `abs(a)`, on `f32`, `i32` and `i64`.
        Absolute,
        /// `sqrt(a)`, on `f32`.
        SquareRoot,
        /// The `f32` of the binary16 in the lower 16 bits of a `u32`.
        HalfToFloat,
        /// The binary16 nearest to an `f32`, as a `u32` below 2^16.
        FloatToHalf,
        /// The bfloat16 nearest to an `f32`, as a `u32` below 2^16.
        FloatToBrain,
    }
}

listed! {
    /// An operator with two operands of one type, but for shifts, whose count is a `u32`. Comparisons give `bool`.
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
        /// `mul_high(a, b)` on `u32` and `i32`: the upper 32 bits of the exact product.
        MultiplyHigh,
        /// `dot(a, b)` of packed integers: the sum of the exact products, modulo 2^32, as `i32` or `u32`.
        Dot,
    }
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
            Binary::MultiplyHigh => "mul_high",
            Binary::Dot => "dot",
        }
    }

    /// Whether the operator is defined on a left operand of type `ty`.
    pub fn accepts(self, ty: ScalarType) -> bool {
        use Binary::*;
        match self {
            Add | Subtract | Multiply | Divide | Minimum | Maximum => ty.is_number(),
            Less | LessOrEqual | Greater | GreaterOrEqual => ty.is_number(),
            Remainder | ShiftLeft | ShiftRight => ty.is_integer(),
            And | Or | Xor => ty.is_integer() || ty == ScalarType::Bool,
            Equal | NotEqual => true,
            CeilingDivide => ty == ScalarType::U32,
            MultiplyHigh => matches!(ty, ScalarType::U32 | ScalarType::I32),
            Dot => matches!(ty, ScalarType::I8x4 | ScalarType::U8x4 | ScalarType::I16x2 | ScalarType::U16x2),
        }
    }

    /// The type of the right operand where the left has type `ty`: the same, but a shift count is a `u32`.
    pub fn right(self, ty: ScalarType) -> ScalarType {
        if matches!(self, Binary::ShiftLeft | Binary::ShiftRight) { ScalarType::U32 } else { ty }
    }

    /// The type of the result where the left operand has type `ty`.
    pub fn result(self, ty: ScalarType) -> ScalarType {
        match self {
            _ if self.is_comparison() => ScalarType::Bool,
            Binary::Dot if matches!(ty, ScalarType::I8x4 | ScalarType::I16x2) => ScalarType::I32,
            Binary::Dot => ScalarType::U32,
            _ => ty,
        }
    }
}

impl Unary {
    /// Whether the operator is defined on an operand of type `ty`.
    pub fn accepts(self, ty: ScalarType) -> bool {
        match self {
            Unary::Negate | Unary::Absolute => ty == ScalarType::F32 || ty.is_signed(),
            Unary::Not => ty.is_integer() || ty == ScalarType::Bool,
            Unary::SquareRoot | Unary::FloatToHalf | Unary::FloatToBrain => ty == ScalarType::F32,
            Unary::HalfToFloat => ty == ScalarType::U32,
        }
    }

    /// The type of the result where the operand has type `ty`.
    pub fn result(self, ty: ScalarType) -> ScalarType {
        match self {
            Unary::Negate | Unary::Not | Unary::Absolute | Unary::SquareRoot => ty,
            Unary::HalfToFloat => ScalarType::F32,
            Unary::FloatToHalf | Unary::FloatToBrain => ScalarType::U32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ScalarType::*;

    #[test]
    fn each_operator_is_defined_on_its_types_and_no_others() {
        let on = |op: Binary| ScalarType::ALL.into_iter().filter(move |ty| op.accepts(*ty)).collect::<Vec<_>>();
        assert_eq!(on(Binary::Add), [F32, I32, U32, I64, U64]);
        assert_eq!(on(Binary::Remainder), [I32, U32, I64, U64]);
        assert_eq!(on(Binary::And), [I32, U32, Bool, I64, U64]);
        assert_eq!(on(Binary::Equal), ScalarType::ALL);
        assert_eq!(on(Binary::Dot), [I8x4, U8x4, I16x2, U16x2]);
        assert_eq!(on(Binary::MultiplyHigh), [I32, U32]);
        assert!(Unary::Negate.accepts(I64) && !Unary::Negate.accepts(U64));
        assert!(!Unary::Not.accepts(I8x4) && !Unary::Not.accepts(F32));
    }

    #[test]
    fn results_have_their_types() {
        assert_eq!(Binary::Dot.result(I16x2), I32);
        assert_eq!(Binary::Dot.result(U8x4), U32);
        assert_eq!(Binary::Less.result(U64), Bool);
        assert_eq!(Binary::ShiftLeft.result(U64), U64);
        assert_eq!(Binary::ShiftLeft.right(U64), U32);
        assert_eq!(Unary::HalfToFloat.result(U32), F32);
        assert_eq!(Unary::FloatToBrain.result(F32), U32);
    }
}
