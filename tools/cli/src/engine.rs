//! What the command needs of an engine, whether interpreter or device.

use lockstep_module::{Bound, Outcome};

use crate::failure::Failure;

/// Told now and then how much is done, and of how much.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// How a call ended on an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The result.
    pub outcome: Outcome,
    /// What it really cost, where the engine counts it.
    pub cost: Option<u64>,
}

/// Something that runs calls of one module.
pub trait Engine {
    /// The name that is printed: `interpreter`, or the device's.
    fn name(&self) -> &str;

    /// Runs the kernel or job. `progress` may be told how much is done, of how much.
    ///
    /// # Errors
    /// A refusal of the call, which every engine gives alike, or a fault of this engine alone.
    fn run(&mut self, entry: &str, bound: &Bound, progress: Progress<'_>) -> Result<Ended, Failure>;
}
