//! Ranges that facts leave: an atom that a fact bounds is bounded by what the other products of the fact can be. Where no
//! number is left for an atom, no lane comes there.

use super::{HUGE, MAX_TRIED, Mark, Range, Reach, Space};
use crate::proof::polynomial::{Atom, Monomial, Polynomial};

/// How often all facts are looked at again.
const MAX_ROUNDS: u32 = 12;
/// How many atoms are looked at whether more of them would break a fact, and how many facts.
const MAX_HELD: usize = 12;
const MAX_BROKEN: usize = 4;
/// Of how many of the newest facts the opposite is searched for, and how long.
const MAX_NEWEST: usize = 2;
const MAX_LOOKED: usize = 24;

impl Space {
    /// Narrows the ranges of atoms by some facts until these say no more: one atom's range narrows another's.
    pub(in crate::proof) fn narrow_all(&mut self, facts: &[Polynomial]) {
        for _ in 0..MAX_ROUNDS {
            let before = self.narrowed.len();
            self.spend(facts.len());
            facts.iter().for_each(|fact| self.narrow(fact));
            self.also_known(&0u64);
            if self.narrowed.len() == before {
                break;
            }
        }
    }

    /// Holds the factors of products in some facts at the least they can be, where one more would break the fact: where
    /// `n - 1 - q × n` is at least 0, `q` is 0.
    pub(in crate::proof) fn hold_all(&mut self, facts: &[Polynomial]) {
        let products = facts.iter().flat_map(Polynomial::varying).filter(|(by, factor)| by.degree() > 1 && *factor < 0);
        let mut factors: Vec<Atom> = products.flat_map(|(monomial, _)| monomial.atoms()).collect();
        factors.sort_unstable_by(|a, b| b.cmp(a));
        factors.dedup();
        factors.retain(|atom| self.reach_of(*atom) > Reach::Dispatch);
        for atom in factors.into_iter().take(MAX_HELD) {
            let (low, high) = self.range_of(atom);
            if low < high && self.held(atom) {
                self.learn(Polynomial::atom(atom).scaled(-1).map(|sum| sum.shifted(low)));
            }
        }
    }

    /// Whether an atom can be no more than the least that it can be.
    pub(in crate::proof) fn held(&mut self, atom: Atom) -> bool {
        let more = Polynomial::atom(atom).shifted(-self.range_of(atom).0 - 1);
        let facts = self.of_atom.get(atom as usize).into_iter().flatten().rev().take(MAX_TRIED);
        let facts = facts.filter_map(|fact| self.facts.get(*fact as usize));
        let broken: Vec<Polynomial> = facts.filter_map(|fact| self.with_more(fact, atom, &more)).collect();
        broken.into_iter().take(MAX_BROKEN).any(|fact| {
            let below = fact.scaled(-1).map(|below| below.shifted(-1));
            below.is_some_and(|below| self.soon_natural(&below))
        })
    }

    /// What a fact comes to where an atom is more, without its products that take away.
    fn with_more(&self, fact: &Polynomial, atom: Atom, more: &Polynomial) -> Option<Polynomial> {
        let mut found = None;
        for (monomial, factor) in fact.varying().iter().filter(|(by, factor)| by.degree() > 1 && *factor < 0) {
            let Some(others) = monomial.without(&Monomial::atom(atom)) else { continue };
            if others.atoms().all(|other| self.range_of(other).0 >= 0 && other != atom) {
                let sum = found.as_ref().unwrap_or(fact);
                found = Some(sum.combine(1, more, factor.checked_neg()?, &others)?);
            }
        }
        found
    }

    /// Narrows the ranges of the atoms of a fact to what the other products leave them.
    pub(super) fn narrow(&mut self, fact: &Polynomial) {
        let most = self.most(fact);
        if !(0..HUGE).contains(&most) {
            return;
        }
        for (monomial, factor) in fact.varying() {
            // The others come to no more than `most` without this one, and all come to no less than 0.
            let room = most / factor.abs();
            if monomial.degree() > 1 {
                self.narrow_factors(monomial, *factor, room);
                continue;
            }
            let Some(atom) = monomial.atoms().next() else { continue };
            let (low, high) = self.range_of(atom);
            let range = if *factor < 0 { (low, high.min(low + room)) } else { (low.max(high - room), high) };
            self.narrow_to(atom, range);
        }
    }

    /// The factors of a product of which so much more than the least is left, where they are never negative.
    fn narrow_factors(&mut self, product: &Monomial, factor: i128, room: i128) {
        let Some((least, _)) = self.product(product).filter(|(low, high)| factor < 0 && *low >= 0 && *high < HUGE)
        else {
            return;
        };
        for atom in product.atoms() {
            let others = product.without(&Monomial::atom(atom)).and_then(|others| self.product(&others));
            if let (low, high) = self.range_of(atom)
                && let Some((some, _)) = others.filter(|(some, _)| *some > 0 && low >= 0)
            {
                self.narrow_to(atom, (low, high.min((least + room) / some).max(low)));
            }
        }
    }

