//! What is proven, and what is not.

use super::Proofs;
use crate::{
    check,
    program::{Access, ArrayRef, Program},
    source::Sources,
    visit::{self, Visitor},
};

fn checked(text: &str) -> (Program, Sources, usize) {
    let compilation = check("index.lks", text);
    let Some(program) = compilation.program else { panic!("{:?}\n{text}", compilation.diagnostics) };
    (program, compilation.sources, compilation.notes.len())
}

fn proofs(text: &str) -> (Program, Proofs) {
    let (program, sources, _) = checked(text);
    let proofs = super::prove(&program, &sources).0.remove(0);
    (program, proofs)
}

/// How many notes a kernel gets that reads `x: in [u32; n, m]` and `c: in [u32; 16]`.
fn notes(body: &str) -> usize {
    checked(&format!(
        "const T: [u32; 8] = [3, 1, 4, 1, 5, 9, 2, 6];
        fn clamped(a: u32, most: u32) -> u32 {{ if a < most {{ a }} else {{ most - 1 }} }}
        kernel k[n, m](x: in [u32; n, m], c: in [u32; 16], p: u32, z: i32, y: out [u32; n, m]) each (i, j) of y {{
            var sum: u32 = 0;
            {body}
            y[i, j] = sum;
        }}"
    ))
    .2
}

#[test]
fn proven() {
    for body in [
        "sum = x[i, j] + x[n - 1 - i, m - 1 - j];",
        "for a in 0..n { for b in a..n { sum += x[b, j] + x[b - a, j]; } }",
        "for a in 0..n step 3 { sum += x[a, j]; }",
        "if i > 0 { sum += x[i - 1, j]; }",
        "if i + 1 < n && j >= 2 { sum += x[i + 1, j - 2]; }",
        "if !(p >= n) { sum += x[p, j]; }",
        "let inside = p < n; if inside { sum += x[p, j]; }",
        "if p < n && x[p, j] > 0 { sum = 1; }",
        "if p >= n || x[p, j] > 0 { sum = 1; }",
        "sum = x[min(p, n - 1), j];",
        "sum = x[p % n, j] + x[(p / 7) % n, max(j, 0)];",
        "sum = x[i / 2, j >> 1] + x[i & 7, j & p] else 0; sum += x[(i + j) / 2 * 0, j];",
        "sum = c[p & 15] + c[p % 16] + c[p >> 28] + c[i & 3 | 12];",
        "sum = c[T[p & 7]] + c[T[p & 7] + 6];",
        "for a in 0..4 { for b in 0..4 { sum += c[a * 4 + b] + c[15 - a * 4 - b]; } }",
        "for a in 0..ceil_div(n, 16) { for b in 0..16 { if a * 16 + b < n { sum += x[a * 16 + b, j]; } } }",
        "for a in 0..n / 4 { for b in 0..4 { sum += x[a * 4 + b, j]; } }",
        "for a in 0..x[i, j] max 16 { sum += c[a]; }",
        "for a in z..16 { if a >= 0 { sum += c[a]; } }",
        "var at: u32 = p; if at < 16 { sum = c[at]; at += 1; }",
        "for a in 0..n { if a + 5 >= n { continue; } sum += x[a + 5, j]; }",
        "for a in 0..100 { if a > m { break; } if a == m { break; } sum += x[i, a]; }",
        "let q = p / 16; sum = c[p - q * 16];",
        "let w = max(p, 1); let q = i / w; sum = x[q * w, j] + x[i % w, j];",
        "sum = c[if p < 16 { p } else { 15 }];",
        "if n > 0 { sum = x[clamped(p, n), j]; }",
        "sum = c[i32(p & 15)];",
        "if z >= 0 && z < 16 { sum = c[z]; }",
        "var at: u32 = p; if at >= 16 { at = 15; } sum = c[at];",
        "var at: u32 = p; if at >= n { at = i; } sum = x[at, j];",
    ] {
        assert_eq!(notes(body), 0, "{body}");
    }
}

