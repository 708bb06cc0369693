//! Which phases certainly write every cell of a shared array: such an array need not begin as zeros.

use super::{
    evaluate::Evaluator,
    group::{Group, name_group, walk_group, walk_lanes},
    slice::slice,
    tiles::written,
    walk::Spent,
};
use crate::program::{ArrayRef, Kernel, LocalId, Phase, Program};

/// The most steps that are taken for one kernel. Beyond, arrays count as not written.
const BUDGET: u64 = 1 << 20;

/// The phases that write all cells of a shared array, with its number.
pub(in crate::laws) struct Cover<'p> {
    found: Vec<(&'p Phase, usize)>,
}

impl<'p> Cover<'p> {
    pub(in crate::laws) fn of(program: &'p Program, kernel: &'p Kernel) -> Self {
        let evaluator = Evaluator::new(&program.constants, kernel.locals.len(), BUDGET);
        let mut covering = Covering { kernel, evaluator, found: Vec::new() };
        if kernel.shared.is_empty() {
            return Cover { found: Vec::new() };
        }
        name_group(&mut covering.evaluator, kernel);
        // What is found before the budget is spent holds.
        let _spent = walk_group(&mut covering, &kernel.body, &mut Vec::new());
        Cover { found: covering.found }
    }

    /// Whether a phase writes all cells of a shared array.
    pub(in crate::laws) fn covers(&self, phase: &Phase, shared: usize) -> bool {
        self.found.iter().any(|(found, array)| std::ptr::eq(*found, phase) && *array == shared)
    }
}

struct Covering<'p> {
    kernel: &'p Kernel,
    evaluator: Evaluator<'p>,
    found: Vec<(&'p Phase, usize)>,
}

impl<'p> Group<'p> for Covering<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p> {
        &mut self.evaluator
    }

    fn kernel(&self) -> &'p Kernel {
        self.kernel
    }

    fn by_trip(&self) -> bool {
        false
    }

    fn phase(&mut self, phase: &'p Phase, _: &[(LocalId, u64)]) -> Result<(), Spent> {
        for array in written(phase) {
            let ArrayRef::Shared(number) = array else { continue };
            let Some(shared) = self.kernel.shared.get(number) else { continue };
            let mut open: Vec<bool> = vec![true; shared.cells()];
            let nodes = slice(&phase.body, &self.kernel.locals, &|access| access.array == array);
            walk_lanes(self, phase, &nodes, true, &mut |_, touch| {
                let cell = touch.place.iter().zip(&shared.dimensions).try_fold(0, |cell, (form, size)| {
                    let index = form.known().filter(|index| *index < u64::from(*size))?;
                    Some(cell * u64::from(*size) + index)
                });
                if let Some(cell) = cell
                    && touch.write
                    && touch.certain
                    && let Some(open) = open.get_mut(cell as usize)
                {
                    *open = false;
                }
            })?;
            if open.iter().all(|open| !open) {
                self.found.push((phase, number));
            }
        }
        Ok(())
    }
}
