//! Builds a kernel. Constants are folded and equal operations made once while building: a pure operation that an
//! enclosing block has already made is not made again, and one that does not change within a loop is made before it.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{
    Instruction, Kernel, Memory, Operation, SharedDeclaration, Table, TableDeclaration, Type, Value, Variable,
    WordComparison, WordOperator, fold, known::Known,
};

/// How many cells of a table that is filled are known.
const MAX_KNOWN: usize = 64;

/// An open block.
#[derive(Default)]
struct Open {
    instructions: Vec<Instruction>,
    /// The pure operations made in it.
    made: HashMap<Operation, Value, RandomState>,
    known: Known,
    /// The conditions whose failure is noted already.
    required: HashSet<Value, RandomState>,
    /// Whether it is the body of a loop.
    is_loop: bool,
    /// How many loops it stands in, itself counted.
    loops: u32,
}

/// What is kept of each value.
struct Made {
    /// Its operation, if that is pure.
    operation: Option<Operation>,
    /// Whether it is made of constants and push constants alone.
    uniform: bool,
    /// The position in the stack of the block in which it was made.
    depth: u32,
    /// The table of which it is a cell.
    table: Option<Table>,
}

/// A kernel in the making.
pub struct Builder {
    kernel: Kernel,
    made: Vec<Made>,
    /// The open blocks, innermost last.
    blocks: Vec<Open>,
    /// The position of the block in which uniform values are made.
    outermost: usize,
    /// How many instructions there are in all.
    size: usize,
}

impl Builder {
    /// A kernel with everything that is declared, and no body.
    pub fn new(kernel: Kernel) -> Builder {
        Builder { kernel, made: Vec::new(), blocks: vec![Open::default()], outermost: 0, size: 0 }
    }

    /// How many instructions there are so far.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The kernel.
    pub fn finish(mut self) -> Kernel {
        self.kernel.body = self.close();
        self.kernel
    }

    /// Opens a block.
    pub fn open(&mut self) {
        let loops = self.blocks.last().map_or(0, |block| block.loops);
        self.blocks.push(Open { loops, ..Open::default() });
    }

    /// Opens the body of a loop.
    pub fn open_loop(&mut self) {
        let loops = self.blocks.last().map_or(0, |block| block.loops) + 1;
        self.blocks.push(Open { loops, is_loop: true, ..Open::default() });
    }

    /// From here on nothing is made outside of the innermost block that the lanes outside of it do not need.
    pub fn stay_inside(&mut self) {
        self.outermost = self.blocks.len().saturating_sub(1);
    }

    /// Closes the innermost block and gives its instructions.
    pub fn close(&mut self) -> Vec<Instruction> {
        self.blocks.pop().map(|block| block.instructions).unwrap_or_default()
    }

    /// Adds an instruction that sets no value.
    pub fn push(&mut self, instruction: Instruction) {
        self.size += 1;
        if let Some(block) = self.blocks.last_mut() {
            block.instructions.push(instruction);
        }
    }

    /// Sets a variable.
    pub fn store(&mut self, variable: Variable, value: Value) {
        self.blocks.iter_mut().for_each(|block| block.known.forget_variable(variable));
        if let Some(block) = self.blocks.last_mut() {
            block.known.learn_variable(variable, value);
        }
        self.push(Instruction::Store(variable, value));
    }

    /// Sets a cell; the index is in range.
    pub fn store_cell(&mut self, memory: Memory, index: Value, value: Value) {
        self.forget(memory, Some(index));
        if let Some(block) = self.blocks.last_mut() {
            block.known.learn_cell(memory, index, value);
        }
        self.push(Instruction::StoreCell { memory, index, value });
    }

    /// Sets all cells of a table.
    pub fn fill(&mut self, table: Table, value: Value) {
        let memory = Memory::Table(table);
        self.forget(memory, None);
        let cells = self.kernel.tables.get(table.0 as usize).map_or(0, |table| table.cells);
        for cell in (0..cells).take(MAX_KNOWN) {
            let index = self.word(cell);
            if let Some(block) = self.blocks.last_mut() {
                block.known.learn_cell(memory, index, value);
            }
        }
        self.push(Instruction::Fill { table, value });
    }

    /// Forgets what is known of a memory, but for the cells that are surely not the one at `index`.
    pub fn forget(&mut self, memory: Memory, index: Option<Value>) {
        let parts = index.map(|index| self.base_and_distance(index));
        let made = &self.made;
        let other = |known: Value| {
            let known = base_and_distance(made, known);
            parts.is_some_and(|(base, distance)| base == known.0 && distance != known.1)
        };
        self.blocks.iter_mut().for_each(|block| block.known.forget_cells(memory, other));
    }

