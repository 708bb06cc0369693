//! Generated programs as a tree: what is printed as source, and what is cut down when a program fails.
//!
//! Every expression knows its type, so that a simpler one can take its place. Names are texts; whether a tree is a
//! legal program is for the compiler to say.

use lockstep_module::{Access, Combine};
use lockstep_numbers::{Binary, ScalarType, Unary};

/// A whole program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Whether it asks for the larger profile.
    pub datacenter: bool,
    pub structs: Vec<Struct>,
    pub constants: Vec<Constant>,
    pub functions: Vec<Function>,
    pub kernels: Vec<Kernel>,
    pub jobs: Vec<Job>,
}

/// A type that is no array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Scalar(ScalarType),
    Vector(ScalarType, u32),
    Struct(String),
}

impl From<ScalarType> for Ty {
    fn from(ty: ScalarType) -> Ty {
        Ty::Scalar(ty)
    }
}

impl Ty {
    /// The type, if it is a scalar.
    pub fn scalar(&self) -> Option<ScalarType> {
        match self {
            Ty::Scalar(ty) => Some(*ty),
            Ty::Vector(..) | Ty::Struct(_) => None,
        }
    }

    /// As it is written in source.
    pub fn name(&self) -> String {
        match self {
            Ty::Scalar(ty) => ty.name().into(),
            Ty::Vector(ty, count) => format!("{ty}x{count}"),
            Ty::Struct(name) => name.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    pub name: String,
    pub fields: Vec<(String, Ty)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    pub name: String,
    pub ty: Ty,
    /// Empty for a single value.
    pub sizes: Vec<u32>,
    pub value: ConstantValue,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ConstantValue {
    Single(Expr),
    List(Vec<Expr>),
    Each(Vec<String>, Block),
}

/// A constant that the user of an item chooses.
#[derive(Clone, Debug, PartialEq)]
pub struct Generic {
    pub name: String,
    pub ty: ScalarType,
    pub default: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub generics: Vec<Generic>,
    pub extents: Vec<String>,
    pub parameters: Vec<Parameter>,
    pub result: Ty,
    pub body: Block,
}

/// A parameter of a function, kernel or job.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    /// For arrays of kernels and jobs.
    pub access: Option<Access>,
    pub ty: Ty,
    /// Empty if it is no array.
    pub sizes: Vec<Expr>,
    pub role: Role,
}

/// What the inputs for a parameter are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Anything.
    Data,
    /// A count that is small enough to bound a loop.
    Small,
    /// Every cell's position once.
    Permutation,
}

/// An extent, and how large it is in a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    pub name: String,
    pub size: Size,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Size {
    /// Any number in this range.
    Free(u32, u32),
    /// Computed from the extents before it.
    Computed(Expr),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    pub name: String,
    pub generics: Vec<Generic>,
    pub extents: Vec<Extent>,
    pub parameters: Vec<Parameter>,
    pub shape: Shape,
    pub body: Block,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Each { lanes: Vec<String>, grid: Grid },
    Tiles { tiles: Vec<Tile>, lanes: Vec<Expr> },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Grid {
    Of(String),
    In(Vec<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub sizes: Vec<Expr>,
    pub array: String,
    pub name: Option<String>,
    pub origin: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub name: String,
    pub extents: Vec<Extent>,
    pub parameters: Vec<Parameter>,
    pub body: Block,
}

/// Statements, and a value if it has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub statements: Vec<Stmt>,
    pub value: Option<Expr>,
}

/// A statement of any place: of a lane, a group, or a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    Let {
        name: String,
        ty: Option<Ty>,
        value: Expr,
    },
    Var(Declared),
    Lane(Declared),
    Shared {
        name: String,
        combine: Option<Combine>,
        ty: Ty,
        sizes: Vec<Expr>,
    },
    /// An array of a job.
    Temporary {
        name: String,
        ty: ScalarType,
        sizes: Vec<Expr>,
    },
    /// `target operator value`; the operator ends with `=`.
    Assign {
        target: Expr,
        operator: &'static str,
        value: Expr,
    },
    Claim {
        target: Expr,
        value: Expr,
    },
    If {
        arms: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    },
    For(Box<For>),
    Break,
    Continue,
    Assert(Expr),
    Phase {
        coordinates: Vec<String>,
        body: Block,
    },
    Run {
        name: String,
        generics: Vec<Expr>,
        arguments: Vec<Expr>,
    },
    Swap(String, String),
}

/// A variable, or an array of a lane's own whose cells begin with one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    pub name: String,
    pub ty: Ty,
    pub sizes: Vec<Expr>,
    /// Whether the type of an array is written `[[T; 4]; 8]`.
    pub nested: bool,
    pub value: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub struct For {
    pub counter: String,
    pub from: Expr,
    pub to: Expr,
    pub step: Option<u32>,
    pub max: Option<Expr>,
    pub body: Block,
}

/// An expression with its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub ty: Ty,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The bits of a scalar.
    Literal(u64),
    Name(String),
    /// The name of an array that is given to something.
    Array(String),
    /// `name[i, j]`, or `name[i][j]` if it is nested.
    Cell {
        array: String,
        indices: Vec<Expr>,
        nested: bool,
        otherwise: Option<Box<Expr>>,
    },
    Field(Box<Expr>, String),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Logic {
        and: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// A function, a conversion, or the constructor of a type.
    Call {
        name: String,
        generics: Vec<Expr>,
        arguments: Vec<Expr>,
    },
    If {
        arms: Vec<(Expr, Block)>,
        otherwise: Box<Block>,
    },
}
