//! A run ends with outputs or with the first trap. After a group's trap the dispatches before it run again, since a
//! dispatch changes its arrays in place, and the trapped one is to be replayed from what it saw.

use lockstep_module::{Array, Output, plan::Plan, spirv_abi::NO_TRAP};

use crate::{
    fault::Fault,
    outcome::{DeviceOutcome, DeviceTrap, DoubleClaim},
};

/// What came of the first dispatches of a plan.
#[derive(Clone, Debug, Default)]
pub struct Executed {
    /// The trap words of each dispatch: the group's, then one for each `claim` array.
    pub traps: Vec<Vec<u32>>,
    /// The words of the arrays to be read, in their order.
    pub arrays: Vec<Vec<u32>>,
}

/// Runs a plan to its outcome. `execute` runs so many dispatches of it, from the first, and reads those arrays.
///
/// # Errors
/// Those of `execute`; [`Fault::Unstable`] where it contradicts itself.
pub fn finish(
    plan: &Plan,
    mut execute: impl FnMut(usize, &[usize]) -> Result<Executed, Fault>,
) -> Result<DeviceOutcome, Fault> {
    let read: Vec<usize> = plan.outputs.iter().map(|(_, array)| *array).collect();
    let ran = execute(plan.dispatches.len(), &read)?;
    match first_trap(&ran.traps) {
        Some((dispatch, Word::Group(group))) => before(plan, (dispatch, group), execute).map(DeviceOutcome::Trapped),
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
    plan: &Plan,
    (place, group): (usize, u32),
    mut execute: impl FnMut(usize, &[usize]) -> Result<Executed, Fault>,
) -> Result<DeviceTrap, Fault> {
    let Some(dispatch) = plan.dispatches.get(place).filter(|dispatch| group < dispatch.groups) else {
        let detail = format!("group {group}, which is not there, trapped in dispatch {place}");
        return Err(Fault::Unstable { detail });
    };
    let ran = execute(place, &dispatch.arrays)?;
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
