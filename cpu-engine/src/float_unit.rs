//! Rule F from the processor: the float unit of the thread that runs a kernel is set, and put back afterwards.

#![allow(unsafe_code, reason = "the control register of the float unit is reached by assembly alone")]

/// What the processor's float unit does with small results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatUnit {
    /// It rounds, and then makes zeros of what is too small: rule F. SSE with FTZ and DAZ does so.
    Flushes,
    /// It keeps subnormals, so that kernels with guards run.
    Keeps,
}

impl FloatUnit {
    /// What this processor offers: rule F where it is known to have it. That of AArch64 flushes by the value before
    /// rounding, so there subnormals are kept and guarded.
    pub const HERE: FloatUnit = if cfg!(target_arch = "x86_64") { FloatUnit::Flushes } else { FloatUnit::Keeps };

    /// Whether this processor can do so.
    pub fn is_offered(self) -> bool {
        self == FloatUnit::Keeps || FloatUnit::HERE == self
    }

    /// The control word: rounding to nearest even, no exception raised, no flag set.
    #[cfg(target_arch = "x86_64")]
    fn control(self) -> u32 {
        match self {
            FloatUnit::Flushes => 0x9FC0,
            FloatUnit::Keeps => 0x1F80,
        }
    }

    /// Runs something with the float unit set so, and puts it back as it was. `run` must do no float arithmetic in Rust,
    /// which takes the default for granted.
    pub(crate) fn with<R>(self, run: impl FnOnce() -> R) -> R {
        let _restore = Restore(exchange(self));
        run()
    }
}

/// Puts the control word back, also where what ran unwinds.
struct Restore(Word);

impl Drop for Restore {
    fn drop(&mut self) {
        set(self.0);
    }
}

#[cfg(target_arch = "x86_64")]
type Word = u32;
#[cfg(not(target_arch = "x86_64"))]
type Word = u64;

#[cfg(target_arch = "x86_64")]
fn exchange(unit: FloatUnit) -> Word {
    let mut before: Word = 0;
    // SAFETY: the operand is a word of this function's that may be written.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut before, options(nostack, preserves_flags)) };
    set(unit.control());
    before
}

#[cfg(target_arch = "x86_64")]
fn set(word: Word) {
    // SAFETY: the operand is a valid word in memory, and its reserved bits are clear.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &word, options(nostack, readonly, preserves_flags)) };
}

#[cfg(target_arch = "aarch64")]
fn exchange(_: FloatUnit) -> Word {
    let before: Word;
    // SAFETY: reading the control register changes nothing.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) before, options(nomem, nostack, preserves_flags)) };
    set(0);
    before
}

#[cfg(target_arch = "aarch64")]
fn set(word: Word) {
    // SAFETY: the word is zero, the default, or was read from the register.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) word, options(nomem, nostack, preserves_flags)) };
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn exchange(_: FloatUnit) -> Word {
    0
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn set(_: Word) {}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    fn now() -> Word {
        let mut word: Word = 0;
        // SAFETY: the operand is a word of this function's that may be written.
        unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut word, options(nostack, preserves_flags)) };
        word
    }

    #[test]
    fn it_is_set_inside_and_put_back_also_after_a_panic() {
        let before = now();
        assert_eq!(FloatUnit::Flushes.with(now), 0x9FC0);
        assert_eq!(FloatUnit::Keeps.with(now), 0x1F80);
        assert_eq!(now(), before);
        let unwound = std::panic::catch_unwind(|| FloatUnit::Flushes.with(|| std::panic::resume_unwind(Box::new(()))));
        assert!(unwound.is_err());
        assert_eq!(now(), before);
    }
}