    /// Forgets what other lanes may have changed.
    pub fn forget_common(&mut self) {
        self.blocks.iter_mut().for_each(|block| block.known.forget_common());
    }

    /// Whether it is the first time on the way here that this condition is required.
    pub fn first_required(&mut self, condition: Value) -> bool {
        if self.blocks.iter().any(|block| block.required.contains(&condition)) {
            return false;
        }
        self.blocks.last_mut().is_some_and(|block| block.required.insert(condition))
    }

    /// A variable.
    pub fn variable(&mut self, ty: Type) -> Variable {
        self.kernel.variables.push(ty);
        Variable(self.kernel.variables.len() as u32 - 1)
    }

    /// A table.
    pub fn table(&mut self, declaration: TableDeclaration) -> Table {
        self.kernel.tables.push(declaration);
        Table(self.kernel.tables.len() as u32 - 1)
    }

    /// An array of the group.
    pub fn shared(&mut self, declaration: SharedDeclaration) -> u32 {
        self.kernel.shared.push(declaration);
        self.kernel.shared.len() as u32 - 1
    }

    /// The type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.kernel.values.get(value.0 as usize).copied().unwrap_or(Type::Word)
    }

    /// The pure operation that made a value.
    pub fn operation(&self, value: Value) -> Option<Operation> {
        self.made.get(value.0 as usize).and_then(|made| made.operation)
    }

    /// The cells of the constant table that a value was loaded from.
    pub fn constant_cells(&self, value: Value) -> Option<&[u32]> {
        let table = self.made.get(value.0 as usize)?.table?;
        self.kernel.tables.get(table.0 as usize)?.constant.as_deref()
    }

    /// The word, if the value is a constant one.
    pub fn constant(&self, value: Value) -> Option<u32> {
        match self.operation(value) {
            Some(Operation::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The truth value, if it is a constant one.
    pub fn constant_truth(&self, value: Value) -> Option<bool> {
        match self.operation(value) {
            Some(Operation::Truth(truth)) => Some(truth),
            _ => None,
        }
    }

    /// The cell of a constant table at a place that is known.
    pub(super) fn constant_cell(&self, memory: Memory, index: Value) -> Option<Operation> {
        let Memory::Table(table) = memory else { return None };
        let table = self.kernel.tables.get(table.0 as usize)?;
        let cell = *table.constant.as_ref()?.get(self.constant(index)? as usize)?;
        match table.ty {
            Type::Word => Some(Operation::Word(cell)),
            Type::Truth => Some(Operation::Truth(cell != 0)),
            Type::Float => None,
        }
    }

    /// Whether a value is made of constants and push constants alone.
    pub fn is_uniform(&self, value: Value) -> bool {
        self.made.get(value.0 as usize).is_some_and(|made| made.uniform)
    }

    fn base_and_distance(&self, index: Value) -> (Option<Value>, u32) {
        base_and_distance(&self.made, index)
    }

    /// Makes a value, folded or shared where that is possible.
    pub fn value(&mut self, operation: Operation) -> Value {
        let operation = match fold::fold(self, operation) {
            fold::Folded::Value(value) => return value,
            fold::Folded::Operation(operation) => operation,
        };
        if let Some(value) = self.found(&operation) {
            return value;
        }
        let ty = self.result_type(operation);
        let value = Value(self.kernel.values.len() as u32);
        let pure = operation.is_pure();
        let operands = operation.operands();
        let of_lane = matches!(operation, Operation::Group | Operation::LaneInGroup | Operation::Argument(..));
        let uniform = pure && !of_lane && operands.iter().all(|operand| self.is_uniform(*operand));
        let innermost = self.blocks.len().saturating_sub(1);
        let place = if uniform || (pure && operands.is_empty()) {
            self.outermost.min(innermost)
        } else if pure {
            self.place(&operands)
        } else {
            innermost
        };
        self.kernel.values.push(ty);
        let table = match operation {
            Operation::LoadCell(Memory::Table(table), _) => Some(table),
            _ => None,
        };
        self.made.push(Made { operation: pure.then_some(operation), uniform, depth: place as u32, table });
        self.size += 1;
        let kept = pure || self.never_changes(&operation);
        if let Some(block) = self.blocks.get_mut(place) {
            match operation {
                Operation::Load(variable) => block.known.learn_variable(variable, value),
                Operation::LoadCell(memory, index) if !kept => block.known.learn_cell(memory, index, value),
                _ => {
                    block.made.insert(operation, value);
                }
            }
            block.instructions.push(Instruction::Let(value, operation));
        }
        value
    }

    /// A value that is made already and is what this operation would give.
    fn found(&self, operation: &Operation) -> Option<Value> {
        if operation.is_pure() || self.never_changes(operation) {
            return self.blocks.iter().rev().find_map(|block| block.made.get(operation)).copied();
        }
        for block in self.blocks.iter().rev() {
            let known = match *operation {
                Operation::Load(variable) => block.known.variable(variable),
                Operation::LoadCell(memory, index) => block.known.cell(memory, index),
                _ => None,
            };
            if known.is_some() || block.is_loop {
                return known;
            }
        }
        None
    }

    /// Whether it loads from what nothing writes while the kernel runs.
    fn never_changes(&self, operation: &Operation) -> bool {
        match operation {
            Operation::LoadCell(Memory::Array(array), _) => {
                self.kernel.arrays.get(*array as usize).is_some_and(|array| !array.written)
            }
            Operation::LoadCell(Memory::Table(table), _) => {
                self.kernel.tables.get(table.0 as usize).is_some_and(|table| table.constant.is_some())
            }
            _ => false,
        }
    }

    /// The block in which a pure operation on these operands is made: outside as many loops as the operands allow, but
    /// inside every branch that those loops do not force it out of.
    fn place(&self, operands: &[Value]) -> usize {
        let depths = operands.iter().filter_map(|operand| self.made.get(operand.0 as usize));
        let first = depths.map(|made| made.depth as usize).max().unwrap_or(0);
        let loops = self.blocks.get(first).map_or(0, |block| block.loops);
        let outside = self.blocks.iter().rposition(|block| block.loops == loops);
        outside.unwrap_or(first).max(first)
    }

    fn result_type(&self, operation: Operation) -> Type {
        match operation {
            Operation::Truth(_)
            | Operation::Compare(..)
            | Operation::CompareFloats(..)
            | Operation::Logic(..)
            | Operation::Not(_) => Type::Truth,
            Operation::Float(..)
            | Operation::SquareRootSeed(_)
            | Operation::FloatFromBits(_)
            | Operation::FloatFromSigned(_) => Type::Float,
            Operation::Select(_, a, _) => self.ty(a),
            Operation::Call(function, ..) => function.result(),
            Operation::Argument(_, ty) => ty,
            Operation::Load(variable) => self.kernel.variables.get(variable.0 as usize).copied().unwrap_or(Type::Word),
            Operation::LoadCell(Memory::Table(table), _) => {
                self.kernel.tables.get(table.0 as usize).map_or(Type::Word, |table| table.ty)
            }
            Operation::LoadCell(Memory::Shared(array), _) => {
                self.kernel.shared.get(array as usize).map_or(Type::Word, |shared| shared.ty)
            }
            _ => Type::Word,
        }
    }

    /// A constant word.
    pub fn word(&mut self, word: u32) -> Value {
        self.value(Operation::Word(word))
    }

    /// A constant truth value.
    pub fn truth(&mut self, truth: bool) -> Value {
        self.value(Operation::Truth(truth))
    }

    /// An operator on words.
    pub fn arithmetic(&mut self, operator: WordOperator, a: Value, b: Value) -> Value {
        self.value(Operation::Arithmetic(operator, a, b))
    }

    /// An operator on a word and a constant.
    pub fn with(&mut self, operator: WordOperator, a: Value, constant: u32) -> Value {
        let b = self.word(constant);
        self.arithmetic(operator, a, b)
    }

    /// A comparison of words.
    pub fn compare(&mut self, comparison: WordComparison, a: Value, b: Value) -> Value {
        self.value(Operation::Compare(comparison, a, b))
    }

    /// A comparison of a word and a constant.
    pub fn compare_with(&mut self, comparison: WordComparison, a: Value, constant: u32) -> Value {
        let b = self.word(constant);
        self.compare(comparison, a, b)
    }

    /// A choice.
    pub fn select(&mut self, condition: Value, yes: Value, no: Value) -> Value {
        self.value(Operation::Select(condition, yes, no))
    }
}

/// An index as another value and a constant distance from it, modulo 2^32.
fn base_and_distance(made: &[Made], index: Value) -> (Option<Value>, u32) {
    let operation = |value: Value| made.get(value.0 as usize).and_then(|made| made.operation);
    match operation(index) {
        Some(Operation::Word(word)) => (None, word),
        Some(Operation::Arithmetic(WordOperator::Add, base, distance)) => match operation(distance) {
            Some(Operation::Word(word)) => (Some(base), word),
            _ => (Some(index), 0),
        },
        _ => (Some(index), 0),
    }
}
