//! Rule F in SPIR-V, for devices that flush subnormals after rounding: no guard after an operation, and nothing that a
//! driver's compiler could fold. Every bit pattern on its way to a float is hidden behind a sum with a word
//! that is always zero; without that, drivers rewrite `0 * x`, products of literals, and what they know of an integer's
//! range. A NaN may have any bits inside; `bits` gives it the one pattern when it leaves.

mod convert;
mod divide;
mod square_root;

use lockstep_module::spirv_abi;
use lockstep_numbers::{Binary, ScalarType, float};

use super::Lowering;
use crate::ir::{FloatComparison, FloatOperator, Operation, TruthOperator, Value, WordComparison, WordOperator};

pub(super) const SIGN: u32 = 0x8000_0000;
pub(super) const MAGNITUDE: u32 = 0x7fff_ffff;

impl Lowering<'_> {
    /// The same word, plus one that is always zero, which no driver can know. A sum and not an exclusive or: two of
    /// those cancel, as in `((bits ^ z) ^ sign) ^ z`, and the driver would see the constant again.
    pub(super) fn hidden(&mut self, word: Value) -> Value {
        let zero = self.builder.value(Operation::PushConstant(spirv_abi::WORD_ZERO));
        self.builder.arithmetic(WordOperator::Add, word, zero)
    }

    /// The float with these bits, which must be canonical.
    pub(super) fn float_from_bits(&mut self, bits: Value) -> Value {
        let bits = self.hidden(bits);
        self.builder.value(Operation::FloatFromBits(bits))
    }

    /// The door inward: a word of memory as a value of this type.
    pub(super) fn enter(&mut self, word: Value, ty: ScalarType) -> Value {
        match ty {
            ScalarType::I32 | ScalarType::U32 => word,
            ScalarType::Bool => self.builder.compare_with(WordComparison::NotEqual, word, 0),
            ScalarType::F32 => {
                let magnitude = self.builder.with(WordOperator::And, word, MAGNITUDE);
                let sign = self.builder.with(WordOperator::And, word, SIGN);
                let tiny = self.builder.compare_with(WordComparison::Less, magnitude, float::MIN_NORMAL);
                let flushed = self.builder.select(tiny, sign, word);
                let canonical = self.canonical_nan(flushed, magnitude);
                self.float_from_bits(canonical)
            }
        }
    }

    /// The bits of a float, a NaN with the one pattern: the door outward.
    pub(super) fn bits(&mut self, value: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(value));
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        self.canonical_nan(bits, magnitude)
    }

    fn canonical_nan(&mut self, bits: Value, magnitude: Value) -> Value {
        let infinity = self.builder.word(float::INFINITY);
        let nan = self.builder.compare(WordComparison::Less, infinity, magnitude);
        let one_nan = self.builder.word(float::NAN);
        self.builder.select(nan, one_nan, bits)
    }

    pub(super) fn negate_float(&mut self, a: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(a));
        let turned = self.builder.with(WordOperator::Xor, bits, SIGN);
        self.float_from_bits(turned)
    }

    pub(super) fn absolute_float(&mut self, a: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(a));
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        self.float_from_bits(magnitude)
    }

    pub(super) fn binary_float(&mut self, operator: Binary, a: Value, b: Value) -> Value {
        let operation = match operator {
            Binary::Add => Operation::Float(FloatOperator::Add, a, b),
            Binary::Subtract => Operation::Float(FloatOperator::Subtract, a, b),
            Binary::Multiply => Operation::Float(FloatOperator::Multiply, a, b),
            Binary::Divide => return self.divide_floats(a, b),
            Binary::Minimum => return self.extreme(a, b, true),
            Binary::Maximum => return self.extreme(a, b, false),
            Binary::Equal => Operation::CompareFloats(FloatComparison::Equal, a, b),
            Binary::Less => Operation::CompareFloats(FloatComparison::Less, a, b),
            Binary::LessOrEqual => Operation::CompareFloats(FloatComparison::LessOrEqual, a, b),
            Binary::Greater => Operation::CompareFloats(FloatComparison::Less, b, a),
            Binary::GreaterOrEqual => Operation::CompareFloats(FloatComparison::LessOrEqual, b, a),
            // The remaining operators are not defined on floats.
            _ => Operation::CompareFloats(FloatComparison::NotEqual, a, b),
        };
        self.builder.value(operation)
    }

    /// IEEE 754-2019 minimum or maximum, on keys that order all floats as integers.
    fn extreme(&mut self, a: Value, b: Value, least: bool) -> Value {
        let (x, y) = (self.bits(a), self.bits(b));
        let (key_x, key_y) = (self.order(x), self.order(y));
        let first = if least { (key_x, key_y) } else { (key_y, key_x) };
        let first = self.builder.compare(WordComparison::LessOrEqualSigned, first.0, first.1);
        let chosen = self.builder.select(first, x, y);
        let (nan_x, nan_y) = (self.is_nan(x), self.is_nan(y));
        let nan = self.builder.value(Operation::Logic(TruthOperator::Or, nan_x, nan_y));
        let one_nan = self.builder.word(float::NAN);
        let bits = self.builder.select(nan, one_nan, chosen);
        self.float_from_bits(bits)
    }

    /// A signed key in the order of the floats, -0 below +0.
    fn order(&mut self, bits: Value) -> Value {
        let spread = self.builder.with(WordOperator::ShiftRightSigned, bits, 31);
        let turn = self.builder.with(WordOperator::And, spread, MAGNITUDE);
        self.builder.arithmetic(WordOperator::Xor, bits, turn)
    }

    /// Whether these bits are a NaN.
    pub(super) fn is_nan(&mut self, bits: Value) -> Value {
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        let infinity = self.builder.word(float::INFINITY);
        self.builder.compare(WordComparison::Less, infinity, magnitude)
    }

    /// Whether the magnitude of these bits is this.
    pub(super) fn magnitude_is(&mut self, bits: Value, magnitude: u32) -> Value {
        let found = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        self.builder.compare_with(WordComparison::Equal, found, magnitude)
    }

    pub(super) fn any_of(&mut self, a: Value, b: Value) -> Value {
        self.builder.value(Operation::Logic(TruthOperator::Or, a, b))
    }

    pub(super) fn both(&mut self, a: Value, b: Value) -> Value {
        self.builder.value(Operation::Logic(TruthOperator::And, a, b))
    }
}
