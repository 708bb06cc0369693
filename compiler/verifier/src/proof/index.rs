//! An index inside of its array, for every size that the interface permits. What is proven is that its exact value is in
//! range: `0 <= p < cells`, where `p` is equal to the index modulo 2^32; or that it is 0, since no array is without a cell.
//! A place in several dimensions is looked at coordinate by coordinate; an index that is a choice, way by way, with what
//! holds on each.

use std::cell::{Cell, RefCell};

use super::{
    Table,
    place::{self, Reading, Sizes},
    polynomial::{Atom, Monomial, Polynomial},
    space::Reach,
    words::Words,
};
use crate::tree::{Operation, Value, WordOperator};

/// How many choices of an index are looked at one inside another.
const MAX_CHOICES: u32 = 4;
/// How many choices are looked at that facts about an index are about.
const MAX_NEAR: usize = 4;
/// How many rules are used one after another.
const MAX_RULES: u32 = 3;
/// How many ways in all an index may be looked at.
const MAX_WAYS: u32 = 96;
const TURN: i128 = 1 << 32;

/// What an index must be below.
pub(super) struct Room<'r> {
    /// How many words there are.
    pub(super) words: &'r Polynomial,
    /// Words of a cell.
    pub(super) width: i128,
    /// The sizes of the dimensions but for the first, the last one first, and before them the words of a cell.
    pub(super) sizes: Sizes<'r>,
    /// How many words are always there.
    pub(super) always: i128,
}

/// Is told each exact value that an index in range has, while the way holds on which it has it.
type Seen<'s, 'k> = &'s mut dyn FnMut(&mut Words<'k>, &Polynomial);

/// Whether an index is proven to be in range, and if so what is seen of it on each way.
pub(super) fn inside<'k, T>(
    words: &mut Words<'k>,
    index: Value,
    room: &Room<'_>,
    mut seen: impl FnMut(&mut Words<'k>, &Polynomial) -> T,
) -> Option<Vec<T>> {
    let mut found = Vec::new();
    let readings = [Reading::Strict, Reading::Loose, Reading::Whole];
    let failed = Failed::default();
    for reading in readings.into_iter().filter(|_| !room.sizes.is_empty()) {
        let search = Search { ways: Cell::new(MAX_WAYS), reading, failed: &failed };
        if search.place(words, index, room, &mut |words, exact| found.push(seen(words, exact))) {
            return Some(found);
        }
        found.clear();
    }
    let search = Search { ways: Cell::new(MAX_WAYS), reading: Reading::Strict, failed: &failed };
    let word = words.word(index);
    let limit = Limit { most: room.words, always: room.always };
    search.show(words, &word, &limit, MAX_CHOICES, &mut |words, exact| found.push(seen(words, exact))).then_some(found)
}

/// Below this, or below a number that is never more.
struct Limit<'l> {
    most: &'l Polynomial,
    always: i128,
}

impl Limit<'_> {
    /// What must be at least 0, beside the index.
    fn room(&self, index: &Polynomial) -> Option<Polynomial> {
        self.most.minus(index).map(|room| room.shifted(-1))
    }
}

/// Places that were not shown to be inside, as they were taken apart, and what was known: another reading may be the same.
type Failed = RefCell<Table<(u128, Vec<Polynomial>), ()>>;

struct Search<'f> {
    ways: Cell<u32>,
    reading: Reading,
    failed: &'f Failed,
}

