//! `lockstep build`: writes what the compiler made.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use lockstep_module::{Kernel, Module};
use lockstep_verifier::verify;

use crate::{console::Console, failure::Failure, source::Compiled, whole_file};

/// Writes the module, and prints its path, hash and size. Without `output` it goes beside the source, as `.lkm`. It is
/// verified first: a developer learns here what no replica would run.
///
/// # Errors
/// A module that is not proven; a path that cannot be written.
pub fn module(module: &Module, source: &Path, output: Option<&Path>, console: &mut dyn Console) -> Result<(), Failure> {
    verify(module)?;
    let path = output.map_or_else(|| source.with_extension("lkm"), Path::to_path_buf);
    let bytes = module.to_bytes();
    write(&path, source, &bytes)?;
    console.result(&format!("{}  sha256:{}  {} bytes", path.display(), module.hash(), bytes.len()));
    Ok(())
}

/// Writes the SPIR-V of one kernel, little-endian. Without `output` it goes beside the source, as `.KERNEL.spv`.
///
/// # Errors
/// What [`kernel`] refuses, and a path that cannot be written.
pub fn spirv(
    module: &Module,
    named: Option<&str>,
    source: &Path,
    output: Option<&Path>,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let Kernel { signature, spirv, .. } = kernel(module, named)?;
    let beside = || source.with_extension(format!("{}.spv", signature.name));
    let path = output.map_or_else(beside, PathBuf::from);
    let bytes: Vec<u8> = spirv.iter().flat_map(|word| word.to_le_bytes()).collect();
    write(&path, source, &bytes)?;
    console.result(&format!("{}  {} words", path.display(), spirv.len()));
    Ok(())
}

/// The SPIR-V of one kernel as text.
///
/// # Errors
/// What [`kernel`] refuses.
pub fn spirv_text(module: &Module, named: Option<&str>) -> Result<String, Failure> {
    let kernel = kernel(module, named)?;
    lockstep_compiler::spirv::text(&kernel.spirv).map_err(|why| Failure::fault("M0013", why))
}

/// The intermediate form of one kernel, or of all.
///
/// # Errors
/// What [`kernel`] refuses.
pub fn ir_text(compiled: &Compiled, named: Option<&str>) -> Result<String, Failure> {
    if let Some(name) = named {
        kernel(&compiled.module, Some(name))?;
    }
    let wanted = compiled.ir.iter().filter(|kernel| named.is_none_or(|name| kernel.name == name));
    Ok(wanted.map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Writes a text to `output`, or prints it.
///
/// # Errors
/// A path that cannot be written.
pub fn text(text: &str, source: &Path, output: Option<&Path>, console: &mut dyn Console) -> Result<(), Failure> {
    match output {
        Some(path) => write(path, source, text.as_bytes()),
        None => {
            console.result(text.trim_end());
            Ok(())
        }
    }
}

/// The kernel that was named, or the only one.
///
/// # Errors
/// `M0008`, with the names that there are.
pub fn kernel<'a>(module: &'a Module, named: Option<&str>) -> Result<&'a Kernel, Failure> {
    let names: Vec<String> = module.kernels.iter().map(|kernel| format!("`{}`", kernel.signature.name)).collect();
    let names = if names.is_empty() { "none".to_string() } else { names.join(", ") };
    match (named, module.kernels.as_slice()) {
        (Some(name), kernels) => kernels
            .iter()
            .find(|kernel| kernel.signature.name == name)
            .ok_or_else(|| Failure::refused("M0008", format!("there is no kernel `{name}`; the kernels are {names}"))),
        (None, [kernel]) => Ok(kernel),
        (None, _) => Err(Failure::refused("M0008", format!("name one kernel with --kernel; the kernels are {names}"))),
    }
}

fn write(path: &Path, source: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == source {
        let message = format!("{} is the source itself: name another path with --output", path.display());
        return Err(Failure::refused("M0009", message));
    }
    let written = whole_file::replace(path, |out: &mut dyn Write| out.write_all(bytes));
    written.map_err(|error| Failure::fault("M0006", format!("{} could not be written: {error}", path.display())))
}
