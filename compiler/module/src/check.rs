//! What holds of every module that was read: each index names something, each expression leaves one value, loops
//! close, runs fit what they run, jobs run only earlier jobs, and no array that a run writes is given to it twice. What
//! uses a module relies on it: nothing in one that passes can make a planner panic or run on.

mod cost;
mod expression;
mod job;
mod kernel;
mod signature;

use crate::file::Module;

/// The deepest nesting of loops in a job, and of loops and choices in a cost.
const MAX_OPEN: usize = 256;
/// The most slots of a job or a cost. Each run of a job makes its slots anew.
const MAX_SLOTS: u32 = 1 << 14;

type Checked = Result<(), String>;

fn ensure(condition: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if condition { Ok(()) } else { Err(otherwise()) }
}

pub(crate) fn check(module: &Module) -> Checked {
    let kernels = module.kernels.iter().map(|kernel| &kernel.signature);
    let signatures = kernels.chain(module.jobs.iter().map(|job| &job.signature));
    let mut names: Vec<&str> = signatures.map(|signature| signature.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("two kernels or jobs are named `{}`", pair[0]));
    }
    for kernel in &module.kernels {
        signature::check(&kernel.signature)?;
        kernel::check(kernel, module.profile)?;
    }
    for job in &module.jobs {
        signature::check(&job.signature)?;
    }
    job::check_all(module)
}
