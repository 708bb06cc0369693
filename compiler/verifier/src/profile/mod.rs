//! Reads SPIR-V from anyone as a tree, or refuses it: nothing that the book's chapter *Profile* does not list comes
//! through, and everything that does has its form. One pass; memory is bounded by the words.

mod control;
mod decorations;
mod entry;
mod function;
mod ids;
mod interface;
pub mod lists;
mod memory;
pub mod module;
mod operations;
mod types;
mod words;

use crate::{floats, refusal::Refusal, tree};

pub(crate) type Reading<T> = Result<T, Refusal>;

/// For which devices a module computes with floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Those that flush after rounding.
    Plain,
    /// Those of any float class: small results are guarded. A module in this form serves everywhere.
    Guarded,
}

/// Reads the SPIR-V of a kernel that claims this interface, for the devices of a form.
///
/// # Errors
/// The first rule of the profile that it breaks.
pub fn read(words: &[u32], kernel: &lockstep_module::Kernel, form: Form) -> Result<tree::Kernel, Refusal> {
    let mut module = module::Module::new(words)?;
    module.declarations()?;
    module.check_interface(kernel)?;
    let kernel = entry::functions(module)?;
    floats::check(&kernel, form)?;
    Ok(kernel)
}
