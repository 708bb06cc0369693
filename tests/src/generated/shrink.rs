//! Cuts a failing case down as long as it fails in the same way. Whether a cut leaves a legal program is not asked: one
//! that the compiler refuses does not fail in the same way.

use std::time::{Duration, Instant};

use super::{
    Case, cut_body, cut_inputs, cut_items,
    judge::{Engine, Failure, Kind, judge},
};

/// The smallest case found, and its failure.
pub struct Shrunk {
    /// The case.
    pub case: Case,
    /// What is wrong with it.
    pub failure: Failure,
    /// How many cases were judged on the way.
    pub judged: usize,
}

/// A search for smaller cases.
pub struct Search<'e> {
    pub(super) best: Case,
    size: (usize, u64, u64),
    failure: Failure,
    engines: Vec<&'e dyn Engine>,
    judged: usize,
    end: Instant,
    /// How many cuts held.
    held: usize,
}

impl Search<'_> {
    /// Takes the cut case if it still fails in the same way.
    pub(super) fn attempt(&mut self, cut: Case) -> bool {
        let size = size(&cut);
        if self.over() || size >= self.size {
            return false;
        }
        self.judged += 1;
        match judge(&cut, &self.engines) {
            Err(failure) if failure.kind == self.failure.kind => {
                (self.best, self.failure, self.size) = (cut, failure, size);
                self.held += 1;
                true
            }
            _ => false,
        }
    }

    /// Whether the time is over.
    pub(super) fn over(&self) -> bool {
        Instant::now() >= self.end
    }
}

/// Cuts a case down.
pub fn shrink(case: &Case, failure: &Failure, engines: &[&dyn Engine], time: Duration) -> Shrunk {
    // Only the engine that fails is asked again.
    let engines = engines.iter().copied().filter(|engine| match &failure.kind {
        Kind::Differs(name, _) | Kind::Fault(name, _) => engine.name() == name,
        Kind::Panicked(place, _) => *place == "engine",
        _ => false,
    });
    let mut search = Search {
        best: case.clone(),
        size: size(case),
        failure: failure.clone(),
        engines: engines.collect(),
        judged: 0,
        end: Instant::now() + time,
        held: 0,
    };
    loop {
        let before = search.held;
        cut_items::items(&mut search);
        cut_body::statements(&mut search);
        cut_items::parameters(&mut search);
        cut_inputs::inputs(&mut search);
        cut_body::expressions(&mut search);
        if search.held == before || search.over() {
            return Shrunk { case: search.best, failure: search.failure, judged: search.judged };
        }
    }
}

/// How large a case is: its source, then its sizes and cells, then its values. Every cut makes it smaller, so cutting
/// ends.
fn size(case: &Case) -> (usize, u64, u64) {
    let inputs = &case.inputs;
    let sizes: u64 = inputs.extents.values().map(|size| u64::from(*size)).sum();
    let cells: usize = inputs.arrays.values().map(Vec::len).sum();
    let values = inputs.arrays.values().flatten().chain(inputs.scalars.values());
    let values = values.map(|bits| u64::from(u64::BITS - bits.leading_zeros())).sum();
    (case.source().len(), sizes + cells as u64, values)
}
