//! Small kernels in the ABI of `lockstep_module::spirv_abi`, assembled here so that the backend is tested without the
//! compiler.

use lockstep_module::{
    Access, ArrayType, Cost, Extent, Kernel, Launch, Parameter, ParameterKind, Signature, spirv_abi,
};
use lockstep_numbers::ScalarType;
use rspirv::{
    binary::Assemble,
    dr::{Builder, Operand},
    spirv::{
        AddressingModel, BuiltIn, Capability, Decoration, ExecutionMode, ExecutionModel, FunctionControl, MemoryModel,
        SelectionControl, StorageClass, Word,
    },
};

/// A kernel being assembled: one lane for each cell of the extent `n`.
pub struct Lane {
    b: Builder,
    u32_type: Word,
    f32_type: Word,
    word_pointer: Word,
    constant_pointer: Word,
    /// The arrays, then the bitmaps of those that are claimed, then the trap words.
    arrays: Vec<Word>,
    accesses: Vec<Access>,
    constants: Word,
    scalar_words: usize,
    /// The lane's number in the grid.
    pub number: Word,
    group: Word,
}

impl Lane {
    /// A number of the source.
    pub fn constant(&mut self, value: u32) -> Word {
        self.b.constant_bit32(self.u32_type, value)
    }

    /// Word `index` of the push constants.
    fn pushed(&mut self, index: u32) -> Word {
        let (zero, index) = (self.zero(), self.constant(index));
        let place = self.b.access_chain(self.constant_pointer, None, self.constants, [zero, index]).unwrap();
        self.b.load(self.u32_type, None, place, None, []).unwrap()
    }

    /// The i-th word of the scalars.
    pub fn scalar(&mut self, i: u32) -> Word {
        self.pushed(spirv_abi::FIRST_PARAMETER_WORD + i)
    }

    /// The first extent.
    fn extent(&mut self) -> Word {
        self.pushed(spirv_abi::FIRST_PARAMETER_WORD + self.scalar_words as u32)
    }

    fn zero(&mut self) -> Word {
        self.constant(0)
    }

    fn cell(&mut self, array: Word, index: Word) -> Word {
        let zero = self.zero();
        self.b.access_chain(self.word_pointer, None, array, [zero, index]).unwrap()
    }

    /// Reads the lane's cell of the i-th array.
    pub fn read(&mut self, array: usize) -> Word {
        self.read_word(array, self.number)
    }

    /// Reads a word of the i-th array.
    pub fn read_word(&mut self, array: usize, index: Word) -> Word {
        let cell = self.cell(self.arrays[array], index);
        self.b.load(self.u32_type, None, cell, None, []).unwrap()
    }

    /// `array[0] += value`, an atomic operation.
    pub fn add_to_first(&mut self, array: usize, value: Word) {
        let (scope, order, zero) = (self.constant(QUEUE_FAMILY), self.zero(), self.zero());
        let cell = self.cell(self.arrays[array], zero);
        self.b.atomic_i_add(self.u32_type, None, cell, scope, order, value).unwrap();
    }

    /// `claim array[index] = value`, in the form of `spirv_abi`.
    pub fn claim(&mut self, array: usize, index: Word, value: Word) {
        let place = self.accesses[..array].iter().filter(|access| **access == Access::Claim).count();
        let bitmap = self.arrays[self.accesses.len() + place];
        let (five, low, one) = (self.constant(5), self.constant(31), self.constant(1));
        let word = self.b.shift_right_logical(self.u32_type, None, index, five).unwrap();
        let bit = self.b.bitwise_and(self.u32_type, None, index, low).unwrap();
        let bit = self.b.shift_left_logical(self.u32_type, None, one, bit).unwrap();
        let (scope, order) = (self.constant(QUEUE_FAMILY), self.zero());
        let word = self.cell(bitmap, word);
        let old = self.b.atomic_or(self.u32_type, None, word, scope, order, bit).unwrap();
        let cell = self.cell(self.arrays[array], index);
        self.b.store(cell, value, None, []).unwrap();
        let (bool_type, zero) = (self.b.type_bool(), self.zero());
        let claimed = self.b.bitwise_and(self.u32_type, None, old, bit).unwrap();
        let twice = self.b.i_not_equal(bool_type, None, claimed, zero).unwrap();
        self.least_where(twice, 1 + place as u32, index);
    }

    /// Writes the lane's cell of the i-th array.
    pub fn write(&mut self, array: usize, value: Word) {
        let cell = self.cell(self.arrays[array], self.number);
        self.b.store(cell, value, None, []).unwrap();
    }

    /// `a + b` of integers.
    pub fn add(&mut self, a: Word, b: Word) -> Word {
        self.b.i_add(self.u32_type, None, a, b).unwrap()
    }

