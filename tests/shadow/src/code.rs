//! A module as it is run: one list of steps over registers, with the memory that it declares. Constants stand in
//! registers of their own, so that an operand is always a register.

/// The number of a register.
pub(crate) type Register = u32;
/// The position of a step.
pub(crate) type Position = u32;

/// A module that was read.
#[derive(Clone, Debug, Default)]
pub struct Code {
    pub(crate) steps: Vec<Step>,
    /// For each step the instruction that it came from.
    pub(crate) sites: Vec<u32>,
    /// The first registers, which are never set.
    pub(crate) constants: Vec<u32>,
    pub(crate) registers: usize,
    /// How many cells the variables of a lane have, in all functions.
    pub(crate) private_cells: usize,
    pub(crate) private: Vec<Private>,
    /// The arrays of the group: how many cells each has.
    pub(crate) shared: Vec<u32>,
    pub(crate) buffers: Vec<Buffer>,
    /// Initial values of arrays of a lane.
    pub(crate) tables: Vec<Vec<u32>>,
    /// What is wrong with an instruction as it stands, noted when a lane comes to it.
    pub(crate) notes: Vec<crate::finding::What>,
    /// For each barrier the loops around it, by their counters.
    pub(crate) barriers: Vec<Barrier>,
    /// How many loops hold a barrier.
    pub(crate) counted_loops: usize,
    pub(crate) lanes: u32,
    /// How many words of push constants it declares.
    pub(crate) push_words: u32,
    pub(crate) entry: Position,
    /// What each step is counted for.
    pub(crate) weights: Vec<u64>,
}

impl Code {
    /// Lanes in a group, as the module has it.
    pub fn lanes(&self) -> u32 {
        self.lanes
    }

    /// The bytes of its shared arrays.
    pub fn shared_bytes(&self) -> u64 {
        self.shared.iter().map(|cells| u64::from(*cells) * 4).sum()
    }

    /// Whether a lane ever waits for others.
    pub(crate) fn waits(&self) -> bool {
        !self.barriers.is_empty()
    }
}

/// A variable of a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Private {
    pub(crate) first: u32,
    pub(crate) cells: u32,
}

/// A storage buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer {
    pub(crate) binding: u32,
    /// Whether it promises that it is not written.
    pub(crate) read_only: bool,
}

/// An OpControlBarrier.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    /// Whether it orders arrays of the group, and storage buffers.
    pub(crate) orders_shared: bool,
    pub(crate) orders_buffers: bool,
    pub(crate) loops: Vec<u32>,
}

/// What is tracked cell by cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Common {
    Buffer(u32),
    Shared(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    DivideSigned,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    ShiftRightSigned,
    DotSigned,
    DotUnsigned,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    LessSigned,
    LessOrEqualSigned,
    Greater,
    GreaterOrEqual,
    GreaterSigned,
    GreaterOrEqualSigned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    Multiply,
    Carry,
    Borrow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Float {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum One {
    Complement,
    HighestBit,
    Not,
    Copy,
    SquareRoot,
    FromSigned,
    ToSigned,
}

/// Atomic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum Atomic {
    Add,
    Minimum,
    MinimumSigned,
    Maximum,
    MaximumSigned,
    And,
    Or,
    Xor,
}

/// One step. The first register is the one that is set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Word(Word, Register, Register, Register),
    /// Sets two registers in a row: the low word, the high one.
    Wide(Wide, Register, Register, Register),
    Float(Float, Register, Register, Register),
    One(One, Register, Register),
    Select(Register, Register, Register, Register),
    Push(Register, u32),
    GroupX(Register),
    LaneX(Register),
    LoadPrivate(Register, u32),
    StorePrivate(u32, Register),
    /// A cell of an array of the lane.
    LoadCell(Register, u32, Register),
    StoreCell(u32, Register, Register),
    Load {
        to: Register,
        memory: Common,
        index: Register,
        private: bool,
    },
    Store {
        memory: Common,
        index: Register,
        value: Register,
        private: bool,
    },
    Atomic {
        operator: Atomic,
        to: Register,
        memory: Common,
        index: Register,
        value: Register,
    },
    Jump(Position),
    Branch(Register, Position, Position),
    Barrier(u32),
    Call(Position, Register),
    Return,
    ReturnValue(Register),
    /// Not of the module: a fault of the next instruction, by its number in the notes.
    Note(u32),
    /// Not of the module: cells of variables hold nothing.
    Forget(u32, u32),
    /// Not of the module: the initial value of an array of a lane.
    Fill(u32, u32),
    /// Not of the module: an argument.
    Move(Register, Register),
    /// Not of the module: a loop that holds a barrier is entered.
    Enter(u32),
    /// Not of the module: another trip of it.
    Trip(u32),
}
