//! Kernels of the typed program: their shape, what their groups share, and what a group does between barriers.

use lockstep_module::{Combine, Extent, Signature, spirv_abi};
use lockstep_numbers::ScalarType;

use super::{Block, Expression, Local, LocalId};
use crate::source::Span;

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
            Shape::Each { .. } => spirv_abi::LANES,
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
