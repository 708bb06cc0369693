//! Compiled programs on the judge of the verifier: the interpreter of SPIR-V with shadow memory, as one more engine.

use lockstep_interpreter::Source;
use lockstep_module::{
    Array, Bound, Module, Outcome, Output,
    plan::{self, Plan, PlanError},
};
use lockstep_shadow::{Code, Judgement, Ran, Runnable, Settings, Trap};
use lockstep_vulkan::{DeviceOutcome, DeviceTrap, DoubleClaim};

use crate::everywhere::Compiled;

/// The most words that the arrays of a call may have: shadow memory is nine times as large.
const MAX_WORDS: u64 = 1 << 23;

/// What the judge makes of a call.
pub struct Judged {
    /// How it ended, as every engine reports it.
    pub outcome: Outcome,
    /// How many instructions were executed.
    pub executed: u64,
    /// The bound of the plan.
    pub bound: u64,
}

/// Reads the code that a module has for devices of this class.
///
/// # Errors
/// The kernel, and why it cannot be run.
pub fn read(module: &Module, class: lockstep_module::FloatClass) -> Result<Vec<Code>, String> {
    let code = |kernel: &lockstep_module::Kernel| {
        lockstep_shadow::read(kernel.code(class)).map_err(|error| format!("{}: {error}", kernel.signature.name))
    };
    module.kernels.iter().map(code).collect()
}

/// Judges a call, in one of the two forms of each kernel. None if the call is refused, traps on the host, or is too
/// large to judge.
///
/// # Errors
/// What is the matter with the module, with its outcome, or what was found.
pub fn judge(compiled: &Compiled, entry: &str, bound: &Bound, guarded: bool) -> Result<Option<Judged>, String> {
    let plan = match plan::plan(&compiled.module, entry, bound.clone()) {
        Ok(plan) if plan.bytes / 4 <= MAX_WORDS => plan,
        Ok(_) | Err(PlanError::Refused(_) | PlanError::Trapped) => return Ok(None),
    };
    let pair = lockstep_shadow::pair(guarded, 1 << 33);
    let codes = read(&compiled.module, pair[0].device.class)?;
    let kernels: Vec<Option<Runnable<'_>>> =
        compiled.module.kernels.iter().zip(&codes).map(|(kernel, code)| Some(Runnable { kernel, code })).collect();
    let Judgement { ran, findings } = lockstep_shadow::judge(&kernels, &plan, &pair);
    if let Some(finding) = findings.first() {
        return Err(finding.to_string());
    }
    let source = Source { program: &compiled.program, sources: &compiled.sources };
    let executed = ran.report.executed;
    let outcome = outcome(&kernels, &plan, ran, &pair[0]);
    let outcome = outcome.reported(source, &plan).map_err(|fault| fault.to_string())?;
    Ok(Some(Judged { outcome, executed, bound: plan.cost }))
}

/// The outcome as a device gives it. After a trap of a group, the dispatches before it run again.
fn outcome(kernels: &[Option<Runnable<'_>>], plan: &Plan, ran: Ran, settings: &Settings) -> DeviceOutcome {
    match ran.trap {
        None => {
            let output =
                |(name, place): &(String, usize)| Output { name: name.clone(), array: array(plan, &ran, *place) };
            DeviceOutcome::Finished(plan.outputs.iter().map(output).collect())
        }
        Some(Trap::Group { dispatch, group }) => {
            let before = lockstep_shadow::run(kernels, plan, dispatch, settings);
            let trapped = &plan.dispatches[dispatch];
            let mut arrays: Vec<Array> = trapped.arrays.iter().map(|place| array(plan, &before, *place)).collect();
            for (array, place) in arrays.iter_mut().zip(&trapped.arrays) {
                if trapped.zero.contains(place) {
                    array.words.fill(0);
                }
            }
            DeviceOutcome::Trapped(DeviceTrap { dispatch, group, arrays })
        }
        Some(Trap::Claim { dispatch, claim, cell }) => {
            DeviceOutcome::DoublyClaimed(DoubleClaim { dispatch, claim_array: claim, cell })
        }
    }
}

fn array(plan: &Plan, ran: &Ran, place: usize) -> Array {
    let planned = &plan.arrays[place];
    let words = ran.arrays.get(place).cloned().unwrap_or_default();
    Array { element: planned.element, dimensions: planned.dimensions.clone(), words }
}
