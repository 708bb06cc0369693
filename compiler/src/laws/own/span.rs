//! Which values the coordinates of a tile kernel have where they are atoms, under conditions; and indices taken apart
//! into coordinates, counters and the rest.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    form::{Atom, Atoms, Form, Key},
    group::lane_counts,
    quick::Index,
};
use crate::program::{Kernel, Phase};

/// For each coordinate its atom, its least value and its greatest.
#[derive(Clone)]
pub(super) struct Spans(Vec<(Atom, u64, u64)>);

impl Spans {
    /// All lanes of a group. None if the phase does not name its coordinates.
    pub(super) fn new(kernel: &Kernel, phase: &Phase, atoms: &Atoms) -> Option<Self> {
        let counts = lane_counts(kernel);
        if phase.coordinates.len() != counts.len() {
            return None;
        }
        let spans = phase.coordinates.iter().zip(counts).map(|(local, count)| {
            let atom = atoms.known(&Key::Local(*local))?;
            Some((atom, 0, u64::from(count.checked_sub(1)?)))
        });
        spans.collect::<Option<_>>().map(Spans)
    }

    /// Those lanes for which the conditions came out so; at least those. None if there are none.
    pub(super) fn under(&self, conditions: &[(Form, bool)], atoms: &Atoms) -> Option<Self> {
        let mut spans = self.clone();
        conditions.iter().for_each(|(form, holds)| spans.narrow(form, *holds, atoms));
        spans.0.iter().all(|(_, least, most)| least <= most).then_some(spans)
    }

    fn narrow(&mut self, condition: &Form, holds: bool, atoms: &Atoms) {
        let Some(key) = single(condition).and_then(|atom| atoms.key(atom)) else { return };
        match key {
            Key::Unary(Unary::Not, ScalarType::Bool, a) => self.narrow(a, !holds, atoms),
            Key::Binary(Binary::And, ScalarType::Bool, a, b) if holds => {
                self.narrow(a, true, atoms);
                self.narrow(b, true, atoms);
            }
            Key::Binary(Binary::Or, ScalarType::Bool, a, b) if !holds => {
                self.narrow(a, false, atoms);
                self.narrow(b, false, atoms);
            }
            Key::Binary(operator, ScalarType::U32, a, b) => {
                if let (Some(atom), Some(number)) = (single(a), b.known()) {
                    self.compare(atom, *operator, number, holds);
                } else if let (Some(number), Some(atom)) = (a.known(), single(b)) {
                    let turned = match operator {
                        Binary::Less => Binary::Greater,
                        Binary::LessOrEqual => Binary::GreaterOrEqual,
                        Binary::Greater => Binary::Less,
                        Binary::GreaterOrEqual => Binary::LessOrEqual,
                        same => *same,
                    };
                    self.compare(atom, turned, number, holds);
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, atom: Atom, operator: Binary, number: u64, holds: bool) {
        let Some((_, least, most)) = self.0.iter_mut().find(|(other, ..)| *other == atom) else { return };
        // In half-open terms, so that 0 needs no care: those below `end`, those from `start`.
        let (start, end) = match (operator, holds) {
            (Binary::Less, true) | (Binary::GreaterOrEqual, false) => (0, number),
            (Binary::Less, false) | (Binary::GreaterOrEqual, true) => (number, u64::MAX),
            (Binary::LessOrEqual, true) | (Binary::Greater, false) => (0, number + 1),
            (Binary::LessOrEqual, false) | (Binary::Greater, true) => (number + 1, u64::MAX),
            (Binary::Equal, true) | (Binary::NotEqual, false) => (number, number + 1),
            _ => return,
        };
        *least = (*least).max(start);
        match end.checked_sub(1) {
            Some(last) => *most = (*most).min(last),
            // No lane: less than the least.
            None => (*least, *most) = (1, 0),
        }
    }

    /// Both these lanes and those.
    pub(super) fn with(mut self, other: &Spans) -> Self {
        for ((_, least, most), (_, other_least, other_most)) in self.0.iter_mut().zip(&other.0) {
            *least = (*least).min(*other_least);
            *most = (*most).max(*other_most);
        }
        self
    }

    /// How many values each coordinate has.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.0.iter().map(|(_, least, most)| most - least + 1).collect()
    }
}

/// The atom that a value is.
fn single(form: &Form) -> Option<Atom> {
    match form.terms.as_slice() {
        [(atom, 1)] if form.is_exact() && form.constant == 0 => Some(*atom),
        _ => None,
    }
}

/// An index taken apart; None if lanes differ in something else than coordinates and counters.
pub(super) fn split(form: &Form, spans: &Spans, atoms: &Atoms) -> Option<Index> {
    let mut index = Index::new(form.bits, form.constant as u32, spans.0.len());
    for (atom, factor) in &form.terms {
        let signed = i64::from(factor.cast_signed());
        if let Some(coordinate) = spans.0.iter().position(|(other, ..)| other == atom) {
            index.coordinates[coordinate] = signed;
        } else if let Some(Key::Trip(_, trips)) = atoms.key(*atom) {
            let most = trips.saturating_sub(1);
            if signed < 0 {
                // Counted from its other end.
                index.constant = index.constant.wrapping_add(factor.wrapping_mul(most as u32));
            }
            index.trips.push((signed.unsigned_abs(), most));
        } else if atoms.of_lane(*atom) {
            return None;
        } else {
            index.same_for_all(*atom, *factor);
        }
    }
    Some(index)
}
