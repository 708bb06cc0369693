//! What the judge sees: each way in which a module can misbehave, with the instruction.

use std::fmt;

use lockstep_module::Access;

use crate::code::Atomic;

/// Something that a module may not do, and where it did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The instruction, counted from 0 over the module; None for the module as a whole.
    pub site: Option<u32>,
    /// What it did.
    pub what: What,
}

/// A memory that has cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// The storage buffer with this binding.
    Buffer(u32),
    /// An array of the group, in the order of their declarations.
    Shared(u32),
    /// A variable of a lane, in the order of their declarations.
    Private(u32),
    /// The push constants.
    Push,
}

/// How a cell was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Touch {
    Read,
    Write,
    Atomic(Atomic),
}

/// A misbehaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are the parts that the first sentence names")]
pub enum What {
    /// An index is not below the length of what it indexes. From 2^30 on its byte offset wraps.
    OutOfRange { memory: Memory, index: u32, length: u32 },
    /// A cell is read that nothing was written to.
    Uninitialised { memory: Memory, cell: u32 },
    /// Two lanes of a group touch a cell in one interval between barriers, and not both only read or both atomically.
    Race { memory: Memory, cell: u32, earlier: Touch, now: Touch },
    /// The same of lanes of two groups, between which nothing orders.
    RaceOfGroups { memory: Memory, cell: u32, earlier: Touch, now: Touch },
    /// A cell comes from another lane over a barrier, and one of the two accesses is private to its lane.
    PrivateExchange { memory: Memory, cell: u32 },
    /// Two lanes combine into one cell with different operators, without order.
    MixedOperators { memory: Memory, cell: u32, earlier: Atomic, now: Atomic },
    /// An atomic operation whose scope leaves out lanes that can touch the cell.
    NarrowScope { memory: Memory },
    /// A buffer that is decorated NonWritable is written.
    WritesReadOnly { binding: u32 },
    /// An array is touched in a way that its access in the interface does not allow.
    BreaksAccess { binding: u32, access: Access, now: Touch },
    /// Trap words are changed by something else than an unsigned minimum.
    BreaksTrapWord { now: Touch },
    /// A buffer that the interface does not have.
    NoSuchBuffer { binding: u32 },
    /// Lanes of a group come to different barriers, or not all come.
    DivergentBarrier,
    /// A barrier whose scope of execution is not the group.
    NarrowBarrier,
    /// A float operation lacks NoContraction.
    Contractable,
    /// A float operation in an entry point without SignedZeroInfNanPreserve.
    NotPreserved,
    /// A float that a driver's compiler knows.
    PlainFloat,
    /// A word becomes a float without a sum with the push constant that is zero.
    PlainWord,
    /// An integer is divided by zero.
    DivisionByZero,
    /// The least integer is divided by -1.
    DivisionOverflow,
    /// A shift by 32 or more.
    ShiftTooFar { count: u32 },
    /// A float that is no integer of 32 bits is converted to one.
    ConversionOutOfRange { float: u32 },
    /// The outcome depends on what a device may choose: the order of lanes and groups, slices, how far a seed is
    /// off, the bits of a NaN, or what a racing read finds.
    DependsOnDevice,
    /// More steps than the limit.
    StepLimit,
    /// The groups have other lanes than the interface says.
    OtherLanes { claimed: u32, real: u32 },
    /// More shared bytes than the interface says.
    MoreShared { claimed: u32, real: u64 },
    /// More work than the bound of the interface allows.
    OverBound { allowed: u64, work: u64 },
}

impl What {
    /// Its kind, in a word or two.
    pub fn kind(&self) -> &'static str {
        match self {
            What::OutOfRange { .. } => "out of range",
            What::Uninitialised { .. } => "uninitialised",
            What::Race { .. } => "race",
            What::RaceOfGroups { .. } => "race of groups",
            What::PrivateExchange { .. } => "private exchange",
            What::MixedOperators { .. } => "mixed operators",
            What::NarrowScope { .. } => "narrow scope",
            What::WritesReadOnly { .. } => "writes read-only",
            What::BreaksAccess { .. } => "breaks access",
            What::BreaksTrapWord { .. } => "breaks trap word",
            What::NoSuchBuffer { .. } => "no such buffer",
            What::DivergentBarrier => "divergent barrier",
            What::NarrowBarrier => "narrow barrier",
            What::Contractable => "contractable",
            What::NotPreserved => "not preserved",
            What::PlainFloat => "plain float",
            What::PlainWord => "plain word",
            What::DivisionByZero => "division by zero",
            What::DivisionOverflow => "division overflow",
            What::ShiftTooFar { .. } => "shift too far",
            What::ConversionOutOfRange { .. } => "conversion out of range",
            What::DependsOnDevice => "depends on device",
            What::StepLimit => "step limit",
            What::OtherLanes { .. } => "other lanes",
            What::MoreShared { .. } => "more shared",
            What::OverBound { .. } => "over bound",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.site {
            Some(site) => write!(f, "instruction {site}: {:?}", self.what),
            None => write!(f, "{:?}", self.what),
        }
    }
}

/// Why a module cannot be run at all: it is not SPIR-V, or it uses what no module of this project uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The instruction, counted from 0.
    pub site: u32,
    /// What is the matter with it.
    pub why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instruction {}: {}", self.site, self.why)
    }
}

impl std::error::Error for Unreadable {}
