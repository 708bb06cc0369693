//! The verdict on a plan: it is run on two devices that differ in all that devices may choose, and must come to the same
//! outcome without a finding.
//!
//! A read that races is no misbehaviour where its value is dropped: a guarded access goes to cell 0, which another lane
//! may be writing. So reads that race in one of the two orders find garbage in two more runs, which must come to the
//! same outcome again.

use lockstep_module::{FloatClass, plan::Plan};

use crate::{
    device::Device,
    dispatch::{Order, Settings},
    finding::{Finding, What},
    plan::{Ran, Runnable, run_with},
    work,
    world::Garbage,
};

/// Two devices, and how they run.
pub type Pair = [Settings; 2];

/// What came of it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The run on the first device.
    pub ran: Ran,
    /// All that was found.
    pub findings: Vec<Finding>,
}

/// Devices that run the plain form of kernels, or the guarded one.
pub fn pair(guarded: bool, most_steps: u64) -> Pair {
    let (first, second) = match guarded {
        false => (FloatClass::FlushesAfterRounding, FloatClass::FlushesAfterRounding),
        true => (FloatClass::Preserves, FloatClass::FlushesBeforeRounding),
    };
    let one = Device { class: first, nan: 0xffc0_0001, seed_error: 3 };
    let other = Device { class: second, nan: 0x7f80_0123, seed_error: -3 };
    [
        Settings { device: one, most_steps, ..Settings::default() },
        Settings { device: other, order: Order::Descending, slices: 3, most_steps, ..Settings::default() },
    ]
}

/// Judges a plan.
pub fn judge(kernels: &[Option<Runnable<'_>>], plan: &Plan, pair: &Pair) -> Judgement {
    let count = plan.dispatches.len();
    let [ran, other] = pair.each_ref().map(|settings| run_with(kernels, plan, count, settings, None));
    let mut findings = ran.report.findings.clone();
    findings.extend(other.report.findings.iter().filter(|finding| !ran.report.findings.contains(finding)));
    if !findings.is_empty() || !ran.whole || !other.whole {
        findings.extend(ran.report.races.iter().chain(&other.report.races));
        return Judgement { ran, findings };
    }
    findings.extend(over_bound(kernels, plan, &ran));
    let depends = Finding { site: None, what: What::DependsOnDevice };
    if !same(plan, &ran, &other) {
        findings.extend(ran.report.races.iter().chain(&other.report.races));
        if findings.is_empty() {
            findings.push(depends);
        }
        return Judgement { ran, findings };
    }
    let reads = ran.report.racing.union(&other.report.racing).copied().collect();
    let mut garbage = Garbage { reads, salt: 0 };
    if !garbage.reads.is_empty() {
        for (salt, settings) in [(0x1234_5678, &pair[0]), (0x8765_4321, &pair[1])] {
            garbage.salt = salt;
            let found = run_with(kernels, plan, count, settings, Some(&garbage));
            if !found.report.findings.is_empty() || !same(plan, &ran, &found) {
                findings.extend(ran.report.races.iter().chain(&other.report.races));
                findings.extend(found.report.findings);
                break;
            }
        }
    }
    Judgement { ran, findings }
}

/// The first dispatch that did more work than its bound pays for.
fn over_bound(kernels: &[Option<Runnable<'_>>], plan: &Plan, ran: &Ran) -> Option<Finding> {
    plan.dispatches.iter().zip(&ran.work).find_map(|(dispatch, work)| {
        let Runnable { kernel, code } = kernels.get(dispatch.kernel).copied().flatten()?;
        let allowed = work::allowed(code, &kernel.cost, dispatch);
        let what = What::OverBound { allowed, work: *work };
        (*work > allowed).then_some(Finding { site: None, what })
    })
}

/// Whether two runs came to one outcome: the same trap, or the same outputs.
fn same(plan: &Plan, one: &Ran, other: &Ran) -> bool {
    let outputs = |place: &usize| one.arrays.get(*place) == other.arrays.get(*place);
    one.trap == other.trap && (one.trap.is_some() || plan.outputs.iter().all(|(_, place)| outputs(place)))
}
