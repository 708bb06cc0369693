//! Small shaders, one expression each: a lane takes a word of each input and gives a word to each output.

use rspirv::{
    binary::Assemble,
    dr::{Builder, Error, Operand},
    spirv::{
        AddressingModel, BuiltIn, Capability, Decoration, ExecutionMode, ExecutionModel, FunctionControl, MemoryModel,
        StorageClass, Word,
    },
};

/// Lanes in a group.
pub const LANES: u32 = 64;

pub type Built<T> = Result<T, Error>;

/// What is asked of the driver about subnormals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Denormals {
    /// Nothing.
    Open,
    /// The execution mode DenormPreserve.
    Preserve,
    /// The execution mode DenormFlushToZero.
    Flush,
}

/// What a shader says about its floats.
#[derive(Clone, Copy)]
pub struct Modes {
    /// NoContraction on each operation.
    pub no_contraction: bool,
    /// SignedZeroInfNanPreserve on the entry point.
    pub signed_zeros: bool,
    /// About subnormals.
    pub denormals: Denormals,
}

/// Both, and nothing about subnormals: what Lockstep says.
pub const STRICT: Modes = Modes { no_contraction: true, signed_zeros: true, denormals: Denormals::Open };

/// A shader in the making.
pub struct Shader {
    pub b: Builder,
    modes: Modes,
    pub word: Word,
    pub float: Word,
    pub truth: Word,
    pub void: Word,
    pub group_id: Word,
    glsl: Word,
    pointer: Word,
    buffers: Vec<Word>,
}

impl Shader {
    /// The frame: so many buffers of words, inputs and outputs alike.
    pub fn new(modes: Modes, buffers: u32) -> Shader {
        let mut b = Builder::new();
        b.set_version(1, 5);
        b.capability(Capability::Shader);
        b.capability(Capability::VulkanMemoryModel);
        if modes.signed_zeros {
            b.capability(Capability::SignedZeroInfNanPreserve);
        }
        match modes.denormals {
            Denormals::Open => {}
            Denormals::Preserve => b.capability(Capability::DenormPreserve),
            Denormals::Flush => b.capability(Capability::DenormFlushToZero),
        }
        let glsl = b.ext_inst_import("GLSL.std.450");
        b.memory_model(AddressingModel::Logical, MemoryModel::Vulkan);
        let (void, truth, word) = (b.type_void(), b.type_bool(), b.type_int(32, 0));
        let float = b.type_float(32, None);
        let three = b.type_vector(word, 3);
        let input = b.type_pointer(None, StorageClass::Input, three);
        let group_id = b.variable(input, None, StorageClass::Input, None);
        b.decorate(group_id, Decoration::BuiltIn, [Operand::BuiltIn(BuiltIn::GlobalInvocationId)]);
        let run = b.type_runtime_array(word);
        b.decorate(run, Decoration::ArrayStride, [Operand::LiteralBit32(4)]);
        let block = b.type_struct([run]);
        b.decorate(block, Decoration::Block, []);
        b.member_decorate(block, 0, Decoration::Offset, [Operand::LiteralBit32(0)]);
        let storage = b.type_pointer(None, StorageClass::StorageBuffer, block);
        let pointer = b.type_pointer(None, StorageClass::StorageBuffer, word);
        let buffers = (0..buffers).map(|binding| {
            let variable = b.variable(storage, None, StorageClass::StorageBuffer, None);
            b.decorate(variable, Decoration::DescriptorSet, [Operand::LiteralBit32(0)]);
            b.decorate(variable, Decoration::Binding, [Operand::LiteralBit32(binding)]);
            variable
        });
        let buffers = buffers.collect();
        Shader { b, modes, word, float, truth, void, group_id, glsl, pointer, buffers }
    }

    /// Opens `main`; `lanes` in a group.
    pub fn begin(&mut self, lanes: u32) -> Built<()> {
        let ty = self.b.type_function(self.void, []);
        let main = self.b.begin_function(self.void, None, FunctionControl::NONE, ty)?;
        let mut interface = vec![self.group_id];
        interface.extend(&self.buffers);
        self.b.entry_point(ExecutionModel::GLCompute, main, "main", interface);
        self.b.execution_mode(main, ExecutionMode::LocalSize, [lanes, 1, 1]);
        if self.modes.signed_zeros {
            self.b.execution_mode(main, ExecutionMode::SignedZeroInfNanPreserve, [32]);
        }
        match self.modes.denormals {
            Denormals::Open => {}
            Denormals::Preserve => self.b.execution_mode(main, ExecutionMode::DenormPreserve, [32]),
            Denormals::Flush => self.b.execution_mode(main, ExecutionMode::DenormFlushToZero, [32]),
        }
        self.b.begin_block(None)?;
        Ok(())
    }

