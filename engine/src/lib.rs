//! What every engine does with a plan, whatever it runs it on: the plan is checked against the kernels, each dispatch is
//! pushed its words, trap words are read, and what came of it is an outcome, which is part of the result, or a fault,
//! which never is (law 8).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test says what is wrong by failing"))]

mod agreement;
mod call;
mod fault;
mod interface;
mod outcome;
mod traps;

pub use agreement::check;
pub use call::{CallFailure, call};
pub use fault::Fault;
pub use interface::Interface;
pub use outcome::{DeviceOutcome, DeviceTrap, DoubleClaim};
pub use traps::{Executed, finish};
