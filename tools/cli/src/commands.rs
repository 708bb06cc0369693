//! What each subcommand does once its inputs are there.

pub mod build;
pub mod cost;
pub mod devices;
pub mod doc;
pub mod entry;
pub mod inspect;
pub mod run;
pub mod verify;
