//! Cells of arrays: which may be read, and at which indices.

use lockstep_numbers::{Binary, ScalarType};

use super::{
    make::{self, binary, count, literal, number},
    tree::{Expr, Kind, Ty},
    values,
    writer::{Cells, Own, OwnIndex, Place, SLOTS, Way, Writer},
};

impl Writer {
    /// A cell of this type, or a part of a cell, if there is any.
    pub(super) fn cell(&mut self, ty: &Ty, depth: usize) -> Option<Expr> {
        let group = matches!(self.place, Place::Group | Place::Constant);
        let mut found: Vec<(Cells, Option<(String, Ty)>)> = Vec::new();
        for array in self.arrays.iter().filter(|array| readable(array) && (!group || array.constant)) {
            if array.ty == *ty {
                found.push((array.clone(), None));
            } else if let Some(field) = self.fields(&array.ty).into_iter().find(|(_, field)| field == ty) {
                found.push((array.clone(), Some(field)));
            }
        }
        if found.is_empty() {
            return None;
        }
        let (array, field) = self.pick(&found);
        let read = match &array.way {
            Way::Own(own) => self.own_cell(&array, own, depth),
            _ => self.read(&array, depth),
        };
        let Some((field, ty)) = field else { return Some(read) };
        Some(Expr { ty, kind: Kind::Field(Box::new(read), field) })
    }

    /// The parts of a value of this type by name.
    fn fields(&self, ty: &Ty) -> Vec<(String, Ty)> {
        let components = |ty: ScalarType, count: usize| {
            ["x", "y", "z", "w"][..count].iter().map(|name| ((*name).to_string(), ty.into())).collect()
        };
        match ty {
            Ty::Vector(component, count) => components(*component, *count as usize),
            Ty::Scalar(packed) if packed.is_packed() => {
                let (ty, count) = super::expression::parts_of(*packed);
                components(ty, count)
            }
            Ty::Struct(name) => {
                let known = self.program.structs.iter().find(|known| known.name == *name);
                known.map(|known| known.fields.clone()).unwrap_or_default()
            }
            Ty::Scalar(_) => Vec::new(),
        }
    }

    /// A read that traps only where traps are wanted.
    fn read(&mut self, array: &Cells, depth: usize) -> Expr {
        let (indices, safe) = self.indices(&array.sizes, depth);
        let safe = safe && !array.ragged;
        let may_trap = safe || (self.may_trap && self.place != Place::Constant && self.one_in(3));
        let needs = !may_trap;
        let otherwise = (needs || self.one_in(8)).then(|| {
            // `a[i] else v` takes no operator without parentheses, so any value will do.
            Box::new(if depth > 1 && self.one_in(3) { self.expression(&array.ty, 1) } else { self.leaf(&array.ty) })
        });
        let kind = Kind::Cell { array: array.name.clone(), indices, nested: array.nested, otherwise };
        Expr { ty: array.ty.clone(), kind }
    }

    /// Indices for these sizes, and whether they are certainly in range.
    pub(super) fn indices(&mut self, sizes: &[Expr], depth: usize) -> (Vec<Expr>, bool) {
        let each: Vec<(Expr, bool)> = sizes.iter().map(|size| self.index(size, depth)).collect();
        let safe = each.iter().all(|(_, safe)| *safe);
        (each.into_iter().map(|(index, _)| index).collect(), safe)
    }

