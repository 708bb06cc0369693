//! Edits of what keeps floats exact.

use lockstep_witness::random::Random;
use rspirv::spirv::{Decoration, ExecutionMode, Op};

use super::{
    Subject,
    body::{choose, instruction},
};

pub(super) fn drop_no_contraction(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let mut places = body.all(&[Op::Decorate]);
    places.retain(|at| body.word(*at, 2) == Some(Decoration::NoContraction as u32));
    body.remove(choose(random, &places)?).map(drop)
}

pub(super) fn drop_preserve(subject: &mut Subject, _: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let mut places = body.all(&[Op::ExecutionMode]);
    places.retain(|at| body.word(*at, 2) == Some(ExecutionMode::SignedZeroInfNanPreserve as u32));
    body.remove(*places.first()?).map(drop)
}

/// A word that becomes a float without the sum with zero.
pub(super) fn unhide(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Bitcast, Op::ConvertSToF])?;
    let sum = body.setter(body.word(at, 3)?)?;
    if body.op(sum) != Some(Op::IAdd) {
        return None;
    }
    let bare = body.word(sum, 3 + random.below(2))?;
    body.set(at, 3, bare)
}

/// A float constant in the place of a float.
pub(super) fn another_float(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let float = body.word(*body.all(&[Op::TypeFloat]).first()?, 1)?;
    let at = body.any(random, &[Op::FAdd, Op::FSub, Op::FMul, Op::FDiv, Op::FOrdLessThan, Op::FOrdEqual])?;
    let id = body.fresh();
    let bits = *random.pick(&[0, 0x8000_0000, 0x3f80_0000, 0x7f80_0000, 0x7fc0_0000, 1, 0xbf80_0000]);
    let place = 3 + random.below(2);
    body.set(at, place, id)?;
    let first = body.first_function();
    body.insert(first, vec![instruction(Op::Constant, 4), float, id, bits]);
    Some(())
}

/// A word of a function that is called.
pub(super) fn change_function(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let called: Vec<u32> = body.all(&[Op::FunctionCall]).iter().filter_map(|at| body.word(*at, 3)).collect();
    let begin = body.setter(choose(random, &called)?)?;
    let length = (begin..body.list.len()).position(|at| body.op(at) == Some(Op::FunctionEnd))?;
    let at = begin + random.below(length.max(1));
    match random.below(4) {
        0 => body.remove(at).map(drop),
        1 => {
            let value = body.list.get(at)?.clone();
            body.insert(at, value);
            Some(())
        }
        _ => {
            let place = random.below(body.list.get(at)?.len());
            let word = body.word(at, place)?;
            body.set(at, place, word.wrapping_add(if random.one_in(2) { 1 } else { u32::MAX }))
        }
    }
}

/// The bare operation in the place of a call that guards it.
pub(super) fn bare(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let mut calls = body.all(&[Op::FunctionCall]);
    calls.retain(|at| body.list.get(*at).is_some_and(|call| call.len() == 6));
    let at = choose(random, &calls)?;
    let [ty, id, a, b] = [1, 2, 4, 5].map(|place| body.word(at, place));
    let operator = *random.pick(&[Op::FAdd, Op::FSub, Op::FMul]);
    *body.list.get_mut(at)? = vec![instruction(operator, 5), ty?, id?, a?, b?];
    let first = body.all(&[Op::Decorate]).first().copied()?;
    body.insert(first, vec![instruction(Op::Decorate, 3), id?, Decoration::NoContraction as u32]);
    Some(())
}
