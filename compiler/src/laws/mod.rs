//! The laws that types alone do not uphold: races cannot be written (`own`), everything ends (`loops`), and every index
//! is proven in range or checked (`index`). `facts` holds what the proofs know about locals.

mod facts;
pub mod index;
mod loops;
mod own;

use crate::{diagnostic::Diagnostic, program::Program};

/// Checks every law. A program that breaks one is refused.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for kernel in &program.kernels {
        own::check(kernel, &mut diagnostics);
    }
    loops::check(program, &mut diagnostics);
    diagnostics
}
