//! Kernels of one expression, lowered and run on the representation's own machine, against `lockstep-numbers`.

mod float_classes;
mod numbers;
mod seeds;
mod tiles;

use lockstep_module::{Access as Discipline, ArrayType, Extent, FloatClass, Parameter, ParameterKind, Signature};
use lockstep_numbers::ScalarType;

use super::Form;
use crate::{
    ir::{self, evaluate::Machine},
    laws::index::Proofs,
    program::{
        Access, ArrayRef, Block, Expression, ExpressionKind, GroupStatement, Kernel, Local, LocalId, LocalKind, Phase,
        Program, Shape, Statement,
    },
    source::Span,
};

fn expression(kind: ExpressionKind, ty: ScalarType) -> Expression {
    Expression { kind, ty, span: Span::default() }
}

fn literal(bits: u64, ty: ScalarType) -> Expression {
    expression(ExpressionKind::Literal(bits), ty)
}

fn local(id: u32, ty: ScalarType) -> Expression {
    expression(ExpressionKind::Local(LocalId(id)), ty)
}

fn named(name: &str, kind: LocalKind, element: ScalarType, dimensions: &[u32]) -> Local {
    Local { name: name.into(), kind, element, dimensions: dimensions.to_vec() }
}

fn access(array: ArrayRef, indices: Vec<Expression>, id: u32) -> Access {
    Access { array, indices, span: Span::default(), id }
}

fn array(name: &str, access: Discipline, element: ScalarType, dimensions: &[Extent]) -> Parameter {
    let ty = ArrayType { element, dimensions: dimensions.to_vec() };
    Parameter { name: name.into(), kind: ParameterKind::Array { access, ty } }
}

fn phase(coordinates: &[u32], statements: Vec<Statement>) -> GroupStatement {
    let coordinates = coordinates.iter().copied().map(LocalId).collect();
    GroupStatement::Phase(Phase { coordinates, body: block(statements), span: Span::default() })
}

fn block(statements: Vec<Statement>) -> Block {
    Block { statements, ..Block::default() }
}

/// `kernel k[n](a: A, b: B, y: out [T; n]) each i of y { y[i] = value; }`, where the value may use locals 1 and 2 for the
/// scalars and 3 for the coordinate.
fn of_expression(a: ScalarType, b: ScalarType, value: Expression) -> Program {
    let scalar = |name: &str, ty| Parameter { name: name.into(), kind: ParameterKind::Scalar(ty) };
    let element = if value.ty == ScalarType::Bool { ScalarType::U32 } else { value.ty };
    let value = match value.ty {
        ScalarType::Bool => expression(ExpressionKind::Convert(Box::new(value)), ScalarType::U32),
        _ => value,
    };
    let signature = Signature {
        name: "k".into(),
        extents: vec!["n".into()],
        parameters: vec![scalar("a", a), scalar("b", b), array("y", Discipline::Out, element, &[Extent::Named(0)])],
    };
    let store = Statement::Store { access: access(ArrayRef::Parameter(0), vec![local(3, ScalarType::U32)], 0), value };
    let kernel = Kernel {
        signature,
        span: Span::default(),
        array_spans: vec![Span::default()],
        shape: Shape::Each { grid: vec![Extent::Named(0)] },
        locals: vec![
            named("n", LocalKind::Extent, ScalarType::U32, &[]),
            named("a", LocalKind::Parameter, a, &[]),
            named("b", LocalKind::Parameter, b, &[]),
            named("i", LocalKind::Coordinate, ScalarType::U32, &[]),
        ],
        shared: vec![],
        body: vec![phase(&[3], vec![store])],
        accesses: 1,
    };
    Program { kernels: vec![kernel], ..Program::default() }
}

/// The kernel of a program, with groups of one lane where nothing but one lane matters.
fn lowered(program: &Program) -> ir::Kernel {
    lowered_as(program, Form::Plain)
}

fn lowered_as(program: &Program, form: Form) -> ir::Kernel {
    let mut kernel = super::lower(program, &[Proofs::default()], form).expect("small enough").remove(0);
    if matches!(program.kernels[0].shape, Shape::Each { .. }) {
        kernel.lanes = 1;
    }
    kernel
}

/// What a kernel of [`of_expression`] gives for these scalars; None if it traps.
fn result(kernel: &ir::Kernel, a: (u64, ScalarType), b: (u64, ScalarType)) -> Option<u64> {
    result_on(FloatClass::default(), kernel, a, b)
}

/// The same on a device of this class.
fn result_on(
    class: FloatClass,
    kernel: &ir::Kernel,
    (a, a_ty): (u64, ScalarType),
    (b, b_ty): (u64, ScalarType),
) -> Option<u64> {
    let mut words = vec![0, 0, 0];
    for (bits, ty) in [(a, a_ty), (b, b_ty)] {
        words.push(bits as u32);
        if ty.words() == 2 {
            words.push((bits >> 32) as u32);
        }
    }
    words.push(1);
    let mut machine = Machine::new(kernel, words, vec![vec![0; 2]]);
    machine.class = class;
    machine.run(0);
    let bits = u64::from(machine.arrays[0][0]) | u64::from(machine.arrays[0][1]) << 32;
    (machine.traps[0] == lockstep_module::spirv_abi::NO_TRAP).then_some(bits)
}
