//! A short hunt in every test run, and the control that shows it can find something.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use lockstep_tests::hunt;

/// Where the seeds begin. A longer hunt with others is a command: `--bin hunt`.
const FIRST: u64 = 7_000_000;

#[test]
fn no_driver_rewrites() {
    for seed in FIRST..FIRST + 150 {
        let quarry = hunt::quarry(seed);
        let caught = quarry.caught(quarry.module());
        assert!(caught.is_empty(), "seed {seed} differs on {caught:?}\n{}", quarry.source);
    }
}

/// The control: what a compiler would make of `(p + q) - p` and of `p + 0.0` is another program, and is caught.
#[test]
fn a_rewritten_program_is_caught() {
    let program = |first: &str, second: &str| {
        format!(
            "kernel hunted[n](a: in [u32; n], b: in [u32; n], y: out [u32; n]) each i of y {{\n    \
             let p = from_bits(a[i]);\n    let q = from_bits(b[i]);\n    \
             y[i] = to_bits({first}) * 31 + to_bits({second});\n}}\n"
        )
    };
    let right = hunt::of_source(program("(p + q) - p", "p + 0.0"), 1);
    assert!(right.caught(right.module()).is_empty());
    for (first, second) in [("q", "p + 0.0"), ("(p + q) - p", "p")] {
        let rewritten = hunt::of_source(program(first, second), 1);
        assert_eq!(right.caught(rewritten.module()).len(), hunt::hunters().len(), "{first}, {second}");
    }
}

/// The control: where a driver keeps subnormals, the form without guards is caught.
#[test]
fn a_kernel_without_guards_is_caught_where_subnormals_are_kept() {
    let caught = (FIRST..FIRST + 20).any(|seed| {
        let quarry = hunt::quarry(seed);
        let mut bare = quarry.module().clone();
        bare.kernels.iter_mut().for_each(|kernel| kernel.guarded.clear());
        let caught = quarry.caught(&bare);
        assert!(caught.iter().all(|name| name.contains("preserves")), "{caught:?}");
        !caught.is_empty()
    });
    assert!(caught);
}
