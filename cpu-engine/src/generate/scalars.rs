//! What is the same in all lanes, or goes up by a constant: computed once, for the first lane.

use cranelift_codegen::ir::{
    InstBuilder, MemFlags, Value as Ir,
    condcodes::IntCC,
    types::{I8, I32},
};
use lockstep_verifier::tree::{Operation, TruthOperator, Type, Value, WordComparison, WordOperator};

use super::Generator;
use crate::classes::{Class, is_zero};

impl Generator<'_> {
    /// The value of the first lane.
    pub(super) fn scalar_of(&mut self, operation: Operation, (ty, _): (Type, Class)) -> Result<Ir, String> {
        match operation {
            Operation::Constant(word) => {
                let kind = if ty == Type::Truth { I8 } else { I32 };
                Ok(self.builder.ins().iconst(kind, i64::from(word)))
            }
            Operation::PushConstant(word) if is_zero(word) => Ok(self.builder.ins().iconst(I32, 0)),
            Operation::PushConstant(word) => {
                Ok(self.builder.ins().load(I32, MemFlags::trusted().with_readonly(), self.push, word as i32 * 4))
            }
            Operation::WorkgroupX => Ok(self.group),
            Operation::LaneX => Ok(self.lane),
            Operation::Word(operator, a, b) => self.scalar_word(operator, a, b),
            Operation::Complement(a) => {
                let a = self.scalar(a)?;
                Ok(self.builder.ins().bnot(a))
            }
            Operation::HighestBit(a) => {
                let a = self.scalar(a)?;
                let zeros = self.builder.ins().clz(a);
                Ok(self.builder.ins().irsub_imm(zeros, 31))
            }
            Operation::Compare(comparison, a, b) => {
                let (a, b) = (self.scalar(a)?, self.scalar(b)?);
                Ok(self.builder.ins().icmp(condition(comparison), a, b))
            }
            Operation::Logic(operator, a, b) => {
                let (a, b) = (self.scalar(a)?, self.scalar(b)?);
                Ok(match operator {
                    TruthOperator::And => self.builder.ins().band(a, b),
                    TruthOperator::Or => self.builder.ins().bor(a, b),
                    TruthOperator::Equal => self.builder.ins().icmp(IntCC::Equal, a, b),
                    TruthOperator::NotEqual => self.builder.ins().icmp(IntCC::NotEqual, a, b),
                })
            }
            Operation::Not(a) => {
                let a = self.scalar(a)?;
                Ok(self.builder.ins().bxor_imm(a, 1))
            }
            Operation::Select(condition, a, b) => {
                let (condition, a, b) = (self.scalar(condition)?, self.scalar(a)?, self.scalar(b)?);
                Ok(self.builder.ins().select(condition, a, b))
            }
            Operation::BitsFromFloat(a) => self.scalar(a),
            // What works on floats works on vectors of them.
            operation => {
                let vector = self.vector_of(operation)?;
                Ok(self.first(vector, ty))
            }
        }
    }

    fn scalar_word(&mut self, operator: WordOperator, a: Value, b: Value) -> Result<Ir, String> {
        if let WordOperator::DotSigned | WordOperator::DotUnsigned = operator {
            let vector = self.vector_of(Operation::Word(operator, a, b))?;
            return Ok(self.first(vector, Type::Word));
        }
        let divisor = self.known(b);
        let (a, b) = (self.scalar(a)?, self.scalar(b)?);
        let ins = self.builder.ins();
        Ok(match operator {
            WordOperator::Add => ins.iadd(a, b),
            WordOperator::Subtract => ins.isub(a, b),
            WordOperator::Multiply => ins.imul(a, b),
            WordOperator::MultiplyHigh => ins.umulhi(a, b),
            WordOperator::And => ins.band(a, b),
            WordOperator::Or => ins.bor(a, b),
            WordOperator::Xor => ins.bxor(a, b),
            WordOperator::ShiftLeft => ins.ishl(a, b),
            WordOperator::ShiftRight => ins.ushr(a, b),
            WordOperator::ShiftRightSigned => ins.sshr(a, b),
            WordOperator::Carry => {
                let sum = ins.iadd(a, b);
                let carries = self.builder.ins().icmp(IntCC::UnsignedLessThan, sum, a);
                self.builder.ins().uextend(I32, carries)
            }
            WordOperator::Borrow => {
                let borrows = ins.icmp(IntCC::UnsignedLessThan, a, b);
                self.builder.ins().uextend(I32, borrows)
            }
            WordOperator::Divide => {
                let b = self.not_zero(b, divisor);
                self.builder.ins().udiv(a, b)
            }
            WordOperator::Remainder => {
                let b = self.not_zero(b, divisor);
                self.builder.ins().urem(a, b)
            }
            WordOperator::DivideSigned => self.divide_signed(a, b, divisor),
            WordOperator::DotSigned | WordOperator::DotUnsigned => return Err("a dot product is of vectors".into()),
        })
    }

    /// The divisor. It is proven not to be zero, but the processor would end the process if it were.
    fn not_zero(&mut self, divisor: Ir, known: Option<u32>) -> Ir {
        if known.is_some_and(|word| word != 0) {
            return divisor;
        }
        let one = self.builder.ins().iconst(I32, 1);
        self.builder.ins().select(divisor, divisor, one)
    }

    fn divide_signed(&mut self, a: Ir, b: Ir, known: Option<u32>) -> Ir {
        if known.is_some_and(|word| word != 0 && word != u32::MAX) {
            return self.builder.ins().sdiv(a, b);
        }
        let is_minus = self.builder.ins().icmp_imm(IntCC::Equal, b, -1);
        let one = self.builder.ins().iconst(I32, 1);
        let divisor = self.builder.ins().select(is_minus, one, b);
        let divisor = self.not_zero(divisor, None);
        let quotient = self.builder.ins().sdiv(a, divisor);
        let negative = self.builder.ins().ineg(a);
        self.builder.ins().select(is_minus, negative, quotient)
    }
}

/// Cranelift's name of a comparison.
pub(super) fn condition(comparison: WordComparison) -> IntCC {
    match comparison {
        WordComparison::Equal => IntCC::Equal,
        WordComparison::NotEqual => IntCC::NotEqual,
        WordComparison::Less => IntCC::UnsignedLessThan,
        WordComparison::LessOrEqual => IntCC::UnsignedLessThanOrEqual,
        WordComparison::LessSigned => IntCC::SignedLessThan,
        WordComparison::LessOrEqualSigned => IntCC::SignedLessThanOrEqual,
    }
}
