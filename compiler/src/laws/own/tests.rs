//! Programs on both sides of the law. Messages have their snapshots in `errors`.

use crate::check;

fn codes(text: &str) -> Vec<&'static str> {
    check("own.lks", text).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// What a kernel of 64 lanes over a shared array of 64 cells is refused for, given the body of its first phase.
fn phase(body: &str) -> Vec<&'static str> {
    group(&format!("phase (y, x) {{ {body} }}"))
}

/// The same for everything that a group does; `l` is the number of the lane in the last phase.
fn group(statements: &str) -> Vec<&'static str> {
    codes(&format!(
        "const REVERSED: [u32; 8] = [7, 6, 5, 4, 3, 2, 1, 0];
        const TWICE: [u32; 8] = [0, 1, 2, 3, 4, 5, 6, 6];
        fn swizzled(a: u32, b: u32) -> u32 {{ let c = a ^ b; a * 8 + c }}
        kernel k[n, m](d: in [u32; n], p: u32, o: out [u32; m]) tile (64) of o as t at (r) lanes (8, 8) {{
            shared s: [u32; 64];
            shared q: [u32; 8, 9];
            lane v: u32 = 0;
            {statements}
            phase (a, b) {{ t[a * 8 + b] = s[63 - (a * 8 + b)] + q[a, b]; }}
        }}"
    ))
}

/// What an `each` kernel over `(i, j)` of `(n, m)` is refused for, given what it does with `y: inout [u32; n, m]`.
fn each(body: &str) -> Vec<&'static str> {
    codes(&format!("kernel k[n, m](d: in [u32; n], p: u32, y: inout [u32; n, m]) each (i, j) in (n, m) {{ {body} }}"))
}

const NONE: [&str; 0] = [];

#[test]
fn places_that_all_lanes_have_for_themselves() {
    for body in [
        "s[y * 8 + x] = 1;",
        "s[63 - y * 8 - x] = 1;",
        "s[x * 8 + y] += 1;",
        "q[y, x] = 1; q[y, x] += 2;",
        "q[y, (x + y) % 8] = 1;",
        "s[y * 8 + (x ^ y)] = 1;",
        "s[(y << 3) | x] = 1;",
        "s[swizzled(y, x)] = 1;",
        "s[y * 8 + REVERSED[x]] = 1;",
        "let at = y * 8 + x; let other = i32(at) - 64; s[u32(other + 64)] = 1;",
        "var at: u32 = y; at *= 8; at += x; s[at] = 1;",
        "var at: u32 = x; for i in 0..y max 8 { at += 8; } s[at] = 1;",
        // Half of the lanes, with one cell more each.
        "if x < 4 { s[y * 8 + x] = 1; s[y * 8 + x + 4] = 2; }",
        "for i in 0..4 { if i == 0 { s[y * 8 + x + i] = i; } }",
        // What the whole group agrees on moves all lanes alike.
        "s[(y * 8 + x + n + p * r) & 63] = 1;",
        "s[(y * 8 + x + 64 * d[0]) % 64] = 1;",
        "s[64 * d[0] + y * 8 + x] = 1;",
        // Out of range nothing is touched: the lane traps, or takes its `else`.
        "s[y * 8 + x] = s[y * 8 + x + 64] else 0;",
        // What others read is another array.
        "q[y, x] = s[0]; v = q[y, x];",
        // One lane alone.
        "if x == 0 && y == 0 { s[d[0] & 63] = 1; }",
        "if x == 3 { if y == 1 { s[5] = 1; s[6] = s[7]; } }",
    ] {
        assert_eq!(phase(body), NONE, "{body}");
    }
}

#[test]
fn places_that_lanes_share() {
    for (body, code) in [
        ("s[0] = 1;", "E0401"),
        ("s[x] = 1;", "E0401"),
        ("s[y * 7 + x] = 1;", "E0401"),
        ("s[y * 8 + (x | y)] = 1;", "E0401"),
        ("s[y * 8 + TWICE[x]] = 1;", "E0401"),
        ("q[y, x] = 1; q[x, y] = 2;", "E0401"),
        ("q[y, x] = q[x, y];", "E0402"),
        ("s[y * 8 + x] = 1; v = s[(y * 8 + x + 1) & 63];", "E0402"),
        ("v = s[y]; if x == 0 { s[y + 7] = 1; }", "E0402"),
        ("s[(y * 8 + x + n) & 31] = 1;", "E0401"),
        ("s[(y * 8 + x) * p] = 1;", "E0401"),
        ("s[d[y * 8 + x]] = 1;", "E0401"),
        ("s[y * 8 + x] = s[d[x]];", "E0402"),
        ("if d[x] > 3 { s[x] = 1; }", "E0401"),
        ("for i in 0..2 { s[y * 8 + x + i] = 1; }", "E0401"),
        ("for i in 0..p { s[(y * 8 + x + i) & 63] = 1; }", "E0401"),
        ("var at: u32 = y * 8; if d[x] > 3 { at += x; } s[at] = 1;", "E0401"),
        (
            "var at: u32 = y * 8 + x; for i in 0..2 { if d[i] > 3 { break; } at += 64; } s[at & 63] = 1; s[at & 31] = 2;",
            "E0401",
        ),
        // A variable that is set where it is read has no one value there.
        ("var at: u32 = x; s[y * 8 + at + (if d[0] > 1 { at = 0; 0 } else { 0 })] = 1;", "E0401"),
    ] {
        assert_eq!(phase(body), [code], "{body}");
    }
}