    fn index(&mut self, size: &Expr, depth: usize) -> (Expr, bool) {
        let below: Vec<String> = self
            .scope
            .iter()
            .filter(|variable| variable.below.as_ref() == Some(size) && variable.ty == Ty::Scalar(ScalarType::U32))
            .map(|variable| variable.name.clone())
            .collect();
        if !below.is_empty() && !self.one_in(3) {
            return (count(&self.pick(&below)), true);
        }
        let depth = depth.min(2);
        if let Some(size) = make::evaluate(size, &|_| None).filter(|size| *size > 0) {
            return match self.below(11) {
                8 | 9 => (self.near(&number(size)), false),
                0 if size > 1 => (number(self.random.below(size as usize) as u32), true),
                1 => (self.scalar(ScalarType::U32, depth), false),
                2 => (self.scalar(ScalarType::I32, depth), false),
                _ => (self.wrapped(size, depth), true),
            };
        }
        let nonzero = matches!(&size.kind, Kind::Name(name) if self.nonzero.contains(name));
        match self.below(9) {
            0..=2 if nonzero => (binary(Binary::Remainder, self.scalar(ScalarType::U32, depth), size.clone()), true),
            6..=8 => (self.near(size), false),
            5 if nonzero => (binary(Binary::Subtract, size.clone(), number(1)), true),
            1 => (self.scalar(ScalarType::I32, depth), false),
            3 => (literal(ScalarType::U32, values::literal(&mut self.random, ScalarType::U32)), false),
            _ => (self.scalar(ScalarType::U32, depth), false),
        }
    }

    /// One of the lane's own cells.
    fn own_cell(&mut self, array: &Cells, own: &Own, depth: usize) -> Expr {
        let indices = self.own_indices(own, depth);
        let otherwise = array.ragged.then(|| Box::new(self.leaf(&array.ty)));
        let kind = Kind::Cell { array: array.name.clone(), indices, nested: false, otherwise };
        Expr { ty: array.ty.clone(), kind }
    }

    /// The indices of one of the lane's own cells.
    pub(super) fn own_indices(&mut self, own: &Own, depth: usize) -> Vec<Expr> {
        let slots: Vec<Expr> = own.slots.iter().map(|slots| self.slot(*slots)).collect();
        let indices = own.indices.iter().map(|index| match index {
            OwnIndex::Formed(form) => with_slots(form, &slots),
            OwnIndex::Free(size) => self.index_in_range(size, depth),
        });
        indices.collect()
    }

    /// A slot: a number, or the counter of a loop over slots.
    fn slot(&mut self, slots: u32) -> Expr {
        let fits = |below: &Expr| make::evaluate(below, &|_| None).is_some_and(|below| below <= slots);
        let counters: Vec<String> = self
            .scope
            .iter()
            .filter(|variable| variable.bounds && !variable.assignable && variable.ty == Ty::Scalar(ScalarType::U32))
            .filter(|variable| variable.below.as_ref().is_some_and(fits))
            .map(|variable| variable.name.clone())
            .collect();
        if counters.is_empty() || self.one_in(4) {
            return number(self.below(slots));
        }
        count(&self.pick(&counters))
    }

    /// An index that does not trap, if traps are not wanted.
    pub(super) fn index_in_range(&mut self, size: &Expr, depth: usize) -> Expr {
        for _ in 0..20 {
            let (index, safe) = self.index(size, depth);
            if safe || (self.may_trap && self.one_in(6)) {
                return index;
            }
        }
        let below = self.scope.iter().find(|variable| variable.below.as_ref() == Some(size));
        below.map_or_else(|| number(0), |variable| count(&variable.name))
    }
}

/// Whether cells may be read here.
pub(super) fn readable(array: &Cells) -> bool {
    match &array.way {
        Way::Look | Way::Local => true,
        Way::Own(own) => own.reads && own.guard.is_none(),
        Way::Combine(_) | Way::Hidden => false,
    }
}

/// The form with slots in their places.
pub(super) fn with_slots(form: &Expr, slots: &[Expr]) -> Expr {
    match &form.kind {
        Kind::Name(name) => {
            let slot = SLOTS.iter().position(|slot| slot == name).and_then(|slot| slots.get(slot));
            slot.unwrap_or(form).clone()
        }
        Kind::Binary(operator, left, right) => binary(*operator, with_slots(left, slots), with_slots(right, slots)),
        _ => form.clone(),
    }
}
