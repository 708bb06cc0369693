//! `lockstep cost`: what kernels and jobs cost, before anything runs.

use lockstep_module::{Argument, Array, ParameterKind, Signature, plan};

use crate::{
    binding::{self, Assignment},
    commands::entry,
    console::Console,
    failure::Failure,
    report,
    source::Compiled,
};

/// Prints formulas; and numbers, where the shapes of a call are given.
///
/// # Errors
/// `B0005` a shape that does not fit, and what [`binding::bind`] and [`plan::plan`] refuse.
pub fn cost(
    compiled: &Compiled,
    named: Option<&str>,
    given: &[Assignment],
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let Compiled { module, program, sources, .. } = compiled;
    let one = if named.is_some() || !given.is_empty() { Some(entry::find(module, named)?) } else { None };
    let (kernels, jobs) = match one {
        None => report::cost::all(module, program),
        Some(entry) => match program.jobs.iter().position(|job| job.signature.name == entry.name) {
            Some(job) => report::cost::reached(job, program),
            None => (module.kernels.iter().position(|k| k.signature.name == entry.name).into_iter().collect(), vec![]),
        },
    };
    let kernels = kernels.iter().filter_map(|kernel| module.kernels.get(*kernel)).map(report::cost::kernel);
    let jobs = jobs.iter().filter_map(|job| program.jobs.get(*job));
    let mut parts: Vec<String> = kernels.chain(jobs.map(|job| report::cost::job(job, program, sources))).collect();
    if let Some(entry) = one.filter(|_| !given.is_empty()) {
        parts.push(numbers(compiled, entry, given)?);
    }
    console.result(&parts.join("\n\n"));
    Ok(())
}

fn numbers(compiled: &Compiled, entry: &Signature, given: &[Assignment]) -> Result<String, Failure> {
    let profile = compiled.module.profile;
    let (shapes, values): (Vec<_>, Vec<_>) = given.iter().cloned().partition(|given| given.value.starts_with('['));
    let mut call = binding::bind(entry, profile, &values, &[])?.call;
    for Assignment { name, value } in &shapes {
        let array = entry.parameters.iter().find(|parameter| parameter.name == *name);
        let refuse = |why: &str| Failure::refused("B0005", format!("`{name}={value}`: {why}"));
        match array.map(|parameter| &parameter.kind) {
            Some(ParameterKind::Array { access, ty }) if access.supplied() => {
                let sizes = binding::shape(value).map_err(|why| refuse(&why))?;
                let words = sizes.iter().try_fold(ty.element.words() as u64, |n, size| n.checked_mul((*size).into()));
                if words.is_none_or(|words| words > profile.max_array_words()) {
                    return Err(refuse("an array of that shape is larger than the profile allows"));
                }
                call.arguments.insert(name.clone(), Argument::Array(Array::zeros(ty.element, sizes)));
            }
            _ => return Err(refuse(&format!("`{}` takes no array of that name", entry.name))),
        }
    }
    let bound = lockstep_module::bind(entry, profile, call)?;
    match plan::plan(&compiled.module, &entry.name, bound) {
        Ok(plan) => Ok(report::cost::numbers(&entry.name, &plan)),
        Err(plan::PlanError::Refused(error)) => Err(error.into()),
        Err(plan::PlanError::Trapped) => {
            Ok(format!("this call of {}\n  an expression of the job traps before anything runs", entry.name))
        }
    }
}
