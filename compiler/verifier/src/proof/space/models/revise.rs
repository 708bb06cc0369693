//! Models made of others: numbers are changed one by one until all facts are kept again, and one more that is asked for.

use super::{MODELS, Space};
use crate::proof::polynomial::{Atom, Monomial, Polynomial};

/// How many numbers are changed to make a model.
const MAX_MOVES: u32 = 64;
/// How many atoms of a fact are looked at, and how many where one alone is to change.
const MAX_ATOMS: usize = 8;
const MAX_MENDED: usize = 4;
/// How many where a fact has ended the last model.
const MAX_FEW: u32 = 16;
/// From how many models another is looked for.
const MAX_BASES: usize = 4;
/// Atoms with more facts are not changed.
const MAX_FACTS: usize = 96;

/// A model that is changed.
struct Revision {
    model: usize,
    /// The facts that it does not keep.
    broken: Vec<u32>,
    /// What was before.
    undo: Vec<(Atom, i64)>,
}

/// A number that an atom may get. The best is the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    broken: usize,
    /// Of equals any.
    tie: u64,
    atom: Atom,
    number: i64,
}

impl Space {
    /// Looks for a model in which a sum is below 0.
    pub(in crate::proof::space) fn refute(&mut self, sum: &Polynomial) -> bool {
        let Some(goal) = sum.scaled(-1).map(|turned| turned.shifted(-1)) else { return false };
        self.spend(self.facts.len());
        let bases = (0..MODELS).filter_map(|model| Some((self.broken(model).len(), self.at(model, sum)?, model)));
        let mut bases: Vec<(usize, i128, usize)> = bases.collect();
        bases.sort_unstable();
        // Where none lives there may be none.
        let most = if bases.first().is_some_and(|(broken, ..)| *broken > 0) { 1 } else { MAX_BASES };
        bases.into_iter().take(most).any(|(.., model)| self.revise(model, &goal, MAX_MOVES))
    }

    /// Makes models that have ended into others that live.
    pub(in crate::proof) fn renew_models(&mut self) {
        for model in (0..MODELS).filter(|model| !self.models.lives(*model)).collect::<Vec<_>>() {
            self.revise(model, &Polynomial::default(), MAX_MOVES);
        }
    }

    /// Makes the last model that has ended into another one, if that is near.
    pub(super) fn renew(&mut self, model: usize) {
        self.revise(model, &Polynomial::default(), MAX_FEW);
    }

    fn broken(&self, model: usize) -> Vec<u32> {
        if self.models.lives(model) {
            return Vec::new();
        }
        (0..self.facts.len() as u32).filter(|fact| !self.keeps_fact(model, *fact)).collect()
    }

    fn about_atom(&self, atom: Atom) -> &[u32] {
        self.of_atom.get(atom as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Changes the number of one atom so that a fact is kept, and all others about that atom.
    pub(super) fn mend(&mut self, model: usize, fact: u32) -> bool {
        let Some(sum) = self.facts.get(fact as usize) else { return false };
        let sum = sum.clone();
        for atom in some_atoms(&sum, MAX_MENDED) {
            let Some((old, new)) = self.moved(model, &sum, atom) else { continue };
            self.models.set(model, atom, new);
            self.spend(self.about_atom(atom).len());
            if self.about_atom(atom).iter().all(|fact| self.keeps_fact(model, *fact)) {
                return true;
            }
            self.models.set(model, atom, old);
        }
        false
    }

    /// Changes a model until it keeps all facts, and a sum is at least 0. Where that is not found it stays as it is.
    fn revise(&mut self, model: usize, goal: &Polynomial, moves: u32) -> bool {
        let mut revision = Revision { model, broken: self.broken(model), undo: Vec::new() };
        for _ in 0..moves {
            if self.exhausted() {
                break;
            }
            let reached = self.keeps(model, goal);
            if reached && revision.broken.is_empty() {
                self.models.forget_end(model);
                return true;
            }
            if !self.step(&mut revision, goal, reached) {
                break;
            }
        }
        while let Some((atom, number)) = revision.undo.pop() {
            self.models.set(model, atom, number);
        }
        false
    }

    /// Changes one number for something that is not so yet; false if there is none.
    fn step(&mut self, revision: &mut Revision, goal: &Polynomial, reached: bool) -> bool {
        let model = revision.model;
        let count = revision.broken.len() + usize::from(!reached);
        let picked = revision.broken.get(self.models.random(count as u64) as usize);
        let sum = picked.and_then(|fact| self.facts.get(*fact as usize)).unwrap_or(goal).clone();
        let last = revision.undo.last().map(|(atom, _)| *atom);
        let mut best: Option<Move> = None;
        for atom in some_atoms(&sum, MAX_ATOMS).into_iter().filter(|atom| Some(*atom) != last) {
            let Some((old, number)) = self.moved(model, &sum, atom) else { continue };
            self.models.set(model, atom, number);
            self.spend(self.about_atom(atom).len());
            let about = self.about_atom(atom);
            let others = revision.broken.iter().filter(|fact| !about.contains(fact)).count();
            let here = about.iter().filter(|fact| !self.keeps_fact(model, **fact)).count();
            let broken = others + here + usize::from(!self.keeps(model, goal));
            self.models.set(model, atom, old);
            let found = Move { broken, tie: self.models.random(4), atom, number };
            best = Some(best.map_or(found, |best| best.min(found)));
        }
        let Some(Move { atom, number, .. }) = best else { return false };
        let Some(old) = self.models.number(model, atom) else { return false };
        revision.undo.push((atom, old));
        self.models.set(model, atom, number);
        let about = self.about_atom(atom);
        revision.broken.retain(|fact| !about.contains(fact));
        revision.broken.extend(about.iter().filter(|fact| !self.keeps_fact(model, **fact)));
        true
    }

    /// The number of an atom in a model, and the nearest to it at which a sum is at least 0, or the last one towards it.
    fn moved(&self, model: usize, sum: &Polynomial, atom: Atom) -> Option<(i64, i64)> {
        if self.about_atom(atom).len() > MAX_FACTS || self.replaced(atom).is_some() {
            return None;
        }
        let (old, value) = (self.models.number(model, atom)?, self.at(model, sum)?);
        let slope = sum.varying().iter().try_fold(0i128, |slope, (monomial, factor)| {
            let Some(others) = monomial.without(&Monomial::atom(atom)) else { return Some(slope) };
            let linear = (!others.has(atom)).then(|| Polynomial::term(others, *factor))?;
            slope.checked_add(self.at(model, &linear)?)
        })?;
        let away = value.checked_neg()?;
        let steps = match slope {
            0 => return None,
            1.. => super::super::search::ceiling(away, slope),
            _ => -super::super::search::ceiling(away, slope.checked_neg()?),
        };
        let (low, high) = self.range_of(atom);
        let new = i64::try_from(i128::from(old).checked_add(steps)?.max(low).min(high)).ok()?;
        (new != old).then_some((old, new))
    }
}

/// The newest atoms of a sum.
fn some_atoms(sum: &Polynomial, most: usize) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = sum.atoms().collect();
    atoms.sort_unstable_by(|a, b| b.cmp(a));
    atoms.dedup();
    atoms.truncate(most);
    atoms
}
