//! Groups, phases, shared arrays, and what lanes keep.

use crate::make::{Given, Program, float, table, words};

const MATMUL: &str = "
kernel tiled[m, n, k](a: in [f32; m, k], b: in [f32; k, n], c: out [f32; m, n])
    tile (8, 8) of c as t at (r0, c0) lanes (4, 4)
{
    shared sa: [f32; 8, 4];
    shared sb: [f32; 4, 8];
    lane acc: [f32; 2, 2] = 0.0;
    for kt in 0..ceil_div(k, 4) {
        phase (y, x) {
            for j in 0..2 {
                sa[y + 4 * j, x] = a[r0 + y + 4 * j, kt * 4 + x] else 0.0;
                sb[y, x + 4 * j] = b[kt * 4 + y, c0 + x + 4 * j] else 0.0;
            }
        }
        phase (y, x) {
            for p in 0..4 { for i in 0..2 { for j in 0..2 {
                acc[i, j] += sa[y * 2 + i, p] * sb[p, x * 2 + j];
            } } }
        }
    }
    phase (y, x) { for i in 0..2 { for j in 0..2 { t[y * 2 + i, x * 2 + j] = acc[i, j]; } } }
}
";

/// Whole numbers, so that any order of the sums gives the same bits.
#[test]
fn a_product_of_matrices_by_tiles_is_the_product() {
    let program = Program::new(MATMUL);
    for (m, n, k) in [(8, 8, 4), (16, 24, 8), (1, 1, 1), (13, 9, 7), (8, 8, 0), (0, 5, 3), (20, 3, 17)] {
        let (a, b) = (|r: u32, c: u32| (r * 7 + c * 3) % 11, |r: u32, c: u32| (r * 5 + c * 13) % 17);
        let given = [("a", table(m, k, |r, c| float(a(r, c)))), ("b", table(k, n, |r, c| float(b(r, c))))];
        let cells = (0..m).flat_map(|r| (0..n).map(move |c| (r, c)));
        let wanted: Vec<u32> = cells.map(|(r, c)| float((0..k).map(|p| a(r, p) * b(p, c)).sum())).collect();
        assert_eq!(program.output("tiled", &given), wanted, "{m} × {k} × {n}");
    }
}

#[test]
fn what_lanes_keep_lives_across_phases_and_is_new_in_each_group() {
    let program = Program::new(
        "kernel k[n](y: out [u32; n]) tile (4) of y as t at (first) lanes (4) {
            lane sum: u32 = first;
            lane seen: [u32; 3] = 7;
            for i in 0..3 { phase (x) { sum += x; seen[i] = sum * 10; let other = 99; } }
            phase (x) { t[x] = seen[0] + seen[2]; }
        }",
    );
    let wanted: Vec<u32> = (0..10).map(|cell| (cell / 4 * 4 * 2 + cell % 4 * 4) * 10).collect();
    assert_eq!(program.output("k", &[("n", Given::Extent(10))]), wanted);
}

#[test]
fn shared_arrays_begin_as_zeros_in_each_group_and_are_seen_after_the_phase() {
    let program = Program::new(
        "kernel k[n](y: out [u32; n]) tile (4) of y as t at (first) lanes (4) {
            shared s: [u32; 5];
            phase (x) { s[x] += x + 1; }
            phase (x) { t[x] = s[3 - x] * 10 + s[4]; }
        }",
    );
    assert_eq!(program.output("k", &[("n", Given::Extent(9))]), [40, 30, 20, 10, 40, 30, 20, 10, 40]);
}

#[test]
fn group_level_code_runs_once_and_chooses_for_all_lanes() {
    let program = Program::new(
        "kernel k[n](limit: u32, y: out [u32; n]) tile (2) of y as t at (first) lanes (2) {
            lane sum: u32 = 0;
            let half = limit / 2;
            for i in half..limit step 3 {
                if first >= 4 { phase (x) { sum += 100; } }
                else if i == half { phase (x) { sum += 1; } }
                else { phase { sum += 10; } }
            }
            phase (x) { t[x] = sum; }
        }",
    );
    let given = [("n", Given::Extent(6)), ("limit", Given::Scalar(11))];
    assert_eq!(program.output("k", &given), [11, 11, 11, 11, 200, 200]);
}

#[test]
fn lanes_are_counted_row_by_row_and_tiles_too() {
    let program = Program::new(
        "kernel k[h, w](y: out [u32; h, w]) tile (2, 3) of y as t at (r, c) lanes (2, 3) {
            phase (i, j) { t[i, j] = (r * 100 + c) * 100 + i * 10 + j; }
        }",
    );
    let wanted: Vec<u32> = (0..3u32)
        .flat_map(|r| (0..4u32).map(move |c| ((r / 2 * 2) * 100 + c / 3 * 3) * 100 + r % 2 * 10 + c % 3))
        .collect();
    assert_eq!(program.output("k", &[("h", Given::Extent(3)), ("w", Given::Extent(4))]), wanted);
}

#[test]
fn every_tile_clause_has_its_own_grid() {
    let program = Program::new(
        "kernel k[n, m](x: in [u32; n], sums: out [u32; m], copy: out [u32; n])
            tile (4) of copy as t at (first) tile (1) of sums as s at (group) lanes (2) {
            shared part: [u32; 2];
            phase (i) {
                for j in 0..2 {
                    let v = x[first + i * 2 + j] else 0;
                    part[i] += v;
                    t[i * 2 + j] = v;
                }
            }
            phase (i) { if i == 0 { s[0] = part[0] + part[1] + group * 1000; } }
        }",
    );
    let given = [("x", words([1, 2, 3, 4, 5, 6])), ("m", Given::Extent(2))];
    assert_eq!(program.outputs("k", &given), [vec![10, 1011], vec![1, 2, 3, 4, 5, 6]]);
    // Three groups by the first clause, and two by the second.
    let bound = program.bind("k", &[("x", words([0; 9])), ("m", Given::Extent(2))]);
    let refusal = lockstep_interpreter::run(program.source(), "k", bound, &|_, _| {}).unwrap_err();
    assert_eq!(refusal.code, "C0011");
}

#[test]
fn an_each_kernel_has_the_coordinates_of_its_grid_and_no_lane_beyond_it() {
    let program = Program::new(
        "kernel k[a, b, c](y: out [u32; a, b, c]) each (i, j, l) of y { y[i, j, l] = (i * 100 + j) * 100 + l; }",
    );
    let sizes = (3u32, 7, 40);
    let cells = (0..sizes.0).flat_map(|i| (0..sizes.1).flat_map(move |j| (0..sizes.2).map(move |l| (i, j, l))));
    let wanted: Vec<u32> = cells.map(|(i, j, l)| (i * 100 + j) * 100 + l).collect();
    let extents = [("a", Given::Extent(3)), ("b", Given::Extent(7)), ("c", Given::Extent(40))];
    assert_eq!(program.output("k", &extents), wanted);
    let none = [("a", Given::Extent(3)), ("b", Given::Extent(0)), ("c", Given::Extent(40))];
    assert_eq!(program.output("k", &none), [0u32; 0]);
}
