//! One dispatch: its lanes over threads, its arrays as cells that any thread may touch.

use std::{
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    thread,
};

use lockstep_compiler::program;
use lockstep_module::{
    Array, Extent, TrapReport,
    plan::{Dispatch, PlannedArray},
    spirv_abi::LANES,
};
use lockstep_numbers::{ScalarType, float};

use crate::{
    Source,
    lane::{Lane, Layout, Shared},
    trap::Trap,
};

/// Lanes that one thread takes at a time.
const CHUNK: u32 = 16 * LANES;
/// The stack of a thread: enough for the deepest program that compiles.
const STACK_BYTES: usize = 256 << 20;

/// An array. Lanes write cells of their own, so relaxed order is enough.
pub(crate) struct Memory {
    pub(crate) dimensions: Vec<u32>,
    element: ScalarType,
    words: Vec<AtomicU32>,
}

impl Memory {
    pub(crate) fn new(planned: &PlannedArray) -> Memory {
        let words = match &planned.initial {
            Some(words) => words.iter().copied().map(AtomicU32::new).collect(),
            None => (0..planned.cells()).map(|_| AtomicU32::new(0)).collect(),
        };
        Memory { dimensions: planned.dimensions.clone(), element: planned.element, words }
    }

    pub(crate) fn of(array: &Array) -> Memory {
        let words = array.words.iter().copied().map(AtomicU32::new).collect();
        Memory { dimensions: array.dimensions.clone(), element: array.element, words }
    }

    /// A cell; a float comes through the door.
    pub(crate) fn read(&self, position: usize) -> u32 {
        let word = self.words[position].load(Ordering::Relaxed);
        if self.element == ScalarType::F32 { float::canonical(word) } else { word }
    }

    pub(crate) fn write(&self, position: usize, word: u32) {
        self.words[position].store(word, Ordering::Relaxed);
    }

    pub(crate) fn words(&self) -> Vec<u32> {
        self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }
}

/// A kernel with everything that one dispatch gives it.
pub(crate) struct Kernel<'a> {
    source: Source<'a>,
    kernel: &'a program::Kernel,
    dispatch: &'a Dispatch,
    arrays: &'a [&'a Memory],
    layout: Layout,
    functions: Vec<Layout>,
}

impl<'a> Kernel<'a> {
    pub(crate) fn new(source: Source<'a>, dispatch: &'a Dispatch, arrays: &'a [&'a Memory]) -> Kernel<'a> {
        let kernel = &source.program.kernels[dispatch.kernel];
        let functions = source.program.functions.iter().map(|function| Layout::new(&function.locals)).collect();
        Kernel { source, kernel, dispatch, arrays, layout: Layout::new(&kernel.locals), functions }
    }

    /// Runs lanes, and gives the least that trapped.
    pub(crate) fn run(&self, lanes: Range<u32>, progress: &(dyn Fn(u64) + Sync)) -> Option<(u32, Trap)> {
        let next = AtomicU64::new(lanes.start.into());
        let done = AtomicU64::new(0);
        let least: Mutex<Option<(u32, Trap)>> = Mutex::new(None);
        let shared = Shared {
            program: self.source.program,
            arrays: self.arrays,
            array_names: self.array_names(),
            functions: &self.functions,
        };
        let work = || {
            let mut lane = Lane::new(&shared, &self.kernel.locals, &self.layout);
            loop {
                let start = next.fetch_add(CHUNK.into(), Ordering::Relaxed);
                let Some(start) = u32::try_from(start).ok().filter(|start| *start < lanes.end) else { break };
                let end = start.saturating_add(CHUNK).min(lanes.end);
                let trapped = least.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(lane, _)| *lane);
                // Later lanes cannot change which is the least.
                if trapped.is_some_and(|trapped| trapped < start) {
                    break;
                }
                if let Some((index, trap)) = (start..end).find_map(|index| self.lane(&mut lane, index)) {
                    let mut least = least.lock().unwrap_or_else(PoisonError::into_inner);
                    if least.as_ref().is_none_or(|(before, _)| index < *before) {
                        *least = Some((index, trap));
                    }
                    break;
                }
                let lanes = u64::from(end - start);
                progress(done.fetch_add(lanes, Ordering::Relaxed) + lanes);
            }
        };
        let threads = match lanes.end.saturating_sub(lanes.start).div_ceil(CHUNK) {
            0 => return None,
            chunks => thread::available_parallelism().map_or(1, usize::from).min(chunks as usize),
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                let spawned = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
                // A machine that has no thread to spare still gets its result, on this one.
                if spawned.is_err() {
                    work();
                }
            }
        });
        least.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, lane: &mut Lane<'_>, index: u32) -> Option<(u32, Trap)> {
        let extents = self.kernel.extents().zip(&self.dispatch.extents);
        extents.for_each(|(local, word)| lane.set(local, *word));
        let types = self.kernel.signature.scalars().map(|(_, ty)| ty);
        for ((local, word), ty) in self.kernel.scalars().zip(&self.dispatch.scalars).zip(types) {
            lane.set(local, if ty == ScalarType::F32 { float::canonical(*word) } else { *word });
        }
        for (local, word) in self.kernel.coordinates().zip(self.coordinates(index)) {
            lane.set(local, word);
        }
        lane.run(&self.kernel.body).err().map(|trap| (index, *trap))
    }

    /// The coordinates of a lane: the grid is row-major, the last coordinate varies fastest.
    fn coordinates(&self, index: u32) -> impl Iterator<Item = u32> + use<> {
        let mut coordinates = [0; 3];
        let mut rest = index;
        for (slot, extent) in coordinates.iter_mut().zip(&self.kernel.grid).rev() {
            let size = self.size(*extent).max(1);
            *slot = rest % size;
            rest /= size;
        }
        coordinates.into_iter().take(self.kernel.grid.len())
    }

    fn size(&self, extent: Extent) -> u32 {
        match extent {
            Extent::Constant(n) => n,
            Extent::Named(i) => self.dispatch.extents[i as usize],
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

    /// The report of a trap that [`Kernel::run`] gave.
    pub(crate) fn report(&self, dispatch: usize, (index, trap): (u32, Trap)) -> TrapReport {
        let names = self.kernel.coordinates().filter_map(|local| self.kernel.locals.get(local.0 as usize));
        let lane = names.map(|local| local.name.clone()).zip(self.coordinates(index)).collect();
        let place = Some((dispatch, u64::from(index / LANES)));
        trap.report(self.source.sources, &self.kernel.signature.name, place, lane)
    }
}
