//! Conversions between 32-bit integers and floats. A driver was seen to misround unsigned integers of 2^31 and more, so
//! those go in halves of 16 bits. Floats that no integer is near never reach the device's conversion, which is open
//! there.

use lockstep_numbers::Binary;

use super::{MAGNITUDE, SIGN};
use crate::{
    ir::{FloatOperator, Function, Operation, Value, WordOperator},
    lower::Lowering,
};

/// The bits of 65536.0, and of 2^31.
const TWO_TO_16: u32 = 0x4780_0000;
const TWO_TO_31: u32 = 0x4f00_0000;

impl Lowering<'_> {
    pub(in crate::lower) fn word_to_float(&mut self, a: Value, signed: bool) -> Value {
        if signed {
            let hidden = self.hidden(a);
            return self.builder.value(Operation::FloatFromSigned(hidden));
        }
        let high = self.builder.with(WordOperator::ShiftRight, a, 16);
        let low = self.builder.with(WordOperator::And, a, 0xffff);
        let (high, low) = (self.hidden(high), self.hidden(low));
        let high = self.builder.value(Operation::FloatFromSigned(high));
        let low = self.builder.value(Operation::FloatFromSigned(low));
        let scale = self.float_constant(TWO_TO_16);
        // The product is exact, so the sum rounds once.
        let high = self.float_product(high, scale);
        self.float_sum(FloatOperator::Add, high, low)
    }

    pub(in crate::lower) fn float_to_word(&mut self, a: Value, signed: bool) -> Value {
        self.call(if signed { Function::Signed } else { Function::Unsigned }, [a, a])
    }

    /// The body of the signed word.
    pub(super) fn signed_of(&mut self, a: Value) -> Value {
        let zero = self.float_constant(0);
        let (least, beyond) = (self.float_constant(SIGN | TWO_TO_31), self.float_constant(TWO_TO_31));
        let above = self.binary_float(Binary::LessOrEqual, least, a);
        let below = self.binary_float(Binary::Less, a, beyond);
        let near = self.both(above, below);
        let safe = self.builder.select(near, a, zero);
        let word = self.builder.value(Operation::SignedFromFloat(safe));
        // The NaN is not above the least, and not below zero either.
        let negative = self.binary_float(Binary::Less, a, zero);
        let (none, most, few) = (self.builder.word(0), self.builder.word(MAGNITUDE), self.builder.word(SIGN));
        let far = self.builder.select(negative, few, none);
        let far = self.builder.select(above, most, far);
        self.builder.select(near, word, far)
    }

    /// The body of the unsigned word.
    pub(super) fn unsigned_of(&mut self, a: Value) -> Value {
        let zero = self.float_constant(0);
        let (half, beyond) = (self.float_constant(TWO_TO_31), self.float_constant(TWO_TO_31 + (1 << 23)));
        let positive = self.binary_float(Binary::Less, zero, a);
        let below = self.binary_float(Binary::Less, a, beyond);
        let near = self.both(positive, below);
        let safe = self.builder.select(near, a, zero);
        // The upper half comes down by 2^31, which is exact, and goes up again as an integer.
        let upper = self.binary_float(Binary::LessOrEqual, half, safe);
        let down = self.builder.value(Operation::Float(FloatOperator::Subtract, safe, half));
        let small = self.builder.select(upper, down, safe);
        let word = self.builder.value(Operation::SignedFromFloat(small));
        let none = self.builder.word(0);
        let top = self.builder.word(SIGN);
        let offset = self.builder.select(upper, top, none);
        let word = self.builder.arithmetic(WordOperator::Add, word, offset);
        let most = self.builder.word(u32::MAX);
        let far = self.builder.select(positive, most, none);
        self.builder.select(near, word, far)
    }
}
