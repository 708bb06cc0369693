//! The typed program: what a source means, before any lowering. The interpreter runs it; the laws are checked on it;
//! lowering starts from it. Functions are written out where they are called, and structs, vectors and nested arrays
//! are split: here are only scalars and arrays of scalars.

use lockstep_module::{Combine, Profile, Signature};
use lockstep_numbers::{Binary, ScalarType, Unary};

mod kernel;

pub use crate::resolve::{LocalId, LocalKind};
use crate::source::Span;
pub use kernel::{GroupStatement, Kernel, Phase, Shape, Shared, Tile};

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it asks of a device.
    pub profile: Profile,
    /// The constant arrays.
    pub constants: Vec<Constant>,
    /// The kernels, in the order of the module.
    pub kernels: Vec<Kernel>,
    /// The jobs, in the order of the module: a job runs only jobs before it.
    pub jobs: Vec<Job>,
}

/// A constant array.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// The type of a cell.
    pub element: ScalarType,
    /// The dimensions, one to three.
    pub dimensions: Vec<u32>,
    /// The cells, row-major.
    pub cells: Vec<u64>,
}

/// A local of a body: one value, or an array of values that the lane alone sees.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name; a part of a struct or vector is named as in `c.re`.
    pub name: String,
    /// Its kind.
    pub kind: LocalKind,
    /// The type of its value or cells.
    pub element: ScalarType,
    /// The dimensions; empty for a scalar.
    pub dimensions: Vec<u32>,
}

impl Local {
    /// How many values it holds.
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|d| *d as usize).product()
    }
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its interface.
    pub signature: Signature,
    /// Where its name is declared.
    pub span: Span,
    /// Its locals: first the extents in order, then the scalars in order, then the others.
    pub locals: Vec<Local>,
    /// The arrays that it allocates; numbered after the array parameters.
    pub temporaries: Vec<Temporary>,
    /// What it does.
    pub steps: Vec<JobStep>,
}

/// An array that a job allocates. It begins as zeros.
#[derive(Clone, Debug)]
pub struct Temporary {
    /// Its name.
    pub name: String,
    /// The type of a cell.
    pub element: ScalarType,
    /// Its dimensions, over scalars and extents.
    pub dimensions: Vec<Expression>,
}

/// A step of a job.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts of the statement")]
pub enum JobStep {
    Let {
        local: LocalId,
        value: Expression,
    },
    For {
        counter: LocalId,
        from: Expression,
        to: Expression,
        step: u32,
        body: Vec<JobStep>,
    },
    Run {
        kernel: usize,
        arrays: Vec<usize>,
        scalars: Vec<Expression>,
    },
    /// Runs a job that comes before this one in [`Program::jobs`].
    Call {
        job: usize,
        arrays: Vec<usize>,
        scalars: Vec<Expression>,
    },
    Swap(usize, usize),
}

/// A block of statements, and its value if it has one.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
    /// The value.
    pub result: Option<Box<Expression>>,
    /// What entering it costs: the weight of everything in it that is in no inner block. Set by `cost`.
    pub weight: u64,
}

/// A statement of a lane.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts of the statement")]
pub enum Statement {
    /// A `let`, a `var`, or an assignment to a `var`.
    Set {
        local: LocalId,
        value: Expression,
    },
    /// A local array whose cells all begin as one value.
    Fill {
        local: LocalId,
        value: Expression,
    },
    /// A cell that the lane owns in this phase, or a cell of its local array.
    Store {
        access: Access,
        value: Expression,
    },
    /// `h[i] += v`: an atomic operation whose old value nobody sees.
    Combine {
        access: Access,
        operator: Combine,
        value: Expression,
    },
    /// `claim p[i] = v`
    Claim {
        access: Access,
        value: Expression,
    },
    If {
        arms: Vec<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    For(Box<For>),
    Break,
    Continue,
    Assert {
        condition: Expression,
        span: Span,
    },
}

/// A bounded loop.
#[derive(Clone, Debug)]
pub struct For {
    /// The counter.
    pub counter: LocalId,
    /// The type of the counter.
    pub ty: ScalarType,
    /// The first value.
    pub from: Expression,
    /// One past the last value.
    pub to: Expression,
    /// The distance between values, at least 1.
    pub step: u32,
    /// The most trips that there may be, where the source states it. More are a trap.
    pub max: Option<Expression>,
    /// The body.
    pub body: Block,
}

/// What an access refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrayRef {
    /// An array parameter of the kernel.
    Parameter(usize),
    /// The tile of this number: its array at the origin of the group.
    Tile(usize),
    /// An array that the group shares.
    Shared(usize),
    /// A local array.
    Local(LocalId),
    /// A constant array.
    Constant(usize),
}

/// A cell of an array.
#[derive(Clone, Debug)]
pub struct Access {
    /// The array.
    pub array: ArrayRef,
    /// One index for each dimension, `u32` or `i32`.
    pub indices: Vec<Expression>,
    /// Where it stands.
    pub span: Span,
    /// Its number in the kernel. What is known of it is kept beside the program under this number.
    pub id: u32,
}

/// An expression with its type.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Its type.
    pub ty: ScalarType,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts of the expression")]
pub enum ExpressionKind {
    /// The bits, those of a 32-bit type in the lower half.
    Literal(u64),
    Local(LocalId),
    /// A cell, or `otherwise` if an index is out of range; without one that is a trap.
    Load {
        access: Access,
        otherwise: Option<Box<Expression>>,
    },
    Unary {
        operator: Unary,
        operand: Box<Expression>,
    },
    Binary {
        operator: Binary,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `&&` and `||`: the right side is evaluated only if the left does not decide.
    Logic {
        and: bool,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// By value.
    Convert(Box<Expression>),
    /// The bits of a float or packed word as `u32`.
    ToBits(Box<Expression>),
    /// A float from its bits, through the door; a packed word from its bits as they are.
    FromBits(Box<Expression>),
    /// Only the branch that is taken is evaluated.
    If {
        arms: Vec<(Expression, Block)>,
        otherwise: Box<Block>,
    },
}
