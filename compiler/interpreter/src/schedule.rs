//! A job's own part: its expressions and loops, from which the list of dispatches follows. It walks the typed job, so
//! that a plan made from a module can be compared with it.

use lockstep_compiler::program::{Job, JobStep, Kernel};
use lockstep_module::{
    Bound, CallError, TrapReport,
    plan::{self, Budget, Dispatch, Plan, PlanError, trips},
};
use lockstep_numbers::ScalarType;

use crate::{
    Source,
    lane::{Lane, Layout, Shared},
    trap::Trap,
};

/// What a call comes to.
pub(crate) enum Scheduled {
    Plan(Plan),
    /// An expression of the job trapped.
    Trapped(TrapReport),
}

/// Why a schedule stops.
enum Stop {
    Refused(CallError),
    Trap(Box<Trap>),
}

impl From<PlanError> for Stop {
    fn from(error: PlanError) -> Stop {
        match error {
            PlanError::Refused(error) => Stop::Refused(error),
            // Only the evaluator of modules says this, and it is not used here.
            PlanError::Trapped => {
                Stop::Refused(CallError { code: "C0010", message: "the job traps before it runs".into() })
            }
        }
    }
}

impl From<Box<Trap>> for Stop {
    fn from(trap: Box<Trap>) -> Stop {
        Stop::Trap(trap)
    }
}

pub(crate) fn schedule(source: Source<'_>, entry: &str, bound: Bound) -> Result<Scheduled, CallError> {
    let program = source.program;
    let job = program.jobs.iter().find(|job| job.signature.name == entry);
    let kernel = program.kernels.iter().position(|kernel| kernel.signature.name == entry);
    let scheduled = match (job, kernel) {
        (Some(job), _) => schedule_job(source, job, bound),
        (None, Some(index)) => schedule_kernel(index, &program.kernels[index], bound),
        (None, None) => {
            let message = format!("the module has no kernel or job named `{entry}`");
            return Err(CallError { code: "C0010", message });
        }
    };
    match scheduled {
        Ok(plan) => Ok(Scheduled::Plan(plan)),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Trap(trap)) => Ok(Scheduled::Trapped(trap.report(source.sources, entry, None, Vec::new()))),
    }
}

fn schedule_kernel(index: usize, kernel: &Kernel, bound: Bound) -> Result<Plan, Stop> {
    let mut plan = plan::start(&kernel.signature, bound.arrays, &[])?;
    let lanes = plan::lanes(&kernel.signature.name, &kernel.grid, &bound.extents)?;
    let arrays = (0..plan.arrays.len()).collect();
    plan.dispatches.push(Dispatch { kernel: index, arrays, scalars: bound.scalars, extents: bound.extents, lanes });
    plan.outputs = plan::outputs(&kernel.signature, |i| i);
    Ok(plan)
}

fn schedule_job(source: Source<'_>, job: &Job, bound: Bound) -> Result<Plan, Stop> {
    let layout = Layout::new(&job.locals);
    let shared = Shared { program: source.program, arrays: &[], array_names: Vec::new(), functions: &[] };
    let mut host = Lane::new(&shared, &job.locals, &layout);
    let words = bound.extents.iter().chain(&bound.scalars);
    words.zip(0..).for_each(|(word, local)| host.set(lockstep_compiler::program::LocalId(local), *word));
    let mut temporaries = Vec::new();
    for temporary in &job.temporaries {
        let mut sizes = Vec::new();
        for size in &temporary.dimensions {
            sizes.push(host.expression(size)?);
        }
        temporaries.push((temporary.name.clone(), temporary.element, sizes));
    }
    let plan = plan::start(&job.signature, bound.arrays, &temporaries)?;
    let place = (0..plan.arrays.len()).collect();
    let mut scheduler = Scheduler { source, job, host, plan, place, budget: Budget::default() };
    scheduler.steps(&job.steps)?;
    let Scheduler { mut plan, place, .. } = scheduler;
    plan.outputs = plan::outputs(&job.signature, |i| place[i]);
    Ok(plan)
}

struct Scheduler<'a> {
    source: Source<'a>,
    job: &'a Job,
    host: Lane<'a>,
    plan: Plan,
    /// For each array name of the job, the array that it means now.
    place: Vec<usize>,
    budget: Budget,
}

impl Scheduler<'_> {
    fn steps(&mut self, steps: &[JobStep]) -> Result<(), Stop> {
        for step in steps {
            self.count()?;
            match step {
                JobStep::Let { local, value } => {
                    let word = self.host.expression(value)?;
                    self.host.set(*local, word);
                }
                JobStep::For { counter, from, to, step, body } => {
                    let signed = from.ty == ScalarType::I32;
                    let (from, to) = (self.host.expression(from)?, self.host.expression(to)?);
                    let mut value = from;
                    for _ in 0..trips(signed, from, to, *step) {
                        self.host.set(*counter, value);
                        self.steps(body)?;
                        self.count()?;
                        value = value.wrapping_add(*step);
                    }
                }
                JobStep::Run { kernel, arrays, scalars } => {
                    self.budget.dispatch(&self.job.signature.name, self.plan.dispatches.len())?;
                    let kernel_program = &self.source.program.kernels[*kernel];
                    let arrays: Vec<usize> = arrays.iter().map(|array| self.place[*array]).collect();
                    let shapes: Vec<&[u32]> =
                        arrays.iter().map(|a| self.plan.arrays[*a].dimensions.as_slice()).collect();
                    let extents = plan::bind_extents(&kernel_program.signature, &shapes)?;
                    let mut words = Vec::new();
                    for scalar in scalars {
                        words.push(self.host.expression(scalar)?);
                    }
                    let lanes = plan::lanes(&kernel_program.signature.name, &kernel_program.grid, &extents)?;
                    self.plan.dispatches.push(Dispatch { kernel: *kernel, arrays, scalars: words, extents, lanes });
                }
                JobStep::Swap(a, b) => self.place.swap(*a, *b),
            }
        }
        Ok(())
    }

    /// One step, and one more for each end of a loop's body: the same count as the module's flat steps.
    fn count(&mut self) -> Result<(), Stop> {
        Ok(self.budget.step(&self.job.signature.name)?)
    }
}
