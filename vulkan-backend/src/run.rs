//! A run ends with outputs or with the first trap. After a trap the dispatches before it run again, since a dispatch
//! changes its arrays in place, and the trapped one is to be replayed from what it saw.

use std::{rc::Rc, time::Duration};

use lockstep_module::{
    Array, Output,
    plan::{Dispatch, Plan},
    spirv_abi::NO_TRAP,
};

use crate::{
    execution::{Work, execute},
    fault::Fault,
    gpu::Gpu,
    kernels::Kernels,
    outcome::{DeviceOutcome, DeviceTrap},
    slices,
};

/// Runs a plan.
///
/// # Errors
/// Any fault but those of finding and opening a device.
pub(crate) fn run(
    gpu: &Rc<Gpu>,
    kernels: &mut Kernels,
    plan: &Plan,
    timeout: Duration,
) -> Result<DeviceOutcome, Fault> {
    kernels.check(plan)?;
    let read: Vec<usize> = plan.outputs.iter().map(|(_, array)| *array).collect();
    let ran = execute(gpu, kernels, &Work { plan, dispatches: plan.dispatches.len(), read: &read, timeout })?;
    let trapped = ran.traps.iter().zip(&plan.dispatches).enumerate().find(|(_, (group, _))| **group != NO_TRAP);
    if let Some((place, (group, dispatch))) = trapped {
        return before(gpu, kernels, plan, timeout, (place, *group, dispatch)).map(DeviceOutcome::Trapped);
    }
    let arrays = shaped(plan, &read, ran.arrays);
    let names = plan.outputs.iter().map(|(name, _)| name.clone());
    Ok(DeviceOutcome::Finished(names.zip(arrays).map(|(name, array)| Output { name, array }).collect()))
}

/// The arrays that a trapped dispatch saw.
fn before(
    gpu: &Rc<Gpu>,
    kernels: &mut Kernels,
    plan: &Plan,
    timeout: Duration,
    (place, group, dispatch): (usize, u32, &Dispatch),
) -> Result<DeviceTrap, Fault> {
    let groups = slices::groups(dispatch.lanes);
    if group >= groups {
        return Err(Fault::Unstable { detail: format!("group {group} of {groups} trapped in dispatch {place}") });
    }
    let ran = execute(gpu, kernels, &Work { plan, dispatches: place, read: &dispatch.arrays, timeout })?;
    if let Some(other) = ran.traps.iter().position(|group| *group != NO_TRAP) {
        return Err(Fault::Unstable {
            detail: format!("dispatch {place} trapped first, and when run again dispatch {other}"),
        });
    }
    Ok(DeviceTrap { dispatch: place, group, arrays: shaped(plan, &dispatch.arrays, ran.arrays) })
}

fn shaped(plan: &Plan, places: &[usize], words: Vec<Vec<u32>>) -> Vec<Array> {
    let planned = places.iter().filter_map(|place| plan.arrays.get(*place));
    planned
        .zip(words)
        .map(|(planned, words)| Array { element: planned.element, dimensions: planned.dimensions.clone(), words })
        .collect()
}
