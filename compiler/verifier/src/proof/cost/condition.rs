//! Truth values of a bound's formulas: comparisons of words, and what is made of them. A choice of the kernel is that of
//! a formula if its condition says the same.

use super::super::{polynomial::Polynomial, words::Words};
use crate::tree::{Operation, TruthOperator, Value, WordComparison};

/// How deep conditions are compared.
const MAX_DEPTH: u32 = 8;

/// A truth value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    Known(bool),
    /// Of exact words, signed ones where the comparison is.
    Compare(WordComparison, Polynomial, Polynomial),
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    /// What is not followed.
    Unknown,
}

impl Condition {
    pub(super) fn compare(comparison: WordComparison, x: Polynomial, y: Polynomial) -> Condition {
        use WordComparison::{Equal, Less, LessOrEqual, LessOrEqualSigned, LessSigned, NotEqual};
        match x.minus(&y).and_then(|distance| distance.known()) {
            Some(distance) => Condition::Known(match comparison {
                Equal => distance == 0,
                NotEqual => distance != 0,
                Less | LessSigned => distance < 0,
                LessOrEqual | LessOrEqualSigned => distance <= 0,
            }),
            None if comparison == Less && y.known() == Some(0) => Condition::Known(false),
            None => Condition::Compare(comparison, x, y),
        }
    }

    pub(super) fn both(a: Condition, b: Condition) -> Condition {
        match (a, b) {
            (Condition::Known(true), other) | (other, Condition::Known(true)) => other,
            (Condition::Known(false), _) | (_, Condition::Known(false)) => Condition::Known(false),
            (a, b) if a == b => a,
            (a, b) => Condition::Both(Box::new(a), Box::new(b)),
        }
    }

    pub(super) fn either(a: Condition, b: Condition) -> Condition {
        match (a, b) {
            (Condition::Known(false), other) | (other, Condition::Known(false)) => other,
            (Condition::Known(true), _) | (_, Condition::Known(true)) => Condition::Known(true),
            (a, b) if a == b => a,
            (a, b) => Condition::Either(Box::new(a), Box::new(b)),
        }
    }

    pub(super) fn negated(self) -> Condition {
        match self {
            Condition::Known(truth) => Condition::Known(!truth),
            Condition::Not(inner) => *inner,
            Condition::Unknown => Condition::Unknown,
            other => Condition::Not(Box::new(other)),
        }
    }

    /// Sums that are all at least 0 just where the condition has this truth; None if it cannot be said so.
    pub(super) fn facts(&self, truth: bool) -> Option<Vec<Polynomial>> {
        use WordComparison::{Equal, Less, LessOrEqual, LessOrEqualSigned, LessSigned, NotEqual};
        match self {
            Condition::Known(known) => (*known == truth).then(Vec::new),
            Condition::Compare(comparison, x, y) => {
                let (up, down) = (y.minus(x)?, x.minus(y)?);
                match (comparison, truth) {
                    (Less | LessSigned, true) => Some(vec![up.shifted(-1)]),
                    (Less | LessSigned, false) => Some(vec![down]),
                    (LessOrEqual | LessOrEqualSigned, true) => Some(vec![up]),
                    (LessOrEqual | LessOrEqualSigned, false) => Some(vec![down.shifted(-1)]),
                    (Equal, true) | (NotEqual, false) => Some(vec![up, down]),
                    (Equal, false) | (NotEqual, true) => {
                        // A word is not 0 just where it is at least 1.
                        (y.known() == Some(0)).then(|| vec![down.shifted(-1)])
                    }
                }
            }
            Condition::Both(a, b) if truth => Some([a.facts(true)?, b.facts(true)?].concat()),
            Condition::Either(a, b) if !truth => Some([a.facts(false)?, b.facts(false)?].concat()),
            Condition::Not(inner) => inner.facts(!truth),
            Condition::Both(..) | Condition::Either(..) | Condition::Unknown => None,
        }
    }

    /// Whether a truth value of the kernel is this one (true), or its opposite (false); None if that is not seen.
    pub(super) fn is(&self, words: &mut Words<'_>, value: Value) -> Option<bool> {
        self.is_at(words, value, MAX_DEPTH)
    }

