//! A value is set before it is used, whatever way a lane takes. So no register is ever read that holds nothing.

use super::{Read, Reader};
use crate::{code::Register, finding::Unreadable};

impl Reader<'_> {
    /// Checks the function at hand. `parameters` are set from the beginning.
    pub(super) fn check_reach(&self, parameters: &[Register]) -> Read<()> {
        let constants = self.code.constants.len() as Register;
        let blocks = &self.flow.blocks;
        // Only registers that are used in another block than they are set in are of interest: each has a bit.
        let mut watched: Vec<Register> = blocks.iter().flat_map(|block| &block.used).map(|used| used.0).collect();
        watched.retain(|register| *register >= constants && !parameters.contains(register));
        watched.sort_unstable();
        watched.dedup();
        let words = watched.len().div_ceil(64);
        let bit = |register: Register| watched.binary_search(&register).ok();
        let mut defined = vec![vec![0u64; words]; blocks.len()];
        for (block, set) in blocks.iter().zip(&mut defined) {
            block.defined.iter().filter_map(|register| bit(*register)).for_each(|n| set[n / 64] |= 1 << (n % 64));
        }
        // What is set at the beginning of each block on every way to it; at first everything, but for the entry.
        let mut known = vec![vec![u64::MAX; words]; blocks.len()];
        if let Some(entry) = known.first_mut() {
            entry.fill(0);
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (number, block) in blocks.iter().enumerate() {
                for to in &block.successors {
                    for word in 0..words {
                        let met = known[*to][word] & (known[number][word] | defined[number][word]);
                        changed |= std::mem::replace(&mut known[*to][word], met) != met;
                    }
                }
            }
        }
        for (block, known) in blocks.iter().zip(&known) {
            for (register, site) in &block.used {
                if bit(*register).is_some_and(|n| known[n / 64] & 1 << (n % 64) == 0) {
                    return Err(Unreadable { site: *site, why: "it uses what may not have been set".into() });
                }
            }
        }
        Ok(())
    }
}
