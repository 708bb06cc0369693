//! What holds of every module that was read: each index names something, each expression leaves one value, loops
//! close, runs fit the kernels they run, and no array that a run writes is given to it twice.

use crate::{
    file::Module,
    interface::{Access, Extent, MAX_ARRAYS, MAX_WORDS, Signature},
    job::{Job, Operation, Step},
};

/// The deepest nesting of loops in a job.
const MAX_LOOPS: usize = 256;
/// The deepest stack that an expression may need.
const MAX_STACK: usize = 1024;
/// The most slots of a job.
const MAX_SLOTS: u32 = 1 << 20;

type Checked = Result<(), String>;

fn ensure(condition: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if condition { Ok(()) } else { Err(otherwise()) }
}

pub(crate) fn check(module: &Module) -> Checked {
    let mut names: Vec<&str> = Vec::new();
    for kernel in &module.kernels {
        let signature = &kernel.signature;
        names.push(&signature.name);
        check_signature(signature)?;
        let (arrays, words) = (signature.arrays().count(), signature.scalars().count() + signature.extents.len());
        ensure(arrays <= MAX_ARRAYS, || format!("kernel `{}` has {arrays} arrays", signature.name))?;
        ensure(words <= MAX_WORDS, || format!("kernel `{}` has {words} scalars and extents", signature.name))?;
        ensure((1..=3).contains(&kernel.grid.len()), || format!("kernel `{}` has a grid of no rank", signature.name))?;
        check_extents(signature, &kernel.grid)?;
    }
    for job in &module.jobs {
        names.push(&job.signature.name);
        check_signature(&job.signature)?;
        check_job(module, job)?;
    }
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two kernels or jobs are named `{}`", pair[0])),
        None => Ok(()),
    }
}

fn check_signature(signature: &Signature) -> Checked {
    let name = &signature.name;
    let mut names: Vec<&String> =
        signature.extents.iter().chain(signature.parameters.iter().map(|p| &p.name)).collect();
    names.sort_unstable();
    ensure(names.windows(2).all(|pair| pair[0] != pair[1]), || format!("`{name}` uses one name twice"))?;
    for (array, _, ty) in signature.arrays() {
        let rank = ty.dimensions.len();
        ensure((1..=3).contains(&rank), || format!("the array `{array}` of `{name}` has rank {rank}"))?;
        check_extents(signature, &ty.dimensions)?;
    }
    Ok(())
}

fn check_extents(signature: &Signature, dimensions: &[Extent]) -> Checked {
    for dimension in dimensions {
        if let Extent::Named(i) = dimension {
            let known = (*i as usize) < signature.extents.len();
            ensure(known, || format!("`{}` refers to its extent {i}, which it does not have", signature.name))?;
        }
    }
    Ok(())
}

fn check_job(module: &Module, job: &Job) -> Checked {
    let name = &job.signature.name;
    let words = job.signature.scalars().count() + job.signature.extents.len();
    ensure(job.slots <= MAX_SLOTS && words <= job.slots as usize, || format!("job `{name}` has {} slots", job.slots))?;
    for temporary in &job.temporaries {
        let rank = temporary.dimensions.len();
        ensure((1..=3).contains(&rank), || format!("the array `{}` of job `{name}` has rank {rank}", temporary.name))?;
        temporary.dimensions.iter().try_for_each(|d| check_expression(job, d))?;
    }
    let mut open = 0usize;
    for step in &job.steps {
        match step {
            Step::Set { slot, value } => {
                check_slot(job, *slot)?;
                check_expression(job, value)?;
            }
            Step::Repeat { slot, from, to, by, .. } => {
                check_slot(job, *slot)?;
                check_expression(job, from)?;
                check_expression(job, to)?;
                ensure(*by > 0, || format!("job `{name}` has a loop that does not advance"))?;
                open += 1;
                ensure(open <= MAX_LOOPS, || format!("job `{name}` nests more than {MAX_LOOPS} loops"))?;
            }
            Step::End => match open.checked_sub(1) {
                Some(less) => open = less,
                None => return Err(format!("job `{name}` ends a loop that it did not begin")),
            },
            Step::Run { kernel, arrays, scalars } => check_run(module, job, *kernel, arrays, scalars)?,
            Step::Swap { a, b } => check_swap(job, *a, *b)?,
        }
    }
    ensure(open == 0, || format!("job `{name}` begins a loop that it does not end"))
}

