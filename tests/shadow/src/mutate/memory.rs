//! Edits of buffers, of arrays, and of loads and stores.

use lockstep_witness::random::Random;
use rspirv::spirv::{Decoration, Op};

use super::{
    Subject,
    body::{choose, instruction},
};

/// The decorations of bindings.
fn bindings(subject: &Subject) -> Vec<usize> {
    let body = &subject.body;
    let mut places = body.all(&[Op::Decorate]);
    places.retain(|at| body.word(*at, 2) == Some(Decoration::Binding as u32));
    places
}

pub(super) fn alias(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let places = bindings(subject);
    let (one, other) = (choose(random, &places)?, choose(random, &places)?);
    let binding = subject.body.word(other, 3)?;
    (subject.body.word(one, 3)? != binding).then_some(())?;
    subject.body.set(one, 3, binding)
}

pub(super) fn swap_bindings(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let places = bindings(subject);
    let (one, other) = (choose(random, &places)?, choose(random, &places)?);
    (one != other).then_some(())?;
    let (a, b) = (subject.body.word(one, 3)?, subject.body.word(other, 3)?);
    subject.body.set(one, 3, b)?;
    subject.body.set(other, 3, a)
}

/// It is taken away where it stands, or a block gets it.
pub(super) fn change_non_writable(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let non_writable = Decoration::NonWritable as u32;
    let mut places = body.all(&[Op::MemberDecorate]);
    let blocks = places.clone();
    places.retain(|at| body.word(*at, 3) == Some(non_writable));
    match choose(random, &places).filter(|_| random.one_in(2)) {
        Some(at) => body.remove(at).map(drop),
        None => {
            let at = choose(random, &blocks)?;
            let block = body.word(at, 1)?;
            body.insert(at, vec![instruction(Op::MemberDecorate, 4), block, 0, non_writable]);
            Some(())
        }
    }
}

pub(super) fn change_operand(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Load, Op::Store])?;
    let bare = if body.op(at) == Some(Op::Load) { 4 } else { 3 };
    let access = body.list.get_mut(at)?;
    let mask = *random.pick(&[0x20, 0x20, 0x20, 1, 4, 0]);
    match access.len() > bare && random.one_in(2) {
        true => access.truncate(bare),
        false => {
            access.truncate(bare);
            access.push(mask);
        }
    }
    let op = *access.first()? & 0xffff;
    let length = access.len() as u32;
    *access.first_mut()? = length << 16 | op;
    Some(())
}

/// Another length of an array of a lane or of the group.
pub(super) fn another_length(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::TypeArray])?;
    let constant = body.setter(body.word(at, 3)?)?;
    let cells = body.word(constant, 3)?;
    let other = *random.pick(&[cells.wrapping_sub(1), cells / 2, 1, cells.wrapping_add(1), cells.wrapping_mul(2)]);
    let (ty, id) = (body.word_type()?, body.fresh());
    body.set(at, 3, id)?;
    body.insert(at, vec![instruction(Op::Constant, 4), ty, id, other]);
    Some(())
}

pub(super) fn remove_store(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::Store])?;
    subject.body.remove(at).map(drop)
}

pub(super) fn repeat_store(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::Store])?;
    let mut store = subject.body.list.get(at)?.clone();
    if random.one_in(2) {
        let values = subject.body.values(subject.body.type_of(*store.get(2)?)?);
        *store.get_mut(2)? = choose(random, &values)?;
    }
    let slots = subject.body.slots();
    subject.body.insert(choose(random, &slots)?, store);
    Some(())
}

pub(super) fn move_store(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let at = subject.body.any(random, &[Op::Store])?;
    let store = subject.body.remove(at)?;
    let slots = subject.body.slots();
    subject.body.insert(choose(random, &slots)?, store);
    Some(())
}

/// Another offset, stride or set.
pub(super) fn another_offset(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Decorate, Op::MemberDecorate])?;
    let last = body.list.get(at)?.len() - 1;
    let word = body.word(at, last)?;
    body.set(at, last, *random.pick(&[word.wrapping_add(4), word.wrapping_add(1), word / 2, 0, word.wrapping_mul(2)]))
}
