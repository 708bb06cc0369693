//! Any file gets an answer from the readers of arrays: an array of the type and rank that was wanted, or an error.
//! What was read can be written, and reads the same again.

#![no_main]

use std::{fs, path::PathBuf};

use libfuzzer_sys::fuzz_target;
use lockstep_cli::arrays::{Wanted, read, write};
use lockstep_module::Profile;
use lockstep_numbers::ScalarType;

const EXTENSIONS: [&str; 3] = ["npy", "png", "bin"];

fuzz_target!(|data: &[u8]| {
    let [choice, rank, content @ ..] = data else { return };
    let extension = EXTENSIONS[usize::from(*choice) % EXTENSIONS.len()];
    let element = ScalarType::ALL[usize::from(*choice / 3) % ScalarType::ALL.len()];
    let rank = usize::from(*rank % 3) + 1;
    let path = |name: &str| -> PathBuf {
        std::env::temp_dir().join(format!("lockstep-fuzz-{}-{name}.{extension}", std::process::id()))
    };
    let (given, copy) = (path("given"), path("copy"));
    fs::write(&given, content).expect("the folder for temporary files can be written");
    let dimensions = (extension == "bin").then(|| vec![1; rank]);
    let wanted = Wanted { name: "x", element, rank, dimensions, profile: Profile::Baseline };
    if let Ok(array) = read(&given, &wanted) {
        assert_eq!((array.element, array.dimensions.len()), (element, rank));
        if write(&copy, "x", &array).is_ok() {
            assert_eq!(read(&copy, &wanted).as_ref().ok(), Some(&array), "what was written reads differently");
        }
    }
});
