//! Where a group keeps what does not stay in registers: shared arrays, arrays of a lane, and all that lives from one part
//! of the kernel to another. It is one run of bytes, which a thread has for itself and groups use one after the other.

use std::collections::BTreeSet;

use lockstep_verifier::tree::{Kernel, Operation, Place, Step, Value, WordOperator};

use crate::{
    classes::{Classes, LANES},
    parts::Part,
    turns::Turns,
};

/// Bytes before and after every array that inactive lanes may read, and write, without harm: they see the cells from -4
/// on, and a vector that has one active lane reaches three cells further on each side.
pub(crate) const PAD: u32 = 16;
const VECTOR_BYTES: u32 = 16;
/// A word or a truth that comes to so few operations is made again in each part that needs it, rather than kept.
const LIGHT: u8 = 6;
/// The most bytes that a group may take.
const MOST_BYTES: u64 = 1 << 28;

/// Where a variable without cells is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// In a register, for the group.
    Group,
    /// In a register, within one part.
    Part,
    /// At this offset, for each vector; within a part in a register.
    Memory(u32),
    /// At this offset, for each vector; in a register within loops alone.
    Resting(u32),
}

/// The layout of a kernel's memory.
pub(crate) struct Layout {
    /// For each shared array, and each array of a lane, where cell 0 is.
    pub(crate) shared: Vec<u32>,
    pub(crate) cells: Vec<u32>,
    /// How far the array of one vector's lanes is from that of the next: nothing, where it is needed in one part alone.
    pub(crate) steps: Vec<u32>,
    pub(crate) variables: Vec<Keep>,
    /// Values that are used in another part than they are made in.
    pub(crate) values: Vec<Option<u32>>,
    /// Which values anything uses.
    pub(crate) used: Vec<bool>,
    pub(crate) bytes: u32,
    /// For each part over lanes what it needs of others, and keeps for others.
    pub(crate) uses: Vec<Uses>,
}

/// What a part over lanes touches.
#[derive(Clone, Default)]
pub(crate) struct Uses {
    /// Values of other parts, and those that are made again.
    pub(crate) values: BTreeSet<Value>,
    pub(crate) again: BTreeSet<Value>,
    /// Variables, and whether it stores to them.
    pub(crate) variables: BTreeSet<u32>,
    pub(crate) stored: BTreeSet<u32>,
    cells: BTreeSet<u32>,
    /// Variables that are set before anything else is done with them.
    set_first: BTreeSet<u32>,
    repeated: bool,
}

