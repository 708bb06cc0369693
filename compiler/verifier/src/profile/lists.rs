//! What the profile has, as lists for the book, and what it says of instructions that it does not have.

use rspirv::spirv::Op;

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
