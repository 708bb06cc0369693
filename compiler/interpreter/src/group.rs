//! One group: its own statements once, and in a phase its lanes one after the other.
//!
//! A phase that a lane leaves by a trap ends the group. Lanes before it have not trapped, so it is the least.

use lockstep_compiler::{
    cost,
    program::{Expression, GroupStatement, LocalId, Phase},
};
use lockstep_module::{TRIP_WEIGHT, plan::trips};
use lockstep_numbers::ScalarType;

use crate::{
    trap::{Evaluated, Trap},
    walker::Walker,
    watch::Watch,
};

/// The lanes of one group.
#[derive(Clone, Debug)]
pub(crate) struct Lanes<'a> {
    /// What their coordinates are counted in, the last varying fastest: the grid, or the lanes of a group.
    pub(crate) sizes: &'a [u32],
    /// The first lane's place in that.
    pub(crate) first: u64,
    /// How many there are.
    pub(crate) count: u32,
}

/// A trap of a group.
#[derive(Debug)]
pub(crate) struct Trapped {
    /// The lane's coordinates by name; empty in the group's own statements.
    pub(crate) lane: Vec<(String, u32)>,
    pub(crate) trap: Box<Trap>,
}

impl From<Box<Trap>> for Trapped {
    fn from(trap: Box<Trap>) -> Trapped {
        Trapped { lane: Vec::new(), trap }
    }
}

impl<W: Watch> Walker<'_, W> {
    /// Runs the group whose lanes these are. The values that all groups share, and its origins, are set.
    pub(crate) fn group(&mut self, body: &[GroupStatement], lanes: &Lanes<'_>) -> Result<(), Trapped> {
        self.shared.iter_mut().for_each(|cells| cells.fill(0));
        self.group_statements(body, lanes)
    }

    fn group_statements(&mut self, statements: &[GroupStatement], lanes: &Lanes<'_>) -> Result<(), Trapped> {
        statements.iter().try_for_each(|statement| self.group_statement(statement, lanes))
    }

    fn group_statement(&mut self, statement: &GroupStatement, lanes: &Lanes<'_>) -> Result<(), Trapped> {
        match statement {
            GroupStatement::Let { local, value } => {
                let value = self.charged(value, lanes)?;
                self.frame.set(*local, value);
            }
            GroupStatement::Lane { local, value } => {
                let value = self.charged(value, lanes)?;
                self.keep(*local, value, lanes);
            }
            GroupStatement::For { counter, ty, from, to, step, body } => {
                let from = self.charged(from, lanes)? as u32;
                let to = self.charged(to, lanes)? as u32;
                let mut value = from;
                for _ in 0..trips(*ty == ScalarType::I32, from, to, *step) {
                    self.charge(TRIP_WEIGHT, lanes);
                    self.frame.set(*counter, value.into());
                    self.group_statements(body, lanes)?;
                    value = value.wrapping_add(*step);
                }
            }
            GroupStatement::If { arms, otherwise } => return self.choose(arms, otherwise, lanes),
            GroupStatement::Phase(phase) => return self.phase(phase, lanes),
        }
        Ok(())
    }

    /// The conditions of all arms are charged, as in a lane, whichever are evaluated.
    fn choose(
        &mut self,
        arms: &[(Expression, Vec<GroupStatement>)],
        otherwise: &[GroupStatement],
        lanes: &Lanes<'_>,
    ) -> Result<(), Trapped> {
        self.charge(cost::choice(arms.iter().map(|(condition, _)| condition)), lanes);
        for (condition, body) in arms {
            if self.uniform(condition, lanes)? != 0 {
                return self.group_statements(body, lanes);
            }
        }
        self.group_statements(otherwise, lanes)
    }

    /// An expression that is the same for all lanes, charged to each.
    fn charged(&mut self, expression: &Expression, lanes: &Lanes<'_>) -> Evaluated<u64> {
        self.charge(cost::weight(expression), lanes);
        self.uniform(expression, lanes)
    }

    /// Evaluates an expression once, and charges to each lane the blocks within it that are entered.
    fn uniform(&mut self, expression: &Expression, lanes: &Lanes<'_>) -> Evaluated<u64> {
        let before = std::mem::take(&mut self.cost);
        let value = self.expression(expression)?;
        let entered = std::mem::replace(&mut self.cost, before);
        self.charge(entered, lanes);
        Ok(value)
    }

    fn charge(&mut self, weight: u64, lanes: &Lanes<'_>) {
        self.cost += weight * u64::from(lanes.count);
    }

    /// Makes what every lane keeps one value.
    fn keep(&mut self, local: LocalId, value: u64, lanes: &Lanes<'_>) {
        let declared = &self.scope.locals[local.0 as usize];
        let cells = declared.cells();
        self.charge(cells as u64 * cost::Kind::Set.weight(), lanes);
        for lane in 0..lanes.count {
            self.frame.enter(lane);
            if declared.dimensions.is_empty() {
                self.frame.set(local, value);
            } else {
                self.frame.fill(local, cells, value);
            }
            self.frame.leave(lane);
        }
    }

    fn phase(&mut self, phase: &Phase, lanes: &Lanes<'_>) -> Result<(), Trapped> {
        self.watch.phase();
        let mut at = coordinates(lanes.sizes, lanes.first);
        for lane in 0..lanes.count {
            self.watch.lane(lane);
            self.frame.enter(lane);
            for (local, coordinate) in phase.coordinates.iter().zip(at) {
                self.frame.set(*local, coordinate.into());
            }
            if let Err(trap) = self.run(&phase.body) {
                let names = phase.coordinates.iter().map(|local| self.scope.locals[local.0 as usize].name.clone());
                return Err(Trapped { lane: names.zip(at).collect(), trap });
            }
            self.frame.leave(lane);
            advance(&mut at, lanes.sizes);
        }
        Ok(())
    }
}

/// The coordinates of a place in row-major order.
pub(crate) fn coordinates(sizes: &[u32], place: u64) -> [u32; 3] {
    let mut coordinates = [0; 3];
    let mut rest = place;
    for (slot, size) in coordinates.iter_mut().zip(sizes).rev() {
        let size = u64::from(*size).max(1);
        *slot = (rest % size) as u32;
        rest /= size;
    }
    coordinates
}

/// The coordinates of the next place.
fn advance(at: &mut [u32; 3], sizes: &[u32]) {
    for (coordinate, size) in at.iter_mut().zip(sizes).rev() {
        *coordinate += 1;
        if coordinate < &mut { *size } {
            return;
        }
        *coordinate = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_coordinate_varies_fastest() {
        assert_eq!(coordinates(&[2, 3, 4], 23), [1, 2, 3]);
        assert_eq!(coordinates(&[5], 3), [3, 0, 0]);
        let mut at = [0; 3];
        for place in 0..24 {
            assert_eq!(at, coordinates(&[2, 3, 4], place));
            advance(&mut at, &[2, 3, 4]);
        }
    }
}
