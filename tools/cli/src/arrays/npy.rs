//! `.npy`, numpy's format: versions 1 to 3, either byte order, either order of axes.
//!
//! A cell type is taken where every value of it is exactly one of the parameter's type: `f32` takes f4 with its bits
//! as they are, and u1, i1, u2, i2; integers take every integer type whose values they all have, and `u32` and `u64`
//! also b1. All else is refused, since a conversion that rounds belongs in the developer's own program.
//!
//! Packed words are their bits, as u4, or their parts (i1 for `i8x4`, u1, i2, u2, f2), four or two along the last
//! dimension to a cell. Written they are u4.

mod header;
mod kind;

use std::io::{self, Write};

use lockstep_module::Array;
use lockstep_numbers::ScalarType;

use npyz::WriterBuilder;

use super::{ArrayError, Code, Opened, Wanted, within_limit};
use kind::Kind;

/// The most dimensions that an array of the language has.
const MAX_RANK: usize = 3;

pub(super) fn read(file: &mut Opened<'_>, wanted: &Wanted<'_>) -> Result<Array, ArrayError> {
    let (header, header_bytes) = header::read(file)?;
    let kind = Kind::of(&header.descr, wanted.element)
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
    let mut shape = header.shape.clone();
    if let Some(last) = shape.last_mut() {
        let parts = kind.parts as u64;
        if *last % parts != 0 {
            let (name, element) = (wanted.name, wanted.element);
            let message = format!("has a last dimension of {last}, and each cell of `{name}: {element}` takes {parts}");
            return Err(file.error(Code::Shape, message));
        }
        *last /= parts;
    }
    let (dimensions, cells) = within_limit(file.path, wanted, &shape)?;
    let needed = cells * kind.parts * kind.size;
    let have = file.bytes.saturating_sub(header_bytes);
    if have != needed as u64 {
        let trouble = if have < needed as u64 { "is cut short" } else { "goes on after its array" };
        let message = format!("{trouble}: its header promises {needed} bytes of cells, and {have} follow");
        return Err(file.error(Code::Damaged, message));
    }
    let bytes = file.take(needed)?;
    let bytes = if header.fortran_order { to_row_major(&bytes, kind.size, &header.shape) } else { bytes };
    match kind.words(&bytes) {
        Some(words) => Ok(Array { element: wanted.element, dimensions, words }),
        None => Err(file.error(Code::Damaged, "has a bool cell that is neither 0 nor 1")),
    }
}

fn other_type(descr: &str, wanted: &Wanted<'_>) -> String {
    let numpy = match wanted.element {
        ScalarType::F32 => "float32",
        ScalarType::I32 => "int32",
        ScalarType::I64 => "int64",
        ScalarType::U64 => "uint64",
        ScalarType::I8x4 => "int8",
        ScalarType::U8x4 => "uint8",
        ScalarType::I16x2 => "int16",
        ScalarType::U16x2 => "uint16",
        ScalarType::F16x2 => "float16",
        ScalarType::U32 | ScalarType::Bool | ScalarType::Bf16x2 => "uint32",
    };
    let (name, element) = (wanted.name, wanted.element);
    format!(
        "has cells of numpy type {descr:?}, and `{name}` takes {element}: save it as `np.save(path, x.astype(np.{numpy}))`"
    )
}

/// Cells in Fortran order, where the first index varies fastest, turned into the order of the language.
fn to_row_major(stored: &[u8], cell: usize, shape: &[u64]) -> Vec<u8> {
    let sizes: Vec<usize> = shape.iter().map(|size| *size as usize).collect();
    let mut strides = Vec::with_capacity(sizes.len());
    let mut stride = cell;
    for size in &sizes {
        strides.push(stride);
        stride *= size;
    }
    let mut index = vec![0; sizes.len()];
    let mut at = 0;
    let mut bytes = Vec::with_capacity(stored.len());
    while bytes.len() < stored.len() {
        bytes.extend(&stored[at..at + cell]);
        for axis in (0..sizes.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < sizes[axis] {
                break;
            }
            at -= strides[axis] * sizes[axis];
            index[axis] = 0;
        }
    }
    bytes
}

pub(super) fn write(out: &mut dyn Write, array: &Array) -> io::Result<()> {
    let words = array.words.iter().copied();
    match array.element {
        ScalarType::F32 => write_cells(out, array, words.map(f32::from_bits)),
        ScalarType::I32 => write_cells(out, array, words.map(u32::cast_signed)),
        ScalarType::I64 => write_cells(out, array, array.cells().map(u64::cast_signed)),
        ScalarType::U64 => write_cells(out, array, array.cells()),
        _ => write_cells(out, array, words),
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
