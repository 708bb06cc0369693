//! Whether two lanes meet: whether the lanes of a group touch a cell of an array that one of them writes. Touches are
//! kept in classes whose places differ in numbers alone, so that equal cells are found by looking them up.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{
    form::{Atom, EXACT, Form},
    walk::{Spent, Touch},
};
use crate::program::Access;

/// A touch of a lane.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) lane: u32,
    pub(super) write: bool,
    pub(super) certain: bool,
    /// The index of the access.
    access: u32,
    class: u32,
    cell: [u32; 3],
}

/// What the places of a class have in common: for each index its terms, and how many bits are known.
type Shape = Vec<(Vec<(Atom, u32)>, u32)>;

struct Class {
    shape: Shape,
    writes: bool,
    spots: Vec<Spot>,
}

/// So many classes are compared with a place before it is looked up.
const EARLY: usize = 4;

/// The touches of all lanes of a group, in one phase, of one array.
pub(super) struct Touches<'p> {
    sizes: Vec<u32>,
    accesses: Vec<&'p Access>,
    numbers: HashMap<Shape, u32, RandomState>,
    classes: Vec<Class>,
}

/// Touches of a cell by up to two lanes. More need not be kept: one of two differs from any third.
#[derive(Default)]
struct Seen {
    writes: [Option<Spot>; 2],
    touches: [Option<Spot>; 2],
}

impl Seen {
    fn add(&mut self, spot: Spot) {
        let keep = |slots: &mut [Option<Spot>; 2]| match slots {
            [None, _] => slots[0] = Some(spot),
            [Some(first), second @ None] if first.lane != spot.lane => *second = Some(spot),
            _ => {}
        };
        keep(&mut self.touches);
        if spot.write {
            keep(&mut self.writes);
        }
    }

    /// A touch before that may not be, with this one.
    fn meets(&self, spot: Spot) -> Option<Spot> {
        let before = if spot.write { &self.touches } else { &self.writes };
        before.iter().flatten().find(|other| other.lane != spot.lane).copied()
    }
}

impl<'p> Touches<'p> {
    /// Of an array with these dimensions.
    pub(super) fn new(sizes: Vec<u32>) -> Self {
        Touches { sizes, accesses: Vec::new(), numbers: HashMap::default(), classes: Vec::new() }
    }

    /// Adds what a lane touches. Out of range it touches nothing.
    pub(super) fn add(&mut self, lane: u32, touch: Touch<'p>) {
        let mut cell = [0; 3];
        for ((slot, form), size) in cell.iter_mut().zip(&touch.place).zip(&self.sizes) {
            if form.known().is_some_and(|index| index >= u64::from(*size)) {
                return;
            }
            *slot = form.constant as u32;
        }
        let class = self.class(touch.place);
        let access = match self.accesses.iter().position(|access| access.id == touch.access.id) {
            Some(found) => found as u32,
            None => {
                self.accesses.push(touch.access);
                self.accesses.len() as u32 - 1
            }
        };
        let spot = Spot { lane, write: touch.write, certain: touch.certain, access, class, cell };
        let class = &mut self.classes[class as usize];
        class.writes |= touch.write;
        class.spots.push(spot);
    }

    /// The class of a place. Most touches are of the classes that came first.
    fn class(&mut self, place: Vec<Form>) -> u32 {
        let early = self.classes.iter().take(EARLY).position(|class| {
            class.shape.len() == place.len()
                && class
                    .shape
                    .iter()
                    .zip(&place)
                    .all(|((terms, bits), form)| *bits == form.bits && *terms == form.terms)
        });
        if let Some(early) = early {
            return early as u32;
        }
        let shape: Shape = place.into_iter().map(|form| (form.terms, form.bits)).collect();
        let next = self.classes.len() as u32;
        let classes = &mut self.classes;
        *self.numbers.entry(shape).or_insert_with_key(|shape| {
            classes.push(Class { shape: shape.clone(), writes: false, spots: Vec::new() });
            next
        })
    }

    pub(super) fn access(&self, spot: Spot) -> &'p Access {
        self.accesses[spot.access as usize]
    }

    /// The indices of a touch.
    pub(super) fn place(&self, spot: Spot) -> Vec<Form> {
        let shape = &self.classes[spot.class as usize].shape;
        let forms = shape.iter().zip(spot.cell);
        forms.map(|((terms, bits), cell)| Form { constant: cell.into(), terms: terms.clone(), bits: *bits }).collect()
    }

    /// Two touches that may not be, the later last.
    pub(super) fn meeting(&self, step: &mut dyn FnMut(u64) -> bool) -> Result<Option<(Spot, Spot)>, Spent> {
        for (i, first) in self.classes.iter().enumerate() {
            for second in &self.classes[..=i] {
                if !first.writes && !second.writes {
                    continue;
                }
                let same = std::ptr::eq(first, second);
                if !step(first.spots.len() as u64 + second.spots.len() as u64) {
                    return Err(Spent);
                }
                if let Some(found) = meet(second, first, same) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

/// Two touches of two classes, or of one, that may be of one cell.
fn meet(first: &Class, second: &Class, same: bool) -> Option<(Spot, Spot)> {
    let mut masks = [0; 3];
    for (mask, ((terms, bits), (other, other_bits))) in masks.iter_mut().zip(first.shape.iter().zip(&second.shape)) {
        // Indices with different terms may be equal whatever their numbers are.
        if terms == other {
            *mask = mask_of(*bits.min(other_bits));
        }
    }
    let key = |spot: &Spot| [spot.cell[0] & masks[0], spot.cell[1] & masks[1], spot.cell[2] & masks[2]];
    let others = if same { [].iter() } else { first.spots.iter() };
    if !any_meet(second.spots.iter().chain(others).map(|spot| (key(spot), spot.lane, spot.write)).collect()) {
        return None;
    }
    let mut seen: HashMap<[u32; 3], Seen> = HashMap::new();
    if !same {
        first.spots.iter().for_each(|spot| seen.entry(key(spot)).or_default().add(*spot));
    }
    for spot in &second.spots {
        if same {
            let seen = seen.entry(key(spot)).or_default();
            if let Some(other) = seen.meets(*spot) {
                return Some((other, *spot));
            }
            seen.add(*spot);
        } else if let Some(other) = seen.get(&key(spot)).and_then(|seen| seen.meets(*spot)) {
            return Some((other, *spot));
        }
    }
    None
}

/// Whether a cell is touched by two lanes and written by one. Most often none is, and sorting tells so soonest.
fn any_meet(mut touches: Vec<([u32; 3], u32, bool)>) -> bool {
    touches.sort_unstable();
    let mut cells = touches.chunk_by(|(a, ..), (b, ..)| a == b);
    cells.any(|cell| cell.first().map(|c| c.1) != cell.last().map(|c| c.1) && cell.iter().any(|(.., write)| *write))
}

fn mask_of(bits: u32) -> u32 {
    if bits >= EXACT { u32::MAX } else { (1 << bits) - 1 }
}
