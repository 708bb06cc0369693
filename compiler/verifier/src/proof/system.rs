//! Equations over the atoms of two lanes, solved for one atom after the other. All are exact: what they come to is true
//! wherever they are.

use super::polynomial::{Atom, Monomial, Polynomial};
use super::space::common_divisor;

/// Sums that are zero.
#[derive(Debug, Default)]
pub(super) struct System {
    /// Atoms and what they are equal to. None stands in what comes after it.
    solved: Vec<(Atom, Polynomial)>,
    /// What is not solved for any atom.
    open: Vec<Polynomial>,
    /// Whether they cannot all be.
    contradicts: bool,
}

impl System {
    /// Whether no atoms are such that all sums are zero.
    pub(super) fn contradicts(&self) -> bool {
        self.contradicts
    }

    /// A sum without the atoms that are solved.
    pub(super) fn reduced(&self, sum: &Polynomial) -> Polynomial {
        let mut sum = sum.clone();
        for (atom, by) in &self.solved {
            if sum.atoms().any(|other| other == *atom)
                && let Some(other) = sum.replaced(*atom, by)
            {
                sum = other;
            }
        }
        sum
    }

    /// What is zero, and not solved.
    pub(super) fn open(&self) -> &[Polynomial] {
        &self.open
    }

    /// Says that a sum is zero; true if that is new.
    pub(super) fn zero(&mut self, sum: &Polynomial) -> bool {
        let mut work = vec![sum.clone()];
        let mut new = false;
        while let Some(sum) = work.pop() {
            let sum = self.reduced(&sum);
            if sum.terms().is_empty() {
                continue;
            }
            let common = sum.varying().iter().fold(0, |a, (_, b)| common_divisor(a, *b));
            if common == 0 || sum.constant() % common != 0 {
                // A number that is not zero; or what is no multiple of what all else is one of.
                self.contradicts = true;
                return true;
            }
            let (sum, _) = sum.split(&Monomial::ONE, common);
            match solvable(&sum) {
                Some((atom, by)) => {
                    new = true;
                    // Those that mention it are looked at again.
                    let (again, rest) = std::mem::take(&mut self.open)
                        .into_iter()
                        .partition(|other: &Polynomial| other.atoms().any(|other| other == atom));
                    self.open = rest;
                    work.extend(again);
                    self.solved.push((atom, by));
                }
                None if !self.open.contains(&sum) => {
                    new = true;
                    self.open.push(sum);
                }
                None => {}
            }
        }
        new
    }
}

/// An atom that stands in one term, with the factor 1 or -1, and what it is equal to. The newest is taken: what was made
/// last is made of what was there before.
fn solvable(sum: &Polynomial) -> Option<(Atom, Polynomial)> {
    sum.varying().iter().find_map(|(monomial, factor)| {
        let atom = monomial.atoms().next().filter(|_| monomial.degree() == 1 && factor.abs() == 1)?;
        let once = sum.atoms().filter(|other| *other == atom).count() == 1;
        let (_, rest) = sum.parted(|other| other == monomial);
        once.then_some(()).and_then(|()| Some((atom, rest.scaled(-factor)?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(terms: &[(Atom, i128)], constant: i128) -> Polynomial {
        let start = Polynomial::number(constant);
        terms.iter().fold(start, |sum, (atom, k)| sum.combine(1, &Polynomial::atom(*atom), *k, &Monomial::ONE).unwrap())
    }

    #[test]
    fn what_follows_is_zero_and_nothing_else() {
        let mut system = System::default();
        // a + 2b = a' + 2b', and b = b': so a = a'.
        assert!(system.zero(&sum(&[(1, 1), (2, 2), (3, -1), (4, -2)], 0)));
        assert_ne!(system.reduced(&sum(&[(1, 1), (3, -1)], 0)), Polynomial::default());
        assert!(system.zero(&sum(&[(2, 3), (4, -3)], 0)));
        assert_eq!(system.reduced(&sum(&[(1, 1), (3, -1)], 0)), Polynomial::default());
        assert!(!system.contradicts());
        assert!(!system.zero(&sum(&[(1, 5), (3, -5)], 0)), "that is known");
    }

    #[test]
    fn numbers_that_differ_contradict() {
        let mut system = System::default();
        system.zero(&sum(&[(1, 1), (2, -1)], 0));
        system.zero(&sum(&[(1, 2), (2, -2)], 0));
        assert!(!system.contradicts());
        system.zero(&sum(&[(1, 1), (2, -1)], 3));
        assert!(system.contradicts());
    }

    #[test]
    fn no_multiple_of_three_is_two() {
        let mut system = System::default();
        system.zero(&sum(&[(1, 3), (2, -6)], 6));
        assert!(!system.contradicts());
        let mut system = System::default();
        system.zero(&sum(&[(1, 3), (2, -6)], 2));
        assert!(system.contradicts());
    }
}
