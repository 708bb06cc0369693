//! A call as a host runs it: the dispatches of a plan in order, with the bindings, push constants, zeros, bitmaps and
//! trap words of `lockstep_module::spirv_abi`.

use lockstep_module::{
    Access, Kernel, Launch as Launched,
    plan::{Dispatch, Plan},
    spirv_abi::{FIRST_ARRAY_BINDING, LANES, NO_TRAP, TRAP_BINDING},
};
use lockstep_numbers::ScalarType;

use crate::{
    cells::Cells,
    code::Code,
    dispatch::{self, Launch, Settings},
    finding::What,
    report::Report,
    world::{Bound, Garbage, Rule},
};

/// A kernel of the plan: the interface that it claims, and the code that it has.
#[derive(Clone, Copy, Debug)]
pub struct Runnable<'m> {
    /// The interface.
    pub kernel: &'m Kernel,
    /// The code.
    pub code: &'m Code,
}

/// The first trap word that was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// The least group that trapped, in this dispatch.
    Group {
        /// The dispatch.
        dispatch: usize,
        /// The group.
        group: u32,
    },
    /// The least cell of a `claim` array that was claimed twice.
    Claim {
        /// The dispatch.
        dispatch: usize,
        /// The number of the array among the `claim` arrays of the kernel.
        claim: usize,
        /// The cell.
        cell: u32,
    },
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The first trap. Dispatches after it did not run.
    pub trap: Option<Trap>,
    /// The words of all arrays of the plan, without the word that arrays without cells have.
    pub arrays: Vec<Vec<u32>>,
    /// Findings and work.
    pub report: Report,
    /// The work of each dispatch.
    pub work: Vec<u64>,
    /// Whether it came to its end.
    pub whole: bool,
}

/// Runs the first dispatches of a plan, as many as are asked for. `kernels` are those of the module, by index; a
/// dispatch of one that is not there ends the run.
pub fn run(kernels: &[Option<Runnable<'_>>], plan: &Plan, dispatches: usize, settings: &Settings) -> Ran {
    run_with(kernels, plan, dispatches, settings, None)
}

/// The same, with garbage for racing reads.
pub(crate) fn run_with(
    kernels: &[Option<Runnable<'_>>],
    plan: &Plan,
    dispatches: usize,
    settings: &Settings,
    garbage: Option<&Garbage>,
) -> Ran {
    let mut cells: Vec<Cells> = plan
        .arrays
        .iter()
        .map(|array| begin(array.initial.as_deref(), array.words().max(array.element.words())))
        .collect();
    let bitmaps = cells.len();
    let mut report = Report::default();
    let mut work = Vec::new();
    let (mut trap, mut whole) = (None, true);
    let mut groups_before = 0u32;
    for (number, dispatch) in plan.dispatches.iter().enumerate().take(dispatches) {
        let Some(Runnable { kernel, code }) = kernels.get(dispatch.kernel).copied().flatten() else {
            whole = false;
            break;
        };
        for array in &dispatch.zero {
            cells[*array].words.fill(0);
        }
        cells.truncate(bitmaps);
        check(kernel, code, &mut report);
        let traps = (number % TRAP_PLACES) as u32 * TRAP_STRIDE;
        let (launch, trap_place) = launch(kernel, code, dispatch, plan, &mut cells, traps, groups_before);
        groups_before = groups_before.wrapping_add(dispatch.groups);
        let before = report.work;
        let stops = settings.stop_at_first && !report.findings.is_empty();
        whole = !stops && dispatch::run(launch, &mut cells, settings, garbage, &mut report);
        work.push(report.work - before);
        let words = cells[trap_place].words.get(traps as usize..).unwrap_or_default();
        trap = match words.iter().position(|word| *word != NO_TRAP) {
            Some(0) => Some(Trap::Group { dispatch: number, group: words[0] }),
            Some(claim) => Some(Trap::Claim { dispatch: number, claim: claim - 1, cell: words[claim] }),
            None => None,
        };
        if trap.is_some() || !whole {
            break;
        }
    }
    let arrays = plan.arrays.iter().zip(cells).map(|(array, mut cells)| {
        cells.words.truncate(array.words());
        cells.words
    });
    Ran { trap, arrays: arrays.collect(), report, work, whole }
}

/// Trap words begin at other places in each dispatch, so that a kernel that forgets where its own begin is seen.
const TRAP_STRIDE: u32 = 16;
const TRAP_PLACES: usize = 4;

/// An array is never shorter than one cell, a bitmap never than one word.
fn begin(initial: Option<&[u32]>, words: usize) -> Cells {
    let mut given = initial.map(<[u32]>::to_vec).unwrap_or_default();
    given.resize(words.max(1), 0);
    Cells::new(given)
}

/// What the interface says of the code itself.
fn check(kernel: &Kernel, code: &Code, report: &mut Report) {
    let claimed = match &kernel.launch {
        Launched::Each(_) => LANES,
        Launched::Tiles { lanes, .. } => *lanes,
    };
    if claimed != code.lanes() {
        report.find(None, What::OtherLanes { claimed, real: code.lanes() });
    }
    if code.shared_bytes() > kernel.shared_bytes.into() {
        report.find(None, What::MoreShared { claimed: kernel.shared_bytes, real: code.shared_bytes() });
    }
}

/// Binds trap words, arrays and bitmaps, and gives the place of the trap words.
fn launch<'a>(
    kernel: &Kernel,
    code: &'a Code,
    dispatch: &Dispatch,
    plan: &Plan,
    cells: &mut Vec<Cells>,
    traps: u32,
    groups_before: u32,
) -> (Launch<'a>, usize) {
    let mut bindings = Vec::new();
    let claims = kernel.signature.arrays().filter(|(_, access, _)| *access == Access::Claim).count();
    let trap_place = cells.len();
    cells.push(Cells::new(vec![NO_TRAP; traps as usize + 1 + claims]));
    bindings.push((
        TRAP_BINDING,
        Bound { place: trap_place, rule: Rule::TrapWords { first: traps, count: 1 + claims as u32 } },
    ));
    let mut next = FIRST_ARRAY_BINDING;
    let mut bind = |bindings: &mut Vec<(u32, Bound)>, bound: Bound| {
        bindings.push((next, bound));
        next += 1;
    };
    for ((_, access, ty), place) in kernel.signature.arrays().zip(&dispatch.arrays) {
        let signed = ty.element == ScalarType::I32;
        bind(&mut bindings, Bound { place: *place, rule: Rule::Array { access, signed } });
    }
    for ((_, access, _), place) in kernel.signature.arrays().zip(&dispatch.arrays) {
        if access == Access::Claim {
            let claimed = plan.arrays.get(*place).map_or(0, |array| array.cells());
            bind(&mut bindings, Bound { place: cells.len(), rule: Rule::Bitmap });
            cells.push(begin(None, claimed.div_ceil(32)));
        }
    }
    let bound_at = |binding: u32| bindings.iter().find(|(at, _)| *at == binding).map(|(_, bound)| *bound);
    let scalars = kernel.signature.scalars().zip(&dispatch.scalars).flat_map(|((_, ty), bits)| {
        let halves = [*bits as u32, (*bits >> 32) as u32];
        halves.into_iter().take(ty.words())
    });
    let push = [0, 0, traps].into_iter().chain(scalars).chain(dispatch.extents.iter().copied()).collect();
    let bound = code.buffers.iter().map(|buffer| bound_at(buffer.binding)).collect();
    (Launch { code, groups: dispatch.groups, push, bound, groups_before }, trap_place)
}
