//! What a device does with a result below 2^-126, the least normal `f32`. Found by qualification, never looked up.

use std::fmt;

/// How a device treats results that rule F makes zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FloatClass {
    /// It rounds to 24 bits and then makes zeros of what is too small: rule F, with nothing to add.
    #[default]
    FlushesAfterRounding,
    /// It makes zeros of exact results that are too small, also of those that would round up to 2^-126.
    FlushesBeforeRounding,
    /// It keeps subnormals, as IEEE 754 says.
    Preserves,
}

impl FloatClass {
    /// All of them.
    pub const ALL: [FloatClass; 3] =
        [FloatClass::FlushesAfterRounding, FloatClass::FlushesBeforeRounding, FloatClass::Preserves];

    /// Whether a device of this class runs the guarded form of a kernel.
    pub fn needs_guards(self) -> bool {
        self != FloatClass::FlushesAfterRounding
    }
}

impl fmt::Display for FloatClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FloatClass::FlushesAfterRounding => "flushes after rounding",
            FloatClass::FlushesBeforeRounding => "flushes before rounding",
            FloatClass::Preserves => "preserves subnormals",
        })
    }
}
