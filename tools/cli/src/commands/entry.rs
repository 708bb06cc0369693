//! Which kernel or job a command means.

use lockstep_module::{Module, Signature};

use crate::failure::Failure;

/// The interface of the entry that was named, or of the one that is meant when none was.
///
/// # Errors
/// `C0010`, with the names that there are.
pub fn find<'a>(module: &'a Module, named: Option<&str>) -> Result<&'a Signature, Failure> {
    let name = named.or_else(|| module.default_entry());
    if let Some(signature) = name.and_then(|name| module.signature(name)) {
        return Ok(signature);
    }
    let jobs = module.jobs.iter().map(|job| format!("job `{}`", job.signature.name));
    let kernels = module.kernels.iter().map(|kernel| format!("kernel `{}`", kernel.signature.name));
    let all: Vec<String> = jobs.chain(kernels).collect();
    let all = if all.is_empty() { "nothing that can run".to_string() } else { all.join(", ") };
    Err(Failure::refused(
        "C0010",
        match named {
            Some(name) => format!("the module has no kernel or job `{name}`; it has {all}"),
            None => format!("name what to run with --entry: there is no job `main`, but {all}"),
        },
    ))
}
