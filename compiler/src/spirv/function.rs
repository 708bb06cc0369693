//! What is kept while a kernel's function is emitted: where its values, variables and tables are, and its constants.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use rspirv::{
    dr,
    spirv::{StorageClass, Word},
};

use super::{emit::Emitted, module::Frame};
use crate::ir::{Function, Instruction, Kernel, Memory, Operation, Type, Value, Variable};

pub(super) struct Emitter<'k> {
    pub(super) kernel: &'k Kernel,
    pub(super) frame: Frame,
    pub(super) b: dr::Builder,
    pub(super) values: Vec<Word>,
    /// The type of each value of the function that is being emitted.
    pub(super) types: &'k [Type],
    /// Its parameters.
    pub(super) arguments: Vec<Word>,
    /// The functions that are emitted.
    pub(super) functions: HashMap<Function, Word, RandomState>,
    variables: Vec<Word>,
    /// Each table, and the type of a pointer to one of its cells.
    pub(super) tables: Vec<(Word, Word)>,
    constants: HashMap<(Type, u32), Word, RandomState>,
    /// The instruction set GLSL.std.450, once it is used.
    pub(super) glsl: Option<Word>,
    /// The merge and continue labels of the open loops, innermost last.
    pub(super) loops: Vec<(Word, Word)>,
}

impl<'k> Emitter<'k> {
    pub(super) fn new(kernel: &'k Kernel, frame: Frame, b: dr::Builder) -> Emitter<'k> {
        Emitter {
            kernel,
            frame,
            values: Vec::new(),
            types: &[],
            arguments: Vec::new(),
            functions: HashMap::default(),
            variables: Vec::new(),
            tables: Vec::new(),
            constants: HashMap::default(),
            glsl: None,
            b,
            loops: Vec::new(),
        }
    }

    /// Begins a function with values of these types.
    pub(super) fn begin(&mut self, types: &'k [Type]) {
        self.types = types;
        self.values = vec![0; types.len()];
    }

    /// Declares the variables and tables that are used.
    pub(super) fn declare_locals(&mut self) -> Emitted<()> {
        let kernel = self.kernel;
        let mut used =
            Used { variables: vec![false; kernel.variables.len()], tables: vec![false; kernel.tables.len()] };
        used.block(&kernel.body);
        for (ty, used) in kernel.variables.iter().zip(used.variables) {
            let pointer = self.b.type_pointer(None, StorageClass::Function, self.frame.ty(*ty));
            let variable = if used { self.b.variable(pointer, None, StorageClass::Function, None) } else { 0 };
            self.variables.push(variable);
        }
        for (declared, used) in kernel.tables.iter().zip(used.tables) {
            if !used {
                self.tables.push((0, 0));
                continue;
            }
            let cell = self.frame.ty(declared.ty);
            let length = self.constant(Type::Word, declared.cells);
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

    pub(super) fn constant(&mut self, ty: Type, word: u32) -> Word {
        if let Some(id) = self.constants.get(&(ty, word)) {
            return *id;
        }
        let id = match ty {
            Type::Word | Type::Float => self.b.constant_bit32(self.frame.ty(ty), word),
            Type::Truth if word != 0 => self.b.constant_true(self.frame.truth),
            Type::Truth => self.b.constant_false(self.frame.truth),
        };
        self.constants.insert((ty, word), id);
        id
    }

    pub(super) fn value(&self, value: Value) -> Word {
        self.values[value.0 as usize]
    }

    pub(super) fn variable(&self, variable: Variable) -> Word {
        self.variables[variable.0 as usize]
    }
}

/// Which variables and tables a kernel uses.
struct Used {
    variables: Vec<bool>,
    tables: Vec<bool>,
}

impl Used {
    fn block(&mut self, block: &[Instruction]) {
        for instruction in block {
            match instruction {
                Instruction::Let(_, Operation::Load(variable)) | Instruction::Store(variable, _) => {
                    self.variables[variable.0 as usize] = true;
                }
                Instruction::Fill { table, .. }
                | Instruction::Let(_, Operation::LoadCell(Memory::Table(table), _))
                | Instruction::StoreCell { memory: Memory::Table(table), .. } => {
                    self.tables[table.0 as usize] = true;
                }
                Instruction::If { then, otherwise, .. } => {
                    self.block(then);
                    self.block(otherwise);
                }
                Instruction::Loop { counter, body, .. } => {
                    self.variables[counter.0 as usize] = true;
                    self.block(body);
                }
                _ => {}
            }
        }
    }
}
