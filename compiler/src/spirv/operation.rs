//! What makes a value: one form for each operation of the representation, and no other.

use rspirv::{
    dr::Operand,
    spirv::{Capability, Decoration, PackedVectorFormat, Word},
};

use super::{emit::Emitted, function::Emitter};
use crate::ir::{FloatComparison, FloatOperator, Operation, TruthOperator, Type, Value, WordComparison, WordOperator};

/// The numbers of instructions in the set GLSL.std.450.
const GLSL_SQRT: u32 = 31;
const GLSL_FIND_U_MSB: u32 = 75;

impl Emitter<'_> {
    pub(super) fn operation(&mut self, value: Value, operation: &Operation) -> Emitted<Word> {
        let (word, float, truth) = (self.frame.word, self.frame.float, self.frame.truth);
        let ty = self.frame.ty(self.types[value.0 as usize]);
        match *operation {
            Operation::Word(constant) => Ok(self.constant(Type::Word, constant)),
            Operation::Truth(constant) => Ok(self.constant(Type::Truth, constant.into())),
            Operation::PushConstant(index) => self.push_constant(index),
            Operation::Group => self.group(),
            Operation::LaneInGroup => self.first_of(self.frame.lane_id),
            Operation::Arithmetic(operator, a, b) => self.arithmetic(operator, self.value(a), self.value(b)),
            Operation::Complement(a) => self.b.not(word, None, self.value(a)),
            Operation::HighestBit(a) => self.glsl(word, GLSL_FIND_U_MSB, a),
            Operation::Compare(comparison, a, b) => self.compare(comparison, self.value(a), self.value(b)),
            Operation::Float(operator, a, b) => self.float(operator, self.value(a), self.value(b)),
            Operation::Call(function, a, b) => {
                let id = self.functions.get(&function).copied().unwrap_or_default();
                let arguments = [a, b].map(|argument| self.value(argument));
                self.b.function_call(ty, None, id, arguments.into_iter().take(function.parameters().len()))
            }
            Operation::Argument(parameter, _) => Ok(self.arguments[parameter as usize]),
            Operation::SquareRootSeed(a) => self.glsl(float, GLSL_SQRT, a),
            Operation::CompareFloats(comparison, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match comparison {
                    FloatComparison::Equal => self.b.f_ord_equal(truth, None, a, b),
                    FloatComparison::NotEqual => self.b.f_unord_not_equal(truth, None, a, b),
                    FloatComparison::Less => self.b.f_ord_less_than(truth, None, a, b),
                    FloatComparison::LessOrEqual => self.b.f_ord_less_than_equal(truth, None, a, b),
                }
            }
            Operation::Logic(operator, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match operator {
                    TruthOperator::And => self.b.logical_and(truth, None, a, b),
                    TruthOperator::Or => self.b.logical_or(truth, None, a, b),
                    TruthOperator::Equal => self.b.logical_equal(truth, None, a, b),
                    TruthOperator::NotEqual => self.b.logical_not_equal(truth, None, a, b),
                }
            }
            Operation::Not(a) => self.b.logical_not(truth, None, self.value(a)),
            Operation::Select(condition, yes, no) => {
                self.b.select(ty, None, self.value(condition), self.value(yes), self.value(no))
            }
            Operation::FloatFromBits(a) => self.b.bitcast(float, None, self.value(a)),
            Operation::BitsFromFloat(a) => self.b.bitcast(word, None, self.value(a)),
            Operation::FloatFromSigned(a) => self.b.convert_s_to_f(float, None, self.value(a)),
            Operation::SignedFromFloat(a) => self.b.convert_f_to_s(word, None, self.value(a)),
            Operation::Load(variable) => self.b.load(ty, None, self.variable(variable), None, []),
            Operation::LoadCell(memory, index) => self.load_cell(ty, memory, index),
        }
    }

    fn glsl(&mut self, ty: Word, number: u32, a: Value) -> Emitted<Word> {
        let b = &mut self.b;
        let set = *self.glsl.get_or_insert_with(|| b.ext_inst_import("GLSL.std.450"));
        let a = Operand::IdRef(self.value(a));
        self.b.ext_inst(ty, None, set, number, [a])
    }

    fn compare(&mut self, comparison: WordComparison, a: Word, b: Word) -> Emitted<Word> {
        let truth = self.frame.truth;
        match comparison {
            WordComparison::Equal => self.b.i_equal(truth, None, a, b),
            WordComparison::NotEqual => self.b.i_not_equal(truth, None, a, b),
            WordComparison::Less => self.b.u_less_than(truth, None, a, b),
            WordComparison::LessOrEqual => self.b.u_less_than_equal(truth, None, a, b),
            WordComparison::LessSigned => self.b.s_less_than(truth, None, a, b),
            WordComparison::LessOrEqualSigned => self.b.s_less_than_equal(truth, None, a, b),
        }
    }

    fn float(&mut self, operator: FloatOperator, a: Word, b: Word) -> Emitted<Word> {
        let float = self.frame.float;
        let result = match operator {
            FloatOperator::Add => self.b.f_add(float, None, a, b),
            FloatOperator::Subtract => self.b.f_sub(float, None, a, b),
            FloatOperator::Multiply => self.b.f_mul(float, None, a, b),
            FloatOperator::DivideSeed => self.b.f_div(float, None, a, b),
        }?;
        self.b.decorate(result, Decoration::NoContraction, []);
        Ok(result)
    }

    fn arithmetic(&mut self, operator: WordOperator, a: Word, b: Word) -> Emitted<Word> {
        let word = self.frame.word;
        match operator {
            WordOperator::Add => self.b.i_add(word, None, a, b),
            WordOperator::Subtract => self.b.i_sub(word, None, a, b),
            WordOperator::Multiply => self.b.i_mul(word, None, a, b),
            WordOperator::MultiplyHigh => {
                let both = self.b.u_mul_extended(self.frame.two_words, None, a, b)?;
                self.b.composite_extract(word, None, both, [1])
            }
            WordOperator::Carry => {
                let both = self.b.i_add_carry(self.frame.two_words, None, a, b)?;
                self.b.composite_extract(word, None, both, [1])
            }
            WordOperator::Borrow => {
                let both = self.b.i_sub_borrow(self.frame.two_words, None, a, b)?;
                self.b.composite_extract(word, None, both, [1])
            }
            WordOperator::Divide => self.b.u_div(word, None, a, b),
            WordOperator::Remainder => self.b.u_mod(word, None, a, b),
            WordOperator::DivideSigned => self.b.s_div(word, None, a, b),
            WordOperator::And => self.b.bitwise_and(word, None, a, b),
            WordOperator::Or => self.b.bitwise_or(word, None, a, b),
            WordOperator::Xor => self.b.bitwise_xor(word, None, a, b),
            WordOperator::ShiftLeft => self.b.shift_left_logical(word, None, a, b),
            WordOperator::ShiftRight => self.b.shift_right_logical(word, None, a, b),
            WordOperator::ShiftRightSigned => self.b.shift_right_arithmetic(word, None, a, b),
            WordOperator::DotSigned => {
                self.declare_dots();
                self.b.s_dot(word, None, a, b, Some(PackedVectorFormat::PackedVectorFormat4x8Bit))
            }
            WordOperator::DotUnsigned => {
                self.declare_dots();
                self.b.u_dot(word, None, a, b, Some(PackedVectorFormat::PackedVectorFormat4x8Bit))
            }
        }
    }

    /// Declares what dot products of packed bytes need, which a device must offer; with the first that is emitted, since
    /// what stands behind a `break` never is.
    fn declare_dots(&mut self) {
        const NEEDED: [Capability; 2] = [Capability::DotProduct, Capability::DotProductInput4x8BitPacked];
        let first = Operand::Capability(NEEDED[0]);
        if self.b.module_ref().capabilities.iter().all(|declared| !declared.operands.contains(&first)) {
            for capability in NEEDED {
                self.b.capability(capability);
            }
            self.b.extension("SPV_KHR_integer_dot_product");
        }
    }
}
