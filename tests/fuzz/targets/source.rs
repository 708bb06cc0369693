//! Any text gets an answer from the compiler: a program, or errors that can be drawn. Words are mutated as well as
//! bytes, since random bytes seldom pass the first line.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use lockstep_compiler::{check, render::render, syntax::token::tokens};

/// Longer texts find nothing that these do not, and slowly.
const MOST_BYTES: usize = 8192;

/// What often breaks a rule.
const STRANGE: [&str; 24] = [
    "0", "1", "4294967295", "4294967296", "-1", "18446744073709551615", "1e38", "0x", "1.0e-45", "else", "max", "step",
    "i64", "u64", "f16x2", "claim", "acc(add)", "shared", "phase", "each", "tile", "[", ")", "§",
];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    if text.len() > MOST_BYTES {
        return;
    }
    let answer = check("fuzzed.lks", text);
    assert_eq!(answer.diagnostics.is_empty(), answer.program.is_some(), "neither error nor program");
    assert!(answer.diagnostics.iter().all(|error| !error.code.starts_with("E05")), "a fault of the compiler");
    render(&answer.diagnostics, &answer.sources, false);
    render(&answer.notes, &answer.sources, false);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // One mutation in four is the fuzzer's own, of bytes.
    if seed & 3 == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let Ok(text) = str::from_utf8(&data[..size]) else { return fuzzer_mutate(data, size, max_size) };
    let mutated = mutate_words(text, seed >> 2);
    if mutated.is_empty() || mutated.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..mutated.len()].copy_from_slice(mutated.as_bytes());
    mutated.len()
});

/// The text with one word removed, repeated, exchanged with another, or replaced; or with a run of words copied elsewhere.
fn mutate_words(text: &str, seed: u32) -> String {
    let mut state = u64::from(seed) << 32 | 0x9e37_79b9;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n.max(1) as u64) as usize
    };
    let places: Vec<(usize, usize)> =
        tokens(text).into_iter().map(|(start, _, end)| (start as usize, end as usize)).collect();
    if places.is_empty() {
        return String::new();
    }
    let words: Vec<&str> = places.iter().filter_map(|(start, end)| text.get(*start..*end)).collect();
    let mut out = words.clone();
    let at = below(out.len());
    let other = below(words.len());
    match below(7) {
        0 => drop(out.remove(at)),
        1 => out.insert(at, words[other]),
        2 => out.swap(at, other),
        3 => out[at] = words[other],
        4 => out[at] = STRANGE[below(STRANGE.len())],
        5 => out.insert(at, STRANGE[below(STRANGE.len())]),
        _ => {
            let run = &words[other..(other + 1 + below(24)).min(words.len())];
            out.splice(at..at, run.iter().copied());
        }
    }
    out.join(" ")
}
