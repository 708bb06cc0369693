//! `.npy`, numpy's format: versions 1 to 3, either byte order, either order of axes.
//!
//! A cell type is taken where every value of it is exactly one of the parameter's type: `f32` takes f4 with its bits
//! as they are, and u1, i1, u2, i2; `u32` takes u4, u2, u1, and b1; `i32` takes i4, i2, i1, u2, u1. All else is refused,
//! since a conversion that rounds belongs in the developer's own program.

mod header;

use std::io::{self, Write};

use lockstep_module::Array;
use lockstep_numbers::ScalarType;

use npyz::WriterBuilder;

use super::{ArrayError, Code, Opened, Wanted, within_limit};

/// The most dimensions that an array of the language has.
const MAX_RANK: usize = 3;

pub(super) fn read(file: &mut Opened<'_>, wanted: &Wanted<'_>) -> Result<Array, ArrayError> {
    let (header, header_bytes) = header::read(file)?;
    let kind = Kind::of(&header.descr)
        .filter(|kind| kind.fits(wanted.element))
        .ok_or_else(|| file.error(Code::ElementType, other_type(&header.descr, wanted)))?;
    let rank = header.shape.len();
    if rank == 0 || rank > MAX_RANK {
        let hint = if rank == 0 {
            "holds a single number, not an array: save it as `np.save(path, x.reshape(1))`, or pass it as a scalar"
                .to_string()
        } else {
            format!("has rank {rank}, and an array has rank 1 to {MAX_RANK}: reshape it with `x.reshape(…)`")
        };
        return Err(file.error(Code::Shape, hint));
    }
    let (dimensions, cells) = within_limit(file.path, &header.shape)?;
    let needed = cells * kind.size;
    let have = file.bytes.saturating_sub(header_bytes);
    if have != needed as u64 {
        let trouble = if have < needed as u64 { "is cut short" } else { "goes on after its array" };
        let message = format!("{trouble}: its header promises {needed} bytes of cells, and {have} follow");
        return Err(file.error(Code::Damaged, message));
    }
    let bytes = file.take(needed)?;
    let words: Option<Vec<u32>> = bytes.chunks_exact(kind.size).map(|cell| kind.word(cell, wanted.element)).collect();
    let Some(words) = words else {
        return Err(file.error(Code::Damaged, "has a bool cell that is neither 0 nor 1"));
    };
    let words = if header.fortran_order { to_row_major(&words, &dimensions) } else { words };
    Ok(Array { element: wanted.element, dimensions, words })
}

/// How one cell is stored.
struct Kind {
    class: Class,
    size: usize,
    big_endian: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Float,
    Signed,
    Unsigned,
    Bool,
}

impl Kind {
    fn of(descr: &str) -> Option<Kind> {
        let big_endian = match descr.get(..1)? {
            "<" | "|" => false,
            ">" => true,
            _ => return None,
        };
        let (class, size) = match descr.get(1..)? {
            "f4" => (Class::Float, 4),
            "i1" => (Class::Signed, 1),
            "i2" => (Class::Signed, 2),
            "i4" => (Class::Signed, 4),
            "u1" => (Class::Unsigned, 1),
            "u2" => (Class::Unsigned, 2),
            "u4" => (Class::Unsigned, 4),
            "b1" => (Class::Bool, 1),
            _ => return None,
        };
        Some(Kind { class, size, big_endian })
    }

    fn fits(&self, element: ScalarType) -> bool {
        match (element, self.class) {
            (ScalarType::F32, Class::Float) => true,
            (ScalarType::F32, Class::Signed | Class::Unsigned) => self.size <= 2,
            (ScalarType::I32, Class::Signed) => true,
            (ScalarType::I32, Class::Unsigned) => self.size <= 2,
            (ScalarType::U32, Class::Unsigned | Class::Bool) => true,
            _ => false,
        }
    }

    /// The word of a cell; None for a bool that is none.
    fn word(&self, cell: &[u8], element: ScalarType) -> Option<u32> {
        let push = |word: u32, byte: &u8| word << 8 | u32::from(*byte);
        let bits = if self.big_endian { cell.iter().fold(0, push) } else { cell.iter().rev().fold(0, push) };
        let value = match (self.class, self.size) {
            (Class::Signed, 1) => i32::from(bits as i8).cast_unsigned(),
            (Class::Signed, 2) => i32::from(bits as i16).cast_unsigned(),
            (Class::Bool, _) if bits > 1 => return None,
            _ => bits,
        };
        // At most 16 bits reach the conversion, so it is exact.
        let to_float = element == ScalarType::F32 && self.class != Class::Float;
        Some(if to_float { lockstep_numbers::convert::i32_to_f32(value) } else { value })
    }
}

fn other_type(descr: &str, wanted: &Wanted<'_>) -> String {
    let numpy = match wanted.element {
        ScalarType::F32 => "float32",
        ScalarType::I32 => "int32",
        ScalarType::U32 | ScalarType::Bool => "uint32",
    };
    let (name, element) = (wanted.name, wanted.element);
    format!(
        "has cells of numpy type {descr:?}, and `{name}` takes {element}: save it as `np.save(path, x.astype(np.{numpy}))`"
    )
}

/// Fortran order, where the first index varies fastest, turned into the order of the language.
fn to_row_major(stored: &[u32], dimensions: &[u32]) -> Vec<u32> {
    let mut strides = Vec::with_capacity(dimensions.len());
    let mut stride = 1;
    for size in dimensions {
        strides.push(stride);
        stride *= *size as usize;
    }
    let mut index = vec![0u32; dimensions.len()];
    let mut at = 0;
    let mut words = Vec::with_capacity(stored.len());
    while words.len() < stored.len() {
        words.push(stored[at]);
        for axis in (0..dimensions.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < dimensions[axis] {
                break;
            }
            at -= strides[axis] * dimensions[axis] as usize;
            index[axis] = 0;
        }
    }
    words
}

pub(super) fn write(out: &mut dyn Write, array: &Array) -> io::Result<()> {
    let words = array.words.iter().copied();
    match array.element {
        ScalarType::F32 => write_cells(out, array, words.map(f32::from_bits)),
        ScalarType::I32 => write_cells(out, array, words.map(u32::cast_signed)),
        ScalarType::U32 | ScalarType::Bool => write_cells(out, array, words),
    }
}

fn write_cells<T: npyz::AutoSerialize>(
    out: &mut dyn Write,
    array: &Array,
    cells: impl Iterator<Item = T>,
) -> io::Result<()> {
    let shape: Vec<u64> = array.dimensions.iter().map(|size| u64::from(*size)).collect();
    let options = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(out);
    let mut writer = options.begin_nd()?;
    writer.extend(cells)?;
    writer.finish()
}
