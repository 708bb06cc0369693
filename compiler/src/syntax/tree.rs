//! The tree that the grammar builds. Names are still text; nothing has a type yet.

use lockstep_module::{Access, Combine};
use lockstep_numbers::{Binary, Unary};

use crate::source::Span;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A source file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// `profile datacenter;`
    pub profile: Option<Name>,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// Something at the top level.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each variant holds the item that its name says")]
pub enum Item {
    Use(Use),
    Constant(Constant),
    Struct(Struct),
    Function(Function),
    Kernel(Kernel),
    Job(Job),
    /// What could not be parsed; an error has been given.
    Broken,
}

/// `use std::bits::{rotate_left, rotate_right};`
#[derive(Clone, Debug)]
pub struct Use {
    /// `std`, `bits`.
    pub path: Vec<Name>,
    /// The names it brings in.
    pub names: Vec<Name>,
}

/// `const N: u32 = 4;` or `const K: [u32; 3] = [1, 2, 3];`
#[derive(Clone, Debug)]
pub struct Constant {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: ConstantValue,
}

/// The right side of a constant.
#[derive(Clone, Debug)]
pub enum ConstantValue {
    /// One value.
    Single(Expression),
    /// A list in brackets.
    List(Vec<Expression>, Span),
    /// `each (i, j) { … }`: the value of each cell.
    Each(Vec<Name>, Block),
}

/// `struct Complex { re: f32, im: f32 }`
#[derive(Clone, Debug)]
pub struct Struct {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its fields, in order.
    pub fields: Vec<(Name, Type)>,
}

/// `N: u32 = 4` between `<` and `>`: a constant that the user of the item chooses.
#[derive(Clone, Debug)]
pub struct Generic {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// What it is where nothing is said.
    pub default: Option<Expression>,
}

/// `fn name(a: u32) -> u32 { … }`
#[derive(Clone, Debug)]
pub struct Function {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its constants.
    pub generics: Vec<Generic>,
    /// The names in brackets.
    pub extents: Vec<Name>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The type of its result.
    pub result: Type,
    /// What it does.
    pub body: Block,
}

/// `kernel name[n](…) each i of y { … }`
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its constants.
    pub generics: Vec<Generic>,
    /// The names in brackets.
    pub extents: Vec<Name>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What its groups and lanes are.
    pub shape: Shape,
    /// What each lane, or each group, does.
    pub body: Block,
}

/// What the groups and lanes of a kernel are.
#[derive(Clone, Debug)]
pub enum Shape {
    /// `each (r, c) of y`: the names of the lane's coordinates, and what they range over.
    Each(Vec<Name>, Grid),
    /// Tile clauses, and `lanes (16, 16)`.
    Tiles(Vec<Tile>, Vec<Expression>, Span),
}

/// What the coordinates of a lane range over.
#[derive(Clone, Debug)]
pub enum Grid {
    /// `of y`: the cells of an array.
    Of(Name),
    /// `in (m, n)`: extents and constants.
    In(Vec<Expression>),
}

/// `tile (64, 64) of c as t at (r0, c0)`
#[derive(Clone, Debug)]
pub struct Tile {
    /// The cells of a tile along each dimension.
    pub sizes: Vec<Expression>,
    /// The array.
    pub array: Name,
    /// The tile's name.
    pub name: Option<Name>,
    /// The names of the indices of its first cell.
    pub origin: Vec<Name>,
    /// Where it stands.
    pub span: Span,
}

/// `job name[n](…) { … }`
#[derive(Clone, Debug)]
pub struct Job {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// The names in brackets.
    pub extents: Vec<Name>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Block,
}

/// `x: in [f32; n]` or `a: f32`
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// For arrays: `in`, `out`, `inout`, `acc(add)` or `claim`.
    pub access: Option<Access>,
    /// Its type.
    pub ty: Type,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A type of the language or a struct.
    Named(Name),
    /// `[f32; 4, 4]`
    Array(Box<Type>, Vec<Expression>),
}

impl Type {
    /// Whether it is written as an array.
    pub fn is_array(&self) -> bool {
        matches!(self.kind, TypeKind::Array(..))
    }
}

/// `{ statements result }`
#[derive(Clone, Debug)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
    /// The value of the block.
    pub result: Option<Box<Expression>>,
    /// From brace to brace.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where it stands.
    pub span: Span,
}

/// What a statement is.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts that the example shows")]
pub enum StatementKind {
    /// `let a: u32 = 1;`, and in a job `let a: [u32; n];`
    Let {
        name: Name,
        ty: Option<Type>,
        value: Option<Expression>,
    },
    /// `var a: u32 = 1;`, `var a: [u32; 4] = 0;`
    Var {
        name: Name,
        ty: Option<Type>,
        value: Expression,
    },
    /// `a = 1;`, `y[i] += 1;`
    Assign {
        target: Expression,
        operator: Option<Binary>,
        value: Expression,
    },
    /// `claim p[i] = v;`
    Claim {
        target: Expression,
        value: Expression,
    },
    /// `shared s: [f32; 64];`, `shared h: acc(add) [u32; 64];`
    Shared {
        name: Name,
        combine: Option<Combine>,
        ty: Type,
    },
    /// `lane a: f32 = 0.0;`
    Lane {
        name: Name,
        ty: Type,
        value: Expression,
    },
    /// `phase (y, x) { … }`
    Phase {
        coordinates: Vec<Name>,
        body: Block,
    },
    /// `if a { … } else if b { … } else { … }`
    If {
        arms: Vec<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    For(Box<For>),
    Break,
    Continue,
    /// `assert a < b;`
    Assert(Expression),
    /// `run kernel::<16>(x, y);`
    Run {
        name: Name,
        generics: Vec<Expression>,
        arguments: Vec<Expression>,
    },
    /// `swap a, b;`
    Swap(Name, Name),
    /// What could not be parsed; an error has been given.
    Broken,
}

/// `for i in 0..n step 2 max 64 { … }`
#[derive(Clone, Debug)]
pub struct For {
    /// `i`
    pub counter: Name,
    /// `0`
    pub from: Expression,
    /// `n`
    pub to: Expression,
    /// `2`
    pub step: Option<Expression>,
    /// `64`
    pub max: Option<Expression>,
    /// `{ … }`
    pub body: Block,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
    /// How many expressions are nested in it at most, itself included.
    pub depth: u32,
}

/// What an expression is.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts that the example shows")]
pub enum ExpressionKind {
    /// `12`; None when an error has been given for it.
    Integer(Option<u64>),
    /// `1.5`, as bits.
    Float(u32),
    /// `true`
    Bool(bool),
    /// `a`
    Name(Name),
    /// `a[i, j]`, `a[i, j] else v`
    Index { base: Box<Expression>, indices: Vec<Expression>, otherwise: Option<Box<Expression>> },
    /// `c.re`
    Field { base: Box<Expression>, name: Name },
    /// `f::<4>(a, b)`, `f32(a)`, `Complex(a, b)`
    Call { function: Name, generics: Vec<Expression>, arguments: Vec<Expression> },
    /// `-a`, `!a`
    Unary { operator: Unary, operand: Box<Expression> },
    /// `a + b`
    Binary { operator: Binary, left: Box<Expression>, right: Box<Expression> },
    /// `a && b`, `a || b`
    Logic { and: bool, left: Box<Expression>, right: Box<Expression> },
    /// `if a { x } else { y }`
    If { arms: Vec<(Expression, Block)>, otherwise: Box<Block> },
    /// What could not be parsed or was nested too deeply; an error has been given.
    Broken,
}
