//! Packed words: dot products, and half floats, which exist only in memory. Every conversion of theirs is exact
//! integers, or a float operation that cannot round.

use lockstep_numbers::{ScalarType, float};

use super::{
    Lowering,
    float::{MAGNITUDE, SIGN},
};
use crate::ir::{FloatOperator, Operation, Value, WordComparison, WordOperator};

/// The infinity of binary16.
const HALF_INFINITY: u32 = 0x7c00;
/// The one NaN of binary16, and of bfloat16.
const HALF_NAN: u32 = 0x7e00;
const BRAIN_NAN: u32 = 0x7fc0;
/// How many of the 23 fraction bits of an `f32` a binary16 lacks.
const SHIFT: u32 = 13;
/// How far the exponents of binary16 and `f32` are apart, in place.
const REBIAS: u32 = (127 - 15) << 23;
/// The bits of 2^-14, the least normal binary16; of 2^16, which no binary16 reaches; of 2^-24 and of 0.5.
const LEAST_NORMAL: u32 = 0x3880_0000;
const BEYOND: u32 = 0x4780_0000;
const TWO_TO_MINUS_24: u32 = 0x3380_0000;
const HALF: u32 = 0x3f00_0000;

impl Lowering<'_> {
    /// The dot product of two packed words.
    pub(super) fn dot(&mut self, ty: ScalarType, a: Value, b: Value) -> Value {
        let shift = match ty {
            ScalarType::I8x4 => return self.builder.arithmetic(WordOperator::DotSigned, a, b),
            ScalarType::U8x4 => return self.builder.arithmetic(WordOperator::DotUnsigned, a, b),
            ScalarType::I16x2 => WordOperator::ShiftRightSigned,
            _ => WordOperator::ShiftRight,
        };
        let (low_a, low_b) = (self.lower_half(shift, a), self.lower_half(shift, b));
        let low = self.builder.arithmetic(WordOperator::Multiply, low_a, low_b);
        let (high_a, high_b) = (self.builder.with(shift, a, 16), self.builder.with(shift, b, 16));
        let high = self.builder.arithmetic(WordOperator::Multiply, high_a, high_b);
        self.builder.arithmetic(WordOperator::Add, low, high)
    }

    fn lower_half(&mut self, shift: WordOperator, a: Value) -> Value {
        if shift == WordOperator::ShiftRight {
            return self.builder.with(WordOperator::And, a, 0xffff);
        }
        let up = self.builder.with(WordOperator::ShiftLeft, a, 16);
        self.builder.with(shift, up, 16)
    }

    /// A binary16 in the lower half of a word as a float. All of them are exact.
    pub(super) fn half_to_float(&mut self, a: Value) -> Value {
        let magnitude = self.builder.with(WordOperator::And, a, 0x7fff);
        let shifted = self.builder.with(WordOperator::ShiftLeft, magnitude, SHIFT);
        let normal = self.builder.with(WordOperator::Add, shifted, REBIAS);
        // Infinities and NaNs go to the greatest exponent: as far again.
        let special = self.builder.with(WordOperator::Add, shifted, 2 * REBIAS);
        let finite = self.builder.compare_with(WordComparison::Less, magnitude, HALF_INFINITY);
        let bits = self.builder.select(finite, normal, special);
        // A subnormal counts units of 2^-24.
        let fraction = self.builder.with(WordOperator::And, a, 0x3ff);
        let fraction = self.hidden(fraction);
        let units = self.builder.value(Operation::FloatFromSigned(fraction));
        let unit = self.float_constant(TWO_TO_MINUS_24);
        let small = self.float_product(units, unit);
        let small = self.builder.value(Operation::BitsFromFloat(small));
        let is_normal = self.builder.compare_with(WordComparison::Less, magnitude, 0x400);
        let bits = self.builder.select(is_normal, small, bits);
        let sign = self.builder.with(WordOperator::And, a, 0x8000);
        let sign = self.builder.with(WordOperator::ShiftLeft, sign, 16);
        let bits = self.builder.arithmetic(WordOperator::Or, bits, sign);
        self.float_from_bits(bits)
    }

    /// The binary16 nearest to a float, ties to even, in the lower half of a word.
    pub(super) fn float_to_half(&mut self, a: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(a));
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        let place = self.builder.with(WordOperator::ShiftRight, magnitude, SHIFT);
        let odd = self.builder.with(WordOperator::And, place, 1);
        let rounded = self.builder.with(WordOperator::Subtract, magnitude, REBIAS);
        let rounded = self.builder.with(WordOperator::Add, rounded, (1 << (SHIFT - 1)) - 1);
        let rounded = self.builder.arithmetic(WordOperator::Add, rounded, odd);
        let normal = self.builder.with(WordOperator::ShiftRight, rounded, SHIFT);
        // Above 0.5 an `f32` counts units of 2^-24, as a subnormal binary16 does: the sum rounds as wanted.
        let positive = self.float_from_bits(magnitude);
        let half = self.float_constant(HALF);
        let sum = self.float_sum(FloatOperator::Add, positive, half);
        let sum = self.bits(sum);
        let small = self.builder.with(WordOperator::Subtract, sum, HALF);
        let is_small = self.builder.compare_with(WordComparison::Less, magnitude, LEAST_NORMAL);
        let half = self.builder.select(is_small, small, normal);
        let within = self.builder.compare_with(WordComparison::Less, magnitude, BEYOND);
        let infinity = self.builder.word(HALF_INFINITY);
        let half = self.builder.select(within, half, infinity);
        let sign = self.builder.with(WordOperator::ShiftRight, bits, 16);
        let sign = self.builder.with(WordOperator::And, sign, 0x8000);
        let half = self.builder.arithmetic(WordOperator::Or, half, sign);
        self.unless_nan(magnitude, half, HALF_NAN)
    }

    /// The bfloat16 nearest to a float, ties to even, in the lower half of a word.
    pub(super) fn float_to_brain(&mut self, a: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(a));
        let place = self.builder.with(WordOperator::ShiftRight, bits, 16);
        let odd = self.builder.with(WordOperator::And, place, 1);
        let rounded = self.builder.with(WordOperator::Add, bits, 0x7fff);
        let rounded = self.builder.arithmetic(WordOperator::Add, rounded, odd);
        let brain = self.builder.with(WordOperator::ShiftRight, rounded, 16);
        let magnitude = self.builder.with(WordOperator::And, bits, !SIGN);
        self.unless_nan(magnitude, brain, BRAIN_NAN)
    }

    fn unless_nan(&mut self, magnitude: Value, otherwise: Value, nan: u32) -> Value {
        let infinity = self.builder.word(float::INFINITY);
        let is_nan = self.builder.compare(WordComparison::Less, infinity, magnitude);
        let nan = self.builder.word(nan);
        self.builder.select(is_nan, nan, otherwise)
    }
}
