//! Walks over the typed program: every statement, expression and access of a body, outermost first.

use crate::program::{Access, Block, Expression, ExpressionKind, GroupStatement, Statement};

/// What a walk does at each node before it goes inside.
pub trait Visitor {
    /// At a statement.
    fn statement(&mut self, _statement: &Statement) {}
    /// After everything inside a statement.
    fn leave_statement(&mut self, _statement: &Statement) {}
    /// At an expression.
    fn expression(&mut self, _expression: &Expression) {}
    /// At a cell that is read or written.
    fn access(&mut self, _access: &Access, _write: bool) {}
}

/// Walks the body of a kernel, its phases included.
pub fn group(visitor: &mut impl Visitor, statements: &[GroupStatement]) {
    for statement in statements {
        match statement {
            GroupStatement::Let { value, .. } | GroupStatement::Lane { value, .. } => expression(visitor, value),
            GroupStatement::For { from, to, body, .. } => {
                expression(visitor, from);
                expression(visitor, to);
                group(visitor, body);
            }
            GroupStatement::If { arms, otherwise } => {
                for (condition, body) in arms {
                    expression(visitor, condition);
                    group(visitor, body);
                }
                group(visitor, otherwise);
            }
            GroupStatement::Phase(phase) => block(visitor, &phase.body),
        }
    }
}

/// Walks a block.
pub fn block(visitor: &mut impl Visitor, block: &Block) {
    for inner in &block.statements {
        statement(visitor, inner);
    }
    if let Some(result) = &block.result {
        expression(visitor, result);
    }
}

fn statement(visitor: &mut impl Visitor, statement: &Statement) {
    visitor.statement(statement);
    match statement {
        Statement::Set { value, .. } | Statement::Fill { value, .. } => expression(visitor, value),
        Statement::Store { access, value }
        | Statement::Combine { access, value, .. }
        | Statement::Claim { access, value } => {
            visitor.access(access, true);
            access.indices.iter().for_each(|index| expression(visitor, index));
            expression(visitor, value);
        }
        Statement::If { arms, otherwise } => {
            for (condition, inner) in arms {
                expression(visitor, condition);
                block(visitor, inner);
            }
            otherwise.iter().for_each(|inner| block(visitor, inner));
        }
        Statement::For(inner) => {
            expression(visitor, &inner.from);
            expression(visitor, &inner.to);
            inner.max.iter().for_each(|max| expression(visitor, max));
            block(visitor, &inner.body);
        }
        Statement::Assert { condition, .. } => expression(visitor, condition),
        Statement::Break | Statement::Continue => {}
    }
    visitor.leave_statement(statement);
}

/// Walks an expression.
pub fn expression(visitor: &mut impl Visitor, expression: &Expression) {
    visitor.expression(expression);
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
        ExpressionKind::Load { access, otherwise } => {
            visitor.access(access, false);
            access.indices.iter().for_each(|index| self::expression(visitor, index));
            otherwise.iter().for_each(|value| self::expression(visitor, value));
        }
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Convert(operand)
        | ExpressionKind::ToBits(operand)
        | ExpressionKind::FromBits(operand) => self::expression(visitor, operand),
        ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
            self::expression(visitor, left);
            self::expression(visitor, right);
        }
        ExpressionKind::If { arms, otherwise } => {
            for (condition, inner) in arms {
                self::expression(visitor, condition);
                block(visitor, inner);
            }
            block(visitor, otherwise);
        }
    }
}
