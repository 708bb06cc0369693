//! Every kind of finding, each shown on a small module written by hand, with a twin that differs in one thing and on
//! which nothing is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod barriers;
mod floats;
mod functions;
mod integers;
mod interface;
mod make;
mod memory;
mod races;
mod rubbish;
