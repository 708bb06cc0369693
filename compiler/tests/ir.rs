//! The intermediate representation of a few kernels, kept as snapshots, so that a change of lowering is seen.

#![allow(clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_compiler::{check, render::render};

fn ir(text: &str) -> String {
    let compilation = check("example.lks", text);
    if compilation.program.is_none() {
        panic!("{}", render(&compilation.diagnostics, &compilation.sources, false));
    }
    let kernels: String = compilation.ir.iter().map(ToString::to_string).collect();
    format!("{}\n----\n{kernels}", text.trim())
}

#[test]
fn floats_come_in_and_go_out_by_the_door() {
    insta::assert_snapshot!(ir("
kernel saxpy[n](a: f32, x: in [f32; n], y: inout [f32; n]) each i of y {
    y[i] = a * x[i] + y[i];
}
"));
}

#[test]
fn an_index_that_is_not_proven_is_guarded() {
    insta::assert_snapshot!(ir("
kernel gather[n, m](place: in [u32; n], x: in [u32; m], y: out [u32; n]) each i of y {
    y[i] = x[place[i]] + (x[i] else 7);
}
"));
}

#[test]
fn loops_count_from_zero_and_can_be_left() {
    insta::assert_snapshot!(ir("
kernel first[m, n](x: in [u32; m, n], wanted: u32, y: out [u32; m]) each r of y {
    var found: u32 = n;
    for c in 2..n step 3 {
        if x[r, c] == wanted { found = c; break; }
    }
    y[r] = found;
}
"));
}

#[test]
fn functions_are_written_out_and_equal_values_made_once() {
    insta::assert_snapshot!(ir("
fn square(a: u32) -> u32 { a * a }
kernel k[n](s: u32, x: inout [u32; n]) each i of x {
    x[i] = square(x[i] + s * 3) + square(s * 3);
}
"));
}