    fn is_at(&self, words: &mut Words<'_>, value: Value, depth: u32) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        if let Condition::Not(inner) = self {
            return inner.is_at(words, value, depth).map(|same| !same);
        }
        match (words.operation(value)?, self) {
            (Operation::Not(inner), _) => self.is_at(words, inner, depth).map(|same| !same),
            (Operation::Compare(other, a, b), Condition::Compare(comparison, x, y)) => {
                let (a, b) = (words.word(a), words.word(b));
                let [a, b, x, y] = [&a, &b, x, y].map(|word| words.residue(word));
                let equality = |one| matches!(one, WordComparison::Equal | WordComparison::NotEqual);
                let straight = a == x && b == y;
                let turned = a == y && b == x;
                match (other == *comparison, equality(other) && equality(*comparison)) {
                    (same, true) => (straight || turned).then_some(same),
                    (true, false) => straight.then_some(true),
                    (false, false) => {
                        // `x < y` is not `y <= x`.
                        (turned && opposite(other) == Some(*comparison)).then_some(false)
                    }
                }
            }
            (Operation::Logic(TruthOperator::And, a, b), Condition::Both(x, y))
            | (Operation::Logic(TruthOperator::Or, a, b), Condition::Either(x, y)) => {
                let mut pair = |x: &Condition, y: &Condition| {
                    x.is_at(words, a, depth) == Some(true) && y.is_at(words, b, depth) == Some(true)
                };
                (pair(x, y) || pair(y, x)).then_some(true)
            }
            _ => None,
        }
    }
}

/// What holds the other way round just where a comparison does not.
fn opposite(comparison: WordComparison) -> Option<WordComparison> {
    use WordComparison::{Equal, Less, LessOrEqual, LessOrEqualSigned, LessSigned, NotEqual};
    match comparison {
        Less => Some(LessOrEqual),
        LessOrEqual => Some(Less),
        LessSigned => Some(LessOrEqualSigned),
        LessOrEqualSigned => Some(LessSigned),
        Equal | NotEqual => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::space::Reach, *};
    use crate::tree::{Definition, Kernel, Site, Type};

    /// Of two words of the push constants, and what is made of them: how a condition and the last value relate.
    fn seen(made: &[Operation], condition: impl Fn(Polynomial, Polynomial) -> Condition) -> Option<bool> {
        let operations =
            [Operation::PushConstant(0), Operation::PushConstant(1)].into_iter().chain(made.iter().copied());
        let values = operations.map(|operation| Definition { ty: Type::Word, site: Site(0), operation });
        let kernel = Kernel { values: values.collect(), ..Kernel::default() };
        let mut words = Words::new(&kernel, 1 << 20);
        words.push = vec![words.unknown(Reach::Dispatch), words.unknown(Reach::Dispatch)];
        let (x, y) = (words.word(Value(0)), words.word(Value(1)));
        condition(x, y).is(&mut words, Value(kernel.values.len() as u32 - 1))
    }

    fn less(a: u32, b: u32) -> Operation {
        Operation::Compare(WordComparison::Less, Value(a), Value(b))
    }

    #[test]
    fn a_comparison_is_itself_or_the_opposite() {
        let below = |x, y| Condition::compare(WordComparison::Less, x, y);
        assert_eq!(seen(&[less(0, 1)], below), Some(true));
        assert_eq!(seen(&[less(1, 0)], below), None);
        assert_eq!(seen(&[less(0, 1), Operation::Not(Value(2))], below), Some(false));
        assert_eq!(seen(&[less(0, 1)], |x, y| below(x, y).negated()), Some(false));
        let at_most = |x, y| Condition::compare(WordComparison::LessOrEqual, y, x);
        assert_eq!(seen(&[less(0, 1)], at_most), Some(false));
        let signed = |x, y| Condition::compare(WordComparison::LessSigned, x, y);
        assert_eq!(seen(&[less(0, 1)], signed), None);
    }

    #[test]
    fn parts_are_compared_one_by_one() {
        let made = |operator| [less(0, 1), less(1, 0), Operation::Logic(operator, Value(2), Value(3))];
        let below = |x: &Polynomial, y: &Polynomial| Condition::compare(WordComparison::Less, x.clone(), y.clone());
        let both = |x, y| Condition::both(below(&x, &y), below(&y, &x));
        assert_eq!(seen(&made(TruthOperator::And), both), Some(true));
        assert_eq!(seen(&made(TruthOperator::Or), both), None);
        assert_eq!(seen(&made(TruthOperator::And), |x, y| Condition::both(below(&x, &y), below(&x, &y))), None);
    }

    #[test]
    fn facts_say_just_that() {
        let (x, y) = (Polynomial::atom(1), Polynomial::atom(2));
        let below = Condition::compare(WordComparison::Less, x.clone(), y.clone());
        assert_eq!(below.facts(true), Some(vec![y.minus(&x).unwrap().shifted(-1)]));
        assert_eq!(below.facts(false), Some(vec![x.minus(&y).unwrap()]));
        let other = Condition::compare(WordComparison::Equal, x.clone(), y);
        assert_eq!(other.facts(false), None, "either may be the greater one");
        assert_eq!(Condition::both(below.clone(), other.clone()).facts(false), None);
        assert_eq!(Condition::compare(WordComparison::Less, x.clone(), x), Condition::Known(false));
    }
}
