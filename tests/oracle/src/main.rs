//! The oracle of `std::math`: what each function gives, by MPFR, rounded once by rule F of the book. It shares nothing
//! with the compiler or the library.

mod binary;
mod commands;
mod parallel;
mod rule;
mod unary;
mod wide;

use std::process::ExitCode;

const USAGE: &str = "\
oracle list                               the functions of one argument
oracle hashes F [PATH]                    expected hashes of all 2^32 results, to tests/math/F.hashes; goes on where it stopped
oracle values F FIRST COUNT FILE          the results for COUNT inputs from FIRST on, as words
oracle check F FIRST FILE                 compares the words of FILE with the results for the inputs from FIRST on
oracle verify F COUNT [SEED]              compares the quick decision with MPFR on COUNT random inputs
oracle pairs F IN OUT                     the results for pairs of words
oracle check-pairs F IN FILE              compares the words of FILE with the results for pairs of words";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match commands::run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
