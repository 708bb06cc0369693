//! The programs of `examples/`, on their real inputs and every engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;

use lockstep_cli::hash;
use lockstep_module::{Argument, Array, Call, Outcome};
use lockstep_numbers::{ScalarType, float};
use lockstep_tests::{engines, files};

#[test]
fn digits_are_recognised_as_scikit_learn_does() {
    let program = files::compile("digits/digits.lks");
    let inputs =
        [("train", "digits/train.npy"), ("train_labels", "digits/train_labels.npy"), ("test", "digits/test.npy")];
    let outcome = program.run_everywhere("classify", files::call(&program, "classify", &inputs));
    let wanted = files::array("digits/sklearn_predictions.npy", "predictions", ScalarType::U32, 1);
    assert_eq!(wanted.words.len(), 797);
    assert_eq!(files::output(&outcome, "predictions"), &wanted);

    // Pixels are whole numbers, so the distances are exact: computed here in integers.
    let distances = files::output(&outcome, "distances");
    let train = files::array("digits/train.npy", "train", ScalarType::F32, 2);
    let test = files::array("digits/test.npy", "test", ScalarType::F32, 2);
    let pixels = |array: &Array| -> Vec<i64> { array.words.iter().map(|w| f32::from_bits(*w) as i64).collect() };
    let (train, test) = (pixels(&train), pixels(&test));
    let rows = test.chunks(64).flat_map(|test| train.chunks(64).map(move |train| (test, train)));
    let exact = rows.map(|(test, train)| test.iter().zip(train).map(|(a, b)| (a - b) * (a - b)).sum::<i64>());
    assert!(exact.map(|distance| (distance as f32).to_bits()).eq(distances.words.iter().copied()));
    println!("digits {}", hash::outcome(&outcome));
}

#[test]
fn the_photograph_is_the_same_everywhere() {
    let program = files::compile("photo/photo.lks");
    for entry in ["blur", "edges"] {
        let call = files::call(&program, entry, &[("rgb", "photo/coffee.png")]);
        let outcome = program.run_everywhere(entry, call);
        let image = files::output(&outcome, "image");
        assert_eq!(image.dimensions[..2], [400, 600]);
        // Something is to be seen, and it is an image.
        let values: Vec<f32> = image.words.iter().map(|word| f32::from_bits(*word)).collect();
        assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        assert!(values.iter().any(|value| *value > 0.9) && values.iter().any(|value| *value < 0.01));
        println!("{entry} {}", hash::outcome(&outcome));
    }
}

#[test]
fn hashes_are_those_of_nist_and_of_the_genesis_block() {
    let program = files::compile("sha256/sha256.lks");
    let digest = |entry: &str, folder: &str| {
        let path = |name: &str| format!("sha256/{folder}/{name}.npy");
        let (words, first, count) = (path("words"), path("first"), path("count"));
        let inputs = [("words", words.as_str()), ("first", first.as_str()), ("count", count.as_str())];
        let outcome = program.run_everywhere(entry, files::call(&program, entry, &inputs));
        println!("{entry} of {folder} {}", hash::outcome(&outcome));
        files::output(&outcome, "digest").clone()
    };
    let wanted = |file: &str| files::array(file, "digest", ScalarType::U32, 2);
    assert_eq!(wanted("sha256/nist/expected.npy").dimensions, [129, 8]);
    assert_eq!(digest("sha256", "nist"), wanted("sha256/nist/expected.npy"));
    assert_eq!(digest("sha256", "header"), wanted("sha256/header/expected.npy"));
    let double = digest("double", "header");
    assert_eq!(double, wanted("sha256/header/expected_double.npy"));
    let bytes = double.words.iter().flat_map(|word| word.to_be_bytes()).rev();
    let block: String = bytes.map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(block, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
}

fn mandelbrot(pixels: u32, centre: (f32, f32), width: f32, iterations: u32) -> Call {
    let scalar = |ty, word: u32| Argument::Scalar(ty, word.into());
    let arguments = [
        ("centre_x", scalar(ScalarType::F32, centre.0.to_bits())),
        ("centre_y", scalar(ScalarType::F32, centre.1.to_bits())),
        ("width", scalar(ScalarType::F32, width.to_bits())),
        ("iterations", scalar(ScalarType::U32, iterations)),
    ];
    Call {
        arguments: arguments.map(|(name, argument)| (name.to_string(), argument)).into(),
        extents: BTreeMap::from([("h".into(), pixels), ("w".into(), pixels)]),
    }
}

#[test]
fn the_mandelbrot_set_is_the_same_everywhere() {
    let program = files::compile("mandelbrot/mandelbrot.lks");
    for (centre, width, iterations) in [((-0.6, 0.0), 2.8, 100), ((-0.7453, 0.1127), 0.0065, 300)] {
        let outcome = program.run_everywhere("mandelbrot", mandelbrot(256, centre, width, iterations));
        println!("mandelbrot 256 {}", hash::outcome(&outcome));
        let black = files::output(&outcome, "image").words.chunks(3).filter(|pixel| **pixel == [0; 3]).count();
        assert!((1..256 * 256 / 2).contains(&black), "{black} pixels are black");
    }
}

/// The hash of the picture below, on which lavapipe and SwiftShader agreed first.
const LARGE_MANDELBROT: &str = "8fe251462b8ae49feac0350bae308dce92153e0dad3ef16570490d4478cf9f8b";

/// Too large for the interpreter in a test, so the devices are compared with what others gave.
#[test]
fn devices_agree_on_a_large_mandelbrot_set() {
    let program = files::compile("mandelbrot/mandelbrot.lks");
    let bound = program.bind("mandelbrot", mandelbrot(2048, (-0.6, 0.0), 2.8, 100));
    for device in engines::devices() {
        let outcome = program.run_on(device, "mandelbrot", &bound).expect("the call fits");
        assert_eq!(hash::outcome(&outcome), LARGE_MANDELBROT, "{}", device.name);
    }
}

#[test]
fn saxpy_multiplies_and_adds_with_two_roundings() {
    let program = files::compile("saxpy/saxpy.lks");
    let x: Vec<u32> = (0..1000).map(|i| (i as f32 * 0.1).to_bits()).collect();
    let y: Vec<u32> = (0..1000).map(|i| (100.0 - i as f32).to_bits()).collect();
    let a = 2.7f32.to_bits();
    let array = |words: &Vec<u32>| {
        Argument::Array(Array { element: ScalarType::F32, dimensions: vec![1000], words: words.clone() })
    };
    let arguments = [("a", Argument::Scalar(ScalarType::F32, a.into())), ("x", array(&x)), ("y", array(&y))];
    let call = Call { arguments: arguments.map(|(n, v)| (n.to_string(), v)).into(), extents: BTreeMap::new() };
    let outcome = program.run_everywhere("saxpy", call);
    let wanted: Vec<u32> = x.iter().zip(&y).map(|(x, y)| float::add(float::mul(a, *x), *y)).collect();
    assert_eq!(files::output(&outcome, "y").words, wanted);
    assert!(matches!(outcome, Outcome::Finished(outputs) if outputs.len() == 1));
}
