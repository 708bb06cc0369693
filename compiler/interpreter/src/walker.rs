//! One walk through a body: its values, and the statements of a lane in the order in which they are written.

use lockstep_compiler::program::{Block, Constant, For, Local, Shared, Statement, Tile};
use lockstep_module::{TRIP_WEIGHT, plan::trips};
use lockstep_numbers::ScalarType;

use crate::{
    frame::{Frame, Layout},
    memory::{Claims, Memory},
    trap::{Evaluated, Trap},
    watch::Watch,
};

/// How a statement ends.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// What a body refers to beside its own values; the same for all walks of a dispatch.
pub(crate) struct Scope<'a> {
    pub(crate) constants: &'a [Constant],
    pub(crate) locals: &'a [Local],
    pub(crate) layout: &'a Layout,
    pub(crate) tiles: &'a [Tile],
    pub(crate) shared: &'a [Shared],
    /// The array parameters.
    pub(crate) arrays: &'a [&'a Memory],
    /// Their names, and the names of their extents, for messages.
    pub(crate) array_names: Vec<(String, Vec<String>)>,
    /// For each array parameter that is claimed, what has been claimed of it.
    pub(crate) claims: &'a [Option<Claims>],
}

/// A group with its lanes, one at a time; or the host of a job.
pub(crate) struct Walker<'a, W> {
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) frame: Frame<'a>,
    /// The cells of the arrays that the group shares.
    pub(crate) shared: Vec<Vec<u64>>,
    /// The first cell of the group's tile, for each tile clause.
    pub(crate) origins: Vec<[u32; 3]>,
    /// What the walk has cost so far.
    pub(crate) cost: u64,
    pub(crate) watch: W,
}

impl<'a, W: Watch> Walker<'a, W> {
    pub(crate) fn new(scope: &'a Scope<'a>, watch: W) -> Walker<'a, W> {
        Walker {
            scope,
            frame: Frame::new(scope.layout),
            shared: scope.shared.iter().map(|array| vec![0; array.cells()]).collect(),
            origins: vec![[0; 3]; scope.tiles.len()],
            cost: 0,
            watch,
        }
    }

    /// Runs a block that has no value.
    pub(crate) fn run(&mut self, block: &Block) -> Evaluated<()> {
        self.statements(block).map(|_| ())
    }

    /// The value of a block that has one.
    pub(crate) fn value(&mut self, block: &Block) -> Evaluated<u64> {
        self.statements(block)?;
        match &block.result {
            Some(result) => self.expression(result),
            None => Ok(0),
        }
    }

    fn statements(&mut self, block: &Block) -> Evaluated<Flow> {
        self.cost += block.weight;
        for statement in &block.statements {
            let flow = self.statement(statement)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement) -> Evaluated<Flow> {
        match statement {
            Statement::Set { local, value } => {
                let value = self.expression(value)?;
                self.frame.set(*local, value);
            }
            Statement::Fill { local, value } => {
                let value = self.expression(value)?;
                self.frame.fill(*local, self.scope.locals[local.0 as usize].cells(), value);
            }
            Statement::Store { access, value } => self.store(access, value)?,
            Statement::Combine { access, operator, value } => self.combine(access, *operator, value)?,
            Statement::Claim { access, value } => self.claim(access, value)?,
            Statement::If { arms, otherwise } => {
                for (condition, block) in arms {
                    if self.expression(condition)? != 0 {
                        return self.statements(block);
                    }
                }
                if let Some(block) = otherwise {
                    return self.statements(block);
                }
            }
            Statement::For(inner) => self.repeat(inner)?,
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Assert { condition, span } => {
                if self.expression(condition)? == 0 {
                    return Err(Trap::assertion(*span));
                }
            }
        }
        Ok(Flow::Next)
    }

    fn repeat(&mut self, inner: &For) -> Evaluated<()> {
        let from = self.expression(&inner.from)? as u32;
        let to = self.expression(&inner.to)? as u32;
        let trips = trips(inner.ty == ScalarType::I32, from, to, inner.step);
        if let Some(max) = &inner.max {
            let most = self.expression(max)?;
            if trips > most {
                return Err(Trap::too_many_trips(inner.to.span, trips, most));
            }
        }
        let mut counter = from;
        for _ in 0..trips {
            self.cost += TRIP_WEIGHT;
            self.frame.set(inner.counter, counter.into());
            if self.statements(&inner.body)? == Flow::Break {
                break;
            }
            counter = counter.wrapping_add(inner.step);
        }
        Ok(())
    }
}
