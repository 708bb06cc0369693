//! A job's own part: its expressions and loops, from which the list of dispatches follows. It walks the typed jobs, so
//! that a plan made from a module can be compared with it.

use std::collections::BTreeMap;

use lockstep_compiler::{
    cost,
    program::{Expression, Job, JobStep, Kernel, LocalId, Shape},
};
use lockstep_module::{
    Bound, CallError, Cost, Launch, TrapReport,
    plan::{Draft, Names, Plan, PlanError, Runs, trips},
};
use lockstep_numbers::ScalarType;

use crate::{
    Source,
    frame::Layout,
    trap::{Scene, Trap},
    walker::{Scope, Walker},
};

/// Why there is no plan.
enum Stop {
    Refused(CallError),
    /// An expression of the job with this name trapped.
    Trap(Box<Trap>, String),
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

/// The plan of a call, or the trap of an expression of a job.
pub(crate) fn schedule(source: Source<'_>, entry: &str, bound: Bound) -> Result<Result<Plan, TrapReport>, CallError> {
    let program = source.program;
    let mut scheduler = Scheduler { source, runs: BTreeMap::new() };
    let job = program.jobs.iter().find(|job| job.signature.name == entry);
    let kernel = program.kernels.iter().position(|kernel| kernel.signature.name == entry);
    let scheduled = match (job, kernel) {
        (Some(job), _) => scheduler.plan_job(job, bound),
        (None, Some(kernel)) => scheduler.plan_kernel(kernel, bound),
        (None, None) => {
            let message = format!("the module has no kernel or job named `{entry}`");
            return Err(CallError { code: "C0010", message });
        }
    };
    match scheduled {
        Ok(plan) => Ok(Ok(plan)),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Trap(trap, name)) => {
            let scene = Scene { name: &name, dispatch: None, group: None, lane: Vec::new() };
            Ok(Err(trap.report(source.sources, scene)))
        }
    }
}

struct Scheduler<'a> {
    source: Source<'a>,
    /// The launch and the cost of each kernel that has run so far.
    runs: BTreeMap<usize, (Launch, Cost)>,
}

impl<'a> Scheduler<'a> {
    fn plan_kernel(&mut self, index: usize, bound: Bound) -> Result<Plan, Stop> {
        let signature = &self.source.program.kernels[index].signature;
        let mut draft = Draft::new(self.source.program.profile, signature, bound.arrays)?;
        let names = draft.names();
        self.dispatch(&mut draft, index, names.all().to_vec(), bound.scalars, bound.extents)?;
        Ok(draft.finish(signature, &names)?)
    }

    fn plan_job(&mut self, job: &'a Job, bound: Bound) -> Result<Plan, Stop> {
        let mut draft = Draft::new(self.source.program.profile, &job.signature, bound.arrays)?;
        let mut names = draft.names();
        self.run_job(&mut draft, job, &mut names, &bound.scalars, &bound.extents)?;
        Ok(draft.finish(&job.signature, &names)?)
    }

    fn dispatch(
        &mut self,
        draft: &mut Draft,
        index: usize,
        arrays: Vec<usize>,
        scalars: Vec<u64>,
        extents: Vec<u32>,
    ) -> Result<(), Stop> {
        let kernel = &self.source.program.kernels[index];
        let (launch, cost) = self.runs.entry(index).or_insert_with(|| (launch(kernel), cost::bound(kernel)));
        let runs = Runs { index, signature: &kernel.signature, launch, cost };
        Ok(draft.dispatch(runs, arrays, scalars, extents)?)
    }

    fn run_job(
        &mut self,
        draft: &mut Draft,
        job: &'a Job,
        names: &mut Names,
        scalars: &[u64],
        extents: &[u32],
    ) -> Result<(), Stop> {
        let layout = Layout::new(&job.locals, &[], 0);
        let scope = Scope {
            constants: &self.source.program.constants,
            locals: &job.locals,
            layout: &layout,
            tiles: &[],
            shared: &[],
            arrays: &[],
            array_names: Vec::new(),
            claims: &[],
        };
        let mut host = Host { job, walker: Walker::new(&scope, ()) };
        let given = extents.iter().map(|size| u64::from(*size)).chain(scalars.iter().copied());
        given.zip(0..).for_each(|(value, local)| host.walker.frame.set(LocalId(local), value));
        let mut temporaries = Vec::new();
        for temporary in &job.temporaries {
            let sizes = host.values(&temporary.dimensions)?.into_iter().map(|size| size as u32).collect();
            temporaries.push((temporary.name.as_str(), temporary.element, sizes));
        }
        draft.allocate(names, temporaries)?;
        self.steps(draft, &mut host, names, &job.steps)
    }

    /// One step of the host for each, and one more for each end of a loop's body: as the module's flat steps count.
    fn steps(
        &mut self,
        draft: &mut Draft,
        host: &mut Host<'_, '_>,
        names: &mut Names,
        steps: &'a [JobStep],
    ) -> Result<(), Stop> {
        for step in steps {
            draft.step()?;
            match step {
                JobStep::Let { local, value } => {
                    let value = host.value(value)?;
                    host.walker.frame.set(*local, value);
                }
                JobStep::For { counter, from, to, step, body } => {
                    let signed = from.ty == ScalarType::I32;
                    let (from, to) = (host.value(from)? as u32, host.value(to)? as u32);
                    let mut value = from;
                    for _ in 0..trips(signed, from, to, *step) {
                        host.walker.frame.set(*counter, value.into());
                        self.steps(draft, host, names, body)?;
                        draft.step()?;
                        value = value.wrapping_add(*step);
                    }
                }
                JobStep::Run { kernel, arrays, scalars } => {
                    let arrays = names.arrays(arrays.iter().copied());
                    let extents = draft.extents(&self.source.program.kernels[*kernel].signature, &arrays)?;
                    let scalars = host.values(scalars)?;
                    self.dispatch(draft, *kernel, arrays, scalars, extents)?;
                }
                JobStep::Call { job, arrays, scalars } => {
                    let inner = &self.source.program.jobs[*job];
                    let (mut inner_names, extents) =
                        draft.enter(&inner.signature, names.arrays(arrays.iter().copied()))?;
                    let scalars = host.values(scalars)?;
                    self.run_job(draft, inner, &mut inner_names, &scalars, &extents)?;
                    draft.leave(inner_names, names, arrays);
                }
                JobStep::Swap(a, b) => names.swap(*a, *b),
            }
        }
        Ok(())
    }
}

/// The values of a running job.
struct Host<'s, 'a> {
    job: &'a Job,
    walker: Walker<'s, ()>,
}

impl Host<'_, '_> {
    fn value(&mut self, expression: &Expression) -> Result<u64, Stop> {
        self.walker.expression(expression).map_err(|trap| Stop::Trap(trap, self.job.signature.name.clone()))
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<u64>, Stop> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }
}

fn launch(kernel: &Kernel) -> Launch {
    match &kernel.shape {
        Shape::Each { grid } => Launch::Each(grid.clone()),
        Shape::Tiles { tiles, .. } => {
            let tiles = tiles.iter().map(|tile| (tile.array as u32, tile.sizes.clone())).collect();
            Launch::Tiles { tiles, lanes: kernel.group_lanes() }
        }
    }
}
