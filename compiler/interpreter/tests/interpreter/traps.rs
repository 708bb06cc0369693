//! Which trap is reported: the least group, in it the first phase, in it the least lane.

use lockstep_interpreter::replay;
use lockstep_module::{Array, TrapCause};

use crate::make::{Given, Program, words};

fn lane(names: &[(&str, u32)]) -> Vec<(String, u32)> {
    names.iter().map(|(name, at)| (name.to_string(), *at)).collect()
}

/// Lane `i` of group `g` of four lanes traps in the first phase if cell 4g + i is 1, in the second if it is 2.
const PHASES: &str = "kernel k[n](x: in [u32; n], y: out [u32; n]) tile (4) of y as t at (first) lanes (4) {
    phase (early) { assert x[first + early] != 1; }
    phase (late) { assert x[first + late] != 2; t[late] = 1; }
}";

#[test]
fn an_earlier_phase_comes_before_a_lesser_lane() {
    let program = Program::new(PHASES);
    let report = program.trap("k", &[("x", words([0, 0, 0, 0, 0, 2, 0, 1]))]);
    assert_eq!((report.group, report.lane.clone()), (Some(1), lane(&[("early", 3)])));
    assert_eq!(program.blamed(&report), "assert x[first + early] != 1;");
    let report = program.trap("k", &[("x", words([0, 0, 0, 0, 0, 2, 2, 0]))]);
    assert_eq!((report.group, report.lane), (Some(1), lane(&[("late", 1)])));
}

#[test]
fn a_lesser_group_comes_before_an_earlier_phase() {
    let program = Program::new(PHASES);
    let mut cells = [0; 4000];
    (cells[3999], cells[2002]) = (1, 2);
    let report = program.trap("k", &[("x", words(cells))]);
    assert_eq!((report.group, report.lane), (Some(500), lane(&[("late", 2)])));
}

#[test]
fn a_trap_of_the_groups_own_code_blames_no_lane() {
    let program = Program::new(
        "kernel k[n](d: u32, y: out [u32; n]) tile (4) of y as t at (first) lanes (4) {
            phase (i) { assert first + i != 13; }
            let q = 100 / (d - first);
            phase (i) { t[i] = q; }
        }",
    );
    let given = |d| [("n", Given::Extent(16)), ("d", Given::Scalar(d))];
    let report = program.trap("k", &given(8));
    assert_eq!((report.cause, report.group, report.lane.len()), (TrapCause::DivisionByZero, Some(2), 0));
    let report = program.trap("k", &given(12));
    assert_eq!((report.cause, report.group), (TrapCause::AssertionFailed, Some(3)));
    assert_eq!(report.lane, lane(&[("i", 1)]));
}

#[test]
fn lanes_are_least_in_the_order_of_their_numbers() {
    let program = Program::new(
        "kernel k[h, w](x: in [u32; h, w], y: out [u32; h, w]) tile (2, 2) of y as t at (r, c) lanes (2, 2) {
            phase (i, j) { t[i, j] = 10 / (x[r + i, c + j] else 1); }
        }",
    );
    let x = Given::Array(vec![2, 4], vec![1, 1, 1, 0, 0, 1, 0, 1]);
    let report = program.trap("k", &[("x", x)]);
    assert_eq!((report.group, report.lane), (Some(0), lane(&[("i", 1), ("j", 0)])));
}

#[test]
fn an_index_past_a_tile_is_a_trap_even_beyond_the_edge() {
    let program = Program::new(
        "kernel k[n](at: in [u32; 1], y: inout [u32; n]) tile (64) of y as t at (first) lanes (1) {
            phase (i) { let v = t[at[0]] else 3; t[0] = v; }
        }",
    );
    let given = |at| [("at", words([at])), ("y", words([5; 40]))];
    let report = program.trap("k", &given(70));
    assert_eq!(report.detail, "index 70 of tile `t` is not below 64");
    assert_eq!(program.output("k", &given(50))[0], 3);
    assert_eq!(program.output("k", &given(39))[0], 5);
}

#[test]
fn a_plain_read_beyond_the_edge_names_the_array_and_its_index() {
    let program = Program::new(
        "kernel k[n](y: inout [u32; n]) tile (4) of y as t at (first) lanes (4) {
            phase (i) { t[i] = t[i] + 1; }
        }",
    );
    let report = program.trap("k", &[("y", words([0; 6]))]);
    assert_eq!((report.group, report.lane.clone()), (Some(1), lane(&[("i", 2)])));
    assert_eq!(
        (report.cause, report.detail.as_str()),
        (TrapCause::IndexOutOfRange, "index 6 of `y` is not below n = 6")
    );
}

#[test]
fn indices_of_shared_arrays_are_checked() {
    let program = Program::new(
        "kernel k[n](at: in [i32; n], y: out [u32; n]) tile (2) of y as t at (first) lanes (2) {
            shared s: [u32; 3];
            phase (i) { t[i] = s[at[first + i]]; }
        }",
    );
    assert_eq!(program.trap("k", &[("at", words([2, 3]))]).detail, "index 3 of `s` is not below 3");
    let negative = (-1i32).cast_unsigned();
    assert_eq!(program.trap("k", &[("at", words([2, negative]))]).detail, "index -1 of `s` is negative");
}

#[test]
fn a_replay_of_the_group_gives_the_report_and_of_another_gives_none() {
    let program = Program::new(PHASES);
    let given = [("x", words([0, 0, 0, 0, 0, 2, 0, 1]))];
    let report = program.trap("k", &given);
    let plan = program.plan("k", program.bind("k", &given)).unwrap();
    let array = |index: usize| {
        let planned = &plan.arrays[index];
        let words = planned.initial.clone().unwrap_or_else(|| vec![0; planned.words()]);
        Array { element: planned.element, dimensions: planned.dimensions.clone(), words }
    };
    let arrays: Vec<Array> = plan.dispatches[0].arrays.iter().map(|index| array(*index)).collect();
    assert_eq!(replay(program.source(), &plan, 0, 1, &arrays), Some(report));
    assert_eq!(replay(program.source(), &plan, 0, 0, &arrays), None);
    // What is not there does not trap either.
    assert_eq!(replay(program.source(), &plan, 0, 2, &arrays), None);
    assert_eq!(replay(program.source(), &plan, 1, 0, &arrays), None);
    assert_eq!(replay(program.source(), &plan, 0, 1, &[]), None);
}
