//! Combine, claim, and writes to the edge of a tile.

use lockstep_module::TrapCause;

use crate::make::{Given, Program, words};

#[test]
fn every_operator_combines_into_what_was_there() {
    for (operator, statement, signed, before, wanted) in [
        ("add", "h[0] += x[i]", false, 5u32, 5u32.wrapping_add(7).wrapping_add(u32::MAX).wrapping_add(100)),
        ("min", "h[0] min= x[i]", false, 50, 7),
        ("max", "h[0] max= x[i]", false, 50, u32::MAX),
        ("min", "h[0] min= x[i]", true, 50, u32::MAX),
        ("max", "h[0] max= x[i]", true, 50, 100),
        ("and", "h[0] &= x[i]", false, 0xfc, 0x4),
        ("or", "h[0] |= x[i]", false, 0, u32::MAX),
        ("xor", "h[0] ^= x[i]", false, 1, 1 ^ 7 ^ u32::MAX ^ 100),
    ] {
        let ty = if signed { "i32" } else { "u32" };
        let program = Program::new(&format!(
            "kernel k[n](x: in [{ty}; n], h: acc({operator}) [{ty}; 1]) each i in n {{ {statement}; }}"
        ));
        // 100 & 0xfc & 7 is 4, and -1 is the least and the greatest.
        let given = [("x", words([7, u32::MAX, 100])), ("h", words([before]))];
        assert_eq!(program.output("k", &given), [wanted], "{operator} of {ty}");
    }
}

#[test]
fn a_histogram_is_counted_by_groups_and_then_in_all() {
    let program = Program::new(
        "kernel k[n](x: in [u32; n], first: out [u32; n], h: acc(add) [u32; 4])
            tile (8) of first as f at (origin) lanes (8) {
            shared own: acc(add) [u32; 4];
            phase (i) { if origin + i < n { own[x[origin + i] % 4] += 1; } }
            phase (i) { f[i] = own[i % 4]; }
            phase (i) { if i < 4 { h[i] += own[i]; } }
        }",
    );
    let x: Vec<u32> = (0..21).map(|i| i * i).collect();
    let count = |cells: &[u32], digit: u32| cells.iter().filter(|x| **x % 4 == digit).count() as u32;
    let given = [("x", words(x.clone())), ("h", words([1000, 0, 0, 0]))];
    let first: Vec<u32> = (0..21).map(|i| count(x.chunks(8).nth(i / 8).unwrap(), (i % 8 % 4) as u32)).collect();
    let all: Vec<u32> = (0..4).map(|digit| count(&x, digit) + if digit == 0 { 1000 } else { 0 }).collect();
    assert_eq!(program.outputs("k", &given), [first, all]);
}

const SCATTER: &str = "kernel scatter[n, m](to: in [u32; n], x: in [u32; n], places: claim [u32; m]) each i in n {
    if x[i] > 0 { claim places[to[i]] = x[i]; }
}";

#[test]
fn claimed_cells_are_written_and_the_others_are_zero() {
    let program = Program::new(SCATTER);
    let given = [("to", words([3, 0, 4, 0])), ("x", words([7, 8, 9, 0])), ("m", Given::Extent(6))];
    assert_eq!(program.output("scatter", &given), [8, 0, 0, 7, 9, 0]);
}

#[test]
fn the_least_cell_claimed_twice_is_a_trap_that_blames_no_lane() {
    let program = Program::new(SCATTER);
    // Over two groups, so that the second claim of cell 5 comes from another than the first.
    let to: Vec<u32> = (0..300).map(|i| if i == 299 { 5 } else { i }).collect();
    let given = [("to", words(to)), ("x", words([1; 300])), ("m", Given::Extent(300))];
    let report = program.trap("scatter", &given);
    assert_eq!(report.cause, TrapCause::DoublyClaimed);
    assert_eq!((report.dispatch, report.group, &report.lane), (Some(0), None, &Vec::new()));
    assert_eq!(report.detail, "cell [5] of `places` is claimed more than once");
    assert!(program.blamed(&report).contains("places"), "{}", program.blamed(&report));
}

#[test]
fn of_several_claim_arrays_the_first_is_reported_and_a_group_that_traps_comes_first() {
    let program = Program::new(
        "kernel k[n](x: in [u32; n], a: claim [u32; 2, 4], b: claim [u32; n]) each i in n {
            claim b[0] = 1;
            claim a[1, x[i] % 4] = 1;
            assert x[i] < 8;
        }",
    );
    let report = program.trap("k", &[("x", words([1, 2, 3, 6, 7]))]);
    assert_eq!(report.detail, "cell [1, 2] of `a` is claimed more than once");
    let report = program.trap("k", &[("x", words([1, 2, 3]))]);
    assert_eq!(report.detail, "cell [0] of `b` is claimed more than once");
    let report = program.trap("k", &[("x", words([1, 2, 3, 6, 8]))]);
    assert_eq!((report.cause, report.group), (TrapCause::AssertionFailed, Some(0)));
    assert_eq!(program.outputs("k", &[("x", words([3]))]), [vec![0, 0, 0, 0, 0, 0, 0, 1], vec![1]]);
}

#[test]
fn a_tile_drops_what_is_written_beyond_the_edge_and_reads_its_else_there() {
    let program = Program::new(
        "kernel k[n](y: inout [u32; n]) tile (4) of y as t at (first) lanes (4) {
            shared s: [u32; 4];
            phase (i) { s[i] = t[i] else 50; }
            phase (i) { t[i] = s[i] + s[3 - i]; }
        }",
    );
    assert_eq!(program.output("k", &[("y", words([1, 2, 3, 4, 5, 6]))]), [5, 5, 5, 5, 55, 56]);
}
