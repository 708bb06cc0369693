//! A short hunt in every test run, and the controls that show what it can find.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use lockstep_compiler::spirv;
use lockstep_module::Module;
use lockstep_tests::hunt::{self, Catch, Quarry, Rule, TOGETHER};

/// Where the seeds begin. A longer hunt with others is a command: `--bin hunt`.
const FIRST: u64 = 7_000_000;

#[test]
fn no_driver_rewrites() {
    for place in 0..16 {
        let first = FIRST + place * TOGETHER;
        let wrong = hunt::wrong(first..first + TOGETHER, &[]);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// A program of two results.
fn program(first: &str, second: &str) -> Quarry {
    let source = format!(
        "kernel hunted[n](a: in [u32; n], b: in [u32; n], y0: out [u32; n], y1: out [u32; n]) each i of y0 {{\n    \
         let p = from_bits(a[i]);\n    let q = from_bits(b[i]);\n    \
         y0[i] = to_bits({first});\n    y1[i] = to_bits({second});\n}}\n"
    );
    hunt::of_source(source, 1)
}

/// The control: what a compiler would make of `(p + q) - p` and of `p + 0.0` is another program, and is caught, each at
/// its own place.
#[test]
fn a_rewritten_program_is_caught() {
    let right = program("(p + q) - p", "p + 0.0");
    assert!(right.caught(right.module()).is_empty());
    for (place, first, second) in [(0, "q", "p + 0.0"), (1, "(p + q) - p", "p")] {
        let caught = right.caught(program(first, second).module());
        assert_eq!(caught.len(), hunt::hunters().len(), "{first}, {second}");
        assert!(caught.iter().all(|catch| catch.programs == [place]), "{caught:?}");
    }
}

/// The control: where a driver keeps subnormals, the form without guards is caught.
#[test]
fn a_kernel_without_guards_is_caught_where_subnormals_are_kept() {
    let quarry = hunt::quarry(FIRST..FIRST + TOGETHER);
    let mut bare = quarry.module().clone();
    bare.kernels.iter_mut().for_each(|kernel| kernel.guarded.clear());
    let caught = quarry.caught(&bare);
    assert!(!caught.is_empty());
    assert!(caught.iter().all(|catch| catch.hunter.contains("preserves")), "{caught:?}");
}

/// The controls: what rules of emission are for. Where they are broken, lavapipe takes the case for another program, in
/// one float class at least; the book's chapter on emission has these.
#[test]
fn without_its_rules_a_case_is_rewritten() {
    use Rule::{HiddenConstants, HiddenWords, NoContraction, SignedZeros};
    let cases: [(&str, &str, &[Rule]); 7] = [
        ("p + 0.0", "p", &[HiddenConstants]),
        ("p - (-0.0)", "p", &[HiddenConstants]),
        ("0.0 - p", "-p", &[HiddenConstants]),
        ("p - p", "0.0", &[NoContraction, SignedZeros]),
        ("(p - q) + (q - p)", "0.0", &[NoContraction, SignedZeros]),
        ("p * q + p * 3.0", "p * (q + 3.0)", &[NoContraction, SignedZeros]),
        ("f32(u32(p < p)) * q", "0.0", &[HiddenWords, SignedZeros]),
    ];
    for (case, rewritten, rules) in cases {
        let broken = caught_without(rules, case);
        let differ = program(rewritten, "q").caught(&broken);
        assert!(differ.iter().filter(|catch| on_lavapipe(catch)).count() < 2, "{case} is not {rewritten}");
    }
    // Here the constant of the door is in the open too, so that subnormals come in.
    for case in ["(p + q) - p", "(p * 3.0) * 5.0"] {
        caught_without(&[HiddenConstants, NoContraction, SignedZeros], case);
    }
}

/// The module of a case with rules broken, after it was caught on lavapipe.
fn caught_without(rules: &[Rule], case: &str) -> Module {
    let quarry = program(case, "q");
    assert!(quarry.caught(quarry.module()).is_empty(), "{case}");
    let broken = quarry.without(rules);
    assert!(quarry.caught(&broken).iter().any(on_lavapipe), "{case} without {rules:?}");
    broken
}

fn on_lavapipe(catch: &Catch) -> bool {
    catch.hunter.starts_with("llvmpipe")
}

/// A kernel with a broken rule is another kernel, and still SPIR-V.
#[test]
fn a_rule_is_broken_and_no_other() {
    let quarry = program("(p + 0.1) / q", "f32(a[i] & 255) * p");
    for rule in Rule::ALL {
        let broken = rule.broken(quarry.module());
        let forms = |module: &Module| [module.kernels[0].spirv.clone(), module.kernels[0].guarded.clone()];
        for (right, wrong) in forms(quarry.module()).iter().zip(&forms(&broken)) {
            assert_ne!(right, wrong, "{rule:?}");
            assert_eq!(spirv::validate(wrong), Ok(()), "{rule:?}");
        }
        assert_eq!(rule.broken(&broken), broken, "{rule:?} is broken once");
    }
}
