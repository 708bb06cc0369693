//! Two accesses of the lanes of a group, tried with every lane: places are computed from the lane's number, what is the
//! same for all lanes and has few values is tried with each of them, and what a lane alone has few values of as well. A
//! point at which a fact fails is not reached. What is left symbolic must be the same for both.

use std::collections::BTreeSet;

use super::{
    Table,
    evaluate::{Column, NONE, Program, Sum},
    polynomial::{Atom, Polynomial},
    space::{Range, Reach},
    whole::Definitions,
    words::Words,
};

/// The most values of an atom that are tried.
const MAX_VALUES: i128 = 1024;
/// The most ways in which what is the same for all lanes is tried.
const MAX_UNIFORM: u64 = 4096;
/// How deep operations are followed.
const MAX_DEPTH: u32 = 16;

/// A search through the lanes of a group.
pub(super) struct Lanes<'w, 'k> {
    words: &'w Words<'k>,
    /// What atoms are computed from.
    definitions: &'w Definitions,
    lane: Atom,
    /// Atoms of this reach are the same in both accesses.
    same: Reach,
    /// How many points may still be looked at.
    pub(super) left: u64,
    /// How many steps were taken.
    pub(super) looked: usize,
    /// What can be computed, each asked once: no more operations deep than so many.
    known: Table<(Atom, u32), bool>,
}

/// The atoms that others are computed from: of the group, and of the lane beside its number.
#[derive(Default)]
struct Leaves {
    uniform: BTreeSet<Atom>,
    lane: BTreeSet<Atom>,
    /// What was looked at, and with how many operations to follow.
    seen: BTreeSet<(Atom, u32)>,
}

/// The sums that an access is judged by, and what holds where it stands.
#[derive(Clone, Copy)]
pub(super) struct Access<'s> {
    pub(super) sums: &'s [Polynomial],
    pub(super) facts: &'s [Polynomial],
}

/// An atom that is tried with each of its values.
type Tried = (Atom, Range);

/// An access made ready: after the number of the lane the atoms that are tried in all lanes at once are given, then
/// those that are tried in each.
struct Side {
    program: Program,
    free: Vec<Tried>,
    sums: Vec<(Sum, Polynomial)>,
    facts: Vec<Sum>,
}

impl<'w, 'k> Lanes<'w, 'k> {
    /// A search that may look at so many points.
    pub(super) fn new(
        words: &'w Words<'k>,
        definitions: &'w Definitions,
        (lane, same): (Atom, Reach),
        left: u64,
    ) -> Lanes<'w, 'k> {
        Lanes { words, definitions, lane, same, left, looked: 0, known: Table::default() }
    }

    /// Whether no two lanes give all sums the same values: whatever the facts say of other atoms than those of the sums, or
    /// else with these tried as well.
    pub(super) fn apart(&mut self, a: Access<'_>, b: Access<'_>) -> bool {
        self.apart_with(a, b, false) || self.apart_with(a, b, true)
    }

