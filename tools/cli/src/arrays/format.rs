//! Which format a path has, by its extension.

use std::path::Path;

use super::{ArrayError, Code};

/// A format of array files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// numpy's format, with type and shape.
    Npy,
    /// An image of 8 bits a channel, grey or RGB.
    Png,
    /// `.bin` or `.raw`: little-endian 32-bit words and nothing else.
    Raw,
}

impl Format {
    /// The format that the extension names, in capitals or not.
    ///
    /// # Errors
    /// `A0003` for any other extension.
    pub fn of(path: &Path) -> Result<Format, ArrayError> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("npy") => Ok(Format::Npy),
            Some("png") => Ok(Format::Png),
            Some("bin" | "raw") => Ok(Format::Raw),
            Some("npz") => Err(ArrayError::new(
                Code::Extension,
                path,
                "is a bundle of arrays: take one array out of it with `np.save('x.npy', bundle['x'])`",
            )),
            _ => Err(ArrayError::new(
                Code::Extension,
                path,
                "has no extension that names an array format: use .npy, .png, or .bin (little-endian 32-bit words)",
            )),
        }
    }
}
