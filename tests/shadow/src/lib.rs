//! The judge of the verifier (law 6, *the compiler is not trusted*): an interpreter of restricted SPIR-V by itself, with
//! shadow memory, that trusts no driver and no proof. What a module does that it may not do is a [`Finding`].
//!
//! [`read`] makes code of words, [`run`] runs a plan with it, [`judge`] gives the verdict. Nothing here panics, whatever the words are.

mod cells;
mod code;
mod device;
mod dispatch;
mod finding;
pub mod inputs;
mod judge;
mod lane;
pub mod mutate;
mod plan;
mod read;
mod report;
pub mod words;
mod work;
mod world;

pub use code::{Atomic, Code};
pub use device::Device;
pub use dispatch::{Order, Settings};
pub use finding::{Finding, Memory, Touch, Unreadable, What};
pub use judge::{Judgement, Pair, judge, pair};
pub use plan::{Ran, Runnable, Trap, run};
pub use read::read;
pub use report::{RacingRead, Report};