#[test]
fn trips_of_the_group_are_followed_where_they_are_constant() {
    for statements in [
        "for i in 0..6 { phase (y, x) { let l = y * 8 + x; if l < (32 >> i) { s[l] += s[l + (32 >> i)]; } } }",
        "for k in 0..3 { for j in 0..k { phase (y, x) { q[y ^ (1 << j), x] = 1; } } }",
        "for i in 0..2 { let half = 32 * i; phase (y, x) { let l = y * 8 + x; s[(l + half) & 63] = 1; } }",
        "if n > 3 { phase (y, x) { s[y * 8 + x] = 1; } } else { phase (y, x) { s[x * 8 + y] = 1; } }",
        "let h = ceil_div(n, 2); phase (y, x) { s[(y * 8 + x + h) & 63] = 1; }",
    ] {
        assert_eq!(group(statements), NONE, "{statements}");
    }
    for (statements, code) in [
        ("for i in 0..7 { phase (y, x) { let l = y * 8 + x; if l < 33 - i { s[l] += s[l + 32 - i]; } } }", "E0402"),
        (
            "for i in 0..n { phase (y, x) { let l = y * 8 + x; if l < (32 >> i) { s[l] += s[l + (32 >> i)]; } } }",
            "E0402",
        ),
        ("for i in 0..2 { phase (y, x) { s[(y * 8 + x) >> i] = 1; } }", "E0401"),
        // The variable of a lane is known only in the phase that sets it.
        ("phase (y, x) { v = y * 8 + x; } phase (y, x) { s[v] = 1; }", "E0401"),
    ] {
        assert_eq!(group(statements), [code], "{statements}");
    }
}

#[test]
fn each_phase_and_array_has_its_own_error() {
    assert_eq!(group("phase (y, x) { s[0] = 1; s[1] = 2; q[0, 0] = 3; } phase { s[0] = 1; }"), ["E0401"; 3]);
}

#[test]
fn lanes_of_a_grid() {
    for body in [
        "y[i, j] = 1;",
        "y[n - 1 - i, j] += 1;",
        "y[i + p, m - j] = 1;",
        "y[i * 2, j] = 1; y[i * 2 + 1, j] = y[2 * i, j];",
        "for c in 0..3 { y[3 * i + c, j] = 1; }",
        "for c in 0..3 { y[3 * i + c, (j << 2) - c] = 1; }",
        "let at = u32(i32(i) - 1); y[at + 1, j] = y[i, j];",
        "y[i, j] = 1; for c in 0..0 { y[0, 0] = 2; }",
    ] {
        assert_eq!(each(body), NONE, "{body}");
    }
    for (body, code) in [
        ("y[i, 0] = 1;", "E0401"),
        ("y[i, i] = 1;", "E0401"),
        ("y[i + j, j] = 1;", "E0401"),
        ("y[i / 2, j] = 1;", "E0401"),
        ("y[i & 15, j] = 1;", "E0401"),
        ("y[i * p, j] = 1;", "E0401"),
        ("y[d[i], j] = 1;", "E0401"),
        ("y[i * 129, j] = 1;", "E0401"),
        ("y[i, j] = 1; y[j, i] = 1;", "E0401"),
        ("y[i, j] = 1; y[i + 1, j] = 1;", "E0401"),
        ("y[i, j] = 1; y[i + p, j] = 1;", "E0401"),
        ("for c in 0..4 { y[3 * i + c, j] = 1; }", "E0401"),
        ("y[2 * i, j] = y[2 * i + 4, j];", "E0402"),
        ("y[i, j] = y[i, 0];", "E0402"),
        ("y[i, j] = y[i, j + m] else 0;", "E0402"),
    ] {
        assert_eq!(each(body), [code], "{body}");
    }
}

#[test]
fn a_grid_of_constant_size_bounds_how_far_lanes_are_apart() {
    let kernel = |body: &str| format!("kernel k[n](y: inout [u32; n]) each i in 8 {{ {body} }}");
    assert_eq!(codes(&kernel("y[i] = y[i + 8];")), NONE);
    assert_eq!(codes(&kernel("y[i] = y[i + 7];")), ["E0402"]);
    assert_eq!(codes(&kernel("y[i * 1000000] = 1;")), NONE);
}

#[test]
fn a_constant_loop_that_decides_nothing_costs_nothing() {
    assert_eq!(phase("for i in 0..100000000 { s[y * 8 + x] += i; }"), NONE);
    assert_eq!(each("for i2 in 0..100000000 { y[i, j] += i2; }"), NONE);
}

/// An array whose places take long to follow is refused alone.
#[test]
fn an_array_that_is_hard_to_decide_leaves_room_for_others() {
    let hard = "var at: u32 = 0; for i in 0..100000 { at = (at * 5 + i) & 7; } q[y, at ^ x] = 1;";
    assert_eq!(phase(&format!("{hard} s[y * 8 + x] = at;")), ["E0408"]);
}
