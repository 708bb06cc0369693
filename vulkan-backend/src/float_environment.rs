//! CPU drivers compute in the float environment of the thread that called them: here it is set, so that subnormals are
//! zeros and rounding is to nearest even (DESIGN, numbers), whatever the rest of the process does.

#![allow(unsafe_code, reason = "the control register of the SSE unit is reached by assembly alone")]

/// What is done with subnormals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subnormals {
    /// They are zeros.
    #[default]
    Flushed,
    /// They are kept, so that a CPU driver stands for the devices that keep them.
    Kept,
}

/// FTZ and DAZ on, rounding to nearest even, every exception masked, no flag set.
#[cfg(target_arch = "x86_64")]
const FLUSH_TO_NEAREST: u32 = 0x9FC0;

/// FTZ and DAZ off, else the same.
#[cfg(target_arch = "x86_64")]
const KEEP_TO_NEAREST: u32 = 0x1F80;

/// Sets the float environment of the calling thread. Threads that it starts afterwards inherit it.
///
/// Rust takes the default environment for granted, so the calling thread must do no float arithmetic of its own.
pub(crate) fn adopt(subnormals: Subnormals) {
    #[cfg(target_arch = "x86_64")]
    {
        let word = match subnormals {
            Subnormals::Flushed => FLUSH_TO_NEAREST,
            Subnormals::Kept => KEEP_TO_NEAREST,
        };
        // SAFETY: the operand is a valid word in memory, and its reserved bits are clear.
        unsafe {
            std::arch::asm!("ldmxcsr [{}]", in(reg) &word, options(nostack, readonly, preserves_flags));
        }
    }
}

/// The control register of the calling thread.
#[cfg(all(test, target_arch = "x86_64"))]
pub(crate) fn control_register() -> u32 {
    let mut word = 0u32;
    // SAFETY: the operand is a word of this function's that may be written.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut word, options(nostack, preserves_flags)) };
    word
}
