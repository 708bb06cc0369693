//! The verifier: SPIR-V and the interface that it claims in; a proof of the laws, or a refusal, out. It trusts neither
//! the compiler nor whoever sends a module, and shares nothing with the compiler but the format of modules.

mod floats;
pub mod functions;
pub mod profile;
pub mod proof;
pub mod refusal;
pub mod rules;
pub mod tree;
mod verify;

pub use verify::{Refused, Verified, VerifiedKernel, verify, verify_kernel};
