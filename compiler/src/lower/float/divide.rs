//! Division, exact: the device's quotient of the two significands is only a seed, and integers correct it.
//!
//! With both significands as integers X = a·2^23 and M, M·2^23 <= X < 2·M·2^23, the wanted quotient is
//! Q = floor((X + M/2) / M): a 24-bit quotient of 24-bit numbers is never a tie. It lies in [2^23, 2^24), which stands
//! for [1, 2). A seed below 1 is made 1: floats lie twice as close there, and Q is not below it. So a seed within 4 units
//! of the last place of the exact quotient is an integer within 4 of Q; from 2 on floats lie wider, and it is nearer.
//! From q = seed - 4 the remainder R = X - q·M + M/2, modulo 2^32, lies in [0, 9·M); one step of 6 or 3 and one of
//! 2 or 1 bring q to Q. Vulkan promises a seed within 2.5 units.

use lockstep_numbers::float;

use super::{ONE, SIGN};
use crate::{
    ir::{FloatOperator, Operation, Value, WordComparison, WordOperator},
    lower::Lowering,
};

const IMPLICIT: u32 = 0x0080_0000;
const FRACTION: u32 = 0x007f_ffff;
/// How far below the seed the correction begins.
const MARGIN: u32 = 4;

impl Lowering<'_> {
    /// The body of the quotient.
    pub(super) fn quotient_of(&mut self, dividend: Value, divisor: Value) -> Value {
        let (a, b) = (self.raw_bits(dividend), self.raw_bits(divisor));
        let (fraction_a, fraction_b) = (self.fraction(a), self.fraction(b));
        let m = self.significand(b);
        let small = self.builder.compare(WordComparison::Less, fraction_a, fraction_b);
        let shift = self.word_from_truth(small);

        // The seed: both significands as floats in [1, 2), the dividend in [1, 4).
        let up = self.builder.with(WordOperator::ShiftLeft, shift, 23);
        let above = self.significand_bits(a);
        let above = self.builder.arithmetic(WordOperator::Add, above, up);
        let above = self.float_from_bits(above);
        let below = self.significand_bits(b);
        let below = self.float_from_bits(below);
        let seed = self.builder.value(Operation::Float(FloatOperator::DivideSeed, above, below));
        let seed = self.seed_bits(seed);
        let mut q = self.builder.with(WordOperator::Subtract, seed, ONE - IMPLICIT + MARGIN);

        // X modulo 2^32: of the dividend's bits only the lowest nine stay.
        let shifted = self.builder.with(WordOperator::ShiftLeft, a, 23);
        let shifted = self.builder.arithmetic(WordOperator::ShiftLeft, shifted, shift);
        let product = self.builder.arithmetic(WordOperator::Multiply, q, m);
        let rest = self.builder.arithmetic(WordOperator::Subtract, shifted, product);
        let half = self.builder.with(WordOperator::ShiftRight, m, 1);
        let mut rest = self.builder.arithmetic(WordOperator::Add, rest, half);
        for step in [3, 1] {
            let once = self.builder.with(WordOperator::Multiply, m, step);
            let twice = self.builder.with(WordOperator::ShiftLeft, once, 1);
            let fits_once = self.builder.compare(WordComparison::LessOrEqual, once, rest);
            let fits_twice = self.builder.compare(WordComparison::LessOrEqual, twice, rest);
            rest = self.less_steps(rest, (fits_once, once), (fits_twice, twice));
            q = self.more_steps(q, (fits_once, step), (fits_twice, 2 * step));
        }
        let quotient = self.quotient(a, b, q, shift);
        self.unless_special(dividend, (a, b), quotient)
    }

    /// The bits of a seed, of which the exact value is 1 or more: at least those of 1.
    pub(super) fn seed_bits(&mut self, seed: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(seed));
        let one = self.builder.word(ONE);
        let below = self.builder.compare(WordComparison::Less, bits, one);
        self.builder.select(below, one, bits)
    }

    /// The rest without one step, two, or none, by which of them fit.
    fn less_steps(
        &mut self,
        rest: Value,
        (fits_once, once): (Value, Value),
        (fits_twice, twice): (Value, Value),
    ) -> Value {
        let zero = self.builder.word(0);
        let taken = self.builder.select(fits_once, once, zero);
        let taken = self.builder.select(fits_twice, twice, taken);
        self.builder.arithmetic(WordOperator::Subtract, rest, taken)
    }

    /// The quotient with one step, two, or none, by which of them fit.
    fn more_steps(&mut self, q: Value, (fits_once, once): (Value, u32), (fits_twice, twice): (Value, u32)) -> Value {
        let [zero, once, twice] = [0, once, twice].map(|step| self.builder.word(step));
        let given = self.builder.select(fits_once, once, zero);
        let given = self.builder.select(fits_twice, twice, given);
        self.builder.arithmetic(WordOperator::Add, q, given)
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

    /// The quotient, or what a zero, an infinity or a NaN among the operands makes of it: the dividend times the divisor,
    /// or times its inverse where it is no normal number. As integers that is the bits of infinity less those of the
    /// divisor: an infinity of its sign for a zero, a zero of its sign for an infinity, a NaN for a NaN.
    fn unless_special(&mut self, dividend: Value, (a, b): (Value, Value), quotient: Value) -> Value {
        let (normal_a, normal_b) = (self.is_normal(a), self.is_normal(b));
        let infinity = self.builder.word(float::INFINITY);
        let inverse = self.builder.arithmetic(WordOperator::Subtract, infinity, b);
        let factor = self.builder.select(normal_b, b, inverse);
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

    fn fraction(&mut self, bits: Value) -> Value {
        self.builder.with(WordOperator::And, bits, FRACTION)
    }

    /// The 24-bit significand of a normal number.
    pub(in crate::lower) fn significand(&mut self, bits: Value) -> Value {
        let fraction = self.fraction(bits);
        self.builder.with(WordOperator::Or, fraction, IMPLICIT)
    }

    /// The bits of a number in [1, 2) with the same fraction.
    pub(super) fn significand_bits(&mut self, bits: Value) -> Value {
        let fraction = self.fraction(bits);
        self.builder.with(WordOperator::Or, fraction, ONE)
    }

    /// The biased exponent.
    pub(in crate::lower) fn exponent(&mut self, bits: Value) -> Value {
        let shifted = self.builder.with(WordOperator::ShiftRight, bits, 23);
        self.builder.with(WordOperator::And, shifted, 0xff)
    }
}
