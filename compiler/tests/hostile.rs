//! No panic is reachable from source, and the compiler answers in bounded time and stack: random bytes, mutated
//! programs, deep nesting, long chains of calls.

#![allow(clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use lockstep_compiler::{Compilation, check, compile};

/// Programs that use every construct, from which mutants are made.
const PROGRAMS: [&str; 10] = [
    include_str!("../../examples/photo/photo.lks"),
    include_str!("../../examples/sha256/sha256.lks"),
    include_str!("../../examples/digits/digits.lks"),
    include_str!("../../examples/mandelbrot/mandelbrot.lks"),
    include_str!("../../stdlib/matmul.lks"),
    include_str!("../../stdlib/scan.lks"),
    include_str!("../../stdlib/sort.lks"),
    include_str!("../../stdlib/ntt.lks"),
    include_str!("../../stdlib/nn.lks"),
    include_str!("../../stdlib/random.lks"),
];

/// Far more than any source of this size takes; it catches what is not bounded at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// Marsaglia's xorshift, so that a failure can be repeated from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Compiles, and fails with the source if the compiler panics or dallies.
fn answer(text: &str) -> Compilation {
    let start = Instant::now();
    let answer = panic::catch_unwind(AssertUnwindSafe(|| compile("hostile.lks", text)));
    assert!(start.elapsed() < PATIENCE, "too slow:\n{text}");
    let Ok(answer) = answer else { panic!("the compiler panics on:\n{text}") };
    assert_eq!(answer.diagnostics.is_empty(), answer.module.is_some(), "neither error nor module:\n{text}");
    assert!(answer.diagnostics.iter().all(|d| d.code != "E0501"), "invalid SPIR-V from:\n{text}");
    answer
}

/// A program with a few words removed, repeated, exchanged, or replaced by words of another.
fn mutant(random: &mut Random) -> String {
    let program = PROGRAMS[random.below(PROGRAMS.len())];
    let other = PROGRAMS[random.below(PROGRAMS.len())];
    let mut words = words(program);
    let strange = words_of(other);
    for _ in 0..1 + random.below(3) {
        let at = random.below(words.len());
        match random.below(5) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[at]),
            2 => {
                let with = random.below(words.len());
                words.swap(at, with);
            }
            3 => words[at] = strange[random.below(strange.len())],
            _ => words.insert(at, strange[random.below(strange.len())]),
        }
        if words.is_empty() {
            break;
        }
    }
    words.join(" ")
}

fn words(text: &str) -> Vec<&str> {
    let tokens = lockstep_compiler::syntax::token::tokens(text);
    tokens
        .into_iter()
        .map(|(start, _, end)| &text[start as usize..end as usize])
        .filter(|w| !w.starts_with("//"))
        .collect()
}

fn words_of(text: &str) -> Vec<&str> {
    let mut words = words(text);
    words.extend([
        "4294967295",
        "0",
        "-",
        "else",
        "i32",
        "[",
        "]",
        "(",
        "max",
        "step",
        "1e38",
        "0x",
        "§",
        "break",
        "f32",
    ]);
    words
}

#[test]
fn mutated_programs_get_an_answer() {
    let mut random = Random(0x10c5_7e90);
    let compiled = (0..2500).filter(|_| answer(&mutant(&mut random)).module.is_some()).count();
    // The mutants are near enough to programs that some of them still are.
    assert!(compiled > 20, "{compiled}");
}

#[test]
fn random_bytes_get_an_answer() {
    let mut random = Random(0x5eed);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..random.below(300)).map(|_| random.below(256) as u8).collect();
        answer(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn nesting_up_to_the_limit_passes_every_pass() {
    let depth = 190;
    let minus = format!("fn f(a: i32) -> i32 {{ {}a }} ", "-".repeat(depth));
    let sums = format!("fn g(a: i32) -> i32 {{ a{} }} ", " + a".repeat(depth));
    let ifs =
        format!("fn h(a: i32) -> i32 {{ var x: i32 = a; {}x = 1;{} x }} ", "if x > 1 { ".repeat(90), " }".repeat(90));
    let kernel = "kernel k[n](x: inout [i32; n]) each i of x { x[i] = f(g(h(x[i]))); }";
    assert!(answer(&[minus.as_str(), &sums, &ifs, kernel].concat()).module.is_some());
}

#[test]
fn a_long_chain_of_calls_is_refused_and_does_not_exhaust_the_stack() {
    let nested = |n: usize| format!("fn c{}(a: i32) -> i32 {{ {}c{n}(a) }}\n", n + 1, "-".repeat(150));
    let chain: String = (0..500).map(nested).collect();
    let text = format!(
        "fn c0(a: i32) -> i32 {{ a }}\n{chain}kernel k[n](x: inout [i32; n]) each i of x {{ x[i] = c500(1); }}"
    );
    let codes: Vec<&str> = answer(&text).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["E0407"]);
}

#[test]
fn a_circle_of_many_functions_is_refused() {
    let circle: String =
        (0..20_000).map(|n| format!("fn c{n}(a: u32) -> u32 {{ c{}(a) }}\n", (n + 1) % 20_000)).collect();
    let codes: Vec<&str> = check("circle.lks", &circle).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["E0204"]);
}

#[test]
fn a_large_table_and_a_large_local_array_are_bounded() {
    let table = format!("const T: [u32; 1024] = [{}];", "1, ".repeat(1024));
    let kernel =
        "kernel k[n](x: out [u32; n]) each i of x { var t: [u32; 1024] = 0; x[i] = T[i % 1024] + t[i % 1024]; }";
    assert!(answer(&format!("{table}{kernel}")).module.is_some());
    assert_eq!(answer("fn f(a: u32) -> u32 { var t: [u32; 65536, 65536, 65536] = 0; a }").diagnostics.len(), 1);
}

#[test]
fn what_is_too_much_to_do_is_refused_in_time() {
    let table = "const T: [u32; 12288] = each i { var s = 0; for j in 0..100000 { s += j; } s };";
    assert_eq!(answer(table).diagnostics.len(), 1);
    let structs: String = (0..40).map(|n| format!("struct S{n} {{ a: S{m}, b: S{m} }}\n", m = n + 1)).collect();
    assert!(answer(&format!("{structs}struct S40 {{ a: f32 }}\nfn f(a: S0) -> u32 {{ 1 }}")).module.is_none());
    let constants: String = (0..5000).map(|n| format!("const C{n}: u32 = C{} + 1;\n", n + 1)).collect();
    assert!(answer(&format!("{constants}const C5000: u32 = 1;")).module.is_none());
    let jobs: String = (0..200).map(|n| format!("job j{n}[n](y: inout [u32; n]) {{ run j{}(y); }}\n", n + 1)).collect();
    assert!(answer(&format!("{jobs}job j200[n](y: inout [u32; n]) {{ }}")).module.is_none());
    let lanes = "kernel k[n](y: out [u32; n]) tile (256) of y as t at (o) lanes (256) { shared s: [u32; 4096];
        phase (l) { for i in 0..4096 { for j in 0..4096 { for m in 0..4096 { s[(l + i * j + m) & 4095] = 1; } } } } }";
    assert!(answer(lanes).module.is_none());
}
