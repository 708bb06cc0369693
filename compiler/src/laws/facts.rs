//! What is known about the locals of a body: the values of `let`s, which never change, and the ranges of counters and
//! coordinates. From these follow ranges of whole expressions.

use std::collections::HashMap;

use lockstep_module::Extent;
use lockstep_numbers::{Binary, ScalarType};

use crate::program::{Block, Expression, ExpressionKind, Function, Kernel, Local, LocalId, LocalKind, Statement};

/// How deep a proof follows `let`s and operands. Deeper values count as unknown.
const MAX_PROOF_DEPTH: u32 = 32;

/// The facts of one body. A local is declared once, so facts never need to be withdrawn.
#[derive(Default)]
pub(super) struct Facts<'p> {
    kinds: Vec<LocalKind>,
    /// The values of `let`s.
    lets: HashMap<LocalId, &'p Expression>,
    /// The ends of counters' ranges.
    counters: HashMap<LocalId, (&'p Expression, &'p Expression)>,
    /// What the coordinates range over.
    coordinates: HashMap<LocalId, Extent>,
}

/// From the least to the greatest value, both included, of an integer expression.
pub(super) type Range = (i64, i64);

fn range_of_type(ty: ScalarType) -> Range {
    if ty == ScalarType::I32 { (i32::MIN.into(), i32::MAX.into()) } else { (0, u32::MAX.into()) }
}

impl<'p> Facts<'p> {
    /// The facts of a function.
    pub(super) fn of_function(function: &'p Function) -> Self {
        let mut facts = Facts::new(&function.locals);
        facts.learn(&function.body);
        facts
    }

    fn new(locals: &[Local]) -> Self {
        Facts { kinds: locals.iter().map(|local| local.kind).collect(), ..Facts::default() }
    }

    /// The facts of a kernel.
    pub(super) fn of_kernel(kernel: &'p Kernel) -> Self {
        let mut facts = Facts::new(&kernel.locals);
        facts.learn(&kernel.body);
        facts.coordinates = kernel.coordinates().zip(kernel.grid.iter().copied()).collect();
        facts
    }

    /// Learns from all statements of a block. A fact holds wherever its local is visible, so order does not matter.
    fn learn(&mut self, block: &'p Block) {
        let results = block.result.as_deref().into_iter();
        for statement in &block.statements {
            match statement {
                Statement::Set { local, value } => {
                    if self.kind(*local) == Some(LocalKind::Let) {
                        self.lets.insert(*local, value);
                    }
                    self.learn_inside(value);
                }
                Statement::For(inner) => {
                    self.counters.insert(inner.counter, (&inner.from, &inner.to));
                    [Some(&inner.from), Some(&inner.to), inner.max.as_ref()]
                        .into_iter()
                        .flatten()
                        .for_each(|e| self.learn_inside(e));
                    self.learn(&inner.body);
                }
                Statement::If { arms, otherwise } => {
                    for (condition, block) in arms {
                        self.learn_inside(condition);
                        self.learn(block);
                    }
                    otherwise.iter().for_each(|block| self.learn(block));
                }
                Statement::Store { access, value } => {
                    access.indices.iter().for_each(|index| self.learn_inside(index));
                    self.learn_inside(value);
                }
                Statement::Fill { value, .. } | Statement::Assert { condition: value, .. } => self.learn_inside(value),
                Statement::Break | Statement::Continue => {}
            }
        }
        results.for_each(|result| self.learn_inside(result));
    }

