//! Where the values of a body lie: one frame for a group, in which the lanes take turns.
//!
//! A scalar lies at its own number, so that reading one is one step. The cells of arrays follow, and after them one
//! region for each lane with what it keeps from phase to phase. A lane's scalars are copied to their numbers for its
//! turn and back after it; its arrays stay where they are, and their place is set for its turn.

use lockstep_compiler::program::{GroupStatement, Local, LocalId};

/// The places of the locals of one body.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// For each local where it lies; for an array that lanes keep, within the region of a lane.
    places: Vec<usize>,
    /// The scalars that lanes keep, and where each lies within the region of a lane.
    kept_scalars: Vec<(usize, usize)>,
    /// The arrays that lanes keep.
    kept_arrays: Vec<usize>,
    /// Where the region of the first lane begins.
    first_region: usize,
    /// How many values a region has.
    region: usize,
    size: usize,
}

impl Layout {
    /// The layout of a body with these locals, and with what lanes keep declared in `body`.
    pub(crate) fn new(locals: &[Local], body: &[GroupStatement], lanes: u32) -> Layout {
        let mut kept = vec![false; locals.len()];
        declared(body, &mut kept);
        let mut layout = Layout {
            places: (0..locals.len()).collect(),
            kept_scalars: Vec::new(),
            kept_arrays: Vec::new(),
            first_region: locals.len(),
            region: 0,
            size: 0,
        };
        for (local, Local { dimensions, .. }) in locals.iter().enumerate() {
            let cells = locals[local].cells();
            match (kept[local], dimensions.is_empty()) {
                (false, true) => {}
                (false, false) => {
                    layout.places[local] = layout.first_region;
                    layout.first_region += cells;
                }
                (true, scalar) => {
                    if scalar {
                        layout.kept_scalars.push((local, layout.region));
                    } else {
                        layout.places[local] = layout.region;
                        layout.kept_arrays.push(local);
                    }
                    layout.region += cells;
                }
            }
        }
        layout.size = layout.first_region + layout.region * lanes as usize;
        layout
    }
}

fn declared(body: &[GroupStatement], kept: &mut [bool]) {
    for statement in body {
        match statement {
            GroupStatement::Lane { local, .. } => kept[local.0 as usize] = true,
            GroupStatement::For { body, .. } => declared(body, kept),
            GroupStatement::If { arms, otherwise } => {
                arms.iter().for_each(|(_, body)| declared(body, kept));
                declared(otherwise, kept);
            }
            GroupStatement::Let { .. } | GroupStatement::Phase(_) => {}
        }
    }
}

/// The values themselves.
pub(crate) struct Frame<'a> {
    layout: &'a Layout,
    values: Vec<u64>,
    /// As in the layout, and for what lanes keep: where it lies for the lane whose turn it is.
    places: Vec<usize>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(layout: &'a Layout) -> Frame<'a> {
        Frame { layout, values: vec![0; layout.size], places: layout.places.clone() }
    }

    #[inline(always)]
    pub(crate) fn get(&self, local: LocalId) -> u64 {
        self.values[local.0 as usize]
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, local: LocalId, value: u64) {
        self.values[local.0 as usize] = value;
    }

    pub(crate) fn cell(&self, array: LocalId, cell: usize) -> u64 {
        self.values[self.places[array.0 as usize] + cell]
    }

    pub(crate) fn set_cell(&mut self, array: LocalId, cell: usize, value: u64) {
        self.values[self.places[array.0 as usize] + cell] = value;
    }

    /// Makes all cells of an array one value.
    pub(crate) fn fill(&mut self, array: LocalId, cells: usize, value: u64) {
        let place = self.places[array.0 as usize];
        self.values[place..place + cells].fill(value);
    }

    /// Gives a lane its turn.
    pub(crate) fn enter(&mut self, lane: u32) {
        let region = self.region(lane);
        for (local, offset) in &self.layout.kept_scalars {
            self.values[*local] = self.values[region + offset];
        }
        for local in &self.layout.kept_arrays {
            self.places[*local] = region + self.layout.places[*local];
        }
    }

    /// Ends a lane's turn.
    pub(crate) fn leave(&mut self, lane: u32) {
        let region = self.region(lane);
        for (local, offset) in &self.layout.kept_scalars {
            self.values[region + offset] = self.values[*local];
        }
    }

    fn region(&self, lane: u32) -> usize {
        self.layout.first_region + self.layout.region * lane as usize
    }
}
