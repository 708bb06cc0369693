//! How a run on a device ended: outputs, or what is needed to report the trap. Both are the same on every device.

use lockstep_interpreter::{Source, doubly_claimed, replay};
use lockstep_module::{Array, Outcome, Output, plan::Plan};

use crate::fault::Fault;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceOutcome {
    /// It finished; the arrays that it wrote, in the order of the plan's outputs.
    Finished(Vec<Output>),
    /// A group trapped; there are no outputs.
    Trapped(DeviceTrap),
    /// No group trapped, but a cell was claimed twice; there are no outputs.
    DoublyClaimed(DoubleClaim),
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

/// The least cell that was claimed twice, in the first dispatch that trapped and there in the first array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoubleClaim {
    /// The dispatch's index in the plan.
    pub dispatch: usize,
    /// The array's number among the `claim` arrays of the kernel.
    pub claim_array: usize,
    /// The cell, row-major.
    pub cell: u32,
}

impl DeviceOutcome {
    /// The outcome as every engine reports it: a trap is replayed by the interpreter, so that its report has the source
    /// line, the lane and the values (law 8). `plan` is the plan that ran.
    ///
    /// # Errors
    /// [`Fault::Unstable`] where the device says that a group trapped and the interpreter finds that it does not.
    pub fn reported(self, source: Source<'_>, plan: &Plan) -> Result<Outcome, Fault> {
        let (report, place) = match self {
            DeviceOutcome::Finished(outputs) => return Ok(Outcome::Finished(outputs)),
            DeviceOutcome::Trapped(DeviceTrap { dispatch, group, arrays }) => (
                replay(source, plan, dispatch, group, &arrays),
                format!("group {group} of dispatch {dispatch} trapped here only"),
            ),
            DeviceOutcome::DoublyClaimed(DoubleClaim { dispatch, claim_array, cell }) => (
                doubly_claimed(source, plan, dispatch, claim_array, cell.into()),
                format!(
                    "cell {cell} of claim array {claim_array}, which is not there, was claimed in dispatch {dispatch}"
                ),
            ),
        };
        report.map(Outcome::Trapped).ok_or(Fault::Unstable { detail: place })
    }
}
