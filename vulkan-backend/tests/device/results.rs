//! Results: words out are what the kernels compute from words in, and nothing else.

use lockstep_module::{Access, Array};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{DeviceOutcome, DeviceTrap};

use crate::{dispatch, given, kernels::kernel, module, on_each_device, plan, words, zeros};

fn add_scalar() -> lockstep_module::Kernel {
    kernel("add_scalar", &[ScalarType::U32], &[Access::In, Access::Out], |lane| {
        let (x, s) = (lane.read(0), lane.scalar(0));
        let sum = lane.add(x, s);
        lane.write(1, sum);
    })
}

/// Adds 1 to its cell, after a trap in lanes from `s` on.
fn count_up_to() -> lockstep_module::Kernel {
    kernel("count_up_to", &[ScalarType::U32], &[Access::InOut], |lane| {
        let (x, one) = (lane.read(0), lane.constant(1));
        let sum = lane.add(x, one);
        lane.write(0, sum);
        let least = lane.scalar(0);
        lane.trap_from(least);
    })
}

#[test]
fn adds_a_scalar_to_each_cell() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![add_scalar()])).unwrap();
        for n in [1, 255, 256, 257, 100_000] {
            let x: Vec<u32> = (0..n).map(|i: u32| i.wrapping_mul(0x9E37_79B9)).collect();
            let expected: Vec<u32> = x.iter().map(|x| x.wrapping_add(7)).collect();
            let plan = plan(vec![given(x), zeros(n)], vec![dispatch(0, &[0, 1], &[7], n)], &[1]);
            assert_eq!(words(engine.run(&loaded, plan).unwrap()), [expected], "{}", device.driver);
        }
    });
}

#[test]
fn runs_more_groups_than_one_launch_holds() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![count_up_to()])).unwrap();
        let n = 65_535 * 256 * 2 - 1000;
        let run = plan(vec![zeros(n)], vec![dispatch(0, &[0], &[u64::from(u32::MAX)], n)], &[0]);
        let y = words(engine.run(&loaded, run).unwrap());
        assert!(y[0].iter().all(|y| *y == 1) && y[0].len() == n as usize, "{}", device.driver);

        let trap = plan(vec![zeros(n)], vec![dispatch(0, &[0], &[65_540 * 256], n)], &[0]);
        let DeviceOutcome::Trapped(DeviceTrap { group, .. }) = engine.run(&loaded, trap).unwrap() else {
            unreachable!("lanes past the first slice trap")
        };
        assert_eq!(group, 65_540, "{}", device.driver);
    });
}

#[test]
fn arrays_without_cells_and_plans_without_dispatches() {
    on_each_device(|_, engine| {
        let loaded = engine.load_unverified(&module(vec![add_scalar()])).unwrap();
        let empty = plan(vec![given(vec![]), zeros(0)], vec![dispatch(0, &[0, 1], &[7], 0)], &[1]);
        assert_eq!(words(engine.run(&loaded, empty).unwrap()), [vec![]]);
        let still = plan(vec![given(vec![1, 2, 3]), zeros(2)], vec![], &[0, 1]);
        assert_eq!(words(engine.run(&loaded, still).unwrap()), [vec![1, 2, 3], vec![0, 0]]);
        let nothing = plan(vec![], vec![], &[]);
        assert_eq!(words(engine.run(&loaded, nothing).unwrap()), Vec::<Vec<u32>>::new());
    });
}

#[test]
fn a_chain_of_dispatches_runs_in_order() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![add_scalar()])).unwrap();
        let n = 3000;
        // Back and forth between two arrays: each dispatch reads what the one before it wrote.
        let steps = (0..1000).map(|i| dispatch(0, &[i % 2, (i + 1) % 2], &[i as u64], n)).collect();
        let mut arrays = vec![given((0..n).collect()), zeros(n)];
        arrays[1].initial = Some(vec![9; n as usize]);
        let y = words(engine.run(&loaded, plan(arrays, steps, &[0])).unwrap());
        let sum: u32 = (0..1000).sum();
        assert_eq!(y, [(0..n).map(|i| i + sum).collect::<Vec<_>>()], "{}", device.driver);
    });
}

#[test]
fn nothing_of_an_earlier_run_is_seen() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![count_up_to()])).unwrap();
        for _ in 0..20 {
            let plan =
                plan(vec![zeros(5000), zeros(100)], vec![dispatch(0, &[0], &[u64::from(u32::MAX)], 5000)], &[0, 1]);
            assert_eq!(words(engine.run(&loaded, plan).unwrap()), [vec![1; 5000], vec![0; 100]], "{}", device.driver);
        }
    });
}

#[test]
fn the_first_dispatch_that_traps_is_found_with_what_it_saw() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![add_scalar(), count_up_to()])).unwrap();
        let n = 1000;
        let steps = vec![
            dispatch(1, &[0], &[u64::from(u32::MAX)], n),
            dispatch(1, &[0], &[300], n),
            dispatch(1, &[0], &[0], n),
        ];
        let x: Vec<u32> = (0..n).collect();
        let outcome = engine.run(&loaded, plan(vec![given(x)], steps, &[0])).unwrap();
        let seen = Array { element: ScalarType::U32, dimensions: vec![n], words: (1..=n).collect() };
        let trap = DeviceTrap { dispatch: 1, group: 1, arrays: vec![seen] };
        assert_eq!(outcome, DeviceOutcome::Trapped(trap), "{}", device.driver);
    });
}

/// CPU drivers keep subnormals unless the float environment says otherwise, so this shows that it reached them.
#[test]
fn floats_are_flushed_and_rounded_to_nearest() {
    let multiply = kernel("multiply", &[], &[Access::In, Access::In, Access::Out], |lane| {
        let (x, y) = (lane.read(0), lane.read(1));
        let product = lane.multiply_floats(x, y);
        lane.write(2, product);
    });
    let add = kernel("add", &[], &[Access::In, Access::In, Access::Out], |lane| {
        let (x, y) = (lane.read(0), lane.read(1));
        let sum = lane.add_floats(x, y);
        lane.write(2, sum);
    });
    let (smallest, half, one) = (0x0080_0000, 0.5f32.to_bits(), 1.0f32.to_bits());
    let tie = (f32::EPSILON / 2.0).to_bits();
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![multiply.clone(), add.clone()])).unwrap();
        let arrays = vec![
            given(vec![smallest, smallest | 1 << 31, 1, one]),
            given(vec![half, half, one, tie]),
            zeros(4),
            zeros(4),
        ];
        let steps = vec![dispatch(0, &[0, 1, 2], &[], 4), dispatch(1, &[0, 1, 3], &[], 4)];
        let results = words(engine.run(&loaded, plan(arrays, steps, &[2, 3])).unwrap());
        assert_eq!(results[0], [0, 1 << 31, 0, tie], "products on {}", device.driver);
        assert_eq!(results[1], [half, half, one, one], "sums on {}", device.driver);
    });
}
