//! `std::reduce`, `std::extremes`, `std::scan` and `std::histogram`, on every engine and at every edge of a block.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_module::Call;
use lockstep_numbers::ScalarType;
use lockstep_tests::{
    calls::{F, bits, build, floats, words},
    engines, everywhere, files,
    random::Random,
};

const SIZES: [usize; 10] = [0, 1, 2, 255, 1023, 1025, 2047, 2048, 2049, 9000];

/// The one output `out` of `job`, everywhere.
fn output(program: &everywhere::Compiled, entry: &str, call: Call, out: &str) -> Vec<u32> {
    files::output(&program.run_everywhere(entry, call), out).words.clone()
}

#[test]
fn integers_are_summed() {
    let program = everywhere::compile(
        "sums.lks",
        "use std::reduce::{sum_u32, sum_i32};
         job unsigned[n](x: in [u32; n], total: out [u32; 1]) { run sum_u32(x, total); }
         job signed[n](x: in [i32; n], total: out [i32; 1]) { run sum_i32(x, total); }",
    );
    let mut random = Random::new(1);
    for size in SIZES {
        let x = words(&mut random, size);
        let sum = x.iter().fold(0, |sum: u32, word| sum.wrapping_add(*word));
        assert_eq!(output(&program, "unsigned", build().words("x", &x).done(), "total"), [sum], "{size}");
        let call = build().array("x", ScalarType::I32, &[size], &x).done();
        assert_eq!(output(&program, "signed", call, "total"), [sum], "{size}");
    }
}

/// The rule of `block_sums_f32`, as it is written there.
fn block_sums(x: &[F]) -> Vec<F> {
    let block = |block: &[F]| {
        let mut cells = block.to_vec();
        cells.resize(1024, F::ZERO);
        for h in (0..10).rev().map(|round| 1 << round) {
            for i in 0..h {
                cells[i] = cells[i] + cells[i + h];
            }
        }
        cells[0]
    };
    x.chunks(1024).map(block).collect()
}

#[test]
fn floats_are_summed_by_the_tree() {
    let program = everywhere::compile(
        "sum.lks",
        "use std::reduce::{sum_f32};
         job sum[n](x: in [f32; n], total: out [f32; 1]) { run sum_f32(x, total); }",
    );
    let mut random = Random::new(2);
    for size in SIZES {
        let x = floats(&mut random, size, 1000.0);
        let mut sum = block_sums(&block_sums(&block_sums(&x)));
        sum.resize(1, F::ZERO);
        let found = output(&program, "sum", build().floats("x", &[size], &x).done(), "total");
        assert_eq!(found, bits(&sum), "{size}");
        let exact: f64 = x.iter().map(|value| value.wide()).sum();
        assert!((F(found[0]).wide() - exact).abs() < 0.1, "{size}: {exact}");
    }
    // In the order of the cells every small one would be lost.
    let mut x = vec![F::of(1.0); 3000];
    x[0] = F::of(16_777_216.0);
    let found = output(&program, "sum", build().floats("x", &[3000], &x).done(), "total");
    assert!((F(found[0]).wide() - 16_780_215.0).abs() <= 2.0, "{found:?}");
}

