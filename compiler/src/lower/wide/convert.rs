//! 64-bit integers from and to the other numbers. To a float and from it by integers alone, rounded once to nearest
//! even, saturating the other way.

use lockstep_numbers::{ScalarType, float};

use super::Pair;
use crate::{
    ir::{Operation, Value, WordComparison, WordOperator},
    lower::{
        Lowering,
        float::{MAGNITUDE, SIGN},
        parts::Parts,
    },
};

impl Lowering<'_> {
    pub(in crate::lower) fn convert_from_wide(&mut self, signed: bool, to: ScalarType, a: Pair) -> Parts<Value> {
        match to {
            ScalarType::F32 => Parts::One(self.wide_to_float(signed, a)),
            ScalarType::Bool => {
                let any = self.builder.arithmetic(WordOperator::Or, a.0, a.1);
                Parts::One(self.is_not_zero(any))
            }
            ScalarType::I64 | ScalarType::U64 => Parts::Two(a.0, a.1),
            _ => Parts::One(a.0),
        }
    }

    pub(in crate::lower) fn convert_to_wide(&mut self, from: ScalarType, signed: bool, a: Value) -> Parts<Value> {
        let zero = self.builder.word(0);
        match from {
            ScalarType::F32 => {
                let (low, high) = self.float_to_wide(signed, a);
                Parts::Two(low, high)
            }
            ScalarType::I32 => Parts::Two(a, self.builder.with(WordOperator::ShiftRightSigned, a, 31)),
            ScalarType::Bool => Parts::Two(self.word_from_truth(a), zero),
            _ => Parts::Two(a, zero),
        }
    }

    fn wide_to_float(&mut self, signed: bool, a: Pair) -> Value {
        let (low, high) = if signed { self.absolute_wide(a) } else { a };
        // The highest bit moves to the top. What falls below the upper word counts only as more than nothing.
        let zero = self.builder.word(0);
        let narrow = self.builder.compare(WordComparison::Equal, high, zero);
        let first = self.builder.select(narrow, low, high);
        let highest = self.builder.value(Operation::HighestBit(first));
        let highest = self.builder.with(WordOperator::And, highest, 31);
        let up = self.builder.with(WordOperator::Xor, highest, 31);
        let word = self.builder.word(32);
        let skipped = self.builder.select(narrow, word, zero);
        let count = self.builder.arithmetic(WordOperator::Or, up, skipped);
        let (rest, top) = self.shift_left_wide((low, high), count);
        let sticky = self.is_not_zero(rest);
        let sticky = self.word_from_truth(sticky);
        let top = self.builder.arithmetic(WordOperator::Or, top, sticky);

        // 24 bits stay. The others round up from half on, and from half alone only to an even number.
        let significand = self.builder.with(WordOperator::ShiftRight, top, 8);
        let odd = self.builder.with(WordOperator::And, significand, 1);
        let below = self.builder.with(WordOperator::And, top, 0xff);
        let below = self.builder.with(WordOperator::Add, below, 0x7f);
        let below = self.builder.arithmetic(WordOperator::Add, below, odd);
        let round = self.builder.with(WordOperator::ShiftRight, below, 8);
        let significand = self.builder.arithmetic(WordOperator::Add, significand, round);

        // The exponent field less one, since the significand's highest bit adds one to it: 127 + 63 - count - 1.
        let most = self.builder.word(127 + 63 - 1);
        let exponent = self.builder.arithmetic(WordOperator::Subtract, most, count);
        let exponent = self.builder.with(WordOperator::ShiftLeft, exponent, 23);
        let bits = self.builder.arithmetic(WordOperator::Add, exponent, significand);
        let none = self.builder.compare(WordComparison::Equal, first, zero);
        let bits = self.builder.select(none, zero, bits);
        if !signed {
            return self.float_from_bits(bits);
        }
        let sign = self.builder.with(WordOperator::And, a.1, SIGN);
        let bits = self.builder.arithmetic(WordOperator::Or, bits, sign);
        self.float_from_bits(bits)
    }

    fn float_to_wide(&mut self, signed: bool, a: Value) -> Pair {
        let bits = self.bits(a);
        let exponent = self.exponent(bits);
        let significand = self.significand(bits);
        let zero = self.builder.word(0);
        // significand · 2^(exponent - 150), to the left or to the right.
        let left = self.builder.with(WordOperator::Subtract, exponent, 150);
        let large = self.shift_left_wide((significand, zero), left);
        let from = self.builder.word(150);
        let right = self.builder.arithmetic(WordOperator::Subtract, from, exponent);
        let right = self.builder.with(WordOperator::And, right, 31);
        let small = self.builder.arithmetic(WordOperator::ShiftRight, significand, right);
        let is_small = self.builder.compare_with(WordComparison::Less, exponent, 150);
        let magnitude = self.select_wide(is_small, (small, zero), large);
        let below_one = self.builder.compare_with(WordComparison::Less, exponent, 127);
        let magnitude = self.select_wide(below_one, (zero, zero), magnitude);

        let sign = self.builder.with(WordOperator::And, bits, SIGN);
        let negative = self.is_not_zero(sign);
        let ones = self.builder.word(u32::MAX);
        let result = if signed {
            let opposite = self.negate_wide(magnitude);
            let result = self.select_wide(negative, opposite, magnitude);
            let greatest = self.builder.word(MAGNITUDE);
            let least = self.builder.word(SIGN);
            let limit = self.select_wide(negative, (zero, least), (ones, greatest));
            let within = self.builder.compare_with(WordComparison::Less, exponent, 127 + 63);
            self.select_wide(within, result, limit)
        } else {
            let within = self.builder.compare_with(WordComparison::Less, exponent, 127 + 64);
            let result = self.select_wide(within, magnitude, (ones, ones));
            self.select_wide(negative, (zero, zero), result)
        };
        let nan = self.builder.compare_with(WordComparison::Equal, bits, float::NAN);
        self.select_wide(nan, (zero, zero), result)
    }
}
