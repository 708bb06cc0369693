//! What a condition says where it holds, and where it does not: facts about the words that it compares.

use super::{
    polynomial::Polynomial,
    words::{TruthChoice, Words},
};
use crate::tree::{Operation, TruthOperator, Value, WordComparison};

/// How deep conditions inside a condition are followed.
const MAX_DEPTH: u32 = 24;
const TURN: i128 = 1 << 32;

impl Words<'_> {
    /// Learns that a truth value has this value.
    pub(super) fn assume(&mut self, condition: Value, truth: bool) {
        self.assume_at(condition, truth, MAX_DEPTH);
    }

    fn assume_at(&mut self, condition: Value, truth: bool, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if self.assumed.contains(&(condition, !truth)) {
            // No lane comes here.
            return self.space.learn(Some(Polynomial::number(-1)));
        }
        self.assumed.push((condition, truth));
        if let Some(same) = self.same.get(&condition) {
            return self.assume_at(*same, truth, depth);
        }
        if let Some(TruthChoice { condition, then, otherwise }) = self.truths.get(&condition).copied() {
            return self.assume_choice(condition, (then, otherwise), truth, depth);
        }
        match self.operation(condition) {
            Some(Operation::Constant(known)) if (known != 0) != truth => self.space.learn(Some(Polynomial::number(-1))),
            Some(Operation::Not(inner)) => self.assume_at(inner, !truth, depth),
            Some(Operation::Logic(TruthOperator::And, a, b)) if truth => {
                self.assume_at(a, true, depth);
                self.assume_at(b, true, depth);
            }
            Some(Operation::Logic(TruthOperator::Or, a, b)) if !truth => {
                self.assume_at(a, false, depth);
                self.assume_at(b, false, depth);
            }
            Some(Operation::Select(condition, a, b)) => {
                self.assume_choice(condition, (Some(a), Some(b)), truth, depth);
            }
            Some(Operation::Compare(comparison, a, b)) => self.compare(comparison, a, b, truth),
            _ => {}
        }
    }

    /// A choice between truth values, one of which is known where it is taken: then the other one was.
    fn assume_choice(
        &mut self,
        condition: Value,
        (then, otherwise): (Option<Value>, Option<Value>),
        truth: bool,
        depth: u32,
    ) {
        let differs = |value: Option<Value>, here: bool| match value {
            Some(value) if value == condition => here != truth,
            Some(value) => match self.operation(value) {
                Some(Operation::Constant(known)) => (known != 0) != truth,
                _ => false,
            },
            None => false,
        };
        let (not_then, not_otherwise) = (differs(then, true), differs(otherwise, false));
        if not_otherwise {
            self.assume_at(condition, true, depth);
            then.into_iter().for_each(|then| self.assume_at(then, truth, depth));
        } else if not_then {
            self.assume_at(condition, false, depth);
            otherwise.into_iter().for_each(|otherwise| self.assume_at(otherwise, truth, depth));
        }
    }

    fn compare(&mut self, comparison: WordComparison, a: Value, b: Value, truth: bool) {
        match (comparison, truth) {
            (WordComparison::Less, true) => self.below(a, b, 1),
            (WordComparison::Less, false) => self.below(b, a, 0),
            (WordComparison::LessOrEqual, true) => self.below(a, b, 0),
            (WordComparison::LessOrEqual, false) => self.below(b, a, 1),
            (WordComparison::LessSigned, true) => self.below_signed(a, b, 1),
            (WordComparison::LessSigned, false) => self.below_signed(b, a, 0),
            (WordComparison::LessOrEqualSigned, true) => self.below_signed(a, b, 0),
            (WordComparison::LessOrEqualSigned, false) => self.below_signed(b, a, 1),
            (WordComparison::Equal, true) | (WordComparison::NotEqual, false) => {
                let (a, b) = (self.exact(a), self.exact(b));
                self.space.equal(&a, &b);
            }
            (WordComparison::Equal, false) | (WordComparison::NotEqual, true) => self.differ(a, b),
        }
    }

    /// `a + by <= b`. What is below a small number is not the rest of a wrap, if it can be only one turn away.
    fn below(&mut self, a: Value, b: Value, by: i128) {
        let upper = self.exact(b);
        let word = self.word(a);
        let lower = if self.one_turn(&word, &upper) {
            self.space.learn(Some(word.clone()));
            word
        } else {
            self.exact(a)
        };
        self.space.learn(upper.minus(&lower).map(|sum| sum.shifted(-by)));
    }

    /// Whether a word that is at most `upper` is its polynomial, without a turn.
    fn one_turn(&mut self, word: &Polynomial, upper: &Polynomial) -> bool {
        let (low, high) = self.space.rough(word);
        if low >= 0 && high < TURN {
            return true;
        }
        let (_, most) = self.space.rough(upper);
        let above = word.clone().shifted(TURN - 1 - most);
        let below = word.scaled(-1).map(|word| word.shifted(TURN - 1));
        let not_less = low > most - TURN || self.space.soon_natural(&above);
        not_less && (high < TURN || below.is_some_and(|below| self.space.soon_natural(&below)))
    }

    fn below_signed(&mut self, a: Value, b: Value, by: i128) {
        let (lower, upper) = (self.signed(a), self.signed(b));
        self.space.learn(upper.minus(&lower).map(|sum| sum.shifted(-by)));
    }

    /// What is not equal, but not less, is greater.
    fn differ(&mut self, a: Value, b: Value) {
        let (a, b) = (self.exact(a), self.exact(b));
        let Some(distance) = a.minus(&b) else { return };
        if distance == Polynomial::default() {
            return self.space.learn(Some(Polynomial::number(-1)));
        }
        let Some(turned) = distance.scaled(-1) else { return };
        for distance in [distance, turned] {
            if self.space.soon_natural(&distance) {
                return self.space.learn(Some(distance.shifted(-1)));
            }
        }
    }
}
