//! The oracle of `std::math`: what each function gives, by MPFR, rounded once by rule F of the book. It shares nothing
//! with the compiler or the library. The commands `basics` and `basics-words` judge the numbers of the interpreter.

mod basics;
mod commands;
mod hard;
mod hashes;
mod parallel;
mod rule;
mod samples;
mod several;
mod unary;
mod wide;

use std::process::ExitCode;

const USAGE: &str = "\
oracle list                               the functions of one argument
oracle hashes F [PATH]                    expected hashes, to tests/math/F.hashes: of all 2^32 results, or for a function of
                                          several numbers of 2^30; goes on where it stopped
oracle values F FIRST COUNT FILE          the results for COUNT inputs from FIRST on, as words
oracle check F FIRST FILE                 compares the words of FILE with the results for the inputs from FIRST on
oracle samples F [PATH]                   a few hundred inputs and their results, to tests/math/F.samples
oracle verify F COUNT [SEED]              compares the quick decision with MPFR on COUNT random inputs
oracle answers F IN OUT                   the results of a function of several numbers for the words of IN
oracle check-answers F IN FILE            compares the words of FILE with them
oracle basics COUNT [SEED]                the numbers of the interpreter against MPFR and the host's unit: operations on two
                                          floats, over all pairs of edges and COUNT aimed and random pairs
oracle basics-words [ONE_IN [PART]]       operations on one word, over all 2^32; MPFR on one block of 2^12 in ONE_IN; only those
                                          operations whose names have PART";

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

/// SplitMix64 of Steele, Lea and Flood (2014), the upper half.
fn scrambled(number: u64) -> u32 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}
