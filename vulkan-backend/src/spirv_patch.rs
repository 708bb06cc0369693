//! Rounding to nearest even, and zeros for subnormals, are asked for wherever a device offers them, each by two
//! instructions added to the module's SPIR-V. Whether it then does so is for qualification to find.
//!
//! Beside that the module's own words say what they need: how many lanes a group has, and whether packed integers are
//! multiplied by the device's own instruction. Nothing else is assumed of them here: words that do not form whole
//! instructions are refused before a driver sees them.

const MAGIC: u32 = 0x0723_0203;
const HEADER_WORDS: usize = 5;
const OP_ENTRY_POINT: u32 = 15;
const OP_EXECUTION_MODE: u32 = 16;
const OP_CAPABILITY: u32 = 17;
const LOCAL_SIZE_MODE: u32 = 17;
/// DotProductInputAll, DotProductInput4x8Bit, DotProductInput4x8BitPacked, DotProduct.
const DOT_PRODUCT_CAPABILITIES: std::ops::RangeInclusive<u32> = 6016..=6019;
const F32_WIDTH: u32 = 32;

/// What can be asked of a device about its floats of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloatMode {
    /// Results are rounded to nearest even.
    RoundingToNearest,
    /// Subnormals are zeros.
    FlushingSubnormals,
}

impl FloatMode {
    /// The numbers of the capability and of the execution mode: RoundingModeRTE, DenormFlushToZero.
    fn numbers(self) -> (u32, u32) {
        match self {
            FloatMode::RoundingToNearest => (4467, 4462),
            FloatMode::FlushingSubnormals => (4465, 4460),
        }
    }
}

/// SPIR-V that can be walked from end to end and has one entry point.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Walked<'a> {
    words: &'a [u32],
    /// The id of the entry point's function.
    entry: u32,
    /// The index of the word after the entry point, where execution modes may stand.
    after_entry: usize,
    /// The lanes of a group along each axis, where they are set.
    local_size: Option<[u32; 3]>,
    /// Whether a capability of integer dot products is declared.
    dot_products: bool,
}

/// Walks the instructions.
///
/// # Errors
/// What breaks off, and at which word.
pub(crate) fn walk(words: &[u32]) -> Result<Walked<'_>, String> {
    if words.len() < HEADER_WORDS {
        return Err(format!("it has {} words, and its header alone has {HEADER_WORDS}", words.len()));
    }
    if words[0] != MAGIC {
        return Err("its first word is not the magic number of SPIR-V".into());
    }
    let mut entry = None;
    let (mut local_size, mut dot_products) = (None, false);
    let mut at = HEADER_WORDS;
    while let Some(first) = words.get(at) {
        let (length, opcode) = ((first >> 16) as usize, first & 0xffff);
        if length == 0 {
            return Err(format!("the instruction at word {at} has length 0"));
        }
        let Some(instruction) = words.get(at..at + length) else {
            return Err(format!("the instruction at word {at} ends past the last word"));
        };
        at += length;
        match instruction {
            [_, capability] if opcode == OP_CAPABILITY => dot_products |= DOT_PRODUCT_CAPABILITIES.contains(capability),
            [_, _, LOCAL_SIZE_MODE, x, y, z] if opcode == OP_EXECUTION_MODE => local_size = Some([*x, *y, *z]),
            _ => {}
        }
        if opcode == OP_ENTRY_POINT {
            let Some(id) = instruction.get(2) else {
                return Err(format!("the entry point that ends at word {at} names no function"));
            };
            if entry.replace((*id, at)).is_some() {
                return Err("it has two entry points".into());
            }
        }
    }
    let Some((entry, after_entry)) = entry else { return Err("it has no entry point".into()) };
    Ok(Walked { words, entry, after_entry, local_size, dot_products })
}

impl Walked<'_> {
    /// The lanes of a group.
    pub(crate) fn lanes(&self) -> Option<u32> {
        self.local_size?.into_iter().try_fold(1u32, u32::checked_mul)
    }

    /// Whether a device must offer integer dot products.
    pub(crate) fn needs_dot_products(&self) -> bool {
        self.dot_products
    }

    /// The words, with these modes asked for.
    pub(crate) fn asking(&self, modes: &[FloatMode]) -> Vec<u32> {
        let (header, rest) = self.words.split_at(HEADER_WORDS);
        let (head, tail) = rest.split_at(self.after_entry - HEADER_WORDS);
        let numbers = || modes.iter().map(|mode| mode.numbers());
        let capabilities = numbers().flat_map(|(capability, _)| [instruction(2, OP_CAPABILITY), capability]);
        let modes = numbers().flat_map(|(_, mode)| [instruction(4, OP_EXECUTION_MODE), self.entry, mode, F32_WIDTH]);
        let (capabilities, modes): (Vec<u32>, Vec<u32>) = (capabilities.collect(), modes.collect());
        [header, &capabilities, head, &modes, tail].concat()
    }
}

