//! A call from end to end: planned on the host, run on an engine, and reported as every engine reports it (law 8).

use std::{fmt, sync::Arc};

use lockstep_interpreter::Source;
use lockstep_module::{
    Bound, CallError, Module, Outcome,
    plan::{Plan, PlanError, plan},
};

use crate::{fault::Fault, outcome::DeviceOutcome};

/// Why a call has no outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// The call is refused, on every engine alike.
    Refused(CallError),
    /// This machine failed.
    Fault(Fault),
}

impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallFailure::Refused(error) => error.fmt(f),
            CallFailure::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for CallFailure {}

impl From<CallError> for CallFailure {
    fn from(error: CallError) -> Self {
        CallFailure::Refused(error)
    }
}

impl From<Fault> for CallFailure {
    fn from(fault: Fault) -> Self {
        CallFailure::Fault(fault)
    }
}

/// Calls the kernel or job named `entry`: `run` runs the plan. `source` is what the module was compiled from; it is read
/// only where something traps.
///
/// # Errors
/// [`CallFailure::Refused`] as the interpreter would, [`CallFailure::Fault`] as `run`, and [`Fault::Unstable`] where the
/// engine says that a group trapped and the interpreter finds that it does not.
pub fn call(
    module: &Module,
    source: Source<'_>,
    entry: &str,
    bound: Bound,
    run: impl FnOnce(Arc<Plan>) -> Result<DeviceOutcome, Fault>,
) -> Result<Outcome, CallFailure> {
    let plan = match plan(module, entry, bound.clone()) {
        Ok(plan) => Arc::new(plan),
        Err(PlanError::Refused(error)) => return Err(error.into()),
        // The job itself traps, before any engine is asked. The interpreter tells where.
        Err(PlanError::Trapped) => return Ok(lockstep_interpreter::run(source, entry, bound, &|_, _| {})?.outcome),
    };
    Ok(run(plan.clone())?.reported(source, &plan)?)
}
