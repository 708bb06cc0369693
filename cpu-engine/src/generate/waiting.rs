//! Loads wait until something asks for them, so that what they give is in a register for no longer than it must be. They
//! wait no longer than memory stays as it is and control goes straight on.

use lockstep_verifier::tree::{Operation, Place, Step, Value};

use super::{Generator, Mask};

impl<'g> Generator<'g> {
    /// Whether a step neither changes memory nor parts control, so that loads may wait over it.
    pub(super) fn is_passed(&self, step: &Step) -> bool {
        match step {
            Step::Let(value) => !self.is_split(*value),
            Step::Store { place: Place::Variable(_), .. } => true,
            _ => false,
        }
    }

    /// Whether a value is a load that may wait. It is noted.
    pub(super) fn waits(&mut self, value: Value, mask: Mask) -> bool {
        let loads = matches!(
            self.operation(value),
            Some(Operation::Load(Place::VariableCell(..) | Place::Shared(..) | Place::Buffer(..)))
        );
        let waits = loads && self.classes.real(value) == value && !self.is_split(value);
        if waits {
            self.waiting.insert(value, mask);
        }
        waits
    }

    /// Makes a value now, if it waits.
    pub(super) fn wake(&mut self, value: Value) -> Result<(), String> {
        match self.waiting.remove(&value) {
            Some(mask) => self.make(value, mask),
            None => Ok(()),
        }
    }

    /// Makes all that waits and that anyone uses.
    pub(super) fn wake_all(&mut self) -> Result<(), String> {
        for (value, mask) in std::mem::take(&mut self.waiting) {
            if self.layout.used.get(value.0 as usize).copied().unwrap_or(true) {
                self.make(value, mask)?;
            }
        }
        Ok(())
    }
}
