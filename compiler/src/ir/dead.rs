//! Removes what nothing uses: values that no instruction takes. Loads may go too, since they cannot trap.

use super::{Instruction, Kernel, Value};

/// Removes dead values until none is left.
pub fn remove_dead(kernel: &mut Kernel) {
    let mut used = vec![false; kernel.values.len()];
    // One pass from the end suffices: a value is used only after it is made.
    let body = std::mem::take(&mut kernel.body);
    kernel.body = sweep(body, &mut used);
}

fn mark(value: Value, used: &mut [bool]) {
    if let Some(slot) = used.get_mut(value.0 as usize) {
        *slot = true;
    }
}

fn sweep(block: Vec<Instruction>, used: &mut [bool]) -> Vec<Instruction> {
    let mut kept = Vec::with_capacity(block.len());
    for instruction in block.into_iter().rev() {
        let instruction = match instruction {
            Instruction::Let(value, operation) => {
                if !used.get(value.0 as usize).copied().unwrap_or(true) {
                    continue;
                }
                operation.operands().into_iter().for_each(|operand| mark(operand, used));
                Instruction::Let(value, operation)
            }
            Instruction::Store(variable, value) => {
                mark(value, used);
                Instruction::Store(variable, value)
            }
            Instruction::StoreTable { index, value, .. } | Instruction::StoreArray { index, value, .. } => {
                mark(index, used);
                mark(value, used);
                instruction
            }
            Instruction::If { condition, then, otherwise } => {
                let (then, otherwise) = (sweep(then, used), sweep(otherwise, used));
                if then.is_empty() && otherwise.is_empty() {
                    continue;
                }
                mark(condition, used);
                Instruction::If { condition, then, otherwise }
            }
            Instruction::Loop { counter, trips, body } => {
                let body = sweep(body, used);
                mark(trips, used);
                Instruction::Loop { counter, trips, body }
            }
            Instruction::Break | Instruction::Continue | Instruction::Trap => instruction,
        };
        kept.push(instruction);
    }
    kept.reverse();
    kept
}
