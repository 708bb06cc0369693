//! Which shared arrays can show the zeros that they begin as: those with a cell that can be read before it has certainly
//! been written. Only these must be made zeros on a device.

use std::ops::{ControlFlow, RangeInclusive};

use super::{
    evaluate::Evaluator,
    form::Form,
    group::{Group, name_group, walk_group, walk_lanes, walk_whole},
    quick::{box_of, independent},
    slice::{Node, slice},
    span::{Spans, split},
    walk::{Loops, Spent, Touch},
};
use crate::program::{ArrayRef, Kernel, LocalId, Phase, Program};

/// The most steps that are taken for one kernel. Beyond, any array can show its zeros.
const BUDGET: u64 = 1 << 21;

/// For each shared array whether its first zeros can be seen. What lanes combine into starts from them.
pub(in crate::laws) fn shows_zeros(program: &Program, kernel: &Kernel) -> Vec<bool> {
    shows(program, kernel, true)
}

/// The same, always walked lane by lane.
#[cfg(test)]
pub(super) fn by_lanes(program: &Program, kernel: &Kernel) -> Vec<bool> {
    shows(program, kernel, false)
}

fn shows(program: &Program, kernel: &Kernel, at_once: bool) -> Vec<bool> {
    let mut evaluator = Evaluator::new(&program.constants, kernel.locals.len(), BUDGET);
    evaluator.wary = true;
    let shown = kernel.shared.iter().map(|shared| shared.combine.is_some()).collect();
    let written = kernel.shared.iter().map(|shared| vec![false; shared.cells()]).collect();
    let mut cover = Cover { kernel, evaluator, at_once, shown, written };
    name_group(&mut cover.evaluator, kernel);
    match walk_group(&mut cover, &kernel.body, &mut Vec::new()) {
        Ok(()) => cover.shown,
        Err(Spent) => vec![true; kernel.shared.len()],
    }
}

/// For each shared array, for each cell, whether it has been written on every path.
pub(super) type Written = Vec<Vec<bool>>;

/// Whether all cells have been written, in strides that a compiler makes fast.
fn all(written: &[bool]) -> bool {
    written.chunks(64).all(|cells| cells.iter().fold(true, |all, cell| all & cell))
}

/// What has been written on both of two paths.
pub(super) fn both(mut one: Written, other: &Written) -> Written {
    for (one, other) in one.iter_mut().flatten().zip(other.iter().flatten()) {
        *one &= other;
    }
    one
}

struct Cover<'p> {
    kernel: &'p Kernel,
    evaluator: Evaluator<'p>,
    /// Whether a phase may be walked once for all lanes.
    at_once: bool,
    shown: Vec<bool>,
    written: Written,
}

impl<'p> Group<'p> for Cover<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p> {
        &mut self.evaluator
    }

    fn kernel(&self) -> &'p Kernel {
        self.kernel
    }

    fn by_trip(&self) -> bool {
        true
    }

    fn written(&mut self) -> Option<&mut Written> {
        Some(&mut self.written)
    }

    fn phase(&mut self, phase: &'p Phase, _: &[(LocalId, u64)]) -> Result<(), Spent> {
        for (number, shared) in self.kernel.shared.iter().enumerate() {
            // What is written in full shows nothing any more.
            if self.shown[number] || all(&self.written[number]) {
                continue;
            }
            let nodes = slice(&phase.body, &self.kernel.locals, &|access| access.array == ArrayRef::Shared(number));
            if nodes.is_empty() || (self.at_once && self.whole(phase, &nodes, number)) {
                continue;
            }
            let mut written = std::mem::take(&mut self.written[number]);
            let mut shown = false;
            // By law 3 a cell that is written in this phase is read by the lane alone that writes it, in order.
            let walked = walk_lanes(self, phase, &nodes, Loops::Trips, &mut |_, touch| {
                if touch.write {
                    write(&touch, &shared.dimensions, &mut written);
                } else {
                    shown = shown || reads_unwritten(&touch.place, &shared.dimensions, &written);
                }
                if shown { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            self.written[number] = written;
            self.shown[number] |= shown;
            walked?;
        }
        Ok(())
    }
}

impl<'p> Cover<'p> {
    /// Whether a phase that does not read a shared array is seen to write all of it, without walking every lane.
    fn whole(&mut self, phase: &'p Phase, nodes: &[Node<'p>], number: usize) -> bool {
        let left = self.evaluator.left;
        let touches = walk_whole(self, phase, nodes);
        // It takes no more than the walk of one lane, which may follow.
        self.evaluator.left = left;
        let Ok(touches) = touches else { return false };
        let atoms = &self.evaluator.atoms;
        let Some(spans) = Spans::new(self.kernel, phase, atoms) else { return false };
        if touches.iter().any(|touch| !touch.write) {
            return false;
        }
        let counts = spans.counts();
        let sizes = &self.kernel.shared[number].dimensions;
        let written = &mut self.written[number];
        for touch in touches.iter().filter(|touch| touch.certain && independent(&touch.place)) {
            let ranges = touch.place.iter().map(|form| box_of(&split(form, &spans, atoms)?, &counts));
            if let Some(ranges) = ranges.collect::<Option<Vec<_>>>() {
                mark(&ranges, sizes, written);
            }
        }
        all(written)
    }
}

/// Marks the cells in a range for each dimension.
fn mark(ranges: &[RangeInclusive<u64>], sizes: &[u32], written: &mut [bool]) {
    let mut cells = vec![0];
    for (range, size) in ranges.iter().zip(sizes) {
        let size = u64::from(*size);
        let indices = *range.start()..=(*range.end()).min(size.saturating_sub(1));
        cells = cells.iter().flat_map(|cell| indices.clone().map(move |i| cell * size + i)).collect();
    }
    for cell in cells {
        if let Some(written) = written.get_mut(cell as usize) {
            *written = true;
        }
    }
}

/// Marks a cell that is certainly written.
fn write(touch: &Touch<'_>, sizes: &[u32], written: &mut [bool]) {
    let cell = touch.place.iter().zip(sizes).try_fold(0, |cell, (form, size)| {
        let index = form.known().filter(|index| *index < u64::from(*size))?;
        Some(cell * u64::from(*size) + index)
    });
    if let Some(cell) = cell.filter(|_| touch.certain)
        && let Some(written) = written.get_mut(cell as usize)
    {
        *written = true;
    }
}

/// Whether a cell that may be meant has not been written. An index that is not known may be any.
fn reads_unwritten(place: &[Form], sizes: &[u32], written: &[bool]) -> bool {
    let mut cells = vec![0];
    for (form, size) in place.iter().zip(sizes) {
        let indices = match form.known() {
            Some(index) if index >= u64::from(*size) => return false,
            Some(index) => index as usize..index as usize + 1,
            None => 0..*size as usize,
        };
        cells = cells.iter().flat_map(|cell| indices.clone().map(move |i| cell * *size as usize + i)).collect();
    }
    cells.into_iter().any(|cell| !written.get(cell).copied().unwrap_or(false))
}
