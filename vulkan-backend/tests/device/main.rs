//! The backend on every admitted device of this machine. Without a device these tests fail: a machine that tests the
//! backend has a driver, and `tools/drivers/fetch` gets two.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod claims;
mod faults;
mod groups;
mod kernels;
mod order;
mod plans;
mod results;

use lockstep_module::{
    Kernel, Module, Output, Profile,
    plan::{Dispatch, Plan, PlannedArray},
};
use lockstep_numbers::ScalarType;
use lockstep_vulkan::{Device, DeviceOutcome, Engine, devices};

/// Runs a test on each admitted device, and asks whatever checks the engine has on its end.
fn on_each_device(test: impl Fn(&Device, &Engine)) {
    let devices: Vec<Device> = devices().unwrap().into_iter().filter(|device| device.refused.is_none()).collect();
    assert!(!devices.is_empty(), "no device of this machine is admitted: run tools/drivers/fetch");
    for device in devices {
        let engine = Engine::open(&device).unwrap();
        test(&device, &engine);
        assert_eq!(engine.close(), Ok(()), "{}", device.driver);
    }
}

fn module(kernels: Vec<Kernel>) -> Module {
    Module { profile: Profile::Baseline, kernels, jobs: Vec::new(), sources: Vec::new() }
}

fn given(words: Vec<u32>) -> PlannedArray {
    PlannedArray { element: ScalarType::U32, dimensions: vec![words.len() as u32], initial: Some(words) }
}

fn zeros(cells: u32) -> PlannedArray {
    PlannedArray { element: ScalarType::U32, dimensions: vec![cells], initial: None }
}

fn dispatch(kernel: usize, arrays: &[usize], scalars: &[u64], n: u32) -> Dispatch {
    let (arrays, scalars) = (arrays.to_vec(), scalars.to_vec());
    let (groups, lanes) = (n.div_ceil(256), n.into());
    Dispatch { kernel, arrays, scalars, extents: vec![n], groups, lanes, zero: vec![] }
}

fn plan(arrays: Vec<PlannedArray>, dispatches: Vec<Dispatch>, outputs: &[usize]) -> Plan {
    let outputs = outputs.iter().map(|array| (format!("out{array}"), *array)).collect();
    Plan { arrays, dispatches, outputs, cost: 0, bytes: 0 }
}

/// The words of each output of a run that finished.
fn words(outcome: DeviceOutcome) -> Vec<Vec<u32>> {
    match outcome {
        DeviceOutcome::Finished(outputs) => outputs.into_iter().map(|Output { array, .. }| array.words).collect(),
        trapped => unreachable!("the run trapped: {trapped:?}"),
    }
}
