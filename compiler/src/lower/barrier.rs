//! Where the lanes of a group must wait for each other: before a phase that touches what an earlier phase may have
//! changed, or changes what one has read, with no barrier between. Law 3 keeps the lanes of one phase apart.

use std::collections::BTreeSet;

use crate::{
    laws::index::Proofs,
    program::{Access, ArrayRef, GroupStatement, Kernel, Phase, Shape, Statement},
    visit::{self, Visitor},
};

/// An array that lanes of one group have in common, as it was used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    Shared(usize),
    Array(usize),
    /// The same array, whatever barriers have been since.
    Before(usize),
}

/// What a phase does in a room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Read,
    Write,
    Combine,
}

type Uses = BTreeSet<(Room, Use)>;

/// What must be visible after a barrier.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Wait {
    shared: bool,
    arrays: bool,
}

/// The barriers of a kernel.
pub(super) struct Barriers {
    waits: Vec<Wait>,
    exchanged: BTreeSet<usize>,
}

impl Barriers {
    /// Whether a barrier stands before the phase with this number; true inside if it is for array parameters too.
    pub(super) fn before(&self, phase: usize) -> Option<bool> {
        let wait = self.waits.get(phase).copied().unwrap_or_default();
        (wait.shared || wait.arrays).then_some(wait.arrays)
    }

    /// Whether a lane may touch a cell of this array parameter that another lane of the group has written.
    pub(super) fn exchanged(&self, array: usize) -> bool {
        self.exchanged.contains(&array)
    }
}

/// Decides on the barriers of a kernel.
pub(super) fn plan(kernel: &Kernel, proofs: &Proofs) -> Barriers {
    let mut barriers = Barriers { waits: Vec::new(), exchanged: BTreeSet::new() };
    if matches!(kernel.shape, Shape::Each { .. }) {
        return barriers;
    }
    let phases: Vec<Uses> = kernel.phases().into_iter().map(|phase| uses(kernel, phase)).collect();
    barriers.waits = vec![Wait::default(); phases.len()];
    let zeroed = (0..kernel.shared.len()).filter(|shared| proofs.needs_zero(*shared));
    let begin: Uses = zeroed.map(|shared| (Room::Shared(shared), Use::Write)).collect();
    let mut flow = Flow { phases: &phases, barriers, back: Vec::new(), changed: true, phase: 0, loops: 0 };
    // What reaches a loop from its own end grows from round to round, and ends by growing no more.
    while flow.changed {
        (flow.changed, flow.phase, flow.loops) = (false, 0, 0);
        flow.group(&kernel.body, begin.clone());
    }
    flow.barriers
}

struct Flow<'u> {
    phases: &'u [Uses],
    barriers: Barriers,
    /// For each loop, in order, what its body leaves behind no barrier.
    back: Vec<Uses>,
    changed: bool,
    phase: usize,
    loops: usize,
}

impl Flow<'_> {
    /// Gives what no barrier follows after the statements, from what none followed before them.
    fn group(&mut self, statements: &[GroupStatement], mut open: Uses) -> Uses {
        for statement in statements {
            match statement {
                GroupStatement::Let { .. } | GroupStatement::Lane { .. } => {}
                GroupStatement::For { body, .. } => {
                    let number = self.loops;
                    self.loops += 1;
                    if self.back.len() == number {
                        self.back.push(Uses::new());
                    }
                    let mut inside = open.clone();
                    inside.extend(&self.back[number]);
                    let end = self.group(body, inside);
                    self.changed |= !end.is_subset(&self.back[number]);
                    self.back[number].extend(&end);
                    open.extend(end);
                }
                GroupStatement::If { arms, otherwise } => {
                    let before = std::mem::take(&mut open);
                    for block in arms.iter().map(|(_, block)| block).chain([otherwise]) {
                        open.extend(self.group(block, before.clone()));
                    }
                }
                GroupStatement::Phase(_) => open = self.enter(open),
            }
        }
        open
    }

    fn enter(&mut self, mut open: Uses) -> Uses {
        let phases = self.phases;
        let Some(here) = phases.get(self.phase) else { return open };
        let mut wait = self.barriers.waits[self.phase];
        for (room, _) in open.iter().filter(|before| here.iter().any(|now| conflict(**before, *now))) {
            match room {
                Room::Shared(_) => wait.shared = true,
                Room::Array(_) => wait.arrays = true,
                Room::Before(array) => self.changed |= self.barriers.exchanged.insert(*array),
            }
        }
        self.changed |= wait != self.barriers.waits[self.phase];
        self.barriers.waits[self.phase] = wait;
        self.phase += 1;
        // A barrier that is for shared arrays alone shows nothing of array parameters.
        open.retain(|(room, _)| match room {
            Room::Shared(_) => !wait.shared && !wait.arrays,
            Room::Array(_) => !wait.arrays,
            Room::Before(_) => true,
        });
        open.extend(here);
        open.extend(here.iter().filter_map(|(room, does)| match room {
            Room::Array(array) => Some((Room::Before(*array), *does)),
            _ => None,
        }));
        open
    }
}

/// Whether lanes must wait between the two.
fn conflict((room, before): (Room, Use), (other, now): (Room, Use)) -> bool {
    let same = match room {
        Room::Before(array) => other == Room::Array(array),
        room => room == other,
    };
    same && !(before == now && before != Use::Write)
}

/// What a phase does in common rooms. What is only read, combined into or claimed by the whole kernel is in none.
fn uses(kernel: &Kernel, phase: &Phase) -> Uses {
    struct Collector<'k> {
        kernel: &'k Kernel,
        combines: bool,
        uses: Uses,
    }
    impl Visitor for Collector<'_> {
        fn statement(&mut self, statement: &Statement) {
            self.combines = matches!(statement, Statement::Combine { .. });
        }

        fn access(&mut self, access: &Access, write: bool) {
            let room = match access.array {
                ArrayRef::Shared(shared) => Room::Shared(shared),
                ArrayRef::Tile(tile) => match self.kernel.tiles().get(tile) {
                    Some(tile) => Room::Array(tile.array),
                    None => return,
                },
                ArrayRef::Parameter(_) | ArrayRef::Local(_) | ArrayRef::Constant(_) => return,
            };
            let does = match (write, self.combines) {
                (false, _) => Use::Read,
                (true, true) => Use::Combine,
                (true, false) => Use::Write,
            };
            self.uses.insert((room, does));
        }
    }
    let mut collector = Collector { kernel, combines: false, uses: Uses::new() };
    visit::block(&mut collector, &phase.body);
    collector.uses
}