fn check_slot(job: &Job, slot: u32) -> Checked {
    ensure(slot < job.slots, || format!("job `{}` refers to slot {slot} of {}", job.signature.name, job.slots))
}

/// An array of a job: what the job may do with it, the type of a cell, the rank.
fn array(job: &Job, number: u32) -> Result<(Access, lockstep_numbers::ScalarType, usize), String> {
    let parameters = job.signature.arrays().map(|(_, access, ty)| (access, ty.element, ty.dimensions.len()));
    let temporaries = job.temporaries.iter().map(|t| (Access::InOut, t.element, t.dimensions.len()));
    let missing = || format!("job `{}` refers to its array {number}, which it does not have", job.signature.name);
    parameters.chain(temporaries).nth(number as usize).ok_or_else(missing)
}

fn check_run(module: &Module, job: &Job, kernel: u32, arrays: &[u32], scalars: &[Vec<Operation>]) -> Checked {
    let name = &job.signature.name;
    let Some(kernel) = module.kernels.get(kernel as usize) else {
        return Err(format!("job `{name}` runs kernel {kernel}, which the module does not have"));
    };
    let signature = &kernel.signature;
    let misfit = || format!("job `{name}` runs `{}` with arguments that do not fit it", signature.name);
    ensure(arrays.len() == signature.arrays().count() && scalars.len() == signature.scalars().count(), misfit)?;
    for (number, (_, access, ty)) in arrays.iter().zip(signature.arrays()) {
        let (allowed, element, rank) = array(job, *number)?;
        let fits = element == ty.element && rank == ty.dimensions.len();
        ensure(fits && (allowed.writes() || !access.writes()), misfit)?;
        let uses = arrays.iter().filter(|other| *other == number).count();
        ensure(uses == 1 || !access.writes(), misfit)?;
    }
    scalars.iter().try_for_each(|scalar| check_expression(job, scalar))
}

fn check_swap(job: &Job, a: u32, b: u32) -> Checked {
    let ((access_a, element_a, _), (access_b, element_b, _)) = (array(job, a)?, array(job, b)?);
    let may = access_a.writes() && access_b.writes() && element_a == element_b;
    ensure(may && shape(job, a) == shape(job, b), || {
        format!("job `{}` swaps two arrays that are not alike and written", job.signature.name)
    })
}

/// The dimensions of an array as expressions over slots, so that shapes compare without a call.
fn shape(job: &Job, number: u32) -> Option<Vec<Vec<Operation>>> {
    let scalars = job.signature.scalars().count() as u32;
    let dimension = |extent: &Extent| match extent {
        Extent::Constant(n) => vec![Operation::Constant(*n)],
        Extent::Named(i) => vec![Operation::Slot(scalars + i)],
    };
    let parameters = job.signature.arrays().map(|(_, _, ty)| ty.dimensions.iter().map(dimension).collect());
    let temporaries = job.temporaries.iter().map(|t| t.dimensions.clone());
    parameters.chain(temporaries).nth(number as usize)
}

fn check_expression(job: &Job, expression: &[Operation]) -> Checked {
    let mut depth = 0usize;
    for operation in expression {
        let (takes, fits) = match *operation {
            Operation::Constant(_) => (0, true),
            Operation::Slot(slot) => (0, slot < job.slots),
            Operation::Unary(op, ty) => (1, op.accepts(ty)),
            Operation::Binary(op, ty) => (2, op.accepts(ty)),
            Operation::Convert(..) => (1, true),
        };
        let after = depth.checked_sub(takes).map(|rest| rest + 1).filter(|depth| *depth <= MAX_STACK && fits);
        depth = after.ok_or_else(|| format!("job `{}` has an expression that is not one", job.signature.name))?;
    }
    ensure(depth == 1, || format!("job `{}` has an expression without one value", job.signature.name))
}
