//! Where an access leads, and what is known there: enough to judge later, beside another access, whether two lanes can
//! come to one place.

use std::rc::Rc;

use super::{
    polynomial::{Atom, Polynomial},
    space::Space,
    words::Words,
};

/// The most facts that are kept of an access.
const MAX_FACTS: usize = 80;
/// How often atoms are looked at that have only one number.
const MAX_ROUNDS: u32 = 3;

/// What two lanes must differ in: the lane, or the group.
pub(super) type Targets = Vec<Polynomial>;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The exact index.
    pub(super) place: Polynomial,
    /// The targets of the lane that comes here.
    pub(super) targets: Targets,
    /// What is at least 0 where the access stands.
    pub(super) facts: Rc<Vec<Polynomial>>,
}

impl Spot {
    /// The place of an exact index, where the walk stands; None if no lane comes there.
    pub(super) fn of(words: &mut Words<'_>, index: &Polynomial, targets: &Targets) -> Option<Spot> {
        let space = &mut words.space;
        let place = space.normal(index.clone());
        let targets: Targets = targets.iter().map(|target| space.normal(target.clone())).collect();
        let atoms: Vec<Atom> = place.atoms().chain(targets.iter().flat_map(Polynomial::atoms)).collect();
        let facts = space.around(atoms, MAX_FACTS);
        Spot { place, targets, facts: Rc::new(facts) }.pinned(space)
    }

    /// The same with the numbers of atoms that can have only one. One shows another.
    fn pinned(mut self, space: &mut Space) -> Option<Spot> {
        let mark = space.mark();
        let mut reached = true;
        let mut open: Vec<Atom> = self.place.atoms().chain(self.targets.iter().flat_map(Polynomial::atoms)).collect();
        open.sort_unstable();
        open.dedup();
        for _ in 0..MAX_ROUNDS {
            let before = open.len();
            open.retain(|atom| {
                let one = Polynomial::atom(*atom);
                if space.seen(&one).is_some_and(|(least, most)| least < most) {
                    return true;
                }
                let (low, high) = space.bounds(&one);
                reached &= low <= high;
                if low == high {
                    let number = Polynomial::number(low);
                    space.replace(*atom, &number);
                    // The facts still say so.
                    let pinned = self.replaced(*atom, &number);
                    (self.place, self.targets) = (pinned.place, pinned.targets);
                }
                low != high
            });
            if open.len() == before {
                break;
            }
        }
        space.restore(mark);
        reached.then_some(self)
    }

    /// The same with a polynomial in the place of an atom.
    pub(super) fn replaced(&self, atom: Atom, by: &Polynomial) -> Spot {
        let replaced = |sum: &Polynomial| sum.replaced(atom, by).unwrap_or_else(|| sum.clone());
        let facts = if self.facts.iter().any(|fact| fact.atoms().any(|other| other == atom)) {
            Rc::new(self.facts.iter().map(replaced).collect())
        } else {
            Rc::clone(&self.facts)
        };
        Spot { place: replaced(&self.place), targets: self.targets.iter().map(replaced).collect(), facts }
    }

    /// The place and the targets, in words.
    pub(super) fn show(&self, space: &Space) -> String {
        let targets: Vec<String> = self.targets.iter().map(|target| space.show(target)).collect();
        format!("{} of ({})", space.show(&self.place), targets.join(", "))
    }
}
