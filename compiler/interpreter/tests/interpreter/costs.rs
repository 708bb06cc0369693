//! What runs really cost, worked out by hand from the table of weights.

use lockstep_module::{DISPATCH_WEIGHT, GROUP_WEIGHT};

use crate::make::{Given, Program, words};

fn fixed(dispatches: u64, groups: u64) -> u64 {
    dispatches * DISPATCH_WEIGHT + groups * GROUP_WEIGHT
}

#[test]
fn every_lane_that_runs_pays_for_the_blocks_that_it_enters() {
    let program = Program::new(
        "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y {
            if x[i] > 2 { y[i] = x[i] + 1; } else { y[i] = 7; }
        }",
    );
    // Condition 8 + 1, `if` 1; then 8 + 8 + 1 or 8.
    let given = [("x", words([1, 2, 3, 4, 5]))];
    assert_eq!(program.run("k", &given).cost, fixed(1, 1) + 5 * 10 + 3 * 17 + 2 * 8);
    let many = [("x", words([0; 600]))];
    assert_eq!(program.run("k", &many).cost, fixed(1, 3) + 600 * 18);
}

#[test]
fn each_trip_is_paid_for_and_a_loop_that_is_left_is_not_paid_to_its_end() {
    let program = Program::new(
        "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y {
            var sum = 0;
            for j in 0..10 { if j >= x[i] { break; } sum += j; }
            y[i] = sum;
        }",
    );
    // Outside 1 + 8; a trip 2, its condition 1 + 8, `if` 1, and its sum 1 + 1: paid on entry, even when left.
    let given = [("x", words([4, 20]))];
    assert_eq!(program.run("k", &given).cost, fixed(1, 1) + 2 * 9 + (5 + 10) * (2 + 10 + 2));
}

#[test]
fn group_level_code_costs_once_for_each_lane() {
    let program = Program::new(
        "kernel k[n](m: u32, y: out [u32; n]) tile (8) of y as t at (first) lanes (4) {
            lane acc: [u32; 3] = m * 2;
            for i in 0..m + 1 {
                if first > i { phase (x) { acc[0] += 1; } } else { phase (x) { acc[1] = 1; } }
            }
            phase (x) { t[x] = acc[0]; }
        }",
    );
    // `lane` 1 + 3; bounds 1; a trip 2 + condition 1 + `if` 1, and 1 + 1 + 1 or 1; at the end 8 + 1.
    let given = [("n", Given::Extent(16)), ("m", Given::Scalar(3))];
    let trips = 4 * 4;
    let first_group = 4 + 1 + trips + 4 + 9;
    let second_group = 4 + 1 + trips + 4 * 3 + 9;
    assert_eq!(program.run("k", &given).cost, fixed(1, 2) + 4 * (first_group + second_group));
}

#[test]
fn a_job_costs_what_it_runs() {
    let program = Program::new(
        "kernel k[n](y: inout [u32; n]) each i of y { y[i] = 1; }
        job j[n](y: inout [u32; n]) { for i in 0..5 { run k(y); } }",
    );
    assert_eq!(program.run("j", &[("y", words([0; 300]))]).cost, fixed(5, 10) + 5 * 300 * 8);
    assert_eq!(program.run("k", &[("y", words([]))]).cost, fixed(1, 0));
}
