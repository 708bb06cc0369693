//! What is known of integers: each atom lies in a range, and some polynomials, the *facts*, are at least 0. Whether
//! another one is as well is searched for: if `f >= 0` and `m` is a product of atoms that are never negative, then
//! `q × sum - k × m × f = rest` says that `q × sum >= rest`. With the right multiples the sum's leading product is not in
//! the rest. Every step is an exact identity, so what is found is true; what is not found within the budget is unknown.
//!
//! An atom may be *replaced*: where `x = q × d + r`, the digits stand for `x`. Facts and replacements end with their
//! scope.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::polynomial::{Atom, Monomial, Polynomial};

/// From the least to the greatest value, both included.
pub(super) type Range = (i128, i128);

/// Every word.
pub(super) const WORD: Range = (0, u32::MAX as i128);

/// A search: how many facts may be used one upon another, and how many sums are looked at. Short proofs come first.
const SEARCHES: [(u32, u32); 5] = [(1, 24), (2, 64), (4, 192), (6, 384), (10, 1536)];
/// How many products beside the leading one are taken away where that one is not enough.
const MORE_PRODUCTS: usize = 2;
/// How many of them are made where much is asked that is not so.
const SHORT: usize = 3;

/// No sum of words is larger than this.
const HUGE: i128 = 1 << 100;
/// How many facts about one atom are tried where each is looked at by itself.
const MAX_TRIED: usize = 64;

/// Over which lanes an atom is the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Over all of the dispatch.
    Dispatch,
    /// Over a group.
    Group,
    /// Over a group in one trip of its loops.
    Trip,
    /// Each lane has its own.
    Lane,
}

/// An atom.
struct Known {
    range: Range,
    reach: Reach,
    replaced: Option<Polynomial>,
}

/// An atom that is replaced: how many facts there were, and what the changed ones were.
type Replacement = (Atom, usize, Vec<(usize, Polynomial)>);

/// Atoms and facts at one point of a walk.
pub(super) struct Space {
    atoms: Vec<Known>,
    facts: Vec<Polynomial>,
    /// For each atom the facts that it occurs in.
    of_atom: Vec<Vec<u32>>,
    /// Replacements, in the order in which they were made, with the facts as they were.
    replacements: Vec<Replacement>,
    /// Atoms that facts have narrowed, in order, with the ranges as they were.
    narrowed: Vec<(Atom, Range)>,
    /// What some atoms are called.
    pub(super) names: BTreeMap<Atom, String>,
    /// How many products beside the leading one the search at hand takes away.
    more: usize,
    /// How many sums have been looked at, in all.
    pub(super) spent: u64,
    /// How many may be.
    pub(super) budget: u64,
}

/// The beginning of a scope.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    facts: usize,
    replacements: usize,
    narrowed: usize,
}

