//! Division of 64-bit integers by divisions of words (Knuth's algorithm D with digits of 16 bits; Warren, *Hacker's
//! Delight*, 9-4 and 9-5). One division of two words by one is made; its operands depend on whether the divisor fits
//! a word.

use super::Pair;
use crate::{
    ir::{Operation, TruthOperator, Value, WordComparison, WordOperator},
    lower::Lowering,
};

impl Lowering<'_> {
    pub(super) fn divide_wide(&mut self, signed: bool, a: Pair, b: Pair) -> Pair {
        let (x, y) = self.magnitudes(signed, a, b);
        let quotient = self.quotient_wide(x, y);
        if !signed {
            return quotient;
        }
        let signs = self.builder.arithmetic(WordOperator::Xor, a.1, b.1);
        let negative = self.is_negative(signs);
        let opposite = self.negate_wide(quotient);
        self.select_wide(negative, opposite, quotient)
    }

    pub(super) fn remainder_wide(&mut self, signed: bool, a: Pair, b: Pair) -> Pair {
        let (x, y) = self.magnitudes(signed, a, b);
        let quotient = self.quotient_wide(x, y);
        let product = self.multiply_wide(quotient, y);
        let rest = self.subtract_wide(x, product);
        if !signed {
            return rest;
        }
        let negative = self.is_negative(a.1);
        let opposite = self.negate_wide(rest);
        self.select_wide(negative, opposite, rest)
    }

    /// The magnitudes of both; a divisor of zero traps and is 1.
    fn magnitudes(&mut self, signed: bool, a: Pair, b: Pair) -> (Pair, Pair) {
        let any = self.builder.arithmetic(WordOperator::Or, b.0, b.1);
        let some = self.is_not_zero(any);
        self.require(some);
        let one = self.builder.word(1);
        let b = (self.builder.select(some, b.0, one), b.1);
        if signed { (self.absolute_wide(a), self.absolute_wide(b)) } else { (a, b) }
    }

    /// The quotient of unsigned numbers; the divisor is not zero.
    fn quotient_wide(&mut self, a: Pair, b: Pair) -> Pair {
        let zero = self.builder.word(0);
        let fits = self.builder.compare(WordComparison::Equal, b.1, zero);

        // A divisor of one word: the upper word of the quotient first, then what is left over the lower word.
        // It is never zero, nor is a digit below; that is said again where it is plain to see.
        let small = self.builder.select(fits, b.0, b.1);
        let small = self.not_zero(small);
        let upper = self.builder.arithmetic(WordOperator::Divide, a.1, small);
        let left = self.rest_of(a.1, upper, small);

        // A divisor of two words: half the dividend by the divisor's 32 leading bits is a digit at most 2 too large
        // once its own scale is taken out, and one less than that is at most 1 too small.
        let highest = self.builder.value(Operation::HighestBit(small));
        let scale = self.builder.with(WordOperator::And, highest, 31);
        let up = self.builder.with(WordOperator::Xor, scale, 31);
        let normal = self.shift_left_wide(b, up);
        let half_low = self.builder.with(WordOperator::ShiftRight, a.0, 1);
        let crossing = self.builder.with(WordOperator::ShiftLeft, a.1, 31);
        let half_low = self.builder.arithmetic(WordOperator::Or, half_low, crossing);
        let half_high = self.builder.with(WordOperator::ShiftRight, a.1, 1);

        let dividend_high = self.builder.select(fits, left, half_high);
        let dividend_low = self.builder.select(fits, a.0, half_low);
        let divisor = self.builder.select(fits, b.0, normal.1);
        let digit = self.quotient_of_word((dividend_low, dividend_high), divisor);

        // (digit << up) >> 31, of two words.
        let estimate = self.shift_left_wide((digit, zero), up);
        let thirty_one = self.builder.word(31);
        let (estimate, _) = self.shift_right_wide(false, estimate, thirty_one);
        let some = self.is_not_zero(estimate);
        let less = self.builder.with(WordOperator::Subtract, estimate, 1);
        let estimate = self.builder.select(some, less, zero);
        let product = self.multiply_wide((estimate, zero), b);
        let rest = self.subtract_wide(a, product);
        let short = self.less_wide(false, rest, b);
        let more = self.builder.with(WordOperator::Add, estimate, 1);
        let estimate = self.builder.select(short, estimate, more);

        self.select_wide(fits, (digit, upper), (estimate, zero))
    }

    /// The quotient of two words by one, where the upper word is below the divisor, so that it fits a word.
    fn quotient_of_word(&mut self, a: Pair, divisor: Value) -> Value {
        let highest = self.builder.value(Operation::HighestBit(divisor));
        let up = self.builder.with(WordOperator::Xor, highest, 31);
        let up = self.builder.with(WordOperator::And, up, 31);
        let divisor = self.builder.arithmetic(WordOperator::ShiftLeft, divisor, up);
        let (low, high) = self.shift_left_wide(a, up);
        let divisor_high = self.builder.with(WordOperator::ShiftRight, divisor, 16);
        let divisor_high = self.not_zero(divisor_high);
        let divisor_low = self.builder.with(WordOperator::And, divisor, 0xffff);

        let next = self.builder.with(WordOperator::ShiftRight, low, 16);
        let (first, high) = self.digit(high, next, divisor, divisor_high, divisor_low);
        let next = self.builder.with(WordOperator::And, low, 0xffff);
        let (second, _) = self.digit(high, next, divisor, divisor_high, divisor_low);
        let first = self.builder.with(WordOperator::ShiftLeft, first, 16);
        self.builder.arithmetic(WordOperator::Add, first, second)
    }

    /// One digit of 16 bits, and what is left with the next digit of the dividend brought down. The estimate from the
    /// divisor's upper half is at most 2 too large.
    fn digit(&mut self, high: Value, next: Value, divisor: Value, upper: Value, lower: Value) -> (Value, Value) {
        let mut digit = self.builder.arithmetic(WordOperator::Divide, high, upper);
        let mut rest = self.rest_of(high, digit, upper);
        let mut may = self.builder.truth(true);
        for _ in 0..2 {
            let too_long = self.builder.with(WordOperator::ShiftRight, digit, 16);
            let too_long = self.is_not_zero(too_long);
            let product = self.builder.arithmetic(WordOperator::Multiply, digit, lower);
            let shifted = self.builder.with(WordOperator::ShiftLeft, rest, 16);
            let brought = self.builder.arithmetic(WordOperator::Or, shifted, next);
            let too_large = self.builder.compare(WordComparison::Less, brought, product);
            let wrong = self.any_of(too_long, too_large);
            let wrong = self.builder.value(Operation::Logic(TruthOperator::And, may, wrong));
            let less = self.builder.with(WordOperator::Subtract, digit, 1);
            digit = self.builder.select(wrong, less, digit);
            let more = self.builder.arithmetic(WordOperator::Add, rest, upper);
            rest = self.builder.select(wrong, more, rest);
            // From 2^16 on the remainder is larger than anything that it is compared with.
            let over = self.builder.with(WordOperator::ShiftRight, rest, 16);
            let within = self.builder.compare_with(WordComparison::Equal, over, 0);
            may = self.builder.value(Operation::Logic(TruthOperator::And, wrong, within));
        }
        let shifted = self.builder.with(WordOperator::ShiftLeft, high, 16);
        let brought = self.builder.arithmetic(WordOperator::Or, shifted, next);
        let product = self.builder.arithmetic(WordOperator::Multiply, digit, divisor);
        (digit, self.builder.arithmetic(WordOperator::Subtract, brought, product))
    }
}
