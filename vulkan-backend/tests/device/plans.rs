//! Large plans: as many dispatches as a call may have, and many arrays.

use lockstep_module::Access;

use crate::{dispatch, kernels::kernel, module, on_each_device, plan, words, zeros};

fn count() -> lockstep_module::Kernel {
    kernel("count", &[], &[Access::InOut], |lane| {
        let (x, one) = (lane.read(0), lane.constant(1));
        let sum = lane.add(x, one);
        lane.write(0, sum);
    })
}

#[test]
fn as_many_dispatches_as_a_call_may_have() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![count()])).unwrap();
        let steps = (0..65_536).map(|i| dispatch(0, &[i % 3], &[], 10)).collect();
        let y = words(engine.run(&loaded, plan(vec![zeros(10); 3], steps, &[0, 1, 2])).unwrap());
        assert_eq!(y, [[21846; 10], [21845; 10], [21845; 10]], "{}", device.driver);
    });
}

#[test]
fn many_arrays_each_with_its_own_bindings() {
    on_each_device(|device, engine| {
        let loaded = engine.load_unverified(&module(vec![count()])).unwrap();
        let steps = (0..2000).map(|i| dispatch(0, &[i], &[], 1)).collect();
        let outputs: Vec<usize> = (0..2000).collect();
        let y = words(engine.run(&loaded, plan(vec![zeros(1); 2000], steps, &outputs)).unwrap());
        assert!(y.iter().all(|y| *y == [1]), "{}", device.driver);
    });
}
