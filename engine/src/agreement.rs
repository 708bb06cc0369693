//! A plan is checked against the kernels that it names before anything is recorded, so that a wrong plan is a fault
//! and never a wrong access.

use lockstep_module::{
    Extent, Profile,
    plan::{Dispatch, MAX_DISPATCHES, Plan, PlannedArray, launch},
};

use crate::{fault::Fault, interface::Interface};

/// Checks that every index of the plan points at something, and that shapes agree.
///
/// # Errors
/// [`Fault::PlanMismatch`].
pub fn check(plan: &Plan, profile: Profile, kernels: &[&Interface]) -> Result<(), Fault> {
    let checked = check_all(plan, profile, kernels);
    checked.map_err(|detail| Fault::PlanMismatch { detail })
}

fn check_all(plan: &Plan, profile: Profile, kernels: &[&Interface]) -> Result<(), String> {
    for (place, array) in plan.arrays.iter().enumerate() {
        check_array(array, profile).map_err(|what| format!("array {place} {what}"))?;
    }
    if plan.dispatches.len() > MAX_DISPATCHES {
        return Err(format!("it has {} dispatches, and {MAX_DISPATCHES} are the most", plan.dispatches.len()));
    }
    for (place, dispatch) in plan.dispatches.iter().enumerate() {
        check_dispatch(dispatch, kernels, &plan.arrays).map_err(|what| format!("dispatch {place} {what}"))?;
    }
    match plan.outputs.iter().find(|(_, array)| *array >= plan.arrays.len()) {
        Some((name, array)) => Err(format!("its output `{name}` is array {array}, which is not there")),
        None => Ok(()),
    }
}

fn check_array(array: &PlannedArray, profile: Profile) -> Result<(), String> {
    let most = profile.max_array_words();
    let product = array.dimensions.iter().try_fold(1u64, |product, size| product.checked_mul(u64::from(*size)));
    let words = product.and_then(|cells| cells.checked_mul(array.element.words() as u64));
    let Some(words) = words.filter(|words| *words <= most) else {
        return Err(format!("has more than {most} words"));
    };
    match &array.initial {
        Some(given) if given.len() as u64 != words => {
            Err(format!("has {words} words, and {} are given for them", given.len()))
        }
        _ => Ok(()),
    }
}

