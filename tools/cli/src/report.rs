//! The text of results. Everything here is pure: values in, lines out.

pub mod cost;
pub mod devices;
pub mod doc;
pub mod launch;
pub mod module;
pub mod outcome;
pub mod proof;
pub mod signature;
pub mod table;
pub mod trap;
