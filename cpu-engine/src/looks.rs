//! Where a kernel looks whether it is to stop: in loops that may take long, so that a single group keeps no one waiting.
//! Between two looks are no more steps than some, as far as trips are known; where they are not, each trip has its look.

use std::collections::HashSet;

use lockstep_verifier::tree::{Kernel, Operation, Site, Step, Value};

use crate::{classes::LANES, parts::Part};

/// So many steps of a vector may be done without a look: about a millisecond.
const MOST_STEPS: u64 = 1 << 20;

/// The places of a kernel's looks.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    loops: HashSet<Site>,
    /// Loops over parts, by their counters, and loops over the vectors of a part.
    groups: HashSet<u32>,
    vectors: HashSet<usize>,
}

impl Looks {
    pub(crate) fn of(kernel: &Kernel, parts: &[Part<'_>]) -> Looks {
        let mut finder = Finder { kernel, looks: Looks::default(), since: 0 };
        finder.parts(parts);
        finder.looks
    }

    /// Whether each trip of a loop begins with a look.
    pub(crate) fn is_in_loop(&self, site: Site) -> bool {
        self.loops.contains(&site)
    }

    /// Whether each trip of a loop over parts does.
    pub(crate) fn is_in_group(&self, counter: u32) -> bool {
        self.groups.contains(&counter)
    }

    /// Whether each vector of a part does.
    pub(crate) fn is_in_vectors(&self, part: usize) -> bool {
        self.vectors.contains(&part)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.loops.is_empty() && self.groups.is_empty() && self.vectors.is_empty()
    }
}

struct Finder<'k> {
    kernel: &'k Kernel,
    looks: Looks,
    /// How many steps may have been done since the last look.
    since: u64,
}

impl Finder<'_> {
    fn parts(&mut self, parts: &[Part<'_>]) {
        for part in parts {
            match part {
                Part::Lanes { number, once, each } => {
                    self.since = self.since.saturating_add(once.len() as u64);
                    let vectors = u64::from(self.kernel.lanes.div_ceil(LANES));
                    if self.trips(Some(vectors), |this| each.iter().for_each(|step| this.step(step))) {
                        self.looks.vectors.insert(*number);
                    }
                }
                Part::If { then, otherwise, .. } => {
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::Loop { counter, trips, body } => {
                    if self.trips(self.known(*trips), |this| this.parts(body)) {
                        self.looks.groups.insert(*counter);
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &Step) {
        self.since = self.since.saturating_add(1);
        match step {
            // Where lanes part, both are done.
            Step::If { then, otherwise, .. } => then.iter().chain(otherwise).for_each(|step| self.step(step)),
            Step::Loop { trips, body, site, .. } => {
                let looks = self.trips(self.known(*trips), |this| body.iter().for_each(|step| this.step(step)));
                self.looks.loops.extend(looks.then_some(*site));
            }
            _ => {}
        }
    }

    /// Whether each trip of a loop is to begin with a look; `body` goes through what a trip does.
    fn trips(&mut self, trips: Option<u64>, body: impl FnOnce(&mut Self)) -> bool {
        let before = std::mem::replace(&mut self.since, 1);
        body(self);
        let each = self.since;
        let all = trips.and_then(|trips| each.checked_mul(trips)?.checked_add(before));
        let few = all.filter(|all| *all <= MOST_STEPS);
        self.since = few.unwrap_or(before.max(each));
        few.is_none()
    }

    fn known(&self, value: Value) -> Option<u64> {
        match self.kernel.values.get(value.0 as usize)?.operation {
            Operation::Constant(word) => Some(word.into()),
            _ => None,
        }
    }
}
