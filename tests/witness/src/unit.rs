//! The host's own binary32 unit, in any mode: in the right one a witness for rule F that shares nothing with the
//! interpreter's numbers, in a wrong one an engine that tests must catch.
//!
//! With FTZ and DAZ set the SSE unit does what rule F says, also at the edge: it decides after rounding to 24 bits, with
//! unbounded exponent, whether a result is below 2^-126.
#![cfg(target_arch = "x86_64")]
#![allow(unsafe_code, reason = "the control register of the SSE unit is reached by assembly alone")]

use std::arch::{asm, is_x86_feature_detected};

use lockstep_numbers::float;

use crate::operation::Operation;

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

/// How many words the unit takes at once.
const LANES: usize = 4;

/// The result in this mode, with the one NaN for every NaN.
pub fn compute(mode: Mode, operation: Operation, a: u32, b: u32) -> u32 {
    let mut to = [0];
    fill(mode, operation, &[a], &[b], &mut to);
    to[0]
}

/// Runs the instructions over words four at a time: the operands in xmm0 and xmm1, the result in xmm0, the rest free.
macro_rules! each_four {
    ($mode:expr, $a:expr, $b:expr, $to:expr, $($instruction:literal),+) => {{
        let (mode, a, b, to): (Mode, &[u32], &[u32], &mut [u32]) = ($mode, $a, $b, $to);
        assert!(a.len() == to.len() && b.len() == to.len() && to.len() % LANES == 0 && !to.is_empty());
        let mut before = 0u32;
        // SAFETY: one block sets the register, computes, and puts the register back, so that no other float arithmetic
        // sees it. It reads and writes the words of the three slices, which are of one length, a multiple of four.
        unsafe {
            asm!(
                "stmxcsr [{before}]",
                "ldmxcsr [{mode}]",
                "2:",
                "movups xmm0, [{a} + {at}]",
                "movups xmm1, [{b} + {at}]",
                $($instruction,)+
                "movups [{to} + {at}], xmm0",
                "add {at}, 16",
                "cmp {at}, {end}",
                "jb 2b",
                "ldmxcsr [{before}]",
                before = in(reg) &mut before,
                mode = in(reg) &mode.0,
                a = in(reg) a.as_ptr(),
                b = in(reg) b.as_ptr(),
                to = in(reg) to.as_mut_ptr(),
                end = in(reg) 4 * to.len(),
                at = inout(reg) 0usize => _,
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                options(nostack),
            );
        }
    }};
}

/// Runs `whole` over the words, the last few of them in a block that is filled up with zeros.
fn in_blocks(a: &[u32], b: &[u32], to: &mut [u32], whole: impl Fn(&[u32], &[u32], &mut [u32])) {
    let full = to.len() / LANES * LANES;
    if full > 0 {
        whole(&a[..full], &b[..full], &mut to[..full]);
    }
    let rest = to.len() - full;
    if rest > 0 {
        let mut last = [[0; LANES]; 3];
        last[0][..rest].copy_from_slice(&a[full..]);
        last[1][..rest].copy_from_slice(&b[full..]);
        let [x, y, z] = &mut last;
        whole(x, y, z);
        to[full..].copy_from_slice(&last[2][..rest]);
    }
}

/// Every NaN becomes the one NaN.
fn one_nan(to: &mut [u32]) {
    for word in to.iter_mut().filter(|word| float::is_nan(**word)) {
        *word = float::NAN;
    }
}

/// The results of all pairs in this mode, with the one NaN for every NaN; 0 and 1 for comparisons.
pub fn fill(mode: Mode, operation: Operation, a: &[u32], b: &[u32], to: &mut [u32]) {
    use Operation::*;
    in_blocks(a, b, to, |a, b, to| match operation {
        Add => each_four!(mode, a, b, to, "addps xmm0, xmm1"),
        Subtract => each_four!(mode, a, b, to, "subps xmm0, xmm1"),
        Multiply => each_four!(mode, a, b, to, "mulps xmm0, xmm1"),
        Divide => each_four!(mode, a, b, to, "divps xmm0, xmm1"),
        // The instruction gives its second operand for two zeros, and where one is a NaN. Taken both ways and joined,
        // -0 is less than +0, and a NaN goes through.
        Minimum => {
            each_four!(mode, a, b, to, "movaps xmm2, xmm1", "minps xmm2, xmm0", "minps xmm0, xmm1", "orps xmm0, xmm2")
        }
        Maximum => each_four!(
            mode,
            a,
            b,
            to,
            "movaps xmm2, xmm1",
            "movaps xmm3, xmm0",
            "cmpunordps xmm3, xmm1",
            "maxps xmm2, xmm0",
            "maxps xmm0, xmm1",
            "andps xmm0, xmm2",
            "orps xmm0, xmm3"
        ),
        Equal => each_four!(mode, a, b, to, "cmpeqps xmm0, xmm1", "psrld xmm0, 31"),
        NotEqual => each_four!(mode, a, b, to, "cmpneqps xmm0, xmm1", "psrld xmm0, 31"),
        Less => each_four!(mode, a, b, to, "cmpltps xmm0, xmm1", "psrld xmm0, 31"),
        LessOrEqual => each_four!(mode, a, b, to, "cmpleps xmm0, xmm1", "psrld xmm0, 31"),
        Greater => each_four!(mode, a, b, to, "cmpltps xmm1, xmm0", "movaps xmm0, xmm1", "psrld xmm0, 31"),
        GreaterOrEqual => each_four!(mode, a, b, to, "cmpleps xmm1, xmm0", "movaps xmm0, xmm1", "psrld xmm0, 31"),
    });
    one_nan(to);
}

/// The square roots in this mode, with the one NaN for every NaN.
pub fn square_roots(mode: Mode, a: &[u32], to: &mut [u32]) {
    in_blocks(a, a, to, |a, b, to| each_four!(mode, a, b, to, "sqrtps xmm0, xmm0"));
    one_nan(to);
}

/// The binary16 nearest to each float, each a word, with the unit's own NaNs; false where the unit has no such instruction.
pub fn halves(a: &[u32], to: &mut [u32]) -> bool {
    let has = is_x86_feature_detected!("f16c") && is_x86_feature_detected!("sse4.1");
    if has {
        in_blocks(a, a, to, |a, b, to| {
            each_four!(Mode::RIGHT, a, b, to, "vcvtps2ph xmm0, xmm0, 0", "pmovzxwd xmm0, xmm0");
        });
    }
    has
}
