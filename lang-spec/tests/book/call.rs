//! One call of a program of the book on the interpreter: how it ends, what it costs, and that no two of its lanes met.

use lockstep_compiler::Compilation;
use lockstep_interpreter::{Source, run_checked};
use lockstep_module::{
    Call, Outcome, bind,
    plan::{Plan, plan},
};

use crate::{
    ending::difference,
    scenario::{Expected, Measure, Scenario},
};

/// Runs a call, and gives the code of its refusal if it is refused.
///
/// # Errors
/// How it differs from what the page says.
pub fn run(compilation: &Compilation, scenario: Scenario) -> Result<Option<String>, String> {
    let Scenario { entry, call, expected, measures } = scenario;
    let complaint = |found: String| Err(format!("call {entry}: expected {expected:?}, and {found}"));
    let ran = ran(compilation, &entry, call.clone())?;
    let outcome = ran.as_ref().map(|(outcome, _)| outcome.clone()).map_err(Clone::clone);
    if let Some(found) = difference(&expected, &outcome) {
        return complaint(found);
    }
    if let (Ok((Outcome::Finished(_), cost)), Some(plan)) = (&ran, planned(compilation, &entry, call)) {
        if *cost > plan.cost {
            return complaint(format!("its cost is {cost}, above its bound {}", plan.cost));
        }
        for (measure, wanted) in measures {
            let found = match measure {
                Measure::Cost => *cost,
                Measure::Bound => plan.cost,
                Measure::Bytes => plan.bytes,
                Measure::Dispatches => plan.dispatches.len() as u64,
            };
            if found != wanted {
                return complaint(format!("its {measure:?} is {found}, not {wanted}"));
            }
        }
    } else if !measures.is_empty() {
        return complaint("what did not finish has no cost".into());
    }
    Ok(if let Expected::Refused(code) = expected { Some(code) } else { None })
}

/// How a call ends and what it costs, or the code of its refusal.
fn ran(compilation: &Compilation, entry: &str, call: Call) -> Result<Result<(Outcome, u64), String>, String> {
    let (Some(program), Some(module)) = (&compilation.program, &compilation.module) else {
        return Err("there is no program".into());
    };
    let signature = module.signature(entry).ok_or(format!("the program has no `{entry}`"))?;
    let source = Source { program, sources: &compilation.sources };
    let bound = match bind(signature, module.profile, call) {
        Ok(bound) => bound,
        Err(refusal) => return Ok(Err(refusal.code.into())),
    };
    match run_checked(source, entry, bound) {
        Ok((_, Some(race))) => Err(format!("call {entry}: {race}")),
        Ok((ran, None)) => Ok(Ok((ran.outcome, ran.cost))),
        Err(refusal) => Ok(Err(refusal.code.into())),
    }
}

/// The plan that a host makes of the module.
fn planned(compilation: &Compilation, entry: &str, call: Call) -> Option<Plan> {
    let module = compilation.module.as_ref()?;
    let bound = bind(module.signature(entry)?, module.profile, call).ok()?;
    plan(module, entry, bound).ok()
}
