//! Generated programs on every engine. `LOCKSTEP_GENERATED` says how many, `LOCKSTEP_SEED` which is the first.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{env, panic};

use lockstep_module::Outcome;
use lockstep_tests::{
    engines, everywhere,
    generated::{self, ENTRY, Generated},
};

fn number(variable: &str, otherwise: u64) -> u64 {
    match env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")),
        Err(_) => otherwise,
    }
}

#[test]
fn engines_agree_on_generated_programs() {
    engines::devices();
    let (count, first) = (number("LOCKSTEP_GENERATED", 60), number("LOCKSTEP_SEED", 1));
    let (mut failed, mut trapped) = (Vec::new(), 0);
    for seed in first..first + count {
        let Generated { source, call } = generated::generate(seed);
        match panic::catch_unwind(|| everywhere::run_everywhere(&source, ENTRY, call)) {
            Ok(Outcome::Trapped(_)) => trapped += 1,
            Ok(Outcome::Finished(_)) => {}
            Err(_) => {
                eprintln!("seed {seed}:\n{source}");
                failed.push(seed);
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} programs failed, of seeds {failed:?}", failed.len());
    println!("{count} programs from seed {first}: all engines agree; {trapped} trapped");
    assert!(trapped < count.div_ceil(2), "most programs should finish");
}
