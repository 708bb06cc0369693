//! Walks a kernel in order, and looks at each access where it stands, with the facts that hold there.

use lockstep_numbers::ScalarType;

use super::{
    facts::facts,
    join::{End, Value, join},
    linear::Linear,
    space::{Mark, Space},
    value::Knowledge,
};
use crate::{
    laws::changed,
    program::{
        Access, Block, Expression, ExpressionKind, GroupStatement, Kernel, LocalId, LocalKind, Phase, Shape, Statement,
    },
};

/// Is shown each access with the values of its indices.
pub(super) trait Watch {
    /// `total` says that a read has an `else`.
    fn access(&mut self, knowledge: &mut Knowledge<'_>, access: &Access, indices: &[Option<Linear>], total: bool);
}

/// A walk through a kernel.
pub(super) struct Walk<'w, 'p, W> {
    pub(super) kernel: &'p Kernel,
    pub(super) knowledge: Knowledge<'p>,
    pub(super) watch: &'w mut W,
}

/// What holds where a condition does not, and the scope in which it holds.
struct Not {
    mark: Mark,
    facts: Vec<Linear>,
}

/// The ends of a loop.
struct Bounds<'e> {
    counter: LocalId,
    from: &'e Expression,
    to: &'e Expression,
    step: u32,
    max: Option<&'e Expression>,
}

