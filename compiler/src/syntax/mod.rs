//! Syntax: text to tree. `token` cuts the text into words, `grammar.lalrpop` says how words make programs, `tree` is
//! what comes out, `parse` ties them and turns what went wrong into diagnostics.

#[allow(
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::unwrap_used,
    clippy::panic,
    reason = "generated from grammar.lalrpop"
)]
mod grammar {
    lalrpop_util::lalrpop_mod!(generated, "/syntax/grammar.rs");
    pub(super) use generated::*;
}
pub mod build;
pub mod doc;
mod parse;
pub mod token;
pub mod tree;

pub use parse::{MAX_BYTES, parse};
