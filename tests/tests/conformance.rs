//! Every folder of `conformance/`, on every engine, against what is written there. `LOCKSTEP_BLESS=1` writes it anew;
//! `LOCKSTEP_CASE=part,part` runs only the cases whose names hold one of the parts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{env, panic};

use lockstep_tests::{case, engines};

#[test]
fn every_case_ends_as_it_is_written() {
    // A missing driver is one failure, not one for each case.
    engines::devices();
    let parts = env::var("LOCKSTEP_CASE").unwrap_or_default();
    let meant = |case: &case::Case| parts.split(',').any(|part| case.name.contains(part));
    let cases: Vec<case::Case> = case::all().into_iter().filter(meant).collect();
    assert!(!cases.is_empty(), "there are no cases");
    let fails = |case: &&case::Case| {
        panic::catch_unwind(|| case.check()).inspect_err(|_| eprintln!("case {}\n", case.name)).is_err()
    };
    let failed: Vec<&str> = cases.iter().filter(fails).map(|case| case.name.as_str()).collect();
    assert!(failed.is_empty(), "{} of {} cases failed: {}", failed.len(), cases.len(), failed.join(", "));
    println!("{} cases", cases.len());
}