impl<'p, W: Watch> Walk<'_, 'p, W> {
    pub(super) fn group(&mut self, statements: &'p [GroupStatement]) {
        let mark = self.knowledge.space.mark();
        for statement in statements {
            match statement {
                GroupStatement::Let { local, value } => self.set(*local, value),
                GroupStatement::Lane { value, .. } => self.expression(value),
                GroupStatement::For { counter, from, to, step, body, .. } => {
                    let bounds = Bounds { counter: *counter, from, to, step: *step, max: None };
                    self.repeat(&bounds, &[], |walk| walk.group(body));
                }
                GroupStatement::If { arms, otherwise } => {
                    let inner = self.knowledge.space.mark();
                    for (condition, body) in arms {
                        let not = self.condition(condition);
                        self.group(body);
                        self.otherwise(not);
                    }
                    self.group(otherwise);
                    self.knowledge.space.restore(inner);
                }
                GroupStatement::Phase(phase) => self.phase(phase),
            }
        }
        self.knowledge.space.restore(mark);
    }

    fn phase(&mut self, phase: &'p Phase) {
        let mark = self.knowledge.space.mark();
        for (local, id) in self.kernel.locals.iter().zip(0..) {
            if local.kind == LocalKind::Lane {
                self.knowledge.forget(LocalId(id));
            }
        }
        let sizes: Vec<Linear> = match &self.kernel.shape {
            Shape::Each { grid } => grid.iter().map(|extent| self.knowledge.extent(*extent)).collect(),
            Shape::Tiles { lanes, .. } => lanes.iter().map(|size| Linear::number((*size).into())).collect(),
        };
        for (local, size) in phase.coordinates.iter().zip(sizes) {
            let last = self.knowledge.space.range(&size).1 - 1;
            let coordinate = self.knowledge.space.atom((0, last.max(0)));
            self.knowledge.space.learn(size.minus(&coordinate).map(|sum| sum.shifted(-1)));
            self.knowledge.set(*local, Some(coordinate));
        }
        self.block(&phase.body);
        self.knowledge.space.restore(mark);
    }

    /// Walks a block, and gives its value. What is learnt after an `if` that leaves the loop holds to the block's end.
    fn block(&mut self, block: &'p Block) -> Option<Value> {
        let mark = self.knowledge.space.mark();
        block.statements.iter().for_each(|statement| self.statement(statement));
        let value = block.result.as_deref().and_then(|result| {
            self.expression(result);
            let sum = self.knowledge.value(result)?;
            let range = self.knowledge.space.range(&sum);
            Some(Value { sum, range })
        });
        self.knowledge.space.restore(mark);
        value
    }

    fn statement(&mut self, statement: &'p Statement) {
        match statement {
            Statement::Set { local, value } => self.set(*local, value),
            Statement::Fill { value, .. } | Statement::Assert { condition: value, .. } => self.expression(value),
            Statement::Store { access, value }
            | Statement::Combine { access, value, .. }
            | Statement::Claim { access, value } => {
                self.access(access, false);
                self.expression(value);
            }
            Statement::If { arms, otherwise } => {
                self.branch(arms, otherwise.as_ref());
            }
            Statement::For(inner) => {
                let changed = self.variables(changed::by_block(&inner.body));
                let bounds = Bounds {
                    counter: inner.counter,
                    from: &inner.from,
                    to: &inner.to,
                    step: inner.step,
                    max: inner.max.as_ref(),
                };
                self.repeat(&bounds, &changed, |walk| {
                    walk.block(&inner.body);
                });
            }
            Statement::Break | Statement::Continue => {}
        }
    }

    fn set(&mut self, local: LocalId, value: &'p Expression) {
        self.expression(value);
        if value.ty == ScalarType::Bool && self.kind(local) == Some(LocalKind::Let) {
            let truths = [false, true].map(|truth| facts(&mut self.knowledge, value, truth));
            self.knowledge.truths.insert(local, truths);
        }
        let value = self.knowledge.value(value);
        self.knowledge.set(local, value);
    }

    fn kind(&self, local: LocalId) -> Option<LocalKind> {
        self.kernel.locals.get(local.0 as usize).map(|local| local.kind)
    }

    /// Those that can be set again.
    fn variables(&self, mut locals: Vec<LocalId>) -> Vec<LocalId> {
        locals.retain(|local| matches!(self.kind(*local), Some(LocalKind::Var | LocalKind::Lane)));
        locals.sort_unstable_by_key(|local| local.0);
        locals.dedup();
        locals
    }

    /// Walks a condition, learns that it holds, and gives what holds where it does not.
    fn condition(&mut self, condition: &'p Expression) -> Not {
        self.expression(condition);
        let yes = facts(&mut self.knowledge, condition, true);
        let facts = facts(&mut self.knowledge, condition, false);
        let mark = self.knowledge.space.mark();
        yes.into_iter().for_each(|fact| self.knowledge.space.learn(Some(fact)));
        Not { mark, facts }
    }

    /// Forgets that a condition holds, and learns that it does not.
    fn otherwise(&mut self, not: Not) {
        self.knowledge.space.restore(not.mark);
        not.facts.into_iter().for_each(|fact| self.knowledge.space.learn(Some(fact)));
    }

    /// Walks the arms of an `if`, and gives its value.
    fn branch(&mut self, arms: &'p [(Expression, Block)], otherwise: Option<&'p Block>) -> Option<Value> {
        if arms.is_empty() {
            // A function that is written out.
            return otherwise.and_then(|block| self.block(block));
        }
        let mark = self.knowledge.space.mark();
        let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
        let changed = self.variables(blocks.flat_map(changed::by_block).collect());
        let mut ends = Vec::new();
        let mut learnt = Vec::new();
        for (condition, block) in arms {
            let not = self.condition(condition);
            learnt.extend(not.facts.iter().cloned());
            let before = self.knowledge.values(&changed);
            ends.extend(self.arm(mark, &changed, Some(block)));
            self.knowledge.set_all(&changed, before);
            self.otherwise(not);
        }
        ends.extend(self.arm(mark, &changed, otherwise));
        self.knowledge.space.restore(mark);
        let all_leave = arms.iter().all(|(_, block)| leaves(block));
        if all_leave && otherwise.is_none() {
            learnt.into_iter().for_each(|fact| self.knowledge.space.learn(Some(fact)));
        }
        join(&mut self.knowledge, &changed, &ends)
    }

    /// Walks an arm, or where there is none what happens without it. What leaves the loop does not come to the end.
    fn arm(&mut self, mark: Mark, changed: &[LocalId], block: Option<&'p Block>) -> Option<End> {
        let scope = self.knowledge.space.since(mark);
        let value = block.and_then(|block| self.block(block));
        if block.is_some_and(leaves) {
            return None;
        }
        let space = &self.knowledge.space;
        let ranged = |sum: Option<Linear>| sum.map(|sum| Value { range: space.range(&sum), sum });
        let variables = self.knowledge.values(changed).into_iter().map(ranged).collect();
        Some(End { scope, variables, value })
    }

    fn repeat(&mut self, bounds: &Bounds<'p>, changed: &[LocalId], body: impl FnOnce(&mut Self)) {
        self.expression(bounds.from);
        self.expression(bounds.to);
        bounds.max.iter().for_each(|max| self.expression(max));
        let (from, to) = (self.knowledge.value(bounds.from), self.knowledge.value(bounds.to));
        let max = bounds.max.and_then(|max| self.knowledge.value(max));
        changed.iter().for_each(|local| self.knowledge.forget(*local));
        let mark = self.knowledge.space.mark();
        let counter = from.zip(to).and_then(|(from, to)| self.counter(&from, &to, bounds.step.into(), max));
        match counter {
            Some(counter) => self.knowledge.set(bounds.counter, Some(counter)),
            None => self.knowledge.forget(bounds.counter),
        }
        body(self);
        self.knowledge.space.restore(mark);
        changed.iter().for_each(|local| self.knowledge.forget(*local));
    }

    /// The counter inside a loop: some number of steps after the first value, before the last, and no more steps than
    /// are stated.
    fn counter(&mut self, from: &Linear, to: &Linear, step: i128, max: Option<Linear>) -> Option<Linear> {
        let space = &mut self.knowledge.space;
        let most = |space: &Space, max: &Linear| space.range(max).1.saturating_sub(1).max(0);
        let distance = space.range(&to.minus(from)?.shifted(-1)).1.max(0) / step.max(1);
        let last = max.as_ref().map_or(distance, |max| distance.min(most(space, max)));
        let trip = space.atom((0, last));
        let counter = from.combine(1, &trip, step)?;
        space.learn(to.minus(&counter).map(|sum| sum.shifted(-1)));
        space.learn(max.and_then(|max| max.minus(&trip)).map(|sum| sum.shifted(-1)));
        Some(counter)
    }

    fn access(&mut self, access: &'p Access, total: bool) {
        access.indices.iter().for_each(|index| self.expression(index));
        let indices: Vec<Option<Linear>> = access.indices.iter().map(|index| self.knowledge.value(index)).collect();
        self.watch.access(&mut self.knowledge, access, &indices, total);
    }

    /// Walks what is inside an expression.
    fn expression(&mut self, expression: &'p Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
            ExpressionKind::Load { access, otherwise } => {
                self.access(access, otherwise.is_some());
                otherwise.iter().for_each(|value| self.expression(value));
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.expression(operand),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Logic { and, left, right } => {
                self.expression(left);
                let known = facts(&mut self.knowledge, left, *and);
                let mark = self.knowledge.space.mark();
                known.into_iter().for_each(|fact| self.knowledge.space.learn(Some(fact)));
                self.expression(right);
                self.knowledge.space.restore(mark);
            }
            ExpressionKind::If { arms, otherwise } => {
                let value = self.branch(arms, Some(otherwise));
                if let Some(value) = value {
                    self.knowledge.choices.insert(std::ptr::from_ref(expression), value.sum);
                }
                // The rest of the expression may have read these before, and may read them again: each read is its own.
                for local in self.variables(changed::by_expression(expression)) {
                    self.knowledge.set(local, None);
                }
            }
        }
    }
}

/// Whether a block ends by leaving the loop around it.
fn leaves(block: &Block) -> bool {
    matches!(block.statements.last(), Some(Statement::Break | Statement::Continue))
}
