//! Which indices of a tile kernel are in range because all values that they can have are known: every lane is walked
//! with its own coordinates, and every loop with constant bounds trip by trip.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    evaluate::Evaluator,
    group::{Group, name_group, walk_group, walk_lanes},
    slice::slice,
    walk::{Loops, Spent},
};
use crate::{
    program::{Access, Kernel, LocalId, Phase, Program},
    visit::{self, Visitor},
};

/// The most steps that are taken for one kernel. Beyond, nothing is proven.
const BUDGET: u64 = 1 << 21;

/// For accesses, by their number, with the constant sizes that their indices must stay below: which indices always do.
/// An access of a phase that is never reached is in range; nothing is said of what the group does as a whole.
pub(in crate::laws) fn in_range(
    program: &Program,
    kernel: &Kernel,
    open: &BTreeMap<u32, Vec<u32>>,
) -> BTreeMap<u32, Vec<bool>> {
    let evaluator = Evaluator::new(&program.constants, kernel.locals.len(), BUDGET);
    let mut accesses = Accesses { open, inside: BTreeMap::new() };
    kernel.phases().iter().for_each(|phase| visit::block(&mut accesses, &phase.body));
    let inside = accesses.inside;
    let mut reach = Reach { kernel, evaluator, open, inside };
    name_group(&mut reach.evaluator, kernel);
    match walk_group(&mut reach, &kernel.body, &mut Vec::new()) {
        Ok(()) => reach.inside,
        Err(Spent) => BTreeMap::new(),
    }
}

struct Reach<'p> {
    kernel: &'p Kernel,
    evaluator: Evaluator<'p>,
    open: &'p BTreeMap<u32, Vec<u32>>,
    inside: BTreeMap<u32, Vec<bool>>,
}

impl<'p> Group<'p> for Reach<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p> {
        &mut self.evaluator
    }

    fn kernel(&self) -> &'p Kernel {
        self.kernel
    }

    fn by_trip(&self) -> bool {
        true
    }

    fn phase(&mut self, phase: &'p Phase, _: &[(LocalId, u64)]) -> Result<(), Spent> {
        // What is known to fail need not be looked at again.
        let inside = &self.inside;
        let hopeful = |access: &Access| inside.get(&access.id).is_some_and(|inside| inside.contains(&true));
        let mut left = hopes(phase, inside);
        if left == 0 {
            return Ok(());
        }
        let nodes = slice(&phase.body, &self.kernel.locals, &hopeful);
        let mut inside = std::mem::take(&mut self.inside);
        let open = self.open;
        let walked = walk_lanes(self, phase, &nodes, Loops::Trips, &mut |_, touch| {
            let (sizes, inside) = (open.get(&touch.access.id), inside.get_mut(&touch.access.id));
            for ((form, size), inside) in
                touch.place.iter().zip(sizes.into_iter().flatten()).zip(inside.into_iter().flatten())
            {
                if *inside && form.known().is_none_or(|index| index >= u64::from(*size)) {
                    *inside = false;
                    left -= 1;
                }
            }
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.inside = inside;
        walked
    }
}

/// The open accesses of phases.
struct Accesses<'a> {
    open: &'a BTreeMap<u32, Vec<u32>>,
    inside: BTreeMap<u32, Vec<bool>>,
}

impl Visitor for Accesses<'_> {
    fn access(&mut self, access: &Access, _write: bool) {
        if let Some(sizes) = self.open.get(&access.id) {
            self.inside.insert(access.id, vec![true; sizes.len()]);
        }
    }
}

/// How many indices of a phase may still be in range.
fn hopes(phase: &Phase, inside: &BTreeMap<u32, Vec<bool>>) -> usize {
    struct Hopes<'a>(&'a BTreeMap<u32, Vec<bool>>, usize);
    impl Visitor for Hopes<'_> {
        fn access(&mut self, access: &Access, _write: bool) {
            self.1 += self.0.get(&access.id).into_iter().flatten().filter(|inside| **inside).count();
        }
    }
    let mut hopes = Hopes(inside, 0);
    visit::block(&mut hopes, &phase.body);
    hopes.1
}
