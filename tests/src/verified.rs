//! What the compiler emits and the verifier refuses is a mistake of one of them.

use lockstep_module::Module;
use lockstep_verifier::profile::{self, Form};

/// What a module's SPIR-V came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Read {
    /// How many kernels, each form by itself.
    pub kernels: usize,
    /// How many words they have.
    pub words: usize,
}

/// Reads both forms of every kernel.
///
/// # Errors
/// Which kernel, in which form, and why it is refused.
pub fn read(module: &Module) -> Result<Read, String> {
    let mut read = Read::default();
    for kernel in &module.kernels {
        // Without a guarded form the other serves every device.
        let first = if kernel.guarded.is_empty() { Form::Guarded } else { Form::Plain };
        for (form, words) in [(first, &kernel.spirv), (Form::Guarded, &kernel.guarded)] {
            if words.is_empty() {
                continue;
            }
            profile::read(words, kernel, form)
                .map_err(|refusal| format!("`{}`, {form:?}: {refusal}", kernel.signature.name))?;
            read.kernels += 1;
            read.words += words.len();
        }
    }
    Ok(read)
}
