//! The host's own binary32 unit, in any mode: an engine of the wrong kind, for tests that must catch it.

#![allow(unsafe_code, reason = "the control register of the SSE unit is reached by assembly alone")]

/// How the unit rounds and what it does with subnormals: its control register, every exception masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u32);

impl Mode {
    /// As the language says: to nearest even, and no subnormals in or out.
    pub const RIGHT: Mode = Mode(0x9fc0);
    /// To nearest even, with subnormals, as IEEE 754 says and a fresh thread has it.
    pub const SUBNORMAL: Mode = Mode(0x1f80);
    /// Without subnormals, but toward zero.
    pub const TRUNCATING: Mode = Mode(0xffc0);
    /// Without subnormals, but toward positive infinity.
    pub const UPWARD: Mode = Mode(0xdfc0);
}

/// An operation of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the operation that its name says")]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The result in this mode, with the one NaN for every NaN.
#[cfg(target_arch = "x86_64")]
pub fn compute(mode: Mode, operation: Operation, a: u32, b: u32) -> u32 {
    use std::arch::asm;
    let (x, y) = (f32::from_bits(a), f32::from_bits(b));
    let mut result = x;
    let mut before = 0u32;
    macro_rules! with {
        ($instruction:literal) => {
            // SAFETY: one block sets the register, computes, and puts the register back, so that no other float
            // arithmetic sees it; the two operands in memory are words of this function's.
            unsafe {
                asm!(
                    "stmxcsr [{before}]",
                    "ldmxcsr [{mode}]",
                    concat!($instruction, " {x}, {y}"),
                    "ldmxcsr [{before}]",
                    before = in(reg) &mut before,
                    mode = in(reg) &mode.0,
                    x = inout(xmm_reg) result,
                    y = in(xmm_reg) y,
                    options(nostack),
                );
            }
        };
    }
    match operation {
        Operation::Add => with!("addss"),
        Operation::Subtract => with!("subss"),
        Operation::Multiply => with!("mulss"),
        Operation::Divide => with!("divss"),
    }
    if result.is_nan() { lockstep_numbers::float::NAN } else { result.to_bits() }
}
