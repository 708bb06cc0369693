//! Short ways to make expressions.

use lockstep_numbers::{Binary, ScalarType, ScalarType::U32, Unary};

use super::tree::{Expr, Kind, Program, Ty};

/// A literal of a scalar type.
pub fn literal(ty: ScalarType, bits: u64) -> Expr {
    Expr { ty: ty.into(), kind: Kind::Literal(bits & ty.mask()) }
}

/// A `u32` literal.
pub fn number(value: u32) -> Expr {
    literal(U32, value.into())
}

/// A name of a value.
pub fn name(name: &str, ty: impl Into<Ty>) -> Expr {
    Expr { ty: ty.into(), kind: Kind::Name(name.into()) }
}

/// A `u32` by its name.
pub fn count(text: &str) -> Expr {
    name(text, U32)
}

/// An operator with one operand.
pub fn unary(operator: Unary, operand: Expr) -> Expr {
    Expr { ty: operand.ty.clone(), kind: Kind::Unary(operator, Box::new(operand)) }
}

/// An operator with two operands; the type is that of the left one, or the result's.
pub fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
    let ty = match (&left.ty, &right.ty) {
        _ if operator.is_comparison() => ScalarType::Bool.into(),
        (Ty::Scalar(_), Ty::Vector(..)) => right.ty.clone(),
        (Ty::Scalar(ty), _) => operator.result(*ty).into(),
        _ => left.ty.clone(),
    };
    Expr { ty, kind: Kind::Binary(operator, Box::new(left), Box::new(right)) }
}

pub fn add(left: Expr, right: Expr) -> Expr {
    binary(Binary::Add, left, right)
}

pub fn subtract(left: Expr, right: Expr) -> Expr {
    binary(Binary::Subtract, left, right)
}

pub fn times(left: Expr, right: Expr) -> Expr {
    binary(Binary::Multiply, left, right)
}

pub fn less(left: Expr, right: Expr) -> Expr {
    binary(Binary::Less, left, right)
}

pub fn both(left: Expr, right: Expr) -> Expr {
    Expr { ty: ScalarType::Bool.into(), kind: Kind::Logic { and: true, left: Box::new(left), right: Box::new(right) } }
}

/// A call of a function, conversion or constructor.
pub fn call(name: &str, arguments: Vec<Expr>, ty: impl Into<Ty>) -> Expr {
    Expr { ty: ty.into(), kind: Kind::Call { name: name.into(), generics: Vec::new(), arguments } }
}

/// A conversion by value.
pub fn convert(to: ScalarType, value: Expr) -> Expr {
    call(to.name(), vec![value], to)
}

/// A cell of an array.
pub fn cell(array: &str, ty: &Ty, indices: Vec<Expr>) -> Expr {
    let kind = Kind::Cell { array: array.into(), indices, nested: false, otherwise: None };
    Expr { ty: ty.clone(), kind }
}

/// The value of any type that is all zeros.
pub fn zero(program: &Program, ty: &Ty) -> Expr {
    match ty {
        Ty::Scalar(scalar) => literal(*scalar, 0),
        Ty::Vector(component, _) => call(&ty.name(), vec![literal(*component, 0)], ty.clone()),
        Ty::Struct(name) => {
            let known = program.structs.iter().find(|known| known.name == *name);
            let fields = known.map(|known| known.fields.clone()).unwrap_or_default();
            let values = fields.iter().map(|(_, ty)| zero(program, ty)).collect();
            call(name, values, ty.clone())
        }
    }
}

/// The number of an expression of `u32` literals, names and sums, if all names are known.
pub fn evaluate(expression: &Expr, known: &dyn Fn(&str) -> Option<u32>) -> Option<u32> {
    match &expression.kind {
        Kind::Literal(bits) => Some(*bits as u32),
        Kind::Name(name) => known(name),
        Kind::Binary(operator, left, right) => {
            let (left, right) = (evaluate(left, known)?, evaluate(right, known)?);
            lockstep_numbers::binary(*operator, U32, left.into(), right.into()).ok().map(|bits| bits as u32)
        }
        _ => None,
    }
}
