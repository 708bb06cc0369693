//! Edits of values, operators, constants and branches.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use super::{
    Subject,
    body::{choose, instruction, operands},
};

/// Operators that are taken for each other.
const FAMILIES: &[&[Op]] = &[
    &[Op::IAdd, Op::ISub, Op::IMul, Op::BitwiseAnd, Op::BitwiseOr, Op::BitwiseXor],
    &[Op::UDiv, Op::UMod, Op::SDiv, Op::SMod, Op::SRem, Op::IMul],
    &[Op::ShiftLeftLogical, Op::ShiftRightLogical, Op::ShiftRightArithmetic, Op::IAdd],
    &[
        Op::ULessThan,
        Op::ULessThanEqual,
        Op::SLessThan,
        Op::SLessThanEqual,
        Op::IEqual,
        Op::INotEqual,
        Op::UGreaterThan,
    ],
    &[Op::LogicalAnd, Op::LogicalOr, Op::LogicalEqual, Op::LogicalNotEqual],
    &[Op::FAdd, Op::FSub, Op::FMul, Op::FDiv, Op::FRem],
    &[
        Op::FOrdEqual,
        Op::FUnordNotEqual,
        Op::FOrdLessThan,
        Op::FOrdLessThanEqual,
        Op::FUnordLessThan,
        Op::FOrdGreaterThan,
    ],
    &[Op::UMulExtended, Op::IAddCarry, Op::ISubBorrow, Op::SMulExtended],
    &[Op::Bitcast, Op::ConvertSToF, Op::ConvertUToF, Op::ConvertFToS, Op::ConvertFToU],
    &[Op::SDot, Op::UDot, Op::SUDot],
    &[Op::Not, Op::SNegate, Op::BitReverse, Op::BitCount],
];

pub(super) fn swap_operands(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let two = |at: &usize| body.op(*at).is_some_and(|op| FAMILIES.iter().any(|family| family.contains(&op)));
    let places: Vec<usize> = (body.first_function()..body.list.len()).filter(two).collect();
    let at = choose(random, &places)?;
    let (a, b) = (body.word(at, 3)?, body.word(at, 4)?);
    body.set(at, 3, b)?;
    body.set(at, 4, a)
}

pub(super) fn another_operator(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let family = *random.pick(FAMILIES);
    let at = body.any(random, family)?;
    let op = *random.pick(family);
    let first = body.list[at].first_mut()?;
    *first = *first & 0xffff_0000 | op as u32;
    Some(())
}

/// Another value of the same type in the place of an operand.
pub(super) fn another_operand(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let first = body.first_function();
    let at = first + random.below((body.list.len() - first).max(1));
    let begin = operands(body.op(at)?);
    let length = body.list[at].len();
    if length <= begin {
        return None;
    }
    let place = begin + random.below(length - begin);
    let values = body.values(body.type_of(body.word(at, place)?)?);
    body.set(at, place, choose(random, &values)?)
}

/// A value of the same type everywhere in the place of another.
pub(super) fn substitute(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let first = body.first_function();
    let typed: Vec<(u32, u32)> = (first..body.list.len()).filter_map(|at| body.typed(at)).collect();
    let (ty, id) = choose(random, &typed)?;
    let values = body.values(ty);
    let to = choose(random, &values)?;
    body.substitute(id, to);
    Some(())
}

pub(super) fn another_constant(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::Constant])?;
    let value = body.word(at, 3)?;
    let other = match random.below(9) {
        0 => value.wrapping_add(1),
        1 => value.wrapping_sub(1),
        2 => value.wrapping_mul(2),
        3 => value / 2,
        4 => 0,
        5 => u32::MAX,
        6 => 1 << random.below(32),
        7 => value ^ 1 << random.below(32),
        _ => random.word(),
    };
    body.set(at, 3, other)
}

pub(super) fn turn_branch(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::BranchConditional])?;
    let (yes, no) = (body.word(at, 2)?, body.word(at, 3)?);
    body.set(at, 2, no)?;
    body.set(at, 3, yes)
}

/// One side is always taken.
pub(super) fn drop_branch(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let at = body.any(random, &[Op::BranchConditional])?;
    let to = body.word(at, 2 + random.below(2))?;
    match random.below(3) {
        // The other side is not reached any more, but stands.
        0 => {
            body.set(at, 2, to)?;
            body.set(at, 3, to)
        }
        1 => {
            *body.list.get_mut(at)? = vec![instruction(Op::Branch, 2), to];
            Some(())
        }
        _ => {
            *body.list.get_mut(at)? = vec![instruction(Op::Branch, 2), to];
            if body.op(at.checked_sub(1)?) == Some(Op::SelectionMerge) {
                body.remove(at - 1);
            }
            Some(())
        }
    }
}

pub(super) fn another_condition(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let body = &mut subject.body;
    let truth = body.word(*body.all(&[Op::TypeBool]).first()?, 1)?;
    let values = body.values(truth);
    let at = body.any(random, &[Op::BranchConditional, Op::Select])?;
    let place = if body.op(at) == Some(Op::Select) { 3 } else { 1 };
    body.set(at, place, choose(random, &values)?)
}
