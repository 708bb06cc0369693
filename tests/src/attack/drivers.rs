//! A mutant that the judge finds harmless gives the judge's bits on every driver.

use std::sync::Arc;

use lockstep_engine::{DeviceOutcome, Fault};
use lockstep_module::{Kernel, Module};
use lockstep_shadow::{Judgement, Ran, Runnable, Trap, inputs, judge, pair, read};

use super::{Base, Mutant};
use crate::{engines, random::Random};

/// Runs the mutant with one of its calls on every driver.
///
/// # Errors
/// What differs.
pub fn agree(mutant: &Mutant, bases: &[Base]) -> Result<(), String> {
    let (kernel, _) = mutant.kernel(bases);
    let base = &bases[mutant.base];
    // Drivers here flush, and run the plain form.
    if mutant.is_guarded(bases) {
        return Ok(());
    }
    let code = read(&kernel.spirv).map_err(|error| error.to_string())?;
    let Some(plan) = inputs::plan_of(&kernel, base.profile, &mut Random::of_number(mutant.seed, 0)) else {
        return Ok(());
    };
    let Judgement { ran, .. } =
        judge(&[Some(Runnable { kernel: &kernel, code: &code })], &plan, &pair(false, 3_000_000));
    let kernel = Kernel { guarded: Vec::new(), ..kernel };
    let module = Module { profile: base.profile, kernels: vec![kernel], jobs: Vec::new(), sources: Vec::new() };
    let plan = Arc::new(plan);
    for device in engines::devices() {
        let outcome = match device.run(&module, &plan) {
            Err(Fault::ModuleRefused { .. } | Fault::KernelRefused { .. } | Fault::MalformedSpirv { .. }) => continue,
            outcome => outcome.map_err(|fault| format!("{}: {fault}", device.name))?,
        };
        if !same(&ran, &outcome, &plan.outputs) {
            return Err(format!("{} gives other bits than the judge", device.name));
        }
    }
    Ok(())
}

fn same(ran: &Ran, outcome: &DeviceOutcome, outputs: &[(String, usize)]) -> bool {
    match (ran.trap, outcome) {
        (None, DeviceOutcome::Finished(arrays)) => {
            outputs.iter().zip(arrays).all(|((_, place), output)| ran.arrays.get(*place) == Some(&output.array.words))
        }
        (Some(Trap::Group { dispatch, group }), DeviceOutcome::Trapped(trap)) => {
            (trap.dispatch, trap.group) == (dispatch, group)
        }
        (Some(Trap::Claim { dispatch, claim, cell }), DeviceOutcome::DoublyClaimed(double)) => {
            (double.dispatch, double.claim_array, double.cell) == (dispatch, claim, cell)
        }
        _ => false,
    }
}
