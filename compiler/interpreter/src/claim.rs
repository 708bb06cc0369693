//! The report of a cell that was claimed twice. Every engine makes it here: no group and no lane is to blame, since
//! which of them came second is not part of the result.

use lockstep_module::{Access, TrapReport, plan::Plan};

use crate::{
    Source,
    group::coordinates,
    trap::{Scene, Trap},
};

/// The report for `cell`, in row-major order, of the `claim` array with this number among those of the kernel. None
/// where the dispatch, the array or the cell is not there.
pub fn doubly_claimed(
    source: Source<'_>,
    plan: &Plan,
    dispatch: usize,
    claim_array: usize,
    cell: u64,
) -> Option<TrapReport> {
    let planned = plan.dispatches.get(dispatch)?;
    let kernel = source.program.kernels.get(planned.kernel)?;
    let mut claimed = kernel.signature.arrays().enumerate().filter(|(_, (_, access, _))| *access == Access::Claim);
    let (array, (name, ..)) = claimed.nth(claim_array)?;
    let dimensions = &plan.arrays.get(*planned.arrays.get(array)?)?.dimensions;
    let cells = dimensions.iter().map(|size| u64::from(*size)).product();
    let place: Vec<String> = (cell < cells)
        .then(|| coordinates(dimensions, cell).iter().take(dimensions.len()).map(u32::to_string).collect())?;
    let span = *kernel.array_spans.get(array)?;
    let trap = Trap::doubly_claimed(span, name, &format!("[{}]", place.join(", ")));
    let scene = Scene { name: &kernel.signature.name, dispatch: Some(dispatch), group: None, lane: Vec::new() };
    Some(trap.report(source.sources, scene))
}
