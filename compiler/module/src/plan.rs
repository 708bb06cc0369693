//! From a call to the list of dispatches that every engine runs. A job's own expressions depend on its scalars and
//! extents alone, so the whole list is known, and every refusal given, before anything runs.

mod evaluate;

use lockstep_numbers::ScalarType;

use crate::{
    call::{Bound, CallError, cells, resolve},
    file::Module,
    interface::{Extent, Kernel, Signature},
    job::{Job, Step, Temporary},
};

/// The most dispatches of one call. Set by the language, so that every engine can hold the list.
pub const MAX_DISPATCHES: usize = 1 << 16;
/// The most steps that the host takes for one call, those of empty loops included.
pub const MAX_STEPS: u64 = 1 << 22;
/// The most lanes of one dispatch.
pub const MAX_LANES: u64 = 1 << 31;
/// The most cells of all arrays of one call together: 2 GiB.
pub const MAX_TOTAL_CELLS: u64 = 1 << 29;

/// Arrays, and what to run over them in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The arrays: the parameters first, in order, then the temporaries.
    pub arrays: Vec<PlannedArray>,
    /// The dispatches, in order.
    pub dispatches: Vec<Dispatch>,
    /// For each written parameter its name and the array that holds it at the end.
    pub outputs: Vec<(String, usize)>,
}

/// An array of a plan. It begins as the caller's words, where it is an input, else as zeros.
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
}

/// One run of one kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// The kernel's index in the module.
    pub kernel: usize,
    /// For each array parameter, the array's index in the plan.
    pub arrays: Vec<usize>,
    /// The scalars, in order.
    pub scalars: Vec<u32>,
    /// The extents, in order.
    pub extents: Vec<u32>,
    /// How many lanes run.
    pub lanes: u32,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// The call is refused.
    Refused(CallError),
    /// An expression of the job itself traps. The interpreter tells where.
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
/// [`PlanError::Refused`]: `C0006` an array too large, `C0007` too many dispatches or steps, `C0008` too many lanes or
/// too much memory, `C0009` arrays of a run that disagree on an extent, `C0010` no kernel or job of that name.
pub fn plan(module: &Module, entry: &str, bound: Bound) -> Result<Plan, PlanError> {
    if let Some(job) = module.jobs.iter().find(|job| job.signature.name == entry) {
        return plan_job(module, job, bound);
    }
    let Some(index) = module.kernels.iter().position(|kernel| kernel.signature.name == entry) else {
        return refuse("C0010", format!("the module has no kernel or job named `{entry}`"));
    };
    let kernel = &module.kernels[index];
    let mut plan = start(&kernel.signature, bound.arrays, &[])?;
    let arrays: Vec<usize> = (0..plan.arrays.len()).collect();
    let lanes = lanes(&kernel.signature.name, &kernel.grid, &bound.extents)?;
    plan.dispatches.push(Dispatch { kernel: index, arrays, scalars: bound.scalars, extents: bound.extents, lanes });
    plan.outputs = outputs(&kernel.signature, |i| i);
    Ok(plan)
}

/// The arrays of a plan, within the limits on memory.
///
/// # Errors
/// `C0006` and `C0008`, as [`plan`].
pub fn start(
    signature: &Signature,
    parameters: Vec<crate::BoundArray>,
    temporaries: &[(String, ScalarType, Vec<u32>)],
) -> Result<Plan, PlanError> {
    let mut total = 0;
    for ((name, ..), array) in signature.arrays().zip(&parameters) {
        total += cells(name, &array.dimensions)?;
    }
    for (name, _, dimensions) in temporaries {
        total += cells(name, dimensions)?;
    }
    if total > MAX_TOTAL_CELLS {
        return refuse(
            "C0008",
            format!(
                "`{}` would need {} MiB for its arrays, and a call has at most 2048 MiB",
                signature.name,
                total >> 18
            ),
        );
    }
    let given =
        parameters.into_iter().map(|a| PlannedArray { element: a.element, dimensions: a.dimensions, initial: a.words });
    let made = temporaries.iter().map(|(_, element, dimensions)| PlannedArray {
        element: *element,
        dimensions: dimensions.clone(),
        initial: None,
    });
    Ok(Plan { arrays: given.chain(made).collect(), dispatches: Vec::new(), outputs: Vec::new() })
}

