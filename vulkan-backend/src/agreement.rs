//! A plan is checked against the kernels that it names before anything is recorded, so that a wrong plan is a fault
//! and never a wrong access.

use lockstep_module::{
    MAX_CELLS,
    plan::{Dispatch, MAX_DISPATCHES, Plan, PlannedArray},
};

use crate::{fault::Fault, kernel::KernelForm};

/// Checks that every index of the plan points at something, and that shapes agree.
///
/// # Errors
/// [`Fault::PlanMismatch`].
pub(crate) fn check(plan: &Plan, kernels: &[KernelForm]) -> Result<(), Fault> {
    let checked = check_all(plan, kernels);
    checked.map_err(|detail| Fault::PlanMismatch { detail })
}

fn check_all(plan: &Plan, kernels: &[KernelForm]) -> Result<(), String> {
    for (place, array) in plan.arrays.iter().enumerate() {
        check_array(array).map_err(|what| format!("array {place} {what}"))?;
    }
    if plan.dispatches.len() > MAX_DISPATCHES {
        return Err(format!("it has {} dispatches, and {MAX_DISPATCHES} are the most", plan.dispatches.len()));
    }
    for (place, dispatch) in plan.dispatches.iter().enumerate() {
        check_dispatch(dispatch, kernels, plan.arrays.len()).map_err(|what| format!("dispatch {place} {what}"))?;
    }
    match plan.outputs.iter().find(|(_, array)| *array >= plan.arrays.len()) {
        Some((name, array)) => Err(format!("its output `{name}` is array {array}, which is not there")),
        None => Ok(()),
    }
}

fn check_array(array: &PlannedArray) -> Result<(), String> {
    let product = array.dimensions.iter().try_fold(1u64, |product, size| product.checked_mul(u64::from(*size)));
    let Some(cells) = product.filter(|cells| *cells <= MAX_CELLS) else {
        return Err(format!("has more than {MAX_CELLS} cells"));
    };
    match &array.initial {
        Some(words) if words.len() as u64 != cells => {
            Err(format!("has {cells} cells, and {} words are given for them", words.len()))
        }
        _ => Ok(()),
    }
}

fn check_dispatch(dispatch: &Dispatch, kernels: &[KernelForm], arrays: usize) -> Result<(), String> {
    let Some(kernel) = kernels.get(dispatch.kernel) else {
        return Err(format!("runs kernel {}, and the module has {}", dispatch.kernel, kernels.len()));
    };
    let given = [dispatch.arrays.len(), dispatch.scalars.len(), dispatch.extents.len()];
    let wanted = [kernel.accesses.len(), kernel.scalars, kernel.extents];
    for ((given, wanted), what) in given.iter().zip(wanted).zip(["arrays", "scalars", "extents"]) {
        if *given != wanted {
            return Err(format!("gives `{}` {given} {what}, and it takes {wanted}", kernel.name));
        }
    }
    for (place, (array, access)) in dispatch.arrays.iter().zip(&kernel.accesses).enumerate() {
        if *array >= arrays {
            return Err(format!("gives `{}` array {array}, which is not there", kernel.name));
        }
        let others = dispatch.arrays.iter().enumerate().filter(|(other, _)| *other != place);
        if access.writes() && others.into_iter().any(|(_, other)| other == array) {
            return Err(format!("gives `{}` array {array} twice, and it is written", kernel.name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lockstep_module::{
        Access,
        plan::{Dispatch, Plan, PlannedArray},
    };

    use super::check;
    use crate::kernel::KernelForm;

    fn kernels() -> Vec<KernelForm> {
        let accesses = vec![Access::In, Access::Out];
        vec![KernelForm { name: "copy".into(), accesses, scalars: 0, extents: 1, spirv: Vec::new() }]
    }

    fn plan() -> Plan {
        let array = |initial| PlannedArray { element: lockstep_numbers::ScalarType::U32, dimensions: vec![2], initial };
        Plan {
            arrays: vec![array(Some(vec![7, 8])), array(None)],
            dispatches: vec![Dispatch { kernel: 0, arrays: vec![0, 1], scalars: vec![], extents: vec![2], lanes: 2 }],
            outputs: vec![("y".into(), 1)],
        }
    }

    #[test]
    fn agrees() {
        assert_eq!(check(&plan(), &kernels()), Ok(()));
    }

    #[test]
    fn every_wrong_index_and_count_is_found() {
        type Change = fn(&mut Plan);
        let changes: [(Change, &str); 9] = [
            (|plan| plan.dispatches[0].kernel = 1, "runs kernel 1"),
            (|plan| plan.dispatches[0].arrays[1] = 2, "array 2, which is not there"),
            (|plan| plan.dispatches[0].arrays[1] = 0, "twice"),
            (|plan| plan.dispatches[0].arrays.truncate(1), "1 arrays"),
            (|plan| plan.dispatches[0].scalars.push(0), "1 scalars"),
            (|plan| plan.dispatches[0].extents.clear(), "0 extents"),
            (|plan| plan.outputs[0].1 = 2, "output `y`"),
            (|plan| plan.arrays[0].dimensions = vec![3], "2 words"),
            (|plan| plan.arrays[1].dimensions = vec![u32::MAX; 3], "more than"),
        ];
        for (change, wanted) in changes {
            let mut plan = plan();
            change(&mut plan);
            let fault = check(&plan, &kernels()).unwrap_err().to_string();
            assert!(fault.contains(wanted), "{fault}");
        }
    }
}
