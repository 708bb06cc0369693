//! Law 3, *races cannot be written*, for `each` kernels: a lane touches cells of a written array that it alone touches.
//!
//! The proof: in every access to a written array each coordinate of the lane stands in one index, by itself or plus or
//! minus something that is the same for all lanes, and in the same index and form in all accesses to that array. Two
//! lanes differ in a coordinate, so they differ in that index, so their cells are different cells. Adding a uniform
//! number, and subtracting from one, are one-to-one in wrapping arithmetic.

use lockstep_numbers::{Binary, ScalarType};

use crate::{
    diagnostic::Diagnostic,
    errors::{e0401_write_not_own, e0402_read_of_written},
    program::{Access, ArrayRef, Expression, ExpressionKind, Kernel, LocalId},
    visit::{self, Visitor},
};

use super::facts::Facts;

/// How a coordinate stands in an index: which, turned over or not, and what is added, in canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    coordinate: LocalId,
    negative: bool,
    offset: Vec<String>,
}

pub(super) fn check(kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    let facts = Facts::of_kernel(kernel);
    let mut accesses = Accesses { reads: Vec::new(), writes: Vec::new() };
    visit::block(&mut accesses, &kernel.body);
    for array in 0..kernel.array_spans.len() {
        let of_array = |list: &[Access]| -> Vec<Access> {
            list.iter().filter(|access| access.array == ArrayRef::Parameter(array)).cloned().collect()
        };
        check_array(kernel, &facts, array, &of_array(&accesses.writes), &of_array(&accesses.reads), diagnostics);
    }
}

struct Accesses {
    reads: Vec<Access>,
    writes: Vec<Access>,
}

impl Visitor for Accesses {
    fn access(&mut self, access: &Access, write: bool) {
        if matches!(access.array, ArrayRef::Parameter(_)) {
            if write { self.writes.push(access.clone()) } else { self.reads.push(access.clone()) }
        }
    }
}

fn check_array(
    kernel: &Kernel,
    facts: &Facts<'_>,
    array: usize,
    writes: &[Access],
    reads: &[Access],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(first) = writes.first() else { return };
    let name = kernel.signature.arrays().nth(array).map_or("", |(name, ..)| name);
    let lanes: Vec<&str> =
        kernel.coordinates().filter_map(|id| kernel.locals.get(id.0 as usize)).map(|l| l.name.as_str()).collect();
    let mut places: Vec<(usize, Form)> = Vec::new();
    for (coordinate, lane) in kernel.coordinates().zip(&lanes) {
        let forms = first.indices.iter().map(|index| form(facts, index)).enumerate();
        let place = forms.filter_map(|(i, form)| Some((i, form?))).find(|(_, form)| form.coordinate == coordinate);
        match place {
            Some(place) => places.push(place),
            None => {
                diagnostics.push(e0401_write_not_own::missing(first.span, name, lane, &lanes));
                return;
            }
        }
    }
    let fits = |access: &Access| {
        places
            .iter()
            .all(|(i, wanted)| access.indices.get(*i).and_then(|index| form(facts, index)).as_ref() == Some(wanted))
    };
    if let Some(write) = writes.iter().find(|write| !fits(write)) {
        diagnostics.push(e0401_write_not_own::differs(write.span, name, first.span));
    } else if let Some(read) = reads.iter().find(|read| !fits(read)) {
        diagnostics.push(e0402_read_of_written::error(read.span, name, first.span));
    }
}

/// The form of an index that holds one coordinate.
fn form(facts: &Facts<'_>, index: &Expression) -> Option<Form> {
    let index = facts.through_lets(index);
    match &index.kind {
        ExpressionKind::Local(local) if facts.coordinate(*local).is_some() => {
            Some(Form { coordinate: *local, negative: false, offset: Vec::new() })
        }
        // Between i32 and u32 the bits stay.
        ExpressionKind::Convert(operand) if operand.ty.is_integer() => form(facts, operand),
        ExpressionKind::Binary { operator: operator @ (Binary::Add | Binary::Subtract), left, right } => {
            let add = *operator == Binary::Add;
            let (mut inner, other, turned, sign) = match (facts.uniform(left), facts.uniform(right)) {
                (false, true) => (form(facts, left)?, right, false, if add { '+' } else { '-' }),
                (true, false) => (form(facts, right)?, left, !add, '+'),
                _ => return None,
            };
            if turned {
                inner.negative = !inner.negative;
                for part in &mut inner.offset {
                    let opposite = if part.starts_with('+') { "-" } else { "+" };
                    part.replace_range(..1, opposite);
                }
            }
            inner.offset.push(format!("{sign}{}", text(facts, other)));
            inner.offset.sort();
            Some(inner)
        }
        _ => None,
    }
}

/// A uniform expression as text that is equal only for equal expressions.
fn text(facts: &Facts<'_>, expression: &Expression) -> String {
    let expression = facts.through_lets(expression);
    match &expression.kind {
        ExpressionKind::Literal(word) => format!("{}#{word}", expression.ty),
        ExpressionKind::Local(local) => format!("%{}", local.0),
        ExpressionKind::Unary { operator, operand } => format!("{operator:?}({})", text(facts, operand)),
        ExpressionKind::Convert(operand) => format!("{}({})", expression.ty, text(facts, operand)),
        ExpressionKind::ToBits(operand) => format!("to_bits({})", text(facts, operand)),
        ExpressionKind::FromBits(operand) => format!("from_bits({})", text(facts, operand)),
        ExpressionKind::Binary { operator, left, right } => {
            format!("{operator:?}{}({}, {})", left.ty, text(facts, left), text(facts, right))
        }
        ExpressionKind::Logic { and, left, right } => {
            format!("{}({}, {})", if *and { "and" } else { "or" }, text(facts, left), text(facts, right))
        }
        // Not uniform, so never asked for; the span keeps different ones apart.
        ExpressionKind::Load { .. } | ExpressionKind::If { .. } | ExpressionKind::Call { .. } => {
            format!("?{}:{}:{}", ScalarType::name(expression.ty), expression.span.source, expression.span.start)
        }
    }
}