/// Name and final place of each written parameter; `place` says which array its name means at the end.
pub fn outputs(signature: &Signature, place: impl Fn(usize) -> usize) -> Vec<(String, usize)> {
    let written = signature.arrays().enumerate().filter(|(_, (_, access, _))| access.writes());
    written.map(|(i, (name, ..))| (name.to_string(), place(i))).collect()
}

/// The number of lanes of a launch.
///
/// # Errors
/// `C0008`, as [`plan`].
pub fn lanes(kernel: &str, grid: &[Extent], extents: &[u32]) -> Result<u32, PlanError> {
    let sizes = resolve(grid, extents);
    let product = sizes.iter().try_fold(1u64, |product, d| product.checked_mul(u64::from(*d)));
    match product.filter(|lanes| *lanes <= MAX_LANES).and_then(|lanes| u32::try_from(lanes).ok()) {
        Some(lanes) => Ok(lanes),
        None => {
            let shape: Vec<String> = sizes.iter().map(u32::to_string).collect();
            refuse(
                "C0008",
                format!("`{kernel}` would run {} lanes, and a dispatch has at most 2^31", shape.join(" × ")),
            )
        }
    }
}

/// Binds a kernel's extents from the arrays of one run.
///
/// # Errors
/// `C0009`, as [`plan`].
pub fn bind_extents(signature: &Signature, arrays: &[&[u32]]) -> Result<Vec<u32>, PlanError> {
    let mut extents: Vec<Option<(u32, &str)>> = vec![None; signature.extents.len()];
    for ((name, _, ty), sizes) in signature.arrays().zip(arrays) {
        for (dimension, size) in ty.dimensions.iter().zip(*sizes) {
            let (wanted, by) = match dimension {
                Extent::Constant(n) => (*n, "the interface"),
                Extent::Named(i) => match extents.get_mut(*i as usize) {
                    Some(slot) => *slot.get_or_insert((*size, name)),
                    None => continue,
                },
            };
            if wanted != *size {
                let ty = signature.show(ty);
                let kernel = &signature.name;
                return refuse(
                    "C0009",
                    format!("a run of `{kernel}` gives `{name}: {ty}` the size {size} where {by} says {wanted}"),
                );
            }
        }
    }
    Ok(extents.into_iter().map(|slot| slot.map_or(0, |(size, _)| size)).collect())
}

/// Counts the work of a plan against its limits.
#[derive(Default)]
pub struct Budget {
    steps: u64,
}

impl Budget {
    /// Room for one more dispatch, with `dispatches` in the list so far.
    ///
    /// # Errors
    /// `C0007`, as [`plan`].
    pub fn dispatch(&self, job: &str, dispatches: usize) -> Result<(), PlanError> {
        if dispatches < MAX_DISPATCHES {
            return Ok(());
        }
        refuse("C0007", format!("`{job}` would run more than {MAX_DISPATCHES} dispatches"))
    }

    /// One more step of the host.
    ///
    /// # Errors
    /// `C0007`, as [`plan`].
    pub fn step(&mut self, job: &str) -> Result<(), PlanError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return refuse("C0007", format!("`{job}` would take more than {MAX_STEPS} steps"));
        }
        Ok(())
    }
}

fn plan_job(module: &Module, job: &Job, bound: Bound) -> Result<Plan, PlanError> {
    let mut slots = vec![0; job.slots as usize];
    for (slot, word) in slots.iter_mut().zip(bound.scalars.iter().chain(&bound.extents)) {
        *slot = *word;
    }
    let mut temporaries = Vec::new();
    for Temporary { name, element, dimensions } in &job.temporaries {
        let sizes: Result<Vec<u32>, PlanError> = dimensions.iter().map(|d| evaluate::evaluate(d, &slots)).collect();
        temporaries.push((name.clone(), *element, sizes?));
    }
    let mut runner = Runner {
        module,
        job,
        place: (0..bound.arrays.len() + temporaries.len()).collect(),
        plan: start(&job.signature, bound.arrays, &temporaries)?,
        slots,
        budget: Budget::default(),
    };
    runner.run()?;
    let Runner { mut plan, place, .. } = runner;
    plan.outputs = outputs(&job.signature, |i| place[i]);
    Ok(plan)
}

