//! What makes a value: each operation by its opcode, its operands' types, and its result's.

use rspirv::spirv::{Op, PackedVectorFormat};

use super::{Reading, control::Body, ids::Id, lists, words::Instruction};
use crate::{
    refusal::Refusal,
    rules,
    tree::{FloatComparison, FloatOperator, Operation, Step, TruthOperator, Type, Value, WordComparison, WordOperator},
};

/// Operations on two operands of one type.
#[derive(Clone, Copy)]
pub enum Binary {
    Word(WordOperator),
    Compare(WordComparison),
    Float(FloatOperator),
    CompareFloats(FloatComparison),
    Logic(TruthOperator),
}

impl Binary {
    fn operands(self) -> Type {
        match self {
            Binary::Word(_) | Binary::Compare(_) => Type::Word,
            Binary::Float(_) | Binary::CompareFloats(_) => Type::Float,
            Binary::Logic(_) => Type::Truth,
        }
    }

    fn result(self) -> Type {
        match self {
            Binary::Word(_) => Type::Word,
            Binary::Float(_) => Type::Float,
            Binary::Compare(_) | Binary::CompareFloats(_) | Binary::Logic(_) => Type::Truth,
        }
    }

    fn operation(self, a: Value, b: Value) -> Operation {
        match self {
            Binary::Word(operator) => Operation::Word(operator, a, b),
            Binary::Compare(comparison) => Operation::Compare(comparison, a, b),
            Binary::Float(operator) => Operation::Float(operator, a, b),
            Binary::CompareFloats(comparison) => Operation::CompareFloats(comparison, a, b),
            Binary::Logic(operator) => Operation::Logic(operator, a, b),
        }
    }
}

/// The operation of an opcode that has two operands and nothing else.
pub fn binary(op: Op) -> Option<Binary> {
    use Binary::*;
    Some(match op {
        Op::IAdd => Word(WordOperator::Add),
        Op::ISub => Word(WordOperator::Subtract),
        Op::IMul => Word(WordOperator::Multiply),
        Op::UDiv => Word(WordOperator::Divide),
        Op::UMod => Word(WordOperator::Remainder),
        Op::SDiv => Word(WordOperator::DivideSigned),
        Op::BitwiseAnd => Word(WordOperator::And),
        Op::BitwiseOr => Word(WordOperator::Or),
        Op::BitwiseXor => Word(WordOperator::Xor),
        Op::ShiftLeftLogical => Word(WordOperator::ShiftLeft),
        Op::ShiftRightLogical => Word(WordOperator::ShiftRight),
        Op::ShiftRightArithmetic => Word(WordOperator::ShiftRightSigned),
        Op::IEqual => Compare(WordComparison::Equal),
        Op::INotEqual => Compare(WordComparison::NotEqual),
        Op::ULessThan => Compare(WordComparison::Less),
        Op::ULessThanEqual => Compare(WordComparison::LessOrEqual),
        Op::SLessThan => Compare(WordComparison::LessSigned),
        Op::SLessThanEqual => Compare(WordComparison::LessOrEqualSigned),
        Op::FAdd => Float(FloatOperator::Add),
        Op::FSub => Float(FloatOperator::Subtract),
        Op::FMul => Float(FloatOperator::Multiply),
        Op::FOrdEqual => CompareFloats(FloatComparison::Equal),
        Op::FUnordNotEqual => CompareFloats(FloatComparison::NotEqual),
        Op::FOrdLessThan => CompareFloats(FloatComparison::Less),
        Op::FOrdLessThanEqual => CompareFloats(FloatComparison::LessOrEqual),
        Op::LogicalAnd => Logic(TruthOperator::And),
        Op::LogicalOr => Logic(TruthOperator::Or),
        Op::LogicalEqual => Logic(TruthOperator::Equal),
        Op::LogicalNotEqual => Logic(TruthOperator::NotEqual),
        _ => return None,
    })
}

impl<'w> Body<'w> {
    /// Reads an instruction that is no control.
    pub(super) fn operation(&mut self, instruction: &Instruction<'w>) -> Reading<()> {
        let Some(op) = Op::from_u32(instruction.code) else { return Err(lists::refused(instruction)) };
        if let Some(binary) = binary(op) {
            return self.binary(binary, instruction);
        }
        match op {
            Op::AccessChain => self.access(instruction),
            Op::Load => self.load(instruction),
            Op::Store => self.store(instruction),
            Op::ControlBarrier => self.barrier(instruction),
            Op::UMulExtended => self.pair(WordOperator::MultiplyHigh, instruction),
            Op::IAddCarry => self.pair(WordOperator::Carry, instruction),
            Op::ISubBorrow => self.pair(WordOperator::Borrow, instruction),
            Op::SDot => self.dot(WordOperator::DotSigned, instruction),
            Op::UDot => self.dot(WordOperator::DotUnsigned, instruction),
            Op::Not => self.unary(Type::Word, Type::Word, Operation::Complement, instruction),
            Op::LogicalNot => self.unary(Type::Truth, Type::Truth, Operation::Not, instruction),
            Op::ConvertSToF => self.unary(Type::Word, Type::Float, Operation::FloatFromSigned, instruction),
            Op::FunctionCall => self.call(instruction),
            Op::Bitcast => self.bitcast(instruction),
            Op::Select => self.select(instruction),
            Op::ExtInst => self.highest_bit(instruction),
            _ => Err(lists::refused(instruction)),
        }
    }

