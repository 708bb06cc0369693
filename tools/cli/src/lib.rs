//! The parts of the command `lockstep`.
//!
//! [`command_line`] says what can be asked for. [`binding`] makes a call of `name=value`, [`arrays`] carries arrays in
//! and out of files, [`selection`] says which engines run, [`commands`] does the work, [`agreement`] compares engines, [`hash`] names what a run ended with,
//! [`report`] turns it into text, and [`failure`] holds the exit codes.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod agreement;
pub mod arrays;
pub mod binding;
pub mod cell;
pub mod command_line;
pub mod commands;
pub mod console;
pub mod engine;
pub mod engines;
pub mod failure;
pub mod files_beside;
pub mod hash;
pub mod input_file;
pub mod progress;
pub mod report;
pub mod selection;
pub mod source;
pub mod whole_file;
