//! Law 2, *nothing undefined*, for indices: an index is proven to be in range, or it is checked when the program runs.
//! The proofs only spare engines a check. The interpreter does not read them and checks every index. The verifier has to
//! prove again what a check is spared for, so nothing is tried here that it could not follow.
//!
//! `walk` goes through a kernel in order; `value` knows integers as `linear` sums in a `space` of facts. A proof holds
//! where its access stands and nowhere else: it uses the conditions around it.

mod facts;
mod join;
mod linear;
mod range;
mod reason;
mod space;
#[cfg(test)]
mod tests;
mod value;
mod walk;

use std::collections::HashSet;

use linear::Linear;
use lockstep_module::Extent;
use lockstep_numbers::Binary;
use value::Knowledge;
use walk::{Walk, Watch};

use super::{arrays, lets::Lets, own::cover};
use crate::{
    diagnostic::Diagnostic,
    errors::n0601_index_checked,
    program::{Access, ArrayRef, Expression, ExpressionKind, Kernel, Program},
    source::{Sources, Span},
};

/// What is proven of the accesses of a kernel.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    /// For each access, by its number.
    accesses: Vec<Proven>,
    needs_zero: Vec<bool>,
}

/// What is proven of an access.
#[derive(Clone, Copy, Debug, Default)]
struct Proven {
    indices: [bool; 3],
    inside_edge: bool,
}

impl Proofs {
    /// Whether the index at this position of the access is in range whenever it is evaluated; in a tile, below its size.
    pub fn proven(&self, access: &Access, position: usize) -> bool {
        self.of(access).indices.get(position).copied().unwrap_or(false)
    }

    /// Whether an access to a tile never passes the edge of its array.
    pub fn inside_edge(&self, access: &Access) -> bool {
        self.of(access).inside_edge
    }

    /// Whether a shared array can be read before all of its cells have been written.
    pub fn needs_zero(&self, shared: usize) -> bool {
        self.needs_zero.get(shared).copied().unwrap_or(true)
    }

    fn of(&self, access: &Access) -> Proven {
        self.accesses.get(access.id as usize).copied().unwrap_or_default()
    }
}

/// Proves what can be proven, for each kernel, and gives a note for each other index that can trap.
pub fn prove(program: &Program, sources: &Sources) -> (Vec<Proofs>, Vec<Diagnostic>) {
    let mut notes = Vec::new();
    let mut seen = HashSet::new();
    let proofs = program.kernels.iter().map(|kernel| {
        let mut prover = Prover {
            program,
            kernel,
            lets: Lets::of(kernel),
            sources,
            accesses: vec![Proven::default(); kernel.accesses as usize],
            notes: Vec::new(),
        };
        let knowledge = Knowledge::of(program, kernel);
        Walk { kernel, knowledge, watch: &mut prover }.group(&kernel.body);
        let Prover { accesses, notes: found, .. } = prover;
        // A function that is written out several times gives one note.
        notes.extend(found.into_iter().filter(|note| seen.insert((key(note), note.message.clone()))));
        Proofs { accesses, needs_zero: cover::shows_zeros(program, kernel) }
    });
    (proofs.collect(), notes)
}

fn key(note: &Diagnostic) -> Option<Span> {
    note.labels.first().map(|label| label.span)
}

struct Prover<'p> {
    program: &'p Program,
    kernel: &'p Kernel,
    lets: Lets<'p>,
    sources: &'p Sources,
    accesses: Vec<Proven>,
    /// What is to be said of what was not proven.
    notes: Vec<Diagnostic>,
}

