//! Where locals, shared arrays and constant arrays are kept. What takes two words is kept in two places.

use lockstep_numbers::ScalarType;

use super::{Lowering, parts::Parts, type_of};
use crate::{
    ir::{Builder, Instruction, Operation, SharedDeclaration, Table, TableDeclaration, Type, Value, Variable},
    program::{LocalId, Shared},
};

/// How a local of a body is kept.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// It never changes.
    Value(Parts<Value>),
    /// It is a `var`, or a `lane` variable.
    Variable(Parts<Variable>),
    /// It is an array of the lane.
    Table(Parts<Table>),
    /// Its declaration has not been reached.
    Unset,
}

/// Declares an array of the group. Truth values are kept in it as words.
pub(super) fn shared(builder: &mut Builder, shared: &Shared) -> Parts<u32> {
    let ty = shared_type(shared.element);
    let cells = shared.cells() as u32;
    Parts::of(shared.element.words(), |_| builder.shared(SharedDeclaration { ty, cells }))
}

/// How a cell of an array of the group is kept.
pub(super) fn shared_type(element: ScalarType) -> Type {
    if element == ScalarType::F32 { Type::Float } else { Type::Word }
}

/// How a cell of a constant array is kept.
fn constant_type(element: ScalarType) -> Type {
    if element == ScalarType::Bool { Type::Truth } else { Type::Word }
}

impl Lowering<'_> {
    /// A local that is set once.
    pub(super) fn bind(&mut self, local: LocalId, value: Parts<Value>) {
        self.places[local.0 as usize] = Place::Value(value);
    }

    /// What a local holds now.
    pub(super) fn local(&mut self, local: LocalId) -> Option<Parts<Value>> {
        match self.places[local.0 as usize] {
            Place::Value(value) => Some(value),
            Place::Variable(variable) => Some(variable.map(|part| self.builder.value(Operation::Load(part)))),
            Place::Table(_) | Place::Unset => None,
        }
    }

    /// Sets a local: a `let` for good, a `var` or `lane` variable until the next time.
    pub(super) fn set(&mut self, local: LocalId, value: Parts<Value>) {
        if self.kernel.locals[local.0 as usize].kind.is_assigned() {
            self.set_variable(local, value);
        } else {
            self.bind(local, value);
        }
    }

    /// Sets a local that can change.
    pub(super) fn set_variable(&mut self, local: LocalId, value: Parts<Value>) {
        let index = local.0 as usize;
        if let Place::Unset = self.places[index] {
            let ty = type_of(self.kernel.locals[index].element);
            self.places[index] = Place::Variable(value.map(|_| self.builder.variable(ty)));
        }
        if let Place::Variable(variable) = self.places[index] {
            variable.with(value).each(|(variable, value)| self.builder.store(variable, value));
        }
    }

    /// Gives every cell of a local array one value.
    pub(super) fn fill(&mut self, local: LocalId, value: Parts<Value>) {
        let index = local.0 as usize;
        let declared = &self.kernel.locals[index];
        let (ty, cells) = (type_of(declared.element), declared.cells() as u32);
        if let Place::Unset = self.places[index] {
            let table = value.map(|_| self.builder.table(TableDeclaration { ty, cells, constant: None }));
            self.places[index] = Place::Table(table);
        }
        if let Place::Table(table) = self.places[index] {
            table.with(value).each(|(table, value)| self.builder.fill(table, value));
        }
    }

    /// Where a constant array is. Floats are kept in it as words, of which a driver can know everything, and are hidden
    /// where they are read.
    pub(super) fn constant_table(&mut self, constant: usize) -> Parts<Table> {
        if let Some(table) = self.constants[constant] {
            return table;
        }
        let found = &self.program.constants[constant];
        let table = Parts::of(found.element.words(), |word| {
            let cells = found.cells.iter().map(|cell| (cell >> (32 * word)) as u32).collect();
            let (ty, count) = (constant_type(found.element), found.cells.len() as u32);
            self.builder.table(TableDeclaration { ty, cells: count, constant: Some(cells) })
        });
        self.constants[constant] = Some(table);
        table
    }

    /// A variable for the outcome of a choice.
    pub(super) fn outcome(&mut self, ty: ScalarType) -> Parts<Variable> {
        Parts::of(ty.words(), |_| self.builder.variable(type_of(ty)))
    }

    pub(super) fn store_outcome(&mut self, outcome: Parts<Variable>, value: Parts<Value>) {
        outcome.with(value).each(|(variable, value)| self.builder.store(variable, value));
    }

    pub(super) fn load_outcome(&mut self, outcome: Parts<Variable>) -> Parts<Value> {
        outcome.map(|variable| self.builder.value(Operation::Load(variable)))
    }

    /// Runs one of two blocks.
    pub(super) fn either(&mut self, condition: Value, then: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        match self.builder.constant_truth(condition) {
            Some(true) => then(self),
            Some(false) => otherwise(self),
            None => {
                self.builder.open();
                then(self);
                let then = self.builder.close();
                self.builder.open();
                otherwise(self);
                let otherwise = self.builder.close();
                self.builder.push(Instruction::If { condition, then, otherwise });
            }
        }
    }
}
