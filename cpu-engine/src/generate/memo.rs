//! What was computed already and still holds. Cranelift is asked to keep the order of instructions, since its own sharing
//! moves them away from where registers are free for them; so what is made here, beside the values of the kernel, which
//! its compiler has shared, is shared here.

use std::collections::BTreeMap;

use cranelift_codegen::ir::Value as Ir;
use lockstep_verifier::tree::Value;

use super::Generator;

/// What was computed, from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Made {
    /// A scalar in all lanes, going up by a stride.
    Spread(Ir, u32),
    /// A truth in all lanes.
    Truth(Ir),
    /// The address of a cell of so many bytes, as a power of two.
    Address(Ir, Ir, u8),
    /// An index that is chosen.
    Chosen(Value),
    /// The index vector with a mask's inactive lanes out of every array.
    Inside(Ir, Ir),
    /// The index of one lane, in 64 bits.
    Index(Ir, u8),
    /// What is kept for the vector of a lane.
    Slot(Ir),
    /// Pairs of words of two rows, the lower or the higher, while memory is as it was.
    Rows(Ir, i32, bool, u32),
}

/// What is known where control is; one map for each block around.
#[derive(Default)]
pub(super) struct Memo {
    scopes: Vec<BTreeMap<Made, Ir>>,
    /// How often memory may have changed.
    pub(super) changes: u32,
}

impl Generator<'_> {
    /// Generates what holds only inside of some block.
    pub(super) fn scoped<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> R {
        self.memo.scopes.push(BTreeMap::new());
        let done = run(self);
        self.memo.scopes.pop();
        done
    }

    /// What this was made before, or is made now.
    pub(super) fn once(&mut self, what: Made, make: impl FnOnce(&mut Self) -> Ir) -> Ir {
        if let Some(known) = self.made_before(what) {
            return known;
        }
        let made = make(self);
        self.note(what, made);
        made
    }

    /// The same where it may fail.
    pub(super) fn once_or(
        &mut self,
        what: Made,
        make: impl FnOnce(&mut Self) -> Result<Ir, String>,
    ) -> Result<Ir, String> {
        if let Some(known) = self.made_before(what) {
            return Ok(known);
        }
        let made = make(self)?;
        self.note(what, made);
        Ok(made)
    }

    fn made_before(&self, what: Made) -> Option<Ir> {
        self.memo.scopes.iter().rev().find_map(|scope| scope.get(&what)).copied()
    }

    fn note(&mut self, what: Made, made: Ir) {
        if let Some(scope) = self.memo.scopes.last_mut() {
            scope.insert(what, made);
        }
    }
}
