//! Cells of arrays. An index that is not proven is compared with its extent: a read takes cell 0 instead, which every
//! array has, and a write is left out; the lane has trapped either way, or takes its `else`.

use lockstep_module::Extent;
use lockstep_numbers::ScalarType;

use super::{Frame, Lowering, Place, expression::speculative, type_of};
use crate::{
    ir::{Instruction, Operation, Table, TableDeclaration, TruthOperator, Value, WordComparison, WordOperator},
    program::{Access, ArrayRef, Expression},
};

/// Where a cell is.
struct Cell {
    memory: Memory,
    element: ScalarType,
    /// The position in row-major order, safe to use whatever the indices are.
    position: Value,
    /// Whether all indices are in range; None if that is proven.
    inside: Option<Value>,
}

enum Memory {
    Array(u32),
    Table(Table),
}

impl Lowering<'_> {
    pub(super) fn load(&mut self, frame: &mut Frame<'_>, access: &Access, otherwise: Option<&Expression>) -> Value {
        let cell = self.cell(frame, access);
        match (cell.inside, otherwise) {
            (None, _) => self.read(&cell),
            (Some(inside), None) => {
                self.require(inside);
                self.read(&cell)
            }
            (Some(inside), Some(otherwise)) if speculative(otherwise) => {
                let value = self.read(&cell);
                let otherwise = self.expression(frame, otherwise);
                self.builder.select(inside, value, otherwise)
            }
            (Some(inside), Some(otherwise)) => {
                let result = self.builder.variable(type_of(cell.element));
                self.builder.open();
                let value = self.read(&cell);
                self.builder.push(Instruction::Store(result, value));
                let then = self.builder.close();
                self.builder.open();
                let value = self.expression(frame, otherwise);
                self.builder.push(Instruction::Store(result, value));
                let otherwise = self.builder.close();
                self.builder.push(Instruction::If { condition: inside, then, otherwise });
                self.builder.value(Operation::Load(result))
            }
        }
    }

    fn read(&mut self, cell: &Cell) -> Value {
        match cell.memory {
            Memory::Array(array) => {
                let word = self.builder.value(Operation::LoadArray(array, cell.position));
                self.enter(word, cell.element)
            }
            Memory::Table(table) => self.builder.value(Operation::LoadTable(table, cell.position)),
        }
    }

    pub(super) fn store(&mut self, frame: &mut Frame<'_>, access: &Access, value: &Expression) {
        let cell = self.cell(frame, access);
        let value = self.expression(frame, value);
        let store = match cell.memory {
            Memory::Array(array) => {
                let value = if cell.element == ScalarType::F32 { self.bits(value) } else { value };
                Instruction::StoreArray { array, index: cell.position, value }
            }
            Memory::Table(table) => Instruction::StoreTable { table, index: cell.position, value },
        };
        match cell.inside {
            None => self.builder.push(store),
            Some(inside) => {
                self.require(inside);
                self.builder.push(Instruction::If { condition: inside, then: vec![store], otherwise: vec![] });
            }
        }
    }

    fn cell(&mut self, frame: &mut Frame<'_>, access: &Access) -> Cell {
        let indices: Vec<Value> = access.indices.iter().map(|index| self.expression(frame, index)).collect();
        let (memory, element, dimensions) = self.array(frame, access.array);
        let mut inside: Option<Value> = None;
        let mut position: Option<Value> = None;
        for (i, (index, dimension)) in indices.into_iter().zip(dimensions).enumerate() {
            let size = self.extent(dimension);
            if !self.proofs.proven(access, i) {
                // A negative index is a large word, and no array is that long.
                let below = self.builder.compare(WordComparison::Less, index, size);
                inside = Some(match inside {
                    None => below,
                    Some(before) => self.builder.value(Operation::Logic(TruthOperator::And, before, below)),
                });
            }
            position = Some(match position {
                None => index,
                Some(before) => {
                    let rows = self.builder.arithmetic(WordOperator::Multiply, before, size);
                    self.builder.arithmetic(WordOperator::Add, rows, index)
                }
            });
        }
        let zero = self.builder.word(0);
        let position = position.unwrap_or(zero);
        let position = inside.map_or(position, |inside| self.builder.select(inside, position, zero));
        Cell { memory, element, position, inside }
    }

    fn array(&mut self, frame: &Frame<'_>, array: ArrayRef) -> (Memory, ScalarType, Vec<Extent>) {
        let constant = |dimensions: &[u32]| dimensions.iter().map(|n| Extent::Constant(*n)).collect();
        match array {
            ArrayRef::Parameter(i) => {
                let found = self.kernel.signature.arrays().nth(i);
                let (element, dimensions) =
                    found.map_or((ScalarType::U32, Vec::new()), |(_, _, ty)| (ty.element, ty.dimensions.clone()));
                (Memory::Array(i as u32), element, dimensions)
            }
            ArrayRef::Local(id) => {
                let local = &frame.locals[id.0 as usize];
                let table = match frame.places[id.0 as usize] {
                    Place::Table(table) => table,
                    _ => Table(0),
                };
                (Memory::Table(table), local.element, constant(&local.dimensions))
            }
            ArrayRef::Constant(i) => {
                let found = &self.program.constants[i];
                let table = *self.tables[i].get_or_insert_with(|| {
                    let cells = found.words.len() as u32;
                    let constant = Some(found.words.clone());
                    self.builder.table(TableDeclaration { ty: type_of(found.element), cells, constant })
                });
                (Memory::Table(table), found.element, constant(&found.dimensions))
            }
        }
    }
}
