//! `lockstep cost`: formulas of every kernel and job, and numbers where shapes are given.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, process::Command};

use tempfile::TempDir;

const SOFTMAX: &str = "\
kernel row_max[m, n](x: in [f32; m, n], y: out [f32; m]) each r of y {
    var best: f32 = x[r, 0] else 0.0;
    for c in 1..n { best = max(best, x[r, c]); }
    y[r] = best;
}
kernel scale[m, n](by: in [f32; m], x: inout [f32; m, n]) tile (1, 64) of x as t at (r, c) lanes (64) {
    phase (i) { if c + i < n { t[0, i] = t[0, i] * by[r]; } }
}
kernel idle[n](s: u64, y: out [u32; n]) each i of y { }
job normalise[m, n](x: inout [f32; m, n]) {
    let peak: [f32; m];
    run row_max(x, peak);
    run scale(peak, x);
}
job main[m, n](rounds: u32, x: inout [f32; m, n]) {
    let spare: [i64; m + 1, 2];
    for i in 1..rounds step 2 { run normalise(x); run normalise(x); }
    run normalise(x);
}
";

/// What the command prints, and how it ends.
fn cost(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("softmax.lks"), SOFTMAX).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.args(["cost", "softmax.lks"]).args(arguments).current_dir(folder.path()).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// The weights are those of the book: a cell of memory 8, an operator on floats 2, a trip 2, a variable set 1.
const ROW_MAX: &str = "\
kernel row_max[m, n](x: in [f32; m, n], y: out [f32; m])
  groups ceil_div(lanes, 256)
  lanes m
  cost 4096 + groups × 64 + lanes × (17 + max(n - 1, 0) × 13)
  memory 4 × m × n + 4 × m bytes

kernel scale[m, n](by: in [f32; m], x: inout [f32; m, n])
  groups m × ceil_div(n, 64)
  lanes groups × 64
  cost 4096 + groups × 64 + lanes × 29
  memory 4 × m + 4 × m × n bytes
";
const IDLE: &str = "\
kernel idle[n](s: u64, y: out [u32; n])
  groups ceil_div(lanes, 256)
  lanes n
  cost 4096 + groups × 64
  memory 4 × n bytes
";
const NORMALISE: &str = "\
job normalise[m, n](x: inout [f32; m, n])
  cost row_max + scale
  memory 4 × m × n + 4 × m bytes
";
const MAIN: &str = "\
job main[m, n](rounds: u32, x: inout [f32; m, n])
  cost ceil_div(max(rounds - 1, 0), 2) × (normalise + normalise) + normalise
  memory 4 × m × n + 8 × (m + 1) × 2 bytes, and the temporaries of normalise
";

#[test]
fn without_an_entry_every_kernel_and_job_has_its_formulas() {
    let (code, text) = cost(&[]);
    assert_eq!((code, text), (Some(0), format!("{ROW_MAX}\n{IDLE}\n{NORMALISE}\n{MAIN}")));
}

#[test]
fn an_entry_has_its_formulas_and_those_of_what_it_runs() {
    assert_eq!(cost(&["idle"]), (Some(0), IDLE.to_string()));
    assert_eq!(cost(&["main"]), (Some(0), format!("{ROW_MAX}\n{NORMALISE}\n{MAIN}")));
}

#[test]
fn shapes_give_numbers() {
    // One group of 100 lanes, and 100 × 2 groups of 64.
    let once = 4096 + 64 + 100 * (17 + 69 * 13) + 4096 + 200 * 64 + 200 * 64 * 29;
    let numbers = format!(
        "\nthis call of normalise\n  dispatches 2\n  cost at most {once}\n  memory {} bytes\n",
        4 * (100 * 70 + 100)
    );
    let (code, text) = cost(&["normalise", "x=[100, 70]"]);
    assert_eq!((code, text), (Some(0), format!("{ROW_MAX}\n{NORMALISE}{numbers}")));
    // The entry that `lockstep run` would run; the temporary of the inner job is made once and used again.
    let (code, text) = cost(&["x=[100,70]", "rounds=4"]);
    let bytes = 4 * (100 * 70 + 100) + 8 * 101 * 2;
    let numbers = format!("dispatches 10\n  cost at most {}\n  memory {bytes} bytes\n", once * 5);
    assert!(code == Some(0) && text.ends_with(&numbers), "{text}");
}

#[test]
fn what_fits_no_call_is_refused() {
    let cases: [(&[&str], &str); 8] = [
        (&["nothing"], "error[C0010]: the module has no kernel or job `nothing`"),
        (&["main", "idle"], "error[B0006]: two kernels or jobs are named"),
        (&["normalise", "y=[3, 4]"], "error[B0005]: `y=[3, 4]`: `normalise` takes no array of that name"),
        (&["row_max", "y=[3]"], "error[B0005]: `y=[3]`: `row_max` takes no array of that name"),
        (&["normalise", "x=[3, 4"], "error[B0005]: `x=[3, 4`: a shape is written as `[1024, 64]`"),
        (&["normalise", "x=[100000, 100000]"], "error[B0005]: `x=[100000, 100000]`: an array of that shape is larger"),
        (&["normalise", "x=[3]"], "error[C0004]: `x` is [f32; m, n], of rank 2, and [f32; 3], of rank 1"),
        (&["main", "x=[3, 4]"], "error[C0001]: `rounds` is missing"),
    ];
    for (arguments, part) in cases {
        let (code, text) = cost(arguments);
        assert!(code == Some(1) && text.starts_with(part), "{arguments:?}: {text}");
    }
}
