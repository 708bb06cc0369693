//! How a run on a device ended: outputs, or where to replay the trap. Both are the same on every device.

use lockstep_module::{Array, Output};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceOutcome {
    /// It finished; the arrays that it wrote, in the order of the plan's outputs.
    Finished(Vec<Output>),
    /// It trapped; there are no outputs.
    Trapped(DeviceTrap),
}

/// The first dispatch that trapped, and all that is needed to replay its least group that trapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTrap {
    /// The dispatch's index in the plan.
    pub dispatch: usize,
    /// The least group that trapped.
    pub group: u32,
    /// The arrays bound to the dispatch, in binding order, as they were before it.
    pub arrays: Vec<Array>,
}
