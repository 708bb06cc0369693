//! The law *own* against reality: keeps who touched each cell, and names the first two lanes whose order would matter.
//!
//! Lanes of different groups have no order at all. Lanes of one group have one from phase to phase, and none within a
//! phase. So two touches of a cell, by different lanes, that are not both reads (or both combine) must be of one group
//! and of different phases.

use crate::watch::{Touch, Watch};

/// An array that lanes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    Parameter(usize),
    Shared(usize),
}

/// Who touched a cell. Phases are counted as they are run, over all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Who {
    group: u32,
    phase: u64,
    lane: u32,
}

impl Who {
    fn races_with(self, other: Who) -> bool {
        self.group != other.group || (self.phase == other.phase && self.lane != other.lane)
    }
}

/// The touches of one kind of one cell that a later one can race with.
#[derive(Clone, Copy, Debug, Default)]
struct Touches {
    /// The first of all, which is of the least group.
    first: Option<Who>,
    /// The first of the latest phase.
    recent: Option<Who>,
    /// The first in the latest phase of another lane than `recent`.
    another: Option<Who>,
}

impl Touches {
    fn add(&mut self, who: Who) {
        self.first.get_or_insert(who);
        match self.recent {
            Some(recent) if recent.phase == who.phase => {
                if recent.lane != who.lane {
                    self.another.get_or_insert(who);
                }
            }
            _ => (self.recent, self.another) = (Some(who), None),
        }
    }

    fn racing(&self, who: Who) -> Option<Who> {
        [self.first, self.recent, self.another].into_iter().flatten().find(|other| who.races_with(*other))
    }
}

/// The touches of one cell, by kind.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    reads: Touches,
    writes: Touches,
    combined: Touches,
}

impl Cell {
    fn of(&mut self, touch: Touch) -> &mut Touches {
        match touch {
            Touch::Read => &mut self.reads,
            Touch::Write => &mut self.writes,
            Touch::Combine => &mut self.combined,
        }
    }
}

/// Looks for races in one dispatch.
pub(crate) struct Races {
    /// For each array parameter that is written its name and cells, else none.
    parameters: Vec<Option<(String, Vec<Cell>)>>,
    shared: Vec<(String, Vec<Cell>)>,
    now: Who,
    /// The first race, in a sentence.
    pub(crate) found: Option<String>,
}

impl Races {
    /// The name and the number of cells of each array; no name for a parameter that nothing writes.
    pub(crate) fn new<'a>(
        parameters: impl Iterator<Item = (Option<&'a str>, usize)>,
        shared: impl Iterator<Item = (&'a str, usize)>,
    ) -> Races {
        let cells = |name: &str, cells: usize| (name.to_string(), vec![Cell::default(); cells]);
        Races {
            parameters: parameters.map(|(name, count)| Some(cells(name?, count))).collect(),
            shared: shared.map(|(name, count)| cells(name, count)).collect(),
            now: Who { group: 0, phase: 0, lane: 0 },
            found: None,
        }
    }
}

impl Watch for Races {
    fn group(&mut self, group: u32) {
        self.now.group = group;
        self.shared.iter_mut().for_each(|(_, cells)| cells.fill(Cell::default()));
    }

    fn phase(&mut self) {
        self.now.phase += 1;
    }

    fn lane(&mut self, lane: u32) {
        self.now.lane = lane;
    }