impl Search<'_> {
    /// Takes one more way, if there is one left.
    fn take(&self) -> bool {
        let left = self.ways.get().checked_sub(1);
        self.ways.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Looks at a place as the profile has it.
    fn place<'k>(&self, words: &mut Words<'k>, place: Value, room: &Room<'_>, seen: Seen<'_, 'k>) -> bool {
        if !self.take() {
            return false;
        }
        if let Some(Operation::Select(condition, a, b)) = words.operation(place) {
            return [(true, a), (false, b)].into_iter().all(|(truth, value)| {
                let scope = words.mark();
                words.assume(condition, truth);
                let shown = words.impossible(scope) || self.place(words, value, room, seen);
                words.restore(scope);
                shown
            });
        }
        if let (2.., [_, sizes @ ..], Some((cell, word))) = (room.width, room.sizes, of_cell(words, place, room.width))
        {
            let mut cells = room.words.clone();
            if room.width > 1 {
                let (quotient, _) = cells.split(&Monomial::ONE, room.width);
                cells = quotient;
            }
            let of_cells = Room { words: &cells, width: 1, sizes, always: 1 };
            let mut all = true;
            let shown = self.place(words, cell, &of_cells, &mut |words, exact| match exact.scaled(room.width) {
                Some(first) => seen(words, &first.shifted(word)),
                None => all = false,
            });
            return shown && all;
        }
        let first = place::first_size(room.words, room.sizes);
        let coordinates = first.zip(place::coordinates(words, place, room.sizes, self.reading));
        let parts = coordinates.as_ref().map_or_else(|| vec![words.word(place)], |(_, parts)| parts.clone());
        let key = (words.space.known(), parts);
        if self.failed.borrow().contains_key(&key) {
            return false;
        }
        let shown = match coordinates {
            Some((first, coordinates)) => {
                let limits: Vec<Polynomial> = room.sizes.iter().cloned().chain([first]).collect();
                let coordinates: Vec<_> = coordinates.into_iter().zip(limits).rev().collect();
                self.rows(words, &coordinates, &Polynomial::default(), seen)
            }
            None => {
                let word = words.word(place);
                self.show(words, &word, &Limit { most: room.words, always: room.always }, MAX_CHOICES, seen)
            }
        };
        if !shown {
            self.failed.borrow_mut().insert(key, ());
        }
        shown
    }

    /// Looks at coordinates, each with its size, after those that make up a number of rows.
    fn rows<'k>(
        &self,
        words: &mut Words<'k>,
        coordinates: &[(Polynomial, Polynomial)],
        rows: &Polynomial,
        seen: Seen<'_, 'k>,
    ) -> bool {
        let Some(((coordinate, size), others)) = coordinates.split_first() else {
            seen(words, rows);
            return true;
        };
        let mut all = true;
        let limit = Limit { most: size, always: 0 };
        let shown = self.show(words, coordinate, &limit, MAX_CHOICES, &mut |words, exact| {
            all &= match rows.times(size).and_then(|rows| rows.plus(exact)) {
                Some(rows) => self.rows(words, others, &rows, seen),
                None => false,
            };
        });
        shown && all
    }

    fn show<'k>(
        &self,
        words: &mut Words<'k>,
        index: &Polynomial,
        limit: &Limit<'_>,
        choices: u32,
        seen: Seen<'_, 'k>,
    ) -> bool {
        if !self.take() || words.space.exhausted() {
            return false;
        }
        let index = words.space.normal(index.clone()).wrapped();
        if let Some((atom, value)) = words.decided(&index) {
            let scope = words.mark();
            let shown = words.space.replace(atom, &value) && self.show(words, &index, limit, choices, seen);
            words.restore(scope);
            if shown {
                return true;
            }
        }
        if choices > 0
            && let Some(atom) = index.atoms().find(|atom| words.choices.contains_key(atom))
            && !at_once(words, &index, limit)
            && (self.as_it_is(words, &index, limit, seen) || self.split(words, (&index, atom), limit, choices, seen))
        {
            return true;
        }
        if self.leaf(words, &index, limit, MAX_RULES, seen) {
            return true;
        }
        // A choice that the facts are about.
        if choices > 0 {
            let near: Vec<u32> =
                words.space.near(&index).into_iter().filter(|a| words.choices.contains_key(a)).collect();
            for atom in near.into_iter().take(MAX_NEAR) {
                if self.split(words, (&index, atom), limit, choices, seen) {
                    return true;
                }
            }
        }
        self.pinned(words, &index, limit, choices, seen)
    }

    /// As the word that a condition has been about.
    fn as_it_is<'k>(&self, words: &mut Words<'k>, index: &Polynomial, limit: &Limit<'_>, seen: Seen<'_, 'k>) -> bool {
        let same = words.rules.iter().rev().find(|rule| words.space.normal(rule.equal.clone()).wrapped() == *index);
        let Some(word) = same.map(|rule| words.space.normal(Polynomial::atom(rule.atom))) else { return false };
        let shown =
            limit.room(&word).is_some_and(|room| words.space.soon_natural(&word) && words.space.soon_natural(&room));
        if shown {
            seen(words, &word);
        }
        shown
    }

    /// With a number in the place of an atom that has only one where the walk stands.
    fn pinned<'k>(
        &self,
        words: &mut Words<'k>,
        index: &Polynomial,
        limit: &Limit<'_>,
        choices: u32,
        seen: Seen<'_, 'k>,
    ) -> bool {
        let atoms: Vec<Atom> = index.atoms().filter(|atom| words.space.reach_of(*atom) == Reach::Lane).collect();
        atoms.into_iter().any(|atom| {
            let Some(number) = words.number(atom) else { return false };
            let scope = words.mark();
            let shown =
                words.space.replace(atom, &Polynomial::number(number)) && self.show(words, index, limit, choices, seen);
            words.restore(scope);
            shown
        })
    }

    fn split<'k>(
        &self,
        words: &mut Words<'k>,
        (index, atom): (&Polynomial, Atom),
        limit: &Limit<'_>,
        choices: u32,
        seen: Seen<'_, 'k>,
    ) -> bool {
        let cases = words.choices.get(&atom).cloned().unwrap_or_default();
        !cases.is_empty()
            && cases.into_iter().all(|case| {
                let scope = words.mark();
                let taken = words.take(atom, case);
                let shown = words.impossible(scope) || (taken && self.show(words, index, limit, choices - 1, seen));
                words.restore(scope);
                shown
            })
    }

    fn leaf<'k>(
        &self,
        words: &mut Words<'k>,
        index: &Polynomial,
        limit: &Limit<'_>,
        rules: u32,
        seen: Seen<'_, 'k>,
    ) -> bool {
        let always = limit.always;
        if index.known().is_some_and(|index| (0..always).contains(&index)) {
            seen(words, index);
            return true;
        }
        if let Some(room) = limit.room(index)
            && words.space.natural(index)
            && words.space.natural(&room)
        {
            seen(words, index);
            return true;
        }
        if words.space.within(index, (0, always - 1)) {
            seen(words, index);
            return true;
        }
        if rules == 0 {
            return false;
        }
        // It may be in range some turns on.
        let turns = words.space.turn(index, TURN);
        if turns != 0 && turns.unsigned_abs() < 1 << 32 && self.take() {
            let other = index.clone().shifted(-turns * TURN);
            if limit.room(&other).is_some_and(|room| words.space.natural(&other) && words.space.natural(&room)) {
                seen(words, &other);
                return true;
            }
        }
        if let Some(other) = words.unfolded(index) {
            if !self.take() {
                return false;
            }
            if self.leaf(words, &other, limit, rules - 1, seen) {
                return true;
            }
        }
        words.space.spend(words.rules.len());
        let all = words.rules.clone();
        for rule in all.iter().rev() {
            if let Some(other) = words.by_rule(index, rule) {
                if !self.take() {
                    return false;
                }
                if self.leaf(words, &other, limit, rules - 1, seen) {
                    return true;
                }
            }
        }
        false
    }
}

/// Whether a choice need not be taken apart.
fn at_once(words: &mut Words<'_>, index: &Polynomial, limit: &Limit<'_>) -> bool {
    let (low, high) = words.space.rough(index);
    let Some(room) = limit.room(index) else { return false };
    low >= 0 && high <= i128::from(u32::MAX) && words.space.soon_natural(&room)
}

/// The cell, and which of its words, if a place is that.
fn of_cell(words: &Words<'_>, place: Value, width: i128) -> Option<(Value, i128)> {
    let constant = |value| match words.operation(value) {
        Some(Operation::Constant(word)) => Some(i128::from(word)),
        _ => None,
    };
    match words.operation(place)? {
        Operation::Word(WordOperator::Multiply, cell, by) if constant(by) == Some(width) => Some((cell, 0)),
        Operation::Word(WordOperator::Add, first, word) => {
            let word = constant(word).filter(|word| (0..width).contains(word))?;
            let (cell, 0) = of_cell(words, first, width)? else { return None };
            Some((cell, word))
        }
        _ => None,
    }
}
