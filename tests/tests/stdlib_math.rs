//! `std::math` on every engine, against results of MPFR: special values, random ones, and inputs whose results lie so near
//! to a midpoint between two floats that the quick way gives up. All 2^32 inputs are another matter: `tests/oracle`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path};

use lockstep_numbers::ScalarType;
use lockstep_tests::{calls::build, everywhere, files};

const OF_ONE: [&str; 27] = [
    "acos", "asin", "atan", "cbrt", "ceil", "cos", "cosh", "cospi", "erf", "exp", "exp10", "exp2", "expm1", "floor",
    "fract", "log", "log10", "log1p", "log2", "round", "rsqrt", "sin", "sinh", "sinpi", "tan", "tanh", "trunc",
];
const OF_TWO: [&str; 4] = ["atan2", "hypot", "pow", "rem"];

/// The words of each line of the samples.
fn samples(function: &str) -> Vec<Vec<u32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("math/{function}.samples"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let word = |word| u32::from_str_radix(word, 16).unwrap();
    text.lines().map(|line| line.split(' ').map(word).collect()).collect()
}

/// Compares the results for all samples; every line holds the arguments and then the result.
fn check(function: &str, arguments: usize) {
    let lines = samples(function);
    let call = ["x[i, 0]", "x[i, 1]", "x[i, 2]"][..arguments].join(", ");
    let program = everywhere::compile(
        "math.lks",
        &format!(
            "use std::math::{{{function}}};
             kernel k[n](x: in [f32; n, {arguments}], y: out [f32; n]) each i of y {{ y[i] = {function}({call}); }}"
        ),
    );
    let inputs: Vec<u32> = lines.iter().flat_map(|line| line[..arguments].to_vec()).collect();
    let call = build().array("x", ScalarType::F32, &[lines.len(), arguments], &inputs).done();
    let got = files::output(&program.run_everywhere("k", call), "y").words.clone();
    for (line, got) in lines.iter().zip(got) {
        let (inputs, wanted) = line.split_at(arguments);
        assert_eq!(got, wanted[0], "{function} of {inputs:08x?} is {got:08x}, and should be {:08x}", wanted[0]);
    }
}

#[test]
fn functions_of_one_argument_are_correctly_rounded() {
    for function in OF_ONE {
        check(function, 1);
    }
}

#[test]
fn functions_of_two_arguments_are_correctly_rounded() {
    for function in OF_TWO {
        check(function, 2);
    }
}

#[test]
fn fma_rounds_once() {
    check("fma", 3);
}

#[test]
fn a_wrong_last_place_is_seen() {
    let program = everywhere::compile(
        "wrong.lks",
        "kernel k[n](x: in [f32; n, 1], y: out [f32; n]) each i of y { y[i] = 1.0 / sqrt(x[i, 0]); }",
    );
    let lines = samples("rsqrt");
    let inputs: Vec<u32> = lines.iter().map(|line| line[0]).collect();
    let call = build().array("x", ScalarType::F32, &[lines.len(), 1], &inputs).done();
    let got = files::output(&program.run_everywhere("k", call), "y").words.clone();
    assert!(lines.iter().zip(got).any(|(line, got)| line[1] != got), "two roundings are not one");
}
