//! What differs between lanes: four of them at once.

use cranelift_codegen::ir::{
    InstBuilder, Value as Ir,
    condcodes::{FloatCC, IntCC},
    types::{F32X4, F64X2, I16X8, I32, I32X4},
};
use lockstep_verifier::tree::{
    FloatComparison, FloatOperator, Operation, TruthOperator, Value, WordComparison, WordOperator,
};

use super::{Generator, held::BITS, scalars::condition};

impl Generator<'_> {
    /// The values of all four lanes.
    pub(super) fn vector_of(&mut self, operation: Operation) -> Result<Ir, String> {
        match operation {
            Operation::Word(operator, a, b) => self.vector_word(operator, a, b),
            Operation::Complement(a) | Operation::Not(a) => {
                let a = self.vector(a)?;
                Ok(self.builder.ins().bnot(a))
            }
            Operation::HighestBit(a) => {
                let a = self.vector(a)?;
                Ok(self.highest_bit(a))
            }
            Operation::Compare(comparison, a, b) => {
                if let Some(float) = self.asked_for_nan(comparison, a, b) {
                    let float = self.vector(float)?;
                    return Ok(self.builder.ins().fcmp(FloatCC::Unordered, float, float));
                }
                let signed = self.is_small(a) && self.is_small(b);
                let (a, b) = (self.vector(a)?, self.vector(b)?);
                Ok(self.builder.ins().icmp(signed_if(signed, comparison), a, b))
            }
            Operation::Float(operator, a, b) => {
                let (a, b) = (self.vector(a)?, self.vector(b)?);
                let ins = self.builder.ins();
                Ok(match operator {
                    FloatOperator::Add => ins.fadd(a, b),
                    FloatOperator::Subtract => ins.fsub(a, b),
                    FloatOperator::Multiply => ins.fmul(a, b),
                })
            }
            Operation::CompareFloats(comparison, a, b) => {
                let (a, b) = (self.vector(a)?, self.vector(b)?);
                let condition = match comparison {
                    FloatComparison::Equal => FloatCC::Equal,
                    FloatComparison::NotEqual => FloatCC::NotEqual,
                    FloatComparison::Less => FloatCC::LessThan,
                    FloatComparison::LessOrEqual => FloatCC::LessThanOrEqual,
                };
                Ok(self.builder.ins().fcmp(condition, a, b))
            }
            Operation::Call(function, a, b) => {
                let (a, b) = (self.vector(a)?, self.vector(b)?);
                self.call(function, a, b)
            }
            Operation::Logic(operator, a, b) => {
                let (a, b) = (self.vector(a)?, self.vector(b)?);
                let ins = self.builder.ins();
                Ok(match operator {
                    TruthOperator::And => ins.band(a, b),
                    TruthOperator::Or => ins.bor(a, b),
                    TruthOperator::NotEqual => ins.bxor(a, b),
                    TruthOperator::Equal => ins.bxor_not(a, b),
                })
            }
            Operation::Select(condition, a, b) => {
                let uniform = self.classes.value(condition).is_uniform();
                let (one, other) = (self.vector(a)?, self.vector(b)?);
                if uniform {
                    let condition = self.scalar(condition)?;
                    return Ok(self.builder.ins().select(condition, one, other));
                }
                let condition = self.vector(condition)?;
                Ok(self.blend(condition, one, other))
            }
            Operation::FloatFromBits(a) => match self.known(a) {
                Some(bits) => Ok(self.floats_of(bits)),
                None => {
                    let a = self.vector(a)?;
                    Ok(self.as_floats(a))
                }
            },
            Operation::BitsFromFloat(a) => {
                let a = self.vector(a)?;
                Ok(self.as_words(a))
            }
            Operation::FloatFromSigned(a) => {
                let a = self.vector(a)?;
                Ok(self.builder.ins().fcvt_from_sint(F32X4, a))
            }
            Operation::Constant(_) | Operation::PushConstant(_) | Operation::WorkgroupX | Operation::LaneX => {
                Err("this is the same in all lanes".into())
            }
            Operation::Load(_) | Operation::Old => Err("this comes from memory".into()),
        }
    }

    fn vector_word(&mut self, operator: WordOperator, a: Value, b: Value) -> Result<Ir, String> {
        if let WordOperator::ShiftLeft | WordOperator::ShiftRight | WordOperator::ShiftRightSigned = operator {
            return self.shift(operator, a, b);
        }
        let (a, b) = (self.vector(a)?, self.vector(b)?);
        let ins = self.builder.ins();
        Ok(match operator {
            WordOperator::Add => ins.iadd(a, b),
            WordOperator::Subtract => ins.isub(a, b),
            WordOperator::Multiply => ins.imul(a, b),
            WordOperator::And => ins.band(a, b),
            WordOperator::Or => ins.bor(a, b),
            WordOperator::Xor => ins.bxor(a, b),
            WordOperator::MultiplyHigh => self.multiply_high(a, b),
            WordOperator::Carry => {
                let sum = ins.iadd(a, b);
                let carries = self.builder.ins().icmp(IntCC::UnsignedLessThan, sum, a);
                self.builder.ins().ineg(carries)
            }
            WordOperator::Borrow => {
                let borrows = ins.icmp(IntCC::UnsignedLessThan, a, b);
                self.builder.ins().ineg(borrows)
            }
            WordOperator::Divide => self.divide(a, b),
            WordOperator::Remainder => {
                let quotient = self.divide(a, b);
                let product = self.builder.ins().imul(quotient, b);
                self.builder.ins().isub(a, product)
            }
            WordOperator::DivideSigned => self.divide_signed_lanes(a, b),
            WordOperator::DotSigned => self.dot(a, b, true),
            WordOperator::DotUnsigned => self.dot(a, b, false),
            WordOperator::ShiftLeft | WordOperator::ShiftRight | WordOperator::ShiftRightSigned => {
                return Err("a shift is generated by itself".into());
            }
        })
    }

    /// The float of which a comparison asks whether it is a NaN: whether its bits without the sign are above those of the
    /// infinity.
    fn asked_for_nan(&self, comparison: WordComparison, a: Value, b: Value) -> Option<Value> {
        let Some(Operation::Word(WordOperator::And, bits, mask)) = self.operation(b) else { return None };
        let Some(Operation::BitsFromFloat(float)) = self.operation(bits) else { return None };
        let asks = comparison == WordComparison::Less && self.known(a) == Some(0x7f80_0000);
        (asks && self.known(mask) == Some(0x7fff_ffff)).then_some(float)
    }

    /// Whether a word is known to be below 2^31, so that its order is that of a signed one, which costs less to ask.
    fn is_small(&self, value: Value) -> bool {
        const LEAST: u32 = 1 << 31;
        match self.operation(value) {
            Some(Operation::Constant(word)) => word < LEAST,
            Some(Operation::Word(WordOperator::And, a, b)) => {
                [a, b].into_iter().any(|side| self.known(side).is_some_and(|word| word < LEAST))
            }
            Some(Operation::Word(WordOperator::ShiftRight, _, count)) => self.known(count).is_some_and(|word| word > 0),
            _ => false,
        }
    }

    fn shift(&mut self, operator: WordOperator, a: Value, b: Value) -> Result<Ir, String> {
        if self.classes.value(b).is_uniform() {
            let (a, b) = (self.vector(a)?, self.scalar(b)?);
            let ins = self.builder.ins();
            return Ok(match operator {
                WordOperator::ShiftLeft => ins.ishl(a, b),
                WordOperator::ShiftRight => ins.ushr(a, b),
                _ => ins.sshr(a, b),
            });
        }
        if let (WordOperator::ShiftLeft, Some(1)) = (operator, self.known(a)) {
            let b = self.vector(b)?;
            return Ok(self.power_of_two(b));
        }
        let (a, b) = (self.vector(a)?, self.vector(b)?);
        Ok(self.shift_lanes(operator, a, b))
    }

    /// The processor shifts all lanes by one count, which is below 32; but a shift is a product with a power of two.
    pub(super) fn shift_lanes(&mut self, operator: WordOperator, a: Ir, b: Ir) -> Ir {
        match operator {
            WordOperator::ShiftLeft => {
                let power = self.power_of_two(b);
                self.builder.ins().imul(a, power)
            }
            WordOperator::ShiftRight => self.shift_right_lanes(a, b),
            _ => {
                let thirty_one = self.builder.ins().iconst(I32, 31);
                let signs = self.builder.ins().sshr(a, thirty_one);
                let turned = self.builder.ins().bxor(a, signs);
                let shifted = self.shift_right_lanes(turned, b);
                self.builder.ins().bxor(shifted, signs)
            }
        }
    }

    /// The product with 2^(31 - count), less its 31 lowest bits.
    fn shift_right_lanes(&mut self, a: Ir, b: Ir) -> Ir {
        let thirty_one = self.words_of([31; 4]);
        let rest = self.builder.ins().isub(thirty_one, b);
        let power = self.power_of_two(rest);
        let count = self.builder.ins().iconst(I32, 31);
        let low = (self.builder.ins().uwiden_low(a), self.builder.ins().uwiden_low(power));
        let high = (self.builder.ins().uwiden_high(a), self.builder.ins().uwiden_high(power));
        let [low, high] = [low, high].map(|(a, power)| {
            let product = self.builder.ins().imul(a, power);
            let shifted = self.builder.ins().ushr(product, count);
            self.as_bytes(shifted)
        });
        self.shuffle(low, high, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27])
    }

    /// Two to the power of each lane, of 0 to 31: the float whose exponent it is, as an integer.
    fn power_of_two(&mut self, exponent: Ir) -> Ir {
        let bias = self.words_of([127; 4]);
        let biased = self.builder.ins().iadd(exponent, bias);
        let places = self.builder.ins().iconst(I32, 23);
        let bits = self.builder.ins().ishl(biased, places);
        let float = self.as_floats(bits);
        match self.target.blends {
            // 2^31 is out of its range, and comes to the word that 2^31 is.
            true => self.builder.ins().x86_cvtt2dq(I32X4, float),
            false => self.builder.ins().fcvt_to_uint_sat(I32X4, float),
        }
    }

    /// The upper words of the products.
    fn multiply_high(&mut self, a: Ir, b: Ir) -> Ir {
        let low = (self.builder.ins().uwiden_low(a), self.builder.ins().uwiden_low(b));
        let low = self.builder.ins().imul(low.0, low.1);
        let high = (self.builder.ins().uwiden_high(a), self.builder.ins().uwiden_high(b));
        let high = self.builder.ins().imul(high.0, high.1);
        let (low, high) = (self.as_bytes(low), self.as_bytes(high));
        // The second and the fourth word of each.
        self.shuffle(low, high, [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31])
    }

    /// The quotients of words. That of two doubles is right when it is cut off: a quotient that is no integer is further
    /// from the next than doubles are from each other. Nothing here is subnormal, and a division by zero does no harm.
    fn divide(&mut self, a: Ir, b: Ir) -> Ir {
        let quotient = |this: &mut Self, a: Ir, b: Ir| {
            let [a, b] = [a, b].map(|words| {
                let wide = this.builder.ins().uwiden_low(words);
                this.builder.ins().fcvt_from_uint(F64X2, wide)
            });
            let quotient = this.builder.ins().fdiv(a, b);
            let whole = this.builder.ins().trunc(quotient);
            // At 2^52 the unit of the last place is 1, so the lowest bits of the sum are the integer.
            let place = this.builder.ins().f64const(f64::from_bits(0x4330_0000_0000_0000));
            let place = this.builder.ins().splat(F64X2, place);
            let sum = this.builder.ins().fadd(whole, place);
            this.as_bytes(sum)
        };
        let low = quotient(self, a, b);
        let [upper_a, upper_b] = [a, b].map(|words| {
            let bytes = self.as_bytes(words);
            self.shuffle(bytes, bytes, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15])
        });
        let high = quotient(self, upper_a, upper_b);
        self.shuffle(low, high, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27])
    }

    /// Words made of the bytes of two vectors.
    pub(super) fn shuffle(&mut self, a: Ir, b: Ir, order: [u8; 16]) -> Ir {
        let order = self.builder.func.dfg.immediates.push(order.as_slice().into());
        let bytes = self.builder.ins().shuffle(a, b, order);
        self.as_words(bytes)
    }

    /// The quotients of signed words, as those of their magnitudes.
    fn divide_signed_lanes(&mut self, a: Ir, b: Ir) -> Ir {
        let (magnitude_a, magnitude_b) = (self.builder.ins().iabs(a), self.builder.ins().iabs(b));
        let quotient = self.divide(magnitude_a, magnitude_b);
        let signs = self.builder.ins().bxor(a, b);
        let thirty_one = self.builder.ins().iconst(I32, 31);
        let negative = self.builder.ins().sshr(signs, thirty_one);
        let turned = self.builder.ins().bxor(quotient, negative);
        self.builder.ins().isub(turned, negative)
    }

    /// The number of the highest bit that is set, or -1.
    fn highest_bit(&mut self, a: Ir) -> Ir {
        // Without the bit below it, the highest bit is not rounded up to the next when the word becomes a float, whose
        // exponent it then is.
        let one = self.builder.ins().iconst(I32, 1);
        let below = self.builder.ins().ushr(a, one);
        let alone = self.builder.ins().band_not(a, below);
        let float = self.builder.ins().fcvt_from_sint(F32X4, alone);
        let bits = self.as_words(float);
        let places = self.builder.ins().iconst(I32, 23);
        let exponent = self.builder.ins().ushr(bits, places);
        let bias = self.words_of([127; 4]);
        let exponent = self.builder.ins().isub(exponent, bias);
        let least = self.words_of([u32::MAX; 4]);
        let number = self.builder.ins().smax(exponent, least);
        let zero = self.words_of([0; 4]);
        let is_top = self.builder.ins().icmp(IntCC::SignedLessThan, a, zero);
        let top = self.words_of([31; 4]);
        self.blend(is_top, top, number)
    }

    /// The sums of the products of four bytes, as those of the even and of the odd ones.
    fn dot(&mut self, a: Ir, b: Ir, signed: bool) -> Ir {
        let eight = self.builder.ins().iconst(I32, 8);
        let halves = |this: &mut Self, words: Ir| {
            let words = this.builder.ins().bitcast(I16X8, BITS, words);
            let shifted = this.builder.ins().ishl(words, eight);
            match signed {
                true => [this.builder.ins().sshr(shifted, eight), this.builder.ins().sshr(words, eight)],
                false => [this.builder.ins().ushr(shifted, eight), this.builder.ins().ushr(words, eight)],
            }
        };
        let ([even_a, odd_a], [even_b, odd_b]) = (halves(self, a), halves(self, b));
        let pairs = |this: &mut Self, a: Ir, b: Ir| {
            let low = (this.builder.ins().swiden_low(a), this.builder.ins().swiden_low(b));
            let low = this.builder.ins().imul(low.0, low.1);
            let high = (this.builder.ins().swiden_high(a), this.builder.ins().swiden_high(b));
            let high = this.builder.ins().imul(high.0, high.1);
            this.builder.ins().iadd_pairwise(low, high)
        };
        let (even, odd) = (pairs(self, even_a, even_b), pairs(self, odd_a, odd_b));
        self.builder.ins().iadd(even, odd)
    }
}

fn signed_if(signed: bool, comparison: WordComparison) -> IntCC {
    match (signed, comparison) {
        (true, WordComparison::Less) => IntCC::SignedLessThan,
        (true, WordComparison::LessOrEqual) => IntCC::SignedLessThanOrEqual,
        _ => condition(comparison),
    }
}
