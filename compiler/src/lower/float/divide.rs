//! Division, exact: the device's quotient of the two significands is only a seed, and integers correct it.
//!
//! With both significands as integers X = a·2^23 and M, a < 2M, the wanted quotient is floor((X + M/2) / M): a 24-bit
//! quotient of 24-bit numbers is never a tie. From q = seed - 4 the remainder R = X - q·M + M/2, modulo 2^32, lies in
//! [0, 8·M) for every seed within 3 units, and three steps of 4, 2 and 1 bring q to the answer. Vulkan promises a seed
//! within 2.5 units of its last place.

use lockstep_numbers::float;

use super::{MAGNITUDE, ONE, SIGN};
use crate::{
    ir::{FloatOperator, Operation, Value, WordComparison, WordOperator},
    lower::Lowering,
};

const IMPLICIT: u32 = 0x0080_0000;
const FRACTION: u32 = 0x007f_ffff;
/// How far below the seed the correction begins.
const MARGIN: u32 = 4;

impl Lowering<'_> {
    pub(super) fn divide_floats(&mut self, dividend: Value, divisor: Value) -> Value {
        let (a, b) = (self.raw_bits(dividend), self.raw_bits(divisor));
        let (x, m) = (self.significand(a), self.significand(b));
        let small = self.builder.compare(WordComparison::Less, x, m);
        let shift = self.word_from_truth(small);
        let x = self.builder.arithmetic(WordOperator::ShiftLeft, x, shift);

        // The seed: both significands as floats in [1, 2), the dividend in [1, 4).
        let up = self.builder.with(WordOperator::ShiftLeft, shift, 23);
        let above = self.significand_bits(a);
        let above = self.builder.arithmetic(WordOperator::Add, above, up);
        let above = self.float_from_bits(above);
        let below = self.significand_bits(b);
        let below = self.float_from_bits(below);
        let seed = self.builder.value(Operation::Float(FloatOperator::DivideSeed, above, below));
        let seed = self.builder.value(Operation::BitsFromFloat(seed));
        let mut q = self.builder.with(WordOperator::Subtract, seed, ONE - IMPLICIT + MARGIN);

        let shifted = self.builder.with(WordOperator::ShiftLeft, x, 23);
        let product = self.builder.arithmetic(WordOperator::Multiply, q, m);
        let rest = self.builder.arithmetic(WordOperator::Subtract, shifted, product);
        let half = self.builder.with(WordOperator::ShiftRight, m, 1);
        let mut rest = self.builder.arithmetic(WordOperator::Add, rest, half);
        for step in [2, 1, 0] {
            let multiple = self.builder.with(WordOperator::ShiftLeft, m, step);
            let fits = self.builder.compare(WordComparison::LessOrEqual, multiple, rest);
            let less = self.builder.arithmetic(WordOperator::Subtract, rest, multiple);
            rest = self.builder.select(fits, less, rest);
            let more = self.builder.with(WordOperator::Add, q, 1 << step);
            q = self.builder.select(fits, more, q);
        }
        let quotient = self.quotient(a, b, q, shift);
        self.unless_special(dividend, (a, b), quotient)
    }

    /// Puts sign, exponent and the rounded significand together, for operands that are normal numbers.
    fn quotient(&mut self, a: Value, b: Value, q: Value, shift: Value) -> Value {
        let (exponent_a, exponent_b) = (self.exponent(a), self.exponent(b));
        let exponent = self.builder.arithmetic(WordOperator::Subtract, exponent_a, exponent_b);
        let exponent = self.builder.arithmetic(WordOperator::Subtract, exponent, shift);
        // One less than the exponent's field: the significand's highest bit adds one to it.
        let exponent = self.builder.with(WordOperator::Add, exponent, 126);
        let place = self.builder.with(WordOperator::ShiftLeft, exponent, 23);
        let normal = self.builder.arithmetic(WordOperator::Add, place, q);
        let (zero, infinity) = (self.builder.word(0), self.builder.word(float::INFINITY));
        let below = self.builder.compare(WordComparison::LessSigned, exponent, zero);
        let outside = self.builder.select(below, zero, infinity);
        let inside = self.builder.compare_with(WordComparison::Less, exponent, 254);
        let result = self.builder.select(inside, normal, outside);
        let signs = self.builder.arithmetic(WordOperator::Xor, a, b);
        let sign = self.builder.with(WordOperator::And, signs, SIGN);
        self.builder.arithmetic(WordOperator::Or, result, sign)
    }

    /// The quotient, or what a zero, an infinity or a NaN among the operands makes of it: the dividend times a number of
    /// the divisor's sign, which is infinity for a zero, zero for an infinity, a NaN for a NaN, and else 1.
    fn unless_special(&mut self, dividend: Value, (a, b): (Value, Value), quotient: Value) -> Value {
        let (normal_a, normal_b) = (self.is_normal(a), self.is_normal(b));
        let infinity = self.builder.word(float::INFINITY);
        let one = self.builder.word(ONE);
        let magnitude = self.builder.with(WordOperator::And, b, MAGNITUDE);
        let other = self.builder.arithmetic(WordOperator::Subtract, infinity, magnitude);
        let factor = self.builder.select(normal_b, one, other);
        let sign = self.builder.with(WordOperator::And, b, SIGN);
        let factor = self.builder.arithmetic(WordOperator::Or, factor, sign);
        let factor = self.float_from_bits(factor);
        let special = self.builder.value(Operation::Float(FloatOperator::Multiply, dividend, factor));
        let both = self.both(normal_a, normal_b);
        let quotient = self.float_from_bits(quotient);
        self.builder.select(both, quotient, special)
    }

    /// Whether these bits are neither a zero nor an infinity nor a NaN.
    fn is_normal(&mut self, bits: Value) -> Value {
        let exponent = self.exponent(bits);
        let place = self.builder.with(WordOperator::Subtract, exponent, 1);
        self.builder.compare_with(WordComparison::Less, place, 254)
    }

    /// The 24-bit significand of a normal number.
    pub(in crate::lower) fn significand(&mut self, bits: Value) -> Value {
        let fraction = self.builder.with(WordOperator::And, bits, FRACTION);
        self.builder.with(WordOperator::Or, fraction, IMPLICIT)
    }

    /// The bits of a number in [1, 2) with the same fraction.
    pub(super) fn significand_bits(&mut self, bits: Value) -> Value {
        let fraction = self.builder.with(WordOperator::And, bits, FRACTION);
        self.builder.with(WordOperator::Or, fraction, ONE)
    }

    /// The biased exponent.
    pub(in crate::lower) fn exponent(&mut self, bits: Value) -> Value {
        let shifted = self.builder.with(WordOperator::ShiftRight, bits, 23);
        self.builder.with(WordOperator::And, shifted, 0xff)
    }
}
