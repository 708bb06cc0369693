//! Edits of loops.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use super::{
    Body, Subject,
    body::{choose, instruction},
};

/// The test of a loop: the comparison in the block after its header.
fn test(body: &Body, random: &mut Random) -> Option<usize> {
    let merge = body.any(random, &[Op::LoopMerge])?;
    (merge..body.list.len()).find(|at| {
        matches!(
            body.op(*at),
            Some(Op::ULessThan | Op::ULessThanEqual | Op::SLessThan | Op::INotEqual | Op::UGreaterThan)
        )
    })
}

/// The counter of a loop: what the test compares is loaded from it.
fn counter(body: &Body, random: &mut Random) -> Option<u32> {
    let load = body.setter(body.word(test(body, random)?, 3)?)?;
    body.word(load, 3)
}

pub(super) fn another_bound(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = test(body, random)?;
    let bound = match random.below(3) {
        0 => body.constant(*random.pick(&[0, 1, 5, 100, 1 << 20, u32::MAX]))?,
        _ => {
            let values = body.values(body.word_type()?);
            choose(random, &values)?
        }
    };
    body.set(at, 4, bound)
}

pub(super) fn another_test(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = test(body, random)?;
    let op = *random.pick(&[Op::ULessThanEqual, Op::SLessThan, Op::INotEqual, Op::UGreaterThan, Op::SLessThanEqual]);
    let first = body.list.get_mut(at)?.first_mut()?;
    *first = *first & 0xffff_0000 | op as u32;
    Some(())
}

pub(super) fn drop_increment(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let counter = counter(body, random)?;
    let mut stores = body.all(&[Op::Store]);
    stores.retain(|at| body.word(*at, 1) == Some(counter));
    let at = choose(random, &stores)?;
    match random.below(2) {
        0 => body.remove(at).map(drop),
        _ => {
            let sum = body.setter(body.word(at, 2)?)?;
            let step = body.constant(*random.pick(&[0, 2, u32::MAX]))?;
            // The constant may stand before it now.
            let sum = if body.op(sum) == Some(Op::IAdd) { sum } else { sum + 1 };
            body.set(sum, 4, step)
        }
    }
}

pub(super) fn set_counter(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let counter = counter(body, random)?;
    let values = body.values(body.word_type()?);
    let value = choose(random, &values)?;
    let slots = body.slots();
    body.insert(choose(random, &slots)?, vec![instruction(Op::Store, 3), counter, value]);
    Some(())
}

/// A branch out of a loop goes to its next trip, or the other way round.
pub(super) fn turn_exit(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::LoopMerge])?;
    let (merge, next) = (body.word(at, 1)?, body.word(at, 2)?);
    let mut branches = body.all(&[Op::Branch]);
    branches.retain(|at| body.word(*at, 1).is_some_and(|to| to == merge || to == next));
    let branch = choose(random, &branches)?;
    let to = if body.word(branch, 1) == Some(merge) { next } else { merge };
    body.set(branch, 1, to)
}
