//! Restricted SPIR-V: emission through rspirv, validation through the SPIR-V tools, and text for people.

mod emit;
mod module;
mod validate;

pub use emit::emit;
pub use validate::validate;

use rspirv::binary::Disassemble;

use crate::{diagnostic::Diagnostic, errors::e0501_invalid_spirv, ir, program::Program};

/// Emits and validates every kernel.
///
/// # Errors
/// `E0501`, a fault of the compiler.
pub fn emit_kernels(
    program: &Program,
    lowered: &[ir::Kernel],
) -> Result<Vec<lockstep_module::Kernel>, Vec<Diagnostic>> {
    let (mut kernels, mut errors) = (Vec::new(), Vec::new());
    for (kernel, lowered) in program.kernels.iter().zip(lowered) {
        let words = emit(lowered).and_then(|words| validate(&words).map(|()| words));
        match words {
            Ok(spirv) => {
                let (signature, grid) = (kernel.signature.clone(), kernel.grid.clone());
                kernels.push(lockstep_module::Kernel { signature, grid, spirv });
            }
            Err(why) => errors.push(e0501_invalid_spirv::error(kernel.span, &kernel.signature.name, &why)),
        }
    }
    if errors.is_empty() { Ok(kernels) } else { Err(errors) }
}

/// SPIR-V words as text; the reason if they are no SPIR-V.
///
/// # Errors
/// What is wrong with the words.
pub fn text(words: &[u32]) -> Result<String, String> {
    let module = rspirv::dr::load_words(words).map_err(|error| error.to_string())?;
    Ok(module.disassemble())
}
