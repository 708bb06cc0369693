//! Loops gone through in turns: the variables of a turn are fetched before it, and put back after it.

use std::collections::BTreeSet;

use lockstep_verifier::tree::Step;

use super::{Generator, Mask};
use crate::{layout::Keep, turns::Turn};

impl<'g> Generator<'g> {
    /// What has resting variables in registers.
    pub(super) fn taking(
        &mut self,
        variables: &BTreeSet<u32>,
        run: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        for variable in variables {
            if let (Keep::Resting(offset), ty, class) = self.variable(*variable) {
                let held = self.recall(offset, self.lane, ty, class);
                self.define(*variable, held);
                self.taken.insert(*variable);
            }
        }
        let done = run(self);
        for variable in variables {
            if let (Keep::Resting(offset), ..) = self.variable(*variable) {
                let held = self.get(*variable)?;
                self.taken.remove(variable);
                self.remember(offset, held);
            }
        }
        done
    }

    /// What a turn does of the steps of a loop.
    pub(super) fn turn(&mut self, turn: &Turn, body: &'g [Step], mask: Mask) -> Result<bool, String> {
        for step in turn.steps.iter().filter_map(|place| body.get(*place)) {
            self.step(step, mask)?;
        }
        self.wake_all()?;
        Ok(true)
    }
}
