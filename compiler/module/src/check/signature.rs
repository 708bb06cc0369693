//! Signatures: names differ, arrays have a rank, extents exist.

use lockstep_numbers::ScalarType;

use super::{Checked, ensure};
use crate::interface::{Access, Extent, Signature};

/// The most parameters and extents of a job.
const MAX_NAMES: usize = 1 << 10;

pub(super) fn check(signature: &Signature) -> Checked {
    let name = &signature.name;
    let parameters = signature.parameters.iter().map(|parameter| &parameter.name);
    let mut names: Vec<&String> = signature.extents.iter().chain(parameters).collect();
    ensure(names.len() <= MAX_NAMES, || format!("`{name}` has more than {MAX_NAMES} parameters and extents"))?;
    names.sort_unstable();
    ensure(names.windows(2).all(|pair| pair[0] != pair[1]), || format!("`{name}` uses one name twice"))?;
    for (array, access, ty) in signature.arrays() {
        let rank = ty.dimensions.len();
        ensure((1..=3).contains(&rank), || format!("the array `{array}` of `{name}` has rank {rank}"))?;
        ensure(ty.element != ScalarType::Bool, || format!("the array `{array}` of `{name}` has cells of bool"))?;
        let combines = matches!(access, Access::Accumulate(_));
        let words = matches!(ty.element, ScalarType::I32 | ScalarType::U32);
        ensure(!combines || words, || format!("`{array}` of `{name}` combines into cells of {}", ty.element))?;
        extents(signature, &ty.dimensions)?;
    }
    Ok(())
}

pub(super) fn extents(signature: &Signature, dimensions: &[Extent]) -> Checked {
    for dimension in dimensions {
        if let Extent::Named(i) = dimension {
            let known = (*i as usize) < signature.extents.len();
            ensure(known, || format!("`{}` refers to its extent {i}, which it does not have", signature.name))?;
        }
    }
    Ok(())
}
