//! A job's postfix expressions, evaluated on the host by the same operations as everywhere.

use lockstep_numbers::{binary, convert, unary};

use super::PlanError;
use crate::job::Operation;

/// The value of an expression that `check` has found well formed.
pub(super) fn evaluate(expression: &[Operation], slots: &[u32]) -> Result<u32, PlanError> {
    let mut stack: Vec<u32> = Vec::with_capacity(8);
    for operation in expression {
        let word = match *operation {
            Operation::Constant(word) => word,
            Operation::Slot(slot) => slots.get(slot as usize).copied().unwrap_or(0),
            Operation::Unary(op, ty) => unary(op, ty, pop(&mut stack)),
            Operation::Binary(op, ty) => {
                let b = pop(&mut stack);
                let a = pop(&mut stack);
                binary(op, ty, a, b).map_err(|_| PlanError::Trapped)?
            }
            Operation::Convert(from, to) => convert(from, to, pop(&mut stack)),
        };
        stack.push(word);
    }
    Ok(pop(&mut stack))
}

fn pop(stack: &mut Vec<u32>) -> u32 {
    stack.pop().unwrap_or(0)
}
