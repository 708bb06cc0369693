//! A run: the plan is checked against the kernels, and executed until its outcome is known.

use std::{rc::Rc, time::Duration};

use lockstep_engine::{DeviceOutcome, Fault, finish};
use lockstep_module::plan::Plan;

use crate::{
    execution::{Work, execute},
    gpu::Gpu,
    kernels::Kernels,
};

/// Runs a plan.
///
/// # Errors
/// Any fault but those of finding and opening a device.
pub(crate) fn run(
    gpu: &Rc<Gpu>,
    kernels: &mut Kernels,
    plan: &Plan,
    timeout: Duration,
) -> Result<DeviceOutcome, Fault> {
    kernels.check(plan)?;
    finish(plan, |dispatches, read| execute(gpu, kernels, &Work { plan, dispatches, read, timeout }))
}
