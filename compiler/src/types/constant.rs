//! Constants: evaluated by the same operations as everything else, each when it is first needed.

use lockstep_numbers::ScalarType;

use super::{
    Checker,
    body::{BodyChecker, Place},
    evaluate,
    statement::literal_sizes,
    ty::{MAX_TABLE_CELLS, Type},
    value::{ArrayKind, Cells, Reference, Value},
};
use crate::{
    errors::{e0306_bad_type, e0309_not_constant},
    program::{ArrayRef, Block, Constant, Expression, ExpressionKind},
    resolve::LocalKind,
    source::Span,
    syntax::tree::{self, ConstantValue, TypeKind},
};

/// How many constants may wait for each other.
const MAX_WAITING: u32 = 64;

/// What is known of a constant.
#[derive(Clone, Debug)]
pub(super) enum ConstantState {
    New,
    /// It is being evaluated.
    Open,
    /// None after an error.
    Done(Option<Known>),
}

/// A constant that has been evaluated.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// The bits of each leaf.
    Value(Type, Vec<u64>),
    /// The number of the table of each leaf, with its type.
    Table(Type, Vec<(usize, ScalarType)>),
}

impl Checker<'_, '_> {
    /// Evaluates all constants of all files, needed or not, so that each is checked.
    pub(super) fn constants(&mut self) {
        for id in 0..self.resolved.constants.len() {
            let name = self.resolved.constants[id].item.name.span;
            self.known_constant(id, name);
        }
    }

    /// A constant, evaluated now if it has not been.
    fn known_constant(&mut self, id: usize, used: Span) -> Option<Known> {
        match self.constants.get(id)? {
            ConstantState::Done(known) => return known.clone(),
            ConstantState::Open => {
                let name = &self.resolved.constants[id].item.name;
                self.diagnostics.push(e0309_not_constant::circle(used, &name.text, name.span));
                return None;
            }
            ConstantState::New => {}
        }
        if self.waiting >= MAX_WAITING {
            let name = &self.resolved.constants[id].item.name;
            self.diagnostics.push(e0309_not_constant::too_many_waiting(used, &name.text, MAX_WAITING));
            return None;
        }
        self.constants[id] = ConstantState::Open;
        self.waiting += 1;
        let known = self.evaluate_constant(id);
        self.waiting -= 1;
        self.constants[id] = ConstantState::Done(known.clone());
        known
    }

    fn evaluate_constant(&mut self, id: usize) -> Option<Known> {
        let resolved = self.resolved;
        let named = resolved.constants.get(id)?;
        let constant = named.item;
        let name = constant.name.text.clone();
        let mut body = BodyChecker::new(self, &named.body, Place::Constant, (constant.name.span, name.clone()));
        let ty = body.ty(&constant.ty, MAX_TABLE_CELLS);
        let (array, value) = match (&constant.ty.kind, &constant.value) {
            (TypeKind::Named(_), ConstantValue::Single(value)) => {
                let ty = ty?;
                let value = body.in_block(|this| this.typed_value(value, &ty, None));
                let bits = body.run(value)?;
                return Some(Known::Value(ty, bits));
            }
            (TypeKind::Array(..), value) => (ty?, value),
            (TypeKind::Named(_), ConstantValue::List(_, span)) => {
                let shown = ty.map(|ty| body.checker.show(&ty)).unwrap_or_default();
                let help = format!("write the type as `[{shown}; …]`");
                body.checker.diagnostics.push(e0306_bad_type::error(*span, "a list is the value of an array", help));
                return None;
            }
            (TypeKind::Named(_), ConstantValue::Each(_, block)) => {
                let what = "`each` gives the cells of an array";
                let help = "give the constant an array type, or a value";
                body.checker.diagnostics.push(e0306_bad_type::error(block.span, what, help));
                return None;
            }
        };
        let Type::Array(element, sizes) = &array else { return None };
        let cells: Vec<Vec<u64>> = match value {
            ConstantValue::List(values, span) => body.list(element, sizes, values, *span)?,
            ConstantValue::Each(names, block) => body.each_cell(element, sizes, names, block, constant.ty.span)?,
            ConstantValue::Single(value) => {
                let help = "write the cells in brackets: `[1, 2, 3]`, or compute them: `each i { … }`";
                let error = e0306_bad_type::error(value.span, "an array is given as a list", help);
                body.checker.diagnostics.push(error);
                return None;
            }
        };
        let mut tables = Vec::new();
        for (leaf, (suffix, ty)) in self.leaves(element).into_iter().enumerate() {
            let cells = cells.iter().filter_map(|parts| parts.get(leaf).copied()).collect();
            let table = Constant { name: format!("{name}{suffix}"), element: ty, dimensions: sizes.clone(), cells };
            self.program.constants.push(table);
            tables.push((self.program.constants.len() - 1, ty));
        }
        Some(Known::Table(array, tables))
    }
}

