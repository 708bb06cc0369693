//! 64-bit integers as pairs of words, the lower first. Signed and unsigned differ in order, in the shift to the right,
//! in division and in conversions.

mod convert;
mod divide;

use lockstep_numbers::{Binary, Unary};

use super::{Lowering, parts::Parts};
use crate::ir::{Operation, TruthOperator, Value, WordComparison, WordOperator};

/// The lower and the upper word.
pub(super) type Pair = (Value, Value);

impl Lowering<'_> {
    pub(super) fn unary_wide(&mut self, operator: Unary, signed: bool, a: Pair) -> Parts<Value> {
        let (low, high) = match operator {
            Unary::Negate => self.negate_wide(a),
            Unary::Absolute if signed => self.absolute_wide(a),
            Unary::Not => {
                (self.builder.value(Operation::Complement(a.0)), self.builder.value(Operation::Complement(a.1)))
            }
            // The other operators are not defined on 64-bit integers.
            _ => a,
        };
        Parts::Two(low, high)
    }

    pub(super) fn binary_wide(&mut self, operator: Binary, signed: bool, a: Pair, b: Parts<Value>) -> Parts<Value> {
        // Counts of shifts are single words.
        let count = b.low();
        let b = (b.low(), b.high());
        let pair = match operator {
            Binary::Add => self.add_wide(a, b),
            Binary::Subtract => self.subtract_wide(a, b),
            Binary::Multiply => self.multiply_wide(a, b),
            Binary::Divide => self.divide_wide(signed, a, b),
            Binary::Remainder => self.remainder_wide(signed, a, b),
            Binary::And => self.by_words(WordOperator::And, a, b),
            Binary::Or => self.by_words(WordOperator::Or, a, b),
            Binary::Xor => self.by_words(WordOperator::Xor, a, b),
            Binary::ShiftLeft => self.shift_left_wide(a, count),
            Binary::ShiftRight => self.shift_right_wide(signed, a, count),
            Binary::Minimum => {
                let first = self.less_wide(signed, a, b);
                self.select_wide(first, a, b)
            }
            Binary::Maximum => {
                let first = self.less_wide(signed, b, a);
                self.select_wide(first, a, b)
            }
            Binary::Equal => return Parts::One(self.equal_wide(a, b)),
            Binary::NotEqual => {
                let equal = self.equal_wide(a, b);
                return Parts::One(self.builder.value(Operation::Not(equal)));
            }
            Binary::Less => return Parts::One(self.less_wide(signed, a, b)),
            Binary::Greater => return Parts::One(self.less_wide(signed, b, a)),
            Binary::LessOrEqual => {
                let above = self.less_wide(signed, b, a);
                return Parts::One(self.builder.value(Operation::Not(above)));
            }
            Binary::GreaterOrEqual => {
                let below = self.less_wide(signed, a, b);
                return Parts::One(self.builder.value(Operation::Not(below)));
            }
            // Not defined on 64-bit integers.
            Binary::CeilingDivide | Binary::MultiplyHigh | Binary::Dot => a,
        };
        Parts::Two(pair.0, pair.1)
    }

    fn by_words(&mut self, operator: WordOperator, a: Pair, b: Pair) -> Pair {
        (self.builder.arithmetic(operator, a.0, b.0), self.builder.arithmetic(operator, a.1, b.1))
    }

    fn add_wide(&mut self, a: Pair, b: Pair) -> Pair {
        let (low, high) = self.by_words(WordOperator::Add, a, b);
        let carry = self.builder.arithmetic(WordOperator::Carry, a.0, b.0);
        (low, self.builder.arithmetic(WordOperator::Add, high, carry))
    }

    fn subtract_wide(&mut self, a: Pair, b: Pair) -> Pair {
        let (low, high) = self.by_words(WordOperator::Subtract, a, b);
        let borrow = self.builder.arithmetic(WordOperator::Borrow, a.0, b.0);
        (low, self.builder.arithmetic(WordOperator::Subtract, high, borrow))
    }

    fn multiply_wide(&mut self, a: Pair, b: Pair) -> Pair {
        let low = self.builder.arithmetic(WordOperator::Multiply, a.0, b.0);
        let high = self.builder.arithmetic(WordOperator::MultiplyHigh, a.0, b.0);
        let first = self.builder.arithmetic(WordOperator::Multiply, a.0, b.1);
        let second = self.builder.arithmetic(WordOperator::Multiply, a.1, b.0);
        let high = self.builder.arithmetic(WordOperator::Add, high, first);
        (low, self.builder.arithmetic(WordOperator::Add, high, second))
    }

    fn negate_wide(&mut self, a: Pair) -> Pair {
        let zero = self.builder.word(0);
        self.subtract_wide((zero, zero), a)
    }

    fn absolute_wide(&mut self, a: Pair) -> Pair {
        let negative = self.is_negative(a.1);
        let opposite = self.negate_wide(a);
        self.select_wide(negative, opposite, a)
    }

    fn is_negative(&mut self, word: Value) -> Value {
        let zero = self.builder.word(0);
        self.builder.compare(WordComparison::LessSigned, word, zero)
    }

    fn select_wide(&mut self, condition: Value, yes: Pair, no: Pair) -> Pair {
        (self.builder.select(condition, yes.0, no.0), self.builder.select(condition, yes.1, no.1))
    }

    fn equal_wide(&mut self, a: Pair, b: Pair) -> Value {
        let low = self.builder.compare(WordComparison::Equal, a.0, b.0);
        let high = self.builder.compare(WordComparison::Equal, a.1, b.1);
        self.builder.value(Operation::Logic(TruthOperator::And, low, high))
    }

    fn less_wide(&mut self, signed: bool, a: Pair, b: Pair) -> Value {
        let order = if signed { WordComparison::LessSigned } else { WordComparison::Less };
        let high = self.builder.compare(order, a.1, b.1);
        let same = self.builder.compare(WordComparison::Equal, a.1, b.1);
        let low = self.builder.compare(WordComparison::Less, a.0, b.0);
        let low = self.builder.value(Operation::Logic(TruthOperator::And, same, low));
        self.builder.value(Operation::Logic(TruthOperator::Or, high, low))
    }

    /// The count is taken modulo 64. What crosses from word to word is shifted in two steps, since a shift by 32 is
    /// not defined.
    fn shift_left_wide(&mut self, a: Pair, count: Value) -> Pair {
        let (near, other, far) = self.counts(count);
        let low = self.builder.arithmetic(WordOperator::ShiftLeft, a.0, near);
        let high = self.builder.arithmetic(WordOperator::ShiftLeft, a.1, near);
        let crossing = self.builder.with(WordOperator::ShiftRight, a.0, 1);
        let crossing = self.builder.arithmetic(WordOperator::ShiftRight, crossing, other);
        let high = self.builder.arithmetic(WordOperator::Or, high, crossing);
        let zero = self.builder.word(0);
        self.select_wide(far, (zero, low), (low, high))
    }

    fn shift_right_wide(&mut self, signed: bool, a: Pair, count: Value) -> Pair {
        let operator = if signed { WordOperator::ShiftRightSigned } else { WordOperator::ShiftRight };
        let (near, other, far) = self.counts(count);
        let low = self.builder.arithmetic(WordOperator::ShiftRight, a.0, near);
        let high = self.builder.arithmetic(operator, a.1, near);
        let crossing = self.builder.with(WordOperator::ShiftLeft, a.1, 1);
        let crossing = self.builder.arithmetic(WordOperator::ShiftLeft, crossing, other);
        let low = self.builder.arithmetic(WordOperator::Or, low, crossing);
        let fill =
            if signed { self.builder.with(WordOperator::ShiftRightSigned, a.1, 31) } else { self.builder.word(0) };
        self.select_wide(far, (high, fill), (low, high))
    }

    /// The count modulo 32, 31 less that, and whether the count reaches over a word.
    fn counts(&mut self, count: Value) -> (Value, Value, Value) {
        let near = self.builder.with(WordOperator::And, count, 31);
        let other = self.builder.with(WordOperator::Xor, near, 31);
        let far = self.builder.with(WordOperator::And, count, 32);
        (near, other, self.is_not_zero(far))
    }
}
