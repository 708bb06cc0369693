//! The search for what facts say of a sum: if `f >= 0` and `m` is a product of atoms that are never negative, then
//! `q × sum - k × m × f = rest` says that `q × sum >= rest`. With the right multiples the sum's leading product is not in
//! the rest. Every step is an exact identity, so what is found is true; what is not found within the budget is unknown.

use super::{MAX_TRIED, Range, Space, reduced};
use crate::proof::polynomial::{Monomial, Polynomial};

/// A search: how many facts may be used one upon another, and how many sums are looked at. Short proofs come first.
const SEARCHES: [(u32, u32); 3] = [(1, 24), (2, 64), (4, 192)];
/// How many sums the longest search looks at, where a model lives and where none does.
const MAX_LOOKED: (usize, usize) = (384, 64);
/// How many of them are made where much is asked that is not so.
const SHORT: usize = 3;

impl Space {
    /// Whether a sum is at least 0, whatever the atoms are.
    pub(in crate::proof) fn natural(&mut self, sum: &Polynomial) -> bool {
        if self.absurd.is_some() {
            return true;
        }
        let sum = self.normal(sum.clone());
        if self.refuted(&sum) {
            return false;
        }
        if self.search(&sum, 0, 2) >= 0 {
            return true;
        }
        let key = (self.known, sum);
        if self.vain.contains_key(&key) {
            return false;
        }
        let found = !self.refute(&key.1) && self.search_long(&key.1);
        if !found {
            self.vain.insert(key, ());
        }
        found
    }

    /// The same, by longer searches.
    fn search_long(&mut self, sum: &Polynomial) -> bool {
        // Where no model lives, most of what is asked is of code that is never reached.
        let most = if self.seen(sum).is_some() { MAX_LOOKED.0 } else { MAX_LOOKED.1 };
        if self.best_first(sum, most) {
            return true;
        }
        self.without_pinned(sum).is_some_and(|sum| self.best_first(&sum, most))
    }

    /// The same, with a shorter search.
    pub(in crate::proof) fn soon_natural(&mut self, sum: &Polynomial) -> bool {
        if self.absurd.is_some() {
            return true;
        }
        let sum = self.normal(sum.clone());
        !self.refuted(&sum) && self.search(&sum, 0, 2) >= 0
    }

    /// Whether `low <= sum <= high`, by a shorter search.
    pub(in crate::proof) fn within(&mut self, sum: &Polynomial, (low, high): Range) -> bool {
        let sum = self.normal(sum.clone());
        let below = sum.scaled(-1).map(|sum| sum.shifted(high));
        if self.refuted(&sum.clone().shifted(-low)) || below.as_ref().is_none_or(|below| self.refuted(below)) {
            return false;
        }
        self.search(&sum.shifted(-low), 0, SHORT) >= 0 && below.is_some_and(|below| self.search(&below, 0, SHORT) >= 0)
    }

    /// The range of a sum, by a short search.
    pub(in crate::proof) fn range(&mut self, sum: &Polynomial) -> Range {
        let (low, high) = self.bounds(sum);
        // Facts that contradict each other are of code that is never reached; any range will do.
        (low.min(high), low.max(high))
    }

    /// What a sum is never below and never above; the first is above the second where the facts contradict each other.
    pub(in crate::proof) fn bounds(&mut self, sum: &Polynomial) -> Range {
        if let Some(known) = sum.known() {
            return (known, known);
        }
        let sum = self.normal(sum.clone());
        let (least, most) = self.seen(&sum).unwrap_or((i128::MAX, i128::MIN));
        let low = self.search(&sum, least, 2);
        let high = match sum.scaled(-1) {
            Some(turned) => {
                let enough = most.checked_neg().unwrap_or(i128::MAX);
                self.search(&turned, enough, 2).checked_neg().unwrap_or(i128::MAX)
            }
            None => i128::MAX,
        };
        (low, high)
    }

    /// In which turn of a number of steps the least lies that a sum is found to be.
    pub(in crate::proof) fn turn(&mut self, sum: &Polynomial, steps: i128) -> i128 {
        let normal = self.normal(sum.clone());
        match self.seen(&normal) {
            // Nothing above what was seen is found.
            Some((seen, _)) => self.search(&normal, seen.div_euclid(steps) * steps, 2).div_euclid(steps),
            None => self.range(sum).0.div_euclid(steps),
        }
    }

    /// The range of a sum by those of its atoms alone.
    pub(in crate::proof) fn rough(&self, sum: &Polynomial) -> Range {
        (self.least_by_ranges(sum), self.most(sum))
    }

