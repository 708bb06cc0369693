//! The laws that types alone do not uphold: races cannot be written (`own`), everything
//! ends (`loops`), constant arrays stay small (`tables`), and every index is proven in range or checked (`index`).

mod arrays;
mod changed;
pub mod index;
pub(crate) mod lets;
pub(crate) mod loops;
mod own;
mod tables;

use crate::{diagnostic::Diagnostic, program::Program};

pub use tables::MAX_TABLE_WORDS;

/// Checks every law. A program that breaks one is refused.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for kernel in &program.kernels {
        own::check(program, kernel, &mut diagnostics);
        loops::check(kernel, &mut diagnostics);
        tables::check(program, kernel, &mut diagnostics);
    }
    diagnostics
}
