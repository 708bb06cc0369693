//! The same search, the most promising sums first: what is left with the fewest products is looked at before what is left
//! with more, however it came about, and no sum twice.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

use super::{Space, search::ceiling};
use crate::proof::polynomial::{Monomial, Polynomial};

/// How many sums are kept for later.
const MAX_KEPT: usize = 4096;
/// How many products beside the leading one are taken away.
const MORE_PRODUCTS: usize = 2;
/// The greatest multiple of the sum that is looked at.
const MAX_MULTIPLE: i128 = 1 << 40;

/// Sums that multiples of the one asked about are never below.
#[derive(Default)]
struct Open {
    /// Each with its multiple.
    sums: Vec<(i128, Polynomial)>,
    seen: HashSet<Polynomial, foldhash::fast::RandomState>,
    /// How promising each is, how many steps away, and its number.
    queue: BinaryHeap<Reverse<(usize, usize, usize)>>,
}

impl Open {
    fn push(&mut self, depth: usize, multiple: i128, rest: Polynomial) {
        if multiple < MAX_MULTIPLE && self.sums.len() < MAX_KEPT && self.seen.insert(rest.clone()) {
            self.queue.push(Reverse((rest.terms().len() + depth, depth, self.sums.len())));
            self.sums.push((multiple, rest));
        }
    }

    fn pop(&mut self) -> Option<(usize, i128, Polynomial)> {
        let Reverse((_, depth, number)) = self.queue.pop()?;
        self.sums.get(number).map(|(multiple, rest)| (depth, *multiple, rest.clone()))
    }
}

impl Space {
    /// Whether a sum is at least 0, as far as so many sums show.
    pub(super) fn best_first(&self, sum: &Polynomial, most: usize) -> bool {
        let mut open = Open::default();
        open.push(0, 1, sum.clone());
        let (mut looked, mut found) = (0, false);
        for _ in 0..most {
            let Some((depth, multiple, rest)) = open.pop() else { break };
            looked += 1;
            found = ceiling(self.rough(&rest).0, multiple) >= 0;
            if found {
                break;
            }
            for (_, q, next) in self.nexts(&rest, &mut looked) {
                open.push(depth + 1, multiple.saturating_mul(q), next);
            }
        }
        self.spend(looked);
        found
    }

    /// What a sum, or a multiple of it, is never below.
    fn nexts(&self, sum: &Polynomial, looked: &mut usize) -> Vec<(usize, i128, Polynomial)> {
        let mut rests = Vec::new();
        let Some((leading, coefficient)) = sum.varying().first().copied() else { return rests };
        self.rests(sum, (leading, coefficient), false, &mut rests, looked);
        // Of the products after it only whole multiples of facts are taken away.
        for (monomial, factor) in sum.varying().iter().skip(1).take(MORE_PRODUCTS) {
            self.rests(sum, (*monomial, *factor), true, &mut rests, looked);
        }
        self.factors_at_end(sum, (leading, coefficient), &mut rests);
        // What is never negative may be left out; else the product is at the end of its range.
        let (_, others) = sum.parted(|monomial| *monomial == leading);
        if coefficient > 0 && self.product(&leading).is_some_and(|(low, _)| low == 0) {
            rests.push((0, 1, others));
        } else if let Some(end) = self.end(&leading, coefficient).filter(|end| end.unsigned_abs() < 1 << 100) {
            rests.push((0, 1, others.shifted(end)));
        }
        rests
    }

    /// A product with one of its factors at the end of its range, where the others are never negative.
    fn factors_at_end(
        &self,
        sum: &Polynomial,
        (product, coefficient): (Monomial, i128),
        rests: &mut Vec<(usize, i128, Polynomial)>,
    ) {
        for atom in product.atoms().filter(|_| product.degree() > 1) {
            let (low, high) = self.range_of(atom);
            let end = if coefficient > 0 { low } else { high };
            let Some(others) = product.without(&Monomial::atom(atom)) else { continue };
            if end > 1 && end < 1 << 32 && self.product(&others).is_some_and(|(low, _)| low >= 0) {
                let ended = Polynomial::atom(atom).shifted(-end);
                rests.extend(sum.combine(1, &ended, -coefficient, &others).map(|rest| (0, 1, rest)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::space::{Reach, WORD};

    /// `room - 5 a - 3 b` where `a + 3 b` is at most 3 and `a` at most 2: a fact is taken away as often as another product
    /// has it.
    #[test]
    fn a_fact_is_used_for_a_part_of_a_product() {
        let shown = |room| {
            let mut space = Space::new(1 << 20);
            let [a, b] = [(); 2].map(|()| space.atom(WORD, Reach::Lane));
            let three = b.scaled(3).unwrap();
            space.learn(Polynomial::number(3).minus(&a.plus(&three).unwrap()));
            space.learn(Polynomial::number(2).minus(&a));
            let place = a.scaled(5).unwrap().plus(&three).unwrap();
            space.best_first(&Polynomial::number(room).minus(&place).unwrap(), 64)
        };
        assert!(shown(11));
        assert!(!shown(10));
    }

    /// `x × y` is at least `7 × y` where `x` is at least 7.
    #[test]
    fn a_factor_is_at_the_end_of_its_range() {
        let shown = |least| {
            let mut space = Space::new(1 << 20);
            let x = space.atom((least, 1 << 20), Reach::Dispatch);
            let y = space.atom((1, 1 << 20), Reach::Dispatch);
            let n = space.atom((1, 1 << 20), Reach::Dispatch);
            space.learn(y.scaled(7).unwrap().minus(&n));
            space.best_first(&x.times(&y).unwrap().minus(&n).unwrap(), 64)
        };
        assert!(shown(7));
        assert!(!shown(6));
    }
}
