//! A short way to know of most arrays of tile kernels that no lanes meet in them: a phase is walked once, with
//! coordinates and the trips of loops as atoms, and the coordinates stand in the indices like the digits of a number.
//!
//! It says so only where the enumeration of `tiles`, which is the law, would say so too, and within its steps.

use std::collections::BTreeMap;

use super::{
    BUDGET,
    evaluate::Evaluator,
    form::{Atom, EXACT, Form},
    group::{Group, name_group, walk_group, walk_whole},
    radix::{self, Digit},
    slice::{Node, slice},
    span::{Spans, split},
    walk::{Spent, Touch},
};
use crate::program::{ArrayRef, Kernel, LocalId, Phase, Program};

/// What is known to be free of meetings.
pub(super) struct Quick {
    /// For each array of a phase that was asked for.
    pub(super) proven: Vec<bool>,
    /// At least as many steps as the enumeration takes for these.
    pub(super) steps: u64,
}

/// Which arrays of which phases no two lanes can meet in.
pub(super) fn prove<'p>(
    program: &'p Program,
    kernel: &'p Kernel,
    asked: impl Iterator<Item = (&'p Phase, ArrayRef)>,
) -> Quick {
    let mut evaluator = Evaluator::new(&program.constants, kernel.locals.len(), 4 * BUDGET);
    evaluator.wary = true;
    let asked = asked.map(|(phase, array)| {
        let nodes = slice(&phase.body, &kernel.locals, &|access| access.array == array);
        Asked { phase, nodes, proven: true }
    });
    let mut pass = Pass { kernel, evaluator, by_trip: false, asked: asked.collect() };
    let mut proven = vec![false; pass.asked.len()];
    for by_trip in [false, true] {
        pass.by_trip = by_trip;
        for (asked, proven) in pass.asked.iter_mut().zip(&proven) {
            asked.proven = !proven;
        }
        name_group(&mut pass.evaluator, kernel);
        if walk_group(&mut pass, &kernel.body, &mut Vec::new()).is_err() {
            break;
        }
        proven.iter_mut().zip(&pass.asked).for_each(|(proven, asked)| *proven |= asked.proven);
        if proven.iter().all(|proven| *proven) {
            break;
        }
    }
    // The enumeration tries three ways, each with no more steps than one of these passes counts.
    Quick { proven, steps: (4 * BUDGET - pass.evaluator.left).saturating_mul(3) }
}

struct Asked<'p> {
    phase: &'p Phase,
    nodes: Vec<Node<'p>>,
    proven: bool,
}

/// A walk through all phases; loops of the group are walked for any trip or trip by trip.
struct Pass<'p> {
    kernel: &'p Kernel,
    evaluator: Evaluator<'p>,
    by_trip: bool,
    asked: Vec<Asked<'p>>,
}

impl<'p> Group<'p> for Pass<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p> {
        &mut self.evaluator
    }

    fn kernel(&self) -> &'p Kernel {
        self.kernel
    }

    fn by_trip(&self) -> bool {
        self.by_trip
    }

    fn phase(&mut self, phase: &'p Phase, _: &[(LocalId, u64)]) -> Result<(), Spent> {
        for i in 0..self.asked.len() {
            if !std::ptr::eq(self.asked[i].phase, phase) || !self.asked[i].proven {
                continue;
            }
            let before = self.evaluator.left;
            let nodes = std::mem::take(&mut self.asked[i].nodes);
            let touches = walk_whole(self, phase, &nodes);
            self.asked[i].nodes = nodes;
            let touches = touches?;
            // A touch is a step; the enumeration compares each with those of every class.
            let spent = before - self.evaluator.left;
            let compared = spent.saturating_mul(2 * touches.len() as u64);
            let within = spent.saturating_add(compared) < BUDGET;
            if !self.evaluator.step(compared) {
                return Err(Spent);
            }
            self.asked[i].proven = within && apart(self.kernel, phase, &self.evaluator, touches);
        }
        Ok(())
    }
}

/// An index, taken apart.
pub(super) struct Index {
    /// For each coordinate its factor.
    pub(super) coordinates: Vec<i64>,
    /// The counters: each factor without its sign, and the greatest number that it stands with.
    pub(super) trips: Vec<(u64, u64)>,
    /// The least value, as far as the counters go.
    pub(super) constant: u32,
    /// What is the same for all lanes.
    uniform: Vec<(Atom, u32)>,
    bits: u32,
}

impl Index {
    pub(super) fn new(bits: u32, constant: u32, coordinates: usize) -> Self {
        Index { coordinates: vec![0; coordinates], trips: Vec::new(), constant, uniform: Vec::new(), bits }
    }

    pub(super) fn same_for_all(&mut self, atom: Atom, factor: u32) {
        self.uniform.push((atom, factor));
    }

    /// Whether it is made of coordinates, counters and numbers alone.
    pub(super) fn is_plain(&self) -> bool {
        self.bits == EXACT && self.uniform.is_empty()
    }
}