    /// `a * b` of floats, given and returned as bits.
    pub fn multiply_floats(&mut self, a: Word, b: Word) -> Word {
        let (a, b) = (self.float(a), self.float(b));
        let product = self.b.f_mul(self.f32_type, None, a, b).unwrap();
        self.b.decorate(product, Decoration::NoContraction, []);
        self.b.bitcast(self.u32_type, None, product).unwrap()
    }

    /// `a + b` of floats, given and returned as bits.
    pub fn add_floats(&mut self, a: Word, b: Word) -> Word {
        let (a, b) = (self.float(a), self.float(b));
        let sum = self.b.f_add(self.f32_type, None, a, b).unwrap();
        self.b.decorate(sum, Decoration::NoContraction, []);
        self.b.bitcast(self.u32_type, None, sum).unwrap()
    }

    fn float(&mut self, bits: Word) -> Word {
        self.b.bitcast(self.f32_type, None, bits).unwrap()
    }

    /// Traps if the lane's number is at least `least`.
    pub fn trap_from(&mut self, least: Word) {
        let bool_type = self.b.type_bool();
        let traps = self.b.u_greater_than_equal(bool_type, None, self.number, least).unwrap();
        self.least_where(traps, 0, self.group);
    }

    /// Where `condition` holds, the trap word of this place becomes `value` if that is less.
    fn least_where(&mut self, condition: Word, place: u32, value: Word) {
        let slot = self.pushed(spirv_abi::WORD_TRAP_SLOT);
        let place = self.constant(place);
        let slot = self.add(slot, place);
        let (scope, order) = (self.constant(QUEUE_FAMILY), self.zero());
        let (then, after) = (self.b.id(), self.b.id());
        self.b.selection_merge(after, SelectionControl::NONE).unwrap();
        self.b.branch_conditional(condition, then, after, []).unwrap();
        self.b.begin_block(Some(then)).unwrap();
        let word = self.cell(self.arrays[self.arrays.len() - 1], slot);
        self.b.atomic_u_min(self.u32_type, None, word, scope, order, value).unwrap();
        self.b.branch(after).unwrap();
        self.b.begin_block(Some(after)).unwrap();
    }
}

/// The scope of atomic operations: device scope would need one more feature.
const QUEUE_FAMILY: u32 = 5;

/// A kernel `name[n](scalars, arrays)` whose lanes below `n` run `body`.
pub fn kernel(name: &str, scalars: &[ScalarType], accesses: &[Access], body: impl FnOnce(&mut Lane)) -> Kernel {
    assemble(name, spirv_abi::LANES, scalars, accesses, body)
}

/// A kernel of tiles of its first array, each with as many lanes as cells.
pub fn tiles(name: &str, lanes: u32, accesses: &[Access], body: impl FnOnce(&mut Lane)) -> Kernel {
    let kernel = assemble(name, lanes, &[], accesses, body);
    Kernel { launch: Launch::Tiles { tiles: vec![(0, vec![lanes])], lanes }, ..kernel }
}

