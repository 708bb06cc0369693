//! The instructions of a kernel. One form for each operation of the representation, and no other.

use lockstep_module::spirv_abi;
use rspirv::{
    binary::Assemble,
    dr::{self, Operand},
    spirv::{Decoration, FunctionControl, LoopControl, MemorySemantics, Scope, SelectionControl, StorageClass, Word},
};

use super::module::{self, Frame};
use crate::ir::{
    FloatComparison, FloatOperator, Instruction, Kernel, Operation, Table, TruthOperator, Type, Value, Variable,
    WordComparison, WordOperator,
};

/// The number of `Sqrt` in the instruction set GLSL.std.450.
const GLSL_SQRT: u32 = 31;

type Emitted<T> = Result<T, dr::Error>;

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
    let ty = b.type_function(frame.void, []);
    let main = b.begin_function(frame.void, None, FunctionControl::NONE, ty)?;
    module::entry_point(&mut b, &frame, main);
    b.begin_block(None)?;
    let mut emitter = Emitter {
        kernel,
        frame,
        values: vec![0; kernel.values.len()],
        variables: Vec::new(),
        tables: Vec::new(),
        b,
        loops: Vec::new(),
    };
    emitter.declare_locals()?;
    emitter.block(&kernel.body)?;
    emitter.b.ret()?;
    emitter.b.end_function()?;
    Ok(emitter.b.module())
}

struct Emitter<'k> {
    kernel: &'k Kernel,
    frame: Frame,
    b: dr::Builder,
    values: Vec<Word>,
    variables: Vec<Word>,
    tables: Vec<(Word, Word)>,
    /// The merge and continue labels of the open loops, innermost last.
    loops: Vec<(Word, Word)>,
}

