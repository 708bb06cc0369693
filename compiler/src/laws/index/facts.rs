//! What a condition says: sums that are at least 0 where it holds, or where it does not.

use lockstep_numbers::{Binary, Unary};

use super::{linear::Linear, value::Knowledge};
use crate::program::{Expression, ExpressionKind};

/// How many conditions inside a condition are followed.
const MAX_PARTS: u32 = 64;

/// The facts that follow from a condition having this truth value.
pub(super) fn facts(knowledge: &mut Knowledge<'_>, condition: &Expression, truth: bool) -> Vec<Linear> {
    let mut found = Vec::new();
    let mut left = MAX_PARTS;
    collect(knowledge, condition, truth, &mut found, &mut left);
    found
}

fn collect(
    knowledge: &mut Knowledge<'_>,
    condition: &Expression,
    truth: bool,
    found: &mut Vec<Linear>,
    left: &mut u32,
) {
    let Some(after) = left.checked_sub(1) else { return };
    *left = after;
    match &condition.kind {
        ExpressionKind::Logic { and, left: first, right: second } if *and == truth => {
            collect(knowledge, first, truth, found, left);
            collect(knowledge, second, truth, found, left);
        }
        ExpressionKind::Unary { operator: Unary::Not, operand } => {
            collect(knowledge, operand, !truth, found, left);
        }
        ExpressionKind::Local(local) => {
            found.extend(knowledge.truths.get(local).into_iter().flat_map(|truths| truths[usize::from(truth)].clone()));
        }
        // A function that is written out.
        ExpressionKind::If { arms, otherwise } if arms.is_empty() => {
            if let Some(result) = &otherwise.result {
                collect(knowledge, result, truth, found, left);
            }
        }
        ExpressionKind::Binary { operator, left: a, right: b } if a.ty.is_integer() => {
            if let (Some(a), Some(b)) = (knowledge.value(a), knowledge.value(b)) {
                found.extend(comparison(knowledge, *operator, truth, &a, &b));
            }
        }
        _ => {}
    }
}

fn comparison(knowledge: &Knowledge<'_>, operator: Binary, truth: bool, a: &Linear, b: &Linear) -> Vec<Linear> {
    let less = |a: &Linear, b: &Linear| b.minus(a).map(|sum| sum.shifted(-1));
    let facts = match (operator, truth) {
        (Binary::Less, true) | (Binary::GreaterOrEqual, false) => vec![less(a, b)],
        (Binary::Greater, true) | (Binary::LessOrEqual, false) => vec![less(b, a)],
        (Binary::LessOrEqual, true) | (Binary::Greater, false) => vec![b.minus(a)],
        (Binary::GreaterOrEqual, true) | (Binary::Less, false) => vec![a.minus(b)],
        (Binary::Equal, true) | (Binary::NotEqual, false) => vec![a.minus(b), b.minus(a)],
        // What is not equal, but not less, is greater.
        (Binary::Equal, false) | (Binary::NotEqual, true) if knowledge.space.ordered(b, a) => vec![less(b, a)],
        (Binary::Equal, false) | (Binary::NotEqual, true) if knowledge.space.ordered(a, b) => vec![less(a, b)],
        _ => Vec::new(),
    };
    facts.into_iter().flatten().collect()
}
