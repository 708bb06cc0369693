//! Edits of atomic operations.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use super::{
    Subject,
    body::{choose, instruction},
};

const ATOMICS: &[Op] = &[
    Op::AtomicIAdd,
    Op::AtomicUMin,
    Op::AtomicSMin,
    Op::AtomicUMax,
    Op::AtomicSMax,
    Op::AtomicAnd,
    Op::AtomicOr,
    Op::AtomicXor,
];

/// A plain store of the value, or a load, a sum and a store.
pub(super) fn to_plain(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, ATOMICS)?;
    let [_, ty, id, pointer, _, _, value] = body.list.get(at)?[..] else { return None };
    let sum = body.fresh();
    let plain = match random.below(3) {
        0 => vec![vec![instruction(Op::Load, 4), ty, id, pointer], vec![instruction(Op::Store, 3), pointer, value]],
        1 => vec![vec![instruction(Op::Load, 4), ty, id, pointer]],
        _ => vec![
            vec![instruction(Op::Load, 4), ty, id, pointer],
            vec![instruction(Op::IAdd, 5), ty, sum, id, value],
            vec![instruction(Op::Store, 3), pointer, sum],
        ],
    };
    body.list.splice(at..=at, plain);
    Some(())
}

pub(super) fn another_operator(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, ATOMICS)?;
    let op = *random.pick(&[ATOMICS, &[Op::AtomicExchange, Op::AtomicISub]].concat());
    let first = body.list.get_mut(at)?.first_mut()?;
    *first = *first & 0xffff_0000 | op as u32;
    Some(())
}

pub(super) fn another_scope(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, ATOMICS)?;
    let (place, word) = match random.below(3) {
        0 => (5, *random.pick(&[0x8, 0x48, 0x6048, 0x10])),
        _ => (4, *random.pick(&[1, 2, 3, 4, 5])),
    };
    let before = body.list.len();
    let constant = body.constant(word)?;
    // A new constant stands before it.
    let at = at + (body.list.len() - before);
    body.set(at, place, constant)
}

/// What was there before the operation becomes an operand.
pub(super) fn use_old(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, ATOMICS)?;
    let old = body.word(at, 2)?;
    let mut stores: Vec<usize> = body.all(&[Op::Store, Op::IAdd, Op::AccessChain]);
    stores.retain(|place| *place > at);
    let place = choose(random, &stores)?;
    let operand = body.list.get(place)?.len() - 1;
    body.set(place, operand, old)
}

/// The first branch after an operation on a bitmap always goes one way.
pub(super) fn drop_claim(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::AtomicOr])?;
    let branch = (at..body.list.len()).find(|at| body.op(*at) == Some(Op::BranchConditional))?;
    match random.below(3) {
        0 => {
            let yes = body.word(branch, 2)?;
            *body.list.get_mut(branch)? = vec![instruction(Op::Branch, 2), yes];
            Some(())
        }
        1 => {
            let (yes, no) = (body.word(branch, 2)?, body.word(branch, 3)?);
            body.set(branch, 2, no)?;
            body.set(branch, 3, yes)
        }
        // Another bit of the bitmap.
        _ => {
            let values = body.values(body.word_type()?);
            body.set(at, 6, choose(random, &values)?)
        }
    }
}