    pub(super) fn most(&self, sum: &Polynomial) -> i128 {
        sum.scaled(-1).map_or(i128::MAX, |turned| self.least_by_ranges(&turned).checked_neg().unwrap_or(i128::MAX))
    }

    /// None where a bound has more than 128 bits.
    pub(super) fn product(&self, monomial: &Monomial) -> Option<Range> {
        monomial.atoms().try_fold((1i128, 1i128), |(low, high), atom| {
            let (a, b) = self.range_of(atom);
            let ends = [low.checked_mul(a)?, low.checked_mul(b)?, high.checked_mul(a)?, high.checked_mul(b)?];
            Some((ends.into_iter().min()?, ends.into_iter().max()?))
        })
    }

    pub(super) fn end(&self, monomial: &Monomial, coefficient: i128) -> Option<i128> {
        let (low, high) = self.product(monomial)?;
        coefficient.checked_mul(if coefficient > 0 { low } else { high })
    }

    /// The least number there is where a bound has more than 128 bits: one that was cut off must not be added to.
    fn least_by_ranges(&self, sum: &Polynomial) -> i128 {
        let least =
            sum.terms().iter().try_fold(0i128, |total, (monomial, k)| total.checked_add(self.end(monomial, *k)?));
        least.unwrap_or(i128::MIN)
    }

    /// The best that these searches find. One that has looked at everything is the last.
    fn search(&mut self, sum: &Polynomial, enough: i128, searches: usize) -> i128 {
        let mut best = i128::MIN;
        for (depth, sums) in SEARCHES.iter().take(searches) {
            let mut effort = Effort { left: *sums, cut_short: false, looked: 1 };
            best = best.max(self.least(sum, enough, *depth, &mut effort));
            self.spend(effort.looked);
            if best >= enough || !effort.cut_short || self.exhausted() {
                break;
            }
        }
        best
    }

    /// The same with numbers in the place of the atoms whose ranges have but one.
    fn without_pinned(&self, sum: &Polynomial) -> Option<Polynomial> {
        let mut found = None;
        for atom in sum.atoms() {
            if let (low, high) = self.range_of(atom)
                && low == high
            {
                found = Some(found.as_ref().unwrap_or(sum).replaced(atom, &Polynomial::number(low))?);
            }
        }
        found
    }

    /// What is left of a sum without multiples of facts that take one of its products away.
    pub(super) fn rests(
        &self,
        sum: &Polynomial,
        (product, coefficient): (Monomial, i128),
        whole: bool,
        rests: &mut Vec<(usize, i128, Polynomial)>,
        looked: &mut usize,
    ) {
        let mut before = 0;
        for atom in product.atoms() {
            if before == atom {
                continue;
            }
            before = atom;
            let Some(facts) = self.of_atom.get(atom as usize) else { continue };
            // The newest, and the oldest: what a dispatch begins with is used everywhere.
            let oldest = facts.len().saturating_sub(MAX_TRIED).min(MAX_TRIED / 4);
            for number in facts.iter().rev().take(MAX_TRIED).chain(facts.iter().take(oldest)) {
                let Some(fact) = self.facts.get(*number as usize) else { continue };
                *looked += 1;
                for (term, inside) in fact.varying() {
                    if inside.signum() != coefficient.signum() || !term.has(atom) {
                        continue;
                    }
                    let Some(by) = product.without(term) else { continue };
                    if by != Monomial::ONE && self.product(&by).is_none_or(|(low, _)| low < 0) {
                        continue;
                    }
                    let (q, k) = reduced(inside.abs(), coefficient.abs());
                    if whole && q > 1 {
                        continue;
                    }
                    let Some(rest) = sum.combine(q, fact, -k, &by) else { continue };
                    // A rest with more terms is for the leading product alone.
                    if whole && rest.terms().len() > sum.terms().len() {
                        continue;
                    }
                    rests.push((rest.terms().len() + usize::from(q > 1), q, rest));
                }
            }
        }
    }

