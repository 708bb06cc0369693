//! `lockstep inspect`: what is in a module.

use std::path::Path;

use lockstep_module::Module;

use crate::{console::Console, failure::Failure, input_file, report};

/// Prints what is in the module.
///
/// # Errors
/// What [`load`] refuses.
pub fn inspect(path: &Path, console: &mut dyn Console) -> Result<(), Failure> {
    let (module, bytes) = load(path)?;
    console.result(&report::module::show(&module, bytes));
    Ok(())
}

/// Reads a module file, and says how many bytes it has.
///
/// # Errors
/// A path that is no file, a system that cannot read it, bytes that are no module.
pub fn load(path: &Path) -> Result<(Module, usize), Failure> {
    let bytes = input_file::read(path)?;
    let module = Module::from_bytes(&bytes).map_err(|error| {
        let Failure { exit, text } = Failure::from(error);
        Failure { exit, text: format!("{text} ({})", path.display()) }
    })?;
    Ok((module, bytes.len()))
}
