//! Cells of arrays, atomic operations, and the notes that traps leave. What lanes exchange within a group is accessed
//! as not private, so that barriers of the Vulkan memory model make it available and visible.

use lockstep_module::spirv_abi;
use rspirv::spirv::{MemoryAccess, MemorySemantics, Scope, SelectionControl, Word};

use super::{emit::Emitted, function::Emitter};
use crate::ir::{AtomicOperator, Memory, Table, Type, Value};

impl Emitter<'_> {
    pub(super) fn load_cell(&mut self, ty: Word, memory: Memory, index: Value) -> Emitted<Word> {
        let cell = self.cell(memory, index)?;
        self.b.load(ty, None, cell, self.access(memory), [])
    }

    pub(super) fn store_cell(&mut self, memory: Memory, index: Value, value: Value) -> Emitted<()> {
        let cell = self.cell(memory, index)?;
        self.b.store(cell, self.value(value), self.access(memory), [])
    }

    /// Sets all cells of a table, which is small.
    pub(super) fn fill(&mut self, table: Table, value: Value) -> Emitted<()> {
        let (variable, pointer) = self.tables[table.0 as usize];
        let cells = self.kernel.tables.get(table.0 as usize).map_or(0, |table| table.cells);
        for cell in 0..cells {
            let index = self.constant(Type::Word, cell);
            let cell = self.b.access_chain(pointer, None, variable, [index])?;
            self.b.store(cell, self.value(value), None, [])?;
        }
        Ok(())
    }

    fn access(&self, memory: Memory) -> Option<MemoryAccess> {
        let common = match memory {
            Memory::Shared(_) => true,
            Memory::Array(array) => self.kernel.arrays.get(array as usize).is_some_and(|array| array.exchanged),
            Memory::Table(_) => false,
        };
        common.then_some(MemoryAccess::NON_PRIVATE_POINTER)
    }

    fn cell(&mut self, memory: Memory, index: Value) -> Emitted<Word> {
        let index = self.value(index);
        match memory {
            Memory::Array(array) => self.word_of(self.frame.arrays[array as usize], index),
            Memory::Shared(shared) => {
                let (variable, pointer) = self.frame.shared[shared as usize];
                self.b.access_chain(pointer, None, variable, [index])
            }
            Memory::Table(table) => {
                let (variable, pointer) = self.tables[table.0 as usize];
                self.b.access_chain(pointer, None, variable, [index])
            }
        }
    }

    /// A word of a storage buffer.
    fn word_of(&mut self, buffer: Word, index: Word) -> Emitted<Word> {
        let zero = self.constant(Type::Word, 0);
        self.b.access_chain(self.frame.pointer_storage, None, buffer, [zero, index])
    }

    /// The scope and the semantics of an atomic operation. It needs no order with other memory.
    fn relaxed(&mut self, scope: Scope) -> (Word, Word) {
        (self.constant(Type::Word, scope as u32), self.constant(Type::Word, MemorySemantics::RELAXED.bits()))
    }

    pub(super) fn combine(
        &mut self,
        memory: Memory,
        operator: AtomicOperator,
        index: Value,
        value: Value,
    ) -> Emitted<()> {
        let cell = self.cell(memory, index)?;
        let shared = matches!(memory, Memory::Shared(_));
        let (scope, relaxed) = self.relaxed(if shared { Scope::Workgroup } else { Scope::QueueFamily });
        let (word, value) = (self.frame.word, self.value(value));
        match operator {
            AtomicOperator::Add => self.b.atomic_i_add(word, None, cell, scope, relaxed, value),
            AtomicOperator::Minimum => self.b.atomic_u_min(word, None, cell, scope, relaxed, value),
            AtomicOperator::MinimumSigned => self.b.atomic_s_min(word, None, cell, scope, relaxed, value),
            AtomicOperator::Maximum => self.b.atomic_u_max(word, None, cell, scope, relaxed, value),
            AtomicOperator::MaximumSigned => self.b.atomic_s_max(word, None, cell, scope, relaxed, value),
            AtomicOperator::And => self.b.atomic_and(word, None, cell, scope, relaxed, value),
            AtomicOperator::Or => self.b.atomic_or(word, None, cell, scope, relaxed, value),
            AtomicOperator::Xor => self.b.atomic_xor(word, None, cell, scope, relaxed, value),
        }?;
        Ok(())
    }

    /// Sets the cell's bit in the bitmap. If it was set before, the least such cell is noted; else the words are set.
    /// This is the one place where what an atomic operation found is looked at.
    pub(super) fn claim(&mut self, claim: u32, cell: Value, words: &[(u32, Value, Value)]) -> Emitted<()> {
        let (word, truth) = (self.frame.word, self.frame.truth);
        let (zero, one) = (self.constant(Type::Word, 0), self.constant(Type::Word, 1));
        let (five, low) = (self.constant(Type::Word, 5), self.constant(Type::Word, 31));
        let number = self.value(cell);
        let place = self.b.shift_right_logical(word, None, number, five)?;
        let shift = self.b.bitwise_and(word, None, number, low)?;
        let bit = self.b.shift_left_logical(word, None, one, shift)?;
        let bits = self.word_of(self.frame.bitmaps[claim as usize], place)?;
        let (scope, relaxed) = self.relaxed(Scope::QueueFamily);
        let before = self.b.atomic_or(word, None, bits, scope, relaxed, bit)?;
        let before = self.b.bitwise_and(word, None, before, bit)?;
        let free = self.b.i_equal(truth, None, before, zero)?;
        let (yes, no, merge) = (self.b.id(), self.b.id(), self.b.id());
        self.b.selection_merge(merge, SelectionControl::NONE)?;
        self.b.branch_conditional(free, yes, no, [])?;
        self.b.begin_block(Some(yes))?;
        for (array, index, value) in words {
            self.store_cell(Memory::Array(*array), *index, *value)?;
        }
        self.b.branch(merge)?;
        self.b.begin_block(Some(no))?;
        self.note(1 + claim, number)?;
        self.b.branch(merge)?;
        self.b.begin_block(Some(merge))?;
        Ok(())
    }

    /// The least group wins.
    pub(super) fn trap(&mut self) -> Emitted<()> {
        let group = self.group()?;
        self.note(0, group)
    }

    /// Lowers a trap word of this dispatch to a number.
    fn note(&mut self, which: u32, number: Word) -> Emitted<()> {
        let mut slot = self.push_constant(spirv_abi::WORD_TRAP_SLOT)?;
        if which != 0 {
            let distance = self.constant(Type::Word, which);
            slot = self.b.i_add(self.frame.word, None, slot, distance)?;
        }
        let cell = self.word_of(self.frame.trap_words, slot)?;
        let (scope, relaxed) = self.relaxed(Scope::QueueFamily);
        self.b.atomic_u_min(self.frame.word, None, cell, scope, relaxed, number)?;
        Ok(())
    }

    pub(super) fn push_constant(&mut self, word: u32) -> Emitted<Word> {
        let member = self.constant(Type::Word, word);
        let (pointer, block) = (self.frame.pointer_push, self.frame.push_constants);
        let cell = self.b.access_chain(pointer, None, block, [member])?;
        self.b.load(self.frame.word, None, cell, None, [])
    }

    pub(super) fn group(&mut self) -> Emitted<Word> {
        let first = self.push_constant(spirv_abi::WORD_FIRST_GROUP)?;
        let here = self.first_of(self.frame.group_id)?;
        self.b.i_add(self.frame.word, None, first, here)
    }

    /// The x of a built-in of three. The lane's number is that of LocalInvocationId, since a group is a line: lavapipe
    /// was seen to take twice as long where it is LocalInvocationIndex.
    pub(super) fn first_of(&mut self, built_in: Word) -> Emitted<Word> {
        let zero = self.constant(Type::Word, 0);
        let cell = self.b.access_chain(self.frame.pointer_input, None, built_in, [zero])?;
        self.b.load(self.frame.word, None, cell, None, [])
    }
}
