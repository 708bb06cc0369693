//! Weights of blocks, and bounds for given scalars and extents.

use super::bound;
use crate::{check, program::Kernel};

fn kernel(text: &str) -> Kernel {
    let compilation = check("cost.lks", text);
    let Some(mut program) = compilation.program else { panic!("{:?}\n{text}", compilation.diagnostics) };
    program.kernels.remove(0)
}

/// What the one phase of an `each` kernel costs when it is entered, given the value of a cell.
fn entered(value: &str) -> u64 {
    let text = format!(
        "const T: [u32; 4] = [1, 2, 3, 4];
        fn twice(a: f32) -> f32 {{ let b = a + a; b }}
        kernel k[n](x: in [f32; n], w: in [u64; n], p: u32, f: f32, y: out [f32; n]) each i of y {{
            var v: u32 = p;
            y[i] = {value};
        }}"
    );
    // The `var` and the write are 9.
    kernel(&text).phases()[0].body.weight - 9
}

#[test]
fn a_block_costs_its_straight_line() {
    assert_eq!(entered("1.0"), 0);
    assert_eq!(entered("f * f + 1.0"), 4);
    assert_eq!(entered("x[i]"), 8);
    assert_eq!(entered("x[i + 1] else f"), 9);
    assert_eq!(entered("x[i] else x[i]"), 16);
    assert_eq!(entered("f32(w[i])"), 18);
    assert_eq!(entered("f32(w[i] / 3)"), 530);
    assert_eq!(entered("f32(T[p & 3])"), 4);
    assert_eq!(entered("f32(p / 3)"), 18);
    assert_eq!(entered("sqrt(f) / 2.0"), 64);
    // All conditions, but no arm.
    assert_eq!(entered("if p < 3 && x[i] > 1.0 { x[i] } else if p == 4 { x[i] } else { f }"), 1 + 1 + 1 + 8 + 2 + 1);
    // A function that is written out costs what is in it.
    assert_eq!(entered("twice(f * f)"), 4);
}

/// The most that a lane costs with these scalars and extents, given what an `each` kernel of extents `n` and `m` does.
fn most(body: &str, scalars: &[u64], extents: &[u32]) -> u64 {
    let text = format!(
        "kernel k[n, m](x: in [u32; n, m], p: u32, q: i32, y: out [u32; n]) each i of y {{
            var v: u32 = 0;
            {body}
        }}"
    );
    bound(&kernel(&text)).evaluate(scalars, extents) - 1
}

#[test]
fn loops_cost_their_trips() {
    assert_eq!(most("for a in 0..7 { v += a; }", &[0, 0], &[1, 1]), 7 * (2 + 2));
    assert_eq!(most("for a in 0..n step 3 { v += a; }", &[0, 0], &[10, 1]), 4 * 4);
    assert_eq!(most("for a in 0..n { for b in a..m { v += a; } }", &[0, 0], &[3, 5]), 3 * (2 + 5 * 4));
    assert_eq!(most("for a in p..n + 1 { v += a; }", &[4, 0], &[10, 1]), 1 + 7 * 4);
    assert_eq!(most("for a in q..3 { v += 1; }", &[0, u64::from((-4i32).cast_unsigned())], &[10, 1]), 7 * 4);
    assert_eq!(most("let e = n * 2; for a in 0..e { v += a; }", &[0, 0], &[5, 1]), 1 + 10 * 4);
    // A stated maximum stands for what is not known; its counter bounds what is inside.
    assert_eq!(most("for a in 0..x[i, 0] max p { v += a; }", &[6, 0], &[5, 1]), 8 + 6 * 4);
    assert_eq!(most("for a in 2..x[i, 0] max p { for b in 0..a { v += 1; } }", &[3, 0], &[5, 1]), 8 + 3 * (2 + 4 * 4));
    assert_eq!(most("for a in x[i, 0]..n step 2 max 4 { v += a; }", &[6, 0], &[5, 1]), 8 + 4 * 4);
}

#[test]
fn a_choice_costs_its_dearest_arm() {
    assert_eq!(most("if p > 3 { v = x[i, 0]; } else if p > 2 { v += 1; }", &[0, 0], &[1, 1]), 1 + 2 + 9);
    assert_eq!(most("if p > 3 { for a in 0..n { v += 1; } } else { v /= 3; }", &[0, 0], &[1, 1]), 2 + 17);
    assert_eq!(most("if p > 3 { for a in 0..n { v += 1; } } else { v /= 3; }", &[0, 0], &[9, 1]), 2 + 36);
    assert_eq!(most("v = if p > 3 { x[i, 0] } else { x[i, 1] + x[i, 2] };", &[0, 0], &[9, 1]), 1 + 2 + 17);
}

/// How often a loop to `to` can run in a group that owns a tile of 64 cells of `n`.
fn trips(to: &str, extents: &[u32]) -> u64 {
    let text = format!(
        "kernel k[n, m](x: in [u32; m], y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {{
            lane v: u32 = 0;
            phase (l) {{ let h = {to}; for a in 0..h {{ v = a; }} }}
        }}"
    );
    let all = bound(&kernel(&text)).evaluate(&[], extents);
    let none = bound(&kernel(&text.replace("0..h", "0..0"))).evaluate(&[], extents);
    (all - none) / 3
}

#[test]
fn an_origin_is_at_most_its_extent() {
    assert_eq!(trips("min(64, n - r)", &[1000, 7]), 64);
    assert_eq!(trips("min(64, n - r)", &[10, 7]), 10);
    assert_eq!(trips("r / 64 + 1", &[100, 7]), 2);
    assert_eq!(trips("max(r, 5)", &[100, 7]), 100);
    // It can be more than another extent, and the difference wraps then.
    assert_eq!(trips("min(64, m - r)", &[1000, 7]), 64);
    assert_eq!(trips("m - r", &[1000, 7]), u64::from(u32::MAX));
    // A sum that wraps is not too small.
    assert_eq!(trips("r + 4294967295", &[1000, 7]), u64::from(u32::MAX));
}

#[test]
fn what_a_group_does_costs_each_of_its_lanes() {
    let text = "kernel k[n](y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {
        lane a: [u32; 4, 4] = n * 3;
        let h = n / 2;
        for i in 0..h { if i > 3 { phase (l) { t[l] = 1; } } }
    }";
    assert_eq!(bound(&kernel(text)).evaluate(&[], &[10]), 16 + 1 + 16 + 5 * (2 + 2 + 8));
}

#[test]
fn nesting_is_bounded() {
    let deep = |depth: usize| {
        let open = "if v > 1 { for a in 0..n { v += 1; } ";
        (0..depth).fold(String::new(), |text, _| text + open) + &"}".repeat(depth)
    };
    let shallow = most(&deep(20), &[0, 0], &[2, 1]);
    assert!(shallow < 1000, "{shallow}");
}
