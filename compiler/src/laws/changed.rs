//! Which locals a part of a body sets.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::{
    program::{Block, Expression, LocalId, Statement},
    visit::{self, Visitor},
};

/// What a block sets, in order, each local once.
pub(super) fn by_block(block: &Block) -> Vec<LocalId> {
    let mut changed = Changed::default();
    visit::block(&mut changed, block);
    changed.set
}

/// What the blocks inside an expression set.
pub(super) fn by_expression(expression: &Expression) -> Vec<LocalId> {
    let mut changed = Changed::default();
    visit::expression(&mut changed, expression);
    changed.set
}

#[derive(Default)]
struct Changed {
    seen: HashSet<LocalId, RandomState>,
    set: Vec<LocalId>,
}

impl Visitor for Changed {
    fn statement(&mut self, statement: &Statement) {
        if let Statement::Set { local, .. } = statement
            && self.seen.insert(*local)
        {
            self.set.push(*local);
        }
    }
}
