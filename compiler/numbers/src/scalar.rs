//! The scalar types. A value of any of them is one 32-bit word.

use std::fmt;

/// The type of a scalar. In memory and in this crate a scalar is one 32-bit word:
/// `f32` its IEEE 754 binary32 bits, `i32` two's complement, `u32` itself, `bool` 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScalarType {
    /// A binary32 without subnormals and with one NaN.
    F32,
    /// A 32-bit integer from -2^31 to 2^31 - 1.
    I32,
    /// A 32-bit integer from 0 to 2^32 - 1.
    U32,
    /// A truth value.
    Bool,
}

impl ScalarType {
    /// The name as it is written in source.
    pub fn name(self) -> &'static str {
        match self {
            ScalarType::F32 => "f32",
            ScalarType::I32 => "i32",
            ScalarType::U32 => "u32",
            ScalarType::Bool => "bool",
        }
    }

    /// Whether the type is one of the two integer types.
    pub fn is_integer(self) -> bool {
        matches!(self, ScalarType::I32 | ScalarType::U32)
    }

    /// Whether arithmetic is defined on the type.
    pub fn is_number(self) -> bool {
        self != ScalarType::Bool
    }

    /// A word of this type as a person writes it: `-3`, `0.1`, `true`, `NaN`.
    pub fn show(self, word: u32) -> String {
        match self {
            ScalarType::F32 => {
                let value = f32::from_bits(word);
                if value.is_nan() { "NaN".into() } else { format!("{value:?}") }
            }
            ScalarType::I32 => word.cast_signed().to_string(),
            ScalarType::U32 => word.to_string(),
            ScalarType::Bool => (word != 0).to_string(),
        }
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_as_people_write_them() {
        assert_eq!(ScalarType::F32.show(0x3f80_0000), "1.0");
        assert_eq!(ScalarType::F32.show(0x8000_0000), "-0.0");
        assert_eq!(ScalarType::F32.show(0x7fc0_0000), "NaN");
        assert_eq!(ScalarType::I32.show(0xffff_ffff), "-1");
        assert_eq!(ScalarType::U32.show(0xffff_ffff), "4294967295");
        assert_eq!(ScalarType::Bool.show(1), "true");
    }
}
