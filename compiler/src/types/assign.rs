//! Assignments, and the three ways of writing an array in memory: own cells, combining, claiming (law 3).

use lockstep_module::{Access as Permission, Combine};
use lockstep_numbers::Binary;

use super::{
    body::BodyChecker,
    expression::flexible,
    value::{ArrayKind, Cells, Reference, Value},
};
use crate::{
    errors::{e0308_not_assignable, e0403_access},
    program::{Access, Statement},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Name},
};

impl BodyChecker<'_, '_, '_> {
    pub(super) fn assign(
        &mut self,
        target: &tree::Expression,
        operator: Option<Binary>,
        value: &tree::Expression,
        span: Span,
    ) -> Option<()> {
        let reference = self.reference(target);
        let reference = match reference {
            Some(reference) => reference,
            None => {
                // A literal has no type of its own.
                if !flexible(value) {
                    self.value(value, None);
                }
                return None;
            }
        };
        match reference {
            Reference::Value(_) => {
                self.not_assignable(target);
                None
            }
            Reference::Variable(ty, locals) => {
                let value = match operator {
                    None => self.typed_value(value, &ty, Some((target.span, "this is assigned to")))?,
                    Some(operator) => {
                        let left = self.load(Reference::Variable(ty.clone(), locals.clone()), None, target.span)?;
                        let value = self.updated(operator, left, value, span)?;
                        self.expect(value, &ty, Some((target.span, "this is assigned to")))?
                    }
                };
                self.set_all(&locals, value);
                Some(())
            }
            Reference::Cells(cells) => {
                let combine = match cells.kind {
                    ArrayKind::Parameter(Permission::Accumulate(combine)) | ArrayKind::Shared(Some(combine)) => {
                        Some(combine)
                    }
                    _ => None,
                };
                match combine {
                    Some(combine) => self.combine(cells, combine, operator, value, target.span),
                    None => self.store(cells, operator, value, target, span),
                }
            }
        }
    }

    /// `place op value`.
    fn updated(&mut self, operator: Binary, left: Value, right: &tree::Expression, span: Span) -> Option<Value> {
        let shift = matches!(operator, Binary::ShiftLeft | Binary::ShiftRight);
        let wanted = if shift { Some(lockstep_numbers::ScalarType::U32) } else { left.ty.component() };
        let mark = self.statements.len();
        let right = self.value(right, wanted)?;
        let left = self.keep_order(mark, left);
        self.apply(operator, left, right, span)
    }

    /// Sets several variables at once: all values are computed before the first is set.
    fn set_all(&mut self, locals: &[crate::program::LocalId], value: Value) {
        let many = locals.len() > 1;
        let value = if many { self.named("", value) } else { value };
        for (local, value) in locals.iter().zip(value.parts) {
            self.push(Statement::Set { local: *local, value });
        }
    }

    fn store(
        &mut self,
        cells: Cells,
        operator: Option<Binary>,
        value: &tree::Expression,
        target: &tree::Expression,
        span: Span,
    ) -> Option<()> {
        let allowed = self.writable(&cells, target);
        let mut cells = self.whole_cell(cells, target.span)?;
        if operator.is_some() || cells.arrays.len() > 1 {
            let indices = std::mem::take(&mut cells.indices);
            cells.indices = indices.into_iter().map(|index| self.once(index, "")).collect();
        }
        let why = Some((target.span, "a cell of this array"));
        let value = match operator {
            None => {
                let mark = self.statements.len();
                let ty = cells.ty.clone();
                let value = self.typed_value(value, &ty, why);
                self.keep_indices(&mut cells, mark);
                value?
            }
            Some(operator) => {
                let left = self.load(Reference::Cells(cells.clone()), None, target.span)?;
                let value = self.updated(operator, left, value, span)?;
                self.expect(value, &cells.ty, why)?
            }
        };
        allowed?;
        let value = if cells.arrays.len() > 1 { self.named("", value) } else { value };
        for ((array, _), value) in cells.arrays.iter().zip(value.parts) {
            let id = self.access_id();
            let access = Access { array: *array, indices: cells.indices.clone(), span: target.span, id };
            self.push(Statement::Store { access, value });
        }
        Some(())
    }

    /// Indices come before the value, also where the value makes statements.
    fn keep_indices(&mut self, cells: &mut Cells, mark: usize) {
        let indices = std::mem::take(&mut cells.indices);
        for index in indices.into_iter().rev() {
            let mut kept = self.keep_order(mark, Value::scalar(index)).parts;
            cells.indices.insert(0, kept.remove(0));
        }
    }

    fn combine(
        &mut self,
        cells: Cells,
        combine: Combine,
        operator: Option<Binary>,
        value: &tree::Expression,
        span: Span,
    ) -> Option<()> {
        let mut cells = self.whole_cell(cells, span)?;
        let ty = cells.ty.clone();
        let mark = self.statements.len();
        let value = self.typed_value(value, &ty, Some((span, "a cell of this array")));
        self.keep_indices(&mut cells, mark);
        if operator != Some(combine.operator()) {
            self.checker.diagnostics.push(e0403_access::combine(span, &cells.name, combine, cells.declared));
            return None;
        }
        let value = value?.into_scalar()?;
        let (array, _) = *cells.arrays.first()?;
        let access = Access { array, indices: cells.indices, span, id: self.access_id() };
        self.push(Statement::Combine { access, operator: combine, value });
        Some(())
    }

    pub(super) fn claim(&mut self, target: &tree::Expression, value: &tree::Expression, span: Span) -> Option<()> {
        let reference = self.reference(target);
        let Some(Reference::Cells(cells)) = reference else {
            self.value(value, None);
            if reference.is_some() {
                self.checker.diagnostics.push(e0403_access::claim(span, None));
            }
            return None;
        };
        let mut cells = self.whole_cell(cells, target.span)?;
        let ty = cells.ty.clone();
        let mark = self.statements.len();
        let value = self.typed_value(value, &ty, Some((target.span, "a cell of this array")));
        self.keep_indices(&mut cells, mark);
        if cells.kind != ArrayKind::Parameter(Permission::Claim) {
            self.checker.diagnostics.push(e0403_access::claim(span, Some((&cells.name, cells.declared))));
            return None;
        }
        let value = value?.into_scalar()?;
        let (array, _) = *cells.arrays.first()?;
        let access = Access { array, indices: cells.indices, span: target.span, id: self.access_id() };
        self.push(Statement::Claim { access, value });
        Some(())
    }

    /// Whether own cells of this array may be written here.
    fn writable(&mut self, cells: &Cells, target: &tree::Expression) -> Option<()> {
        let span = target.span;
        let name = Name { text: cells.name.clone(), span };
        let error = match cells.kind {
            ArrayKind::Local(true) => return Some(()),
            ArrayKind::Local(false) => {
                e0308_not_assignable::error(&name, "an array that a function looks at", Some(cells.declared))
            }
            ArrayKind::Constant => e0308_not_assignable::error(&name, "a constant", Some(cells.declared)),
            ArrayKind::Tiled => e0403_access::through_tile(span, &cells.name, cells.declared),
            ArrayKind::Parameter(Permission::Claim) => e0403_access::needs_claim(span, &cells.name, cells.declared),
            ArrayKind::Parameter(access) | ArrayKind::Tile(access) if !access.writes() => {
                e0403_access::write(span, &cells.name, cells.declared)
            }
            ArrayKind::Parameter(_) if !self.arrays_are_owned => {
                e0403_access::not_a_tile(span, &cells.name, cells.declared)
            }
            _ if !self.writes_arrays() => {
                e0308_not_assignable::error(&name, "an array of the kernel, and this is a function", None)
            }
            _ => return Some(()),
        };
        self.checker.diagnostics.push(error);
        None
    }

    fn not_assignable(&mut self, target: &tree::Expression) {
        let mut base = target;
        while let tree::ExpressionKind::Field { base: inner, .. } | tree::ExpressionKind::Index { base: inner, .. } =
            &base.kind
        {
            base = inner;
        }
        let error = match &base.kind {
            tree::ExpressionKind::Name(name) => {
                let meaning = self.checker.resolved.meaning(name);
                if let Definition::Unknown = meaning {
                    return;
                }
                e0308_not_assignable::error(name, self.describe(meaning), self.declared(meaning))
            }
            _ => e0308_not_assignable::error(&Name { text: "this".into(), span: base.span }, "a value", None),
        };
        self.checker.diagnostics.push(error);
    }
}
