//! Faults: each says what is wrong, none is a panic, and an engine that had one still works unless it says otherwise.

use std::time::Duration;

use lockstep_module::{Access, Launch, Module, Profile};
use lockstep_vulkan::{Engine, Fault};

use crate::{dispatch, given, kernels::kernel, module, on_each_device, plan, words, zeros};

fn count() -> lockstep_module::Kernel {
    kernel("count", &[], &[Access::InOut], |lane| {
        let (x, one) = (lane.read(0), lane.constant(1));
        let sum = lane.add(x, one);
        lane.write(0, sum);
    })
}

#[test]
fn damaged_spirv_names_the_kernel() {
    on_each_device(|_, engine| {
        let mut kernel = count();
        kernel.spirv[5] = 0;
        let fault = engine.load_unverified(&module(vec![kernel])).err().unwrap();
        assert_eq!((fault.code(), fault.to_string().contains("`count`")), ("F0009", true), "{fault}");
    });
}

#[test]
fn a_plan_for_another_module_is_refused_and_the_next_one_runs() {
    on_each_device(|_, engine| {
        let loaded = engine.load_unverified(&module(vec![count()])).unwrap();
        let wrong = plan(vec![zeros(1)], vec![dispatch(1, &[0], &[], 1)], &[0]);
        assert_eq!(engine.run(&loaded, wrong).unwrap_err().code(), "F0010");
        let right = plan(vec![given(vec![6])], vec![dispatch(0, &[0], &[], 1)], &[0]);
        assert_eq!(words(engine.run(&loaded, right).unwrap()), [[7]]);
    });
}

#[test]
fn a_module_of_another_engine_is_refused() {
    on_each_device(|device, engine| {
        let other = Engine::open(device).unwrap();
        let loaded = other.load_unverified(&module(vec![count()])).unwrap();
        let plan = plan(vec![zeros(1)], vec![dispatch(0, &[0], &[], 1)], &[0]);
        assert_eq!(engine.run(&loaded, plan).unwrap_err(), Fault::NotLoadedHere);
    });
}

#[test]
fn a_refused_device_is_not_opened() {
    on_each_device(|device, _| {
        let refused = lockstep_vulkan::Device { refused: Some("it is made up".into()), ..device.clone() };
        assert_eq!(Engine::open(&refused).err().unwrap().code(), "F0003");
        let gone = lockstep_vulkan::Device { name: "no such device".into(), ..device.clone() };
        assert_eq!(Engine::open(&gone).err().unwrap().code(), "F0004");
    });
}

/// Work that ends by itself after a few seconds, so that the drivers' threads do not outlive the test.
#[test]
fn a_timeout_closes_the_engine_and_hangs_nobody() {
    on_each_device(|device, _| {
        let engine = Engine::open(device).unwrap().with_timeout(Duration::from_millis(1));
        let loaded = engine.load_unverified(&module(vec![count()])).unwrap();
        let n = 1 << 22;
        let long = plan(vec![zeros(n)], (0..200).map(|_| dispatch(0, &[0], &[], n)).collect(), &[0]);
        assert_eq!(engine.run(&loaded, long.clone()).unwrap_err(), Fault::Timeout { milliseconds: 1 });
        assert_eq!(engine.run(&loaded, long).unwrap_err(), Fault::Stopped);
        assert_eq!(engine.load_unverified(&module(vec![count()])).err(), Some(Fault::Stopped));
    });
}

#[test]
fn callers_share_an_engine() {
    on_each_device(|_, engine| {
        let loaded = engine.load_unverified(&module(vec![count()])).unwrap();
        std::thread::scope(|scope| {
            for caller in 0..4u32 {
                let loaded = &loaded;
                scope.spawn(move || {
                    for _ in 0..10 {
                        let run = plan(vec![given(vec![caller; 9])], vec![dispatch(0, &[0], &[], 9)], &[0]);
                        assert_eq!(words(engine.run(loaded, run).unwrap()), [[caller + 1; 9]]);
                    }
                });
            }
        });
    });
}

#[test]
fn a_module_past_the_device_is_refused_by_name() {
    on_each_device(|device, engine| {
        let large = Module { profile: Profile::Datacenter, ..module(vec![count()]) };
        // CPU drivers hold `baseline` alone.
        match engine.load_unverified(&large) {
            Ok(_) => {}
            Err(fault) => {
                assert_eq!(fault.code(), "F0016");
                let message = fault.to_string();
                assert!(message.contains("datacenter") && message.contains(&device.name), "{message}");
            }
        }
    });
}

#[test]
fn a_group_size_that_is_not_the_modules_is_refused() {
    on_each_device(|_, engine| {
        let tiles = vec![(0, vec![64])];
        let kernel = lockstep_module::Kernel { launch: Launch::Tiles { tiles, lanes: 64 }, ..count() };
        let fault = engine.load_unverified(&module(vec![kernel])).err().unwrap();
        assert!(fault.code() == "F0009" && fault.to_string().contains("64 lanes"), "{fault}");
    });
}
