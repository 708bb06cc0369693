//! The scalar types. A value of any of them is a 64-bit pattern; that of a 32-bit type stands in the lower half.

use std::fmt;

/// The type of a scalar. Its value in this crate is a `u64`: `f32` its IEEE 754 binary32 bits, signed integers two's
/// complement in 32 or 64 bits, `bool` 0 or 1, a packed word its 32 bits; above 32-bit types the upper half is zero.
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
    /// A 64-bit integer from -2^63 to 2^63 - 1.
    I64,
    /// A 64-bit integer from 0 to 2^64 - 1.
    U64,
    /// Four signed bytes in a word, the first in the lowest bits; so for all packed types.
    I8x4,
    /// Four unsigned bytes.
    U8x4,
    /// Two signed 16-bit integers.
    I16x2,
    /// Two unsigned 16-bit integers.
    U16x2,
    /// Two IEEE 754 binary16 numbers.
    F16x2,
    /// Two bfloat16 numbers: the upper halves of binary32 numbers.
    Bf16x2,
}

impl ScalarType {
    /// All of them.
    pub const ALL: [ScalarType; 12] = [
        ScalarType::F32,
        ScalarType::I32,
        ScalarType::U32,
        ScalarType::Bool,
        ScalarType::I64,
        ScalarType::U64,
        ScalarType::I8x4,
        ScalarType::U8x4,
        ScalarType::I16x2,
        ScalarType::U16x2,
        ScalarType::F16x2,
        ScalarType::Bf16x2,
    ];

    /// The name as it is written in source.
    pub fn name(self) -> &'static str {
        match self {
            ScalarType::F32 => "f32",
            ScalarType::I32 => "i32",
            ScalarType::U32 => "u32",
            ScalarType::Bool => "bool",
            ScalarType::I64 => "i64",
            ScalarType::U64 => "u64",
            ScalarType::I8x4 => "i8x4",
            ScalarType::U8x4 => "u8x4",
            ScalarType::I16x2 => "i16x2",
            ScalarType::U16x2 => "u16x2",
            ScalarType::F16x2 => "f16x2",
            ScalarType::Bf16x2 => "bf16x2",
        }
    }

    /// The type with this name in source.
    pub fn named(name: &str) -> Option<ScalarType> {
        ScalarType::ALL.into_iter().find(|ty| ty.name() == name)
    }

    /// Whether the type is one of the four integer types.
    pub fn is_integer(self) -> bool {
        matches!(self, ScalarType::I32 | ScalarType::U32 | ScalarType::I64 | ScalarType::U64)
    }

    /// Whether the type is an integer type with negative numbers.
    pub fn is_signed(self) -> bool {
        matches!(self, ScalarType::I32 | ScalarType::I64)
    }

    /// Whether arithmetic is defined on the type.
    pub fn is_number(self) -> bool {
        self.is_integer() || self == ScalarType::F32
    }

    /// Whether the type is a packed word.
    pub fn is_packed(self) -> bool {
        !self.is_number() && self != ScalarType::Bool
    }

    /// How many 32-bit words a cell of this type takes in memory, the lower first.
    pub fn words(self) -> usize {
        if matches!(self, ScalarType::I64 | ScalarType::U64) { 2 } else { 1 }
    }

    /// The bits of a value of this type, all others zero.
    pub fn mask(self) -> u64 {
        if self.words() == 2 { u64::MAX } else { u32::MAX.into() }
    }

    /// A value of this type as a person writes it: `-3`, `0.1`, `true`, `NaN`, `0x01020304`.
    pub fn show(self, bits: u64) -> String {
        let word = bits as u32;
        match self {
            ScalarType::F32 => {
                let value = f32::from_bits(word);
                if value.is_nan() { "NaN".into() } else { format!("{value:?}") }
            }
            ScalarType::I32 => word.cast_signed().to_string(),
            ScalarType::U32 => word.to_string(),
            ScalarType::I64 => bits.cast_signed().to_string(),
            ScalarType::U64 => bits.to_string(),
            ScalarType::Bool => (word != 0).to_string(),
            _ => format!("{word:#010x}"),
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
