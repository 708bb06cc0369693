//! The three disciplines of writing: a cell of its own, combined into, claimed.

use lockstep_module::{Access as Discipline, Combine};
use lockstep_numbers::ScalarType;

use super::{Lowering, access::Cell, parts::Parts};
use crate::{
    ir::{AtomicOperator, Instruction, Memory, Value},
    program::{Access, ArrayRef, Expression},
};

impl Lowering<'_> {
    /// A cell that the lane owns.
    pub(super) fn store(&mut self, access: &Access, value: &Expression) {
        let cell = self.cell(access);
        let value = self.expression(value);
        let words = self.kept(&cell, value);
        // Beyond the edge of a tile's array a write is dropped.
        let dropped = matches!(access.array, ArrayRef::Tile(_));
        self.where_inside(&cell, dropped, |lowering, cell| {
            let places = lowering.places(cell.memory, cell.number);
            places.with(words).each(|((memory, index), word)| lowering.builder.store_cell(memory, index, word));
        });
    }

    /// A cell that any lane may combine into.
    pub(super) fn combine(&mut self, access: &Access, operator: Combine, value: &Expression) {
        let cell = self.cell(access);
        let value = self.word(value);
        let operator = atomic(operator, cell.element == ScalarType::I32);
        self.where_inside(&cell, false, |lowering, cell| {
            let (memory, index) = (cell.memory.low(), cell.number);
            lowering.builder.forget(memory, None);
            lowering.builder.push(Instruction::Combine { memory, operator, index, value });
        });
    }

    /// A cell that only one lane may take.
    pub(super) fn claim(&mut self, access: &Access, value: &Expression) {
        let ArrayRef::Parameter(parameter) = access.array else { return };
        let before = self.kernel.signature.arrays().take(parameter);
        let claim = before.filter(|(_, access, _)| *access == Discipline::Claim).count() as u32;
        let cell = self.cell(access);
        let value = self.expression(value);
        let words = self.kept(&cell, value);
        self.where_inside(&cell, false, |lowering, cell| {
            let places = lowering.places(cell.memory, cell.number).with(words);
            let mut words = Vec::new();
            places.each(|((_, index), word)| words.push((parameter as u32, index, word)));
            let number = cell.number;
            lowering.builder.push(Instruction::Claim { claim, cell: number, words });
        });
    }

    /// A value as the memory of a cell keeps it.
    fn kept(&mut self, cell: &Cell, value: Parts<Value>) -> Parts<Value> {
        match cell.memory.low() {
            Memory::Array(_) => self.leave(value, cell.element),
            Memory::Shared(_) if cell.element == ScalarType::Bool => self.leave(value, cell.element),
            Memory::Shared(_) | Memory::Table(_) => value,
        }
    }

    /// Writes where the cell is there. Where it is not, the lane traps, unless the write is dropped.
    fn where_inside(&mut self, cell: &Cell, dropped: bool, write: impl FnOnce(&mut Self, &Cell)) {
        if let Some(required) = cell.required {
            self.require(required);
        }
        if let (Some(present), false) = (cell.present, dropped) {
            self.require(present);
        }
        match self.there(cell) {
            None => write(self, cell),
            Some(there) => self.when(there, |lowering| write(lowering, cell)),
        }
    }
}

fn atomic(operator: Combine, signed: bool) -> AtomicOperator {
    match (operator, signed) {
        (Combine::Add, _) => AtomicOperator::Add,
        (Combine::Minimum, false) => AtomicOperator::Minimum,
        (Combine::Minimum, true) => AtomicOperator::MinimumSigned,
        (Combine::Maximum, false) => AtomicOperator::Maximum,
        (Combine::Maximum, true) => AtomicOperator::MaximumSigned,
        (Combine::And, _) => AtomicOperator::And,
        (Combine::Or, _) => AtomicOperator::Or,
        (Combine::Xor, _) => AtomicOperator::Xor,
    }
}
