//! Calls whose arrays lie in the files of `examples/`.

use std::path::{Path, PathBuf};

use lockstep_cli::arrays::{self, Wanted};
use lockstep_module::{Argument, Array, Call, Outcome, ParameterKind, Profile};
use lockstep_numbers::ScalarType;

use crate::everywhere::{self, Compiled};

/// The path of a file of an example.
pub fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(file)
}

/// Compiles a source of `examples/`.
///
/// # Panics
/// As [`everywhere::compile`].
pub fn compile(file: &str) -> Compiled {
    let text = std::fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let name = file.rsplit('/').next().unwrap_or(file);
    everywhere::compile(name, &text)
}

/// A call of `entry` with arrays from files.
///
/// # Panics
/// If a file cannot be read as the array that the parameter takes.
pub fn call(compiled: &Compiled, entry: &str, files: &[(&str, &str)]) -> Call {
    let signature = compiled.module.signature(entry).expect("the example has this entry");
    let mut call = Call::default();
    for (name, file) in files {
        let parameter = signature.parameters.iter().find(|parameter| parameter.name == *name);
        let Some(ParameterKind::Array { ty, .. }) = parameter.map(|parameter| &parameter.kind) else {
            panic!("`{entry}` takes no array `{name}`");
        };
        let array = array(file, name, ty.element, ty.dimensions.len());
        call.arguments.insert((*name).into(), Argument::Array(array));
    }
    call
}

/// An array from a file of `examples/`.
///
/// # Panics
/// If the file cannot be read.
pub fn array(file: &str, name: &str, element: ScalarType, rank: usize) -> Array {
    let wanted = Wanted { name, element, rank, dimensions: None, profile: Profile::Datacenter };
    arrays::read(&path(file), &wanted).unwrap_or_else(|error| panic!("{error}"))
}

/// An output by name.
///
/// # Panics
/// If the run trapped, or has no such output.
pub fn output<'a>(outcome: &'a Outcome, name: &str) -> &'a Array {
    match outcome {
        Outcome::Finished(outputs) => {
            let found = outputs.iter().find(|output| output.name == name);
            &found.unwrap_or_else(|| panic!("there is no output `{name}`")).array
        }
        Outcome::Trapped(report) => panic!("it trapped in `{}`: {}", report.kernel, report.detail),
    }
}