#[test]
fn the_least_and_the_greatest_are_found() {
    let program = everywhere::compile(
        "extremes.lks",
        "use std::extremes::{min_u32, max_u32, min_i32, max_i32, min_f32, max_f32};
         job of_u32[n](x: in [u32; n], a: out [u32; 1], b: out [u32; 1]) { run min_u32(x, a); run max_u32(x, b); }
         job of_i32[n](x: in [i32; n], a: out [i32; 1], b: out [i32; 1]) { run min_i32(x, a); run max_i32(x, b); }
         job of_f32[n](x: in [f32; n], a: out [f32; 1], b: out [f32; 1]) { run min_f32(x, a); run max_f32(x, b); }",
    );
    let both = |entry: &str, ty: ScalarType, x: &[u32]| {
        let outcome = program.run_everywhere(entry, build().array("x", ty, &[x.len()], x).done());
        (files::output(&outcome, "a").words[0], files::output(&outcome, "b").words[0])
    };
    let mut random = Random::new(3);
    for size in [0, 1, 255, 4097] {
        let x = words(&mut random, size);
        let signed = || x.iter().map(|word| word.cast_signed());
        let least = (x.iter().min().copied().unwrap_or(u32::MAX), x.iter().max().copied().unwrap_or(0));
        assert_eq!(both("of_u32", ScalarType::U32, &x), least);
        let least = (signed().min().unwrap_or(i32::MAX), signed().max().unwrap_or(i32::MIN));
        assert_eq!(both("of_i32", ScalarType::I32, &x), (least.0.cast_unsigned(), least.1.cast_unsigned()));
        let x = floats(&mut random, size, 1e30);
        let fold = |start: f32, f: fn(F, F) -> F| x.iter().fold(F::of(start), |a, b| f(a, *b)).0;
        let wanted = (fold(f32::INFINITY, F::min), fold(f32::NEG_INFINITY, F::max));
        assert_eq!(both("of_f32", ScalarType::F32, &bits(&x)), wanted);
    }
    let of = |values: &[f32]| {
        let words: Vec<u32> = values.iter().map(|value| value.to_bits()).collect();
        let (a, b) = both("of_f32", ScalarType::F32, &words);
        (f32::from_bits(a), f32::from_bits(b))
    };
    let (a, b) = of(&[1.0, f32::NAN, -1.0]);
    assert!(a.is_nan() && b.is_nan());
    let (a, b) = of(&[0.0, -0.0, 1e-40]);
    assert!(a.to_bits() == 0x8000_0000 && b.to_bits() == 0);
    assert_eq!(of(&[f32::INFINITY, f32::NEG_INFINITY]), (f32::NEG_INFINITY, f32::INFINITY));
}

fn scan(x: &[u32], inclusive: bool) -> Vec<u32> {
    let mut sum = 0u32;
    let step = |cell: &u32| {
        let before = sum;
        sum = sum.wrapping_add(*cell);
        if inclusive { sum } else { before }
    };
    x.iter().map(step).collect()
}

const SCAN: &str = "use std::scan::{exclusive, inclusive};
    job before[n](x: in [u32; n], y: out [u32; n]) { run exclusive(x, y); }
    job with[n](x: in [u32; n], y: out [u32; n]) { run inclusive(x, y); }";

#[test]
fn arrays_are_scanned() {
    let program = everywhere::compile("scan.lks", SCAN);
    let mut random = Random::new(4);
    for size in SIZES {
        let x = words(&mut random, size);
        for (entry, inclusive) in [("before", false), ("with", true)] {
            let found = output(&program, entry, build().words("x", &x).done(), "y");
            assert_eq!(found, scan(&x, inclusive), "{entry} {size}");
        }
    }
}

/// Three levels of blocks, too many cells for the interpreter.
#[test]
fn drivers_scan_a_large_array() {
    let program = everywhere::compile("scan.lks", SCAN);
    let x = words(&mut Random::new(5), 2048 * 2048 + 2049);
    let bound = program.bind("before", build().words("x", &x).done());
    let wanted = scan(&x, false);
    for device in engines::devices() {
        let outcome = program.run_on(device, "before", &bound).expect("the call fits");
        assert!(files::output(&outcome, "y").words == wanted, "{}", device.name);
    }
}

#[test]
fn values_are_counted() {
    let program = everywhere::compile(
        "histogram.lks",
        "use std::histogram::{count_bytes, count_words};
         job bytes[n](x: in [u8x4; n], counts: out [u32; 256]) { run count_bytes(x, counts); }
         job digits[n](shift: u32, x: in [u32; n], counts: out [u32; 256]) { run count_words(shift, x, counts); }",
    );
    let mut random = Random::new(6);
    for size in [0, 1, 4095, 4097, 9000] {
        // Few values often, so that many lanes meet in one cell.
        let x: Vec<u32> = words(&mut random, size).iter().map(|word| word & 0xff03_0fff).collect();
        let mut wanted = [0; 256];
        x.iter().flat_map(|word| word.to_le_bytes()).for_each(|byte| wanted[byte as usize] += 1);
        let call = build().array("x", ScalarType::U8x4, &[size], &x).done();
        assert_eq!(output(&program, "bytes", call, "counts"), wanted, "{size}");
        let mut wanted = [0; 256];
        x.iter().for_each(|word| wanted[((word >> 10) & 255) as usize] += 1);
        let call = build().words("x", &x).number("shift", 10).done();
        assert_eq!(output(&program, "digits", call, "counts"), wanted, "{size}");
    }
}
