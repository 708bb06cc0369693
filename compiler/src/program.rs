//! The typed program: what a source means, before any lowering. The interpreter runs it; the laws are checked on it;
//! lowering starts from it.

use lockstep_module::{Extent, Signature};
use lockstep_numbers::{Binary, ScalarType, Unary};

pub use crate::resolve::{LocalId, LocalKind};
use crate::source::Span;

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The constants.
    pub constants: Vec<Constant>,
    /// The functions.
    pub functions: Vec<Function>,
    /// The kernels, in the order of the module.
    pub kernels: Vec<Kernel>,
    /// The jobs, in the order of the module.
    pub jobs: Vec<Job>,
}

/// A constant with its value.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// The type of a cell.
    pub element: ScalarType,
    /// The dimensions; empty for a scalar.
    pub dimensions: Vec<u32>,
    /// One word, or one for each cell.
    pub words: Vec<u32>,
}

/// A local of a body: one word, or an array of words that the lane alone sees.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: LocalKind,
    /// The type of its value or cells.
    pub element: ScalarType,
    /// The dimensions; empty for a scalar.
    pub dimensions: Vec<u32>,
}

impl Local {
    /// How many words it takes.
    pub fn words(&self) -> usize {
        self.dimensions.iter().map(|d| *d as usize).product()
    }
}

/// A pure function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its locals; the first `parameters` of them are its parameters, in order.
    pub locals: Vec<Local>,
    /// How many parameters it takes.
    pub parameters: usize,
    /// The type of its result.
    pub result: ScalarType,
    /// What it does; the result of the block is its result.
    pub body: Block,
}

/// A kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Its interface.
    pub signature: Signature,
    /// Where its name is declared.
    pub span: Span,
    /// Where its array parameters are declared.
    pub array_spans: Vec<Span>,
    /// What its coordinates range over.
    pub grid: Vec<Extent>,
    /// Its locals: first the extents in order, then the scalars in order, then the coordinates, then the others.
    pub locals: Vec<Local>,
    /// What each lane does.
    pub body: Block,
}

impl Kernel {
    /// The locals that hold the extents.
    pub fn extents(&self) -> impl Iterator<Item = LocalId> {
        (0..self.signature.extents.len() as u32).map(LocalId)
    }

    /// The locals that hold the scalars.
    pub fn scalars(&self) -> impl Iterator<Item = LocalId> {
        let first = self.signature.extents.len() as u32;
        (first..first + self.signature.scalars().count() as u32).map(LocalId)
    }

    /// The locals that hold the lane's coordinates.
    pub fn coordinates(&self) -> impl Iterator<Item = LocalId> {
        let first = (self.signature.extents.len() + self.signature.scalars().count()) as u32;
        (first..first + self.grid.len() as u32).map(LocalId)
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

/// An array that a job allocates.
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
    Let { local: LocalId, value: Expression },
    For { counter: LocalId, from: Expression, to: Expression, step: u32, body: Vec<JobStep> },
    Run { kernel: usize, arrays: Vec<usize>, scalars: Vec<Expression> },
    Swap(usize, usize),
}

/// A block of statements, and its value if it has one.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
    /// The value.
    pub result: Option<Box<Expression>>,
}

/// A statement of a kernel or function.
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
    Store {
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
    Literal(u32),
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
    /// The bits of a float as `u32`.
    ToBits(Box<Expression>),
    /// A float from its bits, through the door.
    FromBits(Box<Expression>),
    /// Only the branch that is taken is evaluated.
    If {
        arms: Vec<(Expression, Block)>,
        otherwise: Box<Block>,
    },
    Call {
        function: usize,
        arguments: Vec<Expression>,
    },
}