impl BodyChecker<'_, '_, '_> {
    /// What the name of a constant stands for.
    pub(super) fn constant_reference(&mut self, id: u32, span: Span) -> Option<Reference> {
        let declared = self.checker.resolved.constants.get(id as usize)?.item.name.clone();
        match self.checker.known_constant(id as usize, span)? {
            Known::Value(ty, bits) => {
                let leaves = self.checker.leaves(&ty);
                let parts = bits.into_iter().zip(leaves).map(|(bits, (_, ty))| literal(bits, ty, span));
                let parts = parts.collect();
                Some(Reference::Value(Value { ty, parts, span }))
            }
            Known::Table(ty, tables) => {
                let Type::Array(element, sizes) = ty else { return None };
                let arrays = tables.into_iter().map(|(table, ty)| (ArrayRef::Constant(table), ty)).collect();
                Some(Reference::Cells(Cells {
                    kind: ArrayKind::Constant,
                    name: declared.text,
                    ty: *element,
                    arrays,
                    dimensions: literal_sizes(&sizes, span),
                    indices: Vec::new(),
                    declared: declared.span,
                }))
            }
        }
    }

    /// A list of cells, row by row.
    fn list(
        &mut self,
        element: &Type,
        sizes: &[u32],
        values: &[tree::Expression],
        span: Span,
    ) -> Option<Vec<Vec<u64>>> {
        let cells: u64 = sizes.iter().map(|d| u64::from(*d)).product();
        if cells != values.len() as u64 {
            let what = format!("the type has {cells} cells, and the list has {}", values.len());
            let error = e0306_bad_type::error(span, what, "give one value for each cell, row by row");
            self.checker.diagnostics.push(error);
            return None;
        }
        let cells = values.iter().map(|value| {
            let value = self.in_block(|this| this.typed_value(value, element, None));
            self.run(value)
        });
        let cells: Vec<Option<Vec<u64>>> = cells.collect();
        cells.into_iter().collect()
    }

    /// `each (i, j) { … }`: the block is checked once and evaluated for every cell.
    fn each_cell(
        &mut self,
        element: &Type,
        sizes: &[u32],
        names: &[tree::Name],
        block: &tree::Block,
        span: Span,
    ) -> Option<Vec<Vec<u64>>> {
        if names.len() != sizes.len() {
            let what = format!("the array has {} dimensions, and `each` names {}", sizes.len(), names.len());
            self.checker.diagnostics.push(e0306_bad_type::error(span, what, "name one index for each dimension"));
            return None;
        }
        let locals: Vec<_> =
            names.iter().map(|name| self.bind_scalar(name, LocalKind::Coordinate, ScalarType::U32)).collect();
        let (statements, value) = self.in_block(|this| this.valued_block(block, element.scalar()));
        let value = self.expect(value?, element, Some((span, "the type of a cell")))?;
        let block = Block { statements, result: None, weight: 0 };
        let mut evaluator = evaluate::Evaluator::new(&self.locals, &self.checker.program.constants);
        let cells: u64 = sizes.iter().map(|d| u64::from(*d)).product();
        let mut all = Vec::new();
        for cell in 0..cells {
            let mut rest = cell;
            for (local, size) in locals.iter().zip(sizes).rev() {
                evaluator.set(*local, rest % u64::from(*size));
                rest /= u64::from(*size);
            }
            match evaluator.values(&block, &value.parts) {
                Ok(parts) => all.push(parts),
                Err(error) => {
                    self.checker.diagnostics.push(error);
                    return None;
                }
            }
        }
        Some(all)
    }

    /// Evaluates what was checked in a block of its own.
    fn run(&mut self, (statements, value): (Vec<crate::program::Statement>, Option<Value>)) -> Option<Vec<u64>> {
        let value = value?;
        let block = Block { statements, result: None, weight: 0 };
        let mut evaluator = evaluate::Evaluator::new(&self.locals, &self.checker.program.constants);
        evaluator.values(&block, &value.parts).map_err(|error| self.checker.diagnostics.push(error)).ok()
    }

    /// The bits of an expression that must be constant and of this type.
    pub(super) fn constant(&mut self, tree: &tree::Expression, ty: ScalarType) -> Option<u64> {
        let place = std::mem::replace(&mut self.frame.place, Place::Constant);
        let from = std::mem::replace(&mut self.evaluated_from, self.locals.len());
        let typed = self.in_block(|this| this.typed(tree, ty, None).map(Value::scalar));
        let bits = self.run(typed);
        self.locals.truncate(self.evaluated_from);
        self.evaluated_from = from;
        self.frame.place = place;
        bits?.first().copied()
    }
}

fn literal(bits: u64, ty: ScalarType, span: Span) -> Expression {
    let kind = ExpressionKind::Literal(bits);
    if ty.is_packed() {
        let word = Expression { kind, ty: ScalarType::U32, span };
        return Expression { kind: ExpressionKind::FromBits(Box::new(word)), ty, span };
    }
    Expression { kind, ty, span }
}
