//! `std::sort` and `std::bitonic`, on every engine, against the host's stable sort.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_tests::{
    calls::{build, words},
    engines, everywhere, files,
    random::Random,
};

const RADIX: &str = "use std::sort::{sort};
    job k[n](keys: inout [u32; n], values: inout [u32; n]) { run sort(keys, values); }";
const BITONIC: &str = "use std::bitonic::{bitonic};
    job k[n](x: inout [u32; n]) { run bitonic(x); }";

/// Keys and values, in the order that a stable sort by key gives.
fn sorted(keys: &[u32], values: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut pairs: Vec<(u32, u32)> = keys.iter().copied().zip(values.iter().copied()).collect();
    pairs.sort_by_key(|(key, _)| *key);
    pairs.into_iter().unzip()
}

#[test]
fn pairs_are_sorted_and_equal_keys_keep_their_order() {
    let program = everywhere::compile("sort.lks", RADIX);
    let mut random = Random::new(1);
    for (size, mask) in [(0, 0), (1, !0), (2, !0), (255, 3), (2047, !0), (2049, 0x8000_0001), (5000, 0x00f0_0f00)] {
        let keys: Vec<u32> = words(&mut random, size).iter().map(|word| word & mask).collect();
        let values: Vec<u32> = (0..size as u32).collect();
        let outcome = program.run_everywhere("k", build().words("keys", &keys).words("values", &values).done());
        let (wanted_keys, wanted_values) = sorted(&keys, &values);
        assert_eq!(files::output(&outcome, "keys").words, wanted_keys, "{size}");
        assert_eq!(files::output(&outcome, "values").words, wanted_values, "{size}");
    }
}

#[test]
fn drivers_sort_many_pairs() {
    let program = everywhere::compile("sort.lks", RADIX);
    let mut random = Random::new(2);
    let (keys, values) = (words(&mut random, 300_000), words(&mut random, 300_000));
    let bound = program.bind("k", build().words("keys", &keys).words("values", &values).done());
    let (wanted_keys, wanted_values) = sorted(&keys, &values);
    for device in engines::devices() {
        let outcome = program.run_on(device, "k", &bound).expect("the call fits");
        assert!(files::output(&outcome, "keys").words == wanted_keys, "{}", device.name);
        assert!(files::output(&outcome, "values").words == wanted_values, "{}", device.name);
    }
}

#[test]
fn the_network_sorts_any_number_of_cells() {
    let program = everywhere::compile("bitonic.lks", BITONIC);
    let mut random = Random::new(3);
    for size in [0, 1, 2, 3, 511, 512, 513, 1024, 1025, 3000, 4096] {
        let mut x = words(&mut random, size);
        x.iter_mut().step_by(7).for_each(|word| *word = u32::MAX);
        let outcome = program.run_everywhere("k", build().words("x", &x).done());
        x.sort_unstable();
        assert_eq!(files::output(&outcome, "x").words, x, "{size}");
    }
}
