//! The controls of the hunt: a kernel in which one rule of emission is broken, by changes to its words alone.

use lockstep_module::{Module, spirv_abi};

use crate::spirv_words::{changed, instructions};

/// A rule of the book's chapter on emission that keeps a driver's compiler from rewriting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// NoContraction on every float operation.
    NoContraction,
    /// SignedZeroInfNanPreserve on the entry point.
    SignedZeros,
    /// Constants on their way to a float are hidden.
    HiddenConstants,
    /// Other words on their way to a float are hidden.
    HiddenWords,
}

const OP_EXECUTION_MODE: u32 = 16;
const OP_CONSTANT: u32 = 43;
const OP_VARIABLE: u32 = 59;
const OP_LOAD: u32 = 61;
const OP_ACCESS_CHAIN: u32 = 65;
const OP_DECORATE: u32 = 71;
const OP_COPY_OBJECT: u32 = 83;
const OP_BITCAST: u32 = 124;
const OP_I_ADD: u32 = 128;
/// The storage class.
const PUSH_CONSTANT: u32 = 9;
const NO_CONTRACTION: u32 = 42;
const SIGNED_ZERO_INF_NAN_PRESERVE: u32 = 4461;

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 4] = [Rule::NoContraction, Rule::SignedZeros, Rule::HiddenConstants, Rule::HiddenWords];

    /// The module with this rule broken in each form of each kernel.
    pub fn broken(self, module: &Module) -> Module {
        let mut module = module.clone();
        for kernel in &mut module.kernels {
            kernel.spirv = self.broken_words(&kernel.spirv);
            kernel.guarded = self.broken_words(&kernel.guarded);
        }
        module
    }

    fn broken_words(self, words: &[u32]) -> Vec<u32> {
        let zeros = Zeros::of(words);
        changed(words, |instruction| match (self, instruction[0] & 0xffff, &instruction[1..]) {
            (Rule::NoContraction, OP_DECORATE, [_, NO_CONTRACTION]) => Vec::new(),
            (Rule::SignedZeros, OP_EXECUTION_MODE, [_, SIGNED_ZERO_INF_NAN_PRESERVE, _]) => Vec::new(),
            (Rule::HiddenConstants | Rule::HiddenWords, OP_I_ADD, [ty, result, a, b]) => {
                let word = if zeros.hidden.contains(a) { Some(b) } else { zeros.hidden.contains(b).then_some(a) };
                match word.filter(|word| zeros.constants.contains(word) == (self == Rule::HiddenConstants)) {
                    Some(word) => vec![4 << 16 | OP_COPY_OBJECT, *ty, *result, *word],
                    None => instruction.to_vec(),
                }
            }
            // The sum of the hidden zero and zero is the hidden zero.
            (Rule::HiddenConstants, OP_BITCAST, [ty, result, a]) if zeros.hidden.contains(a) => {
                vec![instruction[0], *ty, *result, zeros.plain]
            }
            _ => instruction.to_vec(),
        })
    }
}

/// Where a kernel's zeros and constants are.
struct Zeros {
    /// The values of the push constant that is always zero.
    hidden: Vec<u32>,
    /// The constant zero.
    plain: u32,
    /// All constants.
    constants: Vec<u32>,
}

impl Zeros {
    fn of(words: &[u32]) -> Zeros {
        let mut zeros = Zeros { hidden: Vec::new(), plain: 0, constants: Vec::new() };
        let (mut pushed, mut pointers) = (None, Vec::new());
        for instruction in instructions(words) {
            match (instruction[0] & 0xffff, &instruction[1..]) {
                (OP_VARIABLE, [_, result, PUSH_CONSTANT]) => pushed = Some(*result),
                (OP_CONSTANT, [_, result, value]) => {
                    if *value == spirv_abi::WORD_ZERO {
                        zeros.plain = *result;
                    }
                    zeros.constants.push(*result);
                }
                (OP_ACCESS_CHAIN, [_, result, base, index]) if Some(*base) == pushed && *index == zeros.plain => {
                    pointers.push(*result);
                }
                (OP_LOAD, [_, result, pointer, ..]) if pointers.contains(pointer) => zeros.hidden.push(*result),
                _ => {}
            }
        }
        zeros
    }
}
