//! The bitmaps of `claim` arrays: one bit for each cell of an array that some dispatch claims. All dispatches that claim
//! an array share its bitmap, since a barrier stands between them; it is filled with zeros before each.

use std::{collections::BTreeMap, rc::Rc};

use lockstep_module::{Access, plan::Plan};

use crate::{
    gpu::Gpu,
    memory::{Buffer, Purpose},
};
use lockstep_engine::Fault;

/// The bitmaps of one submission, by array.
pub(crate) struct Bitmaps(BTreeMap<usize, Buffer>);

impl Bitmaps {
    /// A bitmap for each array that one of these uses claims.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn new<'u>(
        gpu: &Rc<Gpu>,
        plan: &Plan,
        uses: impl IntoIterator<Item = &'u (usize, Access)>,
    ) -> Result<Bitmaps, Fault> {
        let mut bitmaps = BTreeMap::new();
        for (array, access) in uses {
            if *access == Access::Claim && !bitmaps.contains_key(array) {
                let cells = plan.arrays.get(*array).map_or(0, |planned| planned.cells());
                let what = format!("the claims of array {array}");
                bitmaps.insert(*array, Buffer::new(gpu, Purpose::Storage, cells.div_ceil(32), &what)?);
            }
        }
        Ok(Bitmaps(bitmaps))
    }

    /// The bitmaps that a dispatch with these uses is given, in order.
    pub(crate) fn of(&self, uses: &[(usize, Access)]) -> Vec<&Buffer> {
        let claimed = uses.iter().filter(|(_, access)| *access == Access::Claim);
        claimed.filter_map(|(array, _)| self.0.get(array)).collect()
    }
}