fn instruction(length: u32, opcode: u32) -> u32 {
    length << 16 | opcode
}

#[cfg(test)]
mod tests {
    use rspirv::{
        binary::Assemble,
        dr::{Builder, load_words},
        spirv::{Capability, ExecutionMode, ExecutionModel, MemoryModel},
    };

    use super::{FloatMode, walk};

    fn smallest_kernel() -> Vec<u32> {
        let mut b = Builder::new();
        b.set_version(1, 5);
        b.capability(Capability::Shader);
        b.memory_model(rspirv::spirv::AddressingModel::Logical, MemoryModel::GLSL450);
        let void = b.type_void();
        let signature = b.type_function(void, []);
        let main = b.begin_function(void, None, rspirv::spirv::FunctionControl::NONE, signature).unwrap();
        b.begin_block(None).unwrap();
        b.ret().unwrap();
        b.end_function().unwrap();
        b.entry_point(ExecutionModel::GLCompute, main, "main", []);
        b.execution_mode(main, ExecutionMode::LocalSize, [256, 1, 1]);
        b.module().assemble()
    }

    #[test]
    fn adds_capabilities_and_modes_where_they_belong() {
        let words = smallest_kernel();
        let modes = [FloatMode::RoundingToNearest, FloatMode::FlushingSubnormals];
        let module = load_words(walk(&words).unwrap().asking(&modes)).unwrap();
        let capabilities: Vec<_> =
            module.capabilities.iter().map(|capability| capability.operands[0].unwrap_capability()).collect();
        assert_eq!(capabilities, [Capability::RoundingModeRTE, Capability::DenormFlushToZero, Capability::Shader]);
        let entry = &module.entry_points[0].operands[1];
        let set =
            |mode: &rspirv::dr::Instruction| (&mode.operands[0] == entry, mode.operands[1].unwrap_execution_mode());
        let modes: Vec<_> = module.execution_modes.iter().map(set).collect();
        let wanted = [ExecutionMode::RoundingModeRTE, ExecutionMode::DenormFlushToZero, ExecutionMode::LocalSize];
        assert_eq!(modes, wanted.map(|mode| (true, mode)));
        assert_eq!(module.functions.len(), 1);
    }

    #[test]
    fn says_what_the_words_need() {
        let words = smallest_kernel();
        let walked = walk(&words).unwrap();
        assert_eq!((walked.lanes(), walked.needs_dot_products()), (Some(256), false));
        let capability = [2 << 16 | 17, Capability::DotProductInput4x8BitPacked as u32];
        let with = [&words[..5], &capability, &words[5..]].concat();
        assert!(walk(&with).unwrap().needs_dot_products());
    }

    #[test]
    fn leaves_the_words_alone_where_nothing_is_offered() {
        let words = smallest_kernel();
        assert_eq!(walk(&words).unwrap().asking(&[]), words);
    }

    #[test]
    fn no_cut_and_no_changed_word_makes_it_panic() {
        let words = smallest_kernel();
        for length in 0..words.len() {
            if let Ok(walked) = walk(&words[..length]) {
                walked.asking(&[FloatMode::FlushingSubnormals]);
            }
        }
        for at in 0..words.len() {
            for value in [0, 15, 1 << 16 | 15, 2 << 16 | 15, u32::MAX] {
                let mut changed = words.clone();
                changed[at] = value;
                if let Ok(walked) = walk(&changed) {
                    walked.asking(&[FloatMode::FlushingSubnormals]);
                }
            }
        }
    }

    #[test]
    fn says_what_breaks_off() {
        let mut words = smallest_kernel();
        assert!(walk(&words[..3]).unwrap_err().contains("header"));
        assert!(walk(&words[..words.len() - 1]).is_ok(), "the last instruction, OpFunctionEnd, is one word");
        words[5] = 0;
        assert_eq!(walk(&words).unwrap_err(), "the instruction at word 5 has length 0");
        words[5] = 0x7fff_0011;
        assert_eq!(walk(&words).unwrap_err(), "the instruction at word 5 ends past the last word");
        assert_eq!(walk(&words[..5]).unwrap_err(), "it has no entry point");
    }
}
