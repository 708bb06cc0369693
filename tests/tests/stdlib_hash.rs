//! `std::hash` and `std::merkle`, on every engine, against a SHA-256 and a tree that are written again here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_numbers::ScalarType;
use lockstep_tests::{
    calls::{build, words},
    everywhere, files,
    random::Random,
};

/// The first 32 bits of the fractions of the cube roots of the first 64 primes; of the square roots of the first eight.
fn constants() -> ([u32; 64], [u32; 8]) {
    let primes: Vec<u128> = (2..312).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
    // The root of p · 2^(32 · degree), rounded down, by bisection.
    let root = |p: u128, degree: u32| {
        let (mut low, mut high) = (0u128, 1 << 40);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if middle.pow(degree) <= p << (32 * degree) { low = middle } else { high = middle }
        }
        low as u32
    };
    (std::array::from_fn(|i| root(primes[i], 3)), std::array::from_fn(|i| root(primes[i], 2)))
}

fn sha256(message: &[u8]) -> [u32; 8] {
    let (k, mut hash) = constants();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block.chunks(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect();
        for i in 16..64 {
            let (x, y) = (w[i - 15], w[i - 2]);
            let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
            let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
            w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = hash;
        for i in 0..64 {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let t = [s1, (e & f) ^ (!e & g), k[i], w[i]].iter().fold(h, |sum, x| sum.wrapping_add(*x));
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let u = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t), c, b, a, t.wrapping_add(u));
        }
        hash = std::array::from_fn(|i| hash[i].wrapping_add([a, b, c, d, e, f, g, h][i]));
    }
    hash
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn hexadecimal(words: &[u32]) -> String {
    words.iter().map(|word| format!("{word:08x}")).collect()
}

#[test]
fn the_hash_of_this_test_is_the_published_one() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hexadecimal(&sha256(b"abc")), abc);
}

#[test]
fn a_block_is_hashed() {
    let program = everywhere::compile(
        "hash.lks",
        "use std::hash::{sha256_start, sha256_block, sha256_word};
         kernel k[n](x: in [u32; n, 16], y: out [u32; n, 8]) each i in n {
             var block: [u32; 16] = 0;
             for j in 0..16 { block[j] = x[i, j]; }
             let hash = sha256_block(sha256_start(), block);
             for j in 0..8 { y[i, j] = sha256_word(hash, j); }
         }",
    );
    let mut random = Random::new(1);
    let mut blocks = words(&mut random, 5 * 16);
    let mut wanted = Vec::new();
    for block in blocks.chunks_mut(16) {
        let message = bytes(&block[..13]);
        block[13..].copy_from_slice(&[0x8000_0000, 0, 13 * 32]);
        wanted.extend(sha256(&message));
    }
    let call = build().array("x", ScalarType::U32, &[5, 16], &blocks).done();
    assert_eq!(files::output(&program.run_everywhere("k", call), "y").words, wanted);
}

/// RFC 6962, 2.1: the left part is the largest power of two less than the whole.
fn tree(leaves: &[[u32; 8]]) -> [u32; 8] {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let data = [&[1][..], &bytes(&tree(left)), &bytes(&tree(right))].concat();
            sha256(&data)
        }
    }
}

const MERKLE: &str = "use std::merkle::{root_of_leaves, root_of_data};
    job leaves[n](leaves: in [u32; n, 8], root: out [u32; 8]) { run root_of_leaves(leaves, root); }
    job data[n, w](data: in [u32; n, w], root: out [u32; 8]) { run root_of_data(data, root); }";

/// The leaves and roots that come with Google's implementation of RFC 6962.
#[test]
fn published_trees_have_their_roots() {
    let program = everywhere::compile("merkle.lks", MERKLE);
    let data: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = data.map(|data| sha256(&[&[0], data].concat()));
    for (count, root) in (1..).zip(roots).filter(|(count, _)| [1, 2, 3, 7, 8].contains(count)) {
        let call = build().array("leaves", ScalarType::U32, &[count, 8], &leaves[..count].concat()).done();
        let found = files::output(&program.run_everywhere("leaves", call), "root").words.clone();
        assert_eq!(hexadecimal(&found), root, "{count} leaves");
    }
}

#[test]
fn trees_of_every_shape_have_their_roots() {
    let program = everywhere::compile("merkle.lks", MERKLE);
    let mut random = Random::new(2);
    for (count, width) in [(0, 3), (1, 13), (2, 14), (7, 0), (16, 29), (17, 1), (33, 8), (300, 4)] {
        let data = words(&mut random, count * width);
        let leaf = |i: usize| sha256(&[&[0][..], &bytes(&data[i * width..(i + 1) * width])].concat());
        let wanted = tree(&(0..count).map(leaf).collect::<Vec<_>>());
        let call = build().array("data", ScalarType::U32, &[count, width], &data).done();
        let found = files::output(&program.run_everywhere("data", call), "root").words.clone();
        assert_eq!(found, wanted, "{count} leaves of {width} words");
    }
}
