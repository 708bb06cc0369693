//! Law 4, *everything ends, and its price is known*: how often a loop runs is made of constants, scalars, extents,
//! origins and counters, or the source states the most.

use crate::{
    diagnostic::Diagnostic,
    errors::e0404_unbounded_loop,
    program::{Expression, ExpressionKind, GroupStatement, Kernel, LocalId, LocalKind, Statement},
    visit::{self, Visitor},
};

pub(super) fn check(kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    let kinds: Vec<LocalKind> = kernel.locals.iter().map(|local| local.kind).collect();
    let known = kinds.iter().map(|kind| {
        use LocalKind::*;
        matches!(kind, Parameter | Extent | Origin | Counter)
    });
    Loops { known: known.collect(), kinds: &kinds, diagnostics }.group(&kernel.body);
}

struct Loops<'a> {
    /// For each local whether its value may bound a loop; for a `let`, from where it stands on.
    known: Vec<bool>,
    kinds: &'a [LocalKind],
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Visitor for Loops<'_> {
    fn statement(&mut self, statement: &Statement) {
        let Statement::For(inner) = statement else { return };
        let bounds = match &inner.max {
            Some(max) => vec![(max, "maximum")],
            None => vec![(&inner.from, "beginning"), (&inner.to, "end")],
        };
        for (bound, part) in bounds {
            if !self.bounds(bound) {
                self.diagnostics.push(e0404_unbounded_loop::error(bound.span, part));
            }
        }
    }

    fn leave_statement(&mut self, statement: &Statement) {
        if let Statement::Set { local, value } = statement {
            self.learn(*local, value);
        }
    }
}

impl Loops<'_> {
    /// Group-level bounds are uniform, which is more than this law asks.
    fn group(&mut self, statements: &[GroupStatement]) {
        for statement in statements {
            match statement {
                GroupStatement::Let { local, value } => {
                    visit::expression(self, value);
                    self.learn(*local, value);
                }
                GroupStatement::Lane { .. } => {}
                GroupStatement::For { body, .. } => self.group(body),
                GroupStatement::If { arms, otherwise } => {
                    arms.iter().for_each(|(_, body)| self.group(body));
                    self.group(otherwise);
                }
                GroupStatement::Phase(phase) => visit::block(self, &phase.body),
            }
        }
    }

    fn learn(&mut self, local: LocalId, value: &Expression) {
        let index = local.0 as usize;
        if self.kinds.get(index) == Some(&LocalKind::Let) {
            self.known[index] = self.bounds(value);
        }
    }

    /// Whether a value is known before the lane starts.
    fn bounds(&mut self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Literal(_) => true,
            ExpressionKind::Local(local) => self.known.get(local.0 as usize).copied().unwrap_or(false),
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.bounds(operand),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.bounds(left) && self.bounds(right)
            }
            // A function that is written out, of nothing but `let`s.
            ExpressionKind::If { arms, otherwise } if arms.is_empty() => {
                for statement in &otherwise.statements {
                    match statement {
                        Statement::Set { local, value } => self.learn(*local, value),
                        _ => return false,
                    }
                }
                otherwise.result.as_deref().is_some_and(|result| self.bounds(result))
            }
            ExpressionKind::Load { .. } | ExpressionKind::If { .. } => false,
        }
    }
}
