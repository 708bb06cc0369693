//! The module: what a call is refused for, what a plan comes to, what it costs, and which modules are not read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

mod calls;
mod costs;
mod inner_jobs;
mod make;
mod modules;
mod plans;
mod tiles;
