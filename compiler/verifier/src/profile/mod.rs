//! Reads SPIR-V from anyone as a tree, or refuses it: nothing that the book's chapter *Profile* does not list comes
//! through, and everything that does has its form. One pass; memory is bounded by the words.

mod control;
mod decorations;
mod function;
mod ids;
mod interface;
pub mod limits;
pub mod lists;
mod memory;
mod module;
mod operations;
mod types;
mod words;

use crate::{refusal::Refusal, tree};

pub(crate) type Reading<T> = Result<T, Refusal>;

/// Reads the SPIR-V of a kernel that claims this interface.
///
/// # Errors
/// The first rule of the profile that it breaks.
pub fn read(words: &[u32], kernel: &lockstep_module::Kernel) -> Result<tree::Kernel, Refusal> {
    let mut module = module::Module::new(words)?;
    module.declarations()?;
    module.check_interface(kernel)?;
    control::functions(module)
}
