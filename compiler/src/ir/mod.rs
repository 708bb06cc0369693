//! The intermediate representation: structured control over values that are set once. It knows words, floats between
//! the doors, and truth values, and it has no operation whose result a device could choose.

mod build;
mod dead;
#[cfg(test)]
pub(crate) mod device_float;
#[cfg(test)]
pub(crate) mod evaluate;
mod floats;
mod fold;
mod function;
mod known;
mod operation;
mod split;
mod text;
mod twins;

pub use build::Builder;
pub use dead::{remove_dead, remove_dead_values};
pub use floats::computes_floats;
pub use function::{Body, Function};
pub use operation::{
    AtomicOperator, FloatComparison, FloatOperator, Operation, TruthOperator, WordComparison, WordOperator,
};
pub use split::split_tables;
pub use twins::join_claims;

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

/// What has cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Memory {
    /// An array parameter, a run of words.
    Array(u32),
    /// An array that the group shares.
    Shared(u32),
    /// An array of the lane, or a constant array.
    Table(Table),
}

/// An array parameter as declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArrayDeclaration {
    /// Whether the kernel writes it.
    pub written: bool,
    /// Whether a lane may touch a cell that another lane of its group wrote before a barrier.
    pub exchanged: bool,
}

/// An array of the group as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedDeclaration {
    /// The type of a cell.
    pub ty: Type,
    /// How many cells.
    pub cells: u32,
}

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
    /// How many lanes a group has.
    pub lanes: u32,
    /// The array parameters.
    pub arrays: Vec<ArrayDeclaration>,
    /// How many bitmaps of `claim` arrays follow them.
    pub claims: u32,
    /// How many push-constant words it has.
    pub words: u32,
    /// The arrays of the group.
    pub shared: Vec<SharedDeclaration>,
    /// The type of each value.
    pub values: Vec<Type>,
    /// The type of each variable.
    pub variables: Vec<Type>,
    /// The tables.
    pub tables: Vec<TableDeclaration>,
    /// The functions that it calls, each once.
    pub functions: Vec<Body>,
    /// Everything, in order.
    pub body: Vec<Instruction>,
}

/// One step.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts that the first sentence names")]
pub enum Instruction {
    /// Sets a value.
    Let(Value, Operation),
    /// Sets a variable.
    Store(Variable, Value),
    /// Sets a cell; the index is in range.
    StoreCell { memory: Memory, index: Value, value: Value },
    /// Sets all cells of a table. Once tables are split, only small ones are filled so.
    Fill { table: Table, value: Value },
    /// An atomic operation on a cell of an array parameter or of the group, whose old value nobody sees.
    Combine { memory: Memory, operator: AtomicOperator, index: Value, value: Value },
    /// Takes the cell with this number of a `claim` array and sets words: of which array, where, to what. If it was
    /// taken, notes that instead.
    Claim { claim: u32, cell: Value, words: Vec<(u32, Value, Value)> },
    /// Runs one of two blocks.
    If { condition: Value, then: Vec<Instruction>, otherwise: Vec<Instruction> },
    /// Runs the body for `counter` from 0 to `trips` - 1. The body does not set the counter.
    Loop { counter: Variable, trips: Value, body: Vec<Instruction> },
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the next trip of the innermost loop.
    Continue,
    /// Every lane of the group comes here, and sees what the others wrote before: to shared arrays, and to exchanged
    /// array parameters where it says so.
    Barrier { arrays: bool },
    /// Notes that the lane's group has trapped: an atomic minimum on this dispatch's trap word.
    Trap,
}
