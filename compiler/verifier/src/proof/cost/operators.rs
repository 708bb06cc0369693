//! The operators of the book on the words of a bound's formulas, as words modulo 2^32. What is no sum and no product is
//! named as the walk through the kernel names it, so that both are the same word.

use lockstep_numbers::{Binary, Unary};

use super::{
    super::{polynomial::Polynomial, space::Reach, words::Words},
    choices,
    condition::Condition,
    formula::exact,
};
use crate::tree::{WordComparison, WordOperator};

const LEAST: u32 = 1 << 31;

/// An operator on one word; None if it is not followed.
pub(super) fn unary(words: &mut Words<'_>, operator: Unary, a: &Polynomial) -> Option<Polynomial> {
    match operator {
        Unary::Negate => a.scaled(-1),
        Unary::Not => a.scaled(-1).map(|turned| turned.shifted(-1)),
        Unary::Absolute => {
            let signed = exact(words, a, true);
            let negative = Condition::compare(WordComparison::LessSigned, signed, Polynomial::default());
            Some(choices::either(words, &negative, &a.scaled(-1)?.wrapped(), a))
        }
        _ => None,
    }
}

/// An operator on two words that gives a word; None if it is not followed.
pub(super) fn binary(
    words: &mut Words<'_>,
    operator: Binary,
    signed: bool,
    a: &Polynomial,
    b: &Polynomial,
) -> Option<Polynomial> {
    let on_words = |words: &mut Words<'_>, operator| {
        let (x, y) = (exact(words, a, false), exact(words, b, false));
        operate(words, operator, &x, &y)
    };
    match operator {
        Binary::Add => a.plus(b),
        Binary::Subtract => a.minus(b),
        Binary::Multiply => a.times(b),
        Binary::And => Some(on_words(words, WordOperator::And)),
        Binary::Or => Some(on_words(words, WordOperator::Or)),
        Binary::Xor => Some(on_words(words, WordOperator::Xor)),
        Binary::Minimum | Binary::Maximum => {
            let (x, y) = (exact(words, a, signed), exact(words, b, signed));
            let found = if operator == Binary::Minimum { choices::least } else { choices::greatest };
            found(words, &x, &y, signed)
        }
        Binary::ShiftLeft => {
            let count = masked(words, b, 32)?;
            match count.known() {
                Some(count) => a.scaled(1 << count),
                None => {
                    let x = exact(words, a, false);
                    Some(words.operate(WordOperator::ShiftLeft, &x, &count))
                }
            }
        }
        Binary::ShiftRight => {
            let (x, count) = (exact(words, a, false), masked(words, b, 32)?);
            let operator = if signed { WordOperator::ShiftRightSigned } else { WordOperator::ShiftRight };
            Some(operate(words, operator, &x, &count))
        }
        Binary::Divide if signed => Some(divided(words, a, b)?.0),
        Binary::Remainder if signed => {
            let (quotient, by) = divided(words, a, b)?;
            a.minus(&quotient.times(&by)?)
        }
        Binary::Divide => digits(words, a, b).map(|(quotient, ..)| quotient),
        Binary::Remainder => digits(words, a, b).map(|(_, rest, _)| rest),
        Binary::CeilingDivide => {
            let (quotient, rest, by) = digits(words, a, b)?;
            let some = Condition::compare(WordComparison::NotEqual, rest, Polynomial::default());
            let next = quotient.clone().shifted(1);
            if let Some(known) = choices::made_before(words, &some, &next, &quotient) {
                return Some(known);
            }
            let up = exact(words, a, false).plus(&by)?.shifted(-1);
            words.digits(&up, &by).map(|(quotient, _)| quotient)
        }
        Binary::MultiplyHigh => {
            let high = on_words(words, WordOperator::MultiplyHigh);
            if !signed {
                return Some(high);
            }
            // A negative operand is 2^32 less than it seems.
            let excess = |words: &mut Words<'_>, a: &Polynomial, b: &Polynomial| {
                let sign = operate(words, WordOperator::ShiftRightSigned, a, &Polynomial::number(31));
                let sign = exact(words, &sign, false);
                operate(words, WordOperator::And, &sign, b)
            };
            let (x, y) = (exact(words, a, false), exact(words, b, false));
            let (first, second) = (excess(words, &x, &y), excess(words, &y, &x));
            high.minus(&first)?.minus(&second)
        }
        _ => None,
    }
}

