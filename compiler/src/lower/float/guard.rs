//! Rule F on devices that keep subnormals, or flush before they round. Sums below 2^-126 are exact, so it is enough to
//! make zeros of them. A product may have been rounded up to 2^-126, or flushed though it rounds up: the product with
//! one factor 2^24 times as large lies among the normal numbers there, and tells.

use lockstep_numbers::float::MIN_NORMAL;

use super::{MAGNITUDE, SIGN};
use crate::{
    ir::{FloatOperator, Function, Operation, Value, WordComparison, WordOperator},
    lower::{Form, Lowering},
};

/// The bits of 2^24.
const TWO_TO_24: u32 = 0x4b80_0000;
/// The bits of 2^-102, which is 2^24 times the least normal number.
const LEAST_SCALED: u32 = 0x0c80_0000;

impl Lowering<'_> {
    /// A sum or a difference.
    pub(in crate::lower) fn float_sum(&mut self, operator: FloatOperator, a: Value, b: Value) -> Value {
        let function = if operator == FloatOperator::Add { Function::Sum } else { Function::Difference };
        self.guarded_where_needed(operator, function, a, b)
    }

    /// A product.
    pub(in crate::lower) fn float_product(&mut self, a: Value, b: Value) -> Value {
        self.guarded_where_needed(FloatOperator::Multiply, Function::Product, a, b)
    }

    fn guarded_where_needed(&mut self, operator: FloatOperator, function: Function, a: Value, b: Value) -> Value {
        if self.form == Form::Guarded && !self.is_sure(operator, a, b) {
            return self.call(function, [a, b]);
        }
        self.builder.value(Operation::Float(operator, a, b))
    }

    /// The body of the sum and of the difference.
    pub(super) fn guarded_sum(&mut self, operator: FloatOperator, a: Value, b: Value) -> Value {
        let sum = self.builder.value(Operation::Float(operator, a, b));
        let bits = self.raw_bits(sum);
        self.without_subnormal(bits)
    }

    /// The body of the product.
    pub(super) fn guarded_product(&mut self, a: Value, b: Value) -> Value {
        let product = self.builder.value(Operation::Float(FloatOperator::Multiply, a, b));
        let scale = self.float_constant(TWO_TO_24);
        let scaled = self.builder.value(Operation::Float(FloatOperator::Multiply, a, scale));
        let scaled = self.builder.value(Operation::Float(FloatOperator::Multiply, scaled, b));
        let scaled = self.raw_bits(scaled);
        let magnitude = self.builder.with(WordOperator::And, scaled, MAGNITUDE);
        let bits = self.raw_bits(product);
        let zero = self.builder.with(WordOperator::And, bits, SIGN);
        let least = self.builder.with(WordOperator::Or, zero, MIN_NORMAL);
        let is_least = self.builder.compare_with(WordComparison::Equal, magnitude, LEAST_SCALED);
        let bits = self.builder.select(is_least, least, bits);
        let is_small = self.builder.compare_with(WordComparison::Less, magnitude, LEAST_SCALED);
        let bits = self.builder.select(is_small, zero, bits);
        self.float_from_bits(bits)
    }

    /// The body of the door: the float with these bits, or the zero of its sign for a subnormal one.
    pub(super) fn without_subnormal(&mut self, bits: Value) -> Value {
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        let zero = self.builder.with(WordOperator::And, bits, SIGN);
        let is_small = self.builder.compare_with(WordComparison::Less, magnitude, MIN_NORMAL);
        let bits = self.builder.select(is_small, zero, bits);
        self.float_from_bits(bits)
    }
}
