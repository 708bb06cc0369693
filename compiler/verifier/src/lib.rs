//! The verifier: SPIR-V and the interface that it claims in; a proof of the laws, or a refusal, out. It trusts neither
//! the compiler nor whoever sends a module, and shares nothing with the compiler but the format of modules.
//!
//! Of a module that [`verify`] accepts, for every call that its interface permits, on every device that qualifies:
//!
//! 1. It is made of the instructions, types, decorations and forms of the profile, within its limits ([`profile`]).
//! 2. Every float operation has one result: nothing is left for a driver to fold or contract, subnormals go through the
//!    door, the bits of NaNs stay inside, and what seeds quotients and roots is corrected (`floats`, [`functions`]).
//! 3. Every access is inside of its array, and no offset wraps into it; no divisor is zero, no quotient overflows, no
//!    shift counts past the word ([`proof`], as all that follows).
//! 4. Every loop counts to a number that is known before it.
//! 5. Every lane of a group comes to every barrier.
//! 6. Every array is read, owned, combined into or claimed, as the interface says; between barriers, and between groups,
//!    no two lanes meet in a cell that one of them writes.
//! 7. Nothing is read before it is written.
//! 8. Nothing shows how the host cuts a dispatch, where trap words lie, or in which order lanes come.
//! 9. A group shares no more memory than is claimed.
//! 10. What a lane does is at most [`FACTOR`](proof::cost::FACTOR) times the bound that is claimed, and a little that is
//!     free ([`proof::cost`]).

mod floats;
pub mod functions;
pub mod profile;
pub mod proof;
pub mod refusal;
pub mod rules;
mod stack;
pub mod tree;
pub mod unproven;
mod verified;

pub use profile::Form;
pub use unproven::{Fault, Unproven};
pub use verified::{KernelProof, Refused, Verified, verify, verify_kernel};