#[test]
fn checked_when_the_program_runs() {
    for (body, count) in [
        ("sum = x[j, i];", 2),
        ("sum = x[i + 1, j];", 1),
        ("sum = x[i - 1, j];", 1),
        ("sum = c[p];", 1),
        ("sum = c[z];", 1),
        ("if z < 16 { sum = c[z]; }", 1),
        ("if p <= n { sum += x[p, j]; }", 1),
        ("if p < n || p > 3 { sum += x[p, j]; }", 1),
        ("if p < n { sum += 1; } else { sum += x[p, j]; }", 1),
        ("sum = c[p & 31] + c[i & 16];", 2),
        ("sum = c[T[p & 7] + 7];", 1),
        ("for a in 0..4 { for b in 0..5 { sum += c[a * 4 + b]; } }", 1),
        ("for a in 0..x[i, j] max 17 { sum += c[a]; }", 1),
        // Wrapping is not forgotten.
        ("if p + 1 < n { sum += x[p, j]; }", 1),
        ("sum = x[min(p - 1, n - 1), j]; sum = x[min(p, n + p), j];", 1),
        ("sum = c[4294967295 * p + p];", 1),
        // A variable can change after it has been compared.
        ("var at: u32 = p; if at < 16 { at += 1; sum = c[at]; }", 1),
        ("var at: u32 = 0; for a in 0..n { sum += c[at]; at += 1; }", 1),
        ("var at: u32 = p; let inside = at < 16; at = i; if inside { sum = c[at]; }", 1),
        ("var at: u32 = 3; if at + (if p > 1 { at = p; 0 } else { 0 }) < 16 { sum = c[at]; }", 1),
        ("var at: u32 = p; if at >= 17 { at = 15; } sum = c[at];", 1),
        ("var at: u32 = p; if at >= n { at = j; } sum = x[at, j];", 1),
        // No fact outlives its branch.
        ("if p < 16 { sum = 1; } sum = c[p];", 1),
        ("for a in 0..n { if a + 5 >= n { continue; } sum = 1; } sum = x[i + 5, j];", 1),
        // A trap does not stop a device.
        ("assert(p < 16); sum = c[p];", 1),
    ] {
        assert_eq!(notes(body), count, "{body}");
    }
}

/// Where `n` is zero a device goes on with row 0 after the trap, and that row has no cells.
#[test]
fn a_remainder_by_an_extent_proves_nothing_beside_another_dimension() {
    let rows = |index: &str| {
        let text = format!("kernel k[n, m](z: in [u32; m], y: out [u32; n, m]) each c of z {{ y[{index}, c] = 1; }}");
        checked(&text).2
    };
    assert_eq!(rows("c % n"), 1);
    assert_eq!(rows("4294967295 * 4294967295"), 1);
}

/// One word is always there to read; two are not.
#[test]
fn a_remainder_by_an_extent_in_an_array_of_one_dimension() {
    let cells = |element: &str| {
        let text =
            format!("kernel k[n, m](x: in [{element}; m], y: out [{element}; n]) each i of y {{ y[i] = x[i % m]; }}");
        checked(&text).2
    };
    assert_eq!(cells("f32"), 0);
    assert_eq!(cells("u64"), 1);
}

/// For each access to a tile, in order, whether it stays inside the edge.
fn edges(dimension: &str, size: u32, index: &str) -> Vec<bool> {
    let text = format!(
        "kernel k[n](z: in [u32; n], y: inout [u32; {dimension}]) tile ({size}) of y as t at (r) lanes ({size}) {{
            phase (l) {{ {index} }}
        }}"
    );
    let (program, proofs) = proofs(&text);
    struct Tiles<'a>(&'a Proofs, Vec<bool>);
    impl Visitor for Tiles<'_> {
        fn access(&mut self, access: &Access, _write: bool) {
            if matches!(access.array, ArrayRef::Tile(_)) {
                assert!(self.0.proven(access, 0));
                self.1.push(self.0.inside_edge(access));
            }
        }
    }
    let mut tiles = Tiles(&proofs, Vec::new());
    visit::group(&mut tiles, &program.kernels[0].body);
    tiles.1
}

