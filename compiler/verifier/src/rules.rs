//! The rules of the profile, each by its code. A rule is broken by one kind of mistake; the book gives the same table.

use crate::refusal::Rule;

/// A rule as it is explained.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its code.
    pub rule: Rule,
    /// What it asks for, in a few words.
    pub title: &'static str,
    /// The same in a sentence or two.
    pub explanation: &'static str,
}

macro_rules! rules {
    ($($(#[$group:meta])* $name:ident = $code:literal, $title:literal, $explanation:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Rule = Rule($code);
        )*
        /// All rules, by code.
        pub const ALL: &[Entry] = &[$(Entry { rule: $name, title: $title, explanation: $explanation }),*];
    };
}

rules! {
    // The file and its declarations.
    BINARY = 101, "A module is SPIR-V 1.5",
        "The header is the magic number in the order of the host, version 1.5, any generator, a bound and schema 0; \
         every instruction has its length, and nothing is left over.";
    LIMIT = 102, "A module is small enough",
        "Words, constructs and their nesting, variables and cells are no more than the limits of the profile, so that no driver's compiler is given more than it can take.";
    ORDER = 103, "Instructions stand in their order",
        "Capabilities, extensions, instruction sets, the memory model, the entry point, execution modes, decorations, \
         then types, constants and variables, then functions, the entry point last.";
    OPCODE = 104, "Only instructions of the profile",
        "An instruction that the profile does not list has no exact meaning, or is not needed.";
    CAPABILITY = 105, "Only capabilities of the profile",
        "Shader, VulkanMemoryModel and SignedZeroInfNanPreserve; with packed dot products also DotProduct, \
         DotProductInput4x8BitPacked and the extension SPV_KHR_integer_dot_product; the set GLSL.std.450.";
    MEMORY_MODEL = 106, "Logical addressing, Vulkan memory model", "OpMemoryModel Logical Vulkan, once.";
    ENTRY_POINT = 107, "One entry point",
        "OpEntryPoint GLCompute of the last function, with the name `main`, and all variables outside of functions, \
         each once.";
    EXECUTION_MODE = 108, "Two execution modes",
        "LocalSize L 1 1 and SignedZeroInfNanPreserve 32, each once.";
    DECORATION = 109, "Only decorations of the profile, where it wants them",
        "Block, Offset, NonWritable, ArrayStride, BuiltIn, DescriptorSet and Binding on the interface, NoContraction on \
         float operations; none is missing, and none stands elsewhere.";
    TYPE = 110, "Only types of the profile",
        "void, bool, words of 32 bits, floats of 32 bits, and what the interface and arrays are made of.";
    CONSTANT = 111, "Only constants of the profile",
        "Words, truth values, and arrays of them.";
    VARIABLE = 112, "Only variables of the profile",
        "The two built-in inputs, the push constants, storage buffers, arrays of the group; in the function variables \
         and arrays of the lane. Only a constant array has an initializer.";
    INTERFACE = 113, "The interface is the one that is claimed",
        "Bindings 0 to the last without a gap, the words of the push constants and the lanes of a group are those of \
         the kernel's signature; what is only read is NonWritable; the shared arrays have no more bytes than claimed.";

    // Control.
    FUNCTION = 201, "The function of the entry point has its form",
        "void main(), a label, its variables, its instructions, one OpReturn at the end, OpFunctionEnd.";
    BLOCK = 202, "Blocks stand in the order of the program",
        "Each label follows the branch that ends the block before it; a branch goes to the end of its construct, to the \
         end of the innermost loop, or to its next trip.";
    SELECTION = 203, "A selection has its form",
        "OpSelectionMerge, OpBranchConditional to a block that follows, and to another one or to the merge block.";
    LOOP = 204, "A loop has its form",
        "A variable is set to zero; a header; a test that the variable is below the trips; the body; the variable plus \
         one; the header again.";
    COUNTER = 205, "Only the loop sets its counter", "The body does not store to the variable that counts its trips.";

    // Operands and types.
    NAME = 301, "An id is defined once, and used in its scope",
        "An id is below the bound, is defined once, and is used after that, in its block or in one inside of it.";
    OPERAND = 302, "Operands have their types", "Each operand has the type that the operation works on.";
    RESULT = 303, "Results have their types", "The result type is the one that the operation gives.";
    FORM = 304, "Instructions have their form",
        "An instruction has the operands that the profile gives it, no fewer, no more, and its literals.";
    PAIR = 305, "Of two words, the upper is taken at once",
        "OpUMulExtended, OpIAddCarry and OpISubBorrow are followed by OpCompositeExtract of member 1, and by no other \
         use.";

    HOST = 306, "What the host chooses is not seen",
        "Word 1 of the push constants and the x of WorkgroupId stand in their sum, the group, alone; word 2, or its sum \
         with a constant, is an index of the trap words and nothing else.";

    // Floats.
    NO_CONTRACTION = 401, "Every float operation has NoContraction",
        "Without it a driver may join a product and a sum, or change their order.";
    FLOAT_CONSTANT = 402, "There are no float constants",
        "A driver folds what it knows of a float. A float of the program is a word, hidden by a sum with word 0 of the \
         push constants, and then bitcast.";
    FUNCTION_BODY = 403, "Functions are those of the profile, word for word",
        "What depends on a device's quotient, root or conversion stands only in functions whose bodies the profile \
         gives; each stands once, in the order of the profile, before the function of the entry point.";
    HIDDEN = 404, "A word that becomes a float is hidden",
        "It is loaded from a storage buffer or the push constants just so, or is a sum with word 0 of the push \
         constants, which is always zero, and which no driver knows.";
    DOOR = 405, "A float that may be subnormal goes through the door",
        "In the plain form that is its product with a hidden 1, and no other use of it; in the guarded form the \
         function `door`. A bitcast of bits that are known to be no subnormal's needs none.";
    NAN = 406, "The bits of a NaN stay inside",
        "They differ between devices. Where they could reach memory, an index, a branch or a trip, the one NaN is \
         chosen first; a word made of them becomes a float only if it is a NaN's still.";
    GUARD = 407, "The guarded form computes by functions",
        "Sums, differences and products stand only in functions of the profile, but for those that are known to give a \
         zero or a normal number, and products with a hidden 1 or -1, which are exact.";

    // Memory.
    CHAIN = 501, "An access chain reaches one cell",
        "The base is a variable with cells; a member is constant; the index of a cell is a word.";
    ACCESS = 502, "An access chain is used by the next instruction",
        "It is followed by the load, store or atomic operation that uses it, and used by no other.";
    PRIVACY = 503, "Memory operands are those of the profile",
        "Arrays of the group are accessed as NonPrivatePointer; a storage buffer either always or never; nothing else.";
    READ_ONLY = 504, "What is read only is not written",
        "No store and no atomic operation on a NonWritable buffer, or on a constant array.";
    ATOMIC = 505, "Atomic operations have their form",
        "On words of storage buffers with the scope QueueFamily, or of the group with the scope Workgroup; relaxed.";
    BARRIER = 506, "Barriers have their form",
        "OpControlBarrier Workgroup Workgroup with AcquireRelease, WorkgroupMemory, MakeAvailable and MakeVisible, and \
         UniformMemory where storage buffers are exchanged.";

    // Indices.
    INDEX = 601, "Every index is inside of its array",
        "For all sizes that the interface permits, and for every lane that comes there. What is not always inside is \
         guarded by a select or a branch.";
    CONSTANT_INDEX = 602, "A constant index is guarded by a select",
        "A driver was seen to load from a constant place in lanes, too, that do not take the branch around it. A \
         constant index other than 0 into an array whose size is not constant is chosen by a select.";
    DIVISOR = 603, "No divisor is zero, no quotient too large",
        "A divisor is a constant, or shown not to be zero, or a select that puts another number in the place of zero; \
         of a signed division also in the place of -1 where the dividend is -2^31.";
    COUNT = 604, "No shift counts past its word", "A count is below 32: a constant, or masked.";
    TOO_LONG = 605, "A proof is short",
        "Searching for proofs takes a number of steps in proportion to the kernel. What takes more is refused.";

    // Loops and barriers.
    DIVERGENT_BARRIER = 701, "Every lane of a group comes to every barrier",
        "The conditions and trips around a barrier are made of constants, push constants, the number of the group and \
         what is made of them; no lane has left a loop, or skipped the rest of a trip, that another one has not.";
    BARRIER_PLACE = 702, "A loop with a barrier runs to its end",
        "No OpBranch leaves it or goes on with its next trip before; the lanes of an `each` kernel never wait.";

    // Writing.
    DISCIPLINE = 801, "An array is accessed as its interface says",
        "What is read is not written; what is only written, combined into or claimed is not loaded; what is combined \
         into has the atomic operation of its operator; trap words and bitmaps have those of theirs.";
    CLAIM = 802, "A cell is claimed by its bit",
        "OpAtomicOr of bit c & 31 in word c >> 5; where that bit was not set before, claimed cells are stored to, and \
         where it was, the cell is noted; neither branch does anything else.";
    OWN = 803, "No two lanes meet in a cell that is written",
        "Between barriers, and between groups, two accesses of different lanes of which one writes lead to different \
         cells.";
    OLD_VALUE = 804, "What an atomic operation found is not looked at",
        "It depends on the order in which lanes come. The one exception is the bit of a claim: old & bit, compared with \
         zero, as the condition of the branch that claims.";

    // Initialisation.
    UNSET = 901, "A variable is set before it is loaded",
        "On every way to the load; of an array of the lane every cell that it may mean.";
    UNWRITTEN = 902, "A cell of the group is written before it is read",
        "By some lane, on every way, or by a loop of zeros at the beginning.";

    // Cost.
    SHARED_BYTES = 1001, "A group shares no more memory than is claimed",
        "The bytes of the arrays of the group are at most those that the interface names, and those at most what the \
         profile has.";
    WORK = 1002, "A lane does no more than its bound pays for",
        "Each product of numbers of trips has in the work of a lane at most 8 times its factor in the bound; a number \
         may be greater by what is free.";
    UNPAID_LOOP = 1003, "A loop is paid for by a loop of the bound",
        "One that is shown to run at least as often, for every call, or the number of trips is a constant at most.";
    PAST_THE_GRID = 1004, "A lane past the end of the grid does nothing but what is free",
        "The price of a call counts the lanes of the grid, and a group has others where it reaches past the end.";
}
