//! `std::random` and `std::ntt`, on every engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_module::Outcome;
use lockstep_tests::{
    calls::{build, words},
    everywhere, files,
    random::Random,
};

/// The vectors that come with Random123 (kat_vectors, philox4x32 10): counter, key, result.
const PHILOX: [([u32; 4], [u32; 2], [u32; 4]); 3] = [
    ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
    ),
];

#[test]
fn philox_gives_its_published_vectors() {
    let program = everywhere::compile(
        "philox.lks",
        "use std::random::{philox};
         kernel k[n](counter: in [u32; n, 4], key: in [u32; n, 2], y: out [u32; n, 4]) each i in n {
             let c = u32x4(counter[i, 0], counter[i, 1], counter[i, 2], counter[i, 3]);
             let r = philox(c, u32x2(key[i, 0], key[i, 1]));
             y[i, 0] = r.x;
             y[i, 1] = r.y;
             y[i, 2] = r.z;
             y[i, 3] = r.w;
         }",
    );
    let counters: Vec<u32> = PHILOX.iter().flat_map(|vector| vector.0).collect();
    let keys: Vec<u32> = PHILOX.iter().flat_map(|vector| vector.1).collect();
    let wanted: Vec<u32> = PHILOX.iter().flat_map(|vector| vector.2).collect();
    let words = lockstep_numbers::ScalarType::U32;
    let call = build().array("counter", words, &[3, 4], &counters).array("key", words, &[3, 2], &keys).done();
    assert_eq!(files::output(&program.run_everywhere("k", call), "y").words, wanted);
}

/// Philox4x32-10, with 64-bit products.
fn philox(mut c: [u32; 4], mut k: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let (p, q) = (u64::from(c[0]) * 0xd251_1f53, u64::from(c[2]) * 0xcd9e_8d57);
        c = [(q >> 32) as u32 ^ c[1] ^ k[0], q as u32, (p >> 32) as u32 ^ c[3] ^ k[1], p as u32];
        k = [k[0].wrapping_add(0x9e37_79b9), k[1].wrapping_add(0xbb67_ae85)];
    }
    c
}

#[test]
fn arrays_are_filled_with_random_numbers() {
    let program = everywhere::compile(
        "fill.lks",
        "use std::random::{words, units};
         job k[n](a: u32, b: u32, x: out [u32; n], y: out [f32; n]) { run words(a, b, x); run units(a, b, y); }",
    );
    for size in [0, 1, 3, 1024, 2050] {
        let outcome = program.run_everywhere("k", build().number("a", 7).number("b", 9).extent("n", size).done());
        let block = |i: u32| philox([i, 0, 0, 0], [7, 9]);
        let wanted: Vec<u32> = (0..size.div_ceil(4) as u32).flat_map(block).take(size).collect();
        assert_eq!(files::output(&outcome, "x").words, wanted);
        let units: Vec<u32> = wanted.iter().map(|word| ((word >> 8) as f32 / 16_777_216.0).to_bits()).collect();
        assert_eq!(files::output(&outcome, "y").words, units);
    }
}

const P: u64 = 2_013_265_921;

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % P;
        }
        base = base * base % P;
        exponent >>= 1;
    }
    result
}

const NTT: &str = "use std::ntt::{forward, inverse};
    job there[n](x: inout [u32; n]) { run forward(x); }
    job back[n](x: inout [u32; n]) { run inverse(x); }";

/// By the definition, n² products.
fn transform(x: &[u32]) -> Vec<u32> {
    let n = x.len() as u64;
    let w = power(31, (P - 1) / n);
    let sum = |k: u64| {
        let step = power(w, k);
        x.iter().fold((0, 1), |(sum, factor), cell| ((sum + u64::from(*cell) * factor) % P, factor * step % P)).0
    };
    (0..n).map(|k| sum(k) as u32).collect()
}

#[test]
fn transforms_follow_the_definition_and_can_be_undone() {
    let program = everywhere::compile("ntt.lks", NTT);
    let mut random = Random::new(1);
    for size in [1, 2, 4, 64, 1024, 2048, 4096] {
        let x: Vec<u32> = words(&mut random, size).iter().map(|word| word % P as u32).collect();
        let there = program.run_everywhere("there", build().words("x", &x).done());
        let there = &files::output(&there, "x").words;
        assert!(*there == transform(&x), "{size}");
        let back = program.run_everywhere("back", build().words("x", there).done());
        assert_eq!(files::output(&back, "x").words, x, "{size}");
    }
}

#[test]
fn a_transform_of_another_size_or_of_too_large_numbers_traps() {
    let program = everywhere::compile("ntt.lks", NTT);
    for x in [vec![0; 3], vec![P as u32; 4]] {
        let outcome = program.run_everywhere("there", build().words("x", &x).done());
        assert!(matches!(outcome, Outcome::Trapped(_)));
    }
    let outcome = program.run_everywhere("there", build().words("x", &[]).done());
    assert!(files::output(&outcome, "x").words.is_empty());
}
