//! Edits of barriers.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use super::{
    Subject,
    body::{choose, instruction},
};

pub(super) fn remove(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::ControlBarrier])?;
    subject.body.remove(at).map(drop)
}

pub(super) fn repeat(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::ControlBarrier])?;
    let barrier = subject.body.list.get(at)?.clone();
    let slots = subject.body.slots();
    subject.body.insert(choose(random, &slots)?, barrier);
    Some(())
}

pub(super) fn shift(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::ControlBarrier])?;
    let barrier = subject.body.remove(at)?;
    let slots = subject.body.slots();
    subject.body.insert(choose(random, &slots)?, barrier);
    Some(())
}

/// A barrier as the compiler makes it, anywhere.
pub(super) fn insert(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let (scope, semantics) = (body.constant(2)?, body.constant(*random.pick(&[0x6108, 0x6148]))?);
    let slots = body.slots();
    body.insert(choose(random, &slots)?, vec![instruction(Op::ControlBarrier, 4), scope, scope, semantics]);
    Some(())
}

/// Another scope, or fewer semantics.
pub(super) fn weaken(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::ControlBarrier])?;
    let place = 1 + random.below(3);
    let constant = match place {
        3 => {
            body.constant(*random.pick(&[0, 0x108, 0x6008, 0x6048, 0x6100, 0x6102, 0x2108, 0x4108, 0x6148, 0x6108]))?
        }
        _ => body.constant(*random.pick(&[1, 3, 4, 5]))?,
    };
    body.set(at, place, constant)
}
