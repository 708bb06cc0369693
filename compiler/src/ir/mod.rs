//! The intermediate representation: structured control over values that are set once. It knows words, floats between
//! the doors, and truth values, and it has no operation whose result a device could choose.

mod build;
mod dead;
mod fold;
mod text;

pub use build::Builder;
pub use dead::remove_dead;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A 32-bit word; `i32` and `u32` differ only in operators.
    Word,
    /// A canonical `f32`, except that a NaN may have any bits until it leaves.
    Float,
    /// A truth value.
    Truth,
}

/// A value, set once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// A variable of the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variable(pub u32);

/// An array of the lane, or a constant array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Table(pub u32);

/// A table as declared.
#[derive(Clone, Debug)]
pub struct TableDeclaration {
    /// The type of a cell.
    pub ty: Type,
    /// How many cells.
    pub cells: u32,
    /// The cells of a constant table, as words.
    pub constant: Option<Vec<u32>>,
}

/// A kernel.
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    /// Its name.
    pub name: String,
    /// For each array parameter, whether the kernel writes it.
    pub arrays: Vec<bool>,
    /// How many push-constant words it has.
    pub words: u32,
    /// The type of each value.
    pub values: Vec<Type>,
    /// The type of each variable.
    pub variables: Vec<Type>,
    /// The tables.
    pub tables: Vec<TableDeclaration>,
    /// Everything, in order.
    pub body: Vec<Instruction>,
}

/// Binary operators on words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the operator that its name says")]
pub enum WordOperator {
    Add,
    Subtract,
    Multiply,
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
    /// On words, gives a truth value.
    Compare(WordComparison, Value, Value),
    /// On floats.
    Float(FloatOperator, Value, Value),
    /// The device's square root, close but not exact: a seed.
    SquareRootSeed(Value),
    /// On floats, gives a truth value.
    CompareFloats(FloatComparison, Value, Value),
    /// On truth values.
    Logic(TruthOperator, Value, Value),
    /// The other truth value.
    Not(Value),
    /// The second where the first is true, else the third.
    Select(Value, Value, Value),
    /// The float with these bits, which must be canonical.
    FloatFromBits(Value),
    /// The bits of a float.
    BitsFromFloat(Value),
    /// An unsigned word below 2^24 as a float.
    FloatFromSmall(Value),
    /// A variable's value.
    Load(Variable),
    /// A cell of a table; the index is in range.
    LoadTable(Table, Value),
    /// A word of an array parameter; the index is in range.
    LoadArray(u32, Value),
}

impl Operation {
    /// Whether the value depends on the operands alone, so that equal operations have equal values.
    pub fn is_pure(&self) -> bool {
        !matches!(self, Operation::Load(_) | Operation::LoadTable(..) | Operation::LoadArray(..))
    }

    /// The values that it takes.
    pub fn operands(&self) -> Vec<Value> {
        use Operation::*;
        match *self {
            Word(_) | Truth(_) | PushConstant(_) | Group | LaneInGroup | Load(_) => vec![],
            Complement(a) | SquareRootSeed(a) | Not(a) | FloatFromBits(a) | BitsFromFloat(a) | FloatFromSmall(a) => {
                vec![a]
            }
            LoadTable(_, a) | LoadArray(_, a) => vec![a],
            Arithmetic(_, a, b) | Compare(_, a, b) | Float(_, a, b) | CompareFloats(_, a, b) | Logic(_, a, b) => {
                vec![a, b]
            }
            Select(a, b, c) => vec![a, b, c],
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts that the first sentence names")]
pub enum Instruction {
    /// Sets a value.
    Let(Value, Operation),
    /// Sets a variable.
    Store(Variable, Value),
    /// Sets a cell of a table; the index is in range.
    StoreTable { table: Table, index: Value, value: Value },
    /// Sets a word of an array parameter; the index is in range.
    StoreArray { array: u32, index: Value, value: Value },
    /// Runs one of two blocks.
    If { condition: Value, then: Vec<Instruction>, otherwise: Vec<Instruction> },
    /// Runs the body for `counter` from 0 to `trips` - 1. The body does not set the counter.
    Loop { counter: Variable, trips: Value, body: Vec<Instruction> },
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the next trip of the innermost loop.
    Continue,
    /// Notes that the lane's group has trapped: an atomic minimum on this dispatch's trap word.
    Trap,
}
