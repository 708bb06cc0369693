//! Integers: shift counts masked, divisors never zero where the device divides, `MIN / -1` kept from overflowing.

use lockstep_numbers::Binary;

use super::Lowering;
use crate::ir::{Operation, TruthOperator, Value, WordComparison, WordOperator};

impl Lowering<'_> {
    pub(super) fn negate_word(&mut self, a: Value) -> Value {
        let zero = self.builder.word(0);
        self.builder.arithmetic(WordOperator::Subtract, zero, a)
    }

    pub(super) fn absolute_word(&mut self, a: Value) -> Value {
        let zero = self.builder.word(0);
        let negative = self.builder.compare(WordComparison::LessSigned, a, zero);
        let opposite = self.negate_word(a);
        self.builder.select(negative, opposite, a)
    }

    pub(super) fn binary_word(&mut self, operator: Binary, signed: bool, a: Value, b: Value) -> Value {
        let less = if signed { WordComparison::LessSigned } else { WordComparison::Less };
        let less_or_equal = if signed { WordComparison::LessOrEqualSigned } else { WordComparison::LessOrEqual };
        let shift_right = if signed { WordOperator::ShiftRightSigned } else { WordOperator::ShiftRight };
        match operator {
            Binary::Add => self.builder.arithmetic(WordOperator::Add, a, b),
            Binary::Subtract => self.builder.arithmetic(WordOperator::Subtract, a, b),
            Binary::Multiply => self.builder.arithmetic(WordOperator::Multiply, a, b),
            Binary::And => self.builder.arithmetic(WordOperator::And, a, b),
            Binary::Or => self.builder.arithmetic(WordOperator::Or, a, b),
            Binary::Xor => self.builder.arithmetic(WordOperator::Xor, a, b),
            Binary::ShiftLeft => self.shift(WordOperator::ShiftLeft, a, b),
            Binary::ShiftRight => self.shift(shift_right, a, b),
            Binary::Divide => self.divide(signed, a, b).0,
            Binary::Remainder => {
                // Not the device's remainder: Vulkan leaves it open for negative operands.
                let (quotient, divisor) = self.divide(signed, a, b);
                if signed {
                    let product = self.builder.arithmetic(WordOperator::Multiply, quotient, divisor);
                    self.builder.arithmetic(WordOperator::Subtract, a, product)
                } else {
                    self.rest_of(a, quotient, divisor)
                }
            }
            Binary::CeilingDivide => {
                let (quotient, divisor) = self.divide(false, a, b);
                let product = self.builder.arithmetic(WordOperator::Multiply, quotient, divisor);
                let rest = self.builder.compare(WordComparison::NotEqual, a, product);
                let next = self.builder.with(WordOperator::Add, quotient, 1);
                self.builder.select(rest, next, quotient)
            }
            Binary::MultiplyHigh => self.multiply_high(signed, a, b),
            Binary::Equal => self.builder.compare(WordComparison::Equal, a, b),
            Binary::NotEqual => self.builder.compare(WordComparison::NotEqual, a, b),
            Binary::Less => self.builder.compare(less, a, b),
            Binary::LessOrEqual => self.builder.compare(less_or_equal, a, b),
            Binary::Greater => self.builder.compare(less, b, a),
            Binary::GreaterOrEqual => self.builder.compare(less_or_equal, b, a),
            Binary::Minimum => {
                let first = self.builder.compare(less, a, b);
                self.builder.select(first, a, b)
            }
            // The dot product of packed words is not made here.
            Binary::Maximum | Binary::Dot => {
                let first = self.builder.compare(less, b, a);
                self.builder.select(first, a, b)
            }
        }
    }

    /// Whether a word is not zero.
    pub(super) fn is_not_zero(&mut self, a: Value) -> Value {
        self.builder.compare_with(WordComparison::NotEqual, a, 0)
    }

    /// The upper word of the product. A negative operand is 2^32 less than it seems, so the unsigned product is too
    /// large by the other operand in the upper word.
    fn multiply_high(&mut self, signed: bool, a: Value, b: Value) -> Value {
        let mut high = self.builder.arithmetic(WordOperator::MultiplyHigh, a, b);
        if signed {
            for (a, b) in [(a, b), (b, a)] {
                let sign = self.builder.with(WordOperator::ShiftRightSigned, a, 31);
                let excess = self.builder.arithmetic(WordOperator::And, sign, b);
                high = self.builder.arithmetic(WordOperator::Subtract, high, excess);
            }
        }
        high
    }

    fn shift(&mut self, operator: WordOperator, a: Value, count: Value) -> Value {
        let count = self.builder.with(WordOperator::And, count, 31);
        self.builder.arithmetic(operator, a, count)
    }

    /// The quotient, truncated toward zero, and the divisor that it was made with. A zero divisor traps.
    fn divide(&mut self, signed: bool, a: Value, b: Value) -> (Value, Value) {
        let some = self.is_not_zero(b);
        self.require(some);
        let divisor = self.not_zero(b);
        if !signed {
            return (self.builder.arithmetic(WordOperator::Divide, a, divisor), divisor);
        }
        let least = self.builder.compare_with(WordComparison::Equal, a, 0x8000_0000);
        let minus_one = self.builder.compare_with(WordComparison::Equal, divisor, u32::MAX);
        let overflow = self.builder.value(Operation::Logic(TruthOperator::And, least, minus_one));
        let one = self.builder.word(1);
        let divisor = self.builder.select(overflow, one, divisor);
        (self.builder.arithmetic(WordOperator::DivideSigned, a, divisor), divisor)
    }
}
