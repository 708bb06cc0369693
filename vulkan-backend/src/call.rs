//! A call from end to end on a device.

use lockstep_engine::{CallFailure, call};
use lockstep_interpreter::Source;
use lockstep_module::{Bound, Module, Outcome};

use crate::engine::{Engine, Loaded};

impl Engine {
    /// Runs the kernel or job named `entry` of a module that is loaded here. `source` is what the module was compiled
    /// from; it is read only where something traps.
    ///
    /// # Errors
    /// [`CallFailure::Refused`] as the interpreter would, [`CallFailure::Fault`] as [`Engine::run`], and
    /// [`lockstep_engine::Fault::Unstable`] where the device says that a group trapped and the interpreter finds that it
    /// does not.
    pub fn call(
        &self,
        loaded: &Loaded,
        module: &Module,
        source: Source<'_>,
        entry: &str,
        bound: Bound,
    ) -> Result<Outcome, CallFailure> {
        call(module, source, entry, bound, |plan| self.run(loaded, plan))
    }
}
