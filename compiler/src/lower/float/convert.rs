//! Conversions between integers and floats. Integer to float goes in halves of 16 bits, since a driver was seen to
//! misround integers of 2^31 and more; float to integer is done by integers alone, since drivers differ out of range.

use super::{MAGNITUDE, SIGN};
use crate::{
    ir::{FloatOperator, Operation, Value, WordComparison, WordOperator},
    lower::Lowering,
};

/// The bits of 65536.0.
const TWO_TO_16: u32 = 0x4780_0000;

impl Lowering<'_> {
    pub(in crate::lower) fn word_to_float(&mut self, a: Value, signed: bool) -> Value {
        let magnitude = if signed { self.absolute_word(a) } else { a };
        let high = self.builder.with(WordOperator::ShiftRight, magnitude, 16);
        let low = self.builder.with(WordOperator::And, magnitude, 0xffff);
        let (high, low) = (self.hidden(high), self.hidden(low));
        let high = self.builder.value(Operation::FloatFromSmall(high));
        let low = self.builder.value(Operation::FloatFromSmall(low));
        let scale = self.builder.word(TWO_TO_16);
        let scale = self.float_from_bits(scale);
        // The product is exact, so the sum rounds once.
        let high = self.builder.value(Operation::Float(FloatOperator::Multiply, high, scale));
        let sum = self.builder.value(Operation::Float(FloatOperator::Add, high, low));
        if !signed {
            return sum;
        }
        let sign = self.builder.with(WordOperator::And, a, SIGN);
        let bits = self.builder.value(Operation::BitsFromFloat(sum));
        let bits = self.builder.arithmetic(WordOperator::Or, bits, sign);
        self.float_from_bits(bits)
    }

    pub(in crate::lower) fn float_to_word(&mut self, a: Value, signed: bool) -> Value {
        let bits = self.bits(a);
        let exponent = self.exponent(bits);
        let significand = self.significand(bits);
        // significand · 2^(exponent - 150), to the left or to the right.
        let left = self.builder.with(WordOperator::Subtract, exponent, 150);
        let left = self.builder.with(WordOperator::And, left, 31);
        let large = self.builder.arithmetic(WordOperator::ShiftLeft, significand, left);
        let from = self.builder.word(150);
        let right = self.builder.arithmetic(WordOperator::Subtract, from, exponent);
        let right = self.builder.with(WordOperator::And, right, 31);
        let small = self.builder.arithmetic(WordOperator::ShiftRight, significand, right);
        let is_small = self.builder.compare_with(WordComparison::Less, exponent, 150);
        let magnitude = self.builder.select(is_small, small, large);
        let zero = self.builder.word(0);
        let below_one = self.builder.compare_with(WordComparison::Less, exponent, 127);
        let magnitude = self.builder.select(below_one, zero, magnitude);
        // From 2^32 on, infinities included, the magnitude saturates.
        let most = self.builder.word(u32::MAX);
        let too_large = self.builder.compare_with(WordComparison::Less, exponent, 159);
        let magnitude = self.builder.select(too_large, magnitude, most);

        let sign = self.builder.with(WordOperator::And, bits, SIGN);
        let negative = self.builder.compare_with(WordComparison::NotEqual, sign, 0);
        let result = if signed {
            let greatest = self.builder.word(MAGNITUDE);
            let within = self.builder.compare(WordComparison::Less, magnitude, greatest);
            let positive = self.builder.select(within, magnitude, greatest);
            let least = self.builder.word(SIGN);
            let within = self.builder.compare(WordComparison::Less, magnitude, least);
            let turned = self.builder.select(within, magnitude, least);
            let turned = self.negate_word(turned);
            self.builder.select(negative, turned, positive)
        } else {
            self.builder.select(negative, zero, magnitude)
        };
        let nan = self.is_nan(bits);
        self.builder.select(nan, zero, result)
    }
}
