//! The mutator: small edits of a module that a verifier accepts, by kinds with names. What a verifier still accepts must
//! not misbehave. An edit is a kind and a seed, so that a mutant is named by its base and a list of edits, and is cut
//! down by leaving edits out.

mod atomics;
mod barriers;
mod body;
mod floats;
mod indices;
mod interface;
mod loops;
mod memory;
mod structure;
mod values;

use lockstep_module::Kernel;
use lockstep_witness::random::Random;

pub use body::Body;

/// A kernel under attack: its interface, and the instructions of one of its two forms.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The interface. Its words are those of the last [`Subject::assemble`].
    pub kernel: Kernel,
    /// Which form is changed.
    pub guarded: bool,
    body: Body,
}

/// A kind of edit.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name, in a few words.
    pub name: &'static str,
    /// None where there is nothing to edit in this way.
    apply: fn(&mut Subject, &mut Random) -> Option<()>,
}

/// One edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The kind, by its place among [`KINDS`].
    pub kind: usize,
    /// What decides the rest.
    pub seed: u64,
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    Kind { name: "drop a guard", apply: indices::drop_guard },
    Kind { name: "turn a guard", apply: indices::turn_guard },
    Kind { name: "add to an index", apply: indices::add },
    Kind { name: "multiply an index", apply: indices::multiply },
    Kind { name: "another index", apply: indices::another },
    Kind { name: "another array", apply: indices::another_array },
    Kind { name: "swap operands", apply: values::swap_operands },
    Kind { name: "another operand", apply: values::another_operand },
    Kind { name: "another operator", apply: values::another_operator },
    Kind { name: "another constant", apply: values::another_constant },
    Kind { name: "a value for another", apply: values::substitute },
    Kind { name: "turn a branch", apply: values::turn_branch },
    Kind { name: "drop a branch", apply: values::drop_branch },
    Kind { name: "another condition", apply: values::another_condition },
    Kind { name: "drop NoContraction", apply: floats::drop_no_contraction },
    Kind { name: "drop SignedZeroInfNanPreserve", apply: floats::drop_preserve },
    Kind { name: "unhide", apply: floats::unhide },
    Kind { name: "another float", apply: floats::another_float },
    Kind { name: "change a function", apply: floats::change_function },
    Kind { name: "bare in the place of guarded", apply: floats::bare },
    Kind { name: "remove a barrier", apply: barriers::remove },
    Kind { name: "repeat a barrier", apply: barriers::repeat },
    Kind { name: "move a barrier", apply: barriers::shift },
    Kind { name: "insert a barrier", apply: barriers::insert },
    Kind { name: "weaken a barrier", apply: barriers::weaken },
    Kind { name: "another bound of a loop", apply: loops::another_bound },
    Kind { name: "another test of a loop", apply: loops::another_test },
    Kind { name: "drop an increment", apply: loops::drop_increment },
    Kind { name: "set a counter", apply: loops::set_counter },
    Kind { name: "leave a loop late", apply: loops::turn_exit },
    Kind { name: "alias bindings", apply: memory::alias },
    Kind { name: "swap bindings", apply: memory::swap_bindings },
    Kind { name: "change NonWritable", apply: memory::change_non_writable },
    Kind { name: "change a memory operand", apply: memory::change_operand },
    Kind { name: "another length", apply: memory::another_length },
    Kind { name: "remove a store", apply: memory::remove_store },
    Kind { name: "repeat a store", apply: memory::repeat_store },
    Kind { name: "a store elsewhere", apply: memory::move_store },
    Kind { name: "another place of a block", apply: memory::another_offset },
    Kind { name: "atomic to plain", apply: atomics::to_plain },
    Kind { name: "another atomic operator", apply: atomics::another_operator },
    Kind { name: "another atomic scope", apply: atomics::another_scope },
    Kind { name: "use what was there", apply: atomics::use_old },
    Kind { name: "drop the branch of a claim", apply: atomics::drop_claim },
    Kind { name: "another LocalSize", apply: structure::another_local_size },
    Kind { name: "forge cost", apply: interface::cost },
    Kind { name: "forge shared bytes", apply: interface::shared_bytes },
    Kind { name: "forge launch", apply: interface::launch },
    Kind { name: "forge access", apply: interface::access },
    Kind { name: "forge dimensions", apply: interface::dimensions },
    Kind { name: "forge a type", apply: interface::element },
    Kind { name: "swap parameters", apply: interface::swap_parameters },
    Kind { name: "corrupt an identifier", apply: structure::corrupt_identifier },
    Kind { name: "corrupt a word", apply: structure::corrupt_word },
    Kind { name: "corrupt a length", apply: structure::corrupt_length },
    Kind { name: "corrupt the header", apply: structure::corrupt_header },
    Kind { name: "truncate", apply: structure::truncate },
    Kind { name: "repeat an instruction", apply: structure::repeat },
    Kind { name: "remove an instruction", apply: structure::remove },
    Kind { name: "swap instructions", apply: structure::swap },
    Kind { name: "move an instruction", apply: structure::shift },
    Kind { name: "swap blocks", apply: structure::swap_blocks },
    Kind { name: "remove a block", apply: structure::remove_block },
    Kind { name: "another decoration", apply: structure::another_decoration },
    Kind { name: "another capability", apply: structure::another_capability },
];

impl Subject {
    /// A form of a kernel; the plain one, where it has no other.
    pub fn new(kernel: &Kernel, guarded: bool) -> Subject {
        let guarded = guarded && !kernel.guarded.is_empty();
        let words = if guarded { &kernel.guarded } else { &kernel.spirv };
        Subject { kernel: kernel.clone(), guarded, body: Body::new(words) }
    }

    /// Makes an edit. False if there is nothing to edit in this way.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let mut random = Random::new(edit.seed);
        KINDS.get(edit.kind).and_then(|kind| (kind.apply)(self, &mut random)).is_some()
    }

    /// The words that it has come to.
    pub fn words(&self) -> Vec<u32> {
        self.body.words()
    }

    /// The kernel that it has come to: its form is changed, the other is left out.
    pub fn assemble(&self) -> Kernel {
        let mut kernel = self.kernel.clone();
        let words = self.words();
        match self.guarded {
            true => kernel.guarded = words,
            false => (kernel.spirv, kernel.guarded) = (words, Vec::new()),
        }
        kernel
    }
}

/// An edit of a random kind.
pub fn random_edit(random: &mut Random) -> Edit {
    Edit { kind: random.below(KINDS.len()), seed: random.wide() }
}

/// The kind with this name.
pub fn kind(name: &str) -> Option<usize> {
    KINDS.iter().position(|kind| kind.name == name)
}