    fn narrow_to(&mut self, atom: Atom, range: Range) {
        let before = self.range_of(atom);
        if range != before {
            self.narrowed.push((atom, before));
            if let Some(known) = self.atoms.get_mut(atom as usize) {
                known.range = range;
            }
        }
    }

    /// Whether what has been learnt since a mark contradicts what is known, so that no lane comes here: on its face, or where
    /// all models have ended with it, by a search.
    pub(in crate::proof) fn impossible(&mut self, mark: Mark) -> bool {
        if self.facts.iter().skip(mark.facts).any(|fact| self.most(fact) < 0 || self.pinned(fact)) {
            return true;
        }
        if !self.models_ended(mark) {
            return false;
        }
        let facts = self.facts.clone();
        self.narrow_all(&facts);
        if facts.iter().any(|fact| self.most(fact) < 0) {
            return true;
        }
        let newest: Vec<Polynomial> = self.facts.iter().skip(mark.facts).rev().take(MAX_NEWEST).cloned().collect();
        newest.into_iter().any(|fact| {
            let Some(below) = fact.scaled(-1).map(|below| below.shifted(-1)) else { return false };
            let key = (self.known, below);
            let found = !self.vain.contains_key(&key) && self.best_first(&key.1, MAX_LOOKED);
            if !found {
                self.vain.insert(key, ());
            }
            found
        })
    }

    /// An atom that is held at the end of its range is put into the facts that it is in.
    fn pinned(&self, fact: &Polynomial) -> bool {
        let [(monomial, -1)] = fact.varying() else { return false };
        let Some(atom) = monomial.atoms().next().filter(|_| monomial.degree() == 1) else { return false };
        fact.constant() == self.range_of(atom).0 && self.never(atom, fact.constant())
    }

    /// Whether an atom provably never has a value.
    pub(super) fn never(&self, atom: Atom, value: i128) -> bool {
        let by = Polynomial::number(value);
        let facts = self.of_atom.get(atom as usize).into_iter().flatten();
        let mut facts = facts.filter_map(|fact| self.facts.get(*fact as usize)).take(MAX_TRIED);
        facts.any(|fact| fact.replaced(atom, &by).is_some_and(|fact| self.most(&fact) < 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::space::WORD;

    fn at_most(sum: &Polynomial, number: i128) -> Polynomial {
        Polynomial::number(number).minus(sum).unwrap()
    }

    #[test]
    fn one_range_narrows_another() {
        let most = |n: i128| {
            let mut space = Space::new(1 << 20);
            let [tiles, rows] = [(); 2].map(|()| space.atom((1, 1 << 20), Reach::Dispatch));
            // In the order in which nothing follows at once.
            let below = rows.minus(&tiles.scaled(5).unwrap()).unwrap().shifted(4);
            let facts = vec![below, at_most(&rows, n)];
            facts.iter().for_each(|fact| space.learn(Some(fact.clone())));
            space.narrow_all(&facts);
            space.range_of(tiles.single().unwrap()).1
        };
        assert_eq!(most(5), 1);
        assert_eq!(most(6), 2);
    }

    #[test]
    fn a_product_narrows_its_factors() {
        let most = |least: i128| {
            let mut space = Space::new(1 << 20);
            let number = space.atom(WORD, Reach::Lane);
            let size = space.atom((least, 1 << 20), Reach::Dispatch);
            let product = number.times(&size).unwrap();
            space.learn(Some(at_most(&product, 15)));
            space.range_of(number.single().unwrap()).1
        };
        assert_eq!(most(16), 0);
        assert_eq!(most(15), 1);
        assert_eq!(most(0), WORD.1, "a factor that may be zero says nothing");
    }

    #[test]
    fn an_atom_is_held_where_one_more_would_break_a_fact() {
        let held = |rows: i128| {
            let mut space = Space::new(1 << 20);
            let quotient = space.atom((0, 1 << 20), Reach::Lane);
            let size = space.atom((1, 1 << 20), Reach::Dispatch);
            let below = size.scaled(rows).unwrap().minus(&quotient.times(&size).unwrap()).unwrap().shifted(-1);
            space.learn(Some(below));
            space.held(quotient.single().unwrap())
        };
        assert!(held(1));
        assert!(!held(2));
    }

    #[test]
    fn what_no_model_keeps_may_be_impossible() {
        let impossible = |room: i128| {
            let mut space = Space::new(1 << 20);
            let [x, y] = [(); 2].map(|()| space.atom((1, 1 << 20), Reach::Dispatch));
            let n = space.atom((1, 1 << 20), Reach::Dispatch);
            space.learn(x.clone().shifted(-7).into());
            space.learn(y.scaled(7).unwrap().minus(&n));
            let mark = space.mark();
            space.learn(n.minus(&x.times(&y).unwrap()).map(|sum| sum.shifted(-room)));
            space.impossible(mark)
        };
        assert!(impossible(1));
        assert!(!impossible(0));
    }
}
