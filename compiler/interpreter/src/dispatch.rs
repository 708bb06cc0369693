//! One dispatch: its groups over threads, and the least that trapped.

use std::{
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use lockstep_compiler::program::{Kernel, Shape};
use lockstep_module::{Access, DISPATCH_WEIGHT, Extent, GROUP_WEIGHT, TrapReport, plan::Dispatch};
use lockstep_numbers::canonical;

use crate::{
    Source,
    frame::Layout,
    group::{Lanes, Trapped, coordinates},
    memory::{Claims, Memory},
    races::Races,
    stack::{on_a_deep_stack, on_deep_stacks},
    trap::Scene,
    walker::{Scope, Walker},
    watch::Watch,
};

/// Lanes that one thread takes at a time, at least.
const CHUNK: u32 = 4096;

/// A group that trapped, and how.
pub(crate) type GroupTrap = (u32, Trapped);

/// A kernel with everything that one dispatch gives it.
pub(crate) struct Launched<'a> {
    source: Source<'a>,
    kernel: &'a Kernel,
    dispatch: &'a Dispatch,
    arrays: &'a [&'a Memory],
    layout: Layout,
    /// For each array parameter that is claimed, what has been claimed of it.
    claims: Vec<Option<Claims>>,
    /// The sizes of the grid, or how many lanes a group has along each dimension.
    sizes: Vec<u32>,
    /// For each tile clause how many tiles its array has along each dimension.
    tiles: Vec<Vec<u32>>,
}

