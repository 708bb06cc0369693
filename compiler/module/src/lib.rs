//! The module (`.lkm`): the one artifact that compiler, engines and tools share.
//!
//! A module has canonical bytes: the same source gives the same bytes on every machine, and their SHA-256 is the
//! module's name. It holds the restricted SPIR-V of each kernel, the interfaces of kernels and jobs, the jobs as a flat
//! program that a host can run without a compiler, and the sources, from which a trap is replayed and by which anyone
//! can rebuild the module and compare.
//!
//! [`plan`] turns a call into the list of dispatches that every engine runs.

mod call;
mod check;
mod cost;
mod file;
mod float_class;
mod interface;
mod job;
pub mod plan;
pub mod spirv_abi;
pub mod spirv_limits;
mod trap;

pub use call::{Argument, Array, Bound, BoundArray, Call, CallError, bind};
pub use cost::{Cost, DISPATCH_WEIGHT, GROUP_WEIGHT, TRIP_WEIGHT, Term};
pub use file::{FORMAT_VERSION, LoadError, Module, Source};
pub use float_class::FloatClass;
pub use interface::{
    Access, ArrayType, Combine, Extent, Kernel, Launch, MAX_ARRAYS, MAX_WORDS, Parameter, ParameterKind, Profile,
    Signature,
};
pub use job::{Job, Operation, Step, Temporary};
pub use trap::{Outcome, Output, TrapCause, TrapReport};
