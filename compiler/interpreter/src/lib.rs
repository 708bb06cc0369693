//! The reference interpreter: the oracle that every engine must equal (law 1). It runs the typed program as it stands,
//! before any lowering: it knows no proof, no SPIR-V and no device, and checks every index.
//!
//! Groups have no order, so it may run them on several threads; the least group that traps is reported, whichever
//! thread came first. [`run_checked`] looks for races as well: the law *own* against reality.

mod access;
mod claim;
mod dispatch;
mod expression;
mod frame;
mod group;
mod memory;
mod races;
mod schedule;
mod stack;
mod trap;
mod walker;
mod watch;

use lockstep_compiler::{program::Program, source::Sources};
use lockstep_module::{
    Array, Bound, CallError, Outcome, Output, TrapReport,
    plan::{Dispatch, Plan, PlannedArray},
};

pub use claim::doubly_claimed;
use dispatch::Launched;
use memory::Memory;

/// What the interpreter runs: a program, and its texts for reports.
#[derive(Clone, Copy, Debug)]
pub struct Source<'p> {
    /// The typed program.
    pub program: &'p Program,
    /// The texts that its spans point into.
    pub sources: &'p Sources,
}

/// How a run ended, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How it ended.
    pub outcome: Outcome,
    /// What was really spent, at most the bound of the plan; 0 after a trap.
    pub cost: u64,
}

/// Told now and then how many lanes have run, and of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Runs the kernel or job named `entry`.
///
/// # Errors
/// [`CallError`], where the call is refused before anything runs: codes `C0006` to `C0011`.
pub fn run(source: Source<'_>, entry: &str, bound: Bound, progress: Progress<'_>) -> Result<Ran, CallError> {
    run_with(source, entry, bound, progress, &mut |_, _| {})
}

/// Runs as [`run`] does, and each dispatch once more under the eyes of a detector of races. Slow: for tests of the laws.
/// Beside how it ended, the first race in a sentence; a program that compiles has none.
///
/// # Errors
/// As [`run`].
pub fn run_checked(source: Source<'_>, entry: &str, bound: Bound) -> Result<(Ran, Option<String>), CallError> {
    let mut race = None;
    let ran = run_with(source, entry, bound, &|_, _| {}, &mut |dispatch, arrays| {
        let copies: Vec<Memory> = arrays.iter().map(|array| array.copy()).collect();
        let copies: Vec<&Memory> = copies.iter().collect();
        race = race.take().or_else(|| Launched::new(source, dispatch, &copies).races());
    })?;
    Ok((ran, race))
}

/// What is done before a dispatch, with its arrays as they are then.
type Before<'a> = &'a mut dyn FnMut(&Dispatch, &[&Memory]);

fn run_with(
    source: Source<'_>,
    entry: &str,
    bound: Bound,
    progress: Progress<'_>,
    before: Before<'_>,
) -> Result<Ran, CallError> {
    let trapped = |report| Ok(Ran { outcome: Outcome::Trapped(report), cost: 0 });
    let plan = match plan(source, entry, bound)? {
        Ok(plan) => plan,
        Err(report) => return trapped(report),
    };
    let arrays: Vec<Memory> = plan.arrays.iter().map(Memory::new).collect();
    let total = plan.dispatches.iter().map(|dispatch| dispatch.lanes).sum();
    let (mut done, mut cost) = (0, 0u64);
    for (index, dispatch) in plan.dispatches.iter().enumerate() {
        dispatch.zero.iter().for_each(|array| arrays[*array].clear());
        let bound: Vec<&Memory> = dispatch.arrays.iter().map(|array| &arrays[*array]).collect();
        before(dispatch, &bound);
        let launch = Launched::new(source, dispatch, &bound);
        match launch.run(0..dispatch.groups, &|lanes| progress(done + lanes, total)) {
            Ok(spent) => cost = cost.saturating_add(spent),
            Err(trap) => return trapped(launch.report(index, trap)),
        }
        if let Some((number, cell)) = launch.doubly_claimed()
            && let Some(report) = doubly_claimed(source, &plan, index, number, cell)
        {
            return trapped(report);
        }
        done += dispatch.lanes;
    }
    let outputs = plan.outputs.iter().map(|(name, array)| {
        let PlannedArray { element, dimensions, .. } = &plan.arrays[*array];
        let array = Array { element: *element, dimensions: dimensions.clone(), words: arrays[*array].words() };
        Output { name: name.clone(), array }
    });
    Ok(Ran { outcome: Outcome::Finished(outputs.collect()), cost })
}

/// The plan of a call as the interpreter makes it, from the typed job rather than from the module.
///
/// # Errors
/// [`CallError`], as [`run`]. `Ok(Err(…))` where an expression of the job traps.
pub fn plan(source: Source<'_>, entry: &str, bound: Bound) -> Result<Result<Plan, TrapReport>, CallError> {
    let scheduled = stack::on_a_deep_stack(bound, |bound| schedule::schedule(source, entry, bound));
    scheduled.unwrap_or_else(|| Err(CallError { code: "C0010", message: format!("`{entry}` could not be planned") }))
}

/// Runs one group of one dispatch over arrays as they were before it, and reports its trap. None if it does not trap:
/// then the engine that said so is wrong.
pub fn replay(source: Source<'_>, plan: &Plan, dispatch: usize, group: u32, arrays: &[Array]) -> Option<TrapReport> {
    let planned = plan.dispatches.get(dispatch)?;
    let memories: Vec<Memory> = arrays.iter().map(Memory::of).collect();
    let fits = planned.kernel < source.program.kernels.len() && memories.len() == planned.arrays.len();
    if !fits || group >= planned.groups {
        return None;
    }
    let bound: Vec<&Memory> = memories.iter().collect();
    let launch = Launched::new(source, planned, &bound);
    let trap = launch.run(group..group + 1, &|_| {}).err()?;
    Some(launch.report(dispatch, trap))
}
