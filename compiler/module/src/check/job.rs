//! Jobs: steps refer to what is there, loops close, and jobs run only jobs before them, not too deep.

use std::collections::BTreeMap;

use lockstep_numbers::ScalarType;

use super::{Checked, MAX_OPEN, MAX_SLOTS, ensure, expression};
use crate::{
    file::Module,
    interface::{Access, Extent, Signature},
    job::{Job, Operation, Step},
};

/// The deepest nesting of jobs that run jobs.
const MAX_CALLS: u32 = 64;

/// Checks all jobs, whose signatures were checked.
pub(super) fn check_all(module: &Module) -> Checked {
    let mut depths: Vec<u32> = Vec::new();
    for job in &module.jobs {
        let checker = Checker::new(module, job, &depths)?;
        let depth = checker.steps()?;
        ensure(depth <= MAX_CALLS, || {
            format!("job `{}` runs jobs that run jobs, more than {MAX_CALLS} deep", job.signature.name)
        })?;
        depths.push(depth);
    }
    Ok(())
}

/// An array of a job.
struct JobArray {
    access: Access,
    element: ScalarType,
    /// The dimensions as expressions over slots, so that shapes compare without a call.
    shape: Vec<Vec<Operation>>,
}

struct Checker<'m> {
    module: &'m Module,
    job: &'m Job,
    /// `job` and its name, for messages.
    what: String,
    arrays: Vec<JobArray>,
    /// How deep the jobs before this one nest.
    depths: &'m [u32],
}

impl<'m> Checker<'m> {
    fn new(module: &'m Module, job: &'m Job, depths: &'m [u32]) -> Result<Checker<'m>, String> {
        let what = format!("job `{}`", job.signature.name);
        let scalars = job.signature.scalars().count() as u32;
        let given = scalars as usize + job.signature.extents.len();
        let fits = job.slots <= MAX_SLOTS && given <= job.slots as usize;
        ensure(fits, || format!("{what} has {} slots", job.slots))?;
        let dimension = |extent: &Extent| match extent {
            Extent::Constant(n) => vec![Operation::Constant((*n).into())],
            Extent::Named(i) => vec![Operation::Slot(scalars + i)],
        };
        let parameters = job.signature.arrays().map(|(_, access, ty)| JobArray {
            access,
            element: ty.element,
            shape: ty.dimensions.iter().map(dimension).collect(),
        });
        let mut arrays: Vec<JobArray> = parameters.collect();
        for temporary in &job.temporaries {
            let (name, rank) = (&temporary.name, temporary.dimensions.len());
            ensure((1..=3).contains(&rank), || format!("the array `{name}` of {what} has rank {rank}"))?;
            ensure(temporary.element != ScalarType::Bool, || {
                format!("the array `{name}` of {what} has cells of bool")
            })?;
            temporary.dimensions.iter().try_for_each(|d| expression::check(&what, job.slots, d))?;
            let (element, shape) = (temporary.element, temporary.dimensions.clone());
            arrays.push(JobArray { access: Access::InOut, element, shape });
        }
        Ok(Checker { module, job, what, arrays, depths })
    }

    /// Checks the steps, and says how deep jobs nest in this one.
    fn steps(&self) -> Result<u32, String> {
        let Checker { module, job, what, .. } = self;
        let (mut open, mut depth) = (0usize, 1);
        for step in &job.steps {
            match step {
                Step::Set { slot, value } => {
                    self.slot(*slot)?;
                    self.expression(value)?;
                }
                Step::Repeat { slot, from, to, by, .. } => {
                    self.slot(*slot)?;
                    self.expression(from)?;
                    self.expression(to)?;
                    ensure(*by > 0, || format!("{what} has a loop that does not advance"))?;
                    open += 1;
                    ensure(open <= MAX_OPEN, || format!("{what} nests more than {MAX_OPEN} loops"))?;
                }
                Step::End => match open.checked_sub(1) {
                    Some(less) => open = less,
                    None => return Err(format!("{what} ends a loop that it did not begin")),
                },
                Step::Run { kernel, arrays, scalars } => match module.kernels.get(*kernel as usize) {
                    Some(kernel) => self.run(&kernel.signature, arrays, scalars)?,
                    None => return Err(format!("{what} runs kernel {kernel}, which the module does not have")),
                },
                Step::Call { job, arrays, scalars } => {
                    let index = *job as usize;
                    let (Some(inner), Some(below)) = (module.jobs.get(index), self.depths.get(index)) else {
                        return Err(format!("{what} runs job {job}, which does not come before it in the module"));
                    };
                    self.run(&inner.signature, arrays, scalars)?;
                    depth = depth.max(below + 1);
                }
                Step::Swap { a, b } => self.swap(*a, *b)?,
            }
        }
        ensure(open == 0, || format!("{what} begins a loop that it does not end"))?;
        Ok(depth)
    }

    fn slot(&self, slot: u32) -> Checked {
        ensure(slot < self.job.slots, || format!("{} refers to slot {slot} of {}", self.what, self.job.slots))
    }

    fn expression(&self, expression: &[Operation]) -> Checked {
        expression::check(&self.what, self.job.slots, expression)
    }

    fn array(&self, number: u32) -> Result<&JobArray, String> {
        let missing = || format!("{} refers to its array {number}, which it does not have", self.what);
        self.arrays.get(number as usize).ok_or_else(missing)
    }

    fn run(&self, signature: &Signature, arrays: &[u32], scalars: &[Vec<Operation>]) -> Checked {
        let misfit = || format!("{} runs `{}` with arguments that do not fit it", self.what, signature.name);
        ensure(arrays.len() == signature.arrays().count() && scalars.len() == signature.scalars().count(), misfit)?;
        let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
        arrays.iter().for_each(|number| *uses.entry(*number).or_default() += 1);
        for (number, (_, access, ty)) in arrays.iter().zip(signature.arrays()) {
            let given = self.array(*number)?;
            let fits = given.element == ty.element && given.shape.len() == ty.dimensions.len();
            ensure(fits && (given.access.writes() || !access.writes()), misfit)?;
            ensure(!access.writes() || uses.get(number) == Some(&1), misfit)?;
        }
        scalars.iter().try_for_each(|scalar| self.expression(scalar))
    }

    fn swap(&self, a: u32, b: u32) -> Checked {
        let (a, b) = (self.array(a)?, self.array(b)?);
        let may = a.access.writes() && b.access.writes() && a.element == b.element && a.shape == b.shape;
        ensure(may, || format!("{} swaps two arrays that are not alike and written", self.what))
    }
}
