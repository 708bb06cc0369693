//! Atomic operations. On what threads share they are the processor's; the arrays of a group belong to one thread. The
//! order of lanes, groups and threads shows in no result: that is proven of every kernel.

use cranelift_codegen::ir::{
    AtomicRmwOp, InstBuilder, Value as Ir,
    types::{I32, I32X4},
};
use lockstep_verifier::tree::{AtomicOperator, Place, Value};

use super::{
    Generator, Mask,
    indices::{Array, Spot},
};

impl Generator<'_> {
    /// Does the operation in each active lane. Gives what was there before, where anyone asks.
    pub(super) fn atomic(
        &mut self,
        operator: AtomicOperator,
        place: Place,
        (value, old): (Value, Value),
        mask: Mask,
    ) -> Result<Ir, String> {
        let (array, index) = self.array(place)?;
        self.memo.changes += 1;
        let asked = self.layout.used.get(old.0 as usize).copied().unwrap_or(true);
        let spots = self.each(&array, index, mask)?;
        let words = self.each_word(value)?;
        let mut before = self.words_of([0; 4]);
        let bits = match mask {
            // A lane that is not active then changes the padding.
            _ if !array.common => None,
            Mask::All => None,
            Mask::Some(mask) => Some(self.bits(mask)),
        };
        for (lane, spot) in (0..).zip(spots) {
            let word = self.word(words, lane);
            let Some(bits) = bits else {
                let was = self.combine(&array, operator, spot, word);
                if asked {
                    before = self.builder.ins().insertlane(before, was, lane);
                }
                continue;
            };
            let is_active = self.builder.ins().band_imm(bits, 1 << lane);
            let [here, after] = self.blocks();
            let kept = asked.then(|| self.builder.append_block_param(after, I32X4));
            let unchanged: &[_] = if asked { &[before.into()] } else { &[] };
            self.builder.ins().brif(is_active, here, &[], after, unchanged);
            self.begin(here);
            let was = self.combine(&array, operator, spot, word);
            if asked {
                let changed = self.builder.ins().insertlane(before, was, lane);
                self.builder.ins().jump(after, &[changed.into()]);
            } else {
                self.builder.ins().jump(after, &[]);
            }
            self.begin(after);
            before = kept.unwrap_or(before);
        }
        Ok(before)
    }

    /// Does it in one lane.
    fn combine(&mut self, array: &Array, operator: AtomicOperator, Spot(address, offset): Spot, word: Ir) -> Ir {
        if array.common {
            let address = self.builder.ins().iadd_imm(address, i64::from(offset));
            let operator = match operator {
                AtomicOperator::Add => AtomicRmwOp::Add,
                AtomicOperator::Minimum => AtomicRmwOp::Umin,
                AtomicOperator::MinimumSigned => AtomicRmwOp::Smin,
                AtomicOperator::Maximum => AtomicRmwOp::Umax,
                AtomicOperator::MaximumSigned => AtomicRmwOp::Smax,
                AtomicOperator::And => AtomicRmwOp::And,
                AtomicOperator::Or => AtomicRmwOp::Or,
                AtomicOperator::Xor => AtomicRmwOp::Xor,
            };
            return self.builder.ins().atomic_rmw(I32, array.flags, operator, address, word);
        }
        let was = self.builder.ins().load(I32, array.flags, address, offset);
        let ins = self.builder.ins();
        let now = match operator {
            AtomicOperator::Add => ins.iadd(was, word),
            AtomicOperator::Minimum => ins.umin(was, word),
            AtomicOperator::MinimumSigned => ins.smin(was, word),
            AtomicOperator::Maximum => ins.umax(was, word),
            AtomicOperator::MaximumSigned => ins.smax(was, word),
            AtomicOperator::And => ins.band(was, word),
            AtomicOperator::Or => ins.bor(was, word),
            AtomicOperator::Xor => ins.bxor(was, word),
        };
        self.builder.ins().store(array.flags, now, address, offset);
        was
    }
}
