//! The benchmark: how long the compiler takes, by pass and as the command. Medians, since machines are noisy.
//!
//! `cargo run --release -p lockstep-bench`, after `cargo build --release -p lockstep-cli`.

mod check;
mod program;

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    match check::measure(&mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the benchmark could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}