    /// Learns from the blocks inside an expression.
    fn learn_inside(&mut self, value: &'p Expression) {
        match &value.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
            ExpressionKind::If { arms, otherwise } => {
                for (condition, block) in arms {
                    self.learn_inside(condition);
                    self.learn(block);
                }
                self.learn(otherwise);
            }
            ExpressionKind::Load { access, otherwise } => {
                access.indices.iter().for_each(|index| self.learn_inside(index));
                otherwise.iter().for_each(|value| self.learn_inside(value));
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.learn_inside(operand),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.learn_inside(left);
                self.learn_inside(right);
            }
            ExpressionKind::Call { arguments, .. } => arguments.iter().for_each(|value| self.learn_inside(value)),
        }
    }

    pub(super) fn kind(&self, local: LocalId) -> Option<LocalKind> {
        self.kinds.get(local.0 as usize).copied()
    }

    pub(super) fn coordinate(&self, local: LocalId) -> Option<Extent> {
        self.coordinates.get(&local).copied()
    }

    pub(super) fn counter(&self, local: LocalId) -> Option<(&'p Expression, &'p Expression)> {
        self.counters.get(&local).copied()
    }

    /// The expression with `let`s replaced by their values, at its top.
    pub(super) fn through_lets<'e>(&self, expression: &'e Expression) -> &'e Expression
    where
        'p: 'e,
    {
        let mut expression = expression;
        for _ in 0..MAX_PROOF_DEPTH {
            match expression.as_local().and_then(|local| self.lets.get(&local)) {
                Some(value) => expression = value,
                None => break,
            }
        }
        expression
    }

    /// Whether all lanes of a dispatch agree on the value: literals, scalars, extents, and operators on them.
    pub(super) fn uniform(&self, expression: &Expression) -> bool {
        self.made_of(expression, &|kind| matches!(kind, LocalKind::Parameter | LocalKind::Extent), MAX_PROOF_DEPTH)
    }

    /// Whether the value is made of literals, operators and locals of kinds that are `allowed`, through `let`s.
    pub(super) fn made_of(&self, expression: &Expression, allowed: &dyn Fn(LocalKind) -> bool, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match &expression.kind {
            ExpressionKind::Literal(_) => true,
            ExpressionKind::Local(local) => match self.lets.get(local) {
                Some(value) => self.made_of(value, allowed, depth),
                None => self.kind(*local).is_some_and(allowed),
            },
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.made_of(operand, allowed, depth),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.made_of(left, allowed, depth) && self.made_of(right, allowed, depth)
            }
            ExpressionKind::Load { .. } | ExpressionKind::If { .. } | ExpressionKind::Call { .. } => false,
        }
    }

    /// The range of an integer expression. It never claims more than wrapping arithmetic allows.
    pub(super) fn range(&self, expression: &Expression) -> Range {
        self.range_within(expression, MAX_PROOF_DEPTH)
    }

    fn range_within(&self, expression: &Expression, depth: u32) -> Range {
        let whole = range_of_type(expression.ty);
        let Some(depth) = depth.checked_sub(1) else { return whole };
        let (low, high) = match &expression.kind {
            ExpressionKind::Literal(word) if expression.ty == ScalarType::I32 => {
                (word.cast_signed().into(), word.cast_signed().into())
            }
            ExpressionKind::Literal(word) => ((*word).into(), (*word).into()),
            ExpressionKind::Local(local) => self.range_of_local(*local, whole, depth),
            ExpressionKind::Convert(operand) if operand.ty.is_integer() => self.range_within(operand, depth),
            ExpressionKind::Binary { operator, left, right } if left.ty.is_integer() => {
                let (a, b) = (self.range_within(left, depth), self.range_within(right, depth));
                range_of_operator(*operator, a, b).unwrap_or(whole)
            }
            _ => whole,
        };
        // What leaves the type has wrapped, and could be anything.
        if low < whole.0 || high > whole.1 { whole } else { (low, high) }
    }

    fn range_of_local(&self, local: LocalId, whole: Range, depth: u32) -> Range {
        if let Some(value) = self.lets.get(&local) {
            return self.range_within(value, depth);
        }
        if let Some((from, to)) = self.counters.get(&local) {
            let (from, to) = (self.range_within(from, depth), self.range_within(to, depth));
            // The counter stays below `to`; where the loop never runs, any claim holds.
            return (from.0, (to.1 - 1).max(from.0));
        }
        match self.coordinates.get(&local) {
            Some(Extent::Constant(n)) => (0, i64::from(*n).saturating_sub(1).max(0)),
            _ => whole,
        }
    }
}

/// The range of an operator over ranges, in exact integers; None if nothing is known.
fn range_of_operator(operator: Binary, a: Range, b: Range) -> Option<Range> {
    let natural = a.0 >= 0 && b.0 >= 0;
    match operator {
        Binary::Add => Some((a.0 + b.0, a.1 + b.1)),
        Binary::Subtract => Some((a.0 - b.1, a.1 - b.0)),
        Binary::Multiply if natural => Some((a.0.checked_mul(b.0)?, a.1.checked_mul(b.1)?)),
        Binary::Divide if natural && b.0 > 0 => Some((a.0 / b.1, a.1 / b.0)),
        Binary::Remainder if natural && b.1 > 0 => Some((0, a.1.min(b.1 - 1))),
        Binary::And if natural => Some((0, a.1.min(b.1))),
        Binary::ShiftRight if a.0 >= 0 && b.0 == b.1 => Some((a.0 >> (b.0 & 31), a.1 >> (b.0 & 31))),
        Binary::Minimum => Some((a.0.min(b.0), a.1.min(b.1))),
        Binary::Maximum => Some((a.0.max(b.0), a.1.max(b.1))),
        _ => None,
    }
}
