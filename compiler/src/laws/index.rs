//! Law 2, *nothing undefined*, for indices: an index is proven to be in range, or it is checked when the program runs.
//! The proofs only spare engines a check. The interpreter does not read them and checks every index.

use std::collections::HashSet;

use lockstep_module::Extent;
use lockstep_numbers::{Binary, ScalarType};

use super::facts::Facts;
use crate::{
    diagnostic::Diagnostic,
    errors::n0601_index_checked,
    program::{Access, ArrayRef, Expression, ExpressionKind, Kernel, Local, Program},
    source::{Sources, Span},
    visit::{self, Visitor},
};

/// Which indices are proven: the span of the access, and the position of the index.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    proven: HashSet<(Span, usize)>,
}

impl Proofs {
    /// Whether the index at this position of the access is in range whenever it is evaluated.
    pub fn proven(&self, access: &Access, position: usize) -> bool {
        self.proven.contains(&(access.span, position))
    }
}

/// Proves what can be proven, and gives a note for each other index that can trap.
pub fn prove(program: &Program, sources: &Sources) -> (Proofs, Vec<Diagnostic>) {
    let mut proofs = Proofs::default();
    let mut notes = Vec::new();
    let bodies = program.functions.iter().map(|f| (None, f.locals.as_slice(), &f.body, Facts::of_function(f)));
    let kernels = program.kernels.iter().map(|k| (Some(k), k.locals.as_slice(), &k.body, Facts::of_kernel(k)));
    for (kernel, locals, body, facts) in bodies.chain(kernels) {
        let mut prover = Prover { program, kernel, locals, facts, sources, proofs: &mut proofs, notes: &mut notes };
        visit::block(&mut prover, body);
    }
    notes.dedup();
    (proofs, notes)
}

struct Prover<'a> {
    program: &'a Program,
    kernel: Option<&'a Kernel>,
    locals: &'a [Local],
    facts: Facts<'a>,
    sources: &'a Sources,
    proofs: &'a mut Proofs,
    notes: &'a mut Vec<Diagnostic>,
}

impl Visitor for Prover<'_> {
    /// A read with `else` never traps, so nothing is said of it.
    fn expression(&mut self, expression: &Expression) {
        if let ExpressionKind::Load { access, otherwise } = &expression.kind {
            self.prove(access, otherwise.is_none());
        }
    }

    fn access(&mut self, access: &Access, write: bool) {
        if write {
            self.prove(access, true);
        }
    }
}

impl Prover<'_> {
    fn prove(&mut self, access: &Access, can_trap: bool) {
        let (name, dimensions) = self.array(access.array);
        let only = dimensions.len() == 1;
        for (position, (index, extent)) in access.indices.iter().zip(dimensions).enumerate() {
            if self.in_range(index, extent, only) {
                self.proofs.proven.insert((access.span, position));
            } else if can_trap {
                let shown = match extent {
                    Extent::Constant(n) => n.to_string(),
                    Extent::Named(i) => self.kernel.map_or("", |k| &k.signature.extents[i as usize]).to_string(),
                };
                self.notes.push(n0601_index_checked::note(index.span, self.sources.text(index.span), &name, &shown));
            }
        }
    }

    /// The name and dimensions of an array.
    fn array(&self, array: ArrayRef) -> (String, Vec<Extent>) {
        let constant = |dimensions: &[u32]| dimensions.iter().map(|n| Extent::Constant(*n)).collect();
        match array {
            ArrayRef::Parameter(i) => {
                let found = self.kernel.and_then(|kernel| kernel.signature.arrays().nth(i));
                found.map(|(name, _, ty)| (name.to_string(), ty.dimensions.clone())).unwrap_or_default()
            }
            ArrayRef::Local(id) => {
                let local = self.locals.get(id.0 as usize);
                local.map(|local| (local.name.clone(), constant(&local.dimensions))).unwrap_or_default()
            }
            ArrayRef::Constant(i) => {
                let found = self.program.constants.get(i);
                found.map(|found| (found.name.clone(), constant(&found.dimensions))).unwrap_or_default()
            }
        }
    }

    /// `only` says that the array has no other dimension.
    fn in_range(&self, index: &Expression, extent: Extent, only: bool) -> bool {
        let (low, high) = self.facts.range(index);
        match extent {
            Extent::Constant(n) => low >= 0 && high < i64::from(n),
            Extent::Named(_) => self.below(index, extent, only),
        }
    }

    /// Whether an unsigned index is below an extent, whatever its value is.
    fn below(&self, index: &Expression, extent: Extent, only: bool) -> bool {
        let index = self.facts.through_lets(index);
        if index.ty != ScalarType::U32 {
            return false;
        }
        match &index.kind {
            ExpressionKind::Local(local) => {
                let coordinate = self.facts.coordinate(*local) == Some(extent);
                coordinate || self.facts.counter(*local).is_some_and(|(_, to)| self.is_extent(to, extent))
            }
            // A remainder is below its divisor. Where the divisor is zero it has trapped, and a device goes on with 0:
            // the first cell, which every array has, if no other index moves on from there.
            ExpressionKind::Binary { operator: Binary::Remainder, right, .. } => only && self.is_extent(right, extent),
            ExpressionKind::Binary { operator: Binary::Minimum, left, right } => {
                self.below(left, extent, only) || self.below(right, extent, only)
            }
            _ => false,
        }
    }

    fn is_extent(&self, expression: &Expression, extent: Extent) -> bool {
        let expression = self.facts.through_lets(expression);
        let local = expression.as_local();
        matches!((local, extent), (Some(local), Extent::Named(i)) if local.0 == i)
    }
}

#[cfg(test)]
mod tests {
    /// How many notes a kernel of two dimensions gets for this index of its rows.
    fn notes(index: &str) -> usize {
        let text = format!("kernel k[n, m](z: in [u32; m], y: out [u32; n, m]) each c of z {{ y[{index}, c] = 1; }}");
        let compilation = crate::check("index.lks", &text);
        assert!(compilation.program.is_some(), "{:?}", compilation.diagnostics);
        compilation.notes.len()
    }

    /// Where `n` is zero a device goes on with row 0 after the trap, and that row has no cells.
    #[test]
    fn a_remainder_by_an_extent_proves_nothing_beside_another_dimension() {
        assert_eq!(notes("c % n"), 1);
        assert_eq!(notes("4294967295 * 4294967295"), 1);
    }
}
