//! Evaluation while compiling, for constants: the same operations as everywhere, on the typed program. It knows locals
//! and tables of constants and nothing else.

use lockstep_numbers::{ScalarType, binary, canonical, convert, unary};

use crate::{
    diagnostic::Diagnostic,
    errors::e0309_not_constant,
    program::{Access, ArrayRef, Block, Constant, Expression, ExpressionKind, For, Local, LocalId, Statement},
};

/// The most expressions that the evaluation of one constant may take.
const MAX_STEPS: u64 = 1 << 24;

type Evaluated<T> = Result<T, Diagnostic>;

/// How a statement ends.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The locals of what is evaluated, and how long it may still take.
pub(super) struct Evaluator<'p> {
    locals: &'p [Local],
    constants: &'p [Constant],
    offsets: Vec<usize>,
    cells: Vec<u64>,
    steps: u64,
}

impl<'p> Evaluator<'p> {
    pub(super) fn new(locals: &'p [Local], constants: &'p [Constant]) -> Self {
        let mut size = 0;
        let offsets = locals.iter().map(|local| {
            size += local.cells();
            size - local.cells()
        });
        let offsets = offsets.collect();
        Evaluator { locals, constants, offsets, cells: vec![0; size], steps: 0 }
    }

    pub(super) fn set(&mut self, local: LocalId, bits: u64) {
        self.cells[self.offsets[local.0 as usize]] = bits;
    }

    /// Runs a block, and gives the values of these expressions after it.
    pub(super) fn values(&mut self, block: &Block, results: &[Expression]) -> Evaluated<Vec<u64>> {
        self.block(block)?;
        results.iter().map(|result| self.expression(result)).collect()
    }

    fn block(&mut self, block: &Block) -> Evaluated<Flow> {
        for statement in &block.statements {
            let flow = self.statement(statement)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn value(&mut self, block: &Block) -> Evaluated<u64> {
        self.block(block)?;
        block.result.as_ref().map_or(Ok(0), |result| self.expression(result))
    }

    fn statement(&mut self, statement: &Statement) -> Evaluated<Flow> {
        match statement {
            Statement::Set { local, value } => {
                let bits = self.expression(value)?;
                self.set(*local, bits);
            }
            Statement::Fill { local, value } => {
                let bits = self.expression(value)?;
                let (start, count) = (self.offsets[local.0 as usize], self.locals[local.0 as usize].cells());
                self.cells[start..start + count].fill(bits);
            }
            Statement::Store { access, value } => {
                let place = self.place(access)?;
                let bits = self.expression(value)?;
                match (access.array, place) {
                    (ArrayRef::Local(local), Some(place)) => self.cells[self.offsets[local.0 as usize] + place] = bits,
                    _ => return Err(e0309_not_constant::index(access.span)),
                }
            }
            // There is no memory to write while compiling, and types let none be written.
            Statement::Combine { access, .. } | Statement::Claim { access, .. } => {
                return Err(e0309_not_constant::error(access.span, "this"));
            }
            Statement::If { arms, otherwise } => {
                for (condition, block) in arms {
                    if self.expression(condition)? != 0 {
                        return self.block(block);
                    }
                }
                if let Some(block) = otherwise {
                    return self.block(block);
                }
            }
            Statement::For(inner) => self.repeat(inner)?,
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Assert { condition, span } => {
                if self.expression(condition)? == 0 {
                    return Err(e0309_not_constant::assertion(*span));
                }
            }
        }
        Ok(Flow::Next)
    }

    fn repeat(&mut self, inner: &For) -> Evaluated<()> {
        let (from, to) = (self.expression(&inner.from)?, self.expression(&inner.to)?);
        let signed = inner.ty == ScalarType::I32;
        let trips = lockstep_module::plan::trips(signed, from as u32, to as u32, inner.step);
        if let Some(max) = &inner.max
            && trips > self.expression(max)?
        {
            return Err(e0309_not_constant::trips(inner.to.span));
        }
        let mut counter = from as u32;
        for _ in 0..trips {
            self.step(&inner.from)?;
            self.set(inner.counter, counter.into());
            if self.block(&inner.body)? == Flow::Break {
                break;
            }
            counter = counter.wrapping_add(inner.step);
        }
        Ok(())
    }

    fn step(&mut self, at: &Expression) -> Evaluated<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS { Err(e0309_not_constant::too_long(at.span, MAX_STEPS)) } else { Ok(()) }
    }

    fn expression(&mut self, expression: &Expression) -> Evaluated<u64> {
        self.step(expression)?;
        match &expression.kind {
            ExpressionKind::Literal(bits) => Ok(*bits),
            ExpressionKind::Local(local) => Ok(self.cells[self.offsets[local.0 as usize]]),
            ExpressionKind::Load { access, otherwise } => match (self.place(access)?, access.array, otherwise) {
                (Some(place), ArrayRef::Local(local), _) => Ok(self.cells[self.offsets[local.0 as usize] + place]),
                (Some(place), ArrayRef::Constant(table), _) => Ok(self.constants[table].cells[place]),
                (None, ArrayRef::Local(_) | ArrayRef::Constant(_), Some(otherwise)) => self.expression(otherwise),
                (None, ArrayRef::Local(_) | ArrayRef::Constant(_), None) => Err(e0309_not_constant::index(access.span)),
                _ => Err(e0309_not_constant::error(expression.span, "this")),
            },
            ExpressionKind::Unary { operator, operand } => Ok(unary(*operator, operand.ty, self.expression(operand)?)),
            ExpressionKind::Binary { operator, left, right } => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                binary(*operator, left.ty, a, b).map_err(|_| e0309_not_constant::traps(expression.span))
            }
            ExpressionKind::Logic { and, left, right } => {
                if (self.expression(left)? != 0) == *and {
                    self.expression(right)
                } else {
                    Ok((!and).into())
                }
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
        }
    }

    /// The position of a cell, or None if an index is out of range.
    fn place(&mut self, access: &Access) -> Evaluated<Option<usize>> {
        let locals = self.locals;
        let constants = self.constants;
        let sizes: &[u32] = match access.array {
            ArrayRef::Local(local) => &locals[local.0 as usize].dimensions,
            ArrayRef::Constant(table) => &constants[table].dimensions,
            _ => &[],
        };
        let mut place = Some(0);
        for (index, size) in access.indices.iter().zip(sizes) {
            let index = self.expression(index)?;
            place = place.filter(|_| index < u64::from(*size)).map(|p| p * *size as usize + index as usize);
        }
        Ok(place)
    }
}
