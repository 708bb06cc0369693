//! What a lane of a kernel does at most: its steps, loops as often as what pays for them runs, of branches the dearest.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    payer::Payment,
    vector::{Set, Side, Times},
    weights::{self, Kind},
};
use crate::tree::{Kernel, Site, Step};

/// What is counted.
pub(super) struct Work<'w> {
    pub(super) kernel: &'w Kernel,
    pub(super) payments: &'w BTreeMap<Site, Payment>,
    /// The arms that are left out.
    pub(super) without: [&'w BTreeSet<(Site, bool)>; 2],
    /// Loops of which a most is known count for that; else for the symbol that pays for them, where there is one.
    pub(super) by_numbers: bool,
}

impl Work<'_> {
    /// The work of some steps. Nesting is bounded by the profile.
    pub(super) fn of(&self, steps: &[Step]) -> Set {
        let mut straight = 0u128;
        let mut sum = Set::number(0);
        for step in steps {
            straight = straight.saturating_add(weights::of_step(self.kernel, step));
            let inner = match step {
                Step::If { then, otherwise, site, .. } => {
                    let arms = [(true, then), (false, otherwise)];
                    let taken = arms
                        .into_iter()
                        .filter(|(truth, _)| self.without.iter().all(|without| !without.contains(&(*site, *truth))));
                    Set::either(taken.map(|(_, steps)| self.of(steps)), Side::Work)
                }
                Step::Loop { body, site, .. } => {
                    // What the walk has not come to is never run.
                    let Some(payment) = self.payments.get(site) else { continue };
                    let trip = Set::number(Kind::Trip.weight());
                    self.of(body).plus(&trip, Side::Work).repeated(self.times(payment))
                }
                _ => continue,
            };
            sum = sum.plus(&inner, Side::Work);
        }
        sum.plus(&Set::number(straight), Side::Work)
    }

    fn times(&self, payment: &Payment) -> Times {
        match payment.symbol {
            Some(symbol) if !self.by_numbers => Times::Symbol(symbol),
            _ => Times::Number(payment.most),
        }
    }
}
