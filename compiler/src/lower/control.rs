//! Statements and blocks.

use lockstep_numbers::{Binary, ScalarType};

use super::{Frame, Lowering, Place, type_of};
use crate::{
    ir::{Instruction, Operation, Type, Value, WordComparison, WordOperator},
    program::{Block, Expression, For, LocalKind, Statement},
};

/// Tables of at most this many cells are filled cell by cell, larger ones by a loop.
const FILLED_ONE_BY_ONE: u32 = 8;

impl Lowering<'_> {
    /// Lowers the statements of a block, and gives its value if it has one.
    pub(super) fn block(&mut self, frame: &mut Frame<'_>, block: &Block) -> Option<Value> {
        if !self.deeper() {
            return None;
        }
        for statement in &block.statements {
            self.statement(frame, statement);
            if matches!(statement, Statement::Break | Statement::Continue) {
                break;
            }
        }
        let result = block.result.as_ref().map(|result| self.expression(frame, result));
        self.shallower();
        result
    }

    fn statement(&mut self, frame: &mut Frame<'_>, statement: &Statement) {
        match statement {
            Statement::Set { local, value } => {
                let value = self.expression(frame, value);
                let index = local.0 as usize;
                if frame.locals[index].kind != LocalKind::Var {
                    frame.places[index] = Place::Value(value);
                    return;
                }
                if let Place::Unset = frame.places[index] {
                    frame.places[index] = Place::Variable(self.builder.variable(self.builder.ty(value)));
                }
                if let Place::Variable(variable) = frame.places[index] {
                    self.builder.push(Instruction::Store(variable, value));
                }
            }
            Statement::Fill { local, value } => self.fill(frame, local.0 as usize, value),
            Statement::Store { access, value } => self.store(frame, access, value),
            Statement::If { arms, otherwise } => self.branch(frame, arms, otherwise.as_ref()),
            Statement::For(inner) => self.repeat(frame, inner),
            Statement::Break => self.builder.push(Instruction::Break),
            Statement::Continue => self.builder.push(Instruction::Continue),
            Statement::Assert { condition, .. } => {
                let condition = self.expression(frame, condition);
                self.require(condition);
            }
        }
    }

    fn fill(&mut self, frame: &mut Frame<'_>, local: usize, value: &Expression) {
        let value = self.expression(frame, value);
        let declared = &frame.locals[local];
        let (ty, cells) = (type_of(declared.element), declared.words() as u32);
        if let Place::Unset = frame.places[local] {
            let table = self.builder.table(crate::ir::TableDeclaration { ty, cells, constant: None });
            frame.places[local] = Place::Table(table);
        }
        let Place::Table(table) = frame.places[local] else { return };
        if cells <= FILLED_ONE_BY_ONE {
            for cell in 0..cells {
                let index = self.builder.word(cell);
                self.builder.push(Instruction::StoreTable { table, index, value });
            }
            return;
        }
        let counter = self.builder.variable(Type::Word);
        let trips = self.builder.word(cells);
        self.builder.open();
        let index = self.builder.value(Operation::Load(counter));
        self.builder.push(Instruction::StoreTable { table, index, value });
        let body = self.builder.close();
        self.builder.push(Instruction::Loop { counter, trips, body });
    }

    fn branch(&mut self, frame: &mut Frame<'_>, arms: &[(Expression, Block)], otherwise: Option<&Block>) {
        let Some(((condition, block), rest)) = arms.split_first() else {
            if let Some(block) = otherwise {
                self.block(frame, block);
            }
            return;
        };
        if !self.deeper() {
            return;
        }
        let condition = self.expression(frame, condition);
        self.builder.open();
        self.block(frame, block);
        let then = self.builder.close();
        self.builder.open();
        self.branch(frame, rest, otherwise);
        let otherwise = self.builder.close();
        self.builder.push(Instruction::If { condition, then, otherwise });
        self.shallower();
    }

    fn repeat(&mut self, frame: &mut Frame<'_>, inner: &For) {
        let from = self.expression(frame, &inner.from);
        let to = self.expression(frame, &inner.to);
        let mut trips = self.trips(from, to, inner.step, inner.ty);
        if let Some(max) = &inner.max {
            let max = self.expression(frame, max);
            let within = self.builder.compare(WordComparison::LessOrEqual, trips, max);
            self.require(within);
            trips = self.binary(Binary::Minimum, ScalarType::U32, trips, max);
        }
        let counter = self.builder.variable(Type::Word);
        self.builder.open();
        let trip = self.builder.value(Operation::Load(counter));
        let distance = self.builder.with(WordOperator::Multiply, trip, inner.step);
        let value = self.builder.arithmetic(WordOperator::Add, from, distance);
        frame.places[inner.counter.0 as usize] = Place::Value(value);
        self.block(frame, &inner.body);
        let body = self.builder.close();
        self.builder.push(Instruction::Loop { counter, trips, body });
    }

    /// How often a loop runs: `ceil((to - from) / step)` where `from < to`, else never.
    fn trips(&mut self, from: Value, to: Value, step: u32, ty: ScalarType) -> Value {
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