/// A comparison of two words.
pub(super) fn compare(
    words: &mut Words<'_>,
    operator: Binary,
    signed: bool,
    a: &Polynomial,
    b: &Polynomial,
) -> Condition {
    let order = !matches!(operator, Binary::Equal | Binary::NotEqual);
    let signed = signed && order;
    let (x, y) = (exact(words, a, signed), exact(words, b, signed));
    let less = if signed { WordComparison::LessSigned } else { WordComparison::Less };
    let at_most = if signed { WordComparison::LessOrEqualSigned } else { WordComparison::LessOrEqual };
    match operator {
        Binary::Equal => Condition::compare(WordComparison::Equal, x, y),
        Binary::NotEqual => Condition::compare(WordComparison::NotEqual, x, y),
        Binary::Less => Condition::compare(less, x, y),
        Binary::LessOrEqual => Condition::compare(at_most, x, y),
        Binary::Greater => Condition::compare(less, y, x),
        Binary::GreaterOrEqual => Condition::compare(at_most, y, x),
        _ => Condition::Unknown,
    }
}

/// An operator on exact words as the walk has it, but for those that give back an operand or nothing.
pub(super) fn operate(words: &mut Words<'_>, operator: WordOperator, x: &Polynomial, y: &Polynomial) -> Polynomial {
    use WordOperator::{And, Borrow, Carry, MultiplyHigh, Or, ShiftLeft, ShiftRight, ShiftRightSigned, Xor};
    let commutes = matches!(operator, MultiplyHigh | Carry | And | Or | Xor);
    let (x, y) = if commutes && x.known().is_some() { (y, x) } else { (x, y) };
    match (operator, y.known()) {
        (MultiplyHigh | Carry | Borrow | And, Some(0)) | (MultiplyHigh, Some(1)) => Polynomial::default(),
        (Or | Xor | ShiftLeft | ShiftRight | ShiftRightSigned, Some(0)) => x.clone(),
        (_, Some(known)) if x.known().is_some() => {
            let number = |number: i128| u32::try_from(number).ok();
            let both = x.known().and_then(number).zip(number(known));
            let word = both.and_then(|(x, y)| super::super::evaluate::word(operator, x, y));
            word.map_or_else(|| words.unknown(Reach::Lane), |word| Polynomial::number(word.into()).wrapped())
        }
        _ => words.operate(operator, x, y),
    }
}

/// A word modulo a number of its lowest bits.
pub(super) fn masked(words: &mut Words<'_>, a: &Polynomial, turn: i128) -> Option<Polynomial> {
    if let Some(known) = a.known() {
        return Some(Polynomial::number(known.rem_euclid(turn)));
    }
    let x = exact(words, a, false);
    words.digits(&x, &Polynomial::number(turn)).map(|(_, rest)| rest)
}

/// Quotient, rest, and the divisor that is not zero, of unsigned words.
fn digits(words: &mut Words<'_>, a: &Polynomial, b: &Polynomial) -> Option<(Polynomial, Polynomial, Polynomial)> {
    let (x, y) = (exact(words, a, false), exact(words, b, false));
    let by = choices::not_zero(words, &y)?;
    let (quotient, rest) = words.digits(&x, &by)?;
    Some((quotient, rest, by))
}

/// The signed quotient, and the divisor that it was made with, which is not zero; nor -1 where that overflows.
fn divided(words: &mut Words<'_>, a: &Polynomial, b: &Polynomial) -> Option<(Polynomial, Polynomial)> {
    let (x, y) = (exact(words, a, false), exact(words, b, false));
    let by = choices::not_zero(words, &y)?;
    let number = |word: u32| Polynomial::number(word.into());
    let least = Condition::compare(WordComparison::Equal, x.clone(), number(LEAST));
    let minus_one = Condition::compare(WordComparison::Equal, by.clone(), number(u32::MAX));
    let by = choices::either(words, &Condition::both(least, minus_one), &Polynomial::number(1), &by);
    let by = exact(words, &by, false);
    if by.known() == Some(1) {
        return Some((x, by));
    }
    Some((operate(words, WordOperator::DivideSigned, &x, &by), by))
}