fn check_dispatch(dispatch: &Dispatch, kernels: &[&Interface], arrays: &[PlannedArray]) -> Result<(), String> {
    let Some(kernel) = kernels.get(dispatch.kernel) else {
        return Err(format!("runs kernel {}, and the module has {}", dispatch.kernel, kernels.len()));
    };
    let (name, signature) = (kernel.name(), &kernel.signature);
    let given = [dispatch.arrays.len(), dispatch.scalars.len(), dispatch.extents.len()];
    let wanted = [signature.arrays().count(), signature.scalars().count(), signature.extents.len()];
    for ((given, wanted), what) in given.iter().zip(wanted).zip(["arrays", "scalars", "extents"]) {
        if *given != wanted {
            return Err(format!("gives `{name}` {given} {what}, and it takes {wanted}"));
        }
    }
    for (place, (array, (parameter, access, ty))) in dispatch.arrays.iter().zip(signature.arrays()).enumerate() {
        let Some(planned) = arrays.get(*array) else {
            return Err(format!("gives `{name}` array {array}, which is not there"));
        };
        let others = dispatch.arrays.iter().enumerate().filter(|(other, _)| *other != place);
        if access.writes() && others.into_iter().any(|(_, other)| other == array) {
            return Err(format!("gives `{name}` array {array} twice, and it is written"));
        }
        let size = |extent: &Extent| match extent {
            Extent::Constant(size) => Some(*size),
            Extent::Named(i) => dispatch.extents.get(*i as usize).copied(),
        };
        let sizes: Option<Vec<u32>> = ty.dimensions.iter().map(size).collect();
        if sizes.as_ref() != Some(&planned.dimensions) || planned.element != ty.element {
            return Err(format!("gives `{name}` array {array}, which is not like its `{parameter}`"));
        }
    }
    if let Some(array) = dispatch.zero.iter().find(|array| !dispatch.arrays.contains(array)) {
        return Err(format!("fills array {array} with zeros, which `{name}` does not see"));
    }
    match launch(signature, &kernel.launch, &dispatch.extents) {
        Ok(size) if size == (dispatch.groups, dispatch.lanes) => Ok(()),
        _ => Err(format!("runs {} groups and {} lanes of `{name}`", dispatch.groups, dispatch.lanes)),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_module::{
        Access, ArrayType, Extent, Launch, Parameter, ParameterKind, Profile, Signature,
        plan::{Dispatch, Plan, PlannedArray},
    };
    use lockstep_numbers::ScalarType;

    use super::check;
    use crate::{fault::Fault, interface::Interface};

    fn kernels() -> Vec<Interface> {
        let array = |name: &str, access| {
            let ty = ArrayType { element: ScalarType::U32, dimensions: vec![Extent::Named(0)] };
            Parameter { name: name.into(), kind: ParameterKind::Array { access, ty } }
        };
        let parameters = vec![array("x", Access::In), array("y", Access::Out)];
        let signature = Signature { name: "copy".into(), extents: vec!["n".into()], parameters };
        vec![Interface { signature, launch: Launch::Each(vec![Extent::Named(0)]) }]
    }

    fn plan() -> Plan {
        let array = |initial| PlannedArray { element: ScalarType::U32, dimensions: vec![2], initial };
        let dispatch = Dispatch {
            arrays: vec![0, 1],
            extents: vec![2],
            groups: 1,
            lanes: 2,
            zero: vec![1],
            ..Dispatch::default()
        };
        Plan {
            arrays: vec![array(Some(vec![7, 8])), array(None)],
            dispatches: vec![dispatch],
            outputs: vec![("y".into(), 1)],
            cost: 0,
            bytes: 0,
        }
    }

    fn checked(plan: &Plan) -> Result<(), Fault> {
        let kernels = kernels();
        check(plan, Profile::Baseline, &kernels.iter().collect::<Vec<_>>())
    }

    #[test]
    fn agrees() {
        assert_eq!(checked(&plan()), Ok(()));
    }

    #[test]
    fn every_wrong_index_and_count_is_found() {
        type Change = fn(&mut Plan);
        let changes: [(Change, &str); 16] = [
            (|plan| plan.dispatches[0].kernel = 1, "runs kernel 1"),
            (|plan| plan.dispatches[0].arrays[1] = 2, "array 2, which is not there"),
            (|plan| plan.dispatches[0].arrays[1] = 0, "twice"),
            (|plan| plan.dispatches[0].arrays.truncate(1), "1 arrays"),
            (|plan| plan.dispatches[0].scalars.push(0), "1 scalars"),
            (|plan| plan.dispatches[0].extents.clear(), "0 extents"),
            (|plan| plan.dispatches[0].extents[0] = 3, "not like its `x`"),
            (|plan| plan.dispatches[0].groups = 2, "2 groups"),
            (|plan| plan.dispatches[0].lanes = 256, "256 lanes"),
            (|plan| plan.dispatches[0].zero = vec![2], "fills array 2"),
            (|plan| plan.outputs[0].1 = 2, "output `y`"),
            (|plan| plan.arrays[0].dimensions = vec![3], "2 are given"),
            (|plan| plan.arrays[1].dimensions = vec![2, 1], "not like its `y`"),
            (|plan| plan.arrays[1].element = ScalarType::I32, "not like its `y`"),
            (|plan| plan.arrays[0].element = ScalarType::U64, "4 words"),
            (|plan| plan.arrays[1].dimensions = vec![u32::MAX; 3], "more than"),
        ];
        for (change, wanted) in changes {
            let mut plan = plan();
            change(&mut plan);
            let fault = checked(&plan).unwrap_err().to_string();
            assert!(fault.contains(wanted), "{fault}");
        }
    }
}
