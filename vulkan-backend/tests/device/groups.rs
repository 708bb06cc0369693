//! Groups: kernels with a group size of their own, arrays that lanes combine into, arrays filled with zeros, and 64-bit
//! scalars and cells.

use lockstep_module::{Access, Combine, Kernel, ParameterKind, plan::Dispatch};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{DeviceOutcome, DeviceTrap};

use crate::{
    dispatch, given,
    kernels::{kernel, tiles},
    module, on_each_device, plan, words, zeros,
};

fn tiled(lanes: u32, n: u32) -> Dispatch {
    let groups = n.div_ceil(lanes);
    Dispatch { groups, lanes: u64::from(groups) * u64::from(lanes), ..dispatch(0, &[0], &[], n) }
}

fn number_of_lane(lanes: u32) -> Kernel {
    tiles("number", lanes, &[Access::InOut], |lane| {
        let (x, number) = (lane.read(0), lane.number);
        let sum = lane.add(x, number);
        lane.write(0, sum);
    })
}

#[test]
fn groups_have_the_size_of_their_kernel() {
    on_each_device(|device, engine| {
        for lanes in [1, 7, 64, 256] {
            let loaded = engine.load_unverified(&module(vec![number_of_lane(lanes)])).unwrap();
            for n in [1, lanes, lanes + 1, 65_536 * 2 + 3] {
                let run = plan(vec![zeros(n)], vec![tiled(lanes, n)], &[0]);
                let y = words(engine.run(&loaded, run).unwrap());
                assert_eq!(y, [(0..n).collect::<Vec<_>>()], "{lanes} lanes on {}", device.driver);
            }
        }
    });
}

#[test]
fn a_trap_names_a_group_of_the_kernels_size() {
    let kernel = tiles("trap", 16, &[Access::InOut], |lane| {
        let least = lane.constant(1000);
        lane.trap_from(least);
    });
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![kernel.clone()])).unwrap();
        let outcome = engine.run(&loaded, plan(vec![zeros(2000)], vec![tiled(16, 2000)], &[0])).unwrap();
        let DeviceOutcome::Trapped(DeviceTrap { group, .. }) = outcome else { unreachable!("lanes trap") };
        assert_eq!(group, 62, "{}", device.driver);
    });
}

#[test]
fn lanes_combine_whatever_their_order() {
    let sum = kernel("sum", &[], &[Access::In, Access::Accumulate(Combine::Add)], |lane| {
        let x = lane.read(0);
        lane.add_to_first(1, x);
    });
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![sum.clone()])).unwrap();
        let n = 100_000;
        let x: Vec<u32> = (0..n).map(|i: u32| i.wrapping_mul(0x9E37_79B9)).collect();
        let total = x.iter().fold(5u32, |sum, x| sum.wrapping_add(*x).wrapping_add(*x));
        let h: Vec<u32> = std::iter::once(5).chain(std::iter::repeat(0)).take(n as usize).collect();
        // Two dispatches that combine with one operator may overlap.
        let steps = vec![dispatch(0, &[0, 1], &[], n); 2];
        let y = words(engine.run(&loaded, plan(vec![given(x), given(h)], steps, &[1])).unwrap());
        assert_eq!(y[0][0], total, "{}", device.driver);
    });
}

#[test]
fn an_array_is_filled_with_zeros_where_the_plan_says_so() {
    let count = kernel("count", &[], &[Access::InOut], |lane| {
        let (x, one) = (lane.read(0), lane.constant(1));
        let sum = lane.add(x, one);
        lane.write(0, sum);
    });
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![count.clone()])).unwrap();
        let n = 10_000;
        let again = Dispatch { zero: vec![0], ..dispatch(0, &[0], &[], n) };
        let steps = vec![dispatch(0, &[0], &[], n), dispatch(0, &[0], &[], n), again, dispatch(0, &[0], &[], n)];
        let y = words(engine.run(&loaded, plan(vec![given(vec![7; n as usize])], steps, &[0])).unwrap());
        assert_eq!(y, [vec![2; n as usize]], "{}", device.driver);
    });
}

#[test]
fn what_a_trapped_dispatch_saw_is_zero_where_the_plan_says_so() {
    let trap = kernel("trap", &[], &[Access::InOut, Access::InOut], |lane| {
        let (one, zero) = (lane.constant(1), lane.constant(0));
        lane.write(0, one);
        lane.write(1, one);
        lane.trap_from(zero);
    });
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![trap.clone()])).unwrap();
        let step = Dispatch { zero: vec![1], ..dispatch(0, &[0, 1], &[], 3) };
        let run = plan(vec![given(vec![7; 3]), given(vec![8; 3])], vec![step], &[0]);
        let DeviceOutcome::Trapped(trap) = engine.run(&loaded, run).unwrap() else { unreachable!("lanes trap") };
        let seen: Vec<&[u32]> = trap.arrays.iter().map(|array| array.words.as_slice()).collect();
        assert_eq!(seen, [[7; 3], [0; 3]], "{}", device.driver);
    });
}

#[test]
fn a_64_bit_scalar_and_a_64_bit_cell_are_two_words() {
    let mut mix = kernel("mix", &[ScalarType::U32, ScalarType::U64], &[Access::In, Access::Out], |lane| {
        let (number, one) = (lane.number, lane.constant(1));
        let low = lane.add(number, number);
        let high = lane.add(low, one);
        let (low, high) = (lane.read_word(0, low), lane.read_word(0, high));
        // The cell's upper half, the scalar's halves, and the scalar before it.
        let parts = [high, lane.scalar(2), lane.scalar(1), lane.scalar(0)];
        let sum = parts.into_iter().fold(low, |sum, part| lane.add(sum, part));
        lane.write(1, sum);
    });
    let ParameterKind::Array { ty, .. } = &mut mix.signature.parameters[2].kind else { unreachable!("it is x") };
    ty.element = ScalarType::U64;
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![mix.clone()])).unwrap();
        let mut x = given(vec![1, 2, 3, 4, 5, 6]);
        (x.element, x.dimensions) = (ScalarType::U64, vec![3]);
        let step = dispatch(0, &[0, 1], &[1000, 30_000 << 32 | 200], 3);
        let y = words(engine.run(&loaded, plan(vec![x, zeros(3)], vec![step], &[1])).unwrap());
        assert_eq!(y, [[31_203, 31_207, 31_211]], "{}", device.driver);
    });
}
