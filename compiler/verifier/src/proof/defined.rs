//! That operators have a result: no division by zero, no quotient that overflows, no shift past the word.

use super::{
    polynomial::Polynomial,
    walk::{Walk, Walked},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Operation, Site, TruthOperator, Value, WordComparison, WordOperator},
};

/// Whether an operator has a result: no division by zero, no quotient that overflows, no count past the word.
pub(super) fn check(walk: &mut Walk<'_>, operator: WordOperator, (a, by): (Value, Value), site: Site) -> Walked<()> {
    let constant = match walk.words.operation(by) {
        Some(Operation::Constant(word)) => Some(word),
        _ => None,
    };
    match operator {
        WordOperator::Divide | WordOperator::Remainder | WordOperator::DivideSigned => {
            if constant.is_none_or(|by| by == 0) && !never_zero(walk, by) {
                return Err(Refusal::at(rules::DIVISOR, site, "the divisor can be zero"));
            }
            if operator == WordOperator::DivideSigned
                && constant.is_none_or(|by| by == u32::MAX)
                && !never_overflows(walk, a, by)
            {
                return Err(Refusal::at(rules::DIVISOR, site, "the quotient can be 2^31, which is no signed word"));
            }
        }
        WordOperator::ShiftLeft | WordOperator::ShiftRight | WordOperator::ShiftRightSigned
            if constant.is_none_or(|by| by > 31) =>
        {
            let count = walk.words.exact(by);
            let short = Polynomial::number(31).minus(&count);
            if !masked_count(walk, by) && !short.is_some_and(|short| walk.words.space.natural(&short)) {
                return Err(Refusal::at(rules::COUNT, site, "the count of the shift can be above 31"));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether a count is masked, as the profile says.
fn masked_count(walk: &Walk<'_>, count: Value) -> bool {
    let Some(Operation::Word(WordOperator::And, a, b)) = walk.words.operation(count) else { return false };
    [a, b].into_iter().any(|mask| matches!(walk.words.operation(mask), Some(Operation::Constant(0..=31))))
}

/// Whether a word is proven not to be zero.
fn never_zero(walk: &mut Walk<'_>, value: Value) -> bool {
    let word = walk.words.exact(value);
    if walk.words.space.positive(&word) {
        return true;
    }
    if let Some(cases) = word.single().and_then(|atom| walk.words.choices.get(&atom)).cloned() {
        return cases.into_iter().all(|case| {
            let scope = walk.words.mark();
            case.facts.into_iter().for_each(|fact| walk.words.space.learn(Some(fact)));
            let some = walk.words.impossible(scope) || case.range.0 > 0 || walk.words.space.positive(&case.value);
            walk.words.restore(scope);
            some
        });
    }
    // A word that is compared with zero, and 1 in its place there.
    let shape = |value| walk.words.operation(value);
    let constant = |value, word| matches!(shape(value), Some(Operation::Constant(known)) if known == word);
    if let Some(Operation::Select(condition, one, other)) = shape(value)
        && let Some(Operation::Compare(WordComparison::Equal, a, zero)) = shape(condition)
    {
        let some = matches!(shape(one), Some(Operation::Constant(1..)));
        return some && a == other && constant(zero, 0);
    }
    false
}

/// Whether a signed quotient is proven to be a word.
fn never_overflows(walk: &mut Walk<'_>, a: Value, by: Value) -> bool {
    let shape = |value| walk.words.operation(value);
    let constant = |value, word| matches!(shape(value), Some(Operation::Constant(known)) if known == word);
    let equal = |value, to, word| matches!(shape(value), Some(Operation::Compare(WordComparison::Equal, x, y)) if x == to && constant(y, word));
    // 1 where the divisor is -1 and the dividend -2^31; of these the one that is constant is known.
    if let Some(Operation::Select(condition, one, other)) = shape(by)
        && constant(one, 1)
        && equal(condition, other, u32::MAX)
    {
        return true;
    }
    if let Some(Operation::Select(condition, one, other)) = shape(by)
        && constant(one, 1)
        && constant(other, u32::MAX)
        && equal(condition, a, 0x8000_0000)
    {
        return true;
    }
    if let Some(Operation::Select(condition, one, other)) = shape(by)
        && let Some(Operation::Logic(TruthOperator::And, x, y)) = shape(condition)
        && constant(one, 1)
        && equal(x, a, 0x8000_0000)
        && equal(y, other, u32::MAX)
    {
        return true;
    }
    let signed = walk.words.signed(a);
    let above = signed.shifted(i128::from(i32::MAX));
    walk.words.space.natural(&above)
}
