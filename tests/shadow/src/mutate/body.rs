//! The instructions of a module as a list that can be changed, and what edits ask of it. Whatever has been done to it
//! before, nothing here panics.

use lockstep_witness::random::Random;
use rspirv::spirv::Op;

use crate::words::{HEADER_WORDS, instructions, opcode};

/// A header and instructions.
#[derive(Clone, Debug)]
pub struct Body {
    pub(super) header: Vec<u32>,
    pub(super) list: Vec<Vec<u32>>,
}

impl Body {
    pub(super) fn new(words: &[u32]) -> Body {
        let header = words.iter().take(HEADER_WORDS).copied().collect();
        Body { header, list: instructions(words).map(<[u32]>::to_vec).collect() }
    }

    pub(super) fn words(&self) -> Vec<u32> {
        self.header.iter().chain(self.list.iter().flatten()).copied().collect()
    }

    pub(super) fn op(&self, at: usize) -> Option<Op> {
        self.list.get(at).and_then(|instruction| Op::from_u32(opcode(instruction)))
    }

    /// A word of an instruction.
    pub(super) fn word(&self, at: usize, place: usize) -> Option<u32> {
        self.list.get(at)?.get(place).copied()
    }

    pub(super) fn set(&mut self, at: usize, place: usize, word: u32) -> Option<()> {
        *self.list.get_mut(at)?.get_mut(place)? = word;
        Some(())
    }

    /// The places of instructions with one of these opcodes.
    pub(super) fn all(&self, ops: &[Op]) -> Vec<usize> {
        (0..self.list.len()).filter(|at| self.op(*at).is_some_and(|op| ops.contains(&op))).collect()
    }

    /// One of them.
    pub(super) fn any(&self, random: &mut Random, ops: &[Op]) -> Option<usize> {
        choose(random, &self.all(ops))
    }

    /// The place of the instruction that sets this.
    pub(super) fn setter(&self, id: u32) -> Option<usize> {
        (0..self.list.len()).find(|at| self.result(*at) == Some(id))
    }

    /// What an instruction sets.
    pub(super) fn result(&self, at: usize) -> Option<u32> {
        let op = self.op(at)?;
        match op {
            _ if has_type(op) => self.word(at, 2),
            _ if sets(op) => self.word(at, 1),
            _ => None,
        }
    }

    /// The type and the identifier that an instruction sets, if it has both.
    pub(super) fn typed(&self, at: usize) -> Option<(u32, u32)> {
        has_type(self.op(at)?).then_some(())?;
        Some((self.word(at, 1)?, self.word(at, 2)?))
    }

    /// Where functions begin.
    pub(super) fn first_function(&self) -> usize {
        (0..self.list.len()).find(|at| self.op(*at) == Some(Op::Function)).unwrap_or(self.list.len())
    }

    /// A new identifier.
    pub(super) fn fresh(&mut self) -> u32 {
        match self.header.get_mut(3) {
            Some(bound) => {
                *bound = bound.saturating_add(1);
                *bound - 1
            }
            None => 1,
        }
    }

    /// The type of 32-bit words.
    pub(super) fn word_type(&self) -> Option<u32> {
        self.word(*self.all(&[Op::TypeInt]).first()?, 1)
    }

    /// A constant word.
    pub(super) fn constant(&mut self, value: u32) -> Option<u32> {
        let ty = self.word_type()?;
        let found = self
            .all(&[Op::Constant])
            .into_iter()
            .find(|at| self.list[*at].get(1..) == Some(&[ty, self.list[*at][2], value]));
        if let Some(at) = found {
            return self.word(at, 2);
        }
        let id = self.fresh();
        let at = self.first_function();
        self.insert(at, vec![instruction(Op::Constant, 4), ty, id, value]);
        Some(id)
    }

    pub(super) fn insert(&mut self, at: usize, instruction: Vec<u32>) {
        self.list.insert(at.min(self.list.len()), instruction);
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<Vec<u32>> {
        (at < self.list.len()).then(|| self.list.remove(at))
    }

    /// Uses one value for another, everywhere in functions.
    pub(super) fn substitute(&mut self, from: u32, to: u32) {
        for at in self.first_function()..self.list.len() {
            let Some(op) = self.op(at) else { continue };
            let first = operands(op);
            self.list[at].iter_mut().skip(first).filter(|word| **word == from).for_each(|word| *word = to);
        }
    }

    /// The values of functions and constants with this type.
    pub(super) fn values(&self, ty: u32) -> Vec<u32> {
        let of_type = (0..self.list.len()).filter_map(|at| self.typed(at)).filter(|(found, _)| *found == ty);
        of_type.map(|(_, id)| id).collect()
    }

    /// The type of a value.
    pub(super) fn type_of(&self, id: u32) -> Option<u32> {
        self.typed(self.setter(id)?).map(|(ty, _)| ty)
    }

    /// Places in functions where an instruction may stand.
    pub(super) fn slots(&self) -> Vec<usize> {
        let stands = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| self.op(before));
            !matches!(
                self.op(*at),
                None | Some(Op::Variable | Op::Label | Op::Function | Op::FunctionParameter | Op::FunctionEnd)
            ) && !matches!(before, Some(Op::SelectionMerge | Op::LoopMerge))
        };
        (self.first_function()..self.list.len()).filter(stands).collect()
    }
}

/// One of these, if there are any.
pub(super) fn choose<T: Copy>(random: &mut Random, things: &[T]) -> Option<T> {
    if things.is_empty() { None } else { Some(*random.pick(things)) }
}

/// The first word of an instruction.
pub(super) fn instruction(op: Op, words: u32) -> u32 {
    words << 16 | op as u32
}

/// Whether it has a type and a result.
fn has_type(op: Op) -> bool {
    !matches!(
        op,
        Op::Store
            | Op::Branch
            | Op::BranchConditional
            | Op::SelectionMerge
            | Op::LoopMerge
            | Op::Return
            | Op::ReturnValue
            | Op::ControlBarrier
            | Op::FunctionEnd
            | Op::Decorate
            | Op::MemberDecorate
            | Op::Capability
            | Op::Extension
            | Op::MemoryModel
            | Op::EntryPoint
            | Op::ExecutionMode
            | Op::Nop
    ) && !sets(op)
}

/// Whether it has a result without a type.
fn sets(op: Op) -> bool {
    matches!(
        op,
        Op::Label
            | Op::ExtInstImport
            | Op::TypeVoid
            | Op::TypeBool
            | Op::TypeInt
            | Op::TypeFloat
            | Op::TypeVector
            | Op::TypeArray
            | Op::TypeRuntimeArray
            | Op::TypeStruct
            | Op::TypePointer
            | Op::TypeFunction
    )
}

/// Where its operands begin.
pub(super) fn operands(op: Op) -> usize {
    match op {
        _ if has_type(op) => 3,
        _ if sets(op) => 2,
        _ => 1,
    }
}
