//! A run ends with outputs or with the first trap. After a group's trap the dispatches before it run again, since a
//! dispatch changes its arrays in place, and the trapped one is to be replayed from what it saw.

use std::{rc::Rc, time::Duration};

use lockstep_module::{Array, Output, plan::Plan, spirv_abi::NO_TRAP};

use crate::{
    execution::{Work, execute},
    fault::Fault,
    gpu::Gpu,
    kernels::Kernels,
    outcome::{DeviceOutcome, DeviceTrap, DoubleClaim},
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
    match first_trap(&ran.traps) {
        Some((dispatch, Word::Group(group))) => {
            before(gpu, kernels, plan, timeout, (dispatch, group)).map(DeviceOutcome::Trapped)
        }
        Some((dispatch, Word::Claim(claim_array, cell))) => {
            Ok(DeviceOutcome::DoublyClaimed(DoubleClaim { dispatch, claim_array, cell }))
        }
        None => {
            let arrays = shaped(plan, &read, ran.arrays);
            let names = plan.outputs.iter().map(|(name, _)| name.clone());
            Ok(DeviceOutcome::Finished(names.zip(arrays).map(|(name, array)| Output { name, array }).collect()))
        }
    }
}

/// What a trap word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// The least group that trapped.
    Group(u32),
    /// The number of a `claim` array, and its least cell that was claimed twice.
    Claim(usize, u32),
}

/// The first dispatch that trapped. A group's trap comes before a cell that was claimed twice.
fn first_trap(traps: &[Vec<u32>]) -> Option<(usize, Word)> {
    traps.iter().enumerate().find_map(|(dispatch, words)| {
        let (place, word) = words.iter().enumerate().find(|(_, word)| **word != NO_TRAP)?;
        Some((dispatch, place.checked_sub(1).map_or(Word::Group(*word), |claim| Word::Claim(claim, *word))))
    })
}

/// The arrays that a trapped dispatch saw.
fn before(
    gpu: &Rc<Gpu>,
    kernels: &mut Kernels,
    plan: &Plan,
    timeout: Duration,
    (place, group): (usize, u32),
) -> Result<DeviceTrap, Fault> {
    let dispatch = &plan.dispatches[place];
    if group >= dispatch.groups {
        let detail = format!("group {group} of {} trapped in dispatch {place}", dispatch.groups);
        return Err(Fault::Unstable { detail });
    }
    let ran = execute(gpu, kernels, &Work { plan, dispatches: place, read: &dispatch.arrays, timeout })?;
    if let Some((other, _)) = first_trap(&ran.traps) {
        return Err(Fault::Unstable {
            detail: format!("dispatch {place} trapped first, and when run again dispatch {other}"),
        });
    }
    let mut arrays = shaped(plan, &dispatch.arrays, ran.arrays);
    for (array, place) in arrays.iter_mut().zip(&dispatch.arrays) {
        if dispatch.zero.contains(place) {
            array.words.fill(0);
        }
    }
    Ok(DeviceTrap { dispatch: place, group, arrays })
}

fn shaped(plan: &Plan, places: &[usize], words: Vec<Vec<u32>>) -> Vec<Array> {
    let planned = places.iter().filter_map(|place| plan.arrays.get(*place));
    planned
        .zip(words)
        .map(|(planned, words)| Array { element: planned.element, dimensions: planned.dimensions.clone(), words })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{NO_TRAP, Word, first_trap};

    #[test]
    fn the_first_dispatch_then_its_group_then_its_first_claims() {
        let none = vec![NO_TRAP; 3];
        assert_eq!(first_trap(&[]), None);
        assert_eq!(first_trap(&[none.clone(), none.clone()]), None);
        assert_eq!(first_trap(&[none.clone(), vec![7, 3, NO_TRAP], vec![0]]), Some((1, Word::Group(7))));
        assert_eq!(first_trap(&[vec![NO_TRAP], vec![NO_TRAP, NO_TRAP, 9]]), Some((1, Word::Claim(1, 9))));
        assert_eq!(first_trap(&[none, vec![NO_TRAP, 9, 2]]), Some((1, Word::Claim(0, 9))));
    }
}
