//! The long hunt for rewriting compilers: `cargo run --release -p lockstep-tests --bin hunt -- [PROGRAMS] [FIRST SEED]`.
//!
//! Says how far it is, prints each program that a driver gets wrong, and ends with 1 if there was one.
#![allow(clippy::expect_used, reason = "a tool of the tests, not of the product")]

use std::{env, time::Instant};

use lockstep_tests::hunt;

/// How often it says how far it is.
const NEWS: u64 = 1000;

fn main() {
    let mut numbers = env::args().skip(1).map(|word| word.parse::<u64>().expect("PROGRAMS and FIRST SEED are numbers"));
    let (programs, first) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(1));
    let names: Vec<&str> = hunt::hunters().iter().map(|hunter| hunter.name.as_str()).collect();
    println!("{programs} programs from seed {first} on {}", names.join("; "));
    let start = Instant::now();
    let mut wrong = 0;
    for done in 0..programs {
        let seed = first + done;
        let quarry = hunt::quarry(seed);
        let caught = quarry.caught(quarry.module());
        if !caught.is_empty() {
            wrong += 1;
            println!("seed {seed} differs on {}\n{}", caught.join("; "), quarry.source);
        }
        if (done + 1) % NEWS == 0 {
            println!("{} programs, {wrong} wrong, {:.0} s", done + 1, start.elapsed().as_secs_f64());
        }
    }
    println!("{programs} programs, {wrong} wrong");
    if wrong > 0 {
        std::process::exit(1);
    }
}