    fn apart_with(&mut self, a: Access<'_>, b: Access<'_>, facts: bool) -> bool {
        let (mut uniform, mut frees) = (BTreeSet::new(), Vec::new());
        for access in [a, b] {
            let mut leaves = Leaves::default();
            for atom in access.sums.iter().flat_map(Polynomial::atoms) {
                self.leaves(atom, &mut leaves, MAX_DEPTH);
            }
            for fact in access.facts.iter().filter(|_| facts) {
                let mut inside = Leaves::default();
                for atom in fact.atoms() {
                    self.leaves(atom, &mut inside, MAX_DEPTH);
                }
                // Facts about what is tried anyway, or about counters of the group, cost little.
                let little = inside.uniform.iter().all(|atom| few(self.range(*atom)));
                if little && inside.lane.is_subset(&leaves.lane) {
                    uniform.extend(inside.uniform);
                }
            }
            uniform.extend(leaves.uniform);
            let free = leaves.lane.into_iter().map(|atom| (atom, self.range(atom)));
            frees.push(free.filter(|(_, range)| few(*range)).collect());
        }
        let tried: Vec<Tried> = uniform
            .into_iter()
            .map(|atom| (atom, self.range(atom)))
            .filter(|(atom, range)| few(*range) && self.words.space.reach_of(*atom) > Reach::Dispatch)
            .collect();
        let uniform = ways(&tried);
        let (Some(second), Some(first)) = (frees.pop(), frees.pop()) else { return false };
        if uniform > MAX_UNIFORM {
            return false;
        }
        let (mut a, mut b) = (self.side(a, &tried, first), self.side(b, &tried, second));
        // Symbolic parts that differ, or that each lane has its own of, may be any distance apart.
        let judged: Vec<bool> = a
            .sums
            .iter()
            .zip(&b.sums)
            .map(|((_, x), (_, y))| x == y && self.words.space.reach(x) <= self.same)
            .collect();
        for side in [&mut a, &mut b] {
            let mut judged = judged.iter();
            side.sums.retain(|_| judged.next() == Some(&true));
        }
        (facts || !a.sums.is_empty()) && (0..uniform).all(|way| self.way(&a, &b, &tried, way))
    }

    /// All cells that lanes can come to; None if that cannot be told.
    pub(super) fn cells(&mut self, access: Access<'_>, cells: usize) -> Option<Vec<bool>> {
        let mut leaves = Leaves::default();
        for atom in access.sums.iter().flat_map(Polynomial::atoms) {
            self.leaves(atom, &mut leaves, MAX_DEPTH);
        }
        let free = leaves.uniform.into_iter().chain(leaves.lane).map(|atom| (atom, self.range(atom)));
        let free = free.filter(|(_, range)| few(*range)).collect();
        let side = self.side(access, &[], free);
        if side.sums.iter().any(|(_, rest)| *rest != Polynomial::default()) {
            return None;
        }
        let mut found = vec![false; cells];
        for place in self.points(&side, &[])?.places.iter().flatten() {
            let cell = usize::try_from(*place).ok().and_then(|place| found.get_mut(place));
            cell.into_iter().for_each(|cell| *cell = true);
        }
        Some(found)
    }

    fn range(&self, atom: Atom) -> Range {
        self.words.space.range_of(atom)
    }

    /// Finds the atoms that an atom is computed from.
    fn leaves(&mut self, atom: Atom, found: &mut Leaves, depth: u32) {
        self.looked += 1;
        if atom == self.lane || !found.seen.insert((atom, depth)) {
            return;
        }
        let definitions = self.definitions;
        if let (Some(definition), Some(depth)) = (definitions.get(&atom), depth.checked_sub(1))
            && definition.atoms().all(|atom| self.computable(atom, depth))
        {
            for atom in definition.atoms() {
                self.leaves(atom, found, depth);
            }
            return;
        }
        if self.words.space.reach_of(atom) <= self.same {
            found.uniform.insert(atom);
        } else {
            found.lane.insert(atom);
        }
    }

    /// Whether an atom can be computed from the lane's number and atoms of few values.
    fn computable(&mut self, atom: Atom, depth: u32) -> bool {
        if atom == self.lane {
            return true;
        }
        if let Some(known) = self.known.get(&(atom, depth)) {
            return *known;
        }
        self.looked += 1;
        let definitions = self.definitions;
        let made = match (definitions.get(&atom), depth.checked_sub(1)) {
            (Some(definition), Some(depth)) => definition.atoms().all(|atom| self.computable(atom, depth)),
            _ => false,
        };
        let computable = made || few(self.range(atom));
        self.known.insert((atom, depth), computable);
        computable
    }

    fn side(&self, access: Access<'_>, tried: &[Tried], free: Vec<Tried>) -> Side {
        let given = tried.iter().chain(&free).map(|(atom, _)| *atom);
        let mut program = Program::new(std::iter::once(self.lane).chain(given));
        let sums = access.sums.iter().map(|sum| program.sum(self.definitions, sum)).collect();
        let facts = access.facts.iter().map(|fact| program.sum(self.definitions, fact));
        let facts = facts.filter(|(_, rest)| *rest == Polynomial::default()).map(|(fact, _)| fact).collect();
        Side { program, free, sums, facts }
    }

