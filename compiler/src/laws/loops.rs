//! Law 4, *everything ends, and its price is known*: how often a loop runs is made of constants, scalars, extents,
//! origins and counters, or the source states the most.

use lockstep_numbers::{Binary, ScalarType};

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
    let made = vec![false; kinds.len()];
    Loops { known: known.collect(), made, kinds: &kinds, unfollowed: false, diagnostics }.group(&kernel.body);
}

struct Loops<'a> {
    /// For each local whether its value may bound a loop; for a `let`, from where it stands on.
    known: Vec<bool>,
    /// For each `let` whether it is no bound for what it is made of alone.
    made: Vec<bool>,
    kinds: &'a [LocalKind],
    /// Whether what was looked at last is no bound for what it is made of alone.
    unfollowed: bool,
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
            self.unfollowed = false;
            if !self.bounds(bound) {
                self.diagnostics.push(match self.unfollowed {
                    true => e0404_unbounded_loop::unfollowed(bound.span, part),
                    false => e0404_unbounded_loop::error(bound.span, part),
                });
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
            self.unfollowed = false;
            self.known[index] = self.bounds(value);
            self.made[index] = self.unfollowed;
        }
    }

    /// Whether a value is known before the lane starts, and followed.
    fn bounds(&mut self, expression: &Expression) -> bool {
        if !is_followed(expression) {
            self.unfollowed = true;
            return false;
        }
        match &expression.kind {
            ExpressionKind::Literal(_) => true,
            ExpressionKind::Local(local) => {
                let index = local.0 as usize;
                self.unfollowed |= self.made.get(index) == Some(&true);
                self.known.get(index) == Some(&true)
            }
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

/// Whether a proof of the price follows what an expression does: it knows no floats, no packed words, and no quotients of
/// 64 bits.
pub(crate) fn is_followed(expression: &Expression) -> bool {
    let ty = expression.ty;
    let divides = match &expression.kind {
        ExpressionKind::Binary { operator: Binary::Divide | Binary::Remainder, .. } => ty.words() > 1,
        _ => false,
    };
    (ty.is_integer() || ty == ScalarType::Bool) && !divides
}
