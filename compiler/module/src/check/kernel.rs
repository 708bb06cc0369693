//! Kernels: within the language's limits and the profile's, with tiles that fit their arrays.

use super::{Checked, cost, ensure, signature};
use crate::interface::{Access, Kernel, Launch, MAX_ARRAYS, MAX_WORDS, Profile};

pub(super) fn check(kernel: &Kernel, profile: Profile) -> Checked {
    let signature = &kernel.signature;
    let name = &signature.name;
    // A claim array is bound with its bitmap.
    let bindings: usize = signature.arrays().map(|(_, access, _)| 1 + usize::from(access == Access::Claim)).sum();
    let words = signature.scalars().map(|(_, ty)| ty.words()).sum::<usize>() + signature.extents.len();
    ensure(bindings <= MAX_ARRAYS, || format!("kernel `{name}` has {bindings} arrays and bitmaps"))?;
    ensure(words <= MAX_WORDS, || format!("kernel `{name}` has {words} words of scalars and extents"))?;
    ensure(kernel.shared_bytes <= profile.max_shared_bytes(), || {
        format!("kernel `{name}` shares {} bytes, more than the profile {} has", kernel.shared_bytes, profile.name())
    })?;
    match &kernel.launch {
        Launch::Each(grid) => {
            ensure((1..=3).contains(&grid.len()), || format!("kernel `{name}` has a grid of no rank"))?;
            signature::extents(signature, grid)?;
        }
        Launch::Tiles { tiles, lanes } => {
            let most = profile.max_lanes();
            ensure((1..=most).contains(lanes), || {
                format!(
                    "kernel `{name}` has {lanes} lanes in a group, and the profile {} from 1 to {most}",
                    profile.name()
                )
            })?;
            let clauses = (1..=MAX_ARRAYS).contains(&tiles.len());
            ensure(clauses, || format!("kernel `{name}` has {} tile clauses", tiles.len()))?;
            for (array, sizes) in tiles {
                let Some((_, _, ty)) = signature.arrays().nth(*array as usize) else {
                    return Err(format!("kernel `{name}` has tiles of its array {array}, which it does not have"));
                };
                let fits = sizes.len() == ty.dimensions.len() && sizes.iter().all(|size| *size > 0);
                ensure(fits, || format!("kernel `{name}` has tiles that do not fit its array {array}"))?;
            }
        }
    }
    cost::check(signature, &kernel.cost)
}