    fn way(&mut self, a: &Side, b: &Side, tried: &[Tried], way: u64) -> bool {
        let uniform = of_way(tried, way);
        let (Some(a), Some(b)) = (self.points(a, &uniform), self.points(b, &uniform)) else { return false };
        let Some(keys) = Keys::of(&a, &b) else { return false };
        // For each place the first lane that comes there, and whether another one does.
        let mut places: Table<u128, (u32, bool)> = Table::default();
        for (key, lane) in keys.each(&a) {
            let (first, more) = places.entry(key).or_insert((lane, false));
            *more |= *first != lane;
        }
        keys.each(&b).all(|(key, lane)| places.get(&key).is_none_or(|(first, more)| !more && *first == lane))
    }

    /// All points that an access may come to; None if they cannot be computed, or are too many.
    fn points(&mut self, side: &Side, uniform: &[i64]) -> Option<Points> {
        let ways = ways(&side.free);
        let lanes = self.words.kernel.lanes;
        self.left = self.left.checked_sub(ways.saturating_mul(lanes.into()))?;
        let mut points = Points { lanes: Vec::new(), places: vec![Column::new(); side.sums.len()] };
        let (mut values, mut column) = (Vec::new(), Column::new());
        let count = lanes as usize;
        self.looked += side.program.steps() * count * ways as usize;
        for way in 0..ways {
            let given = uniform.iter().copied().chain(of_way(&side.free, way)).map(|number| vec![number; count]);
            let given: Vec<Column> = std::iter::once((0..i64::from(lanes)).collect()).chain(given).collect();
            side.program.run(&given, count, &mut values);
            let mut reached = vec![true; count];
            for fact in &side.facts {
                fact.column(&values, count, &mut column);
                for (point, (sum, reached)) in column.iter().zip(&mut reached).enumerate() {
                    // What has no value says nothing.
                    *reached &= match *sum {
                        NONE => fact.at(&values, point).is_none_or(|sum| sum >= 0),
                        sum => sum >= 0,
                    };
                }
            }
            let here = || reached.iter().enumerate().filter(|(_, reached)| **reached).map(|(lane, _)| lane);
            points.lanes.extend(here().map(|lane| lane as u32));
            for ((sum, _), places) in side.sums.iter().zip(&mut points.places) {
                sum.column(&values, count, &mut column);
                let before = places.len();
                places.extend(here().filter_map(|lane| column.get(lane)));
                if places.iter().skip(before).any(|place| *place == NONE) {
                    return None;
                }
            }
        }
        Some(points)
    }
}

/// Points that are reached: the lane of each, and for each sum its values.
struct Points {
    lanes: Vec<u32>,
    places: Vec<Column>,
}

/// How the values of all sums at a point are one number: digits, each above the least value.
struct Keys(Vec<(i64, u128)>);

impl Keys {
    /// None if the numbers would be too large.
    fn of(a: &Points, b: &Points) -> Option<Keys> {
        let mut radix = 1u128;
        let digits = a.places.iter().zip(&b.places).map(|(a, b)| {
            let (low, high) = (a.iter().chain(b).min().copied()?, a.iter().chain(b).max().copied()?);
            let unit = radix;
            radix = radix.checked_mul(u128::from(high.abs_diff(low)) + 1)?;
            Some((low, unit))
        });
        if a.lanes.is_empty() && b.lanes.is_empty() {
            return Some(Keys(Vec::new()));
        }
        digits.collect::<Option<_>>().map(Keys)
    }

    /// The number of each point, and its lane.
    fn each(&self, points: &Points) -> impl Iterator<Item = (u128, u32)> {
        let mut keys = vec![0u128; points.lanes.len()];
        for ((low, unit), places) in self.0.iter().zip(&points.places) {
            for (key, place) in keys.iter_mut().zip(places) {
                *key += u128::from(place.abs_diff(*low)) * unit;
            }
        }
        keys.into_iter().zip(points.lanes.iter().copied())
    }
}

