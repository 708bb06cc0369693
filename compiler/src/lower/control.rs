//! Statements and blocks.

use lockstep_numbers::ScalarType;

use super::{
    Lowering,
    parts::Parts,
    unroll::{self, Form},
};
use crate::{
    ir::{Instruction, Value, WordComparison, WordOperator},
    program::{Block, Expression, For, Statement},
};

impl Lowering<'_> {
    /// Lowers the statements of a block, and gives its value if it has one.
    pub(super) fn block(&mut self, block: &Block) -> Option<Parts<Value>> {
        let mut result = None;
        if self.deeper() {
            for statement in &block.statements {
                self.statement(statement);
                if matches!(statement, Statement::Break | Statement::Continue) {
                    break;
                }
            }
            result = block.result.as_ref().map(|result| self.expression(result));
        }
        self.shallower();
        result
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Set { local, value } => {
                let value = self.expression(value);
                self.set(*local, value);
            }
            Statement::Fill { local, value } => {
                let value = self.expression(value);
                self.fill(*local, value);
            }
            Statement::Store { access, value } => self.store(access, value),
            Statement::Combine { access, operator, value } => self.combine(access, *operator, value),
            Statement::Claim { access, value } => self.claim(access, value),
            Statement::If { arms, otherwise } => self.branch(arms, otherwise.as_ref()),
            Statement::For(inner) => self.for_loop(inner),
            Statement::Break => self.builder.push(Instruction::Break),
            Statement::Continue => self.builder.push(Instruction::Continue),
            Statement::Assert { condition, .. } => {
                let condition = self.word(condition);
                self.require(condition);
            }
        }
    }

    fn branch(&mut self, arms: &[(Expression, Block)], otherwise: Option<&Block>) {
        let Some(((condition, block), rest)) = arms.split_first() else {
            if let Some(block) = otherwise {
                self.block(block);
            }
            return;
        };
        if self.deeper() {
            let condition = self.word(condition);
            self.either(
                condition,
                |lowering| {
                    lowering.block(block);
                },
                |lowering| lowering.branch(rest, otherwise),
            );
        }
        self.shallower();
    }

    fn for_loop(&mut self, inner: &For) {
        let from = self.word(&inner.from);
        let to = self.word(&inner.to);
        let mut trips = self.trips(from, to, inner.step, inner.ty);
        if let Some(max) = &inner.max {
            let max = self.word(max);
            let within = self.builder.compare(WordComparison::LessOrEqual, trips, max);
            self.require(within);
            trips = self.builder.select(within, trips, max);
        }
        let known = self.builder.constant(trips);
        let copies = match unroll::form(inner, known, self.builder.size()) {
            Form::Straight(trips) => {
                for trip in 0..trips {
                    let trip = self.builder.word(trip);
                    self.trip(inner, from, trip);
                }
                return;
            }
            Form::Loop(copies) => copies,
        };
        let trips = self.builder.with(WordOperator::Divide, trips, copies);
        self.repeated(trips, |lowering, round| {
            let first = lowering.builder.with(WordOperator::Multiply, round, copies);
            for copy in 0..copies {
                let trip = lowering.builder.with(WordOperator::Add, first, copy);
                lowering.trip(inner, from, trip);
            }
        });
    }

    fn trip(&mut self, inner: &For, from: Value, trip: Value) {
        let value = self.counter_value(from, trip, inner.step);
        self.bind(inner.counter, Parts::One(value));
        self.block(&inner.body);
    }

    /// The counter in the trip with this number.
    pub(super) fn counter_value(&mut self, from: Value, trip: Value, step: u32) -> Value {
        let distance = self.builder.with(WordOperator::Multiply, trip, step);
        self.builder.arithmetic(WordOperator::Add, from, distance)
    }

    /// How often a loop runs: `ceil((to - from) / step)` where `from < to`, else never.
    pub(super) fn trips(&mut self, from: Value, to: Value, step: u32, ty: ScalarType) -> Value {
        let signed = ty == ScalarType::I32;
        if step == 1 && !signed && self.builder.constant(from) == Some(0) {
            return to;
        }
        let comparison = if signed { WordComparison::LessSigned } else { WordComparison::Less };
        let some = self.builder.compare(comparison, from, to);
        let distance = self.builder.arithmetic(WordOperator::Subtract, to, from);
        let last = self.builder.with(WordOperator::Subtract, distance, 1);
        let steps = self.builder.with(WordOperator::Divide, last, step);
        let trips = if step == 1 { distance } else { self.builder.with(WordOperator::Add, steps, 1) };
        let none = self.builder.word(0);
        self.builder.select(some, trips, none)
    }
}