#[test]
fn tiles_inside_the_edge() {
    assert_eq!(edges("256", 64, "t[l] = 1;"), [true]);
    assert_eq!(edges("250", 64, "t[l] = 1;"), [false]);
    assert_eq!(edges("n", 64, "t[l] = 1;"), [false]);
    assert_eq!(edges("n", 1, "t[l] = 1;"), [true]);
    assert_eq!(edges("n", 64, "if r + l < n { t[l] = 1; }"), [true]);
    assert_eq!(edges("n", 64, "if l < n - r { t[l] = 1; }"), [true]);
    assert_eq!(edges("n", 64, "if l == 0 { t[0] = 1; }"), [true]);
}

/// For each shared array whether it must begin as zeros.
fn zeros(statements: &str) -> Vec<bool> {
    let text = format!(
        "kernel k[n](z: in [u32; n], y: out [u32; n]) tile (64) of y as t at (r) lanes (64) {{
            shared s: [u32; 64];
            {statements}
            phase (l) {{ t[l] = s[l]; }}
        }}"
    );
    let (program, proofs) = proofs(&text);
    (0..program.kernels[0].shared.len()).map(|shared| proofs.needs_zero(shared)).collect()
}

#[test]
fn arrays_that_are_written_before_they_are_read() {
    for statements in [
        "phase (l) { s[l] = 1; }",
        "phase (l) { s[63 - l] = z[r + l] else 0; }",
        "phase (l) { if l < 32 { for i in 0..2 { s[l + 32 * i] = 1; } } }",
        "if n > 4 { phase (l) { s[l] = 1; } } else { phase (l) { s[l ^ 1] = 1; } }",
        "phase (l) { s[l] = 1; s[l] += 1; }",
        "phase (l) { if l < 32 { s[l] = 1; } } phase (l) { if l >= 32 { s[l] = s[l - 32]; } }",
        "for i in 0..2 { phase (l) { if l / 32 == i { s[l] = 1; } } }",
        "for i in 0..n { phase (l) { s[l] = 1; } phase (l) { t[l] = s[63 - l]; } } phase (l) { s[l] = 2; }",
    ] {
        assert_eq!(zeros(statements), [false], "{statements}");
    }
    for statements in [
        "",
        "phase (l) { s[l] += 1; }",
        "phase (l) { if l < 63 { s[l] = 1; } }",
        "phase (l) { if r + l < n { s[l] = 1; } }",
        "phase (l) { for i in 0..2 { if z[i] > 3 { break; } s[l] = 1; } }",
        "for i in 0..n { phase (l) { s[l] = 1; } }",
        "if n > 4 { phase (l) { s[l] = 1; } }",
        "phase (l) { t[l] = s[l]; } phase (l) { s[l] = 1; }",
        "phase (l) { if l < 32 { s[l] = 1; } } phase (l) { if l < 32 { t[l] = s[l + 1]; } } phase (l) { s[l] = 2; }",
    ] {
        assert_eq!(zeros(statements), [true], "{statements}");
    }
    // Cells that nothing reads show nothing.
    assert_eq!(
        zeros("shared p: [u32; 65]; phase (l) { s[l] = 1; p[l] = 2; } phase (l) { t[l] = p[63 - l]; }"),
        [false; 2]
    );
    assert_eq!(
        zeros("shared p: [u32; 65]; phase (l) { s[l] = 1; p[l] = 2; } phase (l) { t[l] = p[l + 1]; }"),
        [false, true]
    );
    assert_eq!(zeros("shared h: acc(add) [u32; 4]; phase (l) { s[l] = 1; h[l & 3] += 1; }"), [false, true]);
}
