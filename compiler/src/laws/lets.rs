//! The values of the `let`s of a kernel. A local is declared once, and a `let` never changes, so a value holds wherever
//! its name is visible.

use crate::program::{
    Access, Block, Expression, ExpressionKind, GroupStatement, Kernel, LocalId, LocalKind, Statement,
};

/// For each local that is a `let` its value.
pub(crate) struct Lets<'p> {
    kinds: Vec<LocalKind>,
    values: Vec<Option<&'p Expression>>,
}

impl<'p> Lets<'p> {
    /// Those of a kernel.
    pub(crate) fn of(kernel: &'p Kernel) -> Self {
        let kinds: Vec<LocalKind> = kernel.locals.iter().map(|local| local.kind).collect();
        let mut lets = Lets { values: vec![None; kinds.len()], kinds };
        lets.group(&kernel.body);
        lets
    }

    /// The value of a `let`; None for any other local.
    pub(crate) fn value(&self, local: LocalId) -> Option<&'p Expression> {
        self.values.get(local.0 as usize).copied().flatten()
    }

    /// The kind of a local.
    pub(crate) fn kind(&self, local: LocalId) -> Option<LocalKind> {
        self.kinds.get(local.0 as usize).copied()
    }

    fn learn(&mut self, local: LocalId, value: &'p Expression) {
        if self.kind(local) == Some(LocalKind::Let)
            && let Some(place) = self.values.get_mut(local.0 as usize)
        {
            *place = Some(value);
        }
    }

    fn group(&mut self, statements: &'p [GroupStatement]) {
        for statement in statements {
            match statement {
                GroupStatement::Let { local, value } => {
                    self.learn(*local, value);
                    self.expression(value);
                }
                GroupStatement::Lane { value, .. } => self.expression(value),
                GroupStatement::For { from, to, body, .. } => {
                    self.expression(from);
                    self.expression(to);
                    self.group(body);
                }
                GroupStatement::If { arms, otherwise } => {
                    for (condition, body) in arms {
                        self.expression(condition);
                        self.group(body);
                    }
                    self.group(otherwise);
                }
                GroupStatement::Phase(phase) => self.block(&phase.body),
            }
        }
    }

    fn block(&mut self, block: &'p Block) {
        for statement in &block.statements {
            match statement {
                Statement::Set { local, value } => {
                    self.learn(*local, value);
                    self.expression(value);
                }
                Statement::For(inner) => {
                    self.expression(&inner.from);
                    self.expression(&inner.to);
                    inner.max.iter().for_each(|max| self.expression(max));
                    self.block(&inner.body);
                }
                Statement::If { arms, otherwise } => {
                    self.arms(arms);
                    otherwise.iter().for_each(|block| self.block(block));
                }
                Statement::Store { access, value }
                | Statement::Combine { access, value, .. }
                | Statement::Claim { access, value } => {
                    self.indices(access);
                    self.expression(value);
                }
                Statement::Fill { value, .. } | Statement::Assert { condition: value, .. } => self.expression(value),
                Statement::Break | Statement::Continue => {}
            }
        }
        block.result.iter().for_each(|result| self.expression(result));
    }

    fn arms(&mut self, arms: &'p [(Expression, Block)]) {
        for (condition, block) in arms {
            self.expression(condition);
            self.block(block);
        }
    }

    fn indices(&mut self, access: &'p Access) {
        access.indices.iter().for_each(|index| self.expression(index));
    }

    /// Learns from the blocks inside an expression.
    fn expression(&mut self, value: &'p Expression) {
        match &value.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
            ExpressionKind::If { arms, otherwise } => {
                self.arms(arms);
                self.block(otherwise);
            }
            ExpressionKind::Load { access, otherwise } => {
                self.indices(access);
                otherwise.iter().for_each(|value| self.expression(value));
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.expression(operand),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
        }
    }
}
