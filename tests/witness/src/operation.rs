//! The operations on two `f32`, each with what the language says of it.

use lockstep_numbers::{Binary, ScalarType, binary};

/// An operation on two floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the operation that its name says")]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 12] = [
        Operation::Add,
        Operation::Subtract,
        Operation::Multiply,
        Operation::Divide,
        Operation::Minimum,
        Operation::Maximum,
        Operation::Equal,
        Operation::NotEqual,
        Operation::Less,
        Operation::LessOrEqual,
        Operation::Greater,
        Operation::GreaterOrEqual,
    ];

    /// What the language says: the numbers of the interpreter. The operands are canonical.
    #[inline]
    pub fn right(self, a: u32, b: u32) -> u32 {
        let operator = match self {
            Operation::Add => Binary::Add,
            Operation::Subtract => Binary::Subtract,
            Operation::Multiply => Binary::Multiply,
            Operation::Divide => Binary::Divide,
            Operation::Minimum => Binary::Minimum,
            Operation::Maximum => Binary::Maximum,
            Operation::Equal => Binary::Equal,
            Operation::NotEqual => Binary::NotEqual,
            Operation::Less => Binary::Less,
            Operation::LessOrEqual => Binary::LessOrEqual,
            Operation::Greater => Binary::Greater,
            Operation::GreaterOrEqual => Binary::GreaterOrEqual,
        };
        // Division by zero is an error of integers alone.
        binary(operator, ScalarType::F32, a.into(), b.into()).map_or(u32::MAX, |bits| bits as u32)
    }
}
