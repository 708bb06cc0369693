//! What is known of atoms, and what follows. Facts are sums that are at least 0. A fact holds in a scope; what is
//! learnt in a scope is forgotten at its end.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use lockstep_numbers::{Binary, ScalarType};

use super::linear::{Atom, Linear};

/// From the least to the greatest value, both included.
pub(super) type Range = (i128, i128);

/// A search for a bound: how many facts may be used one upon another, and how many sums are looked at. Short proofs are
/// looked for first.
const SEARCHES: [(u32, u32); 4] = [(1, 32), (2, 64), (4, 128), (8, 128)];

/// An operation whose result is an atom. The same operation on the same values is the same atom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// As the source says, on values of a type.
    Operation(Binary, ScalarType, Linear, Linear),
    /// The exact product of two atoms, the lesser first.
    Product(Atom, Atom),
}

/// The atoms and facts at one point of a walk.
#[derive(Default)]
pub(super) struct Space {
    ranges: Vec<Range>,
    facts: Vec<Linear>,
    /// For each atom the facts that it occurs in.
    of_atom: Vec<Vec<u32>>,
    named: HashMap<Key, Linear, RandomState>,
    names: Vec<Key>,
}

/// The beginning of a scope.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    facts: usize,
    names: usize,
}

impl Space {
    pub(super) fn mark(&self) -> Mark {
        Mark { facts: self.facts.len(), names: self.names.len() }
    }

    /// Forgets what has been learnt since.
    pub(super) fn restore(&mut self, mark: Mark) {
        for fact in self.facts.drain(mark.facts..).rev() {
            for (atom, _) in fact.terms {
                self.of_atom[atom as usize].pop();
            }
        }
        for name in self.names.drain(mark.names..) {
            self.named.remove(&name);
        }
    }

    /// What has been learnt since.
    pub(super) fn since(&self, mark: Mark) -> Vec<Linear> {
        self.facts.get(mark.facts..).map(<[Linear]>::to_vec).unwrap_or_default()
    }

    /// A new atom in a range.
    pub(super) fn atom(&mut self, range: Range) -> Linear {
        self.ranges.push(range);
        self.of_atom.push(Vec::new());
        Linear::atom(self.ranges.len() as Atom - 1)
    }

    /// The atom of an operation; if it is new, `make` gives it, and may learn about it.
    pub(super) fn named(&mut self, key: Key, make: impl FnOnce(&mut Space) -> Linear) -> Linear {
        if let Some(found) = self.named.get(&key) {
            return found.clone();
        }
        let made = make(self);
        self.named.insert(key.clone(), made.clone());
        self.names.push(key);
        made
    }

    /// The atom of an operation that has been named.
    pub(super) fn get(&self, key: &Key) -> Option<Linear> {
        self.named.get(key).cloned()
    }

    /// Names the atom of an operation.
    pub(super) fn name(&mut self, key: Key, atom: Linear) {
        if self.named.insert(key.clone(), atom).is_none() {
            self.names.push(key);
        }
    }

    /// The range of an atom.
    pub(super) fn range_of(&self, atom: Atom) -> Range {
        self.ranges[atom as usize]
    }

    /// Learns that a sum is at least 0.
    pub(super) fn learn(&mut self, sum: Option<Linear>) {
        let Some(sum) = sum.filter(|sum| !sum.terms.is_empty()) else { return };
        let number = self.facts.len() as u32;
        for (atom, _) in &sum.terms {
            self.of_atom[*atom as usize].push(number);
        }
        self.facts.push(sum);
    }

    /// Whether a sum is at least 0, whatever the atoms are.
    pub(super) fn natural(&self, sum: &Linear) -> bool {
        self.search(sum, 0, &SEARCHES) >= 0
    }

    /// Whether `a <= b`.
    pub(super) fn ordered(&self, a: &Linear, b: &Linear) -> bool {
        b.minus(a).is_some_and(|difference| self.natural(&difference))
    }

    /// The range of a sum.
    pub(super) fn range(&self, sum: &Linear) -> Range {
        if let Some(known) = sum.known() {
            return (known, known);
        }
        let best = |sum: &Linear| self.search(sum, i128::MAX, &SEARCHES[..3]);
        let (low, high) = (best(sum), sum.times(-1).map_or(i128::MIN, |turned| best(&turned)));
        let high = high.checked_neg().unwrap_or(i128::MAX);
        // Facts that contradict each other are of code that is never reached; any range will do.
        (low.min(high), low.max(high))
    }

    /// The best that these searches find. One that has looked at everything is the last.
    fn search(&self, sum: &Linear, enough: i128, searches: &[(u32, u32)]) -> i128 {
        let mut best = i128::MIN;
        for (depth, sums) in searches {
            let mut effort = Effort { left: *sums, cut_short: false };
            best = best.max(self.least(sum, enough, *depth, &mut effort));
            if best >= enough || !effort.cut_short {
                break;
            }
        }
        best
    }

