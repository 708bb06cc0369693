//! What the host may choose is not seen by a kernel: where a slice of the dispatch begins, and which of the trap words
//! are its own.
//!
//! Each of these has one use. The first group of the slice and the number of the workgroup in it are added, which gives
//! the group, and neither stands anywhere else; so cutting a dispatch into slices changes nothing. The place of the trap
//! words, or a sum of it with a constant, is an index of theirs.

use lockstep_module::spirv_abi::{TRAP_BINDING, WORD_FIRST_GROUP, WORD_TRAP_SLOT};

use crate::{
    refusal::Refusal,
    rules,
    tree::{Kernel, Operation, Place, Site, Step, Value, WordOperator},
};

/// What a value may be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    /// Anything.
    Free,
    /// The sum that is the group, with the other one of the two.
    FirstGroup,
    Workgroup,
    /// An index of the trap words; or, of the first kind, a sum with a constant.
    TrapSlot,
    TrapIndex,
}

/// Looks at every use of every value.
///
/// # Errors
/// [`rules::HOST`].
pub(super) fn check(kernel: &Kernel) -> Result<(), Refusal> {
    let mut kinds: Vec<Only> = Vec::with_capacity(kernel.values.len());
    for definition in &kernel.values {
        let of = |value: Value| kinds.get(value.0 as usize).copied().unwrap_or(Only::Free);
        let constant = |value: Value| match kernel.operation(value) {
            Some(Operation::Constant(word)) => Some(word),
            _ => None,
        };
        let kind = match definition.operation {
            Operation::PushConstant(WORD_FIRST_GROUP) => Only::FirstGroup,
            Operation::PushConstant(WORD_TRAP_SLOT) => Only::TrapSlot,
            Operation::WorkgroupX => Only::Workgroup,
            Operation::Word(WordOperator::Add, a, b) => match (of(a), of(b)) {
                (Only::FirstGroup, Only::Workgroup) | (Only::Workgroup, Only::FirstGroup) => Only::Free,
                (Only::TrapSlot, Only::Free) if constant(b).is_some() => Only::TrapIndex,
                (Only::Free, Only::TrapSlot) if constant(a).is_some() => Only::TrapIndex,
                kinds => seen(kinds, definition.site)?,
            },
            Operation::Load(Place::Buffer(TRAP_BINDING, index)) if is_trap_index(of(index)) => Only::Free,
            other => {
                for operand in other.operands().into_iter().flatten() {
                    seen((of(operand), Only::Free), definition.site)?;
                }
                Only::Free
            }
        };
        kinds.push(kind);
    }
    steps(&kernel.body, &kinds)
}

fn is_trap_index(kind: Only) -> bool {
    matches!(kind, Only::TrapSlot | Only::TrapIndex)
}

/// A use that shows something.
fn seen((a, b): (Only, Only), site: Site) -> Result<Only, Refusal> {
    let what = match if a == Only::Free { b } else { a } {
        Only::Free => return Ok(Only::Free),
        Only::FirstGroup | Only::Workgroup => {
            "where a slice of the dispatch begins, and the number of a workgroup in it, stand in their sum alone"
        }
        Only::TrapSlot | Only::TrapIndex => {
            "word 2 of the push constants, or its sum with a constant, is an index of the trap words and nothing else"
        }
    };
    Err(Refusal::at(rules::HOST, site, what))
}

fn steps(block: &[Step], kinds: &[Only]) -> Result<(), Refusal> {
    // Nesting is bounded by the profile.
    let of = |value: Value| kinds.get(value.0 as usize).copied().unwrap_or(Only::Free);
    for step in block {
        match step {
            Step::Let(_) | Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
            Step::Store { place, value, site } | Step::Atomic { place, value, site, .. } => {
                seen((of(*value), Only::Free), *site)?;
                match place {
                    Place::Variable(_) => {}
                    Place::Buffer(TRAP_BINDING, index) if is_trap_index(of(*index)) => {}
                    Place::VariableCell(_, index) | Place::Shared(_, index) | Place::Buffer(_, index) => {
                        seen((of(*index), Only::Free), *site)?;
                    }
                }
            }
            Step::If { condition, then, otherwise, site } => {
                seen((of(*condition), Only::Free), *site)?;
                steps(then, kinds)?;
                steps(otherwise, kinds)?;
            }
            Step::Loop { trips, body, site, .. } => {
                seen((of(*trips), Only::Free), *site)?;
                steps(body, kinds)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Definition, Type};

    fn definition(operation: Operation) -> Definition {
        Definition { ty: Type::Word, site: Site(0), operation }
    }

    /// A kernel of these values, each a step, and then of these steps.
    fn kernel(operations: &[Operation], steps: Vec<Step>) -> Kernel {
        let values = operations.iter().map(|operation| definition(*operation)).collect();
        let lets = (0..operations.len() as u32).map(|value| Step::Let(Value(value)));
        Kernel { values, body: lets.chain(steps).collect(), ..Kernel::default() }
    }

    fn store(place: Place, value: u32) -> Step {
        Step::Store { place, value: Value(value), site: Site(1) }
    }

    const FIRST: Operation = Operation::PushConstant(WORD_FIRST_GROUP);
    const SLOT: Operation = Operation::PushConstant(WORD_TRAP_SLOT);

    fn word(operator: WordOperator, a: u32, b: u32) -> Operation {
        Operation::Word(operator, Value(a), Value(b))
    }

    #[test]
    fn the_group_is_seen_and_its_parts_are_not() {
        let group = [FIRST, Operation::WorkgroupX, word(WordOperator::Add, 0, 1)];
        assert_eq!(check(&kernel(&group, vec![store(Place::Variable(0), 2)])), Ok(()));
        for part in [0, 1] {
            let refusal = check(&kernel(&group, vec![store(Place::Variable(0), part)])).unwrap_err();
            assert_eq!(refusal.rule, rules::HOST);
        }
        for operation in [
            word(WordOperator::Subtract, 0, 1),
            word(WordOperator::Add, 1, 1),
            word(WordOperator::Multiply, 0, 1),
            Operation::Complement(Value(1)),
        ] {
            let refusal = check(&kernel(&[FIRST, Operation::WorkgroupX, operation], Vec::new())).unwrap_err();
            assert!(refusal.message.contains("slice"), "{refusal}");
        }
    }

    #[test]
    fn the_place_of_the_trap_words_is_an_index_alone() {
        let slot = [SLOT, Operation::Constant(1), word(WordOperator::Add, 0, 1)];
        for index in [0, 2] {
            assert_eq!(check(&kernel(&slot, vec![store(Place::Buffer(0, Value(index)), 1)])), Ok(()));
            for step in [
                store(Place::Buffer(1, Value(index)), 1),
                store(Place::Variable(0), index),
                store(Place::Buffer(0, Value(index)), index),
            ] {
                assert_eq!(check(&kernel(&slot, vec![step])).unwrap_err().rule, rules::HOST);
            }
        }
    }
}
