//! The files that a source names with `use`. They lie beside it or in folders beside it, and nothing else is read: a
//! source from anywhere must not be able to look around on this machine.

use std::{
    cell::RefCell,
    fs,
    path::{Component, Path, PathBuf},
};

use crate::{failure::Failure, input_file};

/// The text of a file.
///
/// # Errors
/// What [`input_file::read`] refuses, and `M0011` bytes that are no text.
pub fn read(path: &Path) -> Result<String, Failure> {
    String::from_utf8(input_file::read(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::refused("M0011", format!("{} is not UTF-8: byte {at} begins no character", path.display()))
    })
}

/// The files beside one source.
pub struct FilesBeside {
    folder: PathBuf,
    failure: RefCell<Option<Failure>>,
}

impl FilesBeside {
    /// Those beside this source.
    pub fn new(source: &Path) -> FilesBeside {
        let folder = source.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        FilesBeside { folder: folder.into(), failure: RefCell::new(None) }
    }

    /// The text of the file at a path from the folder; None if there is none. What cannot be read is kept as a failure.
    pub fn text(&self, path: &str) -> Option<String> {
        let path = Path::new(path);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let file = self.folder.join(path);
        fs::metadata(&file).ok().filter(fs::Metadata::is_file)?;
        let text = self.inside(&file).and_then(|()| read(&file));
        text.map_err(|failure| self.failure.borrow_mut().get_or_insert(failure).clone()).ok()
    }

    /// A link must not lead out of the folder either.
    fn inside(&self, file: &Path) -> Result<(), Failure> {
        let real = |path: &Path| {
            let unknown = |error| Failure::fault("M0006", format!("{} could not be read: {error}", path.display()));
            fs::canonicalize(path).map_err(unknown)
        };
        if real(file)?.starts_with(real(&self.folder)?) {
            return Ok(());
        }
        let message = format!(
            "{} leads out of the folder of the source: copy the file to a place beside the source",
            file.display()
        );
        Err(Failure::refused("M0014", message))
    }

    /// The first failure, if there was one.
    pub fn failure(self) -> Option<Failure> {
        self.failure.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_folder_are_read() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("main");
        fs::create_dir_all(folder.join("geometry")).unwrap();
        fs::write(folder.join("geometry/circle.lks"), "circle").unwrap();
        fs::write(outer.path().join("secret.lks"), "secret").unwrap();
        let beside = FilesBeside::new(&folder.join("main.lks"));
        assert_eq!(beside.text("geometry/circle.lks").as_deref(), Some("circle"));
        let absolute = outer.path().join("secret.lks").display().to_string();
        for path in
            ["../secret.lks", "geometry/../../secret.lks", "./geometry/circle.lks", &absolute, "geometry", "no.lks"]
        {
            assert_eq!(beside.text(path), None, "{path}");
        }
        assert_eq!(beside.failure(), None);
    }

    #[test]
    fn what_is_there_and_cannot_be_read_is_a_failure() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("main");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("bytes.lks"), [0xff]).unwrap();
        let beside = FilesBeside::new(&folder.join("main.lks"));
        assert_eq!(beside.text("bytes.lks"), None);
        assert!(beside.failure().unwrap().text.contains("M0011"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("main");
        fs::create_dir(&folder).unwrap();
        fs::write(outer.path().join("secret.lks"), "secret").unwrap();
        std::os::unix::fs::symlink("../secret.lks", folder.join("link.lks")).unwrap();
        let beside = FilesBeside::new(&folder.join("main.lks"));
        assert_eq!(beside.text("link.lks"), None);
        assert!(beside.failure().unwrap().text.contains("M0014"));
    }
}
