//! Runs the flat jobs of a module on the host, with a stack of its own: no job can make it recurse or run on.

use super::{
    Draft, Names, Plan, PlanError, Runs,
    evaluate::{evaluate, size},
};
use crate::{
    call::Bound,
    file::Module,
    job::{Job, Operation, Step},
};

/// Plans a call of a job.
pub(super) fn run(module: &Module, job: usize, bound: Bound) -> Result<Plan, PlanError> {
    let signature = &module.jobs[job].signature;
    let mut draft = Draft::new(module.profile, signature, bound.arrays)?;
    let names = draft.names();
    let ends: Vec<Vec<usize>> = module.jobs.iter().map(loop_ends).collect();
    let entry = Frame::begin(&mut draft, module, job, names, Vec::new(), (bound.scalars, bound.extents))?;
    let mut frames = vec![entry];
    while let Some(frame) = frames.last_mut() {
        match frame.advance(&mut draft, module, &ends)? {
            Advanced::Call(inner) => frames.push(inner),
            Advanced::Ended => {
                let Some(inner) = frames.pop() else { break };
                let Some(caller) = frames.last_mut() else { return draft.finish(signature, &inner.names) };
                draft.leave(inner.names, &mut caller.names, &inner.arguments);
            }
        }
    }
    // The entry's own frame ends above.
    Err(PlanError::Trapped)
}

/// A job that is running.
struct Frame<'m> {
    job: &'m Job,
    /// Its index in the module.
    index: usize,
    names: Names,
    /// The names of its caller's that it was given.
    arguments: Vec<usize>,
    slots: Vec<u64>,
    open: Vec<Open>,
    /// The next step.
    at: usize,
}

/// An open loop: where its first step is, its counter, and how many values are left after this one.
struct Open {
    first: usize,
    slot: usize,
    by: u32,
    left: u64,
}

enum Advanced<'m> {
    /// It runs another job.
    Call(Frame<'m>),
    /// It has no step left.
    Ended,
}

impl<'m> Frame<'m> {
    fn begin(
        draft: &mut Draft,
        module: &'m Module,
        index: usize,
        mut names: Names,
        arguments: Vec<usize>,
        (scalars, extents): (Vec<u64>, Vec<u32>),
    ) -> Result<Frame<'m>, PlanError> {
        let job = &module.jobs[index];
        let mut slots = vec![0; job.slots as usize];
        let given = scalars.into_iter().chain(extents.into_iter().map(u64::from));
        slots.iter_mut().zip(given).for_each(|(slot, bits)| *slot = bits);
        let mut temporaries = Vec::new();
        for temporary in &job.temporaries {
            let sizes: Result<Vec<u32>, PlanError> = temporary.dimensions.iter().map(|d| size(d, &slots)).collect();
            temporaries.push((temporary.name.as_str(), temporary.element, sizes?));
        }
        draft.allocate(&mut names, temporaries)?;
        Ok(Frame { job, index, names, arguments, slots, open: Vec::new(), at: 0 })
    }

    /// Takes steps up to the next call of a job, or the end.
    fn advance(
        &mut self,
        draft: &mut Draft,
        module: &'m Module,
        ends: &[Vec<usize>],
    ) -> Result<Advanced<'m>, PlanError> {
        let job = self.job;
        while let Some(step) = job.steps.get(self.at) {
            draft.step()?;
            let here = self.at;
            self.at += 1;
            match step {
                Step::Set { slot, value } => self.slots[*slot as usize] = evaluate(value, &self.slots)?,
                Step::Repeat { slot, signed, from, to, by } => {
                    let (from, to) = (size(from, &self.slots)?, size(to, &self.slots)?);
                    match trips(*signed, from, to, *by).checked_sub(1) {
                        None => self.at = ends[self.index][here],
                        Some(left) => {
                            let slot = *slot as usize;
                            self.slots[slot] = from.into();
                            self.open.push(Open { first: self.at, slot, by: *by, left });
                        }
                    }
                }
                Step::End => self.end(),
                Step::Run { kernel, arrays, scalars } => {
                    let (index, kernel) = (*kernel as usize, &module.kernels[*kernel as usize]);
                    let arrays = self.names.arrays(numbers(arrays));
                    let extents = draft.extents(&kernel.signature, &arrays)?;
                    let scalars = self.scalars(scalars)?;
                    let runs = Runs { index, signature: &kernel.signature, launch: &kernel.launch, cost: &kernel.cost };
                    draft.dispatch(runs, arrays, scalars, extents)?;
                }
                Step::Call { job, arrays, scalars } => {
                    let arguments: Vec<usize> = numbers(arrays).collect();
                    let given = self.names.arrays(arguments.iter().copied());
                    let index = *job as usize;
                    let (names, extents) = draft.enter(&module.jobs[index].signature, given)?;
                    let scalars = self.scalars(scalars)?;
                    let inner = Frame::begin(draft, module, index, names, arguments, (scalars, extents))?;
                    return Ok(Advanced::Call(inner));
                }
                Step::Swap { a, b } => self.names.swap(*a as usize, *b as usize),
            }
        }
        Ok(Advanced::Ended)
    }

    /// The next value of the innermost loop, or its end.
    fn end(&mut self) {
        let Some(innermost) = self.open.last_mut() else { return };
        if innermost.left == 0 {
            self.open.pop();
        } else {
            innermost.left -= 1;
            let counter = &mut self.slots[innermost.slot];
            *counter = (*counter as u32).wrapping_add(innermost.by).into();
            self.at = innermost.first;
        }
    }

    fn scalars(&self, scalars: &[Vec<Operation>]) -> Result<Vec<u64>, PlanError> {
        scalars.iter().map(|scalar| evaluate(scalar, &self.slots)).collect()
    }
}

fn numbers(arrays: &[u32]) -> impl Iterator<Item = usize> + '_ {
    arrays.iter().map(|array| *array as usize)
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

/// For each step that begins a loop, the step after the one that ends it.
fn loop_ends(job: &Job) -> Vec<usize> {
    let mut ends = vec![job.steps.len(); job.steps.len()];
    let mut open = Vec::new();
    for (at, step) in job.steps.iter().enumerate() {
        match step {
            Step::Repeat { .. } => open.push(at),
            Step::End => {
                if let Some(begin) = open.pop() {
                    ends[begin] = at + 1;
                }
            }
            _ => {}
        }
    }
    ends
}