fn assemble(
    name: &str,
    lanes: u32,
    scalars: &[ScalarType],
    accesses: &[Access],
    body: impl FnOnce(&mut Lane),
) -> Kernel {
    let scalar_words: usize = scalars.iter().map(|ty| ty.words()).sum();
    let bitmaps = accesses.iter().filter(|access| **access == Access::Claim).map(|_| Access::InOut);
    let mut b = Builder::new();
    b.set_version(1, 5);
    for capability in [Capability::Shader, Capability::VulkanMemoryModel, Capability::SignedZeroInfNanPreserve] {
        b.capability(capability);
    }
    b.memory_model(AddressingModel::Logical, MemoryModel::Vulkan);
    let (void, u32_type, f32_type) = (b.type_void(), b.type_int(32, 0), b.type_float(32, None));
    let words = b.type_runtime_array(u32_type);
    b.decorate(words, Decoration::ArrayStride, [Operand::LiteralBit32(4)]);
    let block = b.type_struct([words]);
    b.decorate(block, Decoration::Block, []);
    b.member_decorate(block, 0, Decoration::Offset, [Operand::LiteralBit32(0)]);
    let block_pointer = b.type_pointer(None, StorageClass::StorageBuffer, block);
    let word_pointer = b.type_pointer(None, StorageClass::StorageBuffer, u32_type);
    // The trap words come last here, so that the arrays have their own indices.
    let bound: Vec<Access> = accesses.iter().copied().chain(bitmaps).collect();
    let places = (spirv_abi::FIRST_ARRAY_BINDING..).take(bound.len()).chain([spirv_abi::TRAP_BINDING]);
    let arrays: Vec<Word> = places
        .zip(bound.iter().copied().chain([Access::InOut]))
        .map(|(place, access)| {
            let array = b.variable(block_pointer, None, StorageClass::StorageBuffer, None);
            b.decorate(array, Decoration::DescriptorSet, [Operand::LiteralBit32(0)]);
            b.decorate(array, Decoration::Binding, [Operand::LiteralBit32(place)]);
            if !access.writes() {
                b.decorate(array, Decoration::NonWritable, []);
            }
            array
        })
        .collect();
    let pushed = spirv_abi::FIRST_PARAMETER_WORD + scalar_words as u32 + 1;
    let length = b.constant_bit32(u32_type, pushed);
    let array = b.type_array(u32_type, length);
    b.decorate(array, Decoration::ArrayStride, [Operand::LiteralBit32(4)]);
    let constants_type = b.type_struct([array]);
    b.decorate(constants_type, Decoration::Block, []);
    b.member_decorate(constants_type, 0, Decoration::Offset, [Operand::LiteralBit32(0)]);
    let constants_pointer = b.type_pointer(None, StorageClass::PushConstant, constants_type);
    let constants = b.variable(constants_pointer, None, StorageClass::PushConstant, None);
    let constant_pointer = b.type_pointer(None, StorageClass::PushConstant, u32_type);
    let input_word = b.type_pointer(None, StorageClass::Input, u32_type);
    let triple = b.type_vector(u32_type, 3);
    let input_triple = b.type_pointer(None, StorageClass::Input, triple);
    let group_id = b.variable(input_triple, None, StorageClass::Input, None);
    b.decorate(group_id, Decoration::BuiltIn, [Operand::BuiltIn(BuiltIn::WorkgroupId)]);
    let local = b.variable(input_word, None, StorageClass::Input, None);
    b.decorate(local, Decoration::BuiltIn, [Operand::BuiltIn(BuiltIn::LocalInvocationIndex)]);

    let function_type = b.type_function(void, []);
    let main = b.begin_function(void, None, FunctionControl::NONE, function_type).unwrap();
    b.begin_block(None).unwrap();
    let interface = [arrays.clone(), vec![constants, group_id, local]].concat();
    b.entry_point(ExecutionModel::GLCompute, main, "main", interface);
    b.execution_mode(main, ExecutionMode::LocalSize, [lanes, 1, 1]);
    b.execution_mode(main, ExecutionMode::SignedZeroInfNanPreserve, [32]);
    let ids = b.load(triple, None, group_id, None, []).unwrap();
    let group = b.composite_extract(u32_type, None, ids, [0]).unwrap();
    let local = b.load(u32_type, None, local, None, []).unwrap();
    let accesses = accesses.to_vec();
    let signature = signature(name, scalars, &accesses);
    let mut lane = Lane {
        b,
        u32_type,
        f32_type,
        word_pointer,
        constant_pointer,
        arrays,
        accesses,
        constants,
        scalar_words,
        number: 0,
        group,
    };
    let first = lane.pushed(spirv_abi::WORD_FIRST_GROUP);
    lane.group = lane.add(first, group);
    let (group, size) = (lane.group, lane.constant(lanes));
    let start = lane.b.i_mul(u32_type, None, group, size).unwrap();
    lane.number = lane.add(start, local);
    let (number, n) = (lane.number, lane.extent());
    let bool_type = lane.b.type_bool();
    let runs = lane.b.u_less_than(bool_type, None, number, n).unwrap();
    let (then, after) = (lane.b.id(), lane.b.id());
    lane.b.selection_merge(after, SelectionControl::NONE).unwrap();
    lane.b.branch_conditional(runs, then, after, []).unwrap();
    lane.b.begin_block(Some(then)).unwrap();
    body(&mut lane);
    lane.b.branch(after).unwrap();
    lane.b.begin_block(Some(after)).unwrap();
    lane.b.ret().unwrap();
    lane.b.end_function().unwrap();
    Kernel {
        signature,
        launch: Launch::Each(vec![Extent::Named(0)]),
        shared_bytes: 0,
        cost: Cost::default(),
        spirv: lane.b.module().assemble(),
        guarded: vec![],
    }
}

fn signature(name: &str, scalars: &[ScalarType], accesses: &[Access]) -> Signature {
    let ty = || ArrayType { element: ScalarType::U32, dimensions: vec![Extent::Named(0)] };
    let scalars = scalars.iter().enumerate().map(|(i, ty)| (format!("s{i}"), ParameterKind::Scalar(*ty)));
    let arrays = accesses.iter().zip(["x", "y", "z", "w"]);
    let arrays = arrays.map(|(access, name)| (name.into(), ParameterKind::Array { access: *access, ty: ty() }));
    let parameters = scalars.chain(arrays).map(|(name, kind)| Parameter { name, kind }).collect();
    Signature { name: name.into(), extents: vec!["n".into()], parameters }
}
