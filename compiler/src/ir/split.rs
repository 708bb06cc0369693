//! Tables of a lane that only constants index become variables, one for each cell; drivers keep those in registers.
//! What fills a table is written out, or becomes a loop where the table stays one and is large.

use super::{Instruction, Kernel, Memory, Operation, Table, Type, Value, Variable};

/// Tables of at most this many cells are filled cell by cell, larger ones by a loop.
const FILLED_ONE_BY_ONE: u32 = 16;
/// The largest table that becomes variables.
const MAX_VARIABLES: u32 = 256;

/// Splits what can be split.
pub fn split_tables(kernel: &mut Kernel) {
    let mut constants = vec![None; kernel.values.len()];
    let mut whole: Vec<bool> =
        kernel.tables.iter().map(|table| table.constant.is_some() || table.cells > MAX_VARIABLES).collect();
    survey(&kernel.body, &mut constants, &mut whole);
    let first: Vec<Option<u32>> = whole
        .iter()
        .enumerate()
        .map(|(table, whole)| {
            let first = kernel.variables.len() as u32;
            let declared = &kernel.tables[table];
            let cells = if *whole { 0 } else { declared.cells as usize };
            kernel.variables.extend(std::iter::repeat_n(declared.ty, cells));
            (!whole).then_some(first)
        })
        .collect();
    let body = std::mem::take(&mut kernel.body);
    let mut splitter = Splitter { kernel, constants, first };
    let body = splitter.block(body);
    kernel.body = body;
}

/// Finds the constants, and the tables that something else than a constant indexes.
fn survey(block: &[Instruction], constants: &mut [Option<u32>], whole: &mut [bool]) {
    fn used(memory: Memory, index: Value, constants: &[Option<u32>], whole: &mut [bool]) {
        if let Memory::Table(table) = memory
            && constants[index.0 as usize].is_none()
        {
            whole[table.0 as usize] = true;
        }
    }
    for instruction in block {
        match instruction {
            Instruction::Let(value, Operation::Word(word)) => constants[value.0 as usize] = Some(*word),
            Instruction::Let(_, Operation::LoadCell(memory, index)) | Instruction::StoreCell { memory, index, .. } => {
                used(*memory, *index, constants, whole)
            }
            Instruction::If { then, otherwise, .. } => {
                survey(then, constants, whole);
                survey(otherwise, constants, whole);
            }
            Instruction::Loop { body, .. } => survey(body, constants, whole),
            _ => {}
        }
    }
}

struct Splitter<'k> {
    kernel: &'k mut Kernel,
    constants: Vec<Option<u32>>,
    /// For each table that is split, its first variable.
    first: Vec<Option<u32>>,
}

impl Splitter<'_> {
    /// The variable that a cell has become.
    fn variable(&self, memory: Memory, index: Value) -> Option<Variable> {
        let Memory::Table(table) = memory else { return None };
        let first = self.first.get(table.0 as usize).copied().flatten()?;
        let cell = self.constants.get(index.0 as usize).copied().flatten()?;
        (cell < self.kernel.tables.get(table.0 as usize)?.cells).then_some(Variable(first + cell))
    }

    fn block(&mut self, block: Vec<Instruction>) -> Vec<Instruction> {
        let mut out = Vec::with_capacity(block.len());
        for instruction in block {
            match instruction {
                Instruction::Let(value, Operation::LoadCell(memory, index)) => {
                    let load = match self.variable(memory, index) {
                        Some(variable) => Operation::Load(variable),
                        None => Operation::LoadCell(memory, index),
                    };
                    out.push(Instruction::Let(value, load));
                }
                Instruction::StoreCell { memory, index, value } => out.push(match self.variable(memory, index) {
                    Some(variable) => Instruction::Store(variable, value),
                    None => Instruction::StoreCell { memory, index, value },
                }),
                Instruction::Fill { table, value } => self.fill(table, value, &mut out),
                Instruction::If { condition, then, otherwise } => {
                    let (then, otherwise) = (self.block(then), self.block(otherwise));
                    out.push(Instruction::If { condition, then, otherwise });
                }
                Instruction::Loop { counter, trips, body } => {
                    let body = self.block(body);
                    out.push(Instruction::Loop { counter, trips, body });
                }
                other => out.push(other),
            }
        }
        out
    }

    fn fill(&mut self, table: Table, value: Value, out: &mut Vec<Instruction>) {
        let cells = self.kernel.tables.get(table.0 as usize).map_or(0, |table| table.cells);
        if let Some(first) = self.first.get(table.0 as usize).copied().flatten() {
            out.extend((first..first + cells).map(|variable| Instruction::Store(Variable(variable), value)));
            return;
        }
        if cells <= FILLED_ONE_BY_ONE {
            out.push(Instruction::Fill { table, value });
            return;
        }
        let memory = Memory::Table(table);
        self.kernel.variables.push(Type::Word);
        let counter = Variable(self.kernel.variables.len() as u32 - 1);
        let trips = self.value(Operation::Word(cells), out);
        let mut body = Vec::new();
        let index = self.value(Operation::Load(counter), &mut body);
        body.push(Instruction::StoreCell { memory, index, value });
        out.push(Instruction::Loop { counter, trips, body });
    }

    fn value(&mut self, operation: Operation, out: &mut Vec<Instruction>) -> Value {
        self.kernel.values.push(Type::Word);
        let value = Value(self.kernel.values.len() as u32 - 1);
        out.push(Instruction::Let(value, operation));
        value
    }
}