impl Space {
    pub(super) fn new(budget: u64) -> Space {
        let none = Known { range: (0, 0), reach: Reach::Dispatch, replaced: None };
        Space {
            atoms: vec![none],
            facts: Vec::new(),
            of_atom: vec![Vec::new()],
            replacements: Vec::new(),
            narrowed: Vec::new(),
            names: BTreeMap::new(),
            more: 0,
            spent: 0,
            budget,
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { facts: self.facts.len(), replacements: self.replacements.len(), narrowed: self.narrowed.len() }
    }

    /// Forgets what has been learnt since.
    pub(super) fn restore(&mut self, mark: Mark) {
        while self.replacements.len() > mark.replacements {
            let Some((atom, facts, before)) = self.replacements.pop() else { break };
            self.drop_facts(facts.max(mark.facts));
            for (number, fact) in before {
                if number < mark.facts {
                    self.set_fact(number, fact);
                }
            }
            if let Some(known) = self.atoms.get_mut(atom as usize) {
                known.replaced = None;
            }
        }
        self.drop_facts(mark.facts);
        while self.narrowed.len() > mark.narrowed {
            let Some((atom, range)) = self.narrowed.pop() else { break };
            if let Some(known) = self.atoms.get_mut(atom as usize) {
                known.range = range;
            }
        }
    }

    fn drop_facts(&mut self, keep: usize) {
        while self.facts.len() > keep {
            let number = self.facts.len() as u32 - 1;
            for atom in self.facts.pop().iter().flat_map(Polynomial::atoms) {
                if let Some(list) = self.of_atom.get_mut(atom as usize) {
                    list.retain(|fact| *fact != number);
                }
            }
        }
    }

    fn set_fact(&mut self, number: usize, fact: Polynomial) {
        let Some(slot) = self.facts.get_mut(number) else { return };
        let before = std::mem::replace(slot, fact);
        for atom in before.atoms() {
            if let Some(list) = self.of_atom.get_mut(atom as usize) {
                list.retain(|other| *other as usize != number);
            }
        }
        self.list(number);
    }

    fn list(&mut self, number: usize) {
        let Some(fact) = self.facts.get(number) else { return };
        let of_atom = &mut self.of_atom;
        for atom in fact.atoms() {
            if let Some(list) = of_atom.get_mut(atom as usize)
                && list.last() != Some(&(number as u32))
            {
                list.push(number as u32);
            }
        }
    }

    /// What has been learnt since.
    pub(super) fn since(&self, mark: Mark) -> Vec<Polynomial> {
        self.facts.get(mark.facts..).map(<[Polynomial]>::to_vec).unwrap_or_default()
    }

    /// A new atom in a range.
    pub(super) fn atom(&mut self, range: Range, reach: Reach) -> Polynomial {
        Polynomial::atom(self.new_atom(range, reach))
    }

    /// The same, as an atom.
    pub(super) fn new_atom(&mut self, range: Range, reach: Reach) -> Atom {
        self.atoms.push(Known { range, reach, replaced: None });
        self.of_atom.push(Vec::new());
        self.atoms.len() as Atom - 1
    }

    pub(super) fn range_of(&self, atom: Atom) -> Range {
        self.atoms.get(atom as usize).map_or(WORD, |known| known.range)
    }

    pub(super) fn reach_of(&self, atom: Atom) -> Reach {
        self.atoms.get(atom as usize).map_or(Reach::Lane, |known| known.reach)
    }

    /// Over which lanes a polynomial is the same value.
    pub(super) fn reach(&self, sum: &Polynomial) -> Reach {
        sum.atoms().map(|atom| self.reach_of(atom)).max().unwrap_or(Reach::Dispatch)
    }

    /// The same with what atoms are replaced by.
    pub(super) fn normal(&self, sum: Polynomial) -> Polynomial {
        let mut sum = sum;
        // Each replacement is by atoms that are newer or basic, so this ends; the bound is for safety alone.
        for _ in 0..64 {
            let found = sum.atoms().find_map(|atom| {
                let known = self.atoms.get(atom as usize)?;
                known.replaced.as_ref().map(|by| (atom, by.clone()))
            });
            let Some((atom, by)) = found else { return sum };
            match sum.replaced(atom, &by) {
                Some(replaced) => sum = replaced,
                None => return sum,
            }
        }
        sum
    }

    /// The facts about some atoms, and about those that these facts are about, the nearest first, in their order. What is
    /// the same for all lanes of a dispatch is asked last.
    pub(super) fn around(&self, atoms: Vec<Atom>, most: usize) -> Vec<Polynomial> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let (mut near, mut far) = (VecDeque::from(atoms), VecDeque::new());
        while let Some(atom) = near.pop_front().or_else(|| far.pop_front()) {
            if !seen.insert(atom) {
                continue;
            }
            for number in self.of_atom.get(atom as usize).into_iter().flatten().rev().take(MAX_TRIED) {
                if found.len() == most {
                    break;
                }
                if !found.insert(*number) {
                    continue;
                }
                for other in self.facts.get(*number as usize).into_iter().flat_map(Polynomial::atoms) {
                    let queue = if self.reach_of(other) > Reach::Dispatch { &mut near } else { &mut far };
                    queue.push_back(other);
                }
            }
        }
        found.into_iter().filter_map(|number| self.facts.get(number as usize).cloned()).collect()
    }

