//! Paths that are no array files, and `.bin` and `.raw`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use lockstep_cli::arrays::{self, ArrayError, Code, Wanted};
use lockstep_module::{Array, Profile};
use lockstep_numbers::ScalarType::{self, Bool, F32, I8x4, U32, U64};

fn read(path: &Path, dimensions: Option<Vec<u32>>) -> Result<Array, ArrayError> {
    read_as(path, F32, dimensions)
}

fn read_as(path: &Path, element: ScalarType, dimensions: Option<Vec<u32>>) -> Result<Array, ArrayError> {
    arrays::read(path, &Wanted { name: "x", element, rank: 1, dimensions, profile: Profile::Baseline })
}

#[test]
fn paths_that_hold_no_array_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let code = |name: &str| read(&folder.path().join(name), None).unwrap_err().code;
    assert_eq!(code("missing.npy"), Code::NotAFile);
    fs::create_dir(folder.path().join("folder.npy")).unwrap();
    assert_eq!(code("folder.npy"), Code::NotAFile);
    fs::write(folder.path().join("file.npy"), "").unwrap();
    assert_eq!(code("file.npy/x.npy"), Code::NotAFile);
    assert_eq!(code("x.txt"), Code::Extension);
    assert_eq!(code("x"), Code::Extension);
    assert_eq!(code("x.npz"), Code::Extension);
    let message = read(&folder.path().join("missing.npy"), None).unwrap_err().message;
    assert!(message.ends_with("missing.npy does not exist"), "{message}");
}

#[test]
fn raw_words_are_taken_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.bin", "x.raw", "x.BIN"] {
        let path = folder.path().join(name);
        let array = Array { element: F32, dimensions: vec![3, 1], words: vec![1, 0x7fa0_0001, 0x0403_0201] };
        arrays::write(&path, "x", &array).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [1, 0, 0, 0, 1, 0, 0xa0, 0x7f, 1, 2, 3, 4]);
        assert_eq!(read(&path, Some(vec![3, 1])).unwrap(), array);
    }
}

#[test]
fn a_raw_cell_of_64_bits_is_two_words_the_lower_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.bin");
    let array = Array { element: U64, dimensions: vec![1], words: vec![0x0403_0201, 0x0807_0605] };
    arrays::write(&path, "x", &array).unwrap();
    assert_eq!(fs::read(&path).unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(read_as(&path, U64, Some(vec![1])).unwrap(), array);
    let error = read_as(&path, U64, Some(vec![2])).unwrap_err();
    assert!(error.message.contains("cells of 8 bytes needs 16"), "{error}");
}

#[test]
fn raw_files_of_another_size_are_refused_with_both_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.bin");
    fs::write(&path, [0; 10]).unwrap();
    let error = read(&path, Some(vec![3])).unwrap_err();
    assert_eq!(error.code, Code::Shape);
    assert!(error.message.contains("10 bytes") && error.message.contains("needs 12"), "{error}");
    assert_eq!(read(&path, None).unwrap_err().code, Code::UnknownDimensions);
    assert_eq!(read(&path, Some(vec![1 << 20, 1 << 20])).unwrap_err().code, Code::TooLarge);
}

#[test]
fn places_that_cannot_be_written_are_refused_before_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, element, rank| {
        arrays::check_writable(&folder.path().join(name), "y", element, rank).map_err(|error| error.code)
    };
    fs::create_dir(folder.path().join("folder.npy")).unwrap();
    assert_eq!(check("y.npy", F32, 1), Ok(()));
    assert_eq!(check("y.png", F32, 2), Ok(()));
    assert_eq!(check("y.png", F32, 1), Err(Code::Shape));
    assert_eq!(check("y.npy", Bool, 1), Err(Code::ElementType));
    assert_eq!(check("y.npy", I8x4, 1), Ok(()));
    assert_eq!(check("y.png", I8x4, 2), Err(Code::ElementType));
    assert_eq!(check("y.png", U64, 2), Err(Code::ElementType));
    assert_eq!(check("y.txt", F32, 1), Err(Code::Extension));
    assert_eq!(check("folder.npy", F32, 1), Err(Code::NotAFile));
    let array = Array::zeros(U32, vec![2]);
    let error = arrays::write(&folder.path().join("no/y.npy"), "y", &array).unwrap_err();
    assert_eq!(error.code, Code::System);
}
