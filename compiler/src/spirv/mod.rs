//! Restricted SPIR-V: emission through rspirv, validation through the SPIR-V tools, and text for people.

mod emit;
mod function;
mod limits;
mod memory;
mod module;
mod operation;
mod validate;

pub use emit::emit;
pub use validate::validate;

use rspirv::binary::Disassemble;

use lockstep_module::Launch;

use crate::{
    cost,
    diagnostic::Diagnostic,
    errors::{e0407_too_large, e0501_invalid_spirv},
    ir,
    laws::index::Proofs,
    lower::{self, Form},
    program::{Kernel, Program, Shape},
};

/// Emits and validates every kernel.
///
/// # Errors
/// `E0501`, a fault of the compiler.
pub fn emit_kernels(
    program: &Program,
    lowered: &[ir::Kernel],
    proofs: &[Proofs],
) -> Result<Vec<lockstep_module::Kernel>, Vec<Diagnostic>> {
    let (mut kernels, mut errors) = (Vec::new(), Vec::new());
    for ((kernel, lowered), proofs) in program.kernels.iter().zip(lowered).zip(proofs) {
        let (name, span) = (&kernel.signature.name, kernel.span);
        let valid = |lowered: &ir::Kernel| {
            let invalid = |why: String| e0501_invalid_spirv::error(span, name, &why);
            limits::kernel(lowered).map_err(|limit| e0407_too_large::spirv(span, name, limit))?;
            let words = emit(lowered).map_err(invalid)?;
            limits::words(&words).map_err(|limit| e0407_too_large::spirv(span, name, limit))?;
            validate(&words).map_err(invalid)?;
            Ok(words)
        };
        let guarded = || match ir::computes_floats(lowered) {
            true => valid(&lower::lower_kernel(program, kernel, proofs, Form::Guarded)?),
            false => Ok(Vec::new()),
        };
        match valid(lowered).and_then(|spirv| Ok((spirv, guarded()?))) {
            Ok((spirv, guarded)) => kernels.push(lockstep_module::Kernel {
                signature: kernel.signature.clone(),
                launch: launch(kernel),
                shared_bytes: shared_bytes(kernel),
                cost: cost::bound(kernel),
                spirv,
                guarded,
            }),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(kernels) } else { Err(errors) }
}

/// What a host needs to know to launch a kernel.
fn launch(kernel: &Kernel) -> Launch {
    match &kernel.shape {
        Shape::Each { grid } => Launch::Each(grid.clone()),
        Shape::Tiles { tiles, .. } => Launch::Tiles {
            tiles: tiles.iter().map(|tile| (tile.array as u32, tile.sizes.clone())).collect(),
            lanes: kernel.group_lanes(),
        },
    }
}

/// The bytes of a kernel's shared arrays.
fn shared_bytes(kernel: &Kernel) -> u32 {
    let bytes = |shared: &crate::program::Shared| (shared.cells() * shared.element.words() * 4) as u32;
    kernel.shared.iter().map(bytes).sum()
}

/// SPIR-V words as text; the reason if they are no SPIR-V.
///
/// # Errors
/// What is wrong with the words.
pub fn text(words: &[u32]) -> Result<String, String> {
    let module = rspirv::dr::load_words(words).map_err(|error| error.to_string())?;
    Ok(module.disassemble())
}
