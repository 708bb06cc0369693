//! The CPU engine: the bits of the interpreter on the processor alone, with nothing installed.
//!
//! ```no_run
//! # use lockstep_module::{Module, plan::Plan};
//! # use lockstep_verifier::verify;
//! # fn run(module: Module, plan: Plan) -> Result<(), Box<dyn std::error::Error>> {
//! let engine = lockstep_cpu::Engine::new()?;
//! let loaded = engine.load(&verify(&module)?)?;
//! let outcome = engine.run(&loaded, plan)?;
//! # Ok(())
//! # }
//! ```
//!
//! The way of a kernel: its SPIR-V is read as a tree by the verifier's reader (`profile`); `classes` finds what is the
//! same in the four lanes of a vector; `parts` cuts it at its barriers into loops over the vectors of a group;
//! `doors` finds where the float unit
//! does what a door is for; `choices` finds indices that need not be made where
//! all lanes are in range; `turns` finds loops that carry more than registers hold; `layout` gives what lives across barriers a place; `looks` finds where it may take long; `generate` writes Cranelift's
//! form of it, and `code` makes that a function of the processor. A dispatch calls it group by group, on several threads,
//! with the float unit set to rule F (`float_unit`), and compares what threads have claimed (`claims`).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test says what is wrong by failing"))]

mod arrays;
mod choices;
mod claims;
mod classes;
mod code;
mod doors;
mod engine;
mod execution;
mod float_unit;
mod generate;
mod homes;
mod kernel;
mod layout;
mod looks;
mod parts;
mod threads;
mod turns;

pub use engine::{DEFAULT_TIMEOUT, Engine, Loaded};
pub use float_unit::FloatUnit;
