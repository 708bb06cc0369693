//! What two accesses know together. What is the same for both lanes is known to both where one of them knows it: an extent
//! that is small where one lane writes is as small where the other one does. With that, atoms may come to have one number.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    polynomial::{Atom, Polynomial},
    space::{Range, Reach, Space},
    spot::Spot,
};

/// The most facts that are taken over.
const MAX_SHARED: usize = 48;
/// How many numbers of an atom are tried one by one.
const MAX_NUMBERS: i128 = 4;

/// Two accesses with what each knows of atoms that are the same for both, and with the numbers of those that have but one,
/// which its facts still say. None if no two lanes come there.
pub(super) fn known(space: &mut Space, same: Reach, (a, b): (&Spot, &Spot)) -> Option<[Spot; 2]> {
    let shared = |of: &Spot, with: &Spot| -> Vec<Polynomial> {
        let new = of.facts.iter().filter(|fact| space.reach(fact) <= same && !with.facts.contains(fact));
        new.take(MAX_SHARED).cloned().collect()
    };
    let (for_a, for_b) = (shared(b, a), shared(a, b));
    space.spend(a.facts.len() * b.facts.len() / 8);
    Some([numbered(space, a, for_a)?, numbered(space, b, for_b)?])
}

/// An atom of the places, the same for both, that can have but few numbers, and these.
pub(super) fn few(space: &mut Space, same: Reach, (a, b): (&Spot, &Spot)) -> Option<(Atom, Range)> {
    let mark = space.mark();
    let facts: Vec<Polynomial> =
        a.facts.iter().chain(b.facts.iter()).filter(|fact| space.reach(fact) <= same).cloned().collect();
    facts.iter().for_each(|fact| space.learn(Some(fact.clone())));
    space.narrow_all(&facts);
    let atoms = a.place.atoms().chain(b.place.atoms()).filter(|atom| space.reach_of(*atom) <= same);
    let ranges = atoms.map(|atom| (atom, space.range_of(atom)));
    let found = ranges.filter(|(_, (low, high))| low < high && high - low < MAX_NUMBERS).min_by_key(|(atom, _)| *atom);
    space.restore(mark);
    found
}

/// An access with more facts.
fn numbered(space: &mut Space, spot: &Spot, more: Vec<Polynomial>) -> Option<Spot> {
    let mut facts: Vec<Polynomial> = spot.facts.iter().cloned().chain(more).collect();
    let mark = space.mark();
    facts.iter().for_each(|fact| space.learn(Some(fact.clone())));
    space.narrow_all(&facts);
    space.hold_all(&facts);
    space.narrow_all(&facts);
    let reached = !space.impossible(mark) && facts.iter().all(|fact| space.rough(fact).1 >= 0);
    let atoms = facts.iter().flat_map(Polynomial::atoms);
    let numbers: BTreeMap<Atom, i128> = atoms
        .filter_map(|atom| {
            let (low, high) = space.range_of(atom);
            (low == high).then_some((atom, low))
        })
        .collect();
    space.restore(mark);
    if !reached {
        return None;
    }
    let mut found = spot.clone();
    for (atom, number) in numbers {
        let by = Polynomial::number(number);
        let replaced = |sum: &Polynomial| sum.replaced(atom, &by).unwrap_or_else(|| sum.clone());
        facts = facts.iter().map(replaced).collect();
        found.place = replaced(&found.place);
        found.targets = found.targets.iter().map(replaced).collect();
        let above = Polynomial::atom(atom).shifted(-number);
        facts.extend(above.scaled(-1));
        facts.push(above);
    }
    facts.retain(|fact| !fact.varying().is_empty());
    found.facts = Rc::new(facts);
    Some(found)
}

/// Sums that are zero: they are at least 0, and at most.
pub(super) fn zeros(facts: &[Polynomial]) -> impl Iterator<Item = &Polynomial> {
    let first = |sum: &Polynomial| sum.terms().first().is_some_and(|(_, factor)| *factor > 0);
    facts.iter().filter(move |fact| first(fact) && fact.scaled(-1).is_some_and(|turned| facts.contains(&turned)))
}
