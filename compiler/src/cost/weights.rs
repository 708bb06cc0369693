//! The table of weights: what each kind of operation costs a lane. The book prints the same table, and its test compares
//! the two by [`Kind::ALL`].

use lockstep_module::TRIP_WEIGHT;
use lockstep_numbers::{Binary, ScalarType, Unary};

use crate::program::ArrayRef;

/// A kind of operation, as far as its price goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "`name` says what each is")]
pub enum Kind {
    Nothing,
    Set,
    Simple,
    Divide,
    MultiplyHigh,
    Float,
    FloatDivide,
    Wide,
    WideMultiply,
    WideDivide,
    DotOfFour,
    DotOfTwo,
    Convert,
    Half,
    Cell,
    SharedCell,
    MemoryCell,
    WideMemoryCell,
    Combine,
    Claim,
    Assert,
    If,
    Trip,
}

impl Kind {
    /// All of them, in the order of the book.
    pub const ALL: [Kind; 23] = [
        Kind::Nothing,
        Kind::Set,
        Kind::Simple,
        Kind::Divide,
        Kind::MultiplyHigh,
        Kind::Float,
        Kind::FloatDivide,
        Kind::Wide,
        Kind::WideMultiply,
        Kind::WideDivide,
        Kind::DotOfFour,
        Kind::DotOfTwo,
        Kind::Convert,
        Kind::Half,
        Kind::Cell,
        Kind::SharedCell,
        Kind::MemoryCell,
        Kind::WideMemoryCell,
        Kind::Combine,
        Kind::Claim,
        Kind::Assert,
        Kind::If,
        Kind::Trip,
    ];

    /// What it is, in the words of the book.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Nothing => "a literal, a local, a `let`",
            Kind::Set => "a `var` or `lane` variable set, each cell of an array filled",
            Kind::Simple => "any other operator on 32-bit integers, packed words and `bool`",
            Kind::Divide => "`/`, `%` and `ceil_div` of 32-bit integers",
            Kind::MultiplyHigh => "`mul_high`",
            Kind::Float => "any other operator on `f32`",
            Kind::FloatDivide => "`/` and `sqrt` of `f32`",
            Kind::Wide => "any other operator on 64-bit integers",
            Kind::WideMultiply => "`*` of 64-bit integers",
            Kind::WideDivide => "`/` and `%` of 64-bit integers",
            Kind::DotOfFour => "`dot` of `i8x4` or `u8x4`",
            Kind::DotOfTwo => "`dot` of `i16x2` or `u16x2`",
            Kind::Convert => "a conversion, `to_bits`, `from_bits`",
            Kind::Half => "a half made from `f32`, an `f16` made `f32`",
            Kind::Cell => "a cell of a constant or of an array of the lane",
            Kind::SharedCell => "a cell of a shared array",
            Kind::MemoryCell => "a cell of an array parameter or tile",
            Kind::WideMemoryCell => "a 64-bit cell of an array parameter or tile",
            Kind::Combine => "a combine",
            Kind::Claim => "a claim",
            Kind::Assert => "an `assert`",
            Kind::If => "an `if`",
            Kind::Trip => "a trip of a `for`",
        }
    }

    /// What it costs.
    pub const fn weight(self) -> u64 {
        match self {
            Kind::Nothing => 0,
            Kind::Set | Kind::Simple | Kind::Cell | Kind::Assert | Kind::If => 1,
            Kind::MultiplyHigh | Kind::Float | Kind::Wide | Kind::DotOfTwo | Kind::Convert | Kind::SharedCell => 2,
            Kind::WideMultiply | Kind::DotOfFour => 4,
            Kind::Half | Kind::MemoryCell => 8,
            Kind::Divide | Kind::WideMemoryCell | Kind::Combine => 16,
            Kind::FloatDivide | Kind::Claim => 32,
            Kind::WideDivide => 512,
            Kind::Trip => TRIP_WEIGHT,
        }
    }

    /// The kind of a unary operator on an operand of this type.
    pub(super) fn of_unary(operator: Unary, ty: ScalarType) -> Kind {
        match operator {
            Unary::SquareRoot => Kind::FloatDivide,
            Unary::HalfToFloat | Unary::FloatToHalf | Unary::FloatToBrain => Kind::Half,
            Unary::Negate | Unary::Not | Unary::Absolute => Kind::plain(ty),
        }
    }

    /// The kind of a binary operator on operands of this type.
    pub(super) fn of_binary(operator: Binary, ty: ScalarType) -> Kind {
        let wide = ty.words() == 2;
        match operator {
            Binary::Divide if ty == ScalarType::F32 => Kind::FloatDivide,
            Binary::Divide | Binary::Remainder | Binary::CeilingDivide if wide => Kind::WideDivide,
            Binary::Divide | Binary::Remainder | Binary::CeilingDivide => Kind::Divide,
            Binary::Multiply if wide => Kind::WideMultiply,
            Binary::MultiplyHigh => Kind::MultiplyHigh,
            Binary::Dot if matches!(ty, ScalarType::I16x2 | ScalarType::U16x2) => Kind::DotOfTwo,
            Binary::Dot => Kind::DotOfFour,
            _ => Kind::plain(ty),
        }
    }

    fn plain(ty: ScalarType) -> Kind {
        match ty {
            ScalarType::F32 => Kind::Float,
            ScalarType::I64 | ScalarType::U64 => Kind::Wide,
            _ => Kind::Simple,
        }
    }

    /// The kind of reading or writing a cell of this type.
    pub(super) fn of_cell(array: ArrayRef, element: ScalarType) -> Kind {
        match array {
            ArrayRef::Parameter(_) | ArrayRef::Tile(_) if element.words() == 2 => Kind::WideMemoryCell,
            ArrayRef::Parameter(_) | ArrayRef::Tile(_) => Kind::MemoryCell,
            ArrayRef::Shared(_) => Kind::SharedCell,
            ArrayRef::Local(_) | ArrayRef::Constant(_) => Kind::Cell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_once() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, i, "{kind:?}");
        }
    }

    #[test]
    fn operators_have_the_weights_of_the_table() {
        let weight = |operator, ty| Kind::of_binary(operator, ty).weight();
        assert_eq!(weight(Binary::Add, ScalarType::U32), 1);
        assert_eq!(weight(Binary::Less, ScalarType::F32), 2);
        assert_eq!(weight(Binary::Remainder, ScalarType::I32), 16);
        assert_eq!(weight(Binary::Divide, ScalarType::F32), 32);
        assert_eq!(weight(Binary::Multiply, ScalarType::I64), 4);
        assert_eq!(weight(Binary::Xor, ScalarType::U64), 2);
        assert_eq!(weight(Binary::Divide, ScalarType::U64), 512);
        assert_eq!(weight(Binary::Dot, ScalarType::I8x4), 4);
        assert_eq!(weight(Binary::Dot, ScalarType::U16x2), 2);
        assert_eq!(Kind::of_unary(Unary::FloatToBrain, ScalarType::F32).weight(), 8);
        assert_eq!(Kind::of_cell(ArrayRef::Tile(0), ScalarType::U64).weight(), 16);
    }
}
