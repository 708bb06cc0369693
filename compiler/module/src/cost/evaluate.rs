//! The most that one lane can cost, for given scalars and extents: one pass over the terms, whatever the loops do.

use lockstep_numbers::ScalarType;

use super::{
    Cost, Term,
    interval::{self, Interval},
};

/// An open [`Term::Repeat`] or [`Term::Choose`], and what its terms cost so far.
enum Open {
    Repeat { trips: u64, cost: u64 },
    Choose { dearest: u64, cost: u64 },
}

impl Open {
    fn add(&mut self, more: u64) {
        let (Open::Repeat { cost, .. } | Open::Choose { cost, .. }) = self;
        *cost = cost.saturating_add(more);
    }
}

impl Cost {
    /// The most that one lane can cost with these scalars and extents; the largest number if it is larger.
    pub fn evaluate(&self, scalars: &[u64], extents: &[u32]) -> u64 {
        let mut slots = vec![Interval::anything(); self.slots as usize];
        let given = scalars.iter().copied().chain(extents.iter().map(|extent| u64::from(*extent)));
        slots.iter_mut().zip(given).for_each(|(slot, bits)| *slot = Interval::one(bits.into()));
        let mut total = 0u64;
        let mut open: Vec<Open> = Vec::new();
        for term in &self.terms {
            let finished = match term {
                Term::Weight(weight) => *weight,
                Term::Repeat { slot, signed, from, to, by, max } => {
                    let ty = if *signed { ScalarType::I32 } else { ScalarType::U32 };
                    let (trips, counter) = match max {
                        Some(max) => {
                            let most = interval::evaluate(max, &slots).read_as(ScalarType::U32).high;
                            (most, Interval::whole(ty))
                        }
                        None => {
                            let from = interval::evaluate(from, &slots).read_as(ty);
                            let to = interval::evaluate(to, &slots).read_as(ty);
                            loop_of(from, to, (*by).into())
                        }
                    };
                    if let Some(place) = slots.get_mut(*slot as usize) {
                        *place = counter;
                    }
                    open.push(Open::Repeat { trips: u64::try_from(trips).unwrap_or(u64::MAX), cost: 0 });
                    continue;
                }
                Term::Choose => {
                    open.push(Open::Choose { dearest: 0, cost: 0 });
                    continue;
                }
                Term::Or => {
                    if let Some(Open::Choose { dearest, cost }) = open.last_mut() {
                        *dearest = (*dearest).max(std::mem::take(cost));
                    }
                    continue;
                }
                Term::End => match open.pop() {
                    Some(Open::Repeat { trips, cost }) => trips.saturating_mul(cost),
                    Some(Open::Choose { dearest, cost }) => dearest.max(cost),
                    None => 0,
                },
            };
            match open.last_mut() {
                Some(outer) => outer.add(finished),
                None => total = total.saturating_add(finished),
            }
        }
        total
    }
}

/// The most trips of a loop, and the values of its counter.
fn loop_of(from: Interval, to: Interval, by: i128) -> (i128, Interval) {
    let by = by.max(1);
    let trips = (to.high - from.low).max(0);
    let trips = trips / by + i128::from(trips % by != 0);
    // From one beginning the last value is known; from several it is only below the end.
    let last = if from.low == from.high { from.low + (trips - 1) * by } else { to.high - 1 };
    (trips, Interval::new(from.low, last.max(from.low)))
}
