//! The control of a kernel: blocks, branches, loops and barriers. One form for each instruction of the representation.

use rspirv::{
    binary::Assemble,
    dr,
    spirv::{FunctionControl, LoopControl, MemorySemantics, Scope, SelectionControl, Word},
};

use super::{function::Emitter, module};
use crate::ir::{Body, Instruction, Kernel, Type, Value, Variable};

pub(super) type Emitted<T> = Result<T, dr::Error>;

/// Emits a kernel as SPIR-V words.
///
/// # Errors
/// Where the kernel is not well formed; that is a fault of the compiler.
pub fn emit(kernel: &Kernel) -> Result<Vec<u32>, String> {
    emit_module(kernel).map(|module| module.assemble()).map_err(|error| error.to_string())
}

fn emit_module(kernel: &Kernel) -> Emitted<dr::Module> {
    let mut b = dr::Builder::new();
    let frame = module::declare(&mut b, kernel);
    let mut emitter = Emitter::new(kernel, frame, b);
    for function in &kernel.functions {
        emitter.function(function)?;
    }
    emitter.begin(&kernel.values);
    let ty = emitter.b.type_function(emitter.frame.void, []);
    let main = emitter.b.begin_function(emitter.frame.void, None, FunctionControl::NONE, ty)?;
    module::entry_point(&mut emitter.b, &emitter.frame, kernel.lanes, main);
    emitter.b.begin_block(None)?;
    emitter.declare_locals()?;
    emitter.block(&kernel.body)?;
    emitter.b.ret()?;
    emitter.b.end_function()?;
    Ok(emitter.b.module())
}

impl<'k> Emitter<'k> {
    /// Emits a function that the kernel calls.
    fn function(&mut self, function: &'k Body) -> Emitted<()> {
        self.begin(&function.values);
        let parameters = function.function.parameters();
        let types: Vec<Word> = parameters.iter().map(|ty| self.frame.ty(*ty)).collect();
        let result = self.frame.ty(function.function.result());
        let ty = self.b.type_function(result, types.clone());
        let id = self.b.begin_function(result, None, FunctionControl::NONE, ty)?;
        self.arguments.clear();
        for ty in types {
            let argument = self.b.function_parameter(ty)?;
            self.arguments.push(argument);
        }
        self.b.begin_block(None)?;
        self.block(&function.body)?;
        self.b.ret_value(self.value(function.result))?;
        self.b.end_function()?;
        self.functions.insert(function.function, id);
        Ok(())
    }

    /// Emits a block; true if it ended by leaving a loop, so that nothing may follow.
    fn block(&mut self, block: &[Instruction]) -> Emitted<bool> {
        for instruction in block {
            match instruction {
                Instruction::Let(value, operation) => {
                    let id = self.operation(*value, operation)?;
                    self.values[value.0 as usize] = id;
                }
                Instruction::Store(variable, value) => {
                    let variable = self.variable(*variable);
                    self.b.store(variable, self.value(*value), None, [])?;
                }
                Instruction::StoreCell { memory, index, value } => self.store_cell(*memory, *index, *value)?,
                Instruction::Fill { table, value } => self.fill(*table, *value)?,
                Instruction::Combine { memory, operator, index, value } => {
                    self.combine(*memory, *operator, *index, *value)?;
                }
                Instruction::Claim { claim, cell, words } => self.claim(*claim, *cell, words)?,
                Instruction::If { condition, then, otherwise } => self.branch(*condition, then, otherwise)?,
                Instruction::Loop { counter, trips, body } => self.repeat(*counter, *trips, body)?,
                Instruction::Break | Instruction::Continue => {
                    let Some((merge, next)) = self.loops.last().copied() else { continue };
                    self.b.branch(if matches!(instruction, Instruction::Break) { merge } else { next })?;
                    return Ok(true);
                }
                Instruction::Barrier { arrays } => self.barrier(*arrays)?,
                Instruction::Trap => self.trap()?,
            }
        }
        Ok(false)
    }

    fn branch(&mut self, condition: Value, then: &[Instruction], otherwise: &[Instruction]) -> Emitted<()> {
        let (yes, merge) = (self.b.id(), self.b.id());
        let no = if otherwise.is_empty() { merge } else { self.b.id() };
        let condition = self.value(condition);
        self.b.selection_merge(merge, SelectionControl::NONE)?;
        self.b.branch_conditional(condition, yes, no, [])?;
        self.b.begin_block(Some(yes))?;
        if !self.block(then)? {
            self.b.branch(merge)?;
        }
        if !otherwise.is_empty() {
            self.b.begin_block(Some(no))?;
            if !self.block(otherwise)? {
                self.b.branch(merge)?;
            }
        }
        self.b.begin_block(Some(merge))?;
        Ok(())
    }

    /// The one form of loop: a counter from zero, one comparison, one increment.
    fn repeat(&mut self, counter: Variable, trips: Value, body: &[Instruction]) -> Emitted<()> {
        let (header, test, inside, next, merge) = (self.b.id(), self.b.id(), self.b.id(), self.b.id(), self.b.id());
        let (counter, trips, word) = (self.variable(counter), self.value(trips), self.frame.word);
        let (zero, one) = (self.constant(Type::Word, 0), self.constant(Type::Word, 1));
        self.b.store(counter, zero, None, [])?;
        self.b.branch(header)?;
        self.b.begin_block(Some(header))?;
        self.b.loop_merge(merge, next, LoopControl::NONE, [])?;
        self.b.branch(test)?;
        self.b.begin_block(Some(test))?;
        let now = self.b.load(word, None, counter, None, [])?;
        let go_on = self.b.u_less_than(self.frame.truth, None, now, trips)?;
        self.b.branch_conditional(go_on, inside, merge, [])?;
        self.b.begin_block(Some(inside))?;
        self.loops.push((merge, next));
        let left = self.block(body)?;
        self.loops.pop();
        if !left {
            self.b.branch(next)?;
        }
        self.b.begin_block(Some(next))?;
        let now = self.b.load(word, None, counter, None, [])?;
        let more = self.b.i_add(word, None, now, one)?;
        self.b.store(counter, more, None, [])?;
        self.b.branch(header)?;
        self.b.begin_block(Some(merge))?;
        Ok(())
    }

    /// All lanes of the group meet. What they wrote before is there for the others after it.
    fn barrier(&mut self, arrays: bool) -> Emitted<()> {
        let mut semantics = MemorySemantics::ACQUIRE_RELEASE
            | MemorySemantics::WORKGROUP_MEMORY
            | MemorySemantics::MAKE_AVAILABLE
            | MemorySemantics::MAKE_VISIBLE;
        if arrays {
            semantics |= MemorySemantics::UNIFORM_MEMORY;
        }
        let scope: Word = self.constant(Type::Word, Scope::Workgroup as u32);
        let semantics = self.constant(Type::Word, semantics.bits());
        self.b.control_barrier(scope, scope, semantics)
    }
}
