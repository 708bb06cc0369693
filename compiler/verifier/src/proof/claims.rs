//! The branch of a claim. Which lane finds a bit that is not set is the device's to choose, so what depends on it is the
//! claim alone.

use super::{
    interface::Room,
    separate::{Held, Set},
    walk::{Walk, Walked},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Operation, Place, Site, Step, Value, WordComparison, WordOperator},
};

impl Walk<'_> {
    /// If a condition says that a bit was not set before: of which cell. Then one branch stores what is claimed, and the
    /// other notes that it was taken; which lane comes where is the device's to choose, so neither does anything else.
    pub(super) fn claims(&self, condition: Value, then: &[Step], otherwise: &[Step]) -> Walked<Option<Held>> {
        let shape = |value| self.words.operation(value);
        let Some(Operation::Compare(WordComparison::Equal, masked, zero)) = shape(condition) else { return Ok(None) };
        let Some(Operation::Word(WordOperator::And, old, bit)) = shape(masked) else { return Ok(None) };
        if shape(old) != Some(Operation::Old) {
            return Ok(None);
        }
        let set = self.separation.set().filter(|set| old == set.old && bit == set.bit);
        let Some(Set { held, .. }) = set.filter(|_| matches!(shape(zero), Some(Operation::Constant(0)))) else {
            let site = self.kernel.values.get(condition.0 as usize).map_or(Site::default(), |made| made.site);
            return Err(Refusal::at(rules::CLAIM, site, "what is tested is not the bit that was set last"));
        };
        let claimed = |place: &Place| match place {
            Place::Buffer(binding, _) => {
                matches!(self.rooms.get(*binding as usize), Some(Room::Array { claim: Some(_), .. }))
            }
            _ => false,
        };
        let mut notes = 0;
        for step in then.iter().chain(otherwise) {
            match step {
                Step::Let(_) => {}
                Step::Store { place, site, .. } if !claimed(place) => {
                    return Err(Refusal::at(
                        rules::CLAIM,
                        *site,
                        "where a cell is claimed only claimed cells are stored to",
                    ));
                }
                Step::Store { .. } => {}
                Step::Atomic { place: Place::Buffer(0, _), .. } => notes += 1,
                Step::Atomic { site, .. }
                | Step::If { site, .. }
                | Step::Loop { site, .. }
                | Step::Break(site)
                | Step::Continue(site)
                | Step::Barrier { site, .. } => {
                    return Err(Refusal::at(rules::CLAIM, *site, "where a cell is claimed nothing is done but that"));
                }
            }
        }
        let note = |step: &Step| matches!(step, Step::Atomic { .. });
        if notes != 1 || !otherwise.iter().any(note) {
            let site = self.kernel.values.get(condition.0 as usize).map_or(Site::default(), |made| made.site);
            return Err(Refusal::at(rules::CLAIM, site, "a cell whose bit was set before is noted, and nothing else"));
        }
        Ok(Some(held))
    }
}
