//! `.bin` and `.raw`: little-endian 32-bit words, row-major, and nothing else; two words for a cell of 64 bits. The
//! dimensions come from the call.

use std::io::{self, Write};

use lockstep_module::Array;

use super::{ArrayError, Code, Opened, Wanted, within_limit};
use crate::cell;

pub(super) fn read(file: &mut Opened<'_>, wanted: &Wanted<'_>) -> Result<Array, ArrayError> {
    let Some(dimensions) = &wanted.dimensions else {
        return Err(file.error(
            Code::UnknownDimensions,
            format!("does not say its dimensions, and no other argument fixes those of `{}`", wanted.name),
        ));
    };
    let shape: Vec<u64> = dimensions.iter().map(|size| u64::from(*size)).collect();
    let (dimensions, cells) = within_limit(file.path, wanted, &shape)?;
    let cell_bytes = 4 * wanted.element.words();
    let needed = cells * cell_bytes;
    if file.bytes != needed as u64 {
        let (have, shape) = (file.bytes, cell::product(&dimensions));
        return Err(file.error(
            Code::Shape,
            format!("has {have} bytes, and `{}` of {shape} cells of {cell_bytes} bytes needs {needed}", wanted.name),
        ));
    }
    let bytes = file.take(needed)?;
    let words = bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
    Ok(Array { element: wanted.element, dimensions, words })
}

pub(super) fn write(out: &mut dyn Write, words: &[u32]) -> io::Result<()> {
    words.iter().try_for_each(|word| out.write_all(&word.to_le_bytes()))
}
