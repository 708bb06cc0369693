//! Division, exact: the device's quotient of the two significands is only a seed, and integers correct it.
//!
//! With both significands as integers X = a·2^23 and M, a < 2M, the wanted quotient is floor((X + M/2) / M): a 24-bit
//! quotient of 24-bit numbers is never a tie. From q = seed - 8 the remainder R = X - q·M + M/2, modulo 2^32, lies in
//! [0, 16·M) for every seed within 7 units, and four steps of 8, 4, 2 and 1 bring q to the answer.

use lockstep_numbers::float;

use super::SIGN;
use crate::{
    ir::{FloatOperator, Operation, Value, WordComparison, WordOperator},
    lower::Lowering,
};

const IMPLICIT: u32 = 0x0080_0000;
const FRACTION: u32 = 0x007f_ffff;
const ONE: u32 = 0x3f80_0000;
/// How far below the seed the correction begins.
pub(super) const MARGIN: u32 = 8;

impl Lowering<'_> {
    pub(super) fn divide_floats(&mut self, a: Value, b: Value) -> Value {
        let (a, b) = (self.bits(a), self.bits(b));
        let (x, m) = (self.significand(a), self.significand(b));
        let small = self.builder.compare(WordComparison::Less, x, m);
        let one = self.builder.word(1);
        let zero = self.builder.word(0);
        let shift = self.builder.select(small, one, zero);
        let x = self.builder.arithmetic(WordOperator::ShiftLeft, x, shift);

        // The seed: both significands as floats in [1, 2), the dividend in [1, 4).
        let exponent = self.builder.with(WordOperator::ShiftLeft, shift, 23);
        let dividend = self.significand_bits(a);
        let dividend = self.builder.arithmetic(WordOperator::Add, dividend, exponent);
        let dividend = self.float_from_bits(dividend);
        let divisor = self.significand_bits(b);
        let divisor = self.float_from_bits(divisor);
        let seed = self.builder.value(Operation::Float(FloatOperator::DivideSeed, dividend, divisor));
        let seed = self.builder.value(Operation::BitsFromFloat(seed));
        let mut q = self.builder.with(WordOperator::Subtract, seed, ONE - IMPLICIT + MARGIN);

        let shifted = self.builder.with(WordOperator::ShiftLeft, x, 23);
        let product = self.builder.arithmetic(WordOperator::Multiply, q, m);
        let rest = self.builder.arithmetic(WordOperator::Subtract, shifted, product);
        let half = self.builder.with(WordOperator::ShiftRight, m, 1);
        let mut rest = self.builder.arithmetic(WordOperator::Add, rest, half);
        for step in [3, 2, 1, 0] {
            let multiple = self.builder.with(WordOperator::ShiftLeft, m, step);
            let fits = self.builder.compare(WordComparison::LessOrEqual, multiple, rest);
            let less = self.builder.arithmetic(WordOperator::Subtract, rest, multiple);
            rest = self.builder.select(fits, less, rest);
            let more = self.builder.with(WordOperator::Add, q, 1 << step);
            q = self.builder.select(fits, more, q);
        }
        self.quotient(a, b, q, shift)
    }

    /// The 24-bit significand of a normal number.
    pub(super) fn significand(&mut self, bits: Value) -> Value {
        let fraction = self.builder.with(WordOperator::And, bits, FRACTION);
        self.builder.with(WordOperator::Or, fraction, IMPLICIT)
    }

    /// The bits of a number in [1, 2) with the same fraction.
    pub(super) fn significand_bits(&mut self, bits: Value) -> Value {
        let fraction = self.builder.with(WordOperator::And, bits, FRACTION);
        self.builder.with(WordOperator::Or, fraction, ONE)
    }

    /// The biased exponent.
    pub(super) fn exponent(&mut self, bits: Value) -> Value {
        let shifted = self.builder.with(WordOperator::ShiftRight, bits, 23);
        self.builder.with(WordOperator::And, shifted, 0xff)
    }

    /// Puts sign, exponent and the rounded significand together, and sees to all special operands.
    fn quotient(&mut self, a: Value, b: Value, q: Value, shift: Value) -> Value {
        let (exponent_a, exponent_b) = (self.exponent(a), self.exponent(b));
        let exponent = self.builder.arithmetic(WordOperator::Subtract, exponent_a, exponent_b);
        let exponent = self.builder.arithmetic(WordOperator::Subtract, exponent, shift);
        let exponent = self.builder.with(WordOperator::Add, exponent, 127);
        let fraction = self.builder.with(WordOperator::And, q, FRACTION);
        let place = self.builder.with(WordOperator::ShiftLeft, exponent, 23);
        let normal = self.builder.arithmetic(WordOperator::Or, place, fraction);
        let (zero, infinity, nan) =
            (self.builder.word(0), self.builder.word(float::INFINITY), self.builder.word(float::NAN));

        let one = self.builder.word(1);
        let below = self.builder.compare(WordComparison::LessSigned, exponent, one);
        let most = self.builder.word(254);
        let above = self.builder.compare(WordComparison::LessSigned, most, exponent);
        let (zero_a, zero_b) = (self.magnitude_is(a, 0), self.magnitude_is(b, 0));
        let (infinite_a, infinite_b) = (self.magnitude_is(a, float::INFINITY), self.magnitude_is(b, float::INFINITY));
        let to_zero = self.any_of(zero_a, infinite_b);
        let to_infinity = self.any_of(infinite_a, zero_b);
        let (both_zero, both_infinite) = (self.both(zero_a, zero_b), self.both(infinite_a, infinite_b));
        let (nan_a, nan_b) = (self.is_nan(a), self.is_nan(b));
        let invalid = self.any_of(both_zero, both_infinite);
        let nan_operand = self.any_of(nan_a, nan_b);
        let to_nan = self.any_of(invalid, nan_operand);

        let result = self.builder.select(below, zero, normal);
        let result = self.builder.select(above, infinity, result);
        let result = self.builder.select(to_zero, zero, result);
        let result = self.builder.select(to_infinity, infinity, result);
        let signs = self.builder.arithmetic(WordOperator::Xor, a, b);
        let sign = self.builder.with(WordOperator::And, signs, SIGN);
        let result = self.builder.arithmetic(WordOperator::Or, result, sign);
        let result = self.builder.select(to_nan, nan, result);
        self.float_from_bits(result)
    }
}
