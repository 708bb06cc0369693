//! Programs as text, run by the interpreter, against results that are worked out by hand or in another way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod costs;
mod groups;
mod jobs;
mod make;
mod races;
mod traps;
mod values;
mod writes;