impl Layout {
    /// # Errors
    /// A sentence, for a kernel whose groups take too much.
    pub(crate) fn of(
        kernel: &Kernel,
        classes: &Classes,
        turns: &Turns,
        parts: &[Part<'_>],
        count: usize,
    ) -> Result<Layout, String> {
        let mut finder = Finder {
            kernel,
            classes,
            uses: vec![Uses::default(); count],
            made: vec![None; kernel.values.len()],
            weights: vec![0; kernel.values.len()],
            crossing: vec![false; kernel.values.len()],
            used: vec![false; kernel.values.len()],
            here: None,
        };
        finder.parts(parts, false);
        let Finder { uses, crossing, used, .. } = finder;
        let vectors = kernel.lanes.div_ceil(LANES);
        let mut end: u64 = 0;
        let mut take = |bytes: u64| {
            let at = end;
            end += bytes.next_multiple_of(VECTOR_BYTES.into());
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        let shared = kernel.shared.iter().map(|array| take(u64::from(PAD) * 2 + u64::from(array.cells) * 4) + PAD);
        let shared: Vec<u32> = shared.collect();
        // By variable: the parts that touch it, and its cells.
        let touching = |of: fn(&Uses) -> &BTreeSet<u32>| {
            let mut touching: Vec<Vec<&Uses>> = vec![Vec::new(); kernel.variables.len()];
            for (uses, number) in uses.iter().flat_map(|uses| of(uses).iter().map(move |number| (uses, *number))) {
                if let Some(parts) = touching.get_mut(number as usize) {
                    parts.push(uses);
                }
            }
            touching
        };
        let (touching, touching_cells) = (touching(|uses| &uses.variables), touching(|uses| &uses.cells));
        let (mut cells, mut steps, mut variables) = (Vec::new(), Vec::new(), Vec::new());
        let touched = touching.iter().zip(&touching_cells);
        for ((number, variable), (touching, touching_cells)) in (0u32..).zip(&kernel.variables).zip(touched) {
            let (mut offset, mut step, mut keep) = (0, 0, Keep::Part);
            match variable.cells {
                Some(count) if variable.constant.is_none() => {
                    let alone = matches!(touching_cells.as_slice(), [] | [Uses { repeated: false, .. }]);
                    let bytes = count.saturating_mul(VECTOR_BYTES).saturating_add(PAD * 2);
                    (offset, step) = match alone {
                        true => (take(bytes.into()), 0),
                        false => (take(u64::from(bytes) * u64::from(vectors)), bytes),
                    };
                    offset = offset.saturating_add(PAD);
                }
                Some(_) => {}
                None if classes.variable(number).is_group() => keep = Keep::Group,
                None if turns.is_resting(number) => {
                    keep = Keep::Resting(take(u64::from(vectors) * u64::from(VECTOR_BYTES)));
                }
                None => {
                    let alone = match touching.as_slice() {
                        [] => true,
                        [one] => !one.repeated || one.set_first.contains(&number),
                        _ => false,
                    };
                    if !alone {
                        keep = Keep::Memory(take(u64::from(vectors) * u64::from(VECTOR_BYTES)));
                    }
                }
            }
            cells.push(offset);
            steps.push(step);
            variables.push(keep);
        }
        let values = crossing.iter().map(|crosses| crosses.then(|| take(u64::from(vectors) * 16))).collect();
        if end > MOST_BYTES {
            return Err(format!("a group takes {end} bytes, and {MOST_BYTES} are the most"));
        }
        Ok(Layout { shared, cells, steps, variables, values, used, bytes: end as u32, uses })
    }
}

impl Uses {
    /// Whether a variable is set, in all lanes, before anything else is done with it.
    pub(crate) fn is_set_first(&self, variable: u32) -> bool {
        self.set_first.contains(&variable)
    }
}

struct Finder<'a, 'k> {
    kernel: &'k Kernel,
    classes: &'a Classes,
    uses: Vec<Uses>,
    /// The part that makes a value, unless it is made once for the group.
    made: Vec<Option<usize>>,
    /// How many operations a value comes to; more than `LIGHT` where it is kept.
    weights: Vec<u8>,
    crossing: Vec<bool>,
    used: Vec<bool>,
    here: Option<usize>,
}

impl Finder<'_, '_> {
    fn parts(&mut self, parts: &[Part<'_>], repeated: bool) {
        for part in parts {
            self.here = None;
            match part {
                Part::Lanes { number, once, each } => {
                    once.iter().for_each(|step| self.step(step, false));
                    self.here = Some(*number);
                    if let Some(uses) = self.uses.get_mut(*number) {
                        uses.repeated = repeated;
                    }
                    each.iter().for_each(|step| self.step(step, true));
                }
                Part::If { condition, then, otherwise } => {
                    self.uses(*condition);
                    self.parts(then, repeated);
                    self.parts(otherwise, repeated);
                }
                Part::Loop { trips, body, .. } => {
                    self.uses(*trips);
                    self.parts(body, true);
                }
            }
        }
    }

    fn step(&mut self, step: &Step, first: bool) {
        match step {
            Step::Let(value) => {
                let Some(definition) = self.kernel.values.get(value.0 as usize) else { return };
                if let Some(slot) = self.made.get_mut(value.0 as usize) {
                    *slot = self.here;
                }
                let weight = self.weight(*value);
                if let Some(slot) = self.weights.get_mut(value.0 as usize) {
                    *slot = weight;
                }
                definition.operation.operands().into_iter().flatten().for_each(|operand| self.uses(operand));
                if let Operation::Load(place) = definition.operation {
                    self.place(place, false, first);
                }
            }
            Step::Store { place, value, .. } => {
                self.uses(*value);
                self.place(*place, true, first);
            }
            Step::Atomic { place, value, old, .. } => {
                if let Some(slot) = self.made.get_mut(old.0 as usize) {
                    *slot = self.here;
                }
                self.uses(*value);
                self.place(*place, false, first);
            }
            Step::If { condition, then, otherwise, .. } => {
                self.uses(*condition);
                then.iter().chain(otherwise).for_each(|step| self.step(step, false));
            }
            Step::Loop { counter, trips, body, .. } => {
                self.uses(*trips);
                self.place(Place::Variable(*counter), true, first);
                body.iter().for_each(|step| self.step(step, false));
            }
            Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
        }
    }

    /// A value is used here.
    fn uses(&mut self, value: Value) {
        let value = self.classes.real(value);
        if let Some(slot) = self.used.get_mut(value.0 as usize) {
            *slot = true;
        }
        let made = self.made.get(value.0 as usize).copied().flatten();
        let at_hand = matches!(self.kernel.operation(value), Some(Operation::LaneX | Operation::WorkgroupX));
        if made.is_some() && made != self.here && !at_hand {
            let light = self.weights.get(value.0 as usize).is_some_and(|weight| *weight <= LIGHT);
            if let (true, Some(uses)) = (light, self.here.and_then(|here| self.uses.get_mut(here))) {
                if uses.again.insert(value) {
                    let operation = self.kernel.operation(value);
                    let operands = operation.into_iter().flat_map(Operation::operands).flatten();
                    operands.for_each(|operand| self.uses(operand));
                }
                return;
            }
            if let Some(slot) = self.crossing.get_mut(value.0 as usize) {
                *slot = true;
            }
            if let Some(uses) = self.here.and_then(|here| self.uses.get_mut(here)) {
                uses.values.insert(value);
            }
        }
    }

    /// How many operations a value comes to that is the same in all lanes of a vector, or goes up by a constant. Nothing
    /// but words and truths of one vector is light: those of the group are at hand, and vectors are fetched as quickly.
    fn weight(&self, value: Value) -> u8 {
        const HEAVY: u8 = LIGHT + 1;
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return HEAVY };
        if self.classes.value(value).is_group() {
            return 0;
        }
        let light = match definition.operation {
            Operation::LaneX | Operation::WorkgroupX | Operation::Constant(_) | Operation::PushConstant(_) => return 0,
            Operation::Word(operator, ..) => !matches!(
                operator,
                WordOperator::Divide
                    | WordOperator::Remainder
                    | WordOperator::DivideSigned
                    | WordOperator::DotSigned
                    | WordOperator::DotUnsigned
            ),
            Operation::Compare(..) | Operation::Logic(..) | Operation::Not(_) | Operation::Complement(_) => true,
            _ => false,
        };
        if !light || !self.classes.value(value).is_scalar() {
            return HEAVY;
        }
        let operands = definition.operation.operands().into_iter().flatten();
        let weights = operands.map(|operand| match self.weights.get(self.classes.real(operand).0 as usize) {
            // A heavy one is fetched.
            Some(weight) => {
                if *weight > LIGHT {
                    1
                } else {
                    *weight
                }
            }
            None => HEAVY,
        });
        weights.fold(1, u8::saturating_add).min(HEAVY)
    }

    fn place(&mut self, place: Place, store: bool, first: bool) {
        place.index().into_iter().for_each(|index| self.uses(index));
        let Some(uses) = self.here.and_then(|here| self.uses.get_mut(here)) else { return };
        match place {
            Place::Variable(variable) => {
                if uses.variables.insert(variable) && store && first {
                    uses.set_first.insert(variable);
                }
                if store {
                    uses.stored.insert(variable);
                }
            }
            Place::VariableCell(variable, _) => {
                uses.cells.insert(variable);
            }
            Place::Shared(..) | Place::Buffer(..) => {}
        }
    }
}
