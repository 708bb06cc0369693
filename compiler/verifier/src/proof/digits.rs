//! Equal places have equal digits. If `p = d + r × e` and `q = d' + r × e'` with `0 <= d, d' < r`, and `r` is the same for
//! both lanes, then `p = q` says just that `d = d'` and `e = e'`. What two accesses have in common is so taken apart until
//! no radix is found that both keep.

use std::rc::Rc;

use super::{
    Table,
    polynomial::{Monomial, Polynomial},
    space::{Mark, Range, Reach, common_divisor},
    spot::Spot,
    words::Words,
};

/// The most equations that two places come to.
const MAX_EQUATIONS: usize = 24;
/// The most numbers that are tried as a radix, and the most products of sizes.
const MAX_RADICES: usize = 16;

/// Two sums, each of the atoms of its own lane.
pub(super) type Equation = (Polynomial, Polynomial);

/// Which facts hold: those of one access.
type Facts = Rc<Vec<Polynomial>>;

/// What is known of sums where accesses stand, each asked once.
#[derive(Default)]
pub(super) struct Digits {
    ranges: Table<(*const Vec<Polynomial>, Polynomial), Range>,
    natural: Table<(*const Vec<Polynomial>, Polynomial), bool>,
    /// The least and the greatest that sums are in models, which are in their ranges.
    seen: Table<(*const Vec<Polynomial>, Polynomial), Option<Range>>,
    /// The facts that the space holds now, and what it held before.
    loaded: Option<(Facts, Mark)>,
    /// All that have been asked about, so that each keeps its address.
    kept: Table<*const Vec<Polynomial>, Facts>,
}

impl Digits {
    fn load(&mut self, words: &mut Words<'_>, facts: &Facts) {
        if self.loaded.as_ref().is_some_and(|(loaded, _)| Rc::ptr_eq(loaded, facts)) {
            return;
        }
        self.unload(words);
        let mark = words.space.mark();
        facts.iter().for_each(|fact| words.space.learn(Some(fact.clone())));
        self.loaded = Some((Rc::clone(facts), mark));
        self.kept.insert(Rc::as_ptr(facts), Rc::clone(facts));
    }

    /// Takes what one access knows out of the space.
    pub(super) fn unload(&mut self, words: &mut Words<'_>) {
        if let Some((_, mark)) = self.loaded.take() {
            words.space.restore(mark);
        }
    }

    /// The range of a sum where an access stands.
    pub(super) fn range(&mut self, words: &mut Words<'_>, facts: &Facts, sum: &Polynomial) -> Range {
        if let Some(known) = sum.known() {
            return (known, known);
        }
        let key = (Rc::as_ptr(facts), sum.clone());
        if let Some(known) = self.ranges.get(&key) {
            return *known;
        }
        self.load(words, facts);
        let range = words.space.range(sum);
        self.ranges.insert(key, range);
        range
    }

    /// The only turn of a number of steps in which a sum can be, where an access stands.
    fn turn(&mut self, words: &mut Words<'_>, facts: &Facts, sum: &Polynomial, steps: i128) -> Option<i128> {
        let one = |(low, high): Range| {
            let turn = low.div_euclid(steps);
            (high.div_euclid(steps) == turn).then_some(turn)
        };
        let key = (Rc::as_ptr(facts), sum.clone());
        if !self.ranges.contains_key(&key) {
            let seen = match self.seen.get(&key) {
                Some(seen) => *seen,
                None => {
                    self.load(words, facts);
                    let seen = words.space.seen(sum);
                    self.seen.insert(key, seen);
                    seen
                }
            };
            if seen.is_some_and(|seen| one(seen).is_none()) {
                return None;
            }
        }
        one(self.range(words, facts, sum))
    }

    fn is_natural(&mut self, words: &mut Words<'_>, facts: &Facts, sum: &Polynomial) -> bool {
        let key = (Rc::as_ptr(facts), sum.clone());
        if let Some(known) = self.natural.get(&key) {
            return *known;
        }
        self.load(words, facts);
        let natural = words.space.natural(sum);
        self.natural.insert(key, natural);
        natural
    }

    /// What is equal if the places of two accesses are; None if they never are. Atoms of the reach `same` are the same
    /// for both.
    pub(super) fn equations(
        &mut self,
        words: &mut Words<'_>,
        (a, b): (&Spot, &Spot),
        same: Reach,
        sizes: &[Polynomial],
    ) -> Option<Vec<Equation>> {
        let mut work = vec![(a.place.clone(), b.place.clone())];
        let mut found = Vec::new();
        while let Some((p, q)) = work.pop() {
            if let (Some(p), Some(q)) = (p.known(), q.known()) {
                if p != q {
                    return None;
                }
                continue;
            }
            let room = found.len() + work.len() < MAX_EQUATIONS;
            let radices = if room { radices(words, (&p, &q), same, sizes) } else { Vec::new() };
            let split = radices.into_iter().find_map(|radix| {
                let (high, low) = self.split(words, &a.facts, &p, radix)?;
                let some = high != Polynomial::default();
                let (other, also) = self.split(words, &b.facts, &q, radix)?;
                (some || other != Polynomial::default()).then_some([(high, other), (low, also)])
            });
            if let Some(split) = split {
                work.extend(split);
                continue;
            }
            let fewer = without_common(words, &p, &q, same);
            if fewer != (p, q) {
                work.push(fewer);
                continue;
            }
            let (p, q) = fewer;
            let ((low, high), (from, to)) = (self.range(words, &a.facts, &p), self.range(words, &b.facts, &q));
            if high < from || to < low {
                return None;
            }
            found.push((p, q));
        }
        Some(found)
    }