fn few((low, high): Range) -> bool {
    high - low < MAX_VALUES
}

fn ways(tried: &[Tried]) -> u64 {
    tried.iter().fold(1u64, |ways, (_, (low, high))| ways.saturating_mul((high - low + 1) as u64))
}

/// The values of a way: its number in a mixed radix. There are few of each atom.
fn of_way(atoms: &[Tried], way: u64) -> Vec<i64> {
    let mut way = i128::from(way);
    let value = |(_, (low, high)): &Tried| {
        let count = high - low + 1;
        let value = low + way % count;
        way /= count;
        i64::try_from(value).unwrap_or(NONE)
    };
    atoms.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        proof::words::Definition,
        tree::{Kernel, WordOperator},
    };

    /// What the lanes of a group of 16 give: with the lane and a word that an operator makes of it and a number.
    fn with<T>(
        operator: WordOperator,
        by: i128,
        judge: impl FnOnce(&mut Lanes<'_, '_>, Polynomial, Polynomial) -> T,
    ) -> T {
        let kernel = Kernel { lanes: 16, ..Kernel::default() };
        let mut words = Words::new(&kernel, 1 << 20);
        let lane = words.space.atom((0, 15), Reach::Lane);
        let word = words.space.atom((0, 1 << 20), Reach::Lane);
        let definition = Definition::Operation(operator, lane.clone(), Polynomial::number(by));
        words.definitions.extend(word.single().map(|atom| (atom, definition)));
        let number = lane.single().expect("the lane is an atom");
        let words = &words;
        let mut lanes = Lanes::new(words, &words.definitions, (number, Reach::Trip), 1 << 16);
        judge(&mut lanes, lane, word)
    }

    #[test]
    fn lanes_are_apart_if_no_two_give_the_same() {
        let apart = |operator, by| {
            with(operator, by, |lanes, _, word| {
                let access = Access { sums: std::slice::from_ref(&word), facts: &[] };
                lanes.apart(access, access)
            })
        };
        assert!(apart(WordOperator::Xor, 6));
        assert!(apart(WordOperator::ShiftLeft, 2));
        assert!(!apart(WordOperator::ShiftRight, 1));
        assert!(!apart(WordOperator::ShiftLeft, 30), "what is shifted out is the same");
    }

    #[test]
    fn a_guard_keeps_lanes_away() {
        let apart = |most: i128| {
            with(WordOperator::And, 7, |lanes, lane, word| {
                let guard = Polynomial::number(most).minus(&lane).expect("it is small");
                let access = Access { sums: std::slice::from_ref(&word), facts: std::slice::from_ref(&guard) };
                lanes.apart(access, access)
            })
        };
        assert!(apart(7));
        assert!(!apart(8));
    }

    #[test]
    fn facts_alone_may_leave_but_one_lane() {
        let apart = |factor: i128| {
            with(WordOperator::Divide, 4, |lanes, lane, word| {
                // A multiple of the lane that is 16 times a word of few values.
                let zero = lane.scaled(factor).unwrap().minus(&word.scaled(16).unwrap()).unwrap();
                let facts = [zero.clone(), zero.scaled(-1).unwrap()];
                lanes.apart(Access { sums: &[], facts: &facts }, Access { sums: &[], facts: &facts })
            })
        };
        assert!(apart(9), "only the first lane");
        assert!(!apart(4), "every fourth one");
    }

    #[test]
    fn the_cells_of_all_lanes_are_found() {
        let cells = with(WordOperator::And, 5, |lanes, _, word| {
            lanes.cells(Access { sums: std::slice::from_ref(&word), facts: &[] }, 6)
        });
        assert_eq!(cells, Some(vec![true, true, false, false, true, true]));
    }

    #[test]
    fn what_is_too_much_is_not_shown() {
        let apart = with(WordOperator::Xor, 1, |lanes, _, word| {
            lanes.left = 15;
            let access = Access { sums: std::slice::from_ref(&word), facts: &[] };
            lanes.apart(access, access)
        });
        assert!(!apart);
    }
}
