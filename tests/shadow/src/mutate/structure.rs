//! Edits that do not ask what an instruction means.

use lockstep_witness::random::Random;
use rspirv::spirv::{Decoration, ExecutionMode, Op};

use super::{
    Subject,
    body::{choose, instruction, operands},
};

/// An instruction, mostly of functions.
fn some(subject: &Subject, random: &mut Random) -> Option<usize> {
    let (first, length) = (subject.body.first_function(), subject.body.list.len());
    if length == 0 {
        None
    } else if first < length && !random.one_in(4) {
        Some(first + random.below(length - first))
    } else {
        Some(random.below(length))
    }
}

pub(super) fn another_local_size(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let mut places = body.all(&[Op::ExecutionMode]);
    places.retain(|at| body.word(*at, 2) == Some(ExecutionMode::LocalSize as u32));
    let at = *places.first()?;
    let place = 3 + random.below(3);
    let word = body.word(at, place)?;
    body.set(at, place, *random.pick(&[word * 2, word / 2, word + 1, 1, 0, 2048]))
}

pub(super) fn corrupt_identifier(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let body = &mut subject.body;
    let begin = operands(body.op(at)?).min(2);
    let length = body.list.get(at)?.len();
    (length > begin).then_some(())?;
    let place = begin + random.below(length - begin);
    let bound = body.header.get(3).copied().unwrap_or(1).max(1);
    let word = body.word(at, place)?;
    let other = match random.below(4) {
        0 => word.wrapping_add(1),
        1 => word.wrapping_sub(1),
        2 => 0,
        _ => random.word() % bound,
    };
    body.set(at, place, other)
}

pub(super) fn corrupt_word(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let body = &mut subject.body;
    let length = body.list.get(at)?.len();
    let place = random.below(length.max(1));
    let word = body.word(at, place)?;
    body.set(at, place, if random.one_in(2) { word ^ 1 << random.below(32) } else { random.word() })
}

pub(super) fn corrupt_length(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let first = subject.body.list.get_mut(at)?.first_mut()?;
    let count = *random.pick(&[0, 1, 2, 3, 4, 5, 6, 7, 0xffff]);
    *first = *first & 0xffff | count << 16;
    Some(())
}

pub(super) fn corrupt_header(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let place = random.below(5);
    let word = subject.body.header.get_mut(place)?;
    *word = *random.pick(&[0, 1, *word + 1, word.saturating_sub(1), u32::MAX, 0x0001_0600, 0x0001_0300, *word / 2]);
    Some(())
}

pub(super) fn truncate(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    subject.body.list.truncate(at);
    if random.one_in(2) {
        let last = subject.body.list.last_mut()?;
        last.truncate(last.len() - 1);
    }
    Some(())
}

pub(super) fn repeat(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let again = subject.body.list.get(at)?.clone();
    let to = if random.one_in(2) { at } else { some(subject, random)? };
    subject.body.insert(to, again);
    Some(())
}

pub(super) fn remove(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    subject.body.remove(at).map(drop)
}

pub(super) fn swap(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let to = if random.one_in(2) { at + 1 } else { some(subject, random)? };
    (at != to && to < subject.body.list.len()).then(|| subject.body.list.swap(at, to))
}

pub(super) fn shift(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = some(subject, random)?;
    let moved = subject.body.remove(at)?;
    let to = match random.below(3) {
        0 => some(subject, random)?,
        1 => at + 1 + random.below(4),
        _ => at.saturating_sub(1 + random.below(4)),
    };
    subject.body.insert(to, moved);
    Some(())
}

/// The first instruction of a block and that after its last.
fn block(subject: &Subject, random: &mut Random) -> Option<(usize, usize)> {
    let body = &subject.body;
    let begin = body.any(random, &[Op::Label])?;
    let ends = |at: &usize| matches!(body.op(*at), Some(Op::Label | Op::FunctionEnd));
    Some((begin, (begin + 1..body.list.len()).find(ends)?))
}

pub(super) fn swap_blocks(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let (one, other) = (block(subject, random)?, block(subject, random)?);
    let (first, second) = if one.0 < other.0 { (one, other) } else { (other, one) };
    (first.1 <= second.0).then_some(())?;
    let list = &mut subject.body.list;
    let later: Vec<Vec<u32>> = list.get(second.0..second.1)?.to_vec();
    let earlier: Vec<Vec<u32>> = list.get(first.0..first.1)?.to_vec();
    list.splice(second.0..second.1, earlier);
    list.splice(first.0..first.1, later);
    Some(())
}

pub(super) fn remove_block(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let (begin, end) = block(subject, random)?;
    subject.body.list.drain(begin..end);
    Some(())
}

pub(super) fn another_decoration(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let decorations = [
        Decoration::RelaxedPrecision,
        Decoration::Restrict,
        Decoration::Aliased,
        Decoration::Volatile,
        Decoration::Coherent,
        Decoration::NoSignedWrap,
        Decoration::NoUnsignedWrap,
        Decoration::NonUniform,
        Decoration::Invariant,
        Decoration::NonReadable,
        Decoration::NoContraction,
        Decoration::Uniform,
    ];
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Decorate])?;
    let results: Vec<u32> = (0..body.list.len()).filter_map(|at| body.result(at)).collect();
    let target = choose(random, &results)?;
    body.insert(at, vec![instruction(Op::Decorate, 3), target, *random.pick(&decorations) as u32]);
    Some(())
}

pub(super) fn another_capability(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Capability])?;
    match random.below(2) {
        0 => body.remove(at).map(drop),
        _ => body.set(at, 1, random.below(70) as u32),
    }
}
