//! The reference interpreter: the oracle that every engine must equal (law 1). It runs the typed program as it stands,
//! before any lowering: it knows no proof, no SPIR-V and no device, and checks every index.
//!
//! Lanes of an `each` kernel touch cells of their own, so it may run them on several threads; the least lane that traps
//! is reported, whichever thread came first.

mod dispatch;
mod lane;
mod schedule;
mod trap;

use lockstep_compiler::{program::Program, source::Sources};
use lockstep_module::{
    Array, Bound, CallError, Outcome, Output, TrapReport,
    plan::{Plan, PlannedArray},
};

/// What the interpreter runs: a program, and its texts for reports.
#[derive(Clone, Copy, Debug)]
pub struct Source<'p> {
    /// The typed program.
    pub program: &'p Program,
    /// The texts that its spans point into.
    pub sources: &'p Sources,
}

/// Told now and then how many lanes have run, and of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Runs the kernel or job named `entry`.
///
/// # Errors
/// [`CallError`], where the call is refused before anything runs: codes `C0006` to `C0010`.
pub fn run(source: Source<'_>, entry: &str, bound: Bound, progress: Progress<'_>) -> Result<Outcome, CallError> {
    let plan = match schedule::schedule(source, entry, bound)? {
        schedule::Scheduled::Plan(plan) => plan,
        schedule::Scheduled::Trapped(report) => return Ok(Outcome::Trapped(report)),
    };
    let arrays: Vec<dispatch::Memory> = plan.arrays.iter().map(dispatch::Memory::new).collect();
    let total = plan.dispatches.iter().map(|dispatch| u64::from(dispatch.lanes)).sum();
    let mut done = 0;
    for (index, dispatch) in plan.dispatches.iter().enumerate() {
        let bound: Vec<&dispatch::Memory> = dispatch.arrays.iter().map(|array| &arrays[*array]).collect();
        let kernel = dispatch::Kernel::new(source, dispatch, &bound);
        if let Some(trap) = kernel.run(0..dispatch.lanes, &|lanes| progress(done + lanes, total)) {
            return Ok(Outcome::Trapped(kernel.report(index, trap)));
        }
        done += u64::from(dispatch.lanes);
    }
    let outputs = plan.outputs.iter().map(|(name, array)| {
        let PlannedArray { element, dimensions, .. } = &plan.arrays[*array];
        let array = Array { element: *element, dimensions: dimensions.clone(), words: arrays[*array].words() };
        Output { name: name.clone(), array }
    });
    Ok(Outcome::Finished(outputs.collect()))
}

/// The plan of a call as the interpreter makes it, from the typed job rather than from the module.
///
/// # Errors
/// [`CallError`], as [`run`]. `Ok(Err(…))` where an expression of the job traps.
pub fn plan(source: Source<'_>, entry: &str, bound: Bound) -> Result<Result<Plan, TrapReport>, CallError> {
    Ok(match schedule::schedule(source, entry, bound)? {
        schedule::Scheduled::Plan(plan) => Ok(plan),
        schedule::Scheduled::Trapped(report) => Err(report),
    })
}

/// Runs one group of one dispatch over arrays as they were before it, and reports the trap of its least lane. None if
/// no lane of it traps: then the engine that said so is wrong.
pub fn replay(source: Source<'_>, plan: &Plan, dispatch: usize, group: u32, arrays: &[Array]) -> Option<TrapReport> {
    let planned = plan.dispatches.get(dispatch)?;
    let memories: Vec<dispatch::Memory> = arrays.iter().map(dispatch::Memory::of).collect();
    if planned.kernel >= source.program.kernels.len() || memories.len() != planned.arrays.len() {
        return None;
    }
    let bound: Vec<&dispatch::Memory> = memories.iter().collect();
    let kernel = dispatch::Kernel::new(source, planned, &bound);
    let first = group.checked_mul(lockstep_module::spirv_abi::LANES)?;
    let lanes = first..first.saturating_add(lockstep_module::spirv_abi::LANES).min(planned.lanes);
    let trap = kernel.run(lanes, &|_| {})?;
    Some(kernel.report(dispatch, trap))
}
