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

/// The counters are constants, so the accumulator is in variables; every cell of both shared arrays is written before
/// it is read, so they are not set to zero.
#[test]
fn a_product_of_matrices_is_straight_code_between_barriers() {
    insta::assert_snapshot!(ir("
kernel matmul[m, n, k](a: in [f32; m, k], b: in [f32; k, n], c: out [f32; m, n])
    tile (8, 8) of c as t at (r0, c0) lanes (4, 8)
{
    shared sa: [f32; 8, 8];
    shared sb: [f32; 8, 8];
    lane acc: [f32; 2] = 0.0;
    for kt in 0..ceil_div(k, 8) {
        phase (y, x) {
            for j in 0..2 {
                sa[y + 4 * j, x] = a[r0 + y + 4 * j, kt * 8 + x] else 0.0;
                sb[y + 4 * j, x] = b[kt * 8 + y + 4 * j, c0 + x] else 0.0;
            }
        }
        phase (y, x) {
            for p in 0..8 { for j in 0..2 { acc[j] += sa[y * 2 + j, p] * sb[p, x]; } }
        }
    }
    phase (y, x) { for j in 0..2 { t[y * 2 + j, x] = acc[j]; } }
}
"));
}

#[test]
fn lanes_combine_and_claim() {
    insta::assert_snapshot!(ir("
kernel count[n, m](x: in [u32; n], h: acc(add) [u32; 64], places: claim [u32; m])
    tile (64) of x as t at (first) lanes (64)
{
    shared bins: acc(add) [u32; 64];
    phase (l) { bins[(t[l] else 0) & 63] += 1; }
    phase (l) {
        h[l] += bins[l];
        claim places[t[l] else 0] = l;
    }
}
"));
}

#[test]
fn integers_of_64_bits_are_pairs_of_words() {
    insta::assert_snapshot!(ir("
kernel wide[n](s: i64, x: in [u64; n], y: out [u64; n]) each i of y {
    y[i] = (x[i] + u64(s)) * x[i];
}
"));
}

#[test]
fn dot_products_of_packed_bytes() {
    insta::assert_snapshot!(ir("
kernel dots[n, m](a: in [i8x4; n, m], b: in [i8x4; m], y: out [i32; n]) each r of y {
    var sum: i32 = 0;
    for c in 0..m { sum += dot(a[r, c], b[c]); }
    y[r] = sum;
}
"));
}

/// What can never be written needs no second load, and what a lane wrote itself it knows.
#[test]
fn cells_are_loaded_once() {
    insta::assert_snapshot!(ir("
kernel once[n](x: in [u32; n], y: inout [u32; n]) each i of y {
    var cells: [u32; 4] = x[i];
    for j in 0..4 { cells[j] += x[i] * j; }
    y[i] = cells[1] + cells[3] + y[i];
    y[i] = y[i] + 1;
}
"));
}
