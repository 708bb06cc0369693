//! What makes a value. Every operation is exact, but for the two seeds, which integers correct before anyone sees them.

use lockstep_numbers::listed;

use super::{Function, Memory, Type, Value, Variable};

listed! {
    /// Binary operators on words.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[allow(missing_docs, reason = "each variant is the operator that its name says")]
    pub enum WordOperator {
        Add,
        Subtract,
        Multiply,
        /// The upper word of the unsigned product.
        MultiplyHigh,
        /// 1 if the unsigned sum does not fit a word, else 0.
        Carry,
        /// 1 if the first is below the second, unsigned, else 0.
        Borrow,
        /// Unsigned; the divisor is never zero.
        Divide,
        /// Unsigned; the divisor is never zero.
        Remainder,
        /// Signed; the divisor is never zero, and the quotient never overflows.
        DivideSigned,
        And,
        Or,
        Xor,
        /// The count is below 32.
        ShiftLeft,
        /// The count is below 32.
        ShiftRight,
        /// The count is below 32; the sign fills.
        ShiftRightSigned,
        /// The sum of the products of four signed bytes.
        DotSigned,
        /// The sum of the products of four unsigned bytes.
        DotUnsigned,
    }
}

/// Comparisons of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the comparison that its name says")]
pub enum WordComparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    LessSigned,
    LessOrEqualSigned,
}

/// Binary operators on floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum FloatOperator {
    Add,
    Subtract,
    Multiply,
    /// The device's quotient, close but not exact: a seed.
    DivideSeed,
}

/// Comparisons of floats. All but `NotEqual` are false if an operand is a NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the comparison that its name says")]
pub enum FloatComparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
}

/// Binary operators on truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum TruthOperator {
    And,
    Or,
    Equal,
    NotEqual,
}

/// Atomic operators on words. Any order of them gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum AtomicOperator {
    Add,
    Minimum,
    MinimumSigned,
    Maximum,
    MaximumSigned,
    And,
    Or,
    Xor,
}

/// What makes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A word of the program.
    Word(u32),
    /// A truth value of the program.
    Truth(bool),
    /// A word of the push constants.
    PushConstant(u32),
    /// The index of the lane's group in the dispatch.
    Group,
    /// The index of the lane in its group.
    LaneInGroup,
    /// On words.
    Arithmetic(WordOperator, Value, Value),
    /// The complement of a word.
    Complement(Value),
    /// The position of the highest bit that is 1, in a word that is not zero; of zero, the word of all ones.
    HighestBit(Value),
    /// On words, gives a truth value.
    Compare(WordComparison, Value, Value),
    /// On floats.
    Float(FloatOperator, Value, Value),
    /// The device's square root, close but not exact: a seed.
    SquareRootSeed(Value),
    /// A call of a function. One with a single parameter takes the first.
    Call(Function, Value, Value),
    /// The parameter of a function with this number and of this type; only in the body of one.
    Argument(u32, Type),
    /// On floats, gives a truth value.
    CompareFloats(FloatComparison, Value, Value),
    /// On truth values.
    Logic(TruthOperator, Value, Value),
    /// The other truth value.
    Not(Value),
    /// The second where the first is true, else the third.
    Select(Value, Value, Value),
    /// The float with these bits. They are canonical, or the value goes through the door next.
    FloatFromBits(Value),
    /// The bits of a float.
    BitsFromFloat(Value),
    /// A signed word as a float, rounded to nearest even.
    FloatFromSigned(Value),
    /// A float as a signed word, its fraction dropped. It is from -2^31 to below 2^31.
    SignedFromFloat(Value),
    /// A variable's value.
    Load(Variable),
    /// A cell; the index is in range.
    LoadCell(Memory, Value),
}

impl Operation {
    /// Whether the value depends on the operands alone, so that equal operations have equal values. Cells of what is
    /// never written are the builder's to know.
    pub fn is_pure(&self) -> bool {
        !matches!(self, Operation::Load(_) | Operation::LoadCell(..))
    }

    /// The values that it takes.
    pub fn operands(&self) -> Vec<Value> {
        use Operation::*;
        match *self {
            Word(_) | Truth(_) | PushConstant(_) | Group | LaneInGroup | Load(_) | Argument(..) => vec![],
            Complement(a)
            | HighestBit(a)
            | SquareRootSeed(a)
            | Not(a)
            | FloatFromBits(a)
            | BitsFromFloat(a)
            | FloatFromSigned(a)
            | SignedFromFloat(a)
            | LoadCell(_, a) => vec![a],
            Call(_, a, b)
            | Arithmetic(_, a, b)
            | Compare(_, a, b)
            | Float(_, a, b)
            | CompareFloats(_, a, b)
            | Logic(_, a, b) => {
                vec![a, b]
            }
            Select(a, b, c) => vec![a, b, c],
        }
    }
}
