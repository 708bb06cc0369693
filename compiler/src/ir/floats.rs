//! Whether a kernel computes with floats: only then can a result fall below the normal numbers.

use super::{FloatOperator, Instruction, Kernel, Operation};

/// Whether a kernel adds, subtracts or multiplies floats. The door inward is a product.
pub fn computes_floats(kernel: &Kernel) -> bool {
    block(&kernel.body)
}

fn block(instructions: &[Instruction]) -> bool {
    instructions.iter().any(|instruction| match instruction {
        Instruction::Let(_, Operation::Float(operator, ..)) => *operator != FloatOperator::DivideSeed,
        Instruction::If { then, otherwise, .. } => block(then) || block(otherwise),
        Instruction::Loop { body, .. } => block(body),
        _ => false,
    })
}
