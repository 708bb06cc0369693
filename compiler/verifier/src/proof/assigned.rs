//! Nothing is read before it is set: variables of a lane, and the cells of its arrays. A branch sets what both of its
//! sides set; a loop sets nothing for sure, but where it fills an array cell by cell.

use super::uniform::leaves;
use crate::{
    refusal::Refusal,
    rules,
    tree::{Kernel, Operation, Place, Site, Step, Value},
};

/// Which variables are set, and of arrays which cells, in a row.
#[derive(Clone, PartialEq)]
struct Set {
    bits: Vec<u64>,
}

impl Set {
    fn insert(&mut self, bit: usize) {
        if let Some(word) = self.bits.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    fn has(&self, bit: usize) -> bool {
        self.bits.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

struct Assigned<'k> {
    kernel: &'k Kernel,
    /// For each variable the number of its first cell, and how many of its cells are set.
    first: Vec<usize>,
    counts: Vec<usize>,
    /// For each cell its variable.
    owners: Vec<u32>,
    set: Set,
    /// What has been set since the innermost open scope began, so that leaving one need not copy all.
    log: Vec<usize>,
}

/// Refuses a read of what may not be set.
pub(super) fn check(kernel: &Kernel) -> Result<(), Refusal> {
    let mut first = Vec::with_capacity(kernel.variables.len());
    let mut owners = Vec::new();
    for (variable, number) in kernel.variables.iter().zip(0..) {
        first.push(owners.len());
        owners.extend(std::iter::repeat_n(number, variable.cells.unwrap_or(1) as usize));
    }
    let set = Set { bits: vec![0; owners.len().div_ceil(64)] };
    let counts = vec![0; kernel.variables.len()];
    let mut assigned = Assigned { kernel, first, counts, owners, set, log: Vec::new() };
    assigned.block(&kernel.body).map(|_| ())
}

impl Assigned<'_> {
    fn set(&mut self, bit: usize) {
        if !self.set.has(bit) {
            self.set.insert(bit);
            self.log.push(bit);
            if let Some(count) = self.count(bit) {
                *count += 1;
            }
        }
    }

    fn count(&mut self, bit: usize) -> Option<&mut usize> {
        let owner = *self.owners.get(bit)?;
        self.counts.get_mut(owner as usize)
    }

    /// Takes back what has been set since.
    fn back(&mut self, mark: usize) -> Vec<usize> {
        let since = self.log.split_off(mark);
        for bit in &since {
            if let Some(word) = self.set.bits.get_mut(bit / 64) {
                *word &= !(1 << (bit % 64));
            }
            if let Some(count) = self.count(*bit) {
                *count = count.saturating_sub(1);
            }
        }
        since
    }

    fn constant(&self, value: Value) -> Option<u32> {
        match self.kernel.values.get(value.0 as usize)?.operation {
            Operation::Constant(word) => Some(word),
            _ => None,
        }
    }

    /// The cells of a place: where they begin, and how many.
    fn cells(&self, place: Place) -> Option<(usize, usize)> {
        let (variable, index) = match place {
            Place::Variable(variable) => (variable, None),
            Place::VariableCell(variable, index) => (variable, Some(index)),
            _ => return None,
        };
        let declared = self.kernel.variables.get(variable as usize)?;
        if declared.constant.is_some() {
            return None;
        }
        let first = *self.first.get(variable as usize)?;
        match index.map(|index| self.constant(index)) {
            None => Some((first, 1)),
            Some(Some(cell)) if cell < declared.cells? => Some((first + cell as usize, 1)),
            Some(_) => Some((first, declared.cells? as usize)),
        }
    }

    /// Walks a block; true if it leaves the loop around it.
    fn block(&mut self, steps: &[Step]) -> Result<bool, Refusal> {
        for step in steps {
            match step {
                Step::Let(value) => self.read(*value)?,
                Step::Store { place, .. } => {
                    if let Some((cell, 1)) = self.cells(*place) {
                        self.set(cell);
                    }
                }
                Step::If { then, otherwise, .. } => {
                    let mark = self.log.len();
                    let first_leaves = self.block(then)?;
                    let first = self.back(mark);
                    let second_leaves = self.block(otherwise)?;
                    let second = self.back(mark);
                    match (first_leaves, second_leaves) {
                        (true, true) => return Ok(true),
                        (true, false) => second.into_iter().for_each(|bit| self.set(bit)),
                        (false, true) => first.into_iter().for_each(|bit| self.set(bit)),
                        (false, false) => {
                            let first: std::collections::HashSet<usize> = first.into_iter().collect();
                            second.into_iter().filter(|bit| first.contains(bit)).for_each(|bit| self.set(bit));
                        }
                    }
                }
                Step::Loop { counter, trips, body, .. } => {
                    let counted = self.cells(Place::Variable(*counter));
                    counted.into_iter().for_each(|(cell, _)| self.set(cell));
                    let mark = self.log.len();
                    self.block(body)?;
                    self.back(mark);
                    let filled = self.filled(*counter, *trips, body);
                    filled
                        .into_iter()
                        .for_each(|(first, cells)| (first..first + cells).for_each(|cell| self.set(cell)));
                }
                Step::Break(_) | Step::Continue(_) => return Ok(true),
                Step::Atomic { .. } | Step::Barrier { .. } => {}
            }
        }
        Ok(false)
    }

    /// The arrays of which a loop sets every cell: it stores at its counter, in each trip, and has enough of them.
    fn filled(&self, counter: u32, trips: Value, body: &[Step]) -> Vec<(usize, usize)> {
        let Some(trips) = self.constant(trips).filter(|_| !leaves(body)) else { return Vec::new() };
        let counts = |index: Value| {
            let made = self.kernel.operation(index);
            made == Some(Operation::Load(Place::Variable(counter)))
        };
        let stores = body.iter().filter_map(|step| match step {
            Step::Store { place: Place::VariableCell(variable, index), .. } if counts(*index) => Some(*variable),
            _ => None,
        });
        let all = stores.filter_map(|variable| {
            let cells = self.kernel.variables.get(variable as usize)?.cells?;
            (trips >= cells).then_some((*self.first.get(variable as usize)?, cells as usize))
        });
        all.collect()
    }

    fn read(&self, value: Value) -> Result<(), Refusal> {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return Ok(()) };
        let Operation::Load(place) = definition.operation else { return Ok(()) };
        let Some((first, cells)) = self.cells(place) else { return Ok(()) };
        let owner = self.owners.get(first).and_then(|owner| self.counts.get(*owner as usize));
        let set = if cells == 1 { self.set.has(first) } else { owner == Some(&cells) };
        if set { Ok(()) } else { Err(unset(definition.site)) }
    }
}

fn unset(site: Site) -> Refusal {
    Refusal::at(rules::UNSET, site, "what is loaded here may not have been set")
}
