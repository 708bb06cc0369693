//! Cells of arrays. An index that is not proven is compared with its extent: a read takes cell 0 instead, which every
//! array has, and a write stands in a branch; the lane has trapped either way, or takes its `else`.

use lockstep_module::Extent;
use lockstep_numbers::ScalarType;

use super::{Lowering, Place, choice::speculative, parts::Parts};
use crate::{
    ir::{Memory, Operation, TruthOperator, Value, WordComparison, WordOperator},
    program::{Access, ArrayRef, Expression},
};

/// Where a cell is.
pub(super) struct Cell {
    /// What keeps each word of it.
    pub(super) memory: Parts<Memory>,
    /// Its number in row-major order; right only where it is there.
    pub(super) number: Value,
    /// The type of the array's cells.
    pub(super) element: ScalarType,
    /// Whether it is a constant array.
    constant: bool,
    /// What must hold or the lane traps, whatever else it says; None if that is proven.
    pub(super) required: Option<Value>,
    /// What must hold for the cell to be there; None if that is proven.
    pub(super) present: Option<Value>,
}

/// An array as an access sees it.
struct Array {
    memory: Parts<Memory>,
    element: ScalarType,
    dimensions: Vec<Extent>,
}

impl Lowering<'_> {
    pub(super) fn load(&mut self, access: &Access, otherwise: Option<&Expression>) -> Parts<Value> {
        let cell = self.cell(access);
        if let Some(required) = cell.required {
            self.require(required);
        }
        match (cell.present, otherwise) {
            (None, _) => self.read(&cell),
            (Some(present), None) => {
                self.require(present);
                self.read(&cell)
            }
            (Some(present), Some(otherwise)) if speculative(otherwise) => {
                let value = self.read(&cell);
                let otherwise = self.expression(otherwise);
                value.with(otherwise).map(|(value, otherwise)| self.builder.select(present, value, otherwise))
            }
            (Some(present), Some(otherwise)) => {
                let outcome = self.outcome(cell.element);
                self.either(
                    present,
                    |lowering| {
                        let value = lowering.read(&cell);
                        lowering.store_outcome(outcome, value);
                    },
                    |lowering| {
                        let value = lowering.expression(otherwise);
                        lowering.store_outcome(outcome, value);
                    },
                );
                self.load_outcome(outcome)
            }
        }
    }

    /// The cell, or cell 0 where it is not there. Of what lanes write, cell 0 may be another lane's to write: there the
    /// read stands in a branch, and any value takes its place.
    fn read(&mut self, cell: &Cell) -> Parts<Value> {
        match self.there(cell) {
            Some(there) if self.is_written(cell.memory.low()) => {
                let outcome = self.outcome(cell.element);
                let any = self.any(cell.element);
                self.store_outcome(outcome, any);
                self.when(there, |lowering| {
                    let value = lowering.read_guarded(cell, Some(there));
                    lowering.store_outcome(outcome, value);
                });
                self.load_outcome(outcome)
            }
            there => self.read_guarded(cell, there),
        }
    }

    fn is_written(&self, memory: Memory) -> bool {
        match memory {
            Memory::Array(array) => {
                let found = self.kernel.signature.arrays().nth(array as usize);
                found.is_some_and(|(_, access, _)| access.writes())
            }
            Memory::Shared(_) => true,
            Memory::Table(_) => false,
        }
    }

    fn read_guarded(&mut self, cell: &Cell, there: Option<Value>) -> Parts<Value> {
        let mut number = cell.number;
        if let Some(there) = there {
            let zero = self.builder.word(0);
            number = self.builder.select(there, number, zero);
        }
        let places = self.places(cell.memory, number);
        let words = places.map(|(memory, index)| self.builder.value(Operation::LoadCell(memory, index)));
        match cell.memory.low() {
            Memory::Array(_) => self.enter(words, cell.element),
            Memory::Shared(_) if cell.element == ScalarType::Bool => self.enter(words, cell.element),
            Memory::Table(_) if cell.constant && cell.element == ScalarType::F32 => {
                Parts::One(self.float_from_bits(words.low()))
            }
            Memory::Shared(_) | Memory::Table(_) => words,
        }
    }

    /// What must hold for the cell to be there; None if all of it is proven.
    pub(super) fn there(&mut self, cell: &Cell) -> Option<Value> {
        match cell.present {
            Some(present) => Some(self.also(cell.required, present)),
            None => cell.required,
        }
    }

    /// Where the words of a cell are. An array parameter keeps the words of a cell side by side.
    pub(super) fn places(&mut self, memory: Parts<Memory>, number: Value) -> Parts<(Memory, Value)> {
        match memory {
            Parts::Two(Memory::Array(array), _) => {
                let first = self.builder.with(WordOperator::Multiply, number, 2);
                let second = self.builder.with(WordOperator::Add, first, 1);
                Parts::Two((Memory::Array(array), first), (Memory::Array(array), second))
            }
            memory => memory.map(|memory| (memory, number)),
        }
    }

    pub(super) fn cell(&mut self, access: &Access) -> Cell {
        let mut indices: Vec<Value> = access.indices.iter().map(|index| self.word(index)).collect();
        let array = self.array(access.array);
        let sizes: Vec<Value> = array.dimensions.iter().map(|dimension| self.extent(*dimension)).collect();
        let (mut required, mut present) = (None, None);
        let tile = match access.array {
            ArrayRef::Tile(tile) => self.kernel.tiles().get(tile),
            _ => None,
        };
        match tile {
            Some(tile) => {
                for (position, (index, size)) in indices.iter().zip(&tile.sizes).enumerate() {
                    if !self.proofs.proven(access, position) {
                        let below = self.builder.compare_with(WordComparison::Less, *index, *size);
                        required = Some(self.also(required, below));
                    }
                }
                for (index, origin) in indices.iter_mut().zip(&tile.origin) {
                    if let Some(origin) = self.local(*origin) {
                        *index = self.past_origin(origin.low(), *index);
                    }
                }
                if !self.proofs.inside_edge(access) {
                    for (index, size) in indices.iter().zip(&sizes) {
                        let below = self.builder.compare(WordComparison::Less, *index, *size);
                        present = Some(self.also(present, below));
                    }
                }
            }
            None => {
                for (position, (index, size)) in indices.iter().zip(&sizes).enumerate() {
                    // A driver (SwiftShader) was seen to load from a constant place in lanes, too, that did not take the
                    // branch by which the index is proven.
                    let by_branch = self.builder.constant(*index).is_some() && self.builder.constant(*size).is_none();
                    if by_branch || !self.proofs.proven(access, position) {
                        // A negative index is a large word, and no array is that long.
                        let below = self.builder.compare(WordComparison::Less, *index, *size);
                        present = Some(self.also(present, below));
                    }
                }
            }
        }
        let number = self.position(&indices, &sizes);
        let constant = matches!(access.array, ArrayRef::Constant(_));
        Cell { memory: array.memory, number, element: array.element, constant, required, present }
    }

    /// Both, where there is a first.
    pub(super) fn also(&mut self, first: Option<Value>, second: Value) -> Value {
        match first {
            None => second,
            Some(first) => self.builder.value(Operation::Logic(TruthOperator::And, first, second)),
        }
    }

    fn array(&mut self, array: ArrayRef) -> Array {
        let constant = |dimensions: &[u32]| dimensions.iter().map(|n| Extent::Constant(*n)).collect();
        match array {
            ArrayRef::Parameter(parameter) => self.parameter(parameter),
            ArrayRef::Tile(tile) => {
                let parameter = self.kernel.tiles().get(tile).map_or(0, |tile| tile.array);
                self.parameter(parameter)
            }
            ArrayRef::Shared(shared) => {
                let declared = &self.kernel.shared[shared];
                let memory = self.shared[shared].map(Memory::Shared);
                Array { memory, element: declared.element, dimensions: constant(&declared.dimensions) }
            }
            ArrayRef::Local(id) => {
                let declared = &self.kernel.locals[id.0 as usize];
                if let Place::Unset = self.places[id.0 as usize] {
                    let zero = self.any(declared.element);
                    self.fill(id, zero);
                }
                let memory = match self.places[id.0 as usize] {
                    Place::Table(table) => table.map(Memory::Table),
                    _ => Parts::One(Memory::Array(0)),
                };
                Array { memory, element: declared.element, dimensions: constant(&declared.dimensions) }
            }
            ArrayRef::Constant(i) => {
                let declared = &self.program.constants[i];
                let memory = self.constant_table(i).map(Memory::Table);
                Array { memory, element: declared.element, dimensions: constant(&declared.dimensions) }
            }
        }
    }

    fn parameter(&self, parameter: usize) -> Array {
        let found = self.kernel.signature.arrays().nth(parameter);
        let (element, dimensions) =
            found.map_or((ScalarType::U32, Vec::new()), |(_, _, ty)| (ty.element, ty.dimensions.clone()));
        let memory = Parts::of(element.words(), |_| Memory::Array(parameter as u32));
        Array { memory, element, dimensions }
    }
}
