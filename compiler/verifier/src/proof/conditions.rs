//! What a condition says where it holds, and where it does not: facts about the words that it compares.

use super::{
    polynomial::Polynomial,
    words::{TruthChoice, Words},
};
use crate::tree::{Operation, Place, TruthOperator, Value, WordComparison, WordOperator};

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
        self.space.spend(1 + self.assumed.len() / 16);
        if self.space.exhausted() {
            return;
        }
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
            // One of two: where one is not, the other is.
            Some(Operation::Logic(TruthOperator::And | TruthOperator::Or, a, b)) => {
                for (one, other) in [(a, b), (b, a)] {
                    if self.is_shown(one, !truth) {
                        return self.assume_at(other, truth, depth);
                    }
                }
            }
            Some(Operation::Select(condition, a, b)) => {
                self.assume_choice(condition, (Some(a), Some(b)), truth, depth);
            }
            Some(Operation::Compare(comparison, a, b)) => self.compare(comparison, a, b, truth),
            Some(Operation::Load(Place::VariableCell(table, index))) => self.cell_is(table, index, truth),
            _ => {}
        }
    }

    /// A truth of a constant table: the index is between the first and the last cell that has it.
    fn cell_is(&mut self, table: u32, index: Value, truth: bool) {
        let kernel = self.kernel;
        let cells = kernel.variables.get(table as usize).and_then(|variable| variable.constant.as_ref());
        let Some(cells) = cells else { return };
        let mut right = (0i128..).zip(cells).filter(|(_, cell)| (**cell != 0) == truth).map(|(number, _)| number);
        let Some(first) = right.next() else { return self.space.learn(Some(Polynomial::number(-1))) };
        let last = right.last().unwrap_or(first);
        let index = self.exact(index);
        self.space.learn(Some(index.clone().shifted(-first)));
        self.space.learn(index.scaled(-1).map(|index| index.shifted(last)));
    }

    /// Whether a truth value is shown to be this one, by what was assumed or by what is known of the words that it compares.
    fn is_shown(&mut self, condition: Value, truth: bool) -> bool {
        if let Some((_, known)) = self.assumed.iter().rev().find(|(assumed, _)| *assumed == condition) {
            return *known == truth;
        }
        match self.operation(condition) {
            Some(Operation::Constant(known)) => (known != 0) == truth,
            Some(Operation::Not(inner)) => self.is_shown(inner, !truth),
            Some(Operation::Compare(comparison, a, b)) => {
                use WordComparison::{Equal, Less, LessOrEqual, LessOrEqualSigned, LessSigned, NotEqual};
                let signed = matches!(comparison, LessSigned | LessOrEqualSigned);
                let [a, b] = [a, b].map(|value| if signed { self.signed(value) } else { self.exact(value) });
                let (Some(up), Some(down)) = (b.minus(&a), a.minus(&b)) else { return false };
                let mut natural = |sum: Polynomial| self.space.soon_natural(&sum);
                match (comparison, truth) {
                    (Less | LessSigned, true) => natural(up.shifted(-1)),
                    (Less | LessSigned, false) => natural(down),
                    (LessOrEqual | LessOrEqualSigned, true) => natural(up),
                    (LessOrEqual | LessOrEqualSigned, false) => natural(down.shifted(-1)),
                    (Equal, true) | (NotEqual, false) => natural(up) && natural(down),
                    (Equal, false) | (NotEqual, true) => natural(up.shifted(-1)) || natural(down.shifted(-1)),
                }
            }
            _ => false,
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
        self.nothing(comparison, (a, b), truth);
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

    /// Where a word is zero that an operator gives of two only if they are equal, or both zero.
    fn nothing(&mut self, comparison: WordComparison, (a, b): (Value, Value), truth: bool) {
        let constant = |value| match self.operation(value) {
            Some(Operation::Constant(word)) => Some(word),
            _ => None,
        };
        let zero = match (comparison, truth) {
            (WordComparison::Less, true) if constant(b) == Some(1) => a,
            (WordComparison::Less, false) if constant(a) == Some(0) => b,
            (WordComparison::LessOrEqual, true) | (WordComparison::Equal, true) | (WordComparison::NotEqual, false)
                if constant(b) == Some(0) =>
            {
                a
            }
            (WordComparison::LessOrEqual, false) if constant(a) == Some(1) => b,
            _ => return,
        };
        match self.operation(zero) {
            Some(Operation::Word(WordOperator::Xor, x, y)) => {
                let (x, y) = (self.exact(x), self.exact(y));
                self.space.equal(&x, &y);
            }
            Some(Operation::Word(WordOperator::Or, x, y)) => {
                for one in [x, y] {
                    let one = self.exact(one);
                    self.space.equal(&one, &Polynomial::default());
                }
            }
            _ => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        proof::space::Reach,
        tree::{Definition, Kernel, Site, Type},
    };

    /// Of the lane, a constant, and what is made of them: whether the lane is at most, and at least, some numbers where the
    /// last value has this truth.
    fn known(constant: u32, made: &[Operation], truth: bool, (least, most): (i128, i128)) -> [bool; 2] {
        let operations = [Operation::LaneX, Operation::Constant(constant)].into_iter().chain(made.iter().copied());
        let values = operations.map(|operation| Definition { ty: Type::Word, site: Site(0), operation });
        let kernel = Kernel { lanes: 64, values: values.collect(), ..Kernel::default() };
        let mut words = Words::new(&kernel, 1 << 20);
        let lane = words.space.atom((0, 63), Reach::Lane);
        words.lane = lane.clone();
        words.define(Value(0));
        words.define(Value(1));
        words.assume(Value(kernel.values.len() as u32 - 1), truth);
        let above = lane.clone().shifted(-least);
        let below = Polynomial::number(most).minus(&lane).expect("it is small");
        [words.space.natural(&above), words.space.natural(&below)]
    }

    fn compare(comparison: WordComparison) -> [Operation; 1] {
        [Operation::Compare(comparison, Value(0), Value(1))]
    }

    #[test]
    fn a_comparison_bounds_what_it_compares() {
        let less = compare(WordComparison::Less);
        assert_eq!(known(8, &less, true, (0, 7)), [true, true]);
        assert_eq!(known(8, &less, true, (1, 6)), [false, false]);
        assert_eq!(known(8, &less, false, (8, 63)), [true, true]);
        assert_eq!(known(8, &less, false, (9, 62)), [false, false]);
        let equal = compare(WordComparison::Equal);
        assert_eq!(known(8, &equal, true, (8, 8)), [true, true]);
        assert_eq!(known(8, &equal, false, (8, 8)), [false, false]);
        assert_eq!(known(0, &equal, false, (1, 63)), [true, true]);
    }

    #[test]
    fn a_word_that_is_zero_says_what_it_is_made_of() {
        let zero = |operator, comparison| {
            [
                Operation::Word(operator, Value(0), Value(1)),
                Operation::Constant(1),
                Operation::Compare(comparison, Value(2), Value(3)),
            ]
        };
        assert_eq!(known(9, &zero(WordOperator::Xor, WordComparison::Less), true, (9, 9)), [true, true]);
        assert_eq!(known(9, &zero(WordOperator::Xor, WordComparison::LessOrEqual), true, (9, 9)), [false, false]);
        assert_eq!(known(9, &zero(WordOperator::Xor, WordComparison::Less), false, (9, 9)), [false, false]);
        assert_eq!(known(0, &zero(WordOperator::Or, WordComparison::Less), true, (0, 0)), [true, true]);
        assert_eq!(known(0, &zero(WordOperator::Or, WordComparison::LessOrEqual), true, (0, 0)), [true, false]);
    }

    #[test]
    fn all_of_a_conjunction_holds_and_one_of_a_disjunction() {
        let both = |operator| {
            [
                Operation::Constant(16),
                Operation::Compare(WordComparison::Less, Value(0), Value(2)),
                Operation::Compare(WordComparison::LessOrEqual, Value(1), Value(0)),
                Operation::Logic(operator, Value(3), Value(4)),
            ]
        };
        assert_eq!(known(8, &both(TruthOperator::And), true, (8, 15)), [true, true]);
        assert_eq!(known(8, &both(TruthOperator::And), false, (8, 15)), [false, false]);
        assert_eq!(known(8, &both(TruthOperator::Or), true, (8, 15)), [false, false]);
        // The other one cannot be.
        let never = |operator| {
            [
                Operation::Constant(64),
                Operation::Compare(WordComparison::Less, Value(0), Value(2)),
                Operation::Compare(WordComparison::Less, Value(0), Value(1)),
                Operation::Logic(operator, Value(3), Value(4)),
            ]
        };
        assert_eq!(known(8, &never(TruthOperator::And), false, (8, 63)), [true, true]);
        assert_eq!(known(8, &never(TruthOperator::Or), true, (0, 7)), [true, false]);
    }
}
