//! The first dispatches of a plan, from the caller's words to the words read back. Every byte that a kernel can see is
//! written first, and all memory is given back at the end.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU32},
    thread,
    time::{Duration, Instant},
};

use lockstep_engine::{Executed, Fault};
use lockstep_module::{
    Access,
    plan::{Dispatch, Plan},
    spirv_abi::NO_TRAP,
};

use crate::{
    arrays::Words,
    claims::Bitmaps,
    code::Seen,
    kernel::Kernels,
    threads::{Crew, Dispatched},
};

/// How to run it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    /// How many threads, at least one.
    pub(crate) threads: u32,
    /// How long it may take.
    pub(crate) timeout: Duration,
}

/// Runs so many dispatches of a plan, from the first, and reads those arrays. Nothing runs after a dispatch that
/// trapped.
///
/// # Errors
/// [`Fault::OutOfMemory`], [`Fault::Timeout`], and those of compiling a kernel.
pub(crate) fn execute(
    kernels: &Kernels,
    plan: &Plan,
    dispatches: usize,
    read: &[usize],
    means: Means,
) -> Result<Executed, Fault> {
    let dispatches = plan.dispatches.get(..dispatches).unwrap_or(&plan.dispatches);
    // A time that is past all clocks never comes.
    let deadline = Instant::now().checked_add(means.timeout);
    kernels.compile_all(dispatches.iter().map(|dispatch| dispatch.kernel), means.threads);
    let mut memory = Memory::new(kernels, plan, dispatches)?;
    let crew = Crew::new(means.threads, kernels.unit(), deadline);
    let traps = thread::scope(|scope| {
        let mut own = None;
        let mut traps = Vec::new();
        let ran = dispatches.iter().try_for_each(|dispatch| {
            let words = memory.run(kernels, dispatch, |work| crew.dispatch(scope, work, &mut own))?;
            if crew.is_late() {
                return Err(Some(Fault::Timeout { milliseconds: means.timeout.as_millis() }));
            }
            let trapped = words.iter().any(|word| *word != NO_TRAP);
            traps.push(words);
            if trapped { Err(None) } else { Ok(()) }
        });
        crew.end();
        match ran {
            Err(Some(fault)) => Err(fault),
            _ => Ok(traps),
        }
    })?;
    let arrays = read.iter().filter_map(|array| memory.arrays.get(*array)).map(|array| array.words().to_vec());
    Ok(Executed { traps, arrays: arrays.collect() })
}

/// The memory of one execution.
struct Memory {
    arrays: Vec<Words>,
    /// The bitmaps of arrays that some dispatch claims.
    bitmaps: BTreeMap<usize, Arc<Bitmaps>>,
}

impl Memory {
    fn new(kernels: &Kernels, plan: &Plan, dispatches: &[Dispatch]) -> Result<Memory, Fault> {
        let mut arrays = Vec::new();
        for (place, planned) in plan.arrays.iter().enumerate() {
            let mut words = Words::new(planned.words(), &|| named(plan, place))?;
            if let Some(given) = planned.initial.as_deref() {
                for (word, given) in words.words_mut().iter_mut().zip(given) {
                    *word = *given;
                }
            }
            arrays.push(words);
        }
        let mut bitmaps = BTreeMap::new();
        for dispatch in dispatches {
            let (interface, _) = kernels.of(dispatch.kernel)?;
            for (array, access) in dispatch.arrays.iter().zip(interface.accesses()) {
                if access == Access::Claim && !bitmaps.contains_key(array) {
                    let cells = plan.arrays.get(*array).map_or(0, |planned| planned.cells());
                    bitmaps.insert(*array, Arc::new(Bitmaps::new(named(plan, *array), cells)));
                }
            }
        }
        Ok(Memory { arrays, bitmaps })
    }

    /// Runs a dispatch, and gives its trap words. `None` for the fault that stands elsewhere is never given here.
    fn run<'k>(
        &mut self,
        kernels: &'k Kernels,
        dispatch: &Dispatch,
        run: impl FnOnce(Dispatched<'k>) -> Result<(), Fault>,
    ) -> Result<Vec<u32>, Option<Fault>> {
        let (interface, kernel) = kernels.of(dispatch.kernel)?;
        for array in &dispatch.zero {
            if let Some(array) = self.arrays.get_mut(*array) {
                array.words_mut().fill(0);
            }
        }
        let claimed = dispatch.arrays.iter().zip(interface.accesses());
        let claimed = claimed.filter_map(|(array, access)| (access == Access::Claim).then_some(array));
        let claimed: Vec<Arc<Bitmaps>> = claimed.filter_map(|array| self.bitmaps.get(array).cloned()).collect();
        let mut traps = Words::new(1 + claimed.len(), &|| "the trap words".into())?;
        traps.words_mut().fill(NO_TRAP);
        let mut buffers = vec![Seen::of(&traps)];
        buffers.extend(dispatch.arrays.iter().filter_map(|array| self.arrays.get(*array)).map(Seen::of));
        if buffers.len() + claimed.len() != 1 + interface.bindings() {
            return Err(Some(Fault::PlanMismatch { detail: format!("it lacks arrays of `{}`", interface.name()) }));
        }
        // The trap words of a dispatch are bound from their first.
        let push = interface.pushed(0, dispatch);
        let bitmaps = claimed.clone();
        run(Dispatched { kernel, buffers, bitmaps, push, groups: dispatch.groups, next: AtomicU32::new(0) })?;
        let mut traps = traps.words().to_vec();
        for (word, bitmaps) in traps.iter_mut().skip(1).zip(&claimed) {
            *word = bitmaps.claimed_by_two().map_or(*word, |cell| cell.min(*word));
        }
        Ok(traps)
    }
}

/// An array's name in faults.
fn named(plan: &Plan, array: usize) -> String {
    match plan.outputs.iter().find(|(_, place)| *place == array) {
        Some((name, _)) => format!("the array `{name}`"),
        None => format!("array {array} of the call"),
    }
}
