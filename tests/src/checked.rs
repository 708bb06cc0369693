//! Runs a call under every eye there is: all engines must give one outcome, the interpreter looks for races that the
//! compiler accepted, and the cost is at most its bound.

use lockstep_cli::agreement;
use lockstep_interpreter::{Ran, Source};
use lockstep_module::{Bound, CallError, Outcome, Profile};

use crate::{
    engines::{self, OpenDevice},
    everywhere::Compiled,
};

/// What a call came to, on every engine, with what it cost.
pub struct Checked {
    /// How it ended.
    pub outcome: Outcome,
    /// What was really spent; 0 after a trap.
    pub cost: u64,
    /// The most that it could cost; None where the job itself traps.
    pub bound: Option<u64>,
}

/// Runs a call.
///
/// # Errors
/// The refusal of the call, by all who plan it.
///
/// # Panics
/// At the first difference between engines, or where a law does not hold.
pub fn run(compiled: &Compiled, entry: &str, bound: &Bound) -> Result<Checked, CallError> {
    let source = Source { program: &compiled.program, sources: &compiled.sources };
    let interpreted = lockstep_interpreter::run_checked(source, entry, bound.clone());
    let most = compiled.quote(entry, bound);
    assert_eq!(most.as_ref().err(), interpreted.as_ref().err(), "the interpreter plans otherwise");
    let (Ran { outcome, cost }, race) = interpreted?;
    assert_eq!(race, None, "the compiler accepted a race");
    let most = most?;
    assert!(most.is_none_or(|most| cost <= most), "it cost {cost}, and its bound is {most:?}");
    let mut outcomes = vec![("interpreter".to_string(), outcome)];
    for device in engines::devices().iter().filter(|device| holds(device, compiled)) {
        outcomes.push((device.name.clone(), compiled.run_on(device, entry, bound)?));
    }
    if let Some(difference) = agreement::first_difference(&outcomes) {
        panic!("{difference}");
    }
    Ok(Checked { outcome: outcomes.swap_remove(0).1, cost, bound: most })
}

/// Whether the device has what the module's profile asks for. Every admitted device holds `baseline`.
fn holds(device: &OpenDevice, compiled: &Compiled) -> bool {
    let profile = compiled.module.profile;
    profile == Profile::Baseline || device.holds(&compiled.module)
}
