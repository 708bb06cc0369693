//! The Vulkan backend: finds devices, admits those that can compute as the language says, and runs plans on them.
//!
//! ```no_run
//! # use lockstep_module::{Module, plan::Plan};
//! # use lockstep_verifier::verify;
//! # fn run(module: Module, plan: Plan) -> Result<(), Box<dyn std::error::Error>> {
//! let devices = lockstep_vulkan::devices()?;
//! let device = devices.iter().find(|device| device.refused.is_none()).ok_or("no device is admitted")?;
//! let engine = lockstep_vulkan::Engine::open(device)?;
//! let loaded = engine.load(&verify(&module)?)?;
//! let outcome = engine.run(&loaded, plan)?;
//! # Ok(())
//! # }
//! ```
//!
//! An engine proves itself as it opens: it must give the interpreter's bits for a probe. The way of a run: [`Engine`]
//! sends it to its device thread; the plan is checked against the module; kernels are compiled where they were not;
//! arrays, bindings and commands are made and submitted once; outputs or trap are read back. A [`Fault`] is a failure of
//! this machine and never part of a result.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test says what is wrong by failing"))]

mod admission;
mod bindings;
mod call;
mod claims;
mod commands;
mod device;
mod device_thread;
mod engine;
mod execution;
mod float_environment;
mod gpu;
mod hazard;
mod instance;
mod kernel;
mod kernels;
mod memory;
mod order;
mod pipeline;
mod probe;
mod qualification;
mod run;
mod slices;
mod spirv_patch;
mod validation;

pub use device::{Device, devices};
pub use engine::{DEFAULT_TIMEOUT, Engine, Loaded};
pub use lockstep_engine::{CallFailure, DeviceOutcome, DeviceTrap, DoubleClaim, Fault};
pub use qualification::{Certificate, Finding, certify};
