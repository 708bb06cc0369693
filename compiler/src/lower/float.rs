//! Rule F in SPIR-V. A device that flushes subnormals after rounding needs no guard after an operation; for the others
//! there is `guard`. Nothing is left that a driver's compiler could fold: every bit pattern on its way to a float is
//! hidden behind a sum with a word that is always zero; without that, drivers rewrite `0 * x`, products of literals, and
//! what they know of an integer's range. A NaN may have any bits inside; `bits` gives it the one pattern when it leaves.

mod convert;
mod divide;
mod function;
mod grid;
mod guard;
mod square_root;
mod sure;

use lockstep_module::spirv_abi;
use lockstep_numbers::{Binary, float};

pub(super) use sure::Fact;

use super::{Form, Lowering};
use crate::ir::{
    FloatComparison, FloatOperator, Function, Operation, TruthOperator, Value, WordComparison, WordOperator,
};

pub(super) const SIGN: u32 = 0x8000_0000;
pub(super) const MAGNITUDE: u32 = 0x7fff_ffff;
/// The bits of 1.0.
const ONE: u32 = 0x3f80_0000;

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

    /// The float of the program with these bits.
    pub(super) fn float_constant(&mut self, bits: u32) -> Value {
        let bits = self.builder.word(float::canonical(bits));
        self.float_from_bits(bits)
    }

    /// The door inward for a word of memory. Where the word is known, since the lane has stored it there itself, a
    /// driver would see what it is made of.
    pub(super) fn float_from_memory(&mut self, word: Value) -> Value {
        match self.builder.operation(word) {
            None | Some(Operation::PushConstant(_)) => self.door(word),
            Some(_) => self.float_from_any(word),
        }
    }

    /// A word as a float. The product with a hidden 1 is the device's own flush: of a subnormal it is a zero of its
    /// sign, and of any other number the number.
    fn door(&mut self, word: Value) -> Value {
        if self.form == Form::Guarded {
            return self.call(Function::Door, [word, word]);
        }
        let raw = self.builder.value(Operation::FloatFromBits(word));
        let one = self.float_constant(ONE);
        self.builder.value(Operation::Float(FloatOperator::Multiply, raw, one))
    }

    /// The door inward for a word that the program made, of which a driver may know something.
    pub(super) fn float_from_any(&mut self, word: Value) -> Value {
        if let Some(float) = self.float_of_bits(word) {
            return float;
        }
        if self.is_canonical(word) {
            return self.float_from_bits(word);
        }
        let word = self.hidden(word);
        self.door(word)
    }

    /// The float whose bits a word is, as `bits` has made them.
    fn float_of_bits(&self, word: Value) -> Option<Value> {
        let Some(Operation::Select(is_nan, nan, raw)) = self.builder.operation(word) else { return None };
        let Some(Operation::BitsFromFloat(float)) = self.builder.operation(raw) else { return None };
        let Some(Operation::Compare(WordComparison::Less, infinity, magnitude)) = self.builder.operation(is_nan) else {
            return None;
        };
        let Some(Operation::Arithmetic(WordOperator::And, of, mask)) = self.builder.operation(magnitude) else {
            return None;
        };
        let constants = [nan, infinity, mask].map(|constant| self.builder.constant(constant));
        (of == raw && constants == [float::NAN, float::INFINITY, MAGNITUDE].map(Some)).then_some(float)
    }

    /// The bits of a float, a NaN with the one pattern: the door outward.
    pub(super) fn bits(&mut self, value: Value) -> Value {
        if let Some(bits) = self.known_number(value) {
            return self.builder.word(bits);
        }
        let bits = self.builder.value(Operation::BitsFromFloat(value));
        let nan = self.is_nan(bits);
        let one_nan = self.builder.word(float::NAN);
        self.builder.select(nan, one_nan, bits)
    }

    /// The bits of a float, whatever those of a NaN are.
    fn raw_bits(&mut self, value: Value) -> Value {
        match self.known_number(value) {
            Some(bits) => self.builder.word(bits),
            None => self.builder.value(Operation::BitsFromFloat(value)),
        }
    }

    /// The product with a hidden -1, which is exact.
    pub(super) fn negate_float(&mut self, a: Value) -> Value {
        let minus_one = self.float_constant(SIGN | ONE);
        self.builder.value(Operation::Float(FloatOperator::Multiply, a, minus_one))
    }

    pub(super) fn absolute_float(&mut self, a: Value) -> Value {
        let bits = self.builder.value(Operation::BitsFromFloat(a));
        let magnitude = self.builder.with(WordOperator::And, bits, MAGNITUDE);
        self.float_from_bits(magnitude)
    }

    pub(super) fn binary_float(&mut self, operator: Binary, a: Value, b: Value) -> Value {
        let operation = match operator {
            Binary::Add => return self.float_sum(FloatOperator::Add, a, b),
            Binary::Subtract => return self.float_sum(FloatOperator::Subtract, a, b),
            Binary::Multiply => return self.float_product(a, b),
            Binary::Divide => match self.known_number(b).and_then(reciprocal) {
                Some(reciprocal) => {
                    let reciprocal = self.float_constant(reciprocal);
                    return self.float_product(a, reciprocal);
                }
                None => return self.call(Function::Quotient, [a, b]),
            },
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

    /// IEEE 754-2019 minimum or maximum. Where the operands are equal they have the same bits, or are two zeros, whose
    /// signs go by *or* and *and*. A NaN on the left is found by itself; one on the right is what no comparison picks.
    fn extreme(&mut self, a: Value, b: Value, least: bool) -> Value {
        if let Some(constant) = self.known_number(b) {
            return self.extreme_of_known(a, b, constant, least);
        }
        if let Some(constant) = self.known_number(a) {
            return self.extreme_of_known(b, a, constant, least);
        }
        let (first, second) = if least { (a, b) } else { (b, a) };
        let beyond = self.builder.value(Operation::CompareFloats(FloatComparison::Less, first, second));
        let equal = self.builder.value(Operation::CompareFloats(FloatComparison::Equal, a, b));
        let nan = self.builder.value(Operation::CompareFloats(FloatComparison::NotEqual, a, a));
        let x = self.builder.value(Operation::BitsFromFloat(a));
        let y = self.builder.value(Operation::BitsFromFloat(b));
        let zeros = if least { WordOperator::Or } else { WordOperator::And };
        let merged = self.builder.arithmetic(zeros, x, y);
        let bits = self.builder.select(equal, merged, y);
        let bits = self.builder.select(beyond, x, bits);
        let bits = self.builder.select(nan, x, bits);
        self.float_from_bits(bits)
    }

    /// The same where one operand is a number of the program: only against a zero of one sign does the other zero lose.
    fn extreme_of_known(&mut self, a: Value, constant: Value, bits: u32, least: bool) -> Value {
        let takes_zeros = bits == if least { SIGN } else { 0 };
        let comparison = if takes_zeros { FloatComparison::LessOrEqual } else { FloatComparison::Less };
        let (first, second) = if least { (constant, a) } else { (a, constant) };
        let taken = self.builder.value(Operation::CompareFloats(comparison, first, second));
        let (x, y) =
            (self.builder.value(Operation::BitsFromFloat(a)), self.builder.value(Operation::BitsFromFloat(constant)));
        let bits = self.builder.select(taken, y, x);
        self.float_from_bits(bits)
    }

    /// The bits of a float of the program that is a number.
    fn known_number(&self, value: Value) -> Option<u32> {
        let Some(Operation::FloatFromBits(hidden)) = self.builder.operation(value) else { return None };
        let zero = Some(Operation::PushConstant(spirv_abi::WORD_ZERO));
        if self.builder.operation(hidden) == zero {
            return Some(0);
        }
        let Some(Operation::Arithmetic(WordOperator::Add, a, b)) = self.builder.operation(hidden) else { return None };
        let constant = match (self.builder.operation(a) == zero, self.builder.operation(b) == zero) {
            (true, _) => self.builder.constant(b)?,
            (_, true) => self.builder.constant(a)?,
            _ => return None,
        };
        (!float::is_nan(constant)).then_some(constant)
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

/// The bits of one divided by a power of two, if that is no zero and no infinity. A product with it is the quotient.
fn reciprocal(bits: u32) -> Option<u32> {
    let exponent = (bits & MAGNITUDE) >> 23;
    let power = bits & 0x007f_ffff == 0 && (1..254).contains(&exponent);
    power.then(|| (bits & SIGN) | ((254 - exponent) << 23))
}
