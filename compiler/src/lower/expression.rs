//! Expressions.

use lockstep_numbers::{Binary, ScalarType, Unary, float};

use super::{Lowering, parts::Parts};
use crate::{
    ir::{Function, Operation, TruthOperator, Value},
    program::{Expression, ExpressionKind},
};

impl Lowering<'_> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, expression: &Expression) -> Parts<Value> {
        // If the kernel is refused, any value of the type lets the walk end.
        let value = if self.deeper() { self.inner(expression) } else { self.any(expression.ty) };
        self.shallower();
        value
    }

    /// The value of an expression whose type is not a 64-bit one.
    pub(super) fn word(&mut self, expression: &Expression) -> Value {
        self.expression(expression).low()
    }

    /// Some value of a type.
    pub(super) fn any(&mut self, ty: ScalarType) -> Parts<Value> {
        self.literal(0, ty)
    }

    fn inner(&mut self, expression: &Expression) -> Parts<Value> {
        if let Some(bits) = self.said(expression) {
            return self.literal(bits, expression.ty);
        }
        match &expression.kind {
            ExpressionKind::Literal(bits) => self.literal(*bits, expression.ty),
            ExpressionKind::Local(local) => match self.local(*local) {
                Some(value) => value,
                None => self.any(expression.ty),
            },
            ExpressionKind::Load { access, otherwise } => self.load(access, otherwise.as_deref()),
            ExpressionKind::Unary { operator, operand } => {
                // `-1.0` is a literal like `1.0`, and costs no operation.
                if let (Unary::Negate, ScalarType::F32, ExpressionKind::Literal(bits)) =
                    (operator, operand.ty, &operand.kind)
                {
                    return self.literal(float::neg(*bits as u32).into(), ScalarType::F32);
                }
                let value = self.expression(operand);
                self.unary(*operator, operand.ty, value)
            }
            ExpressionKind::Binary { operator, left, right } => {
                let a = self.expression(left);
                let b = self.expression(right);
                self.binary(*operator, left.ty, a, b)
            }
            ExpressionKind::Logic { and, left, right } => Parts::One(self.logic(*and, left, right)),
            ExpressionKind::Convert(operand) => {
                let value = self.expression(operand);
                self.convert(operand.ty, expression.ty, value)
            }
            ExpressionKind::ToBits(operand) => {
                let value = self.expression(operand);
                if operand.ty == ScalarType::F32 { Parts::One(self.bits(value.low())) } else { value }
            }
            ExpressionKind::FromBits(operand) => {
                let value = self.expression(operand);
                if expression.ty == ScalarType::F32 { Parts::One(self.float_from_any(value.low())) } else { value }
            }
            ExpressionKind::If { arms, otherwise } => self.choose(arms, otherwise, expression.ty),
        }
    }

    pub(super) fn literal(&mut self, bits: u64, ty: ScalarType) -> Parts<Value> {
        match ty {
            ScalarType::F32 => Parts::One(self.float_constant(bits as u32)),
            ScalarType::Bool => Parts::One(self.builder.truth(bits != 0)),
            _ => Parts::of(ty.words(), |part| self.builder.word((bits >> (32 * part)) as u32)),
        }
    }

    fn unary(&mut self, operator: Unary, ty: ScalarType, a: Parts<Value>) -> Parts<Value> {
        if let Parts::Two(low, high) = a {
            return self.unary_wide(operator, ty.is_signed(), (low, high));
        }
        let a = a.low();
        Parts::One(match (operator, ty) {
            (Unary::Not, ScalarType::Bool) => self.builder.value(Operation::Not(a)),
            (Unary::Not, _) => self.builder.value(Operation::Complement(a)),
            (Unary::Negate, ScalarType::F32) => self.negate_float(a),
            (Unary::Negate, _) => self.negate_word(a),
            (Unary::Absolute, ScalarType::F32) => self.absolute_float(a),
            (Unary::Absolute, ScalarType::I32) => self.absolute_word(a),
            (Unary::Absolute, _) => a,
            (Unary::SquareRoot, _) => self.call(Function::Root, [a, a]),
            (Unary::HalfToFloat, _) => self.half_to_float(a),
            (Unary::FloatToHalf, _) => self.float_to_half(a),
            (Unary::FloatToBrain, _) => self.float_to_brain(a),
        })
    }

    pub(super) fn binary(
        &mut self,
        operator: Binary,
        ty: ScalarType,
        a: Parts<Value>,
        b: Parts<Value>,
    ) -> Parts<Value> {
        if let Parts::Two(..) = a {
            return self.binary_wide(operator, ty.is_signed(), (a.low(), a.high()), b);
        }
        let (a, b) = (a.low(), b.low());
        Parts::One(match ty {
            ScalarType::F32 => self.binary_float(operator, a, b),
            ScalarType::Bool => {
                let operator = match operator {
                    Binary::And => TruthOperator::And,
                    Binary::Or => TruthOperator::Or,
                    Binary::Equal => TruthOperator::Equal,
                    _ => TruthOperator::NotEqual,
                };
                self.builder.value(Operation::Logic(operator, a, b))
            }
            _ if operator == Binary::Dot => self.dot(ty, a, b),
            _ => self.binary_word(operator, ty == ScalarType::I32, a, b),
        })
    }

    fn convert(&mut self, from: ScalarType, to: ScalarType, a: Parts<Value>) -> Parts<Value> {
        use ScalarType::*;
        match (from, to) {
            (I64 | U64, _) => self.convert_from_wide(from == I64, to, (a.low(), a.high())),
            (_, I64 | U64) => self.convert_to_wide(from, to == I64, a.low()),
            (Bool, F32) => {
                let word = self.word_from_truth(a.low());
                Parts::One(self.word_to_float(word, false))
            }
            (Bool, I32 | U32) => Parts::One(self.word_from_truth(a.low())),
            (I32 | U32, F32) => Parts::One(self.word_to_float(a.low(), from == I32)),
            (F32, I32 | U32) => Parts::One(self.float_to_word(a.low(), to == I32)),
            (F32, Bool) => {
                let zero = self.float_constant(0);
                Parts::One(self.binary_float(Binary::NotEqual, a.low(), zero))
            }
            (I32 | U32, Bool) => Parts::One(self.is_not_zero(a.low())),
            _ => a,
        }
    }

    pub(super) fn word_from_truth(&mut self, a: Value) -> Value {
        let (one, zero) = (self.builder.word(1), self.builder.word(0));
        self.builder.select(a, one, zero)
    }
}
