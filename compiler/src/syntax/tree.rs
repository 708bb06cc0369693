//! The tree that the grammar builds. Names are still text; nothing has a type yet.

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType, Unary};

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
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// Something at the top level.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each variant holds the item that its name says")]
pub enum Item {
    Use(Use),
    Constant(Constant),
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
    Scalar(Expression),
    /// A list in brackets.
    List(Vec<Expression>, Span),
}

/// `fn name(a: u32) -> u32 { … }`
#[derive(Clone, Debug)]
pub struct Function {
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
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
    /// The names in brackets.
    pub extents: Vec<Name>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The names of the lane's coordinates.
    pub lanes: Vec<Name>,
    /// What they range over.
    pub grid: Grid,
    /// What each lane does.
    pub body: Block,
}

/// What the coordinates of a lane range over.
#[derive(Clone, Debug)]
pub enum Grid {
    /// `of y`: the cells of an array.
    Of(Name),
    /// `in (m, n)`: extents and constants.
    In(Vec<Expression>),
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
    /// For arrays: `in`, `out` or `inout`.
    pub access: Option<Access>,
    /// Its type.
    pub ty: Type,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct Type {
    /// The scalar, or the type of a cell.
    pub element: ScalarType,
    /// For an array: its dimensions.
    pub dimensions: Option<Vec<Expression>>,
    /// Where it stands.
    pub span: Span,
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
        target: Place,
        operator: Option<Binary>,
        value: Expression,
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
    /// `run kernel(x, y);`
    Run {
        kernel: Name,
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

/// The left side of an assignment.
#[derive(Clone, Debug)]
pub struct Place {
    /// The variable or array.
    pub name: Name,
    /// For a cell of an array: its indices.
    pub indices: Option<Vec<Expression>>,
    /// Where it stands.
    pub span: Span,
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
    Integer(Option<u32>),
    /// `1.5`, as bits.
    Float(u32),
    /// `true`
    Bool(bool),
    /// `a`
    Name(Name),
    /// `a[i, j]`, `a[i, j] else v`
    Index { array: Name, indices: Vec<Expression>, otherwise: Option<Box<Expression>> },
    /// `f(a, b)`
    Call { function: Name, arguments: Vec<Expression> },
    /// `f32(a)`
    Convert { to: ScalarType, operand: Box<Expression> },
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
