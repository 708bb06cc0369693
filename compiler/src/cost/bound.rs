//! The most that one lane of a kernel can cost: the kernel's body as a flat list of weights, loops and choices, which
//! a host evaluates for the scalars and extents of a call.

use lockstep_module::{Cost, Operation, TRIP_WEIGHT, Term};
use lockstep_numbers::{Binary, ScalarType};

use super::{
    choice,
    limit::{End, Limits},
    weight,
};
use crate::program::{Block, Expression, ExpressionKind, For, GroupStatement, Kernel, Local, LocalId, Statement};

/// The deepest that loops and choices may be nested. Deeper, a choice costs all of its arms, and a loop any price.
const MAX_NESTING: u32 = 200;

/// The bound of a kernel whose blocks have their weights.
pub fn bound(kernel: &Kernel) -> Cost {
    let limits = Limits::of(kernel);
    let slots = limits.first_counter();
    let mut bound = Bound { locals: &kernel.locals, limits, slots, nesting: 0, terms: Vec::new() };
    bound.group(&kernel.body);
    Cost { slots: bound.slots, terms: bound.terms }
}

struct Bound<'k> {
    locals: &'k [Local],
    limits: Limits<'k>,
    slots: u32,
    nesting: u32,
    terms: Vec<Term>,
}