    fn touch(&mut self, array: Touched, cell: usize, touch: Touch) {
        let (name, cells) = match array {
            Touched::Parameter(array) => match &mut self.parameters[array] {
                Some((name, cells)) => (name, cells),
                None => return,
            },
            Touched::Shared(array) => {
                let (name, cells) = &mut self.shared[array];
                (name, cells)
            }
        };
        let touches = &mut cells[cell];
        let kinds = [Touch::Read, Touch::Write, Touch::Combine];
        // Touches of one kind have no order to lose, unless they write.
        let others = kinds.into_iter().filter(|other| *other != touch || touch == Touch::Write);
        let now = self.now;
        for other in others {
            if let Some(who) = touches.of(other).racing(now) {
                self.found.get_or_insert_with(|| {
                    format!(
                        "cell {cell} of `{name}`: {} by lane {} of group {}, and {} by lane {} of group {}, with \
                         nothing between them",
                        verb(other),
                        who.lane,
                        who.group,
                        verb(touch),
                        now.lane,
                        now.group
                    )
                });
            }
        }
        touches.of(touch).add(now);
    }
}

fn verb(touch: Touch) -> &'static str {
    match touch {
        Touch::Read => "read",
        Touch::Write => "written",
        Touch::Combine => "combined into",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Touches as (group, phase, lane, touch), all of cell 1.
    fn race(array: Touched, touches: &[(u32, u64, u32, Touch)]) -> Option<String> {
        let mut races = Races::new([(Some("y"), 2), (None, 2)].into_iter(), [("s", 2)].into_iter());
        let (mut group, mut phase) = (None, None);
        for (of_group, of_phase, lane, touch) in touches {
            if group.replace(*of_group) != Some(*of_group) {
                races.group(*of_group);
            }
            if phase.replace((*of_group, *of_phase)) != Some((*of_group, *of_phase)) {
                races.phase();
            }
            races.lane(*lane);
            races.touch(array, 1, *touch);
        }
        races.found
    }

    const Y: Touched = Touched::Parameter(0);
    const S: Touched = Touched::Shared(0);

    #[test]
    fn a_cell_belongs_to_one_lane_in_a_phase() {
        use Touch::{Read, Write};
        for array in [Y, S] {
            for (one, other) in [(Write, Write), (Write, Read), (Read, Write)] {
                let found = race(array, &[(0, 0, 3, one), (0, 0, 4, other)]).unwrap();
                assert!(found.contains("by lane 3 of group 0") && found.contains("by lane 4 of group 0"), "{found}");
                assert_eq!(race(array, &[(0, 0, 3, one), (0, 0, 3, other)]), None);
                assert_eq!(race(array, &[(0, 0, 3, one), (0, 1, 4, other)]), None);
            }
            assert_eq!(race(array, &[(0, 0, 3, Read), (0, 0, 4, Read), (0, 1, 9, Write)]), None);
            // The lane that writes is the first that read, but not the only one.
            assert!(race(array, &[(0, 0, 3, Read), (0, 0, 4, Read), (0, 0, 3, Write)]).is_some());
            assert!(race(array, &[(0, 0, 3, Read), (0, 0, 4, Read), (0, 0, 4, Write)]).is_some());
        }
    }

    #[test]
    fn groups_have_no_order() {
        use Touch::{Read, Write};
        for (one, other) in [(Write, Write), (Write, Read), (Read, Write)] {
            assert!(race(Y, &[(0, 0, 3, one), (1, 1, 3, other)]).is_some());
            // A touch of its own between does not make it better.
            assert!(race(Y, &[(0, 0, 3, one), (1, 0, 3, Read), (1, 1, 3, other)]).is_some());
            // Each group has shared arrays of its own, and what nothing writes has no races.
            assert_eq!(race(S, &[(0, 0, 3, one), (1, 0, 4, other)]), None);
            assert_eq!(race(Touched::Parameter(1), &[(0, 0, 3, one), (1, 0, 4, other)]), None);
        }
        assert_eq!(race(Y, &[(0, 0, 3, Read), (1, 0, 3, Read)]), None);
    }

    #[test]
    fn combining_has_no_order_and_needs_none() {
        use Touch::{Combine, Read, Write};
        assert_eq!(race(Y, &[(0, 0, 3, Combine), (0, 0, 4, Combine), (1, 0, 0, Combine)]), None);
        assert!(race(S, &[(0, 0, 3, Combine), (0, 0, 4, Read)]).is_some());
        assert!(race(S, &[(0, 0, 3, Combine), (0, 0, 4, Write)]).is_some());
        assert_eq!(race(S, &[(0, 0, 3, Combine), (0, 1, 4, Read)]), None);
    }
}
