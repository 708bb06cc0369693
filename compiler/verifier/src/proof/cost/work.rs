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
                    let taken = arms.into_iter().filter(|(truth, _)| self.counts(*site, *truth));
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

    /// What a refusal of all that is counted points to: the first loop, or else the first step.
    pub(super) fn first(&self, kernel: &Kernel) -> Option<Site> {
        let of = |step: &Step| match step {
            Step::Let(value) => kernel.values.get(value.0 as usize).map(|made| made.site),
            Step::Store { site, .. }
            | Step::Atomic { site, .. }
            | Step::If { site, .. }
            | Step::Loop { site, .. }
            | Step::Break(site)
            | Step::Continue(site)
            | Step::Barrier { site, .. } => Some(*site),
        };
        self.first_loop(&kernel.body).or_else(|| kernel.body.first().and_then(of))
    }

    /// The first loop that is counted, where there is one.
    pub(super) fn first_loop(&self, steps: &[Step]) -> Option<Site> {
        steps.iter().find_map(|step| match step {
            Step::Loop { site, .. } => Some(*site),
            Step::If { then, otherwise, site, .. } => {
                let arms = [(true, then), (false, otherwise)];
                arms.into_iter()
                    .filter(|(truth, _)| self.counts(*site, *truth))
                    .find_map(|(_, arm)| self.first_loop(arm))
            }
            _ => None,
        })
    }

    /// Whether an arm is not left out.
    fn counts(&self, site: Site, truth: bool) -> bool {
        self.without.iter().all(|without| !without.contains(&(site, truth)))
    }

    fn times(&self, payment: &Payment) -> Times {
        match payment.symbol {
            Some(symbol) if !self.by_numbers => Times::Symbol(symbol),
            _ => Times::Number(payment.most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Definition, Operation, Place, Type, Value, WordOperator};

    /// A kernel whose values are a constant, a sum, a quotient by it, and one by a sum.
    fn kernel() -> Kernel {
        let word = |operation| Definition { ty: Type::Word, site: Site(0), operation };
        let operations = [
            Operation::Constant(3),
            Operation::Word(WordOperator::Add, Value(0), Value(0)),
            Operation::Word(WordOperator::Divide, Value(1), Value(0)),
            Operation::Word(WordOperator::Divide, Value(1), Value(1)),
            Operation::Load(Place::Buffer(1, Value(0))),
        ];
        Kernel { values: operations.map(word).to_vec(), ..Kernel::default() }
    }

    fn lets(values: &[u32]) -> Vec<Step> {
        values.iter().map(|value| Step::Let(Value(*value))).collect()
    }

    #[test]
    fn steps_add_up_and_the_dearest_arm_counts() {
        let kernel = kernel();
        let none = BTreeSet::new();
        let without = BTreeSet::from([(Site(1), true)]);
        let branch = Step::If { condition: Value(0), then: lets(&[3, 3]), otherwise: lets(&[1, 4]), site: Site(1) };
        let body: Vec<Step> = lets(&[1, 2]).into_iter().chain([branch]).collect();
        let payments = BTreeMap::new();
        let work = |without| Work { kernel: &kernel, payments: &payments, without, by_numbers: false }.of(&body);
        assert_eq!(work([&none, &none]), Set::number(1 + 4 + 1 + 32));
        assert_eq!(work([&none, &without]), Set::number(1 + 4 + 1 + 9));
    }

    #[test]
    fn a_refusal_points_to_the_first_loop_that_is_counted() {
        let kernel = kernel();
        let none = BTreeSet::new();
        let without = BTreeSet::from([(Site(1), true)]);
        let of = |site| vec![Step::Loop { counter: 0, trips: Value(0), body: Vec::new(), site: Site(site) }];
        let branch = Step::If { condition: Value(0), then: of(2), otherwise: of(3), site: Site(1) };
        let payments = BTreeMap::new();
        let first = |without, body: &[Step]| {
            let work = Work { kernel: &kernel, payments: &payments, without, by_numbers: false };
            work.first(&Kernel { values: kernel.values.clone(), body: body.to_vec(), ..Kernel::default() })
        };
        let body = [Step::Barrier { arrays: false, site: Site(9) }, branch];
        assert_eq!(first([&none, &none], &body), Some(Site(2)));
        assert_eq!(first([&none, &without], &body), Some(Site(3)));
        assert_eq!(first([&none, &none], &body[..1]), Some(Site(9)));
        assert_eq!(first([&none, &none], &[]), None);
    }

    #[test]
    fn a_loop_counts_as_often_as_what_pays_for_it() {
        let kernel = kernel();
        let none = BTreeSet::new();
        let of = |site| Step::Loop { counter: 0, trips: Value(0), body: lets(&[4]), site: Site(site) };
        let payments = BTreeMap::from([
            (Site(1), Payment { symbol: None, most: 10, exact: true }),
            (Site(2), Payment { symbol: Some(5), most: 7, exact: false }),
        ]);
        // The walk never came to the third.
        let body = [of(1), of(2), of(3)];
        let work = |by_numbers| {
            Work { kernel: &kernel, payments: &payments, without: [&none; 2], by_numbers }.of(&body).vectors()[0]
                .clone()
        };
        let trip = 8 + 4;
        let by_symbols = work(false);
        assert_eq!(by_symbols.factor(&[]), 3 * 3 + 10 * trip);
        assert_eq!(by_symbols.factor(&[5]), trip);
        assert_eq!(work(true).factor(&[]), 3 * 3 + 17 * trip);
    }
}
