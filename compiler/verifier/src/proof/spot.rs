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
        let (mut reached, mut numbers) = (true, Vec::new());
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
                    let pinned = self.replaced(*atom, &number);
                    (self.place, self.targets) = (pinned.place, pinned.targets);
                    numbers.push((one, low));
                }
                low != high
            });
            if open.len() == before {
                break;
            }
        }
        // A sum of atoms may have but one number as well.
        for sum in self.targets.iter_mut().chain([&mut self.place]).filter(|sum| sum.known().is_none()) {
            let (low, high) = space.bounds(sum);
            reached &= low <= high;
            if low == high {
                numbers.push((std::mem::replace(sum, Polynomial::number(low)), low));
            }
        }
        space.restore(mark);
        // Not all that was searched for is found again.
        let facts = Rc::make_mut(&mut self.facts);
        for (sum, number) in numbers {
            let above = sum.shifted(-number);
            facts.extend(above.scaled(-1).filter(|below| !facts.contains(below)));
            facts.extend(Some(above).filter(|above| !facts.contains(above)));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{proof::space::Reach, tree::Kernel};

    /// The spot of a place that is made of two atoms up to 15, with what is known of them.
    fn spot(made: impl FnOnce(&Polynomial, &Polynomial) -> (Polynomial, Vec<Polynomial>)) -> Option<Spot> {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let [x, y] = [(); 2].map(|()| words.space.atom((0, 15), Reach::Lane));
        let (place, facts) = made(&x, &y);
        facts.into_iter().for_each(|fact| words.space.learn(Some(fact)));
        let lane = x.scaled(16).and_then(|upper| upper.plus(&y)).unwrap();
        Spot::of(&mut words, &place, &vec![lane])
    }

    /// At most a number.
    fn most(sum: &Polynomial, number: i128) -> Polynomial {
        sum.scaled(-1).unwrap().shifted(number)
    }

    #[test]
    fn what_has_one_number_is_that_number() {
        let at = |least: i128, greatest| {
            spot(|x, y| (x.plus(y).unwrap(), vec![x.clone().shifted(-least), most(x, greatest)])).unwrap()
        };
        let pinned = at(5, 5);
        assert_eq!(pinned.place, Polynomial::atom(2).shifted(5));
        assert_eq!(pinned.targets, [Polynomial::atom(2).shifted(80)]);
        let open = at(5, 6);
        assert_eq!(open.place.terms().len(), 2);
        assert_eq!(open.targets[0].terms().len(), 2);
    }

    #[test]
    fn a_sum_may_have_one_number_where_its_atoms_have_more() {
        let at = |most| {
            let facts = |x: &Polynomial, y: &Polynomial| {
                let lane = x.scaled(16).and_then(|upper| upper.plus(y)).unwrap();
                vec![lane.clone().shifted(-37), lane.scaled(-1).unwrap().shifted(most)]
            };
            spot(|x, y| (Polynomial::number(3), facts(x, y))).unwrap()
        };
        assert_eq!(at(37).targets, [Polynomial::number(37)]);
        assert_eq!(at(38).targets[0].known(), None);
    }

    #[test]
    fn where_no_lane_comes_there_is_no_spot() {
        let at = |least: i128, greatest| spot(|x, _| (x.clone(), vec![x.clone().shifted(-least), most(x, greatest)]));
        assert!(at(6, 6).is_some());
        assert!(at(7, 6).is_none());
    }

    #[test]
    fn an_atom_is_replaced_wherever_it_stands() {
        let spot = spot(|x, y| (x.plus(y).unwrap(), vec![most(x, 9)])).unwrap();
        let other = spot.replaced(1, &Polynomial::number(2));
        assert_eq!(other.place, Polynomial::atom(2).shifted(2));
        assert_eq!(other.targets, [Polynomial::atom(2).shifted(32)]);
        assert!(other.facts.iter().all(|fact| fact.atoms().all(|atom| atom != 1)));
        assert_eq!(spot.replaced(3, &Polynomial::number(2)), spot);
    }
}
