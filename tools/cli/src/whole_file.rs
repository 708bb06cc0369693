//! A file that appears whole or not at all: it is written beside its place and then renamed into it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

/// How many names are tried for the file beside.
const ATTEMPTS: u32 = 100;

/// Removes the unfinished file when writing ends early.
struct Unfinished {
    path: PathBuf,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After the rename there is nothing left under this name, and after an error nothing more can be done.
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes the file and puts it in the place of what the path named before.
///
/// # Errors
/// Those of the operating system. The path then still names what it named before.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let (file, unfinished) = create_beside(path)?;
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.into_inner()?.sync_all()?;
    fs::rename(&unfinished.path, path)
}

fn create_beside(path: &Path) -> io::Result<(File, Unfinished)> {
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the path names no file"))?;
    for attempt in 0..ATTEMPTS {
        let mut beside = name.to_os_string();
        beside.push(format!(".{}-{attempt}.unfinished", process::id()));
        let path = path.with_file_name(beside);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, Unfinished { path })),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "unfinished files of earlier runs are in the way"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_leaves_the_old_file_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        fs::write(&path, "old").unwrap();
        let result = replace(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert_eq!(result.unwrap_err().to_string(), "the disk is full");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn success_replaces_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        fs::write(&path, "old").unwrap();
        replace(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
