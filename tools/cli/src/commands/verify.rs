//! `lockstep verify`: proves a module on its SPIR-V alone, as an engine does before it runs one, and shows what was proven.

use std::path::Path;

use lockstep_module::Module;
use lockstep_verifier::{Form, Verified, verify as prove};

use super::inspect;
use crate::{command_line::Verify, console::Console, failure::Failure, report, source};

/// Prints what is proven of the module, or the reasoning for one instruction. A source is compiled first; a module file
/// is taken as it is, whoever made it.
///
/// # Errors
/// The rule that is broken; a file that cannot be read, is no module, or does not compile; `M0015` an instruction or a
/// form that is not there.
pub fn verify(wanted: &Verify, console: &mut dyn Console) -> Result<(), Failure> {
    let module = load(&wanted.file)?;
    let verified = prove(&module)?;
    let text = match wanted.explain {
        None => report::proof::show(&verified),
        Some(instruction) => explain(&verified, wanted, instruction)?,
    };
    console.result(&text);
    Ok(())
}

fn load(path: &Path) -> Result<Module, Failure> {
    if path.extension().is_some_and(|extension| extension == "lkm") {
        return inspect::load(path).map(|(module, _)| module);
    }
    source::compile(path).map(|compiled| compiled.module)
}

fn explain(verified: &Verified<'_>, wanted: &Verify, instruction: u32) -> Result<String, Failure> {
    let module = verified.module();
    let kernel = super::build::kernel(module, wanted.kernel.as_deref())?;
    let number = module.kernels.iter().position(|other| other.signature.name == kernel.signature.name);
    let form = if wanted.guarded { Form::Guarded } else { Form::Plain };
    let Some(proof) = number.and_then(|number| verified.explained(number, form)) else {
        let message = format!("the kernel `{}` has no {form} form: it has no float operation", kernel.signature.name);
        return Err(Failure::refused("M0015", message));
    };
    let words = if form == Form::Guarded { &kernel.guarded } else { &kernel.spirv };
    let text = lockstep_compiler::spirv::text(words).map_err(|why| Failure::fault("M0013", why))?;
    // The header's lines are comments; then each instruction has a line.
    let mut lines = text.lines().filter(|line| !line.starts_with(';'));
    let count = lines.clone().count();
    let Some(line) = lines.nth(instruction as usize) else {
        let message = format!("there is no instruction {instruction}: they go from 0 to {}", count.saturating_sub(1));
        return Err(Failure::refused("M0015", message));
    };
    Ok(report::proof::explain(line, instruction, &proof))
}
