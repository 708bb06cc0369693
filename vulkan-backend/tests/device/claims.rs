//! Claims: a cell claimed twice in one dispatch is found, the least of the first array, and only in that dispatch.

use lockstep_module::{Access, Kernel, plan::Dispatch};
use lockstep_vulkan::{DeviceOutcome, DeviceTrap, DoubleClaim};

use crate::{dispatch, given, kernels::kernel, module, on_each_device, plan, words, zeros};

/// `claim p[x[i]] = i; claim q[y[i]] = i;`
fn scatter() -> Kernel {
    kernel("scatter", &[], &[Access::In, Access::Claim, Access::In, Access::Claim], |lane| {
        let (x, y, number) = (lane.read(0), lane.read(2), lane.number);
        lane.claim(1, x, number);
        lane.claim(3, y, number);
    })
}

fn run_scatter(places: [&[u32]; 2], change: impl Fn(&mut Vec<Dispatch>)) -> Vec<DeviceOutcome> {
    let outcomes = std::cell::RefCell::new(Vec::new());
    on_each_device(|_, engine| {
        let loaded = engine.load_unverified(&module(vec![scatter()])).unwrap();
        let n = places[0].len() as u32;
        let arrays = vec![given(places[0].to_vec()), zeros(n), given(places[1].to_vec()), zeros(n)];
        let mut steps = vec![dispatch(0, &[0, 1, 2, 3], &[], n)];
        change(&mut steps);
        outcomes.borrow_mut().push(engine.run(&loaded, plan(arrays, steps, &[1, 3])).unwrap());
    });
    outcomes.into_inner()
}

fn falling(n: u32) -> Vec<u32> {
    (0..n).rev().collect()
}

#[test]
fn a_permutation_is_scattered() {
    for n in [1, 31, 32, 33, 5000] {
        let rising: Vec<u32> = (0..n).collect();
        for outcome in run_scatter([&falling(n), &rising], |_| {}) {
            assert_eq!(words(outcome), [falling(n), rising.clone()]);
        }
    }
}

#[test]
fn each_dispatch_begins_with_no_claims() {
    for outcome in run_scatter([&falling(5000), &falling(5000)], |steps| *steps = vec![steps[0].clone(); 20]) {
        assert_eq!(words(outcome), [falling(5000), falling(5000)]);
    }
}

#[test]
fn the_least_cell_of_the_first_array_is_found() {
    let mut twice = falling(5000);
    (twice[3], twice[4000], twice[17]) = (777, 70, 4000);
    let doubled = |claim_array| DoubleClaim { dispatch: 0, claim_array, cell: 70 };
    for outcome in run_scatter([&twice, &vec![0; 5000]], |_| {}) {
        assert_eq!(outcome, DeviceOutcome::DoublyClaimed(doubled(0)));
    }
    for outcome in run_scatter([&falling(5000), &twice], |_| {}) {
        assert_eq!(outcome, DeviceOutcome::DoublyClaimed(doubled(1)));
    }
}

#[test]
fn a_groups_trap_comes_before_it() {
    let trapping = kernel("trapping", &[], &[Access::Claim], |lane| {
        let (zero, number, least) = (lane.constant(0), lane.number, lane.constant(300));
        lane.claim(0, zero, number);
        lane.trap_from(least);
    });
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![trapping.clone()])).unwrap();
        let outcome = engine.run(&loaded, plan(vec![zeros(500)], vec![dispatch(0, &[0], &[], 500)], &[0])).unwrap();
        let DeviceOutcome::Trapped(DeviceTrap { group, .. }) = outcome else { unreachable!("lanes trap") };
        assert_eq!(group, 1, "{}", device.driver);
        let below = engine.run(&loaded, plan(vec![zeros(300)], vec![dispatch(0, &[0], &[], 300)], &[0])).unwrap();
        let doubled = DoubleClaim { dispatch: 0, claim_array: 0, cell: 0 };
        assert_eq!(below, DeviceOutcome::DoublyClaimed(doubled), "{}", device.driver);
    });
}