impl Emitter<'_> {
    fn declare_locals(&mut self) -> Emitted<()> {
        for ty in &self.kernel.variables {
            let pointer = self.b.type_pointer(None, StorageClass::Function, self.frame.ty(*ty));
            self.variables.push(self.b.variable(pointer, None, StorageClass::Function, None));
        }
        for declared in &self.kernel.tables {
            let cell = self.frame.ty(declared.ty);
            let length = self.b.constant_bit32(self.frame.word, declared.cells);
            let array = self.b.type_array(cell, length);
            let initial = declared.constant.as_ref().map(|words| {
                let cells: Vec<Word> = words.iter().map(|word| self.constant(declared.ty, *word)).collect();
                self.b.constant_composite(array, cells)
            });
            let pointer = self.b.type_pointer(None, StorageClass::Function, array);
            let variable = self.b.variable(pointer, None, StorageClass::Function, initial);
            let pointer = self.b.type_pointer(None, StorageClass::Function, cell);
            self.tables.push((variable, pointer));
        }
        Ok(())
    }

    fn constant(&mut self, ty: Type, word: u32) -> Word {
        match ty {
            Type::Word | Type::Float => self.b.constant_bit32(self.frame.ty(ty), word),
            Type::Truth if word != 0 => self.b.constant_true(self.frame.truth),
            Type::Truth => self.b.constant_false(self.frame.truth),
        }
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
                Instruction::StoreTable { table, index, value } => {
                    let cell = self.table_cell(*table, *index)?;
                    self.b.store(cell, self.value(*value), None, [])?;
                }
                Instruction::StoreArray { array, index, value } => {
                    let cell = self.array_cell(*array, *index)?;
                    self.b.store(cell, self.value(*value), None, [])?;
                }
                Instruction::If { condition, then, otherwise } => self.branch(*condition, then, otherwise)?,
                Instruction::Loop { counter, trips, body } => self.repeat(*counter, *trips, body)?,
                Instruction::Break | Instruction::Continue => {
                    let Some((merge, next)) = self.loops.last().copied() else { continue };
                    self.b.branch(if matches!(instruction, Instruction::Break) { merge } else { next })?;
                    return Ok(true);
                }
                Instruction::Trap => self.trap()?,
            }
        }
        Ok(false)
    }

    fn value(&self, value: Value) -> Word {
        self.values[value.0 as usize]
    }

    fn variable(&self, variable: Variable) -> Word {
        self.variables[variable.0 as usize]
    }

    fn table_cell(&mut self, table: Table, index: Value) -> Emitted<Word> {
        let (variable, pointer) = self.tables[table.0 as usize];
        let index = self.value(index);
        self.b.access_chain(pointer, None, variable, [index])
    }

    fn array_cell(&mut self, array: u32, index: Value) -> Emitted<Word> {
        let zero = self.constant(Type::Word, 0);
        let (buffer, index) = (self.frame.arrays[array as usize], self.value(index));
        self.b.access_chain(self.frame.pointer_storage, None, buffer, [zero, index])
    }

    fn push_constant(&mut self, word: u32) -> Emitted<Word> {
        let member = self.constant(Type::Word, word);
        let (pointer, block) = (self.frame.pointer_push, self.frame.push_constants);
        let cell = self.b.access_chain(pointer, None, block, [member])?;
        self.b.load(self.frame.word, None, cell, None, [])
    }

    fn group(&mut self) -> Emitted<Word> {
        let first = self.push_constant(spirv_abi::WORD_FIRST_GROUP)?;
        let zero = self.constant(Type::Word, 0);
        let (pointer, built_in) = (self.frame.pointer_input, self.frame.group_id);
        let cell = self.b.access_chain(pointer, None, built_in, [zero])?;
        let here = self.b.load(self.frame.word, None, cell, None, [])?;
        self.b.i_add(self.frame.word, None, first, here)
    }

    /// The least group wins. The atomic needs no order with other memory.
    fn trap(&mut self) -> Emitted<()> {
        let slot = self.push_constant(spirv_abi::WORD_TRAP_SLOT)?;
        let zero = self.constant(Type::Word, 0);
        let (pointer, words) = (self.frame.pointer_storage, self.frame.trap_words);
        let cell = self.b.access_chain(pointer, None, words, [zero, slot])?;
        let scope = self.constant(Type::Word, Scope::QueueFamily as u32);
        let relaxed = self.constant(Type::Word, MemorySemantics::RELAXED.bits());
        let group = self.group()?;
        self.b.atomic_u_min(self.frame.word, None, cell, scope, relaxed, group)?;
        Ok(())
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

    fn operation(&mut self, value: Value, operation: &Operation) -> Emitted<Word> {
        let (word, float, truth) = (self.frame.word, self.frame.float, self.frame.truth);
        let ty = self.frame.ty(self.kernel.values[value.0 as usize]);
        match *operation {
            Operation::Word(constant) => Ok(self.constant(Type::Word, constant)),
            Operation::Truth(constant) => Ok(self.constant(Type::Truth, constant.into())),
            Operation::PushConstant(index) => self.push_constant(index),
            Operation::Group => self.group(),
            Operation::LaneInGroup => self.b.load(word, None, self.frame.lane_in_group, None, []),
            Operation::Arithmetic(operator, a, b) => self.arithmetic(operator, self.value(a), self.value(b)),
            Operation::Complement(a) => self.b.not(word, None, self.value(a)),
            Operation::Compare(comparison, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match comparison {
                    WordComparison::Equal => self.b.i_equal(truth, None, a, b),
                    WordComparison::NotEqual => self.b.i_not_equal(truth, None, a, b),
                    WordComparison::Less => self.b.u_less_than(truth, None, a, b),
                    WordComparison::LessOrEqual => self.b.u_less_than_equal(truth, None, a, b),
                    WordComparison::LessSigned => self.b.s_less_than(truth, None, a, b),
                    WordComparison::LessOrEqualSigned => self.b.s_less_than_equal(truth, None, a, b),
                }
            }
            Operation::Float(operator, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                let result = match operator {
                    FloatOperator::Add => self.b.f_add(float, None, a, b),
                    FloatOperator::Subtract => self.b.f_sub(float, None, a, b),
                    FloatOperator::Multiply => self.b.f_mul(float, None, a, b),
                    FloatOperator::DivideSeed => self.b.f_div(float, None, a, b),
                }?;
                self.b.decorate(result, Decoration::NoContraction, []);
                Ok(result)
            }
            Operation::SquareRootSeed(a) => {
                let set = self.b.ext_inst_import("GLSL.std.450");
                let a = Operand::IdRef(self.value(a));
                self.b.ext_inst(float, None, set, GLSL_SQRT, [a])
            }
            Operation::CompareFloats(comparison, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match comparison {
                    FloatComparison::Equal => self.b.f_ord_equal(truth, None, a, b),
                    FloatComparison::NotEqual => self.b.f_unord_not_equal(truth, None, a, b),
                    FloatComparison::Less => self.b.f_ord_less_than(truth, None, a, b),
                    FloatComparison::LessOrEqual => self.b.f_ord_less_than_equal(truth, None, a, b),
                }
            }
            Operation::Logic(operator, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match operator {
                    TruthOperator::And => self.b.logical_and(truth, None, a, b),
                    TruthOperator::Or => self.b.logical_or(truth, None, a, b),
                    TruthOperator::Equal => self.b.logical_equal(truth, None, a, b),
                    TruthOperator::NotEqual => self.b.logical_not_equal(truth, None, a, b),
                }
            }
            Operation::Not(a) => self.b.logical_not(truth, None, self.value(a)),
            Operation::Select(condition, yes, no) => {
                self.b.select(ty, None, self.value(condition), self.value(yes), self.value(no))
            }
            Operation::FloatFromBits(a) => self.b.bitcast(float, None, self.value(a)),
            Operation::BitsFromFloat(a) => self.b.bitcast(word, None, self.value(a)),
            Operation::FloatFromSmall(a) => self.b.convert_u_to_f(float, None, self.value(a)),
            Operation::Load(variable) => self.b.load(ty, None, self.variable(variable), None, []),
            Operation::LoadTable(table, index) => {
                let cell = self.table_cell(table, index)?;
                self.b.load(ty, None, cell, None, [])
            }
            Operation::LoadArray(array, index) => {
                let cell = self.array_cell(array, index)?;
                self.b.load(word, None, cell, None, [])
            }
        }
    }

    fn arithmetic(&mut self, operator: WordOperator, a: Word, b: Word) -> Emitted<Word> {
        let word = self.frame.word;
        match operator {
            WordOperator::Add => self.b.i_add(word, None, a, b),
            WordOperator::Subtract => self.b.i_sub(word, None, a, b),
            WordOperator::Multiply => self.b.i_mul(word, None, a, b),
            WordOperator::Divide => self.b.u_div(word, None, a, b),
            WordOperator::Remainder => self.b.u_mod(word, None, a, b),
            WordOperator::DivideSigned => self.b.s_div(word, None, a, b),
            WordOperator::And => self.b.bitwise_and(word, None, a, b),
            WordOperator::Or => self.b.bitwise_or(word, None, a, b),
            WordOperator::Xor => self.b.bitwise_xor(word, None, a, b),
            WordOperator::ShiftLeft => self.b.shift_left_logical(word, None, a, b),
            WordOperator::ShiftRight => self.b.shift_right_logical(word, None, a, b),
            WordOperator::ShiftRightSigned => self.b.shift_right_arithmetic(word, None, a, b),
        }
    }
}