impl Bound<'_> {
    fn weight(&mut self, weight: u64) {
        match self.terms.last_mut() {
            _ if weight == 0 => {}
            Some(Term::Weight(before)) => *before = before.saturating_add(weight),
            _ => self.terms.push(Term::Weight(weight)),
        }
    }

    fn group(&mut self, statements: &[GroupStatement]) {
        for statement in statements {
            match statement {
                GroupStatement::Let { value, .. } => self.uniform(value),
                GroupStatement::Lane { local, value } => {
                    self.uniform(value);
                    let cells = self.locals.get(local.0 as usize).map_or(0, Local::cells);
                    self.weight(cells as u64 * super::Kind::Set.weight());
                }
                GroupStatement::For { counter, ty, from, to, step, body } => {
                    self.uniform(from);
                    self.uniform(to);
                    self.repeat(*counter, *ty, (from, to, *step), None, |bound| bound.group(body));
                }
                GroupStatement::If { arms, otherwise } => {
                    self.weight(choice(arms.iter().map(|(condition, _)| condition)));
                    arms.iter().for_each(|(condition, _)| self.expression(condition));
                    let arms = arms.iter().map(|(_, body)| body.as_slice());
                    self.choose(arms.chain([otherwise.as_slice()]), Bound::group);
                }
                GroupStatement::Phase(phase) => self.block(&phase.body),
            }
        }
    }

    fn uniform(&mut self, expression: &Expression) {
        self.weight(weight(expression));
        self.expression(expression);
    }

    fn block(&mut self, block: &Block) {
        self.weight(block.weight);
        for statement in &block.statements {
            match statement {
                Statement::Set { value, .. }
                | Statement::Fill { value, .. }
                | Statement::Assert { condition: value, .. } => self.expression(value),
                Statement::Store { access, value }
                | Statement::Combine { access, value, .. }
                | Statement::Claim { access, value } => {
                    access.indices.iter().for_each(|index| self.expression(index));
                    self.expression(value);
                }
                Statement::If { arms, otherwise } => {
                    arms.iter().for_each(|(condition, _)| self.expression(condition));
                    let none = Block::default();
                    let arms = arms.iter().map(|(_, block)| block);
                    self.choose(arms.chain([otherwise.as_ref().unwrap_or(&none)]), Bound::block);
                }
                Statement::For(inner) => self.lane_loop(inner),
                Statement::Break | Statement::Continue => {}
            }
        }
        block.result.iter().for_each(|result| self.expression(result));
    }

    /// The blocks inside an expression; its own weight is its block's.
    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
            ExpressionKind::Load { access, otherwise } => {
                access.indices.iter().for_each(|index| self.expression(index));
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
            ExpressionKind::If { arms, otherwise } => {
                arms.iter().for_each(|(condition, _)| self.expression(condition));
                let arms = arms.iter().map(|(_, block)| block);
                self.choose(arms.chain([&**otherwise]), Bound::block);
            }
        }
    }

    /// The dearest of some bodies.
    fn choose<T>(&mut self, bodies: impl Iterator<Item = T>, body: impl Fn(&mut Self, T)) {
        if self.nesting >= MAX_NESTING {
            bodies.for_each(|inner| body(self, inner));
            return;
        }
        self.nesting += 1;
        let outer = std::mem::take(&mut self.terms);
        let alternatives: Vec<Vec<Term>> = bodies
            .map(|inner| {
                body(self, inner);
                std::mem::take(&mut self.terms)
            })
            .collect();
        self.terms = outer;
        self.nesting -= 1;
        let plain = alternatives.iter().map(|terms| match terms.as_slice() {
            [] => Some(0),
            [Term::Weight(weight)] => Some(*weight),
            _ => None,
        });
        if let Some(weights) = plain.collect::<Option<Vec<u64>>>() {
            self.weight(weights.into_iter().max().unwrap_or(0));
        } else if alternatives.len() == 1 {
            self.terms.extend(alternatives.into_iter().flatten());
        } else {
            for (i, terms) in alternatives.into_iter().enumerate() {
                self.terms.push(if i == 0 { Term::Choose } else { Term::Or });
                self.terms.extend(terms);
            }
            self.terms.push(Term::End);
        }
    }

    fn lane_loop(&mut self, inner: &For) {
        self.expression(&inner.from);
        self.expression(&inner.to);
        inner.max.iter().for_each(|max| self.expression(max));
        let bounds = (&inner.from, &inner.to, inner.step);
        self.repeat(inner.counter, inner.ty, bounds, inner.max.as_ref(), |bound| bound.block(&inner.body));
    }

    fn repeat(
        &mut self,
        counter: LocalId,
        ty: ScalarType,
        (from, to, by): (&Expression, &Expression, u32),
        max: Option<&Expression>,
        body: impl FnOnce(&mut Self),
    ) {
        if self.nesting >= MAX_NESTING {
            self.weight(u64::MAX);
            return;
        }
        let slot = self.slots;
        self.slots += 1;
        let (from, to, max) = match max {
            None => (self.limits.end(from, End::Least), self.limits.end(to, End::Most), None),
            Some(max) => self.stated(from, ty, by, max),
        };
        self.terms.push(Term::Repeat { slot, signed: ty == ScalarType::I32, from, to, by, max });
        self.limits.counter(counter, slot);
        self.nesting += 1;
        self.weight(TRIP_WEIGHT);
        body(self);
        self.nesting -= 1;
        self.terms.push(Term::End);
    }

    /// A loop with a stated maximum. Where it begins at a number of the source, it is a plain loop to the sum of the
    /// two, and its counter can bound inner loops; else the counter can be anything.
    fn stated(
        &self,
        from: &Expression,
        ty: ScalarType,
        by: u32,
        max: &Expression,
    ) -> (Vec<Operation>, Vec<Operation>, Option<Vec<Operation>>) {
        let mut most = self.limits.end(max, End::Most);
        match self.limits.literal(from) {
            Some(first) if by == 1 && ty == ScalarType::U32 => {
                if first > 0 {
                    let room = u64::from(u32::MAX).saturating_sub(first);
                    most.extend([Operation::Constant(room), Operation::Binary(Binary::Minimum, ty)]);
                    most.extend([Operation::Constant(first), Operation::Binary(Binary::Add, ty)]);
                }
                (vec![Operation::Constant(first)], most, None)
            }
            _ => (super::limit::whole(ty, End::Least), super::limit::whole(ty, End::Most), Some(most)),
        }
    }
}
