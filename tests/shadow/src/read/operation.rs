//! What makes a value. What is wrong with an operation as it stands becomes a note before it.

use rspirv::spirv::Op;

use super::{Kind, Meaning, Read, Reader, Type};
use crate::{
    code::{Float, One, Register, Step, Wide, Word},
    finding::What,
};

/// The numbers of instructions in the set GLSL.std.450.
const GLSL_SQRT: u32 = 31;
const GLSL_FIND_U_MSB: u32 = 75;
/// PackedVectorFormat4x8Bit.
const FOUR_BYTES: u32 = 0;

impl Reader<'_> {
    pub(super) fn operation(&mut self) -> Read<()> {
        let Some(op) = self.op() else { return self.fail("there is no such instruction") };
        match op {
            Op::AccessChain => self.access_chain(),
            Op::Load => self.load(),
            Op::Store => self.store(),
            Op::IAdd => self.arithmetic(Word::Add),
            Op::ISub => self.arithmetic(Word::Subtract),
            Op::IMul => self.arithmetic(Word::Multiply),
            Op::UDiv => self.arithmetic(Word::Divide),
            Op::UMod => self.arithmetic(Word::Remainder),
            Op::SDiv => self.arithmetic(Word::DivideSigned),
            Op::BitwiseAnd => self.arithmetic(Word::And),
            Op::BitwiseOr => self.arithmetic(Word::Or),
            Op::BitwiseXor => self.arithmetic(Word::Xor),
            Op::ShiftLeftLogical => self.arithmetic(Word::ShiftLeft),
            Op::ShiftRightLogical => self.arithmetic(Word::ShiftRight),
            Op::ShiftRightArithmetic => self.arithmetic(Word::ShiftRightSigned),
            Op::SDot | Op::UDot => {
                self.ends(6)?;
                if self.word(5)? != FOUR_BYTES {
                    return self.fail("a dot product of another format");
                }
                self.word_operation(if op == Op::SDot { Word::DotSigned } else { Word::DotUnsigned }, Kind::Word)
            }
            Op::IEqual => self.word_operation(Word::Equal, Kind::Truth),
            Op::INotEqual => self.word_operation(Word::NotEqual, Kind::Truth),
            Op::ULessThan => self.word_operation(Word::Less, Kind::Truth),
            Op::ULessThanEqual => self.word_operation(Word::LessOrEqual, Kind::Truth),
            Op::SLessThan => self.word_operation(Word::LessSigned, Kind::Truth),
            Op::SLessThanEqual => self.word_operation(Word::LessOrEqualSigned, Kind::Truth),
            Op::UGreaterThan => self.word_operation(Word::Greater, Kind::Truth),
            Op::UGreaterThanEqual => self.word_operation(Word::GreaterOrEqual, Kind::Truth),
            Op::SGreaterThan => self.word_operation(Word::GreaterSigned, Kind::Truth),
            Op::SGreaterThanEqual => self.word_operation(Word::GreaterOrEqualSigned, Kind::Truth),
            Op::LogicalAnd => self.two(Kind::Truth, Kind::Truth, |to, a, b| Step::Word(Word::And, to, a, b)),
            Op::LogicalOr => self.two(Kind::Truth, Kind::Truth, |to, a, b| Step::Word(Word::Or, to, a, b)),
            Op::LogicalEqual => self.two(Kind::Truth, Kind::Truth, |to, a, b| Step::Word(Word::Equal, to, a, b)),
            Op::LogicalNotEqual => self.two(Kind::Truth, Kind::Truth, |to, a, b| Step::Word(Word::Xor, to, a, b)),
            Op::LogicalNot => self.one(One::Not, Kind::Truth, Kind::Truth),
            Op::Not => self.one(One::Complement, Kind::Word, Kind::Word),
            Op::FAdd => self.float(Float::Add),
            Op::FSub => self.float(Float::Subtract),
            Op::FMul => self.float(Float::Multiply),
            Op::FDiv => self.float(Float::Divide),
            Op::FOrdEqual => self.compare(Float::Equal),
            Op::FUnordNotEqual => self.compare(Float::NotEqual),
            Op::FOrdLessThan => self.compare(Float::Less),
            Op::FOrdLessThanEqual => self.compare(Float::LessOrEqual),
            Op::ConvertSToF => self.one(One::FromSigned, Kind::Word, Kind::Float),
            Op::ConvertFToS => self.one(One::ToSigned, Kind::Float, Kind::Word),
            Op::Bitcast => match (self.kind(self.word(1)?)?, self.meaning(self.word(3)?)) {
                (to @ (Kind::Word | Kind::Float), Meaning::Value(_, from @ (Kind::Word | Kind::Float))) => {
                    self.one(One::Copy, from, to)
                }
                _ => self.fail("a bitcast of something else than a word or a float"),
            },
            Op::Select => self.select(),
            Op::UMulExtended => self.wide(Wide::Multiply),
            Op::IAddCarry => self.wide(Wide::Carry),
            Op::ISubBorrow => self.wide(Wide::Borrow),
            Op::CompositeExtract => self.extract(),
            Op::ExtInst => self.glsl(),
            _ => match self.atomic() {
                Err(_) if !format!("{op:?}").starts_with("Atomic") => self.fail(format!("Op{op:?} is not known here")),
                done => done,
            },
        }
    }

    fn arithmetic(&mut self, operator: Word) -> Read<()> {
        self.ends(5)?;
        self.word_operation(operator, Kind::Word)
    }

    fn word_operation(&mut self, operator: Word, result: Kind) -> Read<()> {
        let hidden = operator == Word::Add && (self.is_zero(3)? || self.is_zero(4)?);
        self.two(Kind::Word, result, |to, a, b| Step::Word(operator, to, a, b))?;
        if let Some(last) = self.known.last_mut() {
            last.hidden = hidden;
        }
        Ok(())
    }

    /// Whether an operand is the push constant that is zero.
    fn is_zero(&self, place: usize) -> Read<bool> {
        let Meaning::Value(register, _) = self.meaning(self.word(place)?) else { return Ok(false) };
        Ok(self.known[register as usize].zero)
    }

    /// An operation on two values of one kind.
    fn two(&mut self, kind: Kind, result: Kind, step: impl FnOnce(Register, Register, Register) -> Step) -> Read<()> {
        if self.kind(self.word(1)?)? != result {
            return self.fail("the result is of another type");
        }
        let (a, b) = (self.operand(self.word(3)?, kind)?, self.operand(self.word(4)?, kind)?);
        if kind == Kind::Float && [a, b].iter().any(|register| self.constant(*register).is_some()) {
            self.note(What::PlainFloat);
        }
        let to = self.define(self.word(2)?, result)?;
        self.emit(step(to, a, b));
        Ok(())
    }

    fn float(&mut self, operator: Float) -> Read<()> {
        self.check_float()?;
        self.two(Kind::Float, Kind::Float, |to, a, b| Step::Float(operator, to, a, b))
    }

    fn compare(&mut self, operator: Float) -> Read<()> {
        self.two(Kind::Float, Kind::Truth, |to, a, b| Step::Float(operator, to, a, b))
    }

    /// A float operation is decorated, and so is its entry point.
    fn check_float(&mut self) -> Read<()> {
        if !self.decorations.no_contraction.contains(&self.word(2)?) {
            self.note(What::Contractable);
        }
        if !self.preserves {
            self.note(What::NotPreserved);
        }
        Ok(())
    }

    fn one(&mut self, operator: One, kind: Kind, result: Kind) -> Read<()> {
        self.ends(4)?;
        if self.kind(self.word(1)?)? != result {
            return self.fail("the result is of another type");
        }
        let from = self.operand(self.word(3)?, kind)?;
        match (kind, result) {
            (Kind::Word, Kind::Float) if !self.known[from as usize].hidden => self.note(What::PlainWord),
            (Kind::Float, _) if self.constant(from).is_some() => self.note(What::PlainFloat),
            _ => {}
        }
        let to = self.define(self.word(2)?, result)?;
        self.emit(Step::One(operator, to, from));
        Ok(())
    }

    fn select(&mut self) -> Read<()> {
        self.ends(6)?;
        let kind = self.kind(self.word(1)?)?;
        let condition = self.operand(self.word(3)?, Kind::Truth)?;
        let (yes, no) = (self.operand(self.word(4)?, kind)?, self.operand(self.word(5)?, kind)?);
        if kind == Kind::Float && [yes, no].iter().any(|register| self.constant(*register).is_some()) {
            self.note(What::PlainFloat);
        }
        let to = self.define(self.word(2)?, kind)?;
        self.emit(Step::Select(to, condition, yes, no));
        Ok(())
    }

    /// An operation that gives two words.
    fn wide(&mut self, operator: Wide) -> Read<()> {
        self.ends(5)?;
        match self.ty(self.word(1)?)?.clone() {
            Type::Struct { members, .. } if members.len() == 2 => {
                for member in members {
                    if self.kind(member)? != Kind::Word {
                        return self.fail("the result is not of two words");
                    }
                }
            }
            _ => return self.fail("the result is not of two words"),
        }
        let (a, b) = (self.operand(self.word(3)?, Kind::Word)?, self.operand(self.word(4)?, Kind::Word)?);
        let to = self.register();
        self.register();
        self.mean(self.word(2)?, Meaning::Pair(to))?;
        self.flow.defines(self.block, to);
        self.emit(Step::Wide(operator, to, a, b));
        Ok(())
    }

    fn extract(&mut self) -> Read<()> {
        self.ends(5)?;
        let kind = self.kind(self.word(1)?)?;
        let (Meaning::Pair(pair), word @ (0 | 1), Kind::Word) = (self.meaning(self.word(3)?), self.word(4)?, kind)
        else {
            return self.fail("only one of two words is taken out");
        };
        self.flow.uses(self.block, pair, self.site as u32);
        let to = self.define(self.word(2)?, Kind::Word)?;
        self.emit(Step::One(One::Copy, to, pair + word));
        Ok(())
    }

    fn glsl(&mut self) -> Read<()> {
        self.ends(6)?;
        let (Meaning::Glsl, number) = (self.meaning(self.word(3)?), self.word(4)?) else {
            return self.fail("an instruction of a set that is not known here");
        };
        let result = self.kind(self.word(1)?)?;
        let from = self.word(5)?;
        let (operator, kind) = match (number, result) {
            (GLSL_SQRT, Kind::Float) => (One::SquareRoot, Kind::Float),
            (GLSL_FIND_U_MSB, Kind::Word) => (One::HighestBit, Kind::Word),
            _ => return self.fail("an instruction of GLSL.std.450 that is not known here"),
        };
        let from = self.operand(from, kind)?;
        if kind == Kind::Float && self.constant(from).is_some() {
            self.note(What::PlainFloat);
        }
        let to = self.define(self.word(2)?, result)?;
        self.emit(Step::One(operator, to, from));
        Ok(())
    }
}
