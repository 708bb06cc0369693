//! Each step, one by one.

use lockstep_verifier::tree::{Operation, Place, Step, Value};

use super::{Generator, Held, Mask};
use crate::layout::Keep;

impl<'g> Generator<'g> {
    /// Whether control comes to what follows.
    pub(super) fn step(&mut self, step: &'g Step, mask: Mask) -> Result<bool, String> {
        self.limits()?;
        if !self.is_passed(step) {
            self.wake_all()?;
        }
        match step {
            Step::Let(value) => {
                if !self.waits(*value, mask) && !self.is_chosen(*value) {
                    self.make(*value, mask)?;
                }
            }
            Step::Store { place: Place::Variable(variable), value, .. } => {
                let held = self.held(*value)?;
                let from = self.of(*value);
                let to = self.classes.variable(*variable);
                let fitting = self.fit(held, from, to);
                let held = if super::is_scalar(from.0, to) { Held::Scalar(fitting) } else { Held::Vector(fitting) };
                self.set(*variable, held, mask)?;
            }
            Step::Store { place, value, .. } => self.store(*place, *value, mask)?,
            Step::Atomic { operator, place, value, old, .. } => {
                let before = self.atomic(*operator, *place, (*value, *old), mask)?;
                self.keep(*old, Held::Vector(before));
            }
            Step::If { condition, then, otherwise, .. } => return self.branch(*condition, then, otherwise, mask),
            Step::Loop { counter, trips, body, site } => self.repeat((*counter, *trips, *site), body, mask)?,
            Step::Break(_) => return self.leave(true, mask),
            Step::Continue(_) => return self.leave(false, mask),
            Step::Barrier { .. } => return Err("a barrier stands where lanes may part".into()),
        }
        Ok(true)
    }

    /// Makes a value.
    pub(super) fn make(&mut self, value: Value, mask: Mask) -> Result<(), String> {
        let held = self.made(value, mask)?;
        self.keep(value, held);
        Ok(())
    }

    /// Notes what a value came to, and keeps it for other parts.
    fn keep(&mut self, value: Value, held: Held) {
        if self.choices.is_spread(value) {
            // In all lanes at once, here, so that no loop inside does it again.
            let (ty, class) = self.of(value);
            self.spread(held, ty, class);
        }
        if let Some(slot) = self.values.get_mut(value.0 as usize) {
            *slot = Some((held, self.part));
        }
        if let (Some(_), Some(offset)) = (self.part, self.layout.values.get(value.0 as usize).copied().flatten()) {
            self.remember(offset, held);
        }
    }

    /// Whether a value is an index that is made where a load asks for it, in this part.
    pub(super) fn is_chosen(&self, value: Value) -> bool {
        self.choices.is_chosen(value) && self.layout.values.get(value.0 as usize).copied().flatten().is_none()
    }

    /// What a value comes to.
    fn made(&mut self, value: Value, mask: Mask) -> Result<Held, String> {
        let Some(operation) = self.kernel.operation(value) else {
            return Err("a value is not there".into());
        };
        if self.classes.real(value) != value {
            return self.held(value);
        }
        let (ty, class) = self.of(value);
        match operation {
            Operation::Load(Place::Variable(variable)) => self.get(variable),
            Operation::Load(place) => self.load(place, (ty, class), mask),
            _ if super::is_scalar(ty, class) => self.scalar_of(operation, (ty, class)).map(Held::Scalar),
            _ => self.vector_of(operation).map(Held::Vector),
        }
    }

    /// What the part needs of others is fetched, at its beginning.
    pub(super) fn arrive(&mut self, number: usize) -> Result<(), String> {
        let Some(uses) = self.layout.uses.get(number) else { return Ok(()) };
        for value in &uses.values {
            let (ty, class) = self.of(*value);
            if let Some(offset) = self.layout.values.get(value.0 as usize).copied().flatten() {
                let held = self.recall(offset, self.lane, ty, class);
                if let Some(slot) = self.values.get_mut(value.0 as usize) {
                    *slot = Some((held, self.part));
                }
            }
        }
        for value in &uses.again {
            let held = self.made(*value, Mask::All)?;
            if let Some(slot) = self.values.get_mut(value.0 as usize) {
                *slot = Some((held, self.part));
            }
        }
        for variable in &uses.variables {
            let (keep, ty, class) = self.variable(*variable);
            match keep {
                Keep::Group | Keep::Resting(_) => {}
                _ if uses.is_set_first(*variable) => {}
                Keep::Part => self.clear(*variable),
                Keep::Memory(offset) => {
                    let held = self.recall(offset, self.lane, ty, class);
                    self.define(*variable, held);
                }
            }
        }
        Ok(())
    }

    /// What other parts need is kept, at the end of the part.
    pub(super) fn depart(&mut self, number: usize) -> Result<(), String> {
        let Some(uses) = self.layout.uses.get(number) else { return Ok(()) };
        for variable in &uses.stored {
            if let (Keep::Memory(offset), ..) = self.variable(*variable) {
                let held = self.get(*variable)?;
                self.remember(offset, held);
            }
        }
        Ok(())
    }
}
