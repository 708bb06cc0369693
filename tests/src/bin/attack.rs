//! The attack on the verifier: `cargo run --release -p lockstep-tests --bin attack -- MUTANTS [SEED] [--careless]
//! [--drivers] [--generated N]`.
//!
//! Prints what became of mutants, kind by kind, and ends with 1 if an accepted one misbehaves. `--careless` puts a
//! verifier in the place of the real one that only asks whether a module is legal SPIR-V: the judge must find fault.
#![allow(clippy::expect_used, clippy::panic, reason = "a tool of the tests, not of the product")]

use std::env;

use lockstep_tests::attack::{self, Verifier, report};

/// How many mutants are shown that misbehave in one way.
const SHOWN: usize = 6;

fn main() {
    let mut numbers = Vec::new();
    let (mut careless, mut drivers, mut generated) = (false, false, 0);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--careless" => careless = true,
            "--drivers" => drivers = true,
            "--generated" => generated = words.next().and_then(|word| word.parse().ok()).expect("N is a number"),
            _ => numbers.push(word.parse::<u64>().expect("MUTANTS and SEED are numbers")),
        }
    }
    let (mutants, seed) = (numbers.first().copied().unwrap_or(10_000), numbers.get(1).copied().unwrap_or(1));
    let mut bases = attack::conformance();
    bases.extend(attack::generated(0..generated));
    println!("{mutants} mutants of {} kernels, seed {seed}", bases.len());
    let verifier: &Verifier<'_> = if careless { &attack::only_legal } else { &attack::verified };
    let tally = attack::attack(&bases, verifier, seed, mutants, true, drivers);
    for (mutant, what) in tally.examples(SHOWN) {
        println!("{}", report::show(&attack::shrink(mutant, &bases, verifier), what, &bases));
    }
    if let Some((time, mutant)) = &tally.slowest {
        println!("the longest verification took {time:?}: {}", report::show(mutant, "", &bases));
    }
    println!("{}", tally.show());
    if tally.all.misbehaving > 0 {
        std::process::exit(1);
    }
}
