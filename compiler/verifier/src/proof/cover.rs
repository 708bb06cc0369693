//! No cell of an array of the group is read before it is written. All lanes are walked at once, step by step, with the
//! values that follow from their numbers; a loop whose trips are known is walked trip by trip. A cell counts as written
//! once a lane certainly writes it; a read must be of such cells, of all of them where its place is not known. That
//! what one lane wrote has come to another is law 3's part: without a barrier between, they do not meet.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    enumerate::{Access, Lanes},
    evaluate::{compare, logic, word},
    needed::Needed,
    polynomial::Atom,
    space::Reach,
    spot::Spot,
    uniform::{Uniform, leaves},
    words::Words,
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{self, Kernel, Operation, Place, Site, Step, Value},
};

/// The most values that are computed, each lane counted.
const BUDGET: u64 = 1 << 25;

/// A word or truth value, as far as it is known.
#[derive(Clone)]
enum Known {
    Same(Option<u32>),
    Each(Rc<[Option<u32>]>),
}

impl Known {
    fn of(&self, lane: usize) -> Option<u32> {
        match self {
            Known::Same(word) => *word,
            Known::Each(words) => words.get(lane).copied().flatten(),
        }
    }
}

/// Whether a lane is here.
#[derive(Clone, Copy, PartialEq)]
enum Here {
    Yes,
    Maybe,
    No,
}

type Mask = Rc<[Here]>;

/// Refuses a read of a cell that may not have been written.
pub(super) fn check(
    kernel: &Kernel,
    uniform: &Uniform,
    needed: &Needed,
    places: Places<'_, '_>,
) -> Result<(), Refusal> {
    if kernel.shared.is_empty() {
        return Ok(());
    }
    let written = kernel.shared.iter().map(|shared| vec![false; shared.cells as usize]).collect();
    let mut cover = Cover {
        kernel,
        uniform,
        needed,
        lanes: kernel.lanes as usize,
        values: vec![None; kernel.values.len()],
        variables: vec![Known::Same(None); kernel.variables.len()],
        missing: kernel.shared.iter().map(|shared| shared.cells as usize).collect(),
        written,
        places,
        left: BUDGET,
    };
    let all: Mask = std::iter::repeat_n(Here::Yes, cover.lanes).collect();
    match cover.block(&kernel.body, &all, true) {
        Ok(()) | Err(Stop::Covered) => Ok(()),
        Err(Stop::Unwritten(site)) => {
            Err(Refusal::at(rules::UNWRITTEN, site, "a cell that is read here may not have been written before"))
        }
        Err(Stop::Spent) => Err(Refusal::of(
            rules::UNWRITTEN,
            "that no cell of an array of the group is read before it is written takes more steps to show than it may",
        )),
    }
}

/// Where reads lead whose indices are data, as far as the proof of the index knows.
pub(super) struct Places<'w, 'k> {
    pub(super) words: &'w Words<'k>,
    pub(super) lane: Option<Atom>,
    pub(super) spots: &'w BTreeMap<Site, Vec<Spot>>,
}

impl Places<'_, '_> {
    /// Whether all cells that a read can mean are written.
    fn written(&self, site: Site, written: &[bool], left: &mut u64) -> bool {
        let (Some(lane), Some(spots)) = (self.lane, self.spots.get(&site)) else { return false };
        let mut lanes = Lanes::new(self.words, &self.words.definitions, (lane, Reach::Dispatch), *left);
        let all = spots.iter().all(|spot| {
            let access = Access { sums: std::slice::from_ref(&spot.place), facts: &spot.facts };
            let cells = lanes.cells(access, written.len());
            cells.is_some_and(|cells| cells.iter().zip(written).all(|(read, written)| !read || *written))
        });
        *left = lanes.left.saturating_sub(lanes.looked as u64);
        all
    }
}

/// Why a walk ends before its end.
enum Stop {
    /// Every cell of every array is written for good.
    Covered,
    Unwritten(Site),
    Spent,
}

struct Cover<'k> {
    kernel: &'k Kernel,
    uniform: &'k Uniform,
    needed: &'k Needed,
    lanes: usize,
    values: Vec<Option<Known>>,
    variables: Vec<Known>,
    written: Vec<Vec<bool>>,
    /// How many cells of each array are not written.
    missing: Vec<usize>,
    places: Places<'k, 'k>,
    left: u64,
}

