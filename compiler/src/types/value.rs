//! Values and places of types that stand for several scalars.

use lockstep_module::{Access, Combine};
use lockstep_numbers::ScalarType;

use super::ty::Type;
use crate::program::{ArrayRef, Expression, ExpressionKind, LocalId};
use crate::source::Span;

/// A value of a type that is no array: one expression for each of its scalars.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) ty: Type,
    pub(super) parts: Vec<Expression>,
    /// The expression that it is the value of.
    pub(super) span: Span,
}

impl Value {
    /// A value of one scalar.
    pub(super) fn scalar(expression: Expression) -> Value {
        Value { ty: Type::Scalar(expression.ty), span: expression.span, parts: vec![expression] }
    }

    /// The one expression of a scalar.
    pub(super) fn into_scalar(self) -> Option<Expression> {
        let mut parts = self.parts.into_iter();
        parts.next().filter(|_| matches!(self.ty, Type::Scalar(_)))
    }

    /// Whether it is a literal without a point, which may take any integer type.
    pub(super) fn is_integer_literal(&self) -> bool {
        matches!(self.parts.as_slice(), [Expression { kind: ExpressionKind::Literal(_), ty, .. }] if ty.is_integer())
    }
}

/// What may be done with an array, by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArrayKind {
    /// A parameter of an `each` kernel, or one of a tile kernel that is not written through a tile.
    Parameter(Access),
    /// A parameter that is written through its tile alone.
    Tiled,
    /// A tile of an array.
    Tile(Access),
    Shared(Option<Combine>),
    /// A local array; false for one that a function was given to look at.
    Local(bool),
    Constant,
}

/// Cells of an array of any type: one array of scalars for each leaf of the type, and the indices given so far.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) kind: ArrayKind,
    pub(super) name: String,
    /// The type of a cell, never an array.
    pub(super) ty: Type,
    /// One for each leaf of the type.
    pub(super) arrays: Vec<(ArrayRef, ScalarType)>,
    /// All sizes.
    pub(super) dimensions: Vec<Expression>,
    /// As many as have been given.
    pub(super) indices: Vec<Expression>,
    /// Where the array is declared.
    pub(super) declared: Span,
}

/// What a name of a body stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// Its declaration has not been reached, or had an error.
    Unset,
    /// It never changes.
    Value(Value),
    /// It is assigned to: a `var` or a lane's variable.
    Variable(Type, Vec<LocalId>),
    /// It is an array.
    Cells(Cells),
}

/// What an expression that names something stands for.
#[derive(Clone, Debug)]
pub(super) enum Reference {
    Value(Value),
    Variable(Type, Vec<LocalId>),
    Cells(Cells),
}