    /// Closes `main` and gives the words.
    pub fn end(mut self) -> Built<Vec<u32>> {
        self.b.ret()?;
        self.b.end_function()?;
        Ok(self.b.module().assemble())
    }

    /// The x of GlobalInvocationId.
    pub fn lane(&mut self) -> Built<Word> {
        let three = self.b.type_vector(self.word, 3);
        let id = self.b.load(three, None, self.group_id, None, [])?;
        self.b.composite_extract(self.word, None, id, [0])
    }

    pub fn constant(&mut self, word: u32) -> Word {
        self.b.constant_bit32(self.word, word)
    }

    /// A float of the program, in the open.
    pub fn number(&mut self, value: f32) -> Word {
        self.b.constant_bit32(self.float, value.to_bits())
    }

    /// A pointer to a word of a buffer.
    pub fn cell(&mut self, buffer: usize, index: Word) -> Built<Word> {
        let zero = self.constant(0);
        self.b.access_chain(self.pointer, None, self.buffers[buffer], [zero, index])
    }

    pub fn load(&mut self, buffer: usize, index: Word) -> Built<Word> {
        let cell = self.cell(buffer, index)?;
        self.b.load(self.word, None, cell, None, [])
    }

    pub fn store(&mut self, buffer: usize, index: Word, value: Word) -> Built<()> {
        let cell = self.cell(buffer, index)?;
        self.b.store(cell, value, None, [])
    }

    pub fn float_of(&mut self, word: Word) -> Built<Word> {
        self.b.bitcast(self.float, None, word)
    }

    pub fn bits_of(&mut self, float: Word) -> Built<Word> {
        self.b.bitcast(self.word, None, float)
    }

    /// Decorates what an operation gave.
    pub fn exact(&mut self, result: Built<Word>) -> Built<Word> {
        let result = result?;
        if self.modes.no_contraction {
            self.b.decorate(result, Decoration::NoContraction, []);
        }
        Ok(result)
    }

    pub fn add(&mut self, a: Word, b: Word) -> Built<Word> {
        let result = self.b.f_add(self.float, None, a, b);
        self.exact(result)
    }

    pub fn subtract(&mut self, a: Word, b: Word) -> Built<Word> {
        let result = self.b.f_sub(self.float, None, a, b);
        self.exact(result)
    }

    pub fn multiply(&mut self, a: Word, b: Word) -> Built<Word> {
        let result = self.b.f_mul(self.float, None, a, b);
        self.exact(result)
    }

    pub fn divide(&mut self, a: Word, b: Word) -> Built<Word> {
        let result = self.b.f_div(self.float, None, a, b);
        self.exact(result)
    }

    /// An instruction of GLSL.std.450 that gives a float.
    pub fn glsl(&mut self, number: u32, operands: &[Word]) -> Built<Word> {
        let operands: Vec<Operand> = operands.iter().map(|id| Operand::IdRef(*id)).collect();
        let result = self.b.ext_inst(self.float, None, self.glsl, number, operands);
        self.exact(result)
    }
}

/// A shader of floats: one word in from each of `inputs` buffers, one word out.
pub fn of_floats(
    modes: Modes,
    inputs: usize,
    make: impl FnOnce(&mut Shader, &[Word]) -> Built<Word>,
) -> Built<Vec<u32>> {
    let mut shader = Shader::new(modes, inputs as u32 + 1);
    shader.begin(LANES)?;
    let lane = shader.lane()?;
    let mut floats = Vec::new();
    for buffer in 0..inputs {
        let word = shader.load(buffer, lane)?;
        floats.push(shader.float_of(word)?);
    }
    let result = make(&mut shader, &floats)?;
    let bits = shader.bits_of(result)?;
    shader.store(inputs, lane, bits)?;
    shader.end()
}
