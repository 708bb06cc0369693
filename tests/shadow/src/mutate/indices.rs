//! Edits of indices and of the guards before them.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use super::{
    Subject,
    body::{choose, instruction},
};

/// Numbers that indices are moved by.
const NEAR: [u32; 8] = [1, 2, u32::MAX, 31, 256, 1 << 30, 1 << 31, 0x4000_0001];

/// The guarded value itself.
pub(super) fn drop_guard(subject: &mut Subject, random: &mut Random) -> Option<()> {
    guard(subject, random, 4)
}

/// What stands in for it.
pub(super) fn turn_guard(subject: &mut Subject, random: &mut Random) -> Option<()> {
    guard(subject, random, 5)
}

fn guard(subject: &mut Subject, random: &mut Random, place: usize) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Select])?;
    let (_, id) = body.typed(at)?;
    let to = body.word(at, place)?;
    body.remove(at);
    body.substitute(id, to);
    Some(())
}

pub(super) fn add(subject: &mut Subject, random: &mut Random) -> Option<()> {
    change(subject, random, Op::IAdd)
}

pub(super) fn multiply(subject: &mut Subject, random: &mut Random) -> Option<()> {
    change(subject, random, Op::IMul)
}

fn change(subject: &mut Subject, random: &mut Random, op: Op) -> Option<()> {
    let body = &mut subject.body;
    let (constant, word) = (body.constant(*random.pick(&NEAR))?, body.word_type()?);
    let chains = body.all(&[Op::AccessChain]);
    let at = choose(random, &chains)?;
    let place = body.list[at].len() - 1;
    let (index, id) = (body.word(at, place)?, body.fresh());
    body.set(at, place, id)?;
    body.insert(at, vec![instruction(op, 5), word, id, index, constant]);
    Some(())
}

pub(super) fn another(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let values = body.values(body.word_type()?);
    let at = body.any(random, &[Op::AccessChain])?;
    let place = body.list[at].len() - 1;
    body.set(at, place, choose(random, &values)?)
}

/// The same access of another variable, of any class.
pub(super) fn another_array(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let variables = body.all(&[Op::Variable]);
    let variable = body.word(choose(random, &variables)?, 2)?;
    let at = body.any(random, &[Op::AccessChain, Op::Load])?;
    body.set(at, 3, variable)
}
