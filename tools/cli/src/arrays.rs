//! Arrays in and out of files. The extension of a path says the format: `.npy`, `.png`, or `.bin` and `.raw`.
//!
//! Nothing that a file claims is believed before it is checked against the file's size and the limit that the module's
//! profile sets on an array, so a hostile header allocates nothing.

mod error;
mod format;
mod npy;
mod picture;
mod raw;

use std::{
    fs::{self, File},
    io::{BufReader, ErrorKind, Read},
    path::Path,
};

use lockstep_module::{Array, Profile};
use lockstep_numbers::ScalarType;

pub use error::{ArrayError, Code};
pub use format::Format;

use crate::{cell, whole_file};

/// What a parameter takes from a file.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The parameter's name, for messages.
    pub name: &'a str,
    /// The type of a cell.
    pub element: ScalarType,
    /// How many dimensions it has.
    pub rank: usize,
    /// Its dimensions, where they are known. A `.bin` file needs them.
    pub dimensions: Option<Vec<u32>>,
    /// What limits the size of an array.
    pub profile: Profile,
}

/// A file that is open for reading, and how many bytes it has.
struct Opened<'a> {
    path: &'a Path,
    bytes: u64,
    reader: BufReader<File>,
}

impl Opened<'_> {
    fn error(&self, code: Code, message: impl AsRef<str>) -> ArrayError {
        ArrayError::new(code, self.path, message)
    }

    /// Reads exactly `count` bytes. The caller has compared `count` with the size of the file.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, ArrayError> {
        let mut bytes = vec![0; count];
        match self.reader.read_exact(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(self.error(Code::System, format!("could not be read: {error}"))),
        }
    }
}

/// Reads the file as the array that the parameter takes.
///
/// # Errors
/// [`ArrayError`], with the path and what to do instead.
pub fn read(path: &Path, wanted: &Wanted<'_>) -> Result<Array, ArrayError> {
    let format = Format::of(path)?;
    refuse_type(path, format, wanted.name, wanted.element)?;
    let mut file = open(path)?;
    match format {
        Format::Npy => npy::read(&mut file, wanted),
        Format::Png => picture::read(file, wanted),
        Format::Raw => raw::read(&mut file, wanted),
    }
}

/// Refuses, before a run, a path that [`write()`] would refuse for every value of this type and rank.
///
/// # Errors
/// [`ArrayError`], with the path and what to do instead.
pub fn check_writable(path: &Path, name: &str, element: ScalarType, rank: usize) -> Result<(), ArrayError> {
    let format = Format::of(path)?;
    refuse_type(path, format, name, element)?;
    if path.is_dir() {
        return Err(ArrayError::new(Code::NotAFile, path, "is a directory: name a file in it"));
    }
    if format == Format::Png && !(2..=3).contains(&rank) {
        return Err(ArrayError::new(
            Code::Shape,
            path,
            format!("cannot hold `{name}`: an image has rank 2 or 3, and `{name}` has rank {rank}. Write it as .npy"),
        ));
    }
    Ok(())
}

/// Writes the array in the format of the path's extension. The file appears whole or not at all.
///
/// # Errors
/// [`ArrayError`], with the path and what to do instead.
pub fn write(path: &Path, name: &str, array: &Array) -> Result<(), ArrayError> {
    check_writable(path, name, array.element, array.dimensions.len())?;
    let written = match Format::of(path)? {
        Format::Npy => whole_file::replace(path, |out| npy::write(out, array)),
        Format::Raw => whole_file::replace(path, |out| raw::write(out, &array.words)),
        Format::Png => {
            let image = picture::Image::of(path, name, array)?;
            whole_file::replace(path, |out| image.write(out))
        }
    };
    written.map_err(|error| ArrayError::new(Code::System, path, format!("could not be written: {error}")))
}

fn open(path: &Path) -> Result<Opened<'_>, ArrayError> {
    let system = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ArrayError::new(Code::NotAFile, path, "does not exist"),
        _ => ArrayError::new(Code::System, path, format!("could not be opened: {error}")),
    };
    // Asked before the file is opened: opening a pipe would wait for a writer.
    let metadata = fs::metadata(path).map_err(system)?;
    if metadata.is_dir() {
        return Err(ArrayError::new(Code::NotAFile, path, "is a directory: name a file in it"));
    }
    if !metadata.is_file() {
        return Err(ArrayError::new(Code::NotAFile, path, "is a pipe or a device: copy its contents to a file first"));
    }
    let file = File::open(path).map_err(system)?;
    Ok(Opened { path, bytes: metadata.len(), reader: BufReader::new(file) })
}

fn refuse_type(path: &Path, format: Format, name: &str, element: ScalarType) -> Result<(), ArrayError> {
    let message = match (element, format) {
        (ScalarType::Bool, _) => {
            format!("cannot hold `{name}`: no file format here has cells of {element}. Declare it with u32 cells")
        }
        (ScalarType::F32 | ScalarType::I32 | ScalarType::U32, _) | (_, Format::Npy | Format::Raw) => return Ok(()),
        (_, Format::Png) => format!(
            "cannot hold `{name}`: the cells of an image are f32, i32 or u32, and those of `{name}` are {element}. Use \
             .npy"
        ),
    };
    Err(ArrayError::new(Code::ElementType, path, message))
}

/// The dimensions and the number of cells, if the profile allows that many words.
fn within_limit(path: &Path, wanted: &Wanted<'_>, shape: &[u64]) -> Result<(Vec<u32>, usize), ArrayError> {
    let most = wanted.profile.max_array_words();
    let cells = shape.iter().try_fold(1u64, |product, size| product.checked_mul(*size));
    let words = cells.and_then(|cells| cells.checked_mul(wanted.element.words() as u64)).filter(|words| *words <= most);
    let dimensions: Option<Vec<u32>> = shape.iter().map(|size| u32::try_from(*size).ok()).collect();
    match (words.and(cells).map(usize::try_from), dimensions) {
        (Some(Ok(cells)), Some(dimensions)) => Ok((dimensions, cells)),
        _ => {
            let (shape, element) = (cell::product(shape), wanted.element);
            let limit = format!("an array has at most 2^{} = {most} words", most.ilog2());
            let message = format!("says that it has {shape} cells of {element}, and {limit}");
            Err(ArrayError::new(Code::TooLarge, path, message))
        }
    }
}
