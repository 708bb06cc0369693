//! The blocks of a function and where they lead, found before its steps are written.

use std::collections::HashMap;

use rspirv::spirv::Op;

use super::Read;
use crate::{
    code::{Position, Register},
    finding::Unreadable,
    words::opcode,
};

/// The blocks of a function.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) blocks: Vec<Block>,
    numbers: HashMap<u32, usize>,
    /// The block that sets each register.
    homes: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) successors: Vec<usize>,
    /// Where a loop that begins here goes on after it.
    merge: Option<u32>,
    barrier: bool,
    /// The counter of the loop that begins here, if it holds a barrier.
    pub(super) counter: Option<u32>,
    /// The blocks of that loop.
    pub(super) body: Vec<bool>,
    /// Where its steps begin, and where they begin on a further trip.
    pub(super) start: Position,
    pub(super) again: Position,
    /// Registers of other blocks that are used here, and by which instruction.
    pub(super) used: Vec<(Register, u32)>,
    pub(super) defined: Vec<Register>,
}

impl Flow {
    /// The blocks of a function from its OpFunction on. Counters of loops begin at the given number.
    pub(super) fn of(function: &[&[u32]], site: usize, counters: u32) -> Read<Flow> {
        let mut flow = Flow::default();
        let fail = |at: usize, why: &str| Err(Unreadable { site: (site + at) as u32, why: why.into() });
        let mut targets: Vec<Vec<u32>> = Vec::new();
        let mut open = false;
        for (at, instruction) in function.iter().enumerate() {
            let op = Op::from_u32(opcode(instruction));
            if op == Some(Op::Label) {
                let Some(label) = instruction.get(1).filter(|_| !open) else {
                    return fail(at, "a block begins in a block");
                };
                if flow.numbers.insert(*label, flow.blocks.len()).is_some() {
                    return fail(at, "two blocks have one label");
                }
                flow.blocks.push(Block::default());
                targets.push(Vec::new());
                open = true;
                continue;
            }
            let (Some(block), Some(leads)) = (flow.blocks.last_mut(), targets.last_mut()) else { continue };
            if op == Some(Op::FunctionEnd) {
                break;
            }
            if !open {
                return fail(at, "an instruction stands after the end of its block");
            }
            match (op, *instruction) {
                (Some(Op::LoopMerge), [_, merge, ..]) => block.merge = Some(*merge),
                (Some(Op::ControlBarrier), _) => block.barrier = true,
                (Some(Op::Branch), [_, to]) => leads.push(*to),
                (Some(Op::BranchConditional), [_, _, yes, no, ..]) => leads.extend([*yes, *no]),
                (Some(Op::Return | Op::ReturnValue), _) => {}
                _ => continue,
            }
            open = matches!(op, Some(Op::LoopMerge | Op::ControlBarrier));
        }
        if open || flow.blocks.is_empty() {
            return fail(function.len().saturating_sub(1), "a block does not end");
        }
        for (number, targets) in targets.iter().enumerate() {
            for target in targets {
                match flow.numbers.get(target) {
                    Some(to) if *to > 0 => flow.blocks[number].successors.push(*to),
                    _ => return fail(0, "a branch to what is no block of its function"),
                }
            }
        }
        if flow.blocks.iter().any(|block| block.barrier) {
            flow.find_loops(counters);
        }
        Ok(flow)
    }

    pub(super) fn number(&self, label: u32) -> Option<usize> {
        self.numbers.get(&label).copied()
    }

    /// Loops that hold a barrier.
    fn find_loops(&mut self, mut counters: u32) {
        let mut before = vec![Vec::new(); self.blocks.len()];
        for (number, block) in self.blocks.iter().enumerate() {
            block.successors.iter().for_each(|to| before[*to].push(number));
        }
        let after: Vec<Vec<usize>> = self.blocks.iter().map(|block| block.successors.clone()).collect();
        for header in 0..self.blocks.len() {
            let Some(merge) = self.blocks[header].merge.and_then(|label| self.number(label)) else { continue };
            let (from, to) = (reached(&after, header, merge), reached(&before, header, merge));
            let body: Vec<bool> = from.iter().zip(&to).map(|(from, to)| *from && *to).collect();
            if self.blocks.iter().zip(&body).any(|(block, inside)| *inside && block.barrier) {
                self.blocks[header].body = body;
                self.blocks[header].counter = Some(counters);
                counters += 1;
            }
        }
    }

    /// The counters of the loops around a block.
    pub(super) fn loops_around(&self, block: usize) -> Vec<u32> {
        let around = |header: &&Block| header.body.get(block).copied().unwrap_or_default();
        self.blocks.iter().filter(around).filter_map(|header| header.counter).collect()
    }

    pub(super) fn uses(&mut self, block: usize, register: Register, site: u32) {
        let home = self.homes.get(register as usize).copied();
        if let Some(here) = self.blocks.get_mut(block).filter(|_| home != Some(block)) {
            here.used.push((register, site));
        }
    }

    pub(super) fn defines(&mut self, block: usize, register: Register) {
        let place = register as usize;
        if place >= self.homes.len() {
            self.homes.resize(place + 1, usize::MAX);
        }
        self.homes[place] = block;
        if let Some(block) = self.blocks.get_mut(block) {
            block.defined.push(register);
        }
    }
}

/// What is reached from a block, itself too, without going through another.
fn reached(edges: &[Vec<usize>], from: usize, without: usize) -> Vec<bool> {
    let mut seen = vec![false; edges.len()];
    let mut open = vec![from];
    while let Some(block) = open.pop() {
        if block != without && !std::mem::replace(&mut seen[block], true) {
            open.extend(&edges[block]);
        }
    }
    seen
}
