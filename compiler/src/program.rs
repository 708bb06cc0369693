//! The typed program: what a source means, before any lowering. The interpreter runs it; the laws are checked on it;
//! lowering starts from it. Functions are written out where they are called, and structs, vectors and nested arrays
//! are split: here are only scalars and arrays of scalars.

use lockstep_module::{Combine, Extent, Profile, Signature};
use lockstep_numbers::{Binary, ScalarType, Unary};

pub use crate::resolve::{LocalId, LocalKind};
use crate::source::Span;

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

/// A kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Its interface.
    pub signature: Signature,
    /// Where its name is declared.
    pub span: Span,
    /// Where its array parameters are declared.
    pub array_spans: Vec<Span>,
    /// What its groups and lanes are.
    pub shape: Shape,
    /// Its locals: first the extents in order, then the scalars in order, then the others.
    pub locals: Vec<Local>,
    /// The arrays that a group shares. Each begins as zeros.
    pub shared: Vec<Shared>,
    /// What each group does. An `each` kernel has one phase and nothing else.
    pub body: Vec<GroupStatement>,
    /// How many accesses it has; each has its own number below this.
    pub accesses: u32,
}

/// What the groups and lanes of a kernel are.
#[derive(Clone, Debug)]
pub enum Shape {
    /// One lane for each point of a grid, 256 to a group. The coordinates of its one phase are those of the grid.
    Each {
        /// One to three sizes.
        grid: Vec<Extent>,
    },
    /// One group for each tile.
    Tiles {
        /// The first decides how many groups there are.
        tiles: Vec<Tile>,
        /// The lanes of a group, one to three sizes, the last varies fastest.
        lanes: Vec<u32>,
    },
}

/// `tile (64, 64) of c as t at (r0, c0)`
#[derive(Clone, Debug)]
pub struct Tile {
    /// The array parameter.
    pub array: usize,
    /// The cells of a tile along each dimension.
    pub sizes: Vec<u32>,
    /// `t`, if it is named.
    pub name: Option<String>,
    /// The locals that hold the first cell's indices, as `u32`.
    pub origin: Vec<LocalId>,
    /// Where the clause stands.
    pub span: Span,
}

/// An array that the lanes of a group share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// The type of a cell.
    pub element: ScalarType,
    /// The dimensions, one to three.
    pub dimensions: Vec<u32>,
    /// For an array that lanes combine into: with which operator.
    pub combine: Option<Combine>,
    /// Where it is declared.
    pub span: Span,
}

impl Shared {
    /// How many cells it has.
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|d| *d as usize).product()
    }
}

/// A statement at the level of a group: every expression in it is the same for all lanes.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts of the statement")]
pub enum GroupStatement {
    /// A `let`.
    Let {
        local: LocalId,
        value: Expression,
    },
    /// `lane`: every lane's own variable or array, all cells of which begin as one value.
    Lane {
        local: LocalId,
        value: Expression,
    },
    For {
        counter: LocalId,
        ty: ScalarType,
        from: Expression,
        to: Expression,
        step: u32,
        body: Vec<GroupStatement>,
    },
    If {
        arms: Vec<(Expression, Vec<GroupStatement>)>,
        otherwise: Vec<GroupStatement>,
    },
    Phase(Phase),
}

/// What every lane of a group does, up to a barrier.
#[derive(Clone, Debug)]
pub struct Phase {
    /// The locals that hold the lane's coordinates; in a tile kernel there may be none.
    pub coordinates: Vec<LocalId>,
    /// What a lane does.
    pub body: Block,
    /// Where the word `phase` stands, or the kernel's name.
    pub span: Span,
}

impl Kernel {
    /// The locals that hold the extents.
    pub fn extents(&self) -> impl Iterator<Item = LocalId> + use<> {
        (0..self.signature.extents.len() as u32).map(LocalId)
    }

    /// The locals that hold the scalars.
    pub fn scalars(&self) -> impl Iterator<Item = LocalId> + use<> {
        let first = self.signature.extents.len() as u32;
        (first..first + self.signature.scalars().count() as u32).map(LocalId)
    }

    /// How many lanes a group has.
    pub fn group_lanes(&self) -> u32 {
        match &self.shape {
            Shape::Each { .. } => lockstep_module::spirv_abi::LANES,
            Shape::Tiles { lanes, .. } => lanes.iter().product(),
        }
    }

    /// The tile clauses; none in an `each` kernel.
    pub fn tiles(&self) -> &[Tile] {
        match &self.shape {
            Shape::Each { .. } => &[],
            Shape::Tiles { tiles, .. } => tiles,
        }
    }

    /// All phases, in the order of the source.
    pub fn phases(&self) -> Vec<&Phase> {
        fn collect<'p>(statements: &'p [GroupStatement], phases: &mut Vec<&'p Phase>) {
            for statement in statements {
                match statement {
                    GroupStatement::Let { .. } | GroupStatement::Lane { .. } => {}
                    GroupStatement::For { body, .. } => collect(body, phases),
                    GroupStatement::If { arms, otherwise } => {
                        arms.iter().for_each(|(_, body)| collect(body, phases));
                        collect(otherwise, phases);
                    }
                    GroupStatement::Phase(phase) => phases.push(phase),
                }
            }
        }
        let mut phases = Vec::new();
        collect(&self.body, &mut phases);
        phases
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
