//! From a call to the list of dispatches that every engine runs. A job's own expressions depend on its scalars and
//! extents alone, so the whole list is known, and every refusal given, before anything runs.
//!
//! Whoever plans walks a job with a [`Draft`], which holds the arrays and dispatches so far, and a [`Names`] for each
//! job that is running. The module's flat jobs are walked here; the interpreter walks the typed ones.

mod draft;
mod evaluate;
mod launch;
mod memory;
mod names;
mod runner;

pub use draft::{Draft, MAX_DISPATCHES, MAX_STEPS, Runs};
pub use launch::{MAX_GROUPS, MAX_LANES, bind_extents, launch};
pub use memory::{MAX_PLAN_ARRAYS, max_total_words};
pub use names::Names;
pub use runner::trips;

use lockstep_numbers::ScalarType;

use crate::{
    call::{Bound, CallError},
    file::Module,
};

/// Arrays, and what to run over them in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The arrays: the parameters first, in order, then those that jobs allocate.
    pub arrays: Vec<PlannedArray>,
    /// The dispatches, in order.
    pub dispatches: Vec<Dispatch>,
    /// For each written parameter its name and the array that holds it at the end.
    pub outputs: Vec<(String, usize)>,
    /// The most that the dispatches can cost together; the largest number if it is larger.
    pub cost: u64,
    /// The bytes of all arrays: the most that the call needs at any time.
    pub bytes: u64,
}

/// An array of a plan. It begins as the caller's words, where they are given, else as zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedArray {
    /// The type of a cell.
    pub element: ScalarType,
    /// Cells along each dimension.
    pub dimensions: Vec<u32>,
    /// The caller's words.
    pub initial: Option<Vec<u32>>,
}

impl PlannedArray {
    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|d| *d as usize).product()
    }

    /// The number of 32-bit words.
    pub fn words(&self) -> usize {
        self.cells() * self.element.words()
    }
}

/// One run of one kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dispatch {
    /// The kernel's index in the module.
    pub kernel: usize,
    /// For each array parameter, the array's index in the plan.
    pub arrays: Vec<usize>,
    /// The bits of the scalars, in order.
    pub scalars: Vec<u64>,
    /// The extents, in order.
    pub extents: Vec<u32>,
    /// How many groups there are.
    pub groups: u32,
    /// How many lanes run, in all groups together.
    pub lanes: u64,
    /// The arrays of the plan to be filled with zeros before it, in order. This dispatch sees each of them.
    pub zero: Vec<usize>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// The call is refused.
    Refused(CallError),
    /// An expression of a job itself traps. The interpreter tells where.
    Trapped,
}

impl From<CallError> for PlanError {
    fn from(error: CallError) -> Self {
        PlanError::Refused(error)
    }
}

fn refuse<T>(code: &'static str, message: String) -> Result<T, PlanError> {
    Err(PlanError::Refused(CallError { code, message }))
}

/// Plans a call of the kernel or job named `entry`.
///
/// # Errors
/// [`PlanError::Refused`]: `C0006` an array too large, `C0007` too many dispatches or steps, `C0008` too many lanes,
/// groups or arrays, or too much memory, `C0009` arrays of a run that disagree on an extent, `C0010` no kernel or job of
/// that name, `C0011` tile clauses that disagree on the number of groups.
pub fn plan(module: &Module, entry: &str, bound: Bound) -> Result<Plan, PlanError> {
    if let Some(job) = module.jobs.iter().position(|job| job.signature.name == entry) {
        return runner::run(module, job, bound);
    }
    let Some(index) = module.kernels.iter().position(|kernel| kernel.signature.name == entry) else {
        return refuse("C0010", format!("the module has no kernel or job named `{entry}`"));
    };
    let kernel = &module.kernels[index];
    let Bound { scalars, extents, arrays } = bound;
    let mut draft = Draft::new(module.profile, &kernel.signature, arrays)?;
    let names = draft.names();
    let runs = Runs { index, signature: &kernel.signature, launch: &kernel.launch, cost: &kernel.cost };
    draft.dispatch(runs, names.all().to_vec(), scalars, extents)?;
    draft.finish(&kernel.signature, &names)
}
