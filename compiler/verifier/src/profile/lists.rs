//! What the profile has, as lists for the book, and what it says of instructions that it does not have.

use rspirv::spirv::{Decoration, ExecutionMode, Op, StorageClass};

use super::words::Instruction;
use crate::{refusal::Refusal, rules};

/// Why an instruction that the profile does not have is refused.
pub fn refused(instruction: &Instruction<'_>) -> Refusal {
    let advice = match Op::from_u32(instruction.code) {
        Some(Op::Phi) => "a value that depends on the way is kept in a variable",
        Some(Op::Switch) => "write it as selections",
        Some(Op::Kill | Op::Unreachable | Op::ReturnValue) => "the one OpReturn ends the function",
        Some(
            Op::Name
            | Op::MemberName
            | Op::Source
            | Op::SourceExtension
            | Op::SourceContinued
            | Op::String
            | Op::Line
            | Op::NoLine
            | Op::ModuleProcessed,
        ) => "strip what is only for debugging",
        Some(Op::FDiv) => "a device's quotient has no exact meaning; it stands only in the function `quotient`",
        Some(Op::FRem | Op::FMod) => "drivers get it wrong",
        Some(Op::SRem | Op::SMod) => "drivers get it wrong; make it of OpSDiv",
        Some(Op::FNegate) => "multiply by a hidden -1: a driver was seen to flush",
        Some(Op::ConvertUToF) => "drivers misround it; convert halves of 16 bits by OpConvertSToF",
        Some(Op::ConvertFToS) => "it stands only in the functions `signed` and `unsigned`",
        Some(Op::ConvertFToU) => "what is out of range differs between devices",
        Some(
            Op::SpecConstant
            | Op::SpecConstantTrue
            | Op::SpecConstantFalse
            | Op::SpecConstantComposite
            | Op::SpecConstantOp,
        ) => "what is verified must be what runs: there are no specialisation constants",
        Some(
            Op::FOrdGreaterThan
            | Op::FOrdGreaterThanEqual
            | Op::UGreaterThan
            | Op::UGreaterThanEqual
            | Op::SGreaterThan
            | Op::SGreaterThanEqual,
        ) => "exchange the operands",
        _ => "see the book's chapter Profile for what there is",
    };
    Refusal::at(rules::OPCODE, instruction.site, format!("the profile has no {} here: {advice}", instruction.name()))
}

/// The number of FindUMsb in the set GLSL.std.450.
pub const FIND_U_MSB: u32 = 75;
/// The number of Sqrt in the same set.
pub const SQRT: u32 = 31;

/// All instructions of the profile.
pub const INSTRUCTIONS: &[Op] = &[
    // Declarations.
    Op::Capability,
    Op::Extension,
    Op::ExtInstImport,
    Op::MemoryModel,
    Op::EntryPoint,
    Op::ExecutionMode,
    Op::Decorate,
    Op::MemberDecorate,
    Op::TypeVoid,
    Op::TypeBool,
    Op::TypeInt,
    Op::TypeFloat,
    Op::TypeVector,
    Op::TypeArray,
    Op::TypeRuntimeArray,
    Op::TypeStruct,
    Op::TypePointer,
    Op::TypeFunction,
    Op::Constant,
    Op::ConstantTrue,
    Op::ConstantFalse,
    Op::ConstantComposite,
    Op::Variable,
    // Functions and control.
    Op::Function,
    Op::FunctionParameter,
    Op::FunctionEnd,
    Op::FunctionCall,
    Op::Label,
    Op::Branch,
    Op::BranchConditional,
    Op::SelectionMerge,
    Op::LoopMerge,
    Op::Return,
    Op::ReturnValue,
    // Memory.
    Op::AccessChain,
    Op::Load,
    Op::Store,
    Op::AtomicIAdd,
    Op::AtomicUMin,
    Op::AtomicSMin,
    Op::AtomicUMax,
    Op::AtomicSMax,
    Op::AtomicAnd,
    Op::AtomicOr,
    Op::AtomicXor,
    Op::ControlBarrier,
    // Values.
    Op::IAdd,
    Op::ISub,
    Op::IMul,
    Op::UDiv,
    Op::UMod,
    Op::SDiv,
    Op::BitwiseAnd,
    Op::BitwiseOr,
    Op::BitwiseXor,
    Op::ShiftLeftLogical,
    Op::ShiftRightLogical,
    Op::ShiftRightArithmetic,
    Op::Not,
    Op::IEqual,
    Op::INotEqual,
    Op::ULessThan,
    Op::ULessThanEqual,
    Op::SLessThan,
    Op::SLessThanEqual,
    Op::UMulExtended,
    Op::IAddCarry,
    Op::ISubBorrow,
    Op::CompositeExtract,
    Op::SDot,
    Op::UDot,
    Op::ExtInst,
    Op::LogicalAnd,
    Op::LogicalOr,
    Op::LogicalEqual,
    Op::LogicalNotEqual,
    Op::LogicalNot,
    Op::Select,
    Op::FAdd,
    Op::FSub,
    Op::FMul,
    Op::FDiv,
    Op::FOrdEqual,
    Op::FUnordNotEqual,
    Op::FOrdLessThan,
    Op::FOrdLessThanEqual,
    Op::Bitcast,
    Op::ConvertSToF,
    Op::ConvertFToS,
];

/// All decorations of the profile.
pub const DECORATIONS: [Decoration; 8] = [
    Decoration::Block,
    Decoration::Offset,
    Decoration::NonWritable,
    Decoration::ArrayStride,
    Decoration::BuiltIn,
    Decoration::DescriptorSet,
    Decoration::Binding,
    Decoration::NoContraction,
];

/// Both execution modes of the profile.
pub const EXECUTION_MODES: [ExecutionMode; 2] = [ExecutionMode::LocalSize, ExecutionMode::SignedZeroInfNanPreserve];

/// All storage classes of the profile.
pub const STORAGE_CLASSES: [StorageClass; 5] = [
    StorageClass::Input,
    StorageClass::PushConstant,
    StorageClass::StorageBuffer,
    StorageClass::Workgroup,
    StorageClass::Function,
];

/// More than the greatest opcode of the profile.
const END: usize = 4500;

/// By opcode: whether the profile has it.
const HAS: [bool; END] = {
    let mut has = [false; END];
    let mut next = 0;
    while next < INSTRUCTIONS.len() {
        has[INSTRUCTIONS[next] as usize] = true;
        next += 1;
    }
    has
};

/// Whether the profile has an instruction at all.
pub fn has(code: u32) -> bool {
    HAS.get(code as usize).copied().unwrap_or_default()
}
