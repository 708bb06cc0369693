//! One mutant: is it refused, harmless, or does it misbehave?

use lockstep_module::Kernel;
use lockstep_shadow::{
    Finding, Judgement, Runnable, inputs, judge,
    mutate::{Edit, Subject, random_edit},
    pair, read,
};

use super::{Base, Verifier};
use crate::random::Random;

/// How many calls an accepted mutant is judged with.
const CALLS: u64 = 4;
/// The most instructions of one of them. It is more than a call of `inputs` can take that does 8 times its price and, in
/// 65,536 lanes, what is free: four instructions, of which most weigh nothing, for a unit of work.
const MOST_STEPS: u64 = 1 << 25;

/// A base and what is edited in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// The place of the base.
    pub base: usize,
    /// Which form of the kernel.
    pub guarded: bool,
    /// In order.
    pub edits: Vec<Edit>,
    /// What decides the inputs.
    pub seed: u64,
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// The edits found nothing to edit.
    Unchanged,
    /// The verifier refused it.
    Refused,
    /// It was accepted, and no call that its interface allows is small enough to run.
    NoCall,
    /// It was accepted and does nothing wrong.
    Harmless,
    /// It was accepted, and does this.
    Misbehaving(String),
}

/// The mutant of a number.
pub fn mutant(bases: &[Base], seed: u64, number: u64) -> Mutant {
    let mut random = Random::of_number(seed, number);
    let base = random.below(bases.len());
    let guarded = random.one_in(4);
    let edits = *random.pick(&[1, 1, 1, 1, 2, 2, 3]);
    Mutant { base, guarded, edits: (0..edits).map(|_| random_edit(&mut random)).collect(), seed: random.wide() }
}

impl Mutant {
    /// The kernel, and whether it was changed.
    pub fn kernel(&self, bases: &[Base]) -> (Kernel, bool) {
        let base = &bases[self.base].kernel;
        let mut subject = Subject::new(base, self.guarded);
        let whole = subject.assemble();
        for edit in &self.edits {
            // Where there is nothing to edit, the others stand.
            let _edited = subject.edit(*edit);
        }
        let kernel = subject.assemble();
        let changed = kernel != whole;
        (kernel, changed)
    }

    /// Whether the guarded form is what is judged.
    pub fn is_guarded(&self, bases: &[Base]) -> bool {
        self.guarded && !bases[self.base].kernel.guarded.is_empty()
    }
}

/// Tries a mutant.
pub fn trial(mutant: &Mutant, bases: &[Base], verifier: &Verifier<'_>) -> Ended {
    let (kernel, changed) = mutant.kernel(bases);
    if !changed {
        return Ended::Unchanged;
    }
    let (base, guarded) = (&bases[mutant.base], mutant.is_guarded(bases));
    match verifier(&kernel, base.profile, guarded) {
        Err(_) => Ended::Refused,
        Ok(()) => behaviour(&kernel, base, guarded, mutant.seed),
    }
}

/// What the kernel does as it is, without a verifier.
pub fn unchanged(mutant: &Mutant, bases: &[Base]) -> Ended {
    let (kernel, _) = mutant.kernel(bases);
    behaviour(&kernel, &bases[mutant.base], mutant.is_guarded(bases), mutant.seed)
}

/// What an accepted kernel does.
fn behaviour(kernel: &Kernel, base: &Base, guarded: bool, seed: u64) -> Ended {
    let code = match read(if guarded { &kernel.guarded } else { &kernel.spirv }) {
        Ok(code) => code,
        Err(error) => return Ended::Misbehaving(format!("unreadable: {error}")),
    };
    let pair = pair(guarded, MOST_STEPS);
    let mut called = false;
    for call in 0..CALLS {
        let Some(plan) = inputs::plan_of(kernel, base.profile, &mut Random::of_number(seed, call)) else { continue };
        called = true;
        let Judgement { findings, .. } = judge(&[Some(Runnable { kernel, code: &code })], &plan, &pair);
        if let Some(finding) = findings.first() {
            return Ended::Misbehaving(text(finding));
        }
    }
    if called { Ended::Harmless } else { Ended::NoCall }
}

fn text(finding: &Finding) -> String {
    format!("{}: {finding}", finding.what.kind())
}

/// Leaves out edits as long as the mutant still misbehaves.
pub fn shrink(mutant: &Mutant, bases: &[Base], verifier: &Verifier<'_>) -> Mutant {
    let mut best = mutant.clone();
    let mut at = 0;
    while at < best.edits.len() {
        let mut fewer = best.clone();
        fewer.edits.remove(at);
        if matches!(trial(&fewer, bases, verifier), Ended::Misbehaving(_)) {
            best = fewer;
        } else {
            at += 1;
        }
    }
    best
}
