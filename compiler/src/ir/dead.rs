//! Removes what nothing uses: values that no instruction takes, and variables and tables that nothing loads. Loads may
//! go too, since they cannot trap.

use super::{Instruction, Kernel, Memory, Operation, Value};

/// Removes what is dead, until nothing is.
pub fn remove_dead(kernel: &mut Kernel) {
    loop {
        let mut sweep = Sweep {
            used: vec![false; kernel.values.len()],
            variables: vec![false; kernel.variables.len()],
            tables: vec![false; kernel.tables.len()],
        };
        // One pass from the end suffices for values: each is used only after it is made.
        let body = std::mem::take(&mut kernel.body);
        kernel.body = sweep.block(body);
        let body = std::mem::take(&mut kernel.body);
        let (body, removed) = sweep.stores(body);
        kernel.body = body;
        if !removed {
            return;
        }
    }
}

/// Removes the values of straight code that do not bear on its result.
pub fn remove_dead_values(values: usize, body: Vec<Instruction>, result: Value) -> Vec<Instruction> {
    let mut sweep = Sweep { used: vec![false; values], variables: Vec::new(), tables: Vec::new() };
    sweep.mark(result);
    sweep.block(body)
}

/// What is used.
struct Sweep {
    used: Vec<bool>,
    variables: Vec<bool>,
    tables: Vec<bool>,
}

impl Sweep {
    fn mark(&mut self, value: Value) {
        if let Some(slot) = self.used.get_mut(value.0 as usize) {
            *slot = true;
        }
    }

    fn mark_load(&mut self, operation: &Operation) {
        match operation {
            Operation::Load(variable) => self.variables[variable.0 as usize] = true,
            Operation::LoadCell(Memory::Table(table), _) => self.tables[table.0 as usize] = true,
            _ => {}
        }
    }

    /// Removes the values that nothing uses.
    fn block(&mut self, block: Vec<Instruction>) -> Vec<Instruction> {
        let mut kept = Vec::with_capacity(block.len());
        for instruction in block.into_iter().rev() {
            let instruction = match instruction {
                Instruction::Let(value, operation) => {
                    if !self.used.get(value.0 as usize).copied().unwrap_or(true) {
                        continue;
                    }
                    operation.operands().into_iter().for_each(|operand| self.mark(operand));
                    self.mark_load(&operation);
                    Instruction::Let(value, operation)
                }
                Instruction::If { condition, then, otherwise } => {
                    let (then, otherwise) = (self.block(then), self.block(otherwise));
                    if then.is_empty() && otherwise.is_empty() {
                        continue;
                    }
                    self.mark(condition);
                    Instruction::If { condition, then, otherwise }
                }
                Instruction::Loop { counter, trips, body } => {
                    let body = self.block(body);
                    if body.is_empty() {
                        continue;
                    }
                    self.mark(trips);
                    Instruction::Loop { counter, trips, body }
                }
                other => {
                    taken(&other).into_iter().for_each(|value| self.mark(value));
                    other
                }
            };
            kept.push(instruction);
        }
        kept.reverse();
        kept
    }

    /// Removes the stores to what nothing loads; whether there was one.
    fn stores(&self, block: Vec<Instruction>) -> (Vec<Instruction>, bool) {
        let mut removed = false;
        let mut kept = Vec::with_capacity(block.len());
        for instruction in block {
            let instruction = match instruction {
                Instruction::Store(variable, _) if !self.variables[variable.0 as usize] => None,
                Instruction::StoreCell { memory: Memory::Table(table), .. } | Instruction::Fill { table, .. }
                    if !self.tables[table.0 as usize] =>
                {
                    None
                }
                Instruction::If { condition, then, otherwise } => {
                    let ((then, first), (otherwise, second)) = (self.stores(then), self.stores(otherwise));
                    removed |= first || second;
                    Some(Instruction::If { condition, then, otherwise })
                }
                Instruction::Loop { counter, trips, body } => {
                    let (body, inner) = self.stores(body);
                    removed |= inner;
                    Some(Instruction::Loop { counter, trips, body })
                }
                other => Some(other),
            };
            removed |= instruction.is_none();
            kept.extend(instruction);
        }
        (kept, removed)
    }
}

/// The values that an instruction without blocks takes.
fn taken(instruction: &Instruction) -> Vec<Value> {
    match instruction {
        Instruction::Store(_, value) | Instruction::Fill { value, .. } => vec![*value],
        Instruction::StoreCell { index, value, .. } | Instruction::Combine { index, value, .. } => vec![*index, *value],
        Instruction::Claim { cell, words, .. } => {
            let words = words.iter().flat_map(|(_, index, value)| [*index, *value]);
            std::iter::once(*cell).chain(words).collect()
        }
        Instruction::Let(..) | Instruction::If { .. } | Instruction::Loop { .. } => vec![],
        Instruction::Break | Instruction::Continue | Instruction::Barrier { .. } | Instruction::Trap => vec![],
    }
}
