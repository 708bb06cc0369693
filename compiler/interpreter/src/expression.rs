//! The value of an expression: operands from left to right, and only the branches that are taken.

use lockstep_compiler::program::{Expression, ExpressionKind};
use lockstep_numbers::{binary, canonical, convert, unary};

use crate::{
    trap::{Evaluated, Trap},
    walker::Walker,
    watch::Watch,
};

impl<W: Watch> Walker<'_, W> {
    /// Literals and locals, which are most of all, need no call.
    #[inline(always)]
    pub(crate) fn expression(&mut self, expression: &Expression) -> Evaluated<u64> {
        match &expression.kind {
            ExpressionKind::Literal(value) => Ok(*value),
            ExpressionKind::Local(local) => Ok(self.frame.get(*local)),
            _ => self.operation(expression),
        }
    }

    fn operation(&mut self, expression: &Expression) -> Evaluated<u64> {
        match &expression.kind {
            ExpressionKind::Binary { operator, left, right } => {
                let a = self.expression(left)?;
                let b = self.expression(right)?;
                binary(*operator, left.ty, a, b).map_err(|_| Trap::division(expression.span, &left.ty.show(a)))
            }
            ExpressionKind::Load { access, otherwise } => self.load(access, otherwise.as_deref()),
            _ => self.construct(expression),
        }
    }

    /// What is rarer. Apart, so that the rest stays quick.
    #[inline(never)]
    fn construct(&mut self, expression: &Expression) -> Evaluated<u64> {
        match &expression.kind {
            ExpressionKind::Unary { operator, operand } => Ok(unary(*operator, operand.ty, self.expression(operand)?)),
            ExpressionKind::Logic { and, left, right } => {
                let a = self.expression(left)?;
                if (a != 0) == *and { self.expression(right) } else { Ok(a) }
            }
            ExpressionKind::Convert(operand) => Ok(convert(operand.ty, expression.ty, self.expression(operand)?)),
            ExpressionKind::ToBits(operand) => self.expression(operand),
            ExpressionKind::FromBits(operand) => Ok(canonical(expression.ty, self.expression(operand)?)),
            ExpressionKind::If { arms, otherwise } => {
                for (condition, block) in arms {
                    if self.expression(condition)? != 0 {
                        return self.value(block);
                    }
                }
                self.value(otherwise)
            }
            ExpressionKind::Literal(_)
            | ExpressionKind::Local(_)
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Load { .. } => self.expression(expression),
        }
    }
}
