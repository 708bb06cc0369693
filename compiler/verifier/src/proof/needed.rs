//! Which values bear on a proof: the indices of accesses, the conditions and trips around them, and what these are made
//! of. The rest, such as what a kernel computes with floats, is never looked at.

use crate::tree::{self, Kernel, Operation, Place, Step, Value};

/// For values and variables whether they are looked at.
pub(super) struct Needed {
    pub(super) values: Vec<bool>,
    pub(super) variables: Vec<bool>,
}

impl Needed {
    pub(super) fn value(&self, value: Value) -> bool {
        self.values.get(value.0 as usize).copied().unwrap_or(true)
    }

    pub(super) fn variable(&self, variable: u32) -> bool {
        self.variables.get(variable as usize).copied().unwrap_or(true)
    }
}

/// Finds them.
pub(super) fn find(kernel: &Kernel) -> Needed {
    let mut search = Search {
        kernel,
        needed: Needed { values: vec![false; kernel.values.len()], variables: vec![false; kernel.variables.len()] },
        stored: vec![Vec::new(); kernel.variables.len()],
        work: Vec::new(),
    };
    tree::every(&kernel.body, &mut |step| search.root(step));
    search.divisors();
    while let Some(value) = search.work.pop() {
        search.follow(value);
    }
    search.needed
}

struct Search<'k> {
    kernel: &'k Kernel,
    needed: Needed,
    /// For each variable the values that are stored to it.
    stored: Vec<Vec<Value>>,
    work: Vec<Value>,
}

impl Search<'_> {
    fn want(&mut self, value: Value) {
        if let Some(slot) = self.needed.values.get_mut(value.0 as usize)
            && !std::mem::replace(slot, true)
        {
            self.work.push(value);
        }
    }

    fn place(&mut self, place: Place) {
        place.index().into_iter().for_each(|index| self.want(index));
    }

    /// What a step needs whatever becomes of the values that it stores.
    fn root(&mut self, step: &Step) {
        match step {
            Step::Let(value) => {
                if let Some(definition) = self.kernel.values.get(value.0 as usize)
                    && let Operation::Load(place) = definition.operation
                {
                    self.place(place);
                }
            }
            Step::Store { place, value, .. } => {
                self.place(*place);
                if let Place::Variable(variable) = place
                    && let Some(stored) = self.stored.get_mut(*variable as usize)
                {
                    stored.push(*value);
                }
            }
            Step::Atomic { place, value, .. } => {
                self.place(*place);
                // What a trap word is lowered to.
                if matches!(place, Place::Buffer(0, _)) {
                    self.want(*value);
                }
            }
            Step::If { condition: value, .. } | Step::Loop { trips: value, .. } => self.want(*value),
            Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
        }
    }

    /// What is divided by must not be zero, and shifts must be short.
    fn divisors(&mut self) {
        use crate::tree::WordOperator::{Divide, DivideSigned, Remainder, ShiftLeft, ShiftRight, ShiftRightSigned};
        let kernel = self.kernel;
        for definition in &kernel.values {
            match definition.operation {
                Operation::Word(Divide | Remainder | ShiftLeft | ShiftRight | ShiftRightSigned, _, by)
                    if !matches!(self.constant(by), Some(1..)) =>
                {
                    self.want(by);
                }
                Operation::Word(DivideSigned, a, by) => {
                    self.want(a);
                    self.want(by);
                }
                _ => {}
            }
        }
    }

    fn constant(&self, value: Value) -> Option<u32> {
        match self.kernel.values.get(value.0 as usize)?.operation {
            Operation::Constant(word) => Some(word),
            _ => None,
        }
    }

    fn follow(&mut self, value: Value) {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return };
        match definition.operation {
            Operation::Load(Place::Variable(variable)) => {
                if let Some(slot) = self.needed.variables.get_mut(variable as usize)
                    && !std::mem::replace(slot, true)
                {
                    let stored = self.stored.get_mut(variable as usize).map(std::mem::take).unwrap_or_default();
                    stored.into_iter().for_each(|value| self.want(value));
                }
            }
            Operation::Word(_, a, b) | Operation::Compare(_, a, b) | Operation::Logic(_, a, b) => {
                self.want(a);
                self.want(b);
            }
            Operation::Complement(a) | Operation::HighestBit(a) | Operation::Not(a) => self.want(a),
            Operation::Select(a, b, c) => {
                self.want(a);
                self.want(b);
                self.want(c);
            }
            _ => {}
        }
    }
}
