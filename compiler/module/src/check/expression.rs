//! Postfix expressions: each operation finds its operands and accepts their types, and one value is left.

use super::{Checked, ensure};
use crate::job::Operation;

/// The deepest stack that an expression may need.
const MAX_STACK: usize = 1 << 10;
/// The most operations of an expression.
const MAX_OPERATIONS: usize = 1 << 12;

/// Checks an expression of `what`, which has so many slots.
pub(super) fn check(what: &str, slots: u32, expression: &[Operation]) -> Checked {
    ensure(expression.len() <= MAX_OPERATIONS, || {
        format!("{what} has an expression of more than {MAX_OPERATIONS} operations")
    })?;
    let mut depth = 0usize;
    for operation in expression {
        let (takes, fits) = match *operation {
            Operation::Constant(_) => (0, true),
            Operation::Slot(slot) => (0, slot < slots),
            Operation::Unary(op, ty) => (1, op.accepts(ty)),
            Operation::Binary(op, ty) => (2, op.accepts(ty)),
            Operation::Convert(..) => (1, true),
        };
        let after = depth.checked_sub(takes).map(|rest| rest + 1).filter(|depth| *depth <= MAX_STACK && fits);
        depth = after.ok_or_else(|| format!("{what} has an expression that is not one"))?;
    }
    ensure(depth == 1, || format!("{what} has an expression without one value"))
}
