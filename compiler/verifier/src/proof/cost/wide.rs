//! 64-bit integers of a bound's formulas, as pairs of words, the lower first: what the book's chapter on operators says of
//! them, word by word. Their quotients are not followed.

use lockstep_numbers::{Binary, Unary};

use super::{
    super::{polynomial::Polynomial, words::Words},
    choices,
    condition::Condition,
    formula::exact,
    operators::{masked, operate},
};
use crate::tree::{WordComparison, WordOperator};

/// The lower and the upper word, each modulo 2^32.
pub(super) type Pair = (Polynomial, Polynomial);

/// A signed word as a pair.
pub(super) fn extended(words: &mut Words<'_>, word: &Polynomial) -> Pair {
    (word.clone(), sign(words, word))
}

/// All bits the sign.
fn sign(words: &mut Words<'_>, word: &Polynomial) -> Polynomial {
    let word = exact(words, word, false);
    operate(words, WordOperator::ShiftRightSigned, &word, &Polynomial::number(31))
}

/// An operator on one; None if it is not followed.
pub(super) fn unary(words: &mut Words<'_>, operator: Unary, a: &Pair) -> Option<Pair> {
    match operator {
        Unary::Not => {
            let not = |word: &Polynomial| word.scaled(-1).map(|turned| turned.shifted(-1).wrapped());
            Some((not(&a.0)?, not(&a.1)?))
        }
        Unary::Negate => subtract(words, &Pair::default(), a),
        Unary::Absolute => {
            let upper = exact(words, &a.1, true);
            let negative = Condition::compare(WordComparison::LessSigned, upper, Polynomial::default());
            let opposite = subtract(words, &Pair::default(), a)?;
            Some(either(words, &negative, &opposite, a))
        }
        _ => None,
    }
}

/// An operator on two that gives a pair; the count of a shift is a word. None if it is not followed.
pub(super) fn binary(words: &mut Words<'_>, operator: Binary, signed: bool, a: &Pair, b: &Pair) -> Option<Pair> {
    let by_words = |words: &mut Words<'_>, operator| {
        let mut one = |x: &Polynomial, y: &Polynomial| {
            let (x, y) = (exact(words, x, false), exact(words, y, false));
            operate(words, operator, &x, &y)
        };
        Some((one(&a.0, &b.0), one(&a.1, &b.1)))
    };
    match operator {
        Binary::Add => {
            let (x, y) = (exact(words, &a.0, false), exact(words, &b.0, false));
            let carry = operate(words, WordOperator::Carry, &x, &y);
            Some((a.0.plus(&b.0)?.wrapped(), a.1.plus(&b.1)?.plus(&carry)?.wrapped()))
        }
        Binary::Subtract => subtract(words, a, b),
        Binary::Multiply => {
            let (x, y) = (exact(words, &a.0, false), exact(words, &b.0, false));
            let upper = operate(words, WordOperator::MultiplyHigh, &x, &y);
            let crossed = a.0.times(&b.1)?.plus(&a.1.times(&b.0)?)?;
            Some((a.0.times(&b.0)?.wrapped(), upper.plus(&crossed)?.wrapped()))
        }
        Binary::And => by_words(words, WordOperator::And),
        Binary::Or => by_words(words, WordOperator::Or),
        Binary::Xor => by_words(words, WordOperator::Xor),
        Binary::Minimum => {
            let first = less(words, signed, a, b);
            Some(either(words, &first, a, b))
        }
        Binary::Maximum => {
            let first = less(words, signed, b, a);
            Some(either(words, &first, a, b))
        }
        Binary::ShiftLeft | Binary::ShiftRight => shifted(words, (operator, signed), a, &b.0),
        _ => None,
    }
}

/// A comparison of two.
pub(super) fn compare(words: &mut Words<'_>, operator: Binary, signed: bool, a: &Pair, b: &Pair) -> Condition {
    match operator {
        Binary::Equal => equal(words, a, b),
        Binary::NotEqual => equal(words, a, b).negated(),
        Binary::Less => less(words, signed, a, b),
        Binary::Greater => less(words, signed, b, a),
        Binary::LessOrEqual => less(words, signed, b, a).negated(),
        Binary::GreaterOrEqual => less(words, signed, a, b).negated(),
        _ => Condition::Unknown,
    }
}

fn subtract(words: &mut Words<'_>, a: &Pair, b: &Pair) -> Option<Pair> {
    let (x, y) = (exact(words, &a.0, false), exact(words, &b.0, false));
    let borrow = operate(words, WordOperator::Borrow, &x, &y);
    Some((a.0.minus(&b.0)?.wrapped(), a.1.minus(&b.1)?.minus(&borrow)?.wrapped()))
}

