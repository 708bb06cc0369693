//! A job's postfix expressions, evaluated on the host by the same operations as everywhere.

use lockstep_numbers::{binary, convert, unary};

use super::PlanError;
use crate::job::Operation;

/// The value of an expression that `check` has found well formed.
pub(super) fn evaluate(expression: &[Operation], slots: &[u64]) -> Result<u64, PlanError> {
    let mut stack: Vec<u64> = Vec::with_capacity(8);
    for operation in expression {
        let value = match *operation {
            Operation::Constant(bits) => bits,
            Operation::Slot(slot) => slots.get(slot as usize).copied().unwrap_or(0),
            Operation::Unary(op, ty) => unary(op, ty, pop(&mut stack)),
            Operation::Binary(op, ty) => {
                let b = pop(&mut stack);
                let a = pop(&mut stack);
                binary(op, ty, a, b).map_err(|_| PlanError::Trapped)?
            }
            Operation::Convert(from, to) => convert(from, to, pop(&mut stack)),
        };
        stack.push(value);
    }
    Ok(pop(&mut stack))
}

/// The value of an expression that is a size or a bound of a loop.
pub(super) fn size(expression: &[Operation], slots: &[u64]) -> Result<u32, PlanError> {
    evaluate(expression, slots).map(|bits| bits as u32)
}

fn pop(stack: &mut Vec<u64>) -> u64 {
    stack.pop().unwrap_or(0)
}