/// Whether no two lanes of a phase meet in these touches of an array.
fn apart(kernel: &Kernel, phase: &Phase, evaluator: &Evaluator<'_>, touches: Vec<Touch<'_>>) -> bool {
    let Some(all) = Spans::new(kernel, phase, &evaluator.atoms) else { return false };
    let mut hull: Option<Spans> = None;
    let mut writes = false;
    let mut places: Vec<Vec<Index>> = Vec::new();
    for touch in touches {
        let Some(spans) = all.under(&touch.under, &evaluator.atoms) else { continue };
        hull = Some(hull.map_or_else(|| spans.clone(), |hull| hull.with(&spans)));
        writes |= touch.write;
        let place: Option<Vec<Index>> = touch.place.iter().map(|form| split(form, &all, &evaluator.atoms)).collect();
        let Some(place) = place else { return false };
        places.push(place);
    }
    let Some(hull) = hull.filter(|_| writes) else { return true };
    // How many values a coordinate has, as long as two lanes that meet may differ in it.
    let mut counts = hull.counts();
    let dimensions = places.first().map_or(0, Vec::len);
    let mut progress = true;
    while progress && counts.iter().any(|count| *count > 1) {
        progress = false;
        for dimension in 0..dimensions {
            let indices: Vec<&Index> = places.iter().filter_map(|place| place.get(dimension)).collect();
            for decided in decided(&indices, &counts) {
                counts[decided] = 1;
                progress = true;
            }
        }
    }
    counts.iter().all(|count| *count <= 1)
}

/// The coordinates that two lanes have in common if their indices in one dimension are equal.
fn decided(indices: &[&Index], counts: &[u64]) -> Vec<usize> {
    let Some(first) = indices.first() else { return Vec::new() };
    if indices.iter().any(|index| index.coordinates != first.coordinates || index.uniform != first.uniform) {
        return Vec::new();
    }
    let bits = indices.iter().map(|index| index.bits).min().unwrap_or(0);
    let mut digits: Vec<(Digit, Option<usize>)> = Vec::new();
    for (coordinate, (factor, count)) in first.coordinates.iter().zip(counts).enumerate() {
        if *factor != 0 && *count > 1 {
            digits.push((Digit { factor: *factor, count: *count }, Some(coordinate)));
        }
    }
    let mut trips: BTreeMap<u64, u64> = BTreeMap::new();
    for index in indices {
        let mut here: BTreeMap<u64, u64> = BTreeMap::new();
        for (factor, most) in &index.trips {
            let sum = here.entry(*factor).or_default();
            *sum = sum.saturating_add(*most);
        }
        for (factor, most) in here {
            let slot = trips.entry(factor).or_default();
            *slot = (*slot).max(most);
        }
    }
    let trips = trips.into_iter().map(|(factor, most)| (factor as i64, most.saturating_add(1)));
    digits.extend(trips.map(|(factor, count)| (Digit { factor, count }, None)));
    // The numbers differ by multiples of what divides all their differences.
    let from_first = |index: &&Index| i64::from(index.constant.wrapping_sub(first.constant).cast_signed());
    let least = indices.iter().map(from_first).min().unwrap_or(0);
    let over = |index: &&Index| (from_first(index) - least).unsigned_abs();
    let step = indices.iter().map(over).fold(0, divisor);
    if let Some(steps) = indices.iter().map(over).max().unwrap_or(0).checked_div(step) {
        digits.push((Digit { factor: step as i64, count: steps + 1 }, None));
    }
    digits.sort_by_key(|(digit, _)| digit.factor.unsigned_abs());
    let (digits, of): (Vec<Digit>, Vec<Option<usize>>) = digits.into_iter().unzip();
    let Some(lowest) = of.iter().position(Option::is_some) else { return Vec::new() };
    // What is below the lowest coordinate need not be told apart.
    let told = |k: usize| digits[k].factor.unsigned_abs() > radix::reach(&digits[..k]);
    if radix::reach(&digits) >> bits != 0 || !(lowest..digits.len()).all(told) {
        return Vec::new();
    }
    of.into_iter().flatten().collect()
}

/// The greatest common divisor.
fn divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The cells, as a range for each dimension, that lanes write together in a touch that all come to: all that are in it.
pub(super) fn box_of(index: &Index, counts: &[u64]) -> Option<std::ops::RangeInclusive<u64>> {
    if !index.is_plain() {
        return None;
    }
    let lanes = index.coordinates.iter().zip(counts).filter(|(factor, count)| **factor != 0 && **count > 1);
    let lanes = lanes.map(|(factor, count)| Digit { factor: *factor, count: *count });
    let trips =
        index.trips.iter().map(|(factor, most)| Digit { factor: *factor as i64, count: most.saturating_add(1) });
    let mut digits: Vec<Digit> = lanes.chain(trips).collect();
    digits.sort_by_key(|digit| digit.factor);
    let whole = (0..digits.len()).all(|k| {
        digits[k].factor > 0 && digits[k].factor.unsigned_abs() <= radix::reach(&digits[..k]).saturating_add(1)
    });
    let least = u64::from(index.constant);
    let most = least.saturating_add(radix::reach(&digits));
    (whole && most <= u64::from(u32::MAX)).then_some(least..=most)
}

/// Whether the indices of a touch have no atom in common, so that each is what it is whatever the others are.
pub(super) fn independent(place: &[Form]) -> bool {
    let mut seen: Vec<Atom> = Vec::new();
    place.iter().flat_map(|form| &form.terms).all(|(atom, _)| {
        let new = !seen.contains(atom);
        seen.push(*atom);
        new
    })
}
