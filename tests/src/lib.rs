//! What the tests of the whole share: every engine of this machine, calls written as text, generated programs, and
//! engines that are wrong on purpose.
//!
//! The engines are the reference interpreter and the two CPU drivers that `tools/drivers/fetch` brings. A driver that is
//! missing is a failure that says what to do, never a test that is left out. `tools/test` sets the environment up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

pub mod attack;
pub mod call_text;
pub mod calls;
pub mod case;
pub mod checked;
pub mod engines;
pub mod everywhere;
pub mod exhaust;
pub mod files;
pub mod generated;
pub mod hunt;
pub mod outcome_text;
pub mod shadowed;
pub use lockstep_witness::random;
pub mod special;
pub mod spirv_words;
pub mod verified;