struct Runner<'a> {
    module: &'a Module,
    job: &'a Job,
    /// For each array name of the job, the array that it means now.
    place: Vec<usize>,
    plan: Plan,
    slots: Vec<u32>,
    budget: Budget,
}

/// An open loop: where its first step is, its counter, and how many values are left after this one.
struct Open {
    first: usize,
    slot: usize,
    by: u32,
    left: u64,
}

impl Runner<'_> {
    fn run(&mut self) -> Result<(), PlanError> {
        let job = self.job;
        let mut open: Vec<Open> = Vec::new();
        let mut at = 0;
        while let Some(step) = job.steps.get(at) {
            self.budget.step(&job.signature.name)?;
            at += 1;
            match step {
                Step::Set { slot, value } => {
                    self.slots[*slot as usize] = evaluate::evaluate(value, &self.slots)?;
                }
                Step::Repeat { slot, signed, from, to, by } => {
                    let from = evaluate::evaluate(from, &self.slots)?;
                    let to = evaluate::evaluate(to, &self.slots)?;
                    let trips = trips(*signed, from, to, *by);
                    if trips == 0 {
                        at = matching_end(&job.steps, at);
                    } else {
                        self.slots[*slot as usize] = from;
                        open.push(Open { first: at, slot: *slot as usize, by: *by, left: trips - 1 });
                    }
                }
                Step::End => {
                    let Some(innermost) = open.last_mut() else { continue };
                    if innermost.left == 0 {
                        open.pop();
                    } else {
                        innermost.left -= 1;
                        let counter = &mut self.slots[innermost.slot];
                        *counter = counter.wrapping_add(innermost.by);
                        at = innermost.first;
                    }
                }
                Step::Run { kernel, arrays, scalars } => self.dispatch(*kernel as usize, arrays, scalars)?,
                Step::Swap { a, b } => self.place.swap(*a as usize, *b as usize),
            }
        }
        Ok(())
    }

    fn dispatch(&mut self, index: usize, arrays: &[u32], scalars: &[Vec<crate::Operation>]) -> Result<(), PlanError> {
        self.budget.dispatch(&self.job.signature.name, self.plan.dispatches.len())?;
        let Kernel { signature, grid, .. } = &self.module.kernels[index];
        let arrays: Vec<usize> = arrays.iter().map(|a| self.place[*a as usize]).collect();
        let shapes: Vec<&[u32]> = arrays.iter().map(|a| self.plan.arrays[*a].dimensions.as_slice()).collect();
        let extents = bind_extents(signature, &shapes)?;
        let scalars: Result<Vec<u32>, PlanError> = scalars.iter().map(|s| evaluate::evaluate(s, &self.slots)).collect();
        let lanes = lanes(&signature.name, grid, &extents)?;
        self.plan.dispatches.push(Dispatch { kernel: index, arrays, scalars: scalars?, extents, lanes });
        Ok(())
    }
}

/// How many values `for i in from..to step by` takes.
pub fn trips(signed: bool, from: u32, to: u32, by: u32) -> u64 {
    let distance = if signed {
        i64::from(to.cast_signed()) - i64::from(from.cast_signed())
    } else {
        i64::from(to) - i64::from(from)
    };
    u64::try_from(distance).map_or(0, |distance| distance.div_ceil(u64::from(by.max(1))))
}

/// The step after the `End` that closes the loop whose first step is `first`.
fn matching_end(steps: &[Step], first: usize) -> usize {
    let mut depth = 1;
    for (i, step) in steps.iter().enumerate().skip(first) {
        match step {
            Step::Repeat { .. } => depth += 1,
            Step::End => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    steps.len()
}
