//! What is known of integers: each atom lies in a range, and some polynomials, the *facts*, are at least 0. Whether
//! another one is as well is searched for (`search`).
//!
//! An atom may be *replaced*: where `x = q × d + r`, the digits stand for `x`. Facts and replacements end with their
//! scope.

mod best;
mod models;
mod narrow;
mod search;

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    hash::{BuildHasher, Hash},
};

use foldhash::fast::FixedState;

use self::models::Models;
use super::{
    Table,
    polynomial::{Atom, Polynomial},
};

/// From the least to the greatest value, both included.
pub(super) type Range = (i128, i128);

/// Every word.
pub(super) const WORD: Range = (0, u32::MAX as i128);

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
    pub(super) facts: Vec<Polynomial>,
    /// For each atom the facts that it occurs in.
    pub(super) of_atom: Vec<Vec<u32>>,
    /// Replacements, in the order in which they were made, with the facts as they were.
    replacements: Vec<Replacement>,
    /// Atoms that facts have narrowed, in order, with the ranges as they were.
    narrowed: Vec<(Atom, Range)>,
    /// What some atoms are called.
    pub(super) names: BTreeMap<Atom, String>,
    models: Models,
    /// A fact that is no fact: no lane comes here, and of none is anything not so.
    absurd: Option<usize>,
    /// All that is known, as one number: the same one wherever the same was learnt in the same order.
    known: u128,
    /// Sums that were searched for in vain, and where.
    vain: Table<(u128, Polynomial), ()>,
    /// How many steps were taken, in all.
    spent: Cell<u64>,
    /// How many may be.
    budget: u64,
}

/// The beginning of a scope.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    facts: usize,
    replacements: usize,
    narrowed: usize,
    known: u128,
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
            models: Models::new(),
            absurd: None,
            known: 0,
            vain: Table::default(),
            spent: Cell::new(0),
            budget,
        }
    }

    /// Takes some steps. A step is about as much as to look at a fact.
    pub(super) fn spend(&self, steps: usize) {
        self.spent.set(self.spent.get().saturating_add(steps as u64));
    }

    /// How many steps were taken, in all.
    pub(super) fn spent(&self) -> u64 {
        self.spent.get()
    }

    /// Whether more steps were taken than may be: then nothing more is shown.
    pub(super) fn exhausted(&self) -> bool {
        self.spent.get() > self.budget
    }

    /// All that is known, as one number: the same one wherever the same was learnt in the same order.
    pub(super) fn known(&self) -> u128 {
        self.known
    }

    /// Whether something is known that cannot be.
    pub(super) fn is_absurd(&self) -> bool {
        self.absurd.is_some()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            facts: self.facts.len(),
            replacements: self.replacements.len(),
            narrowed: self.narrowed.len(),
            known: self.known,
        }
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
            let by = self.atoms.get_mut(atom as usize).and_then(|known| known.replaced.take());
            by.into_iter().for_each(|by| self.restore_in_models(atom, &by));
        }
        self.drop_facts(mark.facts);
        while self.narrowed.len() > mark.narrowed {
            let Some((atom, range)) = self.narrowed.pop() else { break };
            if let Some(known) = self.atoms.get_mut(atom as usize) {
                known.range = range;
            }
        }
        self.models.forget((self.facts.len(), self.replacements.len()));
        self.known = mark.known;
    }

    /// Something is known from here on, until the scope ends.
    fn also_known(&mut self, what: &(impl Hash + ?Sized)) {
        let hash = |seed: u64| FixedState::with_seed(seed).hash_one((self.known, what));
        self.known = u128::from(hash(1)) << 64 | u128::from(hash(2));
    }

    fn drop_facts(&mut self, keep: usize) {
        self.absurd = self.absurd.filter(|absurd| *absurd < keep);
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
        self.models.add(range);
        self.atoms.len() as Atom - 1
    }

    pub(super) fn range_of(&self, atom: Atom) -> Range {
        self.atoms.get(atom as usize).map_or(WORD, |known| known.range)
    }

    pub(super) fn reach_of(&self, atom: Atom) -> Reach {
        self.atoms.get(atom as usize).map_or(Reach::Lane, |known| known.reach)
    }

    fn replaced(&self, atom: Atom) -> Option<&Polynomial> {
        self.atoms.get(atom as usize).and_then(|known| known.replaced.as_ref())
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
            let found = sum.atoms().find_map(|atom| self.replaced(atom).map(|by| (atom, by)));
            let Some((atom, by)) = found else { return sum };
            self.spend(2 + sum.terms().len());
            match sum.replaced(atom, by) {
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
        self.also_known(&(atom, by));
        let known = (self.facts.len(), self.replacements.len() - 1);
        let mut numbers = Vec::new();
        for (number, fact) in changed {
            self.set_fact(number, fact);
            numbers.push(number as u32);
        }
        let range = self.range_of(atom);
        if let Some(known) = self.atoms.get_mut(atom as usize) {
            known.replaced = Some(by.clone());
        }
        numbers.into_iter().for_each(|number| self.judge_models(number, known));
        self.learn(Some(by.clone().shifted(-range.0)));
        self.learn(by.scaled(-1).map(|sum| sum.shifted(range.1)));
        true
    }

    /// Learns that a sum is at least 0.
    pub(super) fn learn(&mut self, sum: Option<Polynomial>) {
        let Some(sum) = sum else { return };
        self.spend(4);
        let sum = self.normal(sum).tightened();
        if sum.varying().is_empty() && sum.constant() >= 0 {
            return;
        }
        let about = sum.atoms().next().and_then(|atom| self.of_atom.get(atom as usize));
        let first = about.map(Vec::as_slice).unwrap_or_default().iter();
        if first.rev().take(MAX_TRIED).any(|fact| self.facts.get(*fact as usize) == Some(&sum)) {
            return;
        }
        self.narrow(&sum);
        self.also_known(&sum);
        if sum.varying().is_empty() && self.absurd.is_none() {
            self.absurd = Some(self.facts.len());
        }
        self.facts.push(sum);
        let number = self.facts.len() - 1;
        self.list(number);
        self.judge_models(number as u32, (number, self.replacements.len()));
    }

    /// Learns that two are equal.
    pub(super) fn equal(&mut self, a: &Polynomial, b: &Polynomial) {
        self.learn(a.minus(b));
        self.learn(b.minus(a));
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

#[cfg(test)]
mod tests;