    /// Adds a value to the block.
    fn give(&mut self, ty: u32, id: u32, of: Type, operation: Operation, by: &Instruction<'_>) -> Reading<()> {
        self.result(ty, of, by)?;
        let value = self.value(id, of, operation, by.site)?;
        self.steps.push(Step::Let(value));
        Ok(())
    }

    /// Checks the type of a result.
    pub(super) fn result(&self, ty: u32, of: Type, by: &Instruction<'_>) -> Reading<()> {
        if self.module.ids.get(ty) == Id::Scalar(of) {
            return Ok(());
        }
        Err(Refusal::at(rules::RESULT, by.site, format!("{} gives a {of:?} here", by.name())))
    }

    fn binary(&mut self, binary: Binary, instruction: &Instruction<'_>) -> Reading<()> {
        let [ty, id, a, b] = instruction.exactly()?;
        let a = self.operand(a, binary.operands(), instruction)?;
        let b = self.operand(b, binary.operands(), instruction)?;
        if let Binary::Float(_) = binary {
            self.no_contraction(id, instruction)?;
        }
        self.give(ty, id, binary.result(), binary.operation(a, b), instruction)
    }

    /// A float operation is decorated with NoContraction, and with nothing else.
    pub(super) fn no_contraction(&mut self, id: u32, instruction: &Instruction<'_>) -> Reading<()> {
        use rspirv::spirv::Decoration;
        match &self.module.ids.decorations.take(id)[..] {
            [one] if one.decoration == Decoration::NoContraction && one.member.is_none() => Ok(()),
            _ => {
                let what = format!("{} is decorated with NoContraction, once", instruction.name());
                Err(Refusal::at(rules::NO_CONTRACTION, instruction.site, what))
            }
        }
    }

    fn unary(
        &mut self,
        from: Type,
        to: Type,
        operation: impl FnOnce(Value) -> Operation,
        instruction: &Instruction<'_>,
    ) -> Reading<()> {
        let [ty, id, a] = instruction.exactly()?;
        let a = self.operand(a, from, instruction)?;
        self.give(ty, id, to, operation(a), instruction)
    }

    fn bitcast(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let [_, _, a] = instruction.exactly()?;
        match self.any_operand(a, instruction)?.1 {
            Type::Word => self.unary(Type::Word, Type::Float, Operation::FloatFromBits, instruction),
            Type::Float => self.unary(Type::Float, Type::Word, Operation::BitsFromFloat, instruction),
            Type::Truth => Err(Refusal::at(rules::OPERAND, instruction.site, "a truth value has no bits")),
        }
    }

    fn select(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let [ty, id, condition, yes, no] = instruction.exactly()?;
        let condition = self.operand(condition, Type::Truth, instruction)?;
        let (yes, of) = self.any_operand(yes, instruction)?;
        let no = self.operand(no, of, instruction)?;
        self.give(ty, id, of, Operation::Select(condition, yes, no), instruction)
    }

    /// An operation that gives two words, and the extraction of the upper.
    fn pair(&mut self, operator: WordOperator, instruction: &Instruction<'w>) -> Reading<()> {
        let [ty, both, a, b] = instruction.exactly()?;
        if self.module.ids.get(ty) != Id::TwoWords {
            let what = format!("{} gives a struct of two words", instruction.name());
            return Err(Refusal::at(rules::RESULT, instruction.site, what));
        }
        let a = self.operand(a, Type::Word, instruction)?;
        let b = self.operand(b, Type::Word, instruction)?;
        self.module.ids.define(both, Id::Closed, instruction.site)?;
        let extract = self.take()?;
        match extract.operands {
            [ty, id, from, 1] if extract.is(Op::CompositeExtract) && *from == both => {
                self.give(*ty, *id, Type::Word, Operation::Word(operator, a, b), &extract)
            }
            _ => {
                let what = format!("OpCompositeExtract of member 1 follows {}", instruction.name());
                Err(Refusal::at(rules::PAIR, extract.site, what))
            }
        }
    }

    fn dot(&mut self, operator: WordOperator, instruction: &Instruction<'_>) -> Reading<()> {
        let [ty, id, a, b, format] = instruction.exactly()?;
        if format != PackedVectorFormat::PackedVectorFormat4x8Bit as u32 {
            return Err(instruction.form("is of four packed bytes"));
        }
        if !self.module.dots.0 {
            let what = "a dot product needs its capabilities and its extension";
            return Err(Refusal::at(rules::CAPABILITY, instruction.site, what));
        }
        self.module.dots.1 = true;
        let a = self.operand(a, Type::Word, instruction)?;
        let b = self.operand(b, Type::Word, instruction)?;
        self.give(ty, id, Type::Word, Operation::Word(operator, a, b), instruction)
    }

    fn highest_bit(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let [ty, id, set, number, a] = instruction.exactly()?;
        if self.module.ids.get(set) != Id::Glsl || number != lists::FIND_U_MSB {
            let what = "of GLSL.std.450 only FindUMsb stands here; other functions of a device differ between devices";
            return Err(Refusal::at(rules::OPCODE, instruction.site, what));
        }
        let a = self.operand(a, Type::Word, instruction)?;
        self.give(ty, id, Type::Word, Operation::HighestBit(a), instruction)
    }
}
