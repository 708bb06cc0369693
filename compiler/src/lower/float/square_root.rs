//! The square root, exact: the device's root of the significand is only a seed, and integers correct it.
//!
//! With the significand as an integer M in [2^23, 2^25) and X = M·2^23, the wanted root q is the largest whose
//! (q - 1/2)² is at most X, that is q² - q < X: a square root is never a tie. It lies in [2^23, 2^24), which stands for
//! [1, 2); a seed below 1 is made 1, as for [division](super::divide). From q = seed - 7 the remainder
//! D = X - q² + q - 1, modulo 2^32, is at least zero for every seed that is at most 7 too great, a step by s takes
//! 2·q·s + s² - s from it, and steps of 8, 4, 2 and 1 reach the answer from any seed that is at most 8 too small. Vulkan
//! promises a seed that is made of an inverse root within 2 units and a quotient within 2.5.

use lockstep_numbers::float;

use crate::{
    ir::{Operation, Value, WordComparison, WordOperator},
    lower::Lowering,
};

/// How far below the seed the correction begins.
const MARGIN: u32 = 7;
/// Bits of 1.0 less the implicit bit of the significand.
const ONE_LESS_IMPLICIT: u32 = 0x3f00_0000;

impl Lowering<'_> {
    /// The body of the root.
    pub(super) fn root_of(&mut self, a: Value) -> Value {
        let bits = self.raw_bits(a);
        let exponent = self.exponent(bits);
        // An even biased exponent is an odd power of two: the significand takes one factor of it.
        let low = self.builder.with(WordOperator::And, exponent, 1);
        let odd = self.builder.with(WordOperator::Xor, low, 1);
        let significand = self.significand(bits);
        let m = self.builder.arithmetic(WordOperator::ShiftLeft, significand, odd);

        let place = self.builder.with(WordOperator::ShiftLeft, odd, 23);
        let radicand = self.significand_bits(bits);
        let radicand = self.builder.arithmetic(WordOperator::Add, radicand, place);
        let radicand = self.float_from_bits(radicand);
        let seed = self.builder.value(Operation::SquareRootSeed(radicand));
        let seed = self.seed_bits(seed);
        let mut q = self.builder.with(WordOperator::Subtract, seed, ONE_LESS_IMPLICIT + MARGIN);

        let x = self.builder.with(WordOperator::ShiftLeft, m, 23);
        let square = self.builder.arithmetic(WordOperator::Multiply, q, q);
        let rest = self.builder.arithmetic(WordOperator::Subtract, x, square);
        let rest = self.builder.arithmetic(WordOperator::Add, rest, q);
        let mut rest = self.builder.with(WordOperator::Subtract, rest, 1);
        for step in [8u32, 4, 2, 1] {
            let twice = self.builder.with(WordOperator::Multiply, q, 2 * step);
            let taken = self.builder.with(WordOperator::Add, twice, step * step - step);
            let fits = self.builder.compare(WordComparison::LessOrEqual, taken, rest);
            let less = self.builder.arithmetic(WordOperator::Subtract, rest, taken);
            rest = self.builder.select(fits, less, rest);
            let more = self.builder.with(WordOperator::Add, q, step);
            q = self.builder.select(fits, more, q);
        }

        // One less than the exponent's field: the root's highest bit adds one to it.
        let sum = self.builder.with(WordOperator::Add, exponent, 125);
        let half = self.builder.with(WordOperator::ShiftRight, sum, 1);
        let place = self.builder.with(WordOperator::ShiftLeft, half, 23);
        let normal = self.builder.arithmetic(WordOperator::Add, place, q);

        // Zeros and infinity are their own roots; what else is no positive normal number has none.
        let above = self.builder.with(WordOperator::Subtract, bits, float::MIN_NORMAL);
        let positive = self.builder.compare_with(WordComparison::Less, above, float::INFINITY - float::MIN_NORMAL);
        let zero = self.magnitude_is(bits, 0);
        let infinite = self.builder.compare_with(WordComparison::Equal, bits, float::INFINITY);
        let same = self.any_of(zero, infinite);
        let one_nan = self.builder.word(float::NAN);
        let special = self.builder.select(same, bits, one_nan);
        let result = self.builder.select(positive, normal, special);
        self.float_from_bits(result)
    }
}