    /// Replaces an atom by what it is equal to until the scope ends. False if a fact would grow too large.
    pub(super) fn replace(&mut self, atom: Atom, by: &Polynomial) -> bool {
        let facts: Vec<usize> = self
            .of_atom
            .get(atom as usize)
            .map(|facts| facts.iter().map(|fact| *fact as usize).collect())
            .unwrap_or_default();
        let mut changed = Vec::new();
        for number in facts {
            let Some(fact) = self.facts.get(number) else { continue };
            let Some(new) = fact.replaced(atom, by) else { return false };
            changed.push((number, new));
        }
        let before: Vec<(usize, Polynomial)> =
            changed.iter().filter_map(|(number, _)| Some((*number, self.facts.get(*number)?.clone()))).collect();
        self.replacements.push((atom, self.facts.len(), before));
        for (number, fact) in changed {
            self.set_fact(number, fact);
        }
        let range = self.range_of(atom);
        if let Some(known) = self.atoms.get_mut(atom as usize) {
            known.replaced = Some(by.clone());
        }
        self.learn(Some(by.clone().shifted(-range.0)));
        self.learn(by.scaled(-1).map(|sum| sum.shifted(range.1)));
        true
    }

    /// Learns that a sum is at least 0.
    pub(super) fn learn(&mut self, sum: Option<Polynomial>) {
        let Some(sum) = sum else { return };
        let sum = self.normal(sum);
        if sum.varying().is_empty() && sum.constant() >= 0 {
            return;
        }
        let about = sum.atoms().next().and_then(|atom| self.of_atom.get(atom as usize));
        let first = about.map(Vec::as_slice).unwrap_or_default().iter();
        if first.rev().take(MAX_TRIED).any(|fact| self.facts.get(*fact as usize) == Some(&sum)) {
            return;
        }
        self.narrow(&sum);
        self.facts.push(sum);
        self.list(self.facts.len() - 1);
    }

    /// Narrows the ranges of the atoms of a fact to what the other products leave them.
    fn narrow(&mut self, fact: &Polynomial) {
        let most = self.most(fact);
        if !(0..HUGE).contains(&most) {
            return;
        }
        for (monomial, factor) in fact.varying() {
            let Some(atom) = monomial.atoms().next().filter(|_| monomial.degree() == 1) else { continue };
            let (low, high) = self.range_of(atom);
            // The others come to no more than `most` without this one, and all come to no less than 0.
            let room = most / factor.abs();
            let range = if *factor < 0 { (low, high.min(low + room)) } else { (low.max(high - room), high) };
            if range != (low, high) {
                self.narrowed.push((atom, (low, high)));
                if let Some(known) = self.atoms.get_mut(atom as usize) {
                    known.range = range;
                }
            }
        }
    }

    /// Learns that two are equal.
    pub(super) fn equal(&mut self, a: &Polynomial, b: &Polynomial) {
        self.learn(a.minus(b));
        self.learn(b.minus(a));
    }

    /// Whether what has been learnt contradicts itself on its face, so that no lane comes here. An atom that is held at
    /// the end of its range is put into the facts that it is in.
    pub(super) fn impossible(&self, mark: Mark) -> bool {
        self.facts.iter().skip(mark.facts).any(|fact| self.most(fact) < 0 || self.pinned(fact))
    }

    fn pinned(&self, fact: &Polynomial) -> bool {
        let [(monomial, -1)] = fact.varying() else { return false };
        let Some(atom) = monomial.atoms().next().filter(|_| monomial.degree() == 1) else { return false };
        fact.constant() == self.range_of(atom).0 && self.never(atom, fact.constant())
    }

    /// Whether an atom provably never has a value.
    fn never(&self, atom: Atom, value: i128) -> bool {
        let by = Polynomial::number(value);
        let facts = self.of_atom.get(atom as usize).into_iter().flatten();
        let mut facts = facts.filter_map(|fact| self.facts.get(*fact as usize)).take(MAX_TRIED);
        facts.any(|fact| fact.replaced(atom, &by).is_some_and(|fact| self.most(&fact) < 0))
    }

    /// Whether a sum that is at least 0 is at least 1.
    pub(super) fn positive(&mut self, sum: &Polynomial) -> bool {
        let one = self.normal(sum.clone()).single();
        one.is_some_and(|atom| self.range_of(atom).0 == 0 && self.never(atom, 0))
            || self.natural(&sum.clone().shifted(-1))
    }

