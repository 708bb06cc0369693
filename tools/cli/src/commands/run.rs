//! `lockstep run`: one call on one or more engines, compared to the bit.

use std::time::Instant;

use lockstep_module::{Bound, BoundArray, Module, Outcome, Signature, plan};

use crate::{
    agreement, arrays,
    binding::{self, Assignment, Binding},
    commands::entry,
    console::Console,
    engine::{Ended, Engine},
    failure::{Exit, Failure},
    hash,
    progress::Progress,
    report,
};

/// What is to be run, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The module.
    pub module: &'a Module,
    /// The kernel or job, if one was named.
    pub entry: Option<&'a str>,
    /// The arguments.
    pub assignments: &'a [Assignment],
    /// Where more outputs go.
    pub saves: &'a [Assignment],
    /// Whether progress is hidden.
    pub quiet: bool,
}

/// Runs the call on every engine, compares, and writes the outputs if all agree.
///
/// An engine that faults is named and left out, and the exit code tells of it; the others are still compared.
///
/// # Errors
/// Refused arguments, engines that disagree, an output that cannot be written.
pub fn run(
    request: &Request<'_>,
    engines: &mut [Box<dyn Engine + '_>],
    console: &mut dyn Console,
) -> Result<Exit, Failure> {
    let signature = entry::find(request.module, request.entry)?;
    let Binding { call, saves } = binding::bind(signature, request.module.profile, request.assignments, request.saves)?;
    let bound = lockstep_module::bind(signature, request.module.profile, call)?;
    let most = most(request.module, signature, &bound);
    let AllRan { outcomes, spent, faulted } = run_all(signature, &bound, engines, request.quiet, console)?;
    if let Some(difference) = agreement::first_difference(&outcomes) {
        return Err(Failure { exit: Exit::Disagreed, text: format!("engines disagree: {difference}") });
    }
    if outcomes.len() > 1 {
        console.result(&format!("all {} engines agree", outcomes.len()));
    }
    let after = |exit: Exit| if faulted { Exit::Fault } else { exit };
    match outcomes.into_iter().next() {
        None => Ok(Exit::Fault),
        Some((_, Outcome::Trapped(trap))) => {
            console.result(&report::trap::show(&trap, &request.module.sources));
            Ok(after(Exit::Trapped))
        }
        Some((_, Outcome::Finished(outputs))) => {
            for output in &outputs {
                let path = saves.get(&output.name).map(|path| path.as_path());
                if let Some(path) = path {
                    arrays::write(path, &output.name, &output.array)?;
                }
                console.result(&report::outcome::output_line(output, path));
            }
            if let Some(most) = most {
                console.result(&report::outcome::cost_line(spent, most));
            }
            Ok(after(Exit::Fine))
        }
    }
}

/// The most that the call can cost. The words of its arrays do not matter, so they are not copied.
fn most(module: &Module, signature: &Signature, bound: &Bound) -> Option<u64> {
    let shape = |array: &BoundArray| BoundArray { words: None, dimensions: array.dimensions.clone(), ..*array };
    let arrays = bound.arrays.iter().map(shape).collect();
    let shapes = Bound { scalars: bound.scalars.clone(), extents: bound.extents.clone(), arrays };
    plan::plan(module, &signature.name, shapes).ok().map(|plan| plan.cost)
}

/// What all engines together gave.
#[derive(Default)]
struct AllRan {
    /// The outcomes, by engine.
    outcomes: Vec<(String, Outcome)>,
    /// What the call cost, where an engine counted it.
    spent: Option<u64>,
    /// Whether an engine faulted.
    faulted: bool,
}

fn run_all(
    signature: &Signature,
    bound: &Bound,
    engines: &mut [Box<dyn Engine + '_>],
    quiet: bool,
    console: &mut dyn Console,
) -> Result<AllRan, Failure> {
    let width = engines.iter().map(|engine| engine.name().chars().count()).max().unwrap_or(0);
    let mut all = AllRan::default();
    for engine in engines {
        let name = engine.name().to_string();
        let progress = Progress::new(&name, quiet);
        let start = Instant::now();
        let result = engine.run(&signature.name, bound, &|done, total| progress.update(done, total));
        let time = start.elapsed();
        drop(progress);
        match result {
            Ok(Ended { outcome, cost }) => {
                console.result(&report::outcome::engine_line(&name, width, &hash::outcome(&outcome), time));
                all.outcomes.push((name, outcome));
                all.spent = all.spent.or(cost);
            }
            Err(failure) if failure.exit == Exit::Fault => {
                console.message(&format!("{name}: {failure}"));
                all.faulted = true;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(all)
}
