//! Two accesses of the lanes of a group, tried with every lane: places are computed from the lane's number, what is the
//! same for all lanes and has few values is tried with each of them, and what a lane alone has few values of as well. A
//! point at which a fact fails is not reached. What is left symbolic must be the same for both.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    polynomial::{Atom, Monomial, Polynomial},
    space::Reach,
    spot::{Spot, Terms},
    words::{Definition, Words},
};
use crate::tree::WordOperator;

/// The most values of an atom that are tried.
const MAX_VALUES: i128 = 1024;
/// The most ways in which what is the same for all lanes is tried.
const MAX_UNIFORM: u64 = 4096;
/// How deep operations are followed.
const MAX_DEPTH: u32 = 16;

type Values = HashMap<Atom, i128>;

/// A search through the lanes of a group.
pub(super) struct Lanes<'w, 'k> {
    pub(super) words: &'w Words<'k>,
    pub(super) lane: Atom,
    pub(super) lanes: u32,
    /// Atoms of this reach are the same in both accesses.
    pub(super) same: Reach,
    /// How many points may still be looked at.
    pub(super) left: u64,
}

/// What is tried of one access.
struct Side<'s> {
    spot: &'s Spot,
    free: Vec<(Atom, (i128, i128))>,
}

impl Lanes<'_, '_> {
    /// Whether no two lanes come to the same place.
    pub(super) fn apart(&mut self, a: &Spot, b: &Spot) -> bool {
        let (mut uniform, mut sides) = (BTreeSet::new(), Vec::new());
        for spot in [a, b] {
            let mut lane = BTreeSet::new();
            for (monomial, _) in &spot.place {
                for atom in monomial.atoms() {
                    self.leaves(atom, &mut uniform, &mut lane, MAX_DEPTH);
                }
            }
            for fact in &spot.facts {
                let mut inside = (BTreeSet::new(), BTreeSet::new());
                for atom in fact.iter().flat_map(|(monomial, _)| monomial.atoms()) {
                    self.leaves(atom, &mut inside.0, &mut inside.1, MAX_DEPTH);
                }
                // Facts about what is tried anyway, or about counters of the group, cost little.
                if inside.1.is_subset(&lane) {
                    uniform.extend(inside.0);
                }
            }
            let free = lane.into_iter().map(|atom| (atom, self.words.space.range_of(atom)));
            sides.push(Side { spot, free: free.filter(|(_, range)| few(*range)).collect() });
        }
        let tried: Vec<(Atom, (i128, i128))> = uniform
            .into_iter()
            .map(|atom| (atom, self.words.space.range_of(atom)))
            .filter(|(atom, range)| few(*range) && self.words.space.reach_of(*atom) > Reach::Dispatch)
            .collect();
        let ways = tried.iter().fold(1u64, |ways, (_, (low, high))| ways.saturating_mul((high - low + 1) as u64));
        let [a, b] = sides.as_slice() else { return false };
        if ways > MAX_UNIFORM {
            return false;
        }
        (0..ways).all(|way| self.way(a, b, &tried, way))
    }

    /// All cells that lanes can come to; None if that cannot be told.
    pub(super) fn cells(&mut self, spot: &Spot, cells: usize) -> Option<Vec<bool>> {
        let (mut uniform, mut lane) = (BTreeSet::new(), BTreeSet::new());
        for (monomial, _) in &spot.place {
            for atom in monomial.atoms() {
                self.leaves(atom, &mut uniform, &mut lane, MAX_DEPTH);
            }
        }
        let free = uniform.into_iter().chain(lane).map(|atom| (atom, self.words.space.range_of(atom)));
        let side = Side { spot, free: free.filter(|(_, range)| few(*range)).collect() };
        let (mut found, mut good) = (vec![false; cells], true);
        let whole = self.each(&side, &Values::new(), &mut |_, rest, place| {
            good &= rest.is_empty();
            let cell = usize::try_from(place).ok().and_then(|place| found.get_mut(place));
            cell.into_iter().for_each(|cell| *cell = true);
        });
        (whole && good).then_some(found)
    }

    /// The atoms that an atom is computed from: of the group, and of the lane beside its number.
    fn leaves(&self, atom: Atom, uniform: &mut BTreeSet<Atom>, lane: &mut BTreeSet<Atom>, depth: u32) {
        if atom == self.lane {
            return;
        }
        if let (Some(definition), Some(depth)) = (self.words.definitions.get(&atom), depth.checked_sub(1))
            && definition.atoms().all(|atom| self.computable(atom, depth))
        {
            for atom in definition.atoms() {
                self.leaves(atom, uniform, lane, depth);
            }
            return;
        }
        if self.words.space.reach_of(atom) <= self.same {
            uniform.insert(atom);
        } else {
            lane.insert(atom);
        }
    }

    /// Whether an atom can be computed from the lane's number and atoms of few values.
    fn computable(&self, atom: Atom, depth: u32) -> bool {
        match (self.words.definitions.get(&atom), depth.checked_sub(1)) {
            _ if atom == self.lane => true,
            (Some(definition), Some(depth)) if definition.atoms().all(|atom| self.computable(atom, depth)) => true,
            _ => few(self.words.space.range_of(atom)),
        }
    }

