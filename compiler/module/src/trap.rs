//! What a run ends with: outputs, or one trap. Both are part of the result and the same on every engine (law 8).

use crate::call::Array;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It finished; the arrays that it wrote, in the order of the parameters.
    Finished(Vec<Output>),
    /// It trapped; there are no outputs.
    Trapped(TrapReport),
}

/// An array that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The parameter's name.
    pub name: String,
    /// Its cells.
    pub array: Array,
}

/// Which rule a lane broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapCause {
    /// An index at or past its extent.
    IndexOutOfRange,
    /// An integer divided by zero.
    DivisionByZero,
    /// An `assert` whose condition is false.
    AssertionFailed,
    /// More trips of a loop than the maximum that the source states.
    LoopOverMaximum,
    /// A cell that more than one lane claimed.
    DoublyClaimed,
}

/// The report of a trap: the first dispatch that trapped, in it the least group, in it the least lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapReport {
    /// The kernel's name; the job's, if an expression of the job itself trapped.
    pub kernel: String,
    /// Which dispatch of the call, from 0; None if an expression of the job itself trapped.
    pub dispatch: Option<u64>,
    /// The group within the dispatch; None for a cell claimed twice, and where there is no dispatch.
    pub group: Option<u64>,
    /// The lane's coordinates by name: those of the grid, or those of the phase. Empty where no lane is to blame: in
    /// group-level code, for a cell claimed twice, in a job's own expression.
    pub lane: Vec<(String, u32)>,
    /// Which rule was broken.
    pub cause: TrapCause,
    /// The values that broke it, in a sentence: `index 7 is not below the extent n = 5`.
    pub detail: String,
    /// Index of the source in the module.
    pub source: usize,
    /// Bytes of the source text that trapped.
    pub span: (usize, usize),
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}
