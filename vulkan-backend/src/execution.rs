//! The first dispatches of a plan in one submission, from the caller's words to the words read back. Every byte that a
//! kernel can see is written first, and all memory is given back at the end.

use std::{rc::Rc, time::Duration};

use lockstep_module::{
    Access,
    plan::{Dispatch, Plan, PlannedArray},
    spirv_abi::NO_TRAP,
};

use crate::{
    bindings::Bindings,
    commands::{Barrier, Commands},
    fault::Fault,
    gpu::Gpu,
    hazard::Hazards,
    kernels::Kernels,
    memory::{Buffer, Purpose},
    pipeline::Pipeline,
    slices,
};

/// What to run.
pub(crate) struct Work<'a> {
    /// The plan, which was checked against the kernels.
    pub(crate) plan: &'a Plan,
    /// How many of its dispatches, from the first.
    pub(crate) dispatches: usize,
    /// Which arrays to read back afterwards.
    pub(crate) read: &'a [usize],
    /// How long the device may take.
    pub(crate) timeout: Duration,
}

/// What came of it.
pub(crate) struct Ran {
    /// The trap word of each dispatch.
    pub(crate) traps: Vec<u32>,
    /// The words of the arrays to be read, in their order.
    pub(crate) arrays: Vec<Vec<u32>>,
}

/// Runs the work.
///
/// # Errors
/// Any fault but those of finding and opening a device.
pub(crate) fn execute(gpu: &Rc<Gpu>, kernels: &mut Kernels, work: &Work<'_>) -> Result<Ran, Fault> {
    let dispatches = work.plan.dispatches.get(..work.dispatches).unwrap_or(&work.plan.dispatches);
    let steps = steps(gpu, kernels, dispatches)?;
    let arrays = work.plan.arrays.iter().enumerate();
    let arrays: Result<Vec<Buffer>, Fault> =
        arrays.map(|(i, array)| Buffer::new(gpu, Purpose::Storage, array.cells(), &named(work.plan, i))).collect();
    let arrays = arrays?;
    let traps = Buffer::new(gpu, Purpose::Storage, dispatches.len(), "the trap words")?;
    let lists = steps.iter().map(|step| (step.dispatch.arrays.as_slice(), step.pipeline.set_layout()));
    let bindings = Bindings::new(gpu, lists, &arrays, &traps)?;

    let commands = Commands::begin(gpu)?;
    let mut uploads = Vec::new();
    for (i, (planned, array)) in work.plan.arrays.iter().zip(&arrays).enumerate() {
        match words_given(planned) {
            Some(words) => {
                let mut upload = Buffer::new(gpu, Purpose::Upload, words.len(), &named(work.plan, i))?;
                upload.write(words)?;
                commands.copy(&upload, array, words.len());
                uploads.push(upload);
            }
            None => commands.fill(array, 0),
        }
    }
    commands.fill(&traps, NO_TRAP);
    commands.barrier(Barrier::CopiesThenKernels);
    record(&commands, &steps, &bindings, arrays.len());
    commands.barrier(Barrier::AllThenCopies);
    let trap_words = Buffer::new(gpu, Purpose::Readback, dispatches.len(), "the trap words")?;
    commands.copy(&traps, &trap_words, dispatches.len());
    let mut results = Vec::new();
    for i in work.read {
        let (Some(planned), Some(array)) = (work.plan.arrays.get(*i), arrays.get(*i)) else { continue };
        let result = Buffer::new(gpu, Purpose::Readback, planned.cells(), &named(work.plan, *i))?;
        commands.copy(array, &result, planned.cells());
        results.push((result, planned.cells()));
    }
    commands.barrier(Barrier::CopiesThenHost);
    commands.run(work.timeout)?;

    let read: Result<Vec<Vec<u32>>, Fault> = results.iter().map(|(result, cells)| result.read(*cells)).collect();
    Ok(Ran { traps: trap_words.read(dispatches.len())?, arrays: read? })
}

/// A dispatch with its kernel.
struct Step<'a> {
    dispatch: &'a Dispatch,
    pipeline: Rc<Pipeline>,
    /// Each array with what is done to it.
    uses: Vec<(usize, Access)>,
}