    fn way(&mut self, a: &Side<'_>, b: &Side<'_>, tried: &[(Atom, (i128, i128))], way: u64) -> bool {
        let mut values = Values::new();
        assign(&mut values, tried, way);
        // For each place the first lane that comes there, and whether another one does.
        let mut places: HashMap<(Terms, i128), (u32, bool)> = HashMap::new();
        let mut rests: BTreeMap<Terms, ()> = BTreeMap::new();
        let mut good = true;
        let whole = self.each(a, &values, &mut |lane, rest, place| {
            rests.insert(rest.clone(), ());
            let entry = places.entry((rest, place)).or_insert((lane, false));
            entry.1 |= entry.0 != lane;
        });
        if !whole {
            return false;
        }
        let whole = self.each(b, &values, &mut |lane, rest, place| {
            // Symbolic parts that differ may be any distance apart.
            good &= rests.keys().all(|other| *other == rest);
            if let Some((first, more)) = places.get(&(rest, place)) {
                good &= !more && *first == lane;
            }
        });
        whole && good
    }

    /// Each point of an access; false if it cannot be computed, or there are too many.
    fn each(&mut self, side: &Side<'_>, uniform: &Values, found: &mut dyn FnMut(u32, Terms, i128)) -> bool {
        let ways = side.free.iter().fold(1u64, |ways, (_, (low, high))| ways.saturating_mul((high - low + 1) as u64));
        let points = ways.saturating_mul(self.lanes.into());
        let Some(left) = self.left.checked_sub(points) else { return false };
        self.left = left;
        let mut values = uniform.clone();
        for lane in 0..self.lanes {
            for way in 0..ways {
                values.clone_from(uniform);
                values.insert(self.lane, lane.into());
                assign(&mut values, &side.free, way);
                let reached = side.spot.facts.iter().all(|fact| match self.sum(fact, &mut values) {
                    (rest, sum) if rest.is_empty() => sum >= 0,
                    _ => true,
                });
                if !reached {
                    continue;
                }
                let (rest, place) = self.sum(&side.spot.place, &mut values);
                if rest.iter().any(|(monomial, _)| self.varies(monomial)) {
                    return false;
                }
                found(lane, rest, place);
            }
        }
        true
    }

    fn varies(&self, monomial: &Monomial) -> bool {
        monomial.atoms().any(|atom| self.words.space.reach_of(atom) > self.same)
    }

    /// What of a sum is not known, and the rest of it as a number.
    fn sum(&self, terms: &Terms, values: &mut Values) -> (Terms, i128) {
        let (mut rest, mut number) = (Terms::new(), 0i128);
        for (monomial, factor) in terms {
            let product = monomial.atoms().try_fold(*factor, |product, atom| {
                product.checked_mul(self.value(atom, values, MAX_DEPTH)?)
            });
            match product {
                Some(product) => number = number.saturating_add(product),
                None => rest.push((*monomial, *factor)),
            }
        }
        (rest, number)
    }

    fn value(&self, atom: Atom, values: &mut Values, depth: u32) -> Option<i128> {
        if let Some(value) = values.get(&atom) {
            return Some(*value);
        }
        let definition = self.words.definitions.get(&atom)?;
        let depth = depth.checked_sub(1)?;
        let mut number = |sum: &Polynomial| {
            sum.terms().iter().try_fold(0i128, |all, (monomial, factor)| {
                let product = monomial
                    .atoms()
                    .try_fold(*factor, |product, atom| product.checked_mul(self.value(atom, values, depth)?))?;
                all.checked_add(product)
            })
        };
        let value = match definition {
            Definition::Operation(operator, x, y) => {
                let (x, y) = (u32::try_from(number(x)?).ok()?, u32::try_from(number(y)?).ok()?);
                operate(*operator, x, y)?.into()
            }
            Definition::Word(equal) => number(equal)?.rem_euclid(1 << 32),
            Definition::Signed(equal) => i128::from(number(equal)? as i32),
        };
        values.insert(atom, value);
        Some(value)
    }
}

fn few((low, high): (i128, i128)) -> bool {
    high - low < MAX_VALUES
}

/// The values of a way: its number in a mixed radix.
fn assign(values: &mut Values, atoms: &[(Atom, (i128, i128))], way: u64) {
    let mut way = i128::from(way);
    for (atom, (low, high)) in atoms {
        let count = high - low + 1;
        values.insert(*atom, low + way % count);
        way /= count;
    }
}

fn operate(operator: WordOperator, x: u32, y: u32) -> Option<u32> {
    Some(match operator {
        WordOperator::Divide => x.checked_div(y)?,
        WordOperator::Remainder => x.checked_rem(y)?,
        WordOperator::And => x & y,
        WordOperator::Or => x | y,
        WordOperator::Xor => x ^ y,
        WordOperator::ShiftLeft => x.checked_shl(y)?,
        WordOperator::ShiftRight => x.checked_shr(y)?,
        WordOperator::Add => x.wrapping_add(y),
        WordOperator::Subtract => x.wrapping_sub(y),
        WordOperator::Multiply => x.wrapping_mul(y),
        _ => return None,
    })
}
