//! That a kernel is small enough for every driver's compiler: the limits of the restricted SPIR-V, which a verifier holds
//! a module to.

use lockstep_module::spirv_limits::{CELLS, CONSTRUCTS, Limit, NESTING, VARIABLES, WORDS};

use super::function::Used;
use crate::ir::{Instruction, Kernel};

/// Checks what can be counted before it is emitted.
///
/// # Errors
/// The limit that is passed.
pub(super) fn kernel(kernel: &Kernel) -> Result<(), Limit> {
    let (constructs, nesting) = constructs(&kernel.body);
    let used = Used::of(kernel);
    let count = |used: &[bool]| used.iter().filter(|used| **used).count() as u64;
    let tables = kernel.tables.iter().zip(&used.tables).filter(|(_, used)| **used);
    let cells = tables.map(|(table, _)| {
        let cells = u64::from(table.cells);
        if table.constant.is_some() { 2 * cells } else { cells }
    });
    for (found, limit) in [
        (constructs, CONSTRUCTS),
        (nesting, NESTING),
        (count(&used.variables) + count(&used.tables), VARIABLES),
        (cells.sum(), CELLS),
    ] {
        below(found, limit)?;
    }
    Ok(())
}

/// Checks how long a module is.
///
/// # Errors
/// The limit that is passed.
pub(super) fn words(words: &[u32]) -> Result<(), Limit> {
    below(words.len() as u64, WORDS)
}

fn below(found: u64, limit: Limit) -> Result<(), Limit> {
    if found <= limit.most.into() { Ok(()) } else { Err(limit) }
}

/// The constructs of a block, and how deep they nest. A claim is a selection.
fn constructs(block: &[Instruction]) -> (u64, u64) {
    block.iter().fold((0, 0), |(count, deep), instruction| {
        let (inside, below) = match instruction {
            Instruction::If { then, otherwise, .. } => {
                let (then, otherwise) = (constructs(then), constructs(otherwise));
                (1 + then.0 + otherwise.0, 1 + then.1.max(otherwise.1))
            }
            Instruction::Loop { body, .. } => {
                let body = constructs(body);
                (1 + body.0, 1 + body.1)
            }
            Instruction::Claim { .. } => (1, 1),
            _ => (0, 0),
        };
        (count + inside, deep.max(below))
    })
}
