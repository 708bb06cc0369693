//! What is known of variables and cells while a kernel is built: the value last stored or loaded. A load of what is
//! known makes no instruction. Nothing is known across the start of a loop's body, whose end may have changed it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Memory, Value, Variable};

/// The most cells of one memory that are kept in mind in one block.
const MAX_CELLS: usize = 256;

/// What one open block has made known.
#[derive(Default)]
pub(super) struct Known {
    variables: HashMap<Variable, Value, RandomState>,
    cells: HashMap<Memory, Vec<(Value, Value)>, RandomState>,
}

impl Known {
    pub(super) fn variable(&self, variable: Variable) -> Option<Value> {
        self.variables.get(&variable).copied()
    }

    pub(super) fn cell(&self, memory: Memory, index: Value) -> Option<Value> {
        let found = self.cells.get(&memory)?.iter().find(|(known, _)| *known == index);
        found.map(|(_, value)| *value)
    }

    pub(super) fn learn_variable(&mut self, variable: Variable, value: Value) {
        self.variables.insert(variable, value);
    }

    pub(super) fn learn_cell(&mut self, memory: Memory, index: Value, value: Value) {
        let cells = self.cells.entry(memory).or_default();
        if cells.len() == MAX_CELLS {
            cells.clear();
        }
        cells.push((index, value));
    }

    pub(super) fn forget_variable(&mut self, variable: Variable) {
        self.variables.remove(&variable);
    }

    /// Forgets the cells of a memory of which it cannot be told that they are others than the one written.
    pub(super) fn forget_cells(&mut self, memory: Memory, other: impl Fn(Value) -> bool) {
        if let Some(cells) = self.cells.get_mut(&memory) {
            cells.retain(|(index, _)| other(*index));
        }
    }

    /// Forgets what other lanes may change.
    pub(super) fn forget_common(&mut self) {
        self.cells.retain(|memory, _| matches!(memory, Memory::Table(_)));
    }
}
