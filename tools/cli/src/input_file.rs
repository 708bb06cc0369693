//! A source or a module, read whole. Both are small, so what is large is refused before memory is spent on it.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::Path,
};

use crate::failure::Failure;

/// The largest file that is read. Modules hold sources and SPIR-V, no data.
const MAX_BYTES: u64 = 256 << 20;

/// The bytes of the file.
///
/// # Errors
/// `M0005` a path that is no file, `M0006` a system that cannot read it, `M0007` a file that is too large.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let system = |error: io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::refused("M0005", format!("{name} does not exist")),
        _ => Failure::fault("M0006", format!("{name} could not be read: {error}")),
    };
    let metadata = fs::metadata(path).map_err(system)?;
    if !metadata.is_file() {
        return Err(Failure::refused("M0005", format!("{name} is not a file")));
    }
    if metadata.len() > MAX_BYTES {
        let message = format!("{name} has {} bytes, and a source or module has at most {MAX_BYTES}", metadata.len());
        return Err(Failure::refused("M0007", message));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)).map_err(system)?;
    Ok(bytes)
}