impl<'a> Launched<'a> {
    pub(crate) fn new(source: Source<'a>, dispatch: &'a Dispatch, arrays: &'a [&'a Memory]) -> Launched<'a> {
        let kernel = &source.program.kernels[dispatch.kernel];
        let layout = Layout::new(&kernel.locals, &kernel.body, kernel.group_lanes());
        let sizes = match &kernel.shape {
            Shape::Each { grid } => grid.iter().map(|extent| size(*extent, &dispatch.extents)).collect(),
            Shape::Tiles { lanes, .. } => lanes.clone(),
        };
        let tiles = kernel.tiles().iter().map(|tile| {
            let array = &arrays[tile.array].dimensions;
            array.iter().zip(&tile.sizes).map(|(cells, size)| cells.div_ceil((*size).max(1))).collect()
        });
        let claims = kernel
            .signature
            .arrays()
            .zip(arrays)
            .map(|((_, access, _), memory)| (access == Access::Claim).then(|| Claims::new(memory.cells())));
        let (tiles, claims) = (tiles.collect(), claims.collect());
        Launched { source, kernel, dispatch, arrays, layout, claims, sizes, tiles }
    }

    /// Runs groups, and gives what they cost, or the least that trapped.
    pub(crate) fn run(&self, groups: Range<u32>, progress: &(dyn Fn(u64) + Sync)) -> Result<u64, GroupTrap> {
        let scope = self.scope();
        let chunk = (CHUNK / self.kernel.group_lanes().max(1)).max(1);
        let next = AtomicU64::new(groups.start.into());
        let (done, cost) = (AtomicU64::new(0), AtomicU64::new(0));
        let least: Mutex<Option<GroupTrap>> = Mutex::new(None);
        let work = || {
            let mut walker = self.walker(&scope, ());
            loop {
                let start = next.fetch_add(chunk.into(), Ordering::Relaxed);
                let Some(start) = u32::try_from(start).ok().filter(|start| *start < groups.end) else { break };
                let end = start.saturating_add(chunk).min(groups.end);
                let trapped = least.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(group, _)| *group);
                // Later groups cannot change which is the least.
                if trapped.is_some_and(|trapped| trapped < start) {
                    break;
                }
                if let Err((group, trap)) = (start..end).try_for_each(|group| self.group(&mut walker, group)) {
                    let mut least = least.lock().unwrap_or_else(PoisonError::into_inner);
                    if least.as_ref().is_none_or(|(before, _)| group < *before) {
                        *least = Some((group, trap));
                    }
                    break;
                }
                let lanes = (start..end).map(|group| u64::from(self.lanes(group).count)).sum();
                progress(done.fetch_add(lanes, Ordering::Relaxed) + lanes);
            }
            cost.fetch_add(walker.cost, Ordering::Relaxed);
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        on_deep_stacks(threads.min(groups.len().div_ceil(chunk as usize)), &work);
        match least.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(trap) => Err(trap),
            None => {
                let fixed = DISPATCH_WEIGHT + GROUP_WEIGHT * groups.len() as u64;
                Ok(cost.into_inner().saturating_add(fixed))
            }
        }
    }

    /// Runs all groups in order, on one thread, and gives the first race. A race before a trap is still a race.
    pub(crate) fn races(&self) -> Option<String> {
        let scope = self.scope();
        let parameters = self.kernel.signature.arrays().zip(self.arrays);
        let written = parameters.map(|((name, access, _), memory)| (access.writes().then_some(name), memory.cells()));
        let shared = self.kernel.shared.iter().map(|array| (array.name.as_str(), array.cells()));
        on_a_deep_stack(Races::new(written, shared), |races| {
            let mut walker = self.walker(&scope, races);
            let _ = (0..self.dispatch.groups).try_for_each(|group| self.group(&mut walker, group));
            walker.watch.found
        })?
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            constants: &self.source.program.constants,
            locals: &self.kernel.locals,
            layout: &self.layout,
            tiles: self.kernel.tiles(),
            shared: &self.kernel.shared,
            arrays: self.arrays,
            array_names: self.array_names(),
            claims: &self.claims,
        }
    }

    /// A walker that knows what all groups share.
    fn walker<'w, W: Watch>(&'w self, scope: &'w Scope<'w>, watch: W) -> Walker<'w, W> {
        let mut walker = Walker::new(scope, watch);
        let extents = self.kernel.extents().zip(&self.dispatch.extents);
        extents.for_each(|(local, size)| walker.frame.set(local, u64::from(*size)));
        let types = self.kernel.signature.scalars().map(|(_, ty)| ty);
        for ((local, value), ty) in self.kernel.scalars().zip(&self.dispatch.scalars).zip(types) {
            walker.frame.set(local, canonical(ty, *value));
        }
        walker
    }

    fn group<W: Watch>(&self, walker: &mut Walker<'_, W>, group: u32) -> Result<(), GroupTrap> {
        walker.watch.group(group);
        for (number, (tile, grid)) in self.kernel.tiles().iter().zip(&self.tiles).enumerate() {
            let mut origin = coordinates(grid, group.into());
            origin.iter_mut().zip(&tile.sizes).for_each(|(at, size)| *at *= size);
            walker.origins[number] = origin;
            tile.origin.iter().zip(origin).for_each(|(local, at)| walker.frame.set(*local, at.into()));
        }
        walker.group(&self.kernel.body, &self.lanes(group)).map_err(|trap| (group, trap))
    }

    /// The lanes of a group: the last group of a grid may have fewer.
    fn lanes(&self, group: u32) -> Lanes<'_> {
        let most = self.kernel.group_lanes();
        match &self.kernel.shape {
            Shape::Each { .. } => {
                let first = u64::from(group) * u64::from(most);
                let left = self.dispatch.lanes.saturating_sub(first);
                Lanes { sizes: &self.sizes, first, count: left.min(most.into()) as u32 }
            }
            Shape::Tiles { .. } => Lanes { sizes: &self.sizes, first: 0, count: most },
        }
    }

    fn array_names(&self) -> Vec<(String, Vec<String>)> {
        let signature = &self.kernel.signature;
        let shown = |extent: &Extent| match extent {
            Extent::Constant(n) => n.to_string(),
            Extent::Named(i) => signature.extents[*i as usize].clone(),
        };
        signature.arrays().map(|(name, _, ty)| (name.into(), ty.dimensions.iter().map(shown).collect())).collect()
    }

    /// Of the first `claim` array with a cell that was claimed twice: its number among them, and the least such cell.
    pub(crate) fn doubly_claimed(&self) -> Option<(usize, u64)> {
        let claims = self.claims.iter().flatten().enumerate();
        claims.filter_map(|(number, claims)| Some((number, claims.least_twice()?))).next()
    }

    /// The report of a trap that [`Launched::run`] gave.
    pub(crate) fn report(&self, dispatch: usize, (group, trapped): GroupTrap) -> TrapReport {
        let Trapped { lane, trap } = trapped;
        let name = &self.kernel.signature.name;
        trap.report(self.source.sources, Scene { name, dispatch: Some(dispatch), group: Some(group.into()), lane })
    }
}

fn size(extent: Extent, extents: &[u32]) -> u32 {
    match extent {
        Extent::Constant(n) => n,
        Extent::Named(i) => extents[i as usize],
    }
}
