//! Expressions of which only a part is evaluated: `&&`, `||` and `if`. What is small and cannot trap is evaluated all
//! the same, since choosing between two values is cheaper than a branch.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{Lowering, parts::Parts};
use crate::{
    ir::{Operation, TruthOperator, Type, Value},
    program::{Block, Expression, ExpressionKind},
};

/// Expressions up to this size may be evaluated though their value is not wanted.
const MAX_SPECULATION: u32 = 12;
/// From so many arms on a choice is a branch.
const MAX_ARMS: usize = 4;

impl Lowering<'_> {
    /// `&&` and `||`: the right side is evaluated only where the left does not decide, unless that cannot be told.
    pub(super) fn logic(&mut self, and: bool, left: &Expression, right: &Expression) -> Value {
        let a = self.word(left);
        match self.builder.constant_truth(a) {
            Some(decided) if decided != and => return a,
            Some(_) => return self.word(right),
            None => {}
        }
        if speculative(right) {
            let b = self.word(right);
            let operator = if and { TruthOperator::And } else { TruthOperator::Or };
            return self.builder.value(Operation::Logic(operator, a, b));
        }
        let outcome = self.builder.variable(Type::Truth);
        self.builder.store(outcome, a);
        let condition = if and { a } else { self.builder.value(Operation::Not(a)) };
        self.when(condition, |lowering| {
            let b = lowering.word(right);
            lowering.builder.store(outcome, b);
        });
        self.builder.value(Operation::Load(outcome))
    }

    pub(super) fn choose(&mut self, arms: &[(Expression, Block)], otherwise: &Block, ty: ScalarType) -> Parts<Value> {
        let Some(((condition, block), rest)) = arms.split_first() else {
            return self.valued(otherwise, ty);
        };
        if !self.deeper() {
            self.shallower();
            return self.any(ty);
        }
        let condition = self.word(condition);
        let value = match self.builder.constant_truth(condition) {
            Some(true) => self.valued(block, ty),
            Some(false) => self.choose(rest, otherwise, ty),
            None if speculative_block(block) && speculative_arms(rest, otherwise) => {
                let yes = self.valued(block, ty);
                let no = self.choose(rest, otherwise, ty);
                yes.with(no).map(|(yes, no)| self.builder.select(condition, yes, no))
            }
            None => {
                let outcome = self.outcome(ty);
                self.either(
                    condition,
                    |lowering| {
                        let yes = lowering.valued(block, ty);
                        lowering.store_outcome(outcome, yes);
                    },
                    |lowering| {
                        let no = lowering.choose(rest, otherwise, ty);
                        lowering.store_outcome(outcome, no);
                    },
                );
                self.load_outcome(outcome)
            }
        };
        self.shallower();
        value
    }

    /// The value of a block.
    fn valued(&mut self, block: &Block, ty: ScalarType) -> Parts<Value> {
        match self.block(block) {
            Some(value) => value,
            None => self.any(ty),
        }
    }
}

/// Whether a block is an expression that may be evaluated though its value is not wanted.
fn speculative_block(block: &Block) -> bool {
    block.statements.is_empty() && block.result.as_deref().is_some_and(speculative)
}

/// Whether the rest of a choice may be evaluated though its value is not wanted.
fn speculative_arms(arms: &[(Expression, Block)], otherwise: &Block) -> bool {
    let small = |(condition, block): &(Expression, Block)| speculative(condition) && speculative_block(block);
    arms.len() < MAX_ARMS && arms.iter().all(small) && speculative_block(otherwise)
}

/// Whether an expression may be evaluated though its value is not wanted: it cannot trap, and it is small.
pub(super) fn speculative(expression: &Expression) -> bool {
    size(expression).is_some_and(|size| size <= MAX_SPECULATION)
}

fn size(expression: &Expression) -> Option<u32> {
    let size = match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => 1,
        ExpressionKind::Unary { operator, operand } => {
            let own = match operator {
                Unary::SquareRoot => return None,
                Unary::HalfToFloat | Unary::FloatToHalf | Unary::FloatToBrain => 6,
                Unary::Negate | Unary::Not | Unary::Absolute => 1,
            };
            size(operand)? + own
        }
        ExpressionKind::Convert(operand) => {
            let wide = operand.ty.words() == 2 || expression.ty.words() == 2;
            let float = operand.ty == ScalarType::F32 || expression.ty == ScalarType::F32;
            size(operand)? + if wide && float { return None } else { 1 }
        }
        ExpressionKind::ToBits(operand) | ExpressionKind::FromBits(operand) => size(operand)? + 1,
        ExpressionKind::Binary { operator, left, right } => {
            let divides = matches!(operator, Binary::Divide | Binary::Remainder | Binary::CeilingDivide);
            if divides {
                return None;
            }
            size(left)? + size(right)? + left.ty.words() as u32
        }
        ExpressionKind::Logic { left, right, .. } => size(left)? + size(right)? + 1,
        ExpressionKind::If { arms, otherwise } => {
            let block = |block: &Block| match (&block.statements[..], block.result.as_deref()) {
                ([], Some(result)) => size(result),
                _ => None,
            };
            let mut sum = block(otherwise)?;
            for (condition, then) in arms {
                sum += size(condition)? + block(then)? + expression.ty.words() as u32;
            }
            sum
        }
        ExpressionKind::Load { .. } => return None,
    };
    (size <= MAX_SPECULATION).then_some(size)
}
