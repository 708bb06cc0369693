//! The frame around a kernel's instructions: capabilities, the entry point, the types, and the interface of
//! `lockstep_module::spirv_abi`.

use lockstep_module::spirv_abi;
use rspirv::{
    dr::{Builder, Operand},
    spirv::{
        AddressingModel, BuiltIn, Capability, Decoration, ExecutionMode, ExecutionModel, MemoryModel, StorageClass,
        Word,
    },
};

use crate::ir::{Kernel, Type};

/// The identifiers that the instructions of a kernel use.
pub(super) struct Frame {
    pub(super) void: Word,
    pub(super) word: Word,
    pub(super) float: Word,
    pub(super) truth: Word,
    pub(super) group_id: Word,
    pub(super) lane_id: Word,
    pub(super) push_constants: Word,
    pub(super) trap_words: Word,
    /// The result of operations that give two words.
    pub(super) two_words: Word,
    pub(super) arrays: Vec<Word>,
    pub(super) bitmaps: Vec<Word>,
    /// Each array of the group, and the type of a pointer to one of its cells.
    pub(super) shared: Vec<(Word, Word)>,
    pub(super) pointer_storage: Word,
    pub(super) pointer_push: Word,
    pub(super) pointer_input: Word,
}

impl Frame {
    pub(super) fn ty(&self, ty: Type) -> Word {
        match ty {
            Type::Word => self.word,
            Type::Float => self.float,
            Type::Truth => self.truth,
        }
    }
}

/// Declares everything that stands before the function.
pub(super) fn declare(b: &mut Builder, kernel: &Kernel) -> Frame {
    b.set_version(1, 5);
    b.capability(Capability::Shader);
    b.capability(Capability::VulkanMemoryModel);
    b.capability(Capability::SignedZeroInfNanPreserve);
    b.memory_model(AddressingModel::Logical, MemoryModel::Vulkan);

    let void = b.type_void();
    let truth = b.type_bool();
    let word = b.type_int(32, 0);
    let float = b.type_float(32, None);
    let three = b.type_vector(word, 3);
    let pointer_three = b.type_pointer(None, StorageClass::Input, three);
    let pointer_input = b.type_pointer(None, StorageClass::Input, word);
    let pointer_storage = b.type_pointer(None, StorageClass::StorageBuffer, word);
    let pointer_push = b.type_pointer(None, StorageClass::PushConstant, word);

    let group_id = input(b, pointer_three, BuiltIn::WorkgroupId);
    let lane_id = input(b, pointer_three, BuiltIn::LocalInvocationId);
    let push_constants = push_constants(b, word, kernel.words);

    let run = b.type_runtime_array(word);
    b.decorate(run, Decoration::ArrayStride, [Operand::LiteralBit32(4)]);
    let trap_words = storage(b, run, spirv_abi::TRAP_BINDING, true);
    let mut binding = spirv_abi::FIRST_ARRAY_BINDING;
    let mut next = |b: &mut Builder, written: bool| {
        binding += 1;
        storage(b, run, binding - 1, written)
    };
    let arrays: Vec<Word> = kernel.arrays.iter().map(|array| next(b, array.written)).collect();
    let bitmaps: Vec<Word> = (0..kernel.claims).map(|_| next(b, true)).collect();
    let two_words = b.type_struct([word, word]);
    let mut shared = Vec::new();
    for declared in &kernel.shared {
        let cell = if declared.ty == Type::Float { float } else { word };
        let length = b.constant_bit32(word, declared.cells);
        let array = b.type_array(cell, length);
        let pointer = b.type_pointer(None, StorageClass::Workgroup, array);
        let variable = b.variable(pointer, None, StorageClass::Workgroup, None);
        shared.push((variable, b.type_pointer(None, StorageClass::Workgroup, cell)));
    }
    Frame {
        void,
        word,
        float,
        truth,
        group_id,
        lane_id,
        push_constants,
        trap_words,
        two_words,
        arrays,
        bitmaps,
        shared,
        pointer_storage,
        pointer_push,
        pointer_input,
    }
}

fn input(b: &mut Builder, pointer: Word, built_in: BuiltIn) -> Word {
    let variable = b.variable(pointer, None, StorageClass::Input, None);
    b.decorate(variable, Decoration::BuiltIn, [Operand::BuiltIn(built_in)]);
    variable
}

fn push_constants(b: &mut Builder, word: Word, words: u32) -> Word {
    let block = b.type_struct(vec![word; words as usize]);
    b.decorate(block, Decoration::Block, []);
    for member in 0..words {
        b.member_decorate(block, member, Decoration::Offset, [Operand::LiteralBit32(4 * member)]);
    }
    let pointer = b.type_pointer(None, StorageClass::PushConstant, block);
    b.variable(pointer, None, StorageClass::PushConstant, None)
}

/// A storage buffer. Each has a block of its own, so that what is read only can say so.
fn storage(b: &mut Builder, run: Word, binding: u32, writes: bool) -> Word {
    let block = b.id();
    b.type_struct_id(Some(block), [run]);
    b.decorate(block, Decoration::Block, []);
    b.member_decorate(block, 0, Decoration::Offset, [Operand::LiteralBit32(0)]);
    if !writes {
        b.member_decorate(block, 0, Decoration::NonWritable, []);
    }
    let pointer = b.type_pointer(None, StorageClass::StorageBuffer, block);
    let variable = b.variable(pointer, None, StorageClass::StorageBuffer, None);
    b.decorate(variable, Decoration::DescriptorSet, [Operand::LiteralBit32(0)]);
    b.decorate(variable, Decoration::Binding, [Operand::LiteralBit32(binding)]);
    variable
}

/// The entry point `main`, its group size, and the promise about zeros, infinities and NaNs.
pub(super) fn entry_point(b: &mut Builder, frame: &Frame, lanes: u32, main: Word) {
    let mut interface = vec![frame.group_id, frame.lane_id, frame.push_constants, frame.trap_words];
    interface.extend(frame.arrays.iter().chain(&frame.bitmaps));
    interface.extend(frame.shared.iter().map(|(variable, _)| variable));
    b.entry_point(ExecutionModel::GLCompute, main, "main", interface);
    b.execution_mode(main, ExecutionMode::LocalSize, [lanes, 1, 1]);
    b.execution_mode(main, ExecutionMode::SignedZeroInfNanPreserve, [32]);
}