fn either(words: &mut Words<'_>, condition: &Condition, a: &Pair, b: &Pair) -> Pair {
    (choices::either(words, condition, &a.0, &b.0), choices::either(words, condition, &a.1, &b.1))
}

fn equal(words: &mut Words<'_>, a: &Pair, b: &Pair) -> Condition {
    let mut one = |x: &Polynomial, y: &Polynomial| {
        let (x, y) = (exact(words, x, false), exact(words, y, false));
        Condition::compare(WordComparison::Equal, x, y)
    };
    Condition::both(one(&a.0, &b.0), one(&a.1, &b.1))
}

/// The upper words decide, and where they are equal the lower ones.
fn less(words: &mut Words<'_>, signed: bool, a: &Pair, b: &Pair) -> Condition {
    let mut one = |comparison, x: &Polynomial, y: &Polynomial| {
        let signed = comparison == WordComparison::LessSigned;
        let (x, y) = (exact(words, x, signed), exact(words, y, signed));
        Condition::compare(comparison, x, y)
    };
    let order = if signed { WordComparison::LessSigned } else { WordComparison::Less };
    let upper = one(order, &a.1, &b.1);
    let same = one(WordComparison::Equal, &a.1, &b.1);
    let lower = one(WordComparison::Less, &a.0, &b.0);
    Condition::either(upper, Condition::both(same, lower))
}

/// A shift by a count modulo 64.
fn shifted(words: &mut Words<'_>, (operator, signed): (Binary, bool), a: &Pair, count: &Polynomial) -> Option<Pair> {
    let near = masked(words, count, 32)?;
    let (low, high) = (exact(words, &a.0, false), exact(words, &a.1, false));
    let fill = if signed { sign(words, &a.1) } else { Polynomial::default() };
    let order = if signed { WordOperator::ShiftRightSigned } else { WordOperator::ShiftRight };
    let (short, long) = match operator {
        Binary::ShiftLeft => {
            let lower = left(words, &a.0, &near)?;
            let upper = left(words, &a.1, &near)?;
            let crossing = crossing(words, WordOperator::ShiftRight, &low, &near)?;
            ((lower.clone(), joined(words, &upper, &crossing)), (Polynomial::default(), lower))
        }
        _ => {
            let lower = operate(words, WordOperator::ShiftRight, &low, &near);
            let upper = operate(words, order, &high, &near);
            let crossing = crossing(words, WordOperator::ShiftLeft, &high, &near)?;
            ((joined(words, &lower, &crossing), upper.clone()), (upper, fill))
        }
    };
    if let Some(count) = count.known() {
        return Some(if count & 32 == 0 { short } else { long });
    }
    let count = exact(words, count, false);
    let far = operate(words, WordOperator::And, &count, &Polynomial::number(32));
    let far = exact(words, &far, false);
    let far = Condition::compare(WordComparison::NotEqual, far, Polynomial::default());
    Some(either(words, &far, &long, &short))
}

/// A word that is shifted to the left by a count below 32.
fn left(words: &mut Words<'_>, word: &Polynomial, count: &Polynomial) -> Option<Polynomial> {
    match count.known() {
        Some(count) => Some(word.scaled(1 << count)?.wrapped()),
        None => {
            let word = exact(words, word, false);
            Some(operate(words, WordOperator::ShiftLeft, &word, count))
        }
    }
}

/// What crosses from word to word: it is shifted by what a count leaves of 32, in two steps, since a word is not shifted
/// by 32.
fn crossing(
    words: &mut Words<'_>,
    operator: WordOperator,
    word: &Polynomial,
    count: &Polynomial,
) -> Option<Polynomial> {
    let one = Polynomial::number(1);
    match (count.known(), operator) {
        (Some(0), _) => Some(Polynomial::default()),
        (Some(count), WordOperator::ShiftLeft) => left(words, word, &Polynomial::number(32 - count)),
        (Some(count), _) => Some(operate(words, operator, word, &Polynomial::number(32 - count))),
        (None, _) => {
            let other = operate(words, WordOperator::Xor, count, &Polynomial::number(31));
            if operator == WordOperator::ShiftLeft {
                let first = left(words, word, &one)?;
                return left(words, &first, &other);
            }
            let first = operate(words, operator, word, &one);
            Some(operate(words, operator, &first, &other))
        }
    }
}

fn joined(words: &mut Words<'_>, a: &Polynomial, b: &Polynomial) -> Polynomial {
    let (a, b) = (exact(words, a, false), exact(words, b, false));
    operate(words, WordOperator::Or, &a, &b)
}
