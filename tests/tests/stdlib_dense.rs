//! `std::matmul` and `std::convolution`, on every engine, against their definitions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_numbers::ScalarType;
use lockstep_tests::{
    calls::{F, bits, build, floats, words},
    everywhere, files,
    random::Random,
};

/// Rows, columns, and how many products a cell has.
const SHAPES: [(usize, usize, usize); 8] =
    [(0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (5, 70, 3), (64, 64, 16), (65, 63, 17), (70, 130, 33)];

#[test]
fn matrices_are_multiplied_in_order() {
    let program = everywhere::compile(
        "matmul.lks",
        "use std::matmul::{matmul};
         job k[m, n, k](a: in [f32; m, k], b: in [f32; k, n], c: out [f32; m, n]) { run matmul(a, b, c); }",
    );
    let mut random = Random::new(1);
    for (m, n, k) in SHAPES {
        let (a, b) = (floats(&mut random, m * k, 2.0), floats(&mut random, k * n, 2.0));
        let cell = |i: usize| (0..k).fold(F::ZERO, |sum, p| sum + a[i / n * k + p] * b[p * n + i % n]);
        let wanted: Vec<F> = (0..m * n).map(cell).collect();
        let call = build().floats("a", &[m, k], &a).floats("b", &[k, n], &b).done();
        let outcome = program.run_everywhere("k", call);
        assert!(files::output(&outcome, "c").words == bits(&wanted), "{m} {n} {k}");
    }
}

#[test]
fn matrices_of_bytes_are_multiplied() {
    let program = everywhere::compile(
        "matmul.lks",
        "use std::matmul::{matmul_i8};
         job k[m, n, k](a: in [i8x4; m, k], b: in [i8x4; n, k], c: out [i32; m, n]) { run matmul_i8(a, b, c); }",
    );
    let mut random = Random::new(2);
    for (m, n, k) in SHAPES {
        let (a, b) = (words(&mut random, m * k), words(&mut random, n * k));
        let signed = |word: u32| word.to_le_bytes().map(|byte| i32::from(byte.cast_signed()));
        let dot = |a: u32, b: u32| signed(a).iter().zip(signed(b)).map(|(a, b)| a * b).sum::<i32>();
        let cell = |i: usize| (0..k).map(|p| dot(a[i / n * k + p], b[i % n * k + p])).sum::<i32>();
        let wanted: Vec<u32> = (0..m * n).map(|i| cell(i).cast_unsigned()).collect();
        let i8 = ScalarType::I8x4;
        let outcome =
            program.run_everywhere("k", build().array("a", i8, &[m, k], &a).array("b", i8, &[n, k], &b).done());
        assert!(files::output(&outcome, "c").words == wanted, "{m} {n} {k}");
    }
}

#[test]
fn images_are_convolved() {
    let program = everywhere::compile(
        "convolve.lks",
        "use std::convolution::{convolve};
         job five[h, w](image: in [f32; h, w], weights: in [f32; 5, 5], y: out [f32; h, w]) {
             run convolve(image, weights, y);
         }
         job three[h, w](image: in [f32; h, w], weights: in [f32; 3, 3], y: out [f32; h, w]) {
             run convolve::<3>(image, weights, y);
         }
         job one[h, w](image: in [f32; h, w], weights: in [f32; 1, 1], y: out [f32; h, w]) {
             run convolve::<1>(image, weights, y);
         }",
    );
    let mut random = Random::new(3);
    for (h, w) in [(0, 5), (5, 0), (1, 1), (2, 40), (32, 32), (37, 70)] {
        for (entry, size) in [("five", 5), ("three", 3), ("one", 1)] {
            let (image, weights) = (floats(&mut random, h * w, 1.0), floats(&mut random, size * size, 1.0));
            let cell = |place: usize| {
                (0..size * size).fold(F::ZERO, |sum, i| {
                    let (r, c) = (place / w + i / size, place % w + i % size);
                    let inside = r >= size / 2 && c >= size / 2 && r - size / 2 < h && c - size / 2 < w;
                    let value = if inside { image[(r - size / 2) * w + c - size / 2] } else { F::ZERO };
                    sum + weights[i] * value
                })
            };
            let wanted: Vec<F> = (0..h * w).map(cell).collect();
            let call = build().floats("image", &[h, w], &image).floats("weights", &[size, size], &weights).done();
            let outcome = program.run_everywhere(entry, call);
            assert!(files::output(&outcome, "y").words == bits(&wanted), "{entry} {h} {w}");
        }
    }
}
