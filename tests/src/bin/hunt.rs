//! The long hunt for rewriting compilers:
//! `cargo run --release -p lockstep-tests --bin hunt -- [PROGRAMS] [FIRST SEED] [without RULE ...]`.
//!
//! Says how far it is, prints each program that a driver gets wrong, and ends with 1 if there was one. Where it stops it
//! can go on from the next seed that it said. With rules of emission that are broken on purpose it shows what those rules
//! are for. A driver's cache of kernels is of no use here; lavapipe has none with `MESA_SHADER_CACHE_DISABLE=true`.
#![allow(clippy::expect_used, clippy::panic, reason = "a tool of the tests, not of the product")]

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use lockstep_tests::hunt::{self, Rule, Wrong};

/// How often it says how far it is.
const NEWS: u64 = 1000;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let at = words.iter().position(|word| word == "without").unwrap_or(words.len());
    let (numbers, names) = words.split_at(at);
    let broken: Vec<Rule> = names.iter().skip(1).map(|name| rule(name)).collect();
    let mut numbers = numbers.iter().map(|word| word.parse::<u64>().expect("PROGRAMS and FIRST SEED are numbers"));
    let (programs, first) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(1));
    let names: Vec<&str> = hunt::hunters().iter().map(|hunter| hunter.name.as_str()).collect();
    println!("{programs} programs from seed {first} on {}", names.join("; "));
    let start = Instant::now();
    let (mut seed, end, mut wrong) = (first, first + programs, 0);
    while seed < end {
        let next = end.min(seed + NEWS);
        wrong += search(seed, next, &broken);
        seed = next;
        let seconds = start.elapsed().as_secs_f64();
        println!("{} programs, {wrong} wrong, {seconds:.0} s; next seed {seed}", seed - first);
    }
    if wrong > 0 {
        std::process::exit(1);
    }
}

fn rule(name: &str) -> Rule {
    let found = Rule::ALL.into_iter().find(|rule| format!("{rule:?}") == name);
    found.unwrap_or_else(|| panic!("the rules are {:?}", Rule::ALL))
}

/// Hunts with the seeds from `first` up to `end`, on as many threads as there are cores: the number of wrong programs.
fn search(first: u64, end: u64, broken: &[Rule]) -> u64 {
    let (next, wrong) = (AtomicU64::new(first), AtomicU64::new(0));
    let work = || {
        loop {
            let from = next.fetch_add(hunt::TOGETHER, Ordering::Relaxed);
            if from >= end {
                break;
            }
            let seeds = from..end.min(from + hunt::TOGETHER);
            let found = hunt::wrong(seeds, broken);
            for Wrong { seed, hunters, source } in &found {
                println!("seed {seed} differs on {}\n{source}", hunters.join("; "));
            }
            wrong.fetch_add(found.len() as u64, Ordering::Relaxed);
        }
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    wrong.into_inner()
}
