//! Modules that are cut, or in which words are changed: refused or read, without a panic.

use lockstep_verifier::profile::{Form, read};

use crate::{BASE, assemble, claimed};

#[test]
fn every_beginning_of_a_module_is_refused() {
    let words = assemble(BASE);
    for end in 0..words.len() {
        assert!(read(&words[..end], &claimed(), Form::Plain).is_err(), "{end} words");
    }
}

#[test]
fn changed_words_are_no_panic() {
    let words = assemble(BASE);
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut accepted = 0;
    for _ in 0..100_000 {
        let mut changed = words.clone();
        for _ in 0..=random(2) {
            let at = random(words.len() as u64) as usize;
            changed[at] = match random(4) {
                0 => words[random(words.len() as u64) as usize],
                1 => changed[at] ^ 1 << random(32),
                2 => random(300) as u32,
                _ => random(1 << 32) as u32,
            };
        }
        accepted += u32::from(read(&changed, &claimed(), Form::Plain).is_ok());
    }
    // Some changes change nothing that matters, such as which of two lanes' words is added.
    assert!((100..90_000).contains(&accepted), "{accepted} were accepted");
}
