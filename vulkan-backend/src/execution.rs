//! The first dispatches of a plan in one submission, from the caller's words to the words read back. Every byte that a
//! kernel can see is written first, and all memory is given back at the end.

use std::{rc::Rc, time::Duration};

use lockstep_module::{
    Access,
    plan::{Dispatch, Plan, PlannedArray},
    spirv_abi::NO_TRAP,
};

use crate::{
    bindings::{Bindings, Buffers},
    claims::Bitmaps,
    commands::{Barrier, Commands},
    gpu::Gpu,
    hazard::Hazards,
    kernels::Kernels,
    memory::{Buffer, Purpose},
    pipeline::Pipeline,
};
use lockstep_engine::{Executed, Fault};

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

/// Runs the work.
///
/// # Errors
/// Any fault but those of finding and opening a device.
pub(crate) fn execute(gpu: &Rc<Gpu>, kernels: &mut Kernels, work: &Work<'_>) -> Result<Executed, Fault> {
    let dispatches = work.plan.dispatches.get(..work.dispatches).unwrap_or(&work.plan.dispatches);
    let (steps, trap_words) = steps(gpu, kernels, dispatches)?;
    let arrays = work.plan.arrays.iter().enumerate();
    let arrays: Result<Vec<Buffer>, Fault> =
        arrays.map(|(i, array)| Buffer::new(gpu, Purpose::Storage, array.words(), &named(work.plan, i))).collect();
    let arrays = arrays?;
    let bitmaps = Bitmaps::new(gpu, work.plan, steps.iter().flat_map(|step| &step.uses))?;
    let traps = Buffer::new(gpu, Purpose::Storage, trap_words, "the trap words")?;
    let buffers = Buffers { arrays: &arrays, bitmaps: &bitmaps, traps: &traps };
    let lists = steps.iter().map(|step| (step.uses.as_slice(), step.pipeline.set_layout()));
    let bindings = Bindings::new(gpu, lists, buffers)?;

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
    record(&commands, &steps, &bindings, buffers);
    commands.barrier(Barrier::AllThenCopies);
    let read_traps = Buffer::new(gpu, Purpose::Readback, trap_words, "the trap words")?;
    commands.copy(&traps, &read_traps, trap_words);
    let mut results = Vec::new();
    for i in work.read {
        let (Some(planned), Some(array)) = (work.plan.arrays.get(*i), arrays.get(*i)) else { continue };
        let result = Buffer::new(gpu, Purpose::Readback, planned.words(), &named(work.plan, *i))?;
        commands.copy(array, &result, planned.words());
        results.push((result, planned.words()));
    }
    commands.barrier(Barrier::CopiesThenHost);
    commands.run(work.timeout)?;

    let read: Result<Vec<Vec<u32>>, Fault> = results.iter().map(|(result, words)| result.read(*words)).collect();
    let all = read_traps.read(trap_words)?;
    let traps = steps.iter().map(|step| all.iter().skip(step.trap_slot).take(step.trap_words).copied().collect());
    Ok(Executed { traps: traps.collect(), arrays: read? })
}

/// A dispatch with its kernel.
struct Step<'a> {
    dispatch: &'a Dispatch,
    pipeline: Rc<Pipeline>,
    /// Each array with what is done to it.
    uses: Vec<(usize, Access)>,
    /// What it is pushed.
    words: Vec<u32>,
    /// Where its trap words begin, and how many there are.
    trap_slot: usize,
    trap_words: usize,
}

/// The dispatches with their kernels, and the number of all their trap words.
fn steps<'a>(
    gpu: &Rc<Gpu>,
    kernels: &mut Kernels,
    dispatches: &'a [Dispatch],
) -> Result<(Vec<Step<'a>>, usize), Fault> {
    let mut steps = Vec::new();
    let mut trap_slot = 0;
    for dispatch in dispatches {
        let (form, pipeline) = kernels.of(gpu, dispatch)?;
        let uses = dispatch.arrays.iter().copied().zip(form.interface.accesses()).collect();
        let trap_words = 1 + form.interface.claims();
        // 65,536 dispatches of at most 7 trap words.
        let slot = u32::try_from(trap_slot).unwrap_or(u32::MAX);
        let words = form.interface.pushed(slot, dispatch);
        steps.push(Step { dispatch, pipeline, uses, words, trap_slot, trap_words });
        trap_slot += trap_words;
    }
    Ok((steps, trap_slot))
}

fn record(commands: &Commands, steps: &[Step<'_>], bindings: &Bindings, buffers: Buffers<'_>) {
    let mut hazards = Hazards::new(buffers.arrays.len());
    for Step { dispatch, pipeline, uses, words, .. } in steps {
        let runs = dispatch.groups > 0;
        let bitmaps = if runs { buffers.bitmaps.of(uses) } else { Vec::new() };
        let zero = dispatch.zero.iter().filter_map(|array| buffers.arrays.get(*array));
        let fills: Vec<&Buffer> = zero.chain(bitmaps).collect();
        if !fills.is_empty() {
            commands.barrier(Barrier::KernelsThenFills);
            fills.iter().for_each(|buffer| commands.fill(buffer, 0));
            commands.barrier(Barrier::FillsThenKernels);
            hazards.barrier();
        }
        let Some(set) = bindings.set(uses).filter(|_| runs) else { continue };
        if hazards.barrier_before(uses) {
            commands.barrier(Barrier::KernelsThenKernels);
        }
        commands.dispatch(pipeline, set, words, dispatch.groups);
    }
}

/// The caller's words, where there are any. An array without cells still has words, which are filled.
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

    use lockstep_engine::Fault;
    use lockstep_module::{
        Profile,
        plan::{Plan, PlannedArray},
    };
    use lockstep_numbers::ScalarType;

    use super::{Work, execute};
    use crate::{device_thread, gpu::Gpu, instance::Instance, kernels::Kernels, probe};

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
                    let outputs = vec![("y".into(), 1)];
                    let plan = Plan { arrays, dispatches: Vec::new(), outputs, cost: 0, bytes: 0 };
                    let work = Work { plan: &plan, dispatches: 0, read: &[0, 1], timeout: Duration::from_secs(60) };
                    execute(&gpu, &mut Kernels::new(Profile::Baseline, Vec::new()), &work).map(|ran| ran.arrays)
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