    /// What a sum is at least by the ranges of its atoms.
    fn by_ranges(&self, sum: &Linear) -> i128 {
        sum.terms.iter().fold(sum.constant, |total, (atom, coefficient)| {
            let (low, high) = self.ranges[*atom as usize];
            total.saturating_add(coefficient.saturating_mul(if *coefficient > 0 { low } else { high }))
        })
    }

    /// The greatest number found that the sum is never below. The search ends where `enough` is reached.
    ///
    /// If `f` is at least 0 and `q × sum - k × f = rest`, q and k above 0, then `q × sum >= rest`; so the sum is at
    /// least a q-th of what the rest is, rounded up. With the right multiples an atom is in the sum but not in the rest.
    fn least(&self, sum: &Linear, enough: i128, depth: u32, effort: &mut Effort) -> i128 {
        let mut best = self.by_ranges(sum);
        let Some((atom, coefficient)) = sum.terms.last().copied() else { return best };
        if best >= enough || depth == 0 {
            effort.cut_short |= best < enough;
            return best;
        }
        let facts = || self.of_atom[atom as usize].iter().rev().map(|fact| &self.facts[*fact as usize]);
        // What an atom is made of is more telling than what is made of it.
        let about = |fact: &&Linear| fact.terms.last().is_some_and(|(last, _)| *last == atom);
        for fact in facts().filter(about).chain(facts().filter(|fact| !about(fact))) {
            let inside = fact.coefficient(atom);
            if inside.signum() != coefficient.signum() {
                continue;
            }
            if !effort.take() {
                return best;
            }
            let (q, k) = reduced(inside.abs(), coefficient.abs());
            let Some(rest) = sum.combine(q, fact, -k) else { continue };
            let wanted = enough.saturating_sub(1).saturating_mul(q).saturating_add(1);
            let found = self.least(&rest, wanted, depth - 1, effort);
            best = best.max(ceiling(found, q));
            if best >= enough {
                return best;
            }
        }
        // The atom at the end of its range, and the others by facts.
        let (low, high) = self.ranges[atom as usize];
        let end = coefficient.checked_mul(if coefficient > 0 { low } else { high });
        if let Some(end) = end
            && sum.terms.len() > 1
            && effort.take()
        {
            let mut rest = sum.clone();
            rest.terms.pop();
            if let Some(constant) = rest.constant.checked_add(end) {
                rest.constant = constant;
                best = best.max(self.least(&rest, enough, depth - 1, effort));
            }
        }
        best
    }
}

/// What a search may still do.
struct Effort {
    /// So many sums may be looked at.
    left: u32,
    /// Something was left out.
    cut_short: bool,
}

impl Effort {
    /// Takes one of them, if there is one.
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
fn reduced(a: i128, b: i128) -> (i128, i128) {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x, b / x)
}

/// The quotient rounded up; `b` is above 0.
fn ceiling(a: i128, b: i128) -> i128 {
    a.div_euclid(b) + i128::from(a.rem_euclid(b) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An extent `n`, and a coordinate below it.
    fn coordinate() -> (Space, Linear, Linear) {
        let mut space = Space::default();
        let n = space.atom((0, 1 << 25));
        let i = space.atom((0, (1 << 25) - 1));
        space.learn(n.minus(&i).map(|sum| sum.shifted(-1)));
        (space, n, i)
    }

    #[test]
    fn a_coordinate_is_below_its_extent() {
        let (space, n, i) = coordinate();
        let below = n.minus(&i).unwrap();
        assert!(space.natural(&below.clone().shifted(-1)));
        assert!(!space.natural(&below.shifted(-2)));
        assert!(space.natural(&n.shifted(-1)), "a lane runs, so there is a cell");
    }

    #[test]
    fn a_quotient_is_rounded() {
        let (mut space, n, _) = coordinate();
        let q = space.atom((0, 1 << 25));
        // q = n / 4, and n <= 15.
        space.learn(n.combine(1, &q, -4));
        space.learn(Some(Linear::number(15).minus(&n).unwrap()));
        assert!(space.natural(&Linear::number(3).minus(&q).unwrap()));
        assert!(!space.natural(&Linear::number(2).minus(&q).unwrap()));
        assert_eq!(space.range(&q).1, 3);
    }

    #[test]
    fn facts_end_with_their_scope() {
        let (mut space, n, i) = coordinate();
        let mark = space.mark();
        space.learn(Some(Linear::number(9).minus(&n).unwrap()));
        assert!(space.natural(&Linear::number(8).minus(&i).unwrap()));
        space.restore(mark);
        assert!(!space.natural(&Linear::number(8).minus(&i).unwrap()));
    }
}
