//! Builds a kernel. Constants are folded and equal operations made once while building: a pure operation that an
//! enclosing block has already made is not made again.

use std::collections::HashMap;

use super::{
    Instruction, Kernel, Operation, Table, TableDeclaration, Type, Value, Variable, WordComparison, WordOperator, fold,
};

/// A kernel in the making.
pub struct Builder {
    kernel: Kernel,
    /// What the program knows of each value: its operation, if that is pure.
    operations: Vec<Option<Operation>>,
    /// For each value, whether it is made of constants and push constants alone.
    uniform: Vec<bool>,
    /// The open blocks, innermost last, and the pure operations made in each.
    blocks: Vec<(Vec<Instruction>, HashMap<Operation, Value>)>,
    /// How many instructions there are in all.
    size: usize,
}

impl Builder {
    /// An empty kernel.
    pub fn new(name: &str, arrays: Vec<bool>, words: u32) -> Builder {
        let kernel = Kernel { name: name.into(), arrays, words, ..Kernel::default() };
        Builder {
            kernel,
            operations: Vec::new(),
            uniform: Vec::new(),
            blocks: vec![(Vec::new(), HashMap::new())],
            size: 0,
        }
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
        self.blocks.push((Vec::new(), HashMap::new()));
    }

    /// Closes the innermost block and gives its instructions.
    pub fn close(&mut self) -> Vec<Instruction> {
        self.blocks.pop().map(|(instructions, _)| instructions).unwrap_or_default()
    }

    /// Adds an instruction that sets no value.
    pub fn push(&mut self, instruction: Instruction) {
        self.size += 1;
        if let Some((instructions, _)) = self.blocks.last_mut() {
            instructions.push(instruction);
        }
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

    /// The type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.kernel.values.get(value.0 as usize).copied().unwrap_or(Type::Word)
    }

    /// The pure operation that made a value.
    pub fn operation(&self, value: Value) -> Option<Operation> {
        self.operations.get(value.0 as usize).copied().flatten()
    }

    /// The word, if the value is a constant one.
    pub fn constant(&self, value: Value) -> Option<u32> {
        match self.operation(value) {
            Some(Operation::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Makes a value, folded or shared where that is possible.
    pub fn value(&mut self, operation: Operation) -> Value {
        let operation = match fold::fold(self, operation) {
            fold::Folded::Value(value) => return value,
            fold::Folded::Operation(operation) => operation,
        };
        if operation.is_pure()
            && let Some(value) = self.blocks.iter().rev().find_map(|(_, made)| made.get(&operation))
        {
            return *value;
        }
        let ty = self.result_type(operation);
        let value = Value(self.kernel.values.len() as u32);
        self.kernel.values.push(ty);
        self.operations.push(operation.is_pure().then_some(operation));
        // What is the same for all lanes is made at the very beginning, outside every loop and branch.
        let of_lane = matches!(operation, Operation::Group | Operation::LaneInGroup);
        let mut operands = operation.operands().into_iter();
        let uniform = operation.is_pure() && !of_lane && operands.all(|value| self.uniform[value.0 as usize]);
        self.uniform.push(uniform);
        let place = if uniform { 0 } else { self.blocks.len() - 1 };
        self.size += 1;
        if let Some((instructions, made)) = self.blocks.get_mut(place) {
            if operation.is_pure() {
                made.insert(operation, value);
            }
            instructions.push(Instruction::Let(value, operation));
        }
        value
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
            | Operation::FloatFromSmall(_) => Type::Float,
            Operation::Select(_, a, _) => self.ty(a),
            Operation::Load(variable) => self.kernel.variables.get(variable.0 as usize).copied().unwrap_or(Type::Word),
            Operation::LoadTable(table, _) => self.kernel.tables.get(table.0 as usize).map_or(Type::Word, |t| t.ty),
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
