//! temporary
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
use std::io::BufRead;
use lockstep_tests::{everywhere, generated};
#[test]
fn reduce() {
    let seed: u64 = std::env::var("SEED").unwrap().parse().unwrap();
    std::panic::set_hook(Box::new(|_| {}));
    for line in std::io::stdin().lock().lines() {
        let path = line.unwrap();
        let source = std::fs::read_to_string(path).unwrap();
        let call = generated::generate(seed).call;
        let r = std::panic::catch_unwind(|| everywhere::run_everywhere(&source, "generated", call));
        let verdict = match r { Ok(_) => "SAME".to_string(), Err(e) => { let t = e.downcast_ref::<String>().cloned().unwrap_or_default(); if t.contains(" differ: ") { format!("DIFF {t}") } else { format!("BAD {}", t.lines().rev().take(6).collect::<Vec<_>>().join("|")) } } };
        println!("@@{}", verdict.replace('\n', " "));
    }
}