fn steps<'a>(gpu: &Rc<Gpu>, kernels: &mut Kernels, dispatches: &'a [Dispatch]) -> Result<Vec<Step<'a>>, Fault> {
    let step = |dispatch: &'a Dispatch| {
        let (form, pipeline) = kernels.of(gpu, dispatch)?;
        let uses = dispatch.arrays.iter().copied().zip(form.accesses.iter().copied()).collect();
        Ok(Step { dispatch, pipeline, uses })
    };
    dispatches.iter().map(step).collect()
}

fn record(commands: &Commands, steps: &[Step<'_>], bindings: &Bindings<'_>, arrays: usize) {
    let mut hazards = Hazards::new(arrays);
    for (slot, Step { dispatch, pipeline, uses }) in (0..).zip(steps) {
        let groups = slices::groups(dispatch.lanes);
        let Some(set) = bindings.set(&dispatch.arrays).filter(|_| groups > 0) else { continue };
        if hazards.barrier_before(uses) {
            commands.barrier(Barrier::KernelsThenKernels);
        }
        // The words of the ABI: zero, the first group (set slice by slice), the trap slot; then scalars and extents.
        let words: Vec<u32> = [0, 0, slot].into_iter().chain(dispatch.scalars.iter().copied()).collect();
        let words = [words, dispatch.extents.clone()].concat();
        commands.dispatch(pipeline, set, &words, groups);
    }
}

/// The caller's words, where there are any. An array without cells still has one word, which is filled.
fn words_given(array: &PlannedArray) -> Option<&[u32]> {
    array.initial.as_deref().filter(|words| !words.is_empty())
}

/// An array's name in faults.
fn named(plan: &Plan, array: usize) -> String {
    match plan.outputs.iter().find(|(_, place)| *place == array) {
        Some((name, _)) => format!("the array `{name}`"),
        None => format!("array {array} of the call"),
    }
}

#[cfg(test)]
mod tests {
    use std::{rc::Rc, time::Duration};

    use lockstep_module::plan::{Plan, PlannedArray};
    use lockstep_numbers::ScalarType;

    use super::{Work, execute};
    use crate::{device_thread, fault::Fault, gpu::Gpu, instance::Instance, kernels::Kernels, probe};

    fn array(dimensions: Vec<u32>, initial: Option<Vec<u32>>) -> PlannedArray {
        PlannedArray { element: ScalarType::U32, dimensions, initial }
    }

    /// On every admitted device: what a run held is given back, whether it finished or not.
    #[test]
    fn everything_is_given_back() {
        let tested = device_thread::once(|| {
            let instance = Rc::new(Instance::open()?);
            let mut tested = 0;
            for probe in probe::probe(&instance)?.iter().filter(|probe| probe.device.refused.is_none()) {
                let gpu = Gpu::open(instance.clone(), probe)?;
                let held = || (gpu.memory().borrow().generate_report().allocations.len(), Rc::strong_count(&gpu));
                let run = |arrays| {
                    let plan = Plan { arrays, dispatches: Vec::new(), outputs: vec![("y".into(), 1)] };
                    let work = Work { plan: &plan, dispatches: 0, read: &[0, 1], timeout: Duration::from_secs(60) };
                    execute(&gpu, &mut Kernels::new(Vec::new()), &work).map(|ran| ran.arrays)
                };
                let given = array(vec![3], Some(vec![1, 2, 3]));
                assert_eq!(run(vec![given.clone(), array(vec![2], None)]), Ok(vec![vec![1, 2, 3], vec![0, 0]]));
                assert_eq!(held(), (0, 1), "{}", probe.device.driver);

                let fault = run(vec![given, array(vec![1 << 17, 1 << 17], None)]).unwrap_err();
                let wanted = Fault::OutOfMemory { what: "the array `y`".into(), bytes: Some(1 << 36) };
                assert_eq!((fault, held()), (wanted, (0, 1)), "{}", probe.device.driver);
                tested += 1;
            }
            Ok(tested)
        });
        assert!(tested.unwrap() > 0, "no device of this machine is admitted: run tools/drivers/fetch");
    }
}
