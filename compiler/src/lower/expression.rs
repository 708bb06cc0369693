//! Expressions.

use lockstep_numbers::{Binary, ScalarType, Unary, float};

use super::{Frame, Lowering, Place, type_of};
use crate::{
    ir::{Instruction, Operation, TruthOperator, Type, Value},
    program::{Block, Expression, ExpressionKind},
};

/// Expressions up to this size may be evaluated though their value is not wanted.
const MAX_SPECULATION: u32 = 12;

impl Lowering<'_> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, frame: &mut Frame<'_>, expression: &Expression) -> Value {
        if !self.deeper() {
            // The kernel is refused; any value of the type lets the walk end.
            self.shallower();
            return self.any(type_of(expression.ty));
        }
        let value = self.inner(frame, expression);
        self.shallower();
        value
    }

    fn any(&mut self, ty: Type) -> Value {
        match ty {
            Type::Word => self.builder.word(0),
            Type::Truth => self.builder.truth(false),
            Type::Float => {
                let word = self.builder.word(0);
                self.float_from_bits(word)
            }
        }
    }

    fn inner(&mut self, frame: &mut Frame<'_>, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Literal(word) => self.literal(*word, expression.ty),
            ExpressionKind::Local(local) => match frame.places[local.0 as usize] {
                Place::Value(value) => value,
                Place::Variable(variable) => self.builder.value(Operation::Load(variable)),
                Place::Table(_) | Place::Unset => self.any(type_of(expression.ty)),
            },
            ExpressionKind::Load { access, otherwise } => self.load(frame, access, otherwise.as_deref()),
            ExpressionKind::Unary { operator, operand } => {
                // `-1.0` is a literal like `1.0`, and costs no operation.
                if let (Unary::Negate, ScalarType::F32, ExpressionKind::Literal(word)) =
                    (operator, operand.ty, &operand.kind)
                {
                    return self.literal(float::neg(*word), ScalarType::F32);
                }
                let value = self.expression(frame, operand);
                self.unary(*operator, operand.ty, value)
            }
            ExpressionKind::Binary { operator, left, right } => {
                let a = self.expression(frame, left);
                let b = self.expression(frame, right);
                self.binary(*operator, left.ty, a, b)
            }
            ExpressionKind::Logic { and, left, right } => self.logic(frame, *and, left, right),
            ExpressionKind::Convert(operand) => {
                let value = self.expression(frame, operand);
                self.convert(operand.ty, expression.ty, value)
            }
            ExpressionKind::ToBits(operand) => {
                let value = self.expression(frame, operand);
                self.bits(value)
            }
            ExpressionKind::FromBits(operand) => {
                let word = self.expression(frame, operand);
                self.enter(word, ScalarType::F32)
            }
            ExpressionKind::If { arms, otherwise } => self.choose(frame, arms, otherwise, type_of(expression.ty)),
            ExpressionKind::Call { function, arguments } => {
                let program = self.program;
                let function = &program.functions[*function];
                let mut inner = Frame { locals: &function.locals, places: vec![Place::Unset; function.locals.len()] };
                for (i, argument) in arguments.iter().enumerate() {
                    inner.places[i] = Place::Value(self.expression(frame, argument));
                }
                self.block(&mut inner, &function.body).unwrap_or_else(|| self.any(type_of(function.result)))
            }
        }
    }

    fn literal(&mut self, word: u32, ty: ScalarType) -> Value {
        match ty {
            ScalarType::F32 => {
                let word = self.builder.word(word);
                self.float_from_bits(word)
            }
            ScalarType::Bool => self.builder.truth(word != 0),
            ScalarType::I32 | ScalarType::U32 => self.builder.word(word),
        }
    }

    pub(super) fn unary(&mut self, operator: Unary, ty: ScalarType, a: Value) -> Value {
        match (operator, ty) {
            (Unary::Not, ScalarType::Bool) => self.builder.value(Operation::Not(a)),
            (Unary::Not, _) => self.builder.value(Operation::Complement(a)),
            (Unary::Negate, ScalarType::F32) => self.negate_float(a),
            (Unary::Negate, _) => self.negate_word(a),
            (Unary::Absolute, ScalarType::F32) => self.absolute_float(a),
            (Unary::Absolute, _) => self.absolute_word(a),
            (Unary::SquareRoot, _) => self.square_root(a),
        }
    }

    pub(super) fn binary(&mut self, operator: Binary, ty: ScalarType, a: Value, b: Value) -> Value {
        match ty {
            ScalarType::F32 => self.binary_float(operator, a, b),
            ScalarType::I32 | ScalarType::U32 => self.binary_word(operator, ty == ScalarType::I32, a, b),
            ScalarType::Bool => {
                let operator = match operator {
                    Binary::And => TruthOperator::And,
                    Binary::Or => TruthOperator::Or,
                    Binary::Equal => TruthOperator::Equal,
                    _ => TruthOperator::NotEqual,
                };
                self.builder.value(Operation::Logic(operator, a, b))
            }
        }
    }

    fn convert(&mut self, from: ScalarType, to: ScalarType, a: Value) -> Value {
        match (from, to) {
            (ScalarType::Bool, ScalarType::F32) => {
                let word = self.word_from_truth(a);
                self.word_to_float(word, false)
            }
            (ScalarType::Bool, ScalarType::I32 | ScalarType::U32) => self.word_from_truth(a),
            (ScalarType::I32 | ScalarType::U32, ScalarType::F32) => self.word_to_float(a, from == ScalarType::I32),
            (ScalarType::F32, ScalarType::I32 | ScalarType::U32) => self.float_to_word(a, to == ScalarType::I32),
            _ => a,
        }
    }

    fn word_from_truth(&mut self, a: Value) -> Value {
        let (one, zero) = (self.builder.word(1), self.builder.word(0));
        self.builder.select(a, one, zero)
    }

    /// `&&` and `||`: the right side is evaluated only where the left does not decide, unless that cannot be told.
    fn logic(&mut self, frame: &mut Frame<'_>, and: bool, left: &Expression, right: &Expression) -> Value {
        let a = self.expression(frame, left);
        if speculative(right) {
            let b = self.expression(frame, right);
            let operator = if and { TruthOperator::And } else { TruthOperator::Or };
            return self.builder.value(Operation::Logic(operator, a, b));
        }
        let result = self.builder.variable(Type::Truth);
        self.builder.push(Instruction::Store(result, a));
        let condition = if and { a } else { self.builder.value(Operation::Not(a)) };
        self.builder.open();
        let b = self.expression(frame, right);
        self.builder.push(Instruction::Store(result, b));
        let then = self.builder.close();
        self.builder.push(Instruction::If { condition, then, otherwise: vec![] });
        self.builder.value(Operation::Load(result))
    }

    fn choose(&mut self, frame: &mut Frame<'_>, arms: &[(Expression, Block)], otherwise: &Block, ty: Type) -> Value {
        let Some(((condition, block), rest)) = arms.split_first() else {
            return self.block(frame, otherwise).unwrap_or_else(|| self.any(ty));
        };
        if !self.deeper() {
            self.shallower();
            return self.any(ty);
        }
        let condition = self.expression(frame, condition);
        let value = if speculative_block(block) && rest.is_empty() && speculative_block(otherwise) {
            let yes = self.block(frame, block).unwrap_or(condition);
            let no = self.block(frame, otherwise).unwrap_or(condition);
            self.builder.select(condition, yes, no)
        } else {
            let result = self.builder.variable(ty);
            self.builder.open();
            let yes = self.block(frame, block).unwrap_or_else(|| self.any(ty));
            self.builder.push(Instruction::Store(result, yes));
            let then = self.builder.close();
            self.builder.open();
            let no = self.choose(frame, rest, otherwise, ty);
            self.builder.push(Instruction::Store(result, no));
            let otherwise = self.builder.close();
            self.builder.push(Instruction::If { condition, then, otherwise });
            self.builder.value(Operation::Load(result))
        };
        self.shallower();
        value
    }
}

/// Whether a block is an expression that may be evaluated though its value is not wanted.
fn speculative_block(block: &Block) -> bool {
    block.statements.is_empty() && block.result.as_deref().is_some_and(speculative)
}

/// Whether an expression may be evaluated though its value is not wanted: it cannot trap, and it is small.
pub(super) fn speculative(expression: &Expression) -> bool {
    fn size(expression: &Expression) -> Option<u32> {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => Some(1),
            ExpressionKind::Unary { operator: Unary::SquareRoot, .. } => None,
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => Some(size(operand)? + 1),
            ExpressionKind::Binary { operator, left, right } => {
                let divides = matches!(operator, Binary::Divide | Binary::Remainder | Binary::CeilingDivide);
                let total = if divides { None } else { Some(size(left)? + size(right)? + 1) };
                total.filter(|total| *total <= MAX_SPECULATION)
            }
            ExpressionKind::Logic { left, right, .. } => {
                Some(size(left)? + size(right)? + 1).filter(|total| *total <= MAX_SPECULATION)
            }
            ExpressionKind::Load { .. } | ExpressionKind::If { .. } | ExpressionKind::Call { .. } => None,
        }
    }
    size(expression).is_some_and(|size| size <= MAX_SPECULATION)
}