    /// The greatest number found that the sum is never below. The search ends where `enough` is reached.
    fn least(&self, sum: &Polynomial, enough: i128, depth: u32, effort: &mut Effort) -> i128 {
        let mut best = self.least_by_ranges(sum);
        effort.looked += 1;
        let Some((leading, coefficient)) = sum.varying().first().copied() else { return best };
        if best >= enough || depth == 0 {
            effort.cut_short |= best < enough;
            return best;
        }
        // What is never negative may be left out.
        let droppable =
            coefficient > 0 && sum.varying().len() > 1 && self.product(&leading).is_some_and(|(low, _)| low == 0);
        if droppable && effort.take() {
            let (_, rest) = sum.parted(|monomial| *monomial == leading);
            best = best.max(self.least(&rest, enough, depth - 1, effort));
            if best >= enough {
                return best;
            }
        }
        let mut rests: Vec<(usize, i128, Polynomial)> = Vec::new();
        self.rests(sum, (leading, coefficient), false, &mut rests, &mut effort.looked);
        // What leaves the least is tried first; of equals, what was learnt last.
        rests.sort_by_key(|(terms, ..)| *terms);
        for (_, q, rest) in rests {
            if !effort.take() {
                return best;
            }
            let wanted = enough.saturating_sub(1).saturating_mul(q).saturating_add(1);
            let found = self.least(&rest, wanted, depth - 1, effort);
            best = best.max(ceiling(found, q));
            if best >= enough {
                return best;
            }
        }
        // The leading product at the end of its range, and the others by facts.
        if sum.varying().len() > 1 && !droppable && effort.take() {
            let end = self.end(&leading, coefficient);
            let (_, rest) = sum.parted(|monomial| *monomial == leading);
            if let Some(end) = end.filter(|end| end.unsigned_abs() < 1 << 100) {
                best = best.max(self.least(&rest.shifted(end), enough, depth - 1, effort));
            }
        }
        best
    }
}

/// What a search may still do.
struct Effort {
    left: u32,
    /// Something was left out.
    cut_short: bool,
    /// How many sums and facts were looked at.
    looked: usize,
}

impl Effort {
    fn take(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => {
                self.cut_short = true;
                return false;
            }
        }
        true
    }
}

/// The quotient rounded up; `b` is above 0.
pub(super) fn ceiling(a: i128, b: i128) -> i128 {
    a.div_euclid(b).saturating_add(i128::from(a.rem_euclid(b) != 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::space::{Reach, WORD, tests::grid};

    #[test]
    fn a_row_major_place_is_below_the_product() {
        let (mut space, [m, n, r, c]) = grid();
        let place = r.times(&n).unwrap().plus(&c).unwrap();
        let cells = m.times(&n).unwrap();
        assert!(space.natural(&cells.minus(&place).unwrap().shifted(-1)));
        assert!(!space.natural(&cells.minus(&place).unwrap().shifted(-2)));
        let turned = c.times(&n).unwrap().plus(&r).unwrap();
        assert!(!space.natural(&cells.minus(&turned).unwrap().shifted(-1)));
    }

    /// Bounds that do not fit are none: one that was cut off, with others added, would be above what is true.
    #[test]
    fn a_bound_past_128_bits_is_no_bound() {
        let mut space = Space::new(1 << 20);
        let [large, other] = [(); 2].map(|()| space.atom((1 << 63, 1 << 63), Reach::Dispatch));
        let [x, y] = [(); 2].map(|()| space.atom((0, 1 << 70), Reach::Lane));
        let [square, other] = [large, other].map(|one| one.times(&one).unwrap());
        let sum = square.plus(&other).and_then(|sum| sum.scaled(2)).unwrap().minus(&x.times(&y).unwrap()).unwrap();
        assert_eq!(space.rough(&sum).0, i128::MIN);
        assert!(!space.natural(&sum));
        let within = square.minus(&Polynomial::number(1)).unwrap();
        assert!(space.natural(&within));
    }

    #[test]
    fn a_place_in_three_dimensions_is_below_the_product() {
        let (mut space, [m, n, r, c]) = grid();
        let k = space.atom((0, 1 << 25), Reach::Dispatch);
        let e = space.atom(WORD, Reach::Lane);
        space.learn(k.minus(&e).map(|sum| sum.shifted(-1)));
        let near = space.atom(WORD, Reach::Lane);
        space.learn(n.minus(&near).map(|sum| sum.shifted(-1)));
        space.learn(c.minus(&near).map(|sum| sum.shifted(1)));
        let row = r.times(&n).unwrap().plus(&near).unwrap();
        let place = row.times(&k).unwrap().plus(&e).unwrap();
        let cells = m.times(&n).unwrap().times(&k).unwrap();
        assert!(space.natural(&cells.minus(&place).unwrap().shifted(-1)));
    }

    #[test]
    fn quotients_are_rounded() {
        let (mut space, [m, ..]) = grid();
        let q = space.atom(WORD, Reach::Dispatch);
        space.learn(m.minus(&q.scaled(4).unwrap()));
        space.learn(Polynomial::number(15).minus(&m));
        assert!(space.natural(&Polynomial::number(3).minus(&q).unwrap()));
        assert!(!space.natural(&Polynomial::number(2).minus(&q).unwrap()));
    }
}