    /// The factors whose product with `by` is known to be above `x`.
    pub(super) fn below_multiple(&self, x: &Polynomial, by: &Polynomial) -> Vec<Polynomial> {
        let [(monomial, factor)] = by.terms() else { return Vec::new() };
        let Some(atom) = x.atoms().next().filter(|_| *factor > 0) else { return Vec::new() };
        let facts =
            self.of_atom.get(atom as usize).into_iter().flatten().filter_map(|fact| self.facts.get(*fact as usize));
        let found = facts.take(MAX_TRIED).filter_map(|fact| {
            let (quotient, rest) = fact.plus(x)?.shifted(1).split(monomial, *factor);
            (rest == Polynomial::default()).then_some(quotient)
        });
        found.collect()
    }

    /// The atoms that facts about a sum's atoms are about as well.
    pub(super) fn near(&self, sum: &Polynomial) -> Vec<Atom> {
        let facts = sum.atoms().filter_map(|atom| self.of_atom.get(atom as usize)).flatten();
        let facts = facts.filter_map(|fact| self.facts.get(*fact as usize)).take(MAX_TRIED);
        let mut found: Vec<Atom> = facts.flat_map(Polynomial::atoms).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found
    }

    /// A sum in words.
    pub(super) fn show(&self, sum: &Polynomial) -> String {
        let mut text = String::new();
        for (monomial, factor) in sum.terms() {
            let sign = match (text.is_empty(), *factor < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            let mut factors: Vec<String> = monomial.atoms().map(|atom| self.name(atom)).collect();
            if factor.abs() != 1 || factors.is_empty() {
                factors.insert(0, factor.abs().to_string());
            }
            text += sign;
            text += &factors.join(" × ");
        }
        if text.is_empty() { "0".into() } else { text }
    }

    fn name(&self, atom: Atom) -> String {
        match self.names.get(&atom) {
            Some(name) => name.clone(),
            None => format!("a{atom}"),
        }
    }

    /// The facts about the atoms of a sum, in words.
    pub(super) fn about(&self, sum: &Polynomial) -> Vec<String> {
        let mut numbers: Vec<u32> =
            sum.atoms().filter_map(|atom| self.of_atom.get(atom as usize)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let facts = numbers.iter().rev().take(32).filter_map(|fact| self.facts.get(*fact as usize));
        let ranges = sum.atoms().map(|atom| {
            let (low, high) = self.range_of(atom);
            format!("{low} <= {} <= {high}", self.name(atom))
        });
        facts.map(|fact| format!("{} >= 0", self.show(fact))).chain(ranges).collect()
    }

    /// Whether a sum is at least 0, whatever the atoms are.
    pub(super) fn natural(&mut self, sum: &Polynomial) -> bool {
        let sum = self.normal(sum.clone());
        if self.search(&sum, 0, SEARCHES.len()) >= 0 {
            return true;
        }
        if let Some(sum) = self.without_pinned(&sum)
            && self.search(&sum, 0, SEARCHES.len()) >= 0
        {
            return true;
        }
        self.more = MORE_PRODUCTS;
        let found = self.search(&sum, 0, SHORT + 1) >= 0;
        self.more = 0;
        found
    }

    /// The same, with a shorter search.
    pub(super) fn soon_natural(&mut self, sum: &Polynomial) -> bool {
        let sum = self.normal(sum.clone());
        self.search(&sum, 0, 2) >= 0
    }

    /// Whether `low <= sum <= high`, by a shorter search.
    pub(super) fn within(&mut self, sum: &Polynomial, (low, high): Range) -> bool {
        let sum = self.normal(sum.clone());
        let below = sum.scaled(-1).map(|sum| sum.shifted(high));
        self.search(&sum.shifted(-low), 0, SHORT) >= 0 && below.is_some_and(|below| self.search(&below, 0, SHORT) >= 0)
    }

    /// The range of a sum, by a short search.
    pub(super) fn range(&mut self, sum: &Polynomial) -> Range {
        let (low, high) = self.bounds(sum);
        // Facts that contradict each other are of code that is never reached; any range will do.
        (low.min(high), low.max(high))
    }

    /// What a sum is never below and never above; the first is above the second where the facts contradict each other.
    pub(super) fn bounds(&mut self, sum: &Polynomial) -> Range {
        if let Some(known) = sum.known() {
            return (known, known);
        }
        let sum = self.normal(sum.clone());
        let low = self.search(&sum, i128::MAX, 2);
        let high = match sum.scaled(-1) {
            Some(turned) => self.search(&turned, i128::MAX, 2).checked_neg().unwrap_or(i128::MAX),
            None => i128::MAX,
        };
        (low, high)
    }

    /// The range of a sum by those of its atoms alone.
    pub(super) fn rough(&self, sum: &Polynomial) -> Range {
        (self.least_by_ranges(sum), self.most(sum))
    }

    fn most(&self, sum: &Polynomial) -> i128 {
        sum.scaled(-1).map_or(i128::MAX, |turned| self.least_by_ranges(&turned).checked_neg().unwrap_or(i128::MAX))
    }

    /// None where a bound has more than 128 bits.
    fn product(&self, monomial: &Monomial) -> Option<Range> {
        monomial.atoms().try_fold((1i128, 1i128), |(low, high), atom| {
            let (a, b) = self.range_of(atom);
            let ends = [low.checked_mul(a)?, low.checked_mul(b)?, high.checked_mul(a)?, high.checked_mul(b)?];
            Some((ends.into_iter().min()?, ends.into_iter().max()?))
        })
    }

    fn end(&self, monomial: &Monomial, coefficient: i128) -> Option<i128> {
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
            let mut effort = Effort { left: *sums, cut_short: false };
            best = best.max(self.least(sum, enough, *depth, &mut effort));
            self.spent += u64::from(sums - effort.left) + 1;
            if best >= enough || !effort.cut_short || self.spent > self.budget {
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
    fn rests(
        &self,
        sum: &Polynomial,
        (product, coefficient): (Monomial, i128),
        whole: bool,
        rests: &mut Vec<(usize, i128, Polynomial)>,
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
        self.rests(sum, (leading, coefficient), false, &mut rests);
        // Of the products after it only whole multiples of facts are taken away.
        for (monomial, factor) in sum.varying().iter().skip(1).take(self.more) {
            self.rests(sum, (*monomial, *factor), true, &mut rests);
        }
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

/// Two numbers above 0 divided by what they have in common.
pub(super) fn reduced(a: i128, b: i128) -> (i128, i128) {
    let common = common_divisor(a, b).max(1);
    (a / common, b / common)
}

pub(super) fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut x, mut y) = (a.abs(), b.abs());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}

/// The quotient rounded up; `b` is above 0.
fn ceiling(a: i128, b: i128) -> i128 {
    a.div_euclid(b).saturating_add(i128::from(a.rem_euclid(b) != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Extents `m` and `n`, and coordinates below them.
    fn grid() -> (Space, [Polynomial; 4]) {
        let mut space = Space::new(1 << 20);
        let extent = (0, 1 << 25);
        let m = space.atom(extent, Reach::Dispatch);
        let n = space.atom(extent, Reach::Dispatch);
        let r = space.atom(WORD, Reach::Lane);
        let c = space.atom(WORD, Reach::Lane);
        space.learn(m.minus(&r).map(|sum| sum.shifted(-1)));
        space.learn(n.minus(&c).map(|sum| sum.shifted(-1)));
        (space, [m, n, r, c])
    }

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
    fn facts_and_replacements_end_with_their_scope() {
        let (mut space, [m, _, r, _]) = grid();
        let mark = space.mark();
        let below = Polynomial::number(8).minus(&r).unwrap();
        space.learn(Polynomial::number(9).minus(&m));
        assert!(space.natural(&below));
        let (q, d) = (space.atom(WORD, Reach::Lane), space.atom((0, 3), Reach::Lane));
        let digits = q.scaled(4).unwrap().plus(&d).unwrap();
        assert!(space.replace(r.single().unwrap(), &digits));
        assert_eq!(space.normal(r.clone()), digits);
        assert!(space.natural(&below), "the facts of what is replaced go along");
        assert!(space.natural(&Polynomial::number(2).minus(&q).unwrap()));
        space.restore(mark);
        assert_eq!(space.normal(r.clone()), r);
        assert!(!space.natural(&below));
        assert!(space.natural(&m.minus(&r).unwrap().shifted(-1)));
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