impl Cover<'_> {
    fn spend(&mut self, steps: u64) -> Result<(), Stop> {
        self.left = self.left.checked_sub(steps).ok_or(Stop::Spent)?;
        Ok(())
    }

    /// `main` says that the block surely runs, so that what it writes stays.
    fn block(&mut self, steps: &[Step], mask: &Mask, main: bool) -> Result<(), Stop> {
        for step in steps {
            self.spend(1)?;
            self.step(step, mask, main)?;
            if main && self.missing.iter().all(|missing| *missing == 0) {
                return Err(Stop::Covered);
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, mask: &Mask, main: bool) -> Result<(), Stop> {
        match step {
            Step::Let(value) => self.make(*value, mask)?,
            Step::Store { place: Place::Variable(variable), value, .. } => {
                if self.needed.variable(*variable) {
                    self.assign(*variable, *value, mask)?;
                }
            }
            Step::Store { place: Place::Shared(shared, index), .. } => self.write(*shared, *index, mask)?,
            Step::Store { .. } => {}
            Step::Atomic { place: Place::Shared(shared, index), site, .. } => {
                // It reads what it changes.
                self.read(*shared, *index, mask, *site)?;
            }
            Step::Atomic { .. } => {}
            Step::If { condition, then, otherwise, .. } => self.branch(*condition, then, otherwise, mask, main)?,
            Step::Loop { counter, trips, body, .. } => self.repeat(*counter, *trips, body, mask, main)?,
            Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
        }
        Ok(())
    }

    fn branch(
        &mut self,
        condition: Value,
        then: &[Step],
        otherwise: &[Step],
        mask: &Mask,
        main: bool,
    ) -> Result<(), Stop> {
        let known = self.value(condition);
        if let Known::Same(None) = known
            && self.uniform.is(condition)
        {
            // All lanes take one of the two; after it is written what both write.
            let (written, missing, variables) = (self.written.clone(), self.missing.clone(), self.variables.clone());
            self.spend(self.written.iter().map(|cells| cells.len() as u64 / 64).sum())?;
            self.block(then, mask, false)?;
            let first = std::mem::replace(&mut self.written, written);
            self.missing = missing;
            let ended = std::mem::replace(&mut self.variables, variables);
            self.block(otherwise, mask, false)?;
            for (cells, other) in self.written.iter_mut().zip(&first) {
                cells.iter_mut().zip(other).for_each(|(cell, other)| *cell &= other);
            }
            self.count();
            for (variable, other) in self.variables.iter_mut().zip(ended) {
                let same = matches!((&*variable, &other), (Known::Same(a), Known::Same(b)) if a == b);
                let shared = matches!((&*variable, &other), (Known::Each(a), Known::Each(b)) if Rc::ptr_eq(a, b));
                if !same && !shared {
                    *variable = Known::Same(None);
                }
            }
            return Ok(());
        }
        for (truth, steps) in [(1, then), (0, otherwise)] {
            if steps.is_empty() {
                continue;
            }
            self.spend(self.lanes as u64)?;
            let taken = mask.iter().enumerate().map(|(lane, here)| match (here, known.of(lane)) {
                (Here::No, _) => Here::No,
                (here, Some(word)) => {
                    if word == truth {
                        *here
                    } else {
                        Here::No
                    }
                }
                (_, None) => Here::Maybe,
            });
            let taken: Mask = taken.collect();
            if taken.iter().any(|here| *here != Here::No) {
                self.block(steps, &taken, main)?;
            }
        }
        Ok(())
    }

    fn count(&mut self) {
        let missing = self.written.iter().map(|cells| cells.iter().filter(|cell| !**cell).count());
        self.missing = missing.collect();
    }

    fn repeat(&mut self, counter: u32, trips: Value, body: &[Step], mask: &Mask, main: bool) -> Result<(), Stop> {
        let trips_known = self.value(trips);
        let most = match &trips_known {
            Known::Same(most) => *most,
            Known::Each(words) => {
                words.iter().copied().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
            }
        };
        let mut stored = vec![counter];
        self.stored(body, &mut stored);
        if most == Some(0) {
            self.forget(counter);
            return Ok(());
        }
        if let (Some(most), false) = (most, leaves(body)) {
            if !tree::touches_shared(self.kernel, body) {
                stored.iter().for_each(|variable| self.forget(*variable));
                return Ok(());
            }
            for trip in 0..most {
                self.spend(self.lanes as u64)?;
                self.variable(counter, Known::Same(Some(trip)));
                let taken: Mask = mask
                    .iter()
                    .enumerate()
                    .map(
                        |(lane, here)| {
                            if trips_known.of(lane).is_some_and(|trips| trip < trips) { *here } else { Here::No }
                        },
                    )
                    .collect();
                self.block(body, &taken, main)?;
            }
            self.forget(counter);
            return Ok(());
        }
        // Some trip: what it writes is not written if there is none.
        stored.iter().for_each(|variable| self.forget(*variable));
        let whole = self.uniform.is(trips) && !leaves(body);
        let (written, missing) = (self.written.clone(), self.missing.clone());
        self.spend(self.written.iter().map(|cells| cells.len() as u64 / 64).sum())?;
        if whole {
            self.block(body, mask, false)?;
        } else {
            let maybe: Mask = mask.iter().map(|here| if *here == Here::No { Here::No } else { Here::Maybe }).collect();
            self.block(body, &maybe, false)?;
        }
        (self.written, self.missing) = (written, missing);
        stored.iter().for_each(|variable| self.forget(*variable));
        Ok(())
    }

    fn stored(&self, steps: &[Step], found: &mut Vec<u32>) {
        tree::stored(steps, &mut |variable| found.push(variable));
    }

    fn forget(&mut self, variable: u32) {
        self.variable(variable, Known::Same(None));
    }

    fn variable(&mut self, variable: u32, known: Known) {
        if let Some(slot) = self.variables.get_mut(variable as usize) {
            *slot = known;
        }
    }

    fn assign(&mut self, variable: u32, value: Value, mask: &Mask) -> Result<(), Stop> {
        let new = self.value(value);
        if mask.iter().all(|here| *here == Here::Yes) {
            self.variable(variable, new);
            return Ok(());
        }
        self.spend(self.lanes as u64)?;
        let old = self.variables.get(variable as usize).cloned().unwrap_or(Known::Same(None));
        let words = mask.iter().enumerate().map(|(lane, here)| match here {
            Here::Yes => new.of(lane),
            Here::No => old.of(lane),
            Here::Maybe => new.of(lane).filter(|word| old.of(lane) == Some(*word)),
        });
        self.variable(variable, Known::Each(words.collect()));
        Ok(())
    }

    fn write(&mut self, shared: u32, index: Value, mask: &Mask) -> Result<(), Stop> {
        self.spend(self.lanes as u64)?;
        let index = self.value(index);
        let Some(cells) = self.written.get_mut(shared as usize) else { return Ok(()) };
        let Some(missing) = self.missing.get_mut(shared as usize) else { return Ok(()) };
        for (lane, here) in mask.iter().enumerate() {
            if let (Here::Yes, Some(word)) = (here, index.of(lane))
                && let Some(cell) = cells.get_mut(word as usize)
                && !std::mem::replace(cell, true)
            {
                *missing = missing.saturating_sub(1);
            }
        }
        Ok(())
    }

    fn read(&mut self, shared: u32, index: Value, mask: &Mask, site: Site) -> Result<(), Stop> {
        if self.missing.get(shared as usize) == Some(&0) {
            return Ok(());
        }
        self.spend(self.lanes as u64)?;
        let index = self.value(index);
        let cells = self.written.get(shared as usize).map(Vec::as_slice).unwrap_or_default();
        let written = |lane: usize| index.of(lane).is_some_and(|word| cells.get(word as usize) == Some(&true));
        let good = mask.iter().enumerate().all(|(lane, here)| *here == Here::No || written(lane));
        let unknown = |lane: usize| index.of(lane).is_none_or(|word| cells.get(word as usize) == Some(&true));
        let known = mask.iter().enumerate().all(|(lane, here)| *here == Here::No || unknown(lane));
        let good = good || (known && self.places.written(site, cells, &mut self.left));
        if good { Ok(()) } else { Err(Stop::Unwritten(site)) }
    }

    fn value(&mut self, value: Value) -> Known {
        if let Some(Some(known)) = self.values.get(value.0 as usize) {
            return known.clone();
        }
        match self.kernel.operation(value) {
            Some(Operation::Constant(word)) => Known::Same(Some(word)),
            _ => Known::Same(None),
        }
    }

    fn make(&mut self, value: Value, mask: &Mask) -> Result<(), Stop> {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return Ok(()) };
        if let Operation::Load(Place::Shared(shared, index)) = definition.operation {
            return self.read(shared, index, mask, definition.site);
        }
        if !self.needed.value(value) {
            return Ok(());
        }
        let known = match definition.operation {
            Operation::Constant(word) => Known::Same(Some(word)),
            Operation::LaneX => Known::Each((0..self.lanes as u32).map(Some).collect()),
            Operation::Load(Place::Variable(variable)) => {
                self.variables.get(variable as usize).cloned().unwrap_or(Known::Same(None))
            }
            Operation::Word(operator, a, b) => self.map([a, b, b], |[a, b, _]| word(operator, a?, b?))?,
            Operation::Compare(comparison, a, b) => {
                self.map([a, b, b], |[a, b, _]| Some(compare(comparison, a?, b?).into()))?
            }
            Operation::Complement(a) => self.map([a, a, a], |[a, ..]| Some(!a?))?,
            Operation::Not(a) => self.map([a, a, a], |[a, ..]| Some(u32::from(a? == 0)))?,
            Operation::Logic(operator, a, b) => self.map([a, b, b], |[a, b, _]| logic(operator, a, b))?,
            Operation::Select(condition, a, b) => self.map([condition, a, b], |[condition, a, b]| match condition {
                Some(0) => b,
                Some(_) => a,
                None => a.filter(|a| b == Some(*a)),
            })?,
            _ => Known::Same(None),
        };
        if let Some(slot) = self.values.get_mut(value.0 as usize) {
            *slot = Some(known);
        }
        Ok(())
    }

    fn map(&mut self, operands: [Value; 3], f: impl Fn([Option<u32>; 3]) -> Option<u32>) -> Result<Known, Stop> {
        let [a, b, c] = operands.map(|operand| self.value(operand));
        if let (Known::Same(a), Known::Same(b), Known::Same(c)) = (&a, &b, &c) {
            return Ok(Known::Same(f([*a, *b, *c])));
        }
        self.spend(self.lanes as u64)?;
        Ok(Known::Each((0..self.lanes).map(|lane| f([a.of(lane), b.of(lane), c.of(lane)])).collect()))
    }
}

#[cfg(test)]
mod tests;
