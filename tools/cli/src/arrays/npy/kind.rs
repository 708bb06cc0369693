//! How numpy stores a cell, and the words that it becomes.

use lockstep_numbers::{ScalarType, convert};

/// How one part of a cell is stored.
pub(super) struct Kind {
    class: Class,
    /// Bytes of a part.
    pub(super) size: usize,
    big_endian: bool,
    /// How many parts make a cell: more than one only for packed words.
    pub(super) parts: usize,
    element: ScalarType,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    Float,
    Signed,
    Unsigned,
    Bool,
}

impl Kind {
    /// The kind that numpy describes so, if cells of `element` can be made of it exactly.
    pub(super) fn of(descr: &str, element: ScalarType) -> Option<Kind> {
        let big_endian = match descr.get(..1)? {
            "<" | "|" => false,
            ">" => true,
            _ => return None,
        };
        let (class, size) = match descr.get(1..)? {
            "f2" => (Class::Float, 2),
            "f4" => (Class::Float, 4),
            "i1" => (Class::Signed, 1),
            "i2" => (Class::Signed, 2),
            "i4" => (Class::Signed, 4),
            "i8" => (Class::Signed, 8),
            "u1" => (Class::Unsigned, 1),
            "u2" => (Class::Unsigned, 2),
            "u4" => (Class::Unsigned, 4),
            "u8" => (Class::Unsigned, 8),
            "b1" => (Class::Bool, 1),
            _ => return None,
        };
        let parts = parts(element, class, size)?;
        Some(Kind { class, size, big_endian, parts, element })
    }

    /// The words of all cells; None where a bool is none.
    pub(super) fn words(&self, bytes: &[u8]) -> Option<Vec<u32>> {
        let parts = bytes.chunks_exact(self.size).map(|part| self.bits(part));
        match (self.element.words(), self.element.is_packed()) {
            (2, _) => {
                let mut words = Vec::with_capacity(2 * bytes.len() / self.size);
                for bits in parts {
                    let bits = bits?;
                    words.extend([bits as u32, (bits >> 32) as u32]);
                }
                Some(words)
            }
            (_, true) => {
                let width = 8 * self.size;
                let mut words = Vec::with_capacity(bytes.len() / 4);
                for (at, bits) in parts.enumerate() {
                    let part = (bits? as u32) << (width * (at % self.parts));
                    match words.last_mut() {
                        Some(word) if at % self.parts != 0 => *word |= part,
                        _ => words.push(part),
                    }
                }
                Some(words)
            }
            // At most 16 bits of an integer become a float, so the conversion is exact.
            _ if self.element == ScalarType::F32 && self.class != Class::Float => {
                parts.map(|bits| Some(convert(ScalarType::I32, ScalarType::F32, bits? & 0xffff_ffff) as u32)).collect()
            }
            _ => parts.map(|bits| Some(bits? as u32)).collect(),
        }
    }

    /// The bits of a part: those of a packed word as they are, an integer with its sign extended to 64.
    fn bits(&self, part: &[u8]) -> Option<u64> {
        let push = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        let bits = if self.big_endian { part.iter().fold(0, push) } else { part.iter().rev().fold(0, push) };
        match self.class {
            Class::Bool if bits > 1 => None,
            Class::Signed if self.parts == 1 => {
                let unused = 64 - 8 * self.size;
                Some(((bits << unused).cast_signed() >> unused).cast_unsigned())
            }
            _ => Some(bits),
        }
    }
}

/// How many parts stored so make a cell; None where they make none.
fn parts(element: ScalarType, class: Class, size: usize) -> Option<usize> {
    use Class::{Bool, Float, Signed, Unsigned};
    let fits = match element {
        ScalarType::F32 => (class, size) == (Float, 4) || (matches!(class, Signed | Unsigned) && size <= 2),
        ScalarType::I32 => (class == Signed && size <= 4) || (class == Unsigned && size <= 2),
        ScalarType::U32 => (class == Unsigned && size <= 4) || class == Bool,
        ScalarType::I64 => class == Signed || (class == Unsigned && size <= 4),
        ScalarType::U64 => matches!(class, Unsigned | Bool),
        ScalarType::Bool => false,
        _ if (class, size) == (Unsigned, 4) => true,
        ScalarType::I8x4 => return ((class, size) == (Signed, 1)).then_some(4),
        ScalarType::U8x4 => return ((class, size) == (Unsigned, 1)).then_some(4),
        ScalarType::I16x2 => return ((class, size) == (Signed, 2)).then_some(2),
        ScalarType::U16x2 => return ((class, size) == (Unsigned, 2)).then_some(2),
        ScalarType::F16x2 => return ((class, size) == (Float, 2)).then_some(2),
        ScalarType::Bf16x2 => false,
    };
    fits.then_some(1)
}