impl Watch for Prover<'_> {
    /// A read with `else` never traps, so nothing is said of it; but every index of a tile must be below its size.
    fn access(&mut self, knowledge: &mut Knowledge<'_>, access: &Access, indices: &[Option<Linear>], total: bool) {
        let dimensions = arrays::dimensions(self.program, self.kernel, access.array);
        let mut proven = Proven::default();
        let tile = matches!(access.array, ArrayRef::Tile(_));
        for (position, (index, extent)) in indices.iter().zip(&dimensions).enumerate() {
            let size = knowledge.extent(*extent);
            let inside = index.as_ref().is_some_and(|index| in_range(knowledge, index, &size))
                || self.remainder(access, &dimensions, position);
            if let Some(slot) = proven.indices.get_mut(position) {
                *slot = inside;
            }
            if !inside && (!total || tile) {
                self.note(access, position, &self.shown(*extent));
            }
        }
        if let ArrayRef::Tile(number) = access.array {
            proven.inside_edge = self.inside_edge(knowledge, number, indices);
        }
        if let Some(slot) = self.accesses.get_mut(access.id as usize) {
            *slot = proven;
        }
    }
}

impl Prover<'_> {
    fn inside_edge(&self, knowledge: &mut Knowledge<'_>, number: usize, indices: &[Option<Linear>]) -> bool {
        let Some(tile) = self.kernel.tiles().get(number) else { return false };
        let dimensions = arrays::dimensions(self.program, self.kernel, ArrayRef::Parameter(tile.array));
        let mut places = indices.iter().zip(&tile.origin).zip(dimensions);
        places.all(|((index, origin), extent)| {
            let size = knowledge.extent(extent);
            let origin = knowledge.local(*origin, lockstep_numbers::ScalarType::U32);
            let place = index.as_ref().zip(origin).and_then(|(index, origin)| index.plus(&origin));
            place.is_some_and(|place| in_range(knowledge, &place, &size))
        })
    }

    /// A remainder is below its divisor. Where the divisor is 0 the lane has trapped, and a device goes on with cell 0:
    /// there is a word to read, if no other index moves on from there and a cell is no longer.
    fn remainder(&self, access: &Access, dimensions: &[Extent], position: usize) -> bool {
        let ([Extent::Named(extent)], Some(index)) = (dimensions, access.indices.get(position)) else { return false };
        let words = match access.array {
            ArrayRef::Parameter(i) => self.kernel.signature.arrays().nth(i).map(|(.., ty)| ty.element.words()),
            _ => None,
        };
        words == Some(1) && self.below(index, *extent)
    }

    fn below(&self, index: &Expression, extent: u32) -> bool {
        let through = |expression: &'_ Expression| match expression.kind {
            ExpressionKind::Local(local) => self.lets.value(local),
            _ => None,
        };
        let index = through(index).unwrap_or(index);
        match &index.kind {
            ExpressionKind::Binary { operator: Binary::Remainder, right, .. } if !index.ty.is_signed() => {
                matches!(through(right).unwrap_or(right).kind, ExpressionKind::Local(local) if local.0 == extent)
            }
            ExpressionKind::Binary { operator: Binary::Minimum, left, right } if !index.ty.is_signed() => {
                self.below(left, extent) || self.below(right, extent)
            }
            _ => false,
        }
    }

    fn shown(&self, extent: Extent) -> String {
        match extent {
            Extent::Constant(n) => n.to_string(),
            Extent::Named(i) => self.kernel.signature.extents.get(i as usize).cloned().unwrap_or_default(),
        }
    }

    fn note(&mut self, access: &Access, position: usize, extent: &str) {
        let Some(index) = access.indices.get(position) else { return };
        let name = arrays::name(self.program, self.kernel, access.array);
        let text = self.sources.text(index.span);
        let reason = reason::of(self.kernel, &self.lets, self.sources, index);
        let note = n0601_index_checked::note(index.span, text, &name, extent, reason.as_deref());
        self.notes.push(note);
    }
}

/// Whether an index is at least 0 and below a size.
fn in_range(knowledge: &Knowledge<'_>, index: &Linear, size: &Linear) -> bool {
    let below = size.minus(index).map(|sum| sum.shifted(-1));
    knowledge.space.natural(index) && below.is_some_and(|below| knowledge.space.natural(&below))
}