    /// Quotient and rest by a radix, if it is shown that the rest is below it.
    fn split(
        &mut self,
        words: &mut Words<'_>,
        facts: &Facts,
        place: &Polynomial,
        (monomial, factor): (Monomial, i128),
    ) -> Option<Equation> {
        words.space.spend(1);
        let (quotient, rest) = place.split(&monomial, factor);
        if monomial == Monomial::ONE {
            // `14 × c` is `12 × c + 2 × c`.
            return [(quotient, rest), unevenly(place, factor)].into_iter().find_map(|(quotient, rest)| {
                let turns = self.turn(words, facts, &rest, factor)?;
                Some((quotient.shifted(turns), rest.shifted(-turns * factor)))
            });
        }
        let room = Polynomial::term(monomial, factor).minus(&rest)?.shifted(-1);
        (self.is_natural(words, facts, &rest) && self.is_natural(words, facts, &room)).then_some((quotient, rest))
    }
}

/// Quotient and rest of every term by a number.
fn unevenly(place: &Polynomial, factor: i128) -> Equation {
    let divided = |by: fn(i128, i128) -> i128| {
        let terms = place.terms().iter().map(|(monomial, k)| (*monomial, by(*k, factor)));
        Polynomial::of(terms.filter(|(_, k)| *k != 0).collect())
    };
    (divided(i128::div_euclid), divided(i128::rem_euclid))
}

/// What is left of both without what both have, and is the same for both lanes.
pub(super) fn without_common(words: &Words<'_>, p: &Polynomial, q: &Polynomial, same: Reach) -> Equation {
    let common = |monomial: &Monomial, other: &Polynomial, factor: i128| {
        *monomial != Monomial::ONE
            && other.coefficient(monomial) == factor
            && monomial.atoms().all(|atom| words.space.reach_of(atom) <= same)
    };
    let (_, left) = p.parted(|monomial| common(monomial, q, p.coefficient(monomial)));
    let (_, right) = q.parted(|monomial| common(monomial, p, q.coefficient(monomial)));
    (left, right)
}

/// What may be a radix of two places: numbers first, then products of sizes.
fn radices(
    words: &Words<'_>,
    (p, q): (&Polynomial, &Polynomial),
    same: Reach,
    sizes: &[Polynomial],
) -> Vec<(Monomial, i128)> {
    let terms = || p.varying().iter().chain(q.varying());
    let mut numbers: Vec<i128> = Vec::new();
    for side in [p.varying(), q.varying()] {
        for (_, least) in terms() {
            let of = |terms: &mut dyn Iterator<Item = &(Monomial, i128)>| {
                terms.filter(|(_, factor)| factor.abs() >= least.abs()).fold(0, |a, (_, b)| common_divisor(a, *b))
            };
            numbers.push(of(&mut side.iter()));
            numbers.push(of(&mut terms()));
        }
    }
    let mut products: Vec<(Monomial, i128)> = Vec::new();
    for size in sizes {
        match size.terms() {
            [(Monomial::ONE, number)] => numbers.push(*number),
            [(monomial, factor)] => products.push((*monomial, *factor)),
            _ => {}
        }
    }
    numbers.retain(|number| *number > 1);
    numbers.sort_unstable();
    numbers.dedup();
    for (monomial, _) in terms() {
        let part = monomial.part(|atom| words.space.reach_of(atom) <= same);
        if part == Monomial::ONE {
            continue;
        }
        for product in part.atoms().map(Monomial::atom).chain([part]) {
            let with = terms().filter(|(monomial, _)| monomial.without(&product).is_some());
            let common = with.fold(0, |a, (_, b)| common_divisor(a, *b));
            products.extend([(product, 1), (product, common)]);
        }
    }
    products.sort_by_key(|(monomial, factor)| (monomial.degree(), *monomial, *factor));
    products.dedup();
    let numbers = numbers.into_iter().take(MAX_RADICES).map(|number| (Monomial::ONE, number));
    numbers.chain(products.into_iter().take(MAX_RADICES)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Kernel;

    /// What one access knows is nothing that another one knows.
    #[test]
    fn each_access_has_its_own_facts() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let x = words.space.atom((0, 1 << 20), Reach::Lane);
        let below = |most| Rc::new(Vec::from_iter(Polynomial::number(most).minus(&x)));
        let (few, many) = (below(7), below(8));
        let mut digits = Digits::default();
        assert_eq!(digits.turn(&mut words, &few, &x, 8), Some(0));
        assert_eq!(digits.turn(&mut words, &many, &x, 8), None);
        assert_eq!(digits.range(&mut words, &few, &x), (0, 7));
        assert_eq!(digits.turn(&mut words, &Rc::new(Vec::new()), &x, 8), None);
        assert_eq!(digits.turn(&mut words, &few, &x.clone().shifted(8), 8), Some(1));
        assert_eq!(digits.turn(&mut words, &many, &x.scaled(-1).unwrap(), 16), None);
        digits.unload(&mut words);
        assert_eq!(words.space.rough(&x), (0, 1 << 20));
    }
}
