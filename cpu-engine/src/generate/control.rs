//! Branches and loops whose lanes may part: what is the same in all lanes branches; else an arm runs under a mask, if any
//! lane is in it, and a loop goes on until none is. Inactive lanes never change memory that anyone sees.

use cranelift_codegen::ir::{
    Block, InstBuilder, Value as Ir,
    condcodes::IntCC,
    types::{I32, I32X4},
};
use cranelift_frontend::Variable;
use lockstep_verifier::tree::{Operation, Place, Site, Step, Value, WordComparison, WordOperator};

use super::{Generator, Held};
use crate::{parts::leaves, turns::Turn};

/// Which lanes of the vector are active: at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mask {
    All,
    Some(Ir),
}

/// A loop that is open.
pub(super) enum Loop {
    /// All lanes leave it together.
    Together { next: Block, after: Block },
    /// Lanes leave it one by one: those that go on with the next trip, and those that are still in this one.
    Apart { live: Variable, active: Variable },
}

/// An arm of so few steps is done without a branch.
const LIGHT: usize = 6;

impl<'g> Generator<'g> {
    /// Whether control comes to the end of the steps.
    pub(super) fn block(&mut self, steps: &'g [Step], mask: Mask) -> Result<bool, String> {
        for (place, step) in steps.iter().enumerate() {
            if !self.step(step, mask)? {
                return Ok(false);
            }
            let parted = matches!(step, Step::If { .. }) && leaves(std::slice::from_ref(step));
            if let (true, Some(Loop::Apart { active, .. })) = (parted, self.loops.last()) {
                let rest = steps.get(place + 1..).unwrap_or_default();
                if !rest.is_empty() {
                    let active = self.builder.use_var(*active);
                    self.rest(rest, mask, active)?;
                }
                return Ok(true);
            }
        }
        self.wake_all()?;
        Ok(true)
    }

    /// What follows a branch in which lanes may have left the loop, if any lane is still there.
    fn rest(&mut self, steps: &'g [Step], mask: Mask, active: Ir) -> Result<(), String> {
        let lanes = self.and(mask, active);
        self.if_any(lanes, |this| this.scoped(|this| this.block(steps, Mask::Some(lanes))))
    }

    /// What is done if any lane is active; `run` says whether control comes to its end.
    fn if_any(&mut self, lanes: Ir, run: impl FnOnce(&mut Self) -> Result<bool, String>) -> Result<(), String> {
        let any = self.bits(lanes);
        let [here, after] = self.blocks();
        self.builder.ins().brif(any, here, &[], after, &[]);
        self.begin(here);
        if run(self)? {
            self.builder.ins().jump(after, &[]);
        }
        self.begin(after);
        Ok(())
    }

    /// The lanes of a mask, as the lowest bits of a word.
    pub(super) fn bits(&mut self, mask: Ir) -> Ir {
        self.builder.ins().vhigh_bits(I32, mask)
    }

    pub(super) fn and(&mut self, mask: Mask, lanes: Ir) -> Ir {
        match mask {
            Mask::All => lanes,
            Mask::Some(mask) => self.builder.ins().band(mask, lanes),
        }
    }

    fn and_not(&mut self, mask: Mask, lanes: Ir) -> Ir {
        match mask {
            Mask::All => self.builder.ins().bnot(lanes),
            Mask::Some(mask) => self.builder.ins().band_not(mask, lanes),
        }
    }

    /// Whether control comes to the end of the branch.
    pub(super) fn branch(
        &mut self,
        condition: Value,
        then: &'g [Step],
        otherwise: &'g [Step],
        mask: Mask,
    ) -> Result<bool, String> {
        if self.classes.value(condition).is_uniform() {
            return self.branch_together(condition, then, otherwise, mask);
        }
        let claims = self.is_claim(condition) && !self.target.checked;
        let (asked, condition) = (condition, self.vector(condition)?);
        if claims {
            return self.claim(condition, then, otherwise, mask);
        }
        if let Mask::All = mask
            && !(self.is_light(then) && self.is_light(otherwise))
        {
            let size = self.size(then) + self.size(otherwise);
            if size <= self.again {
                self.again -= size;
                return self.branch_in_versions((asked, condition), then, otherwise).map(|()| true);
            }
        }
        if !then.is_empty() {
            let lanes = self.and(mask, condition);
            self.holding(asked, |this| this.arm(then, lanes))?;
        }
        if !otherwise.is_empty() {
            let lanes = self.and_not(mask, condition);
            self.arm(otherwise, lanes)?;
        }
        Ok(true)
    }

    /// What is done where a condition holds in every active lane.
    fn holding<R>(&mut self, condition: Value, run: impl FnOnce(&mut Self) -> R) -> R {
        self.holding.push(self.classes.real(condition));
        let done = run(self);
        self.holding.pop();
        done
    }

    /// Whether a condition is that a bit was not set before. Nothing else may ask what an atomic operation found.
    fn is_claim(&self, condition: Value) -> bool {
        let Some(Operation::Compare(WordComparison::Equal, masked, _)) = self.operation(condition) else {
            return false;
        };
        let Some(Operation::Word(WordOperator::And, old, _)) = self.operation(masked) else { return false };
        self.operation(old) == Some(Operation::Old)
    }

    /// Stores what is claimed, also where the cell was claimed before: then the dispatch traps, and nobody sees it.
    fn claim(&mut self, free: Ir, then: &'g [Step], otherwise: &'g [Step], mask: Mask) -> Result<bool, String> {
        self.block(then, mask)?;
        let lost = self.and_not(mask, free);
        self.if_any(lost, |this| this.apart(|this| this.block(otherwise, Mask::Some(lost))))?;
        Ok(true)
    }

    fn branch_together(
        &mut self,
        condition: Value,
        then: &'g [Step],
        otherwise: &'g [Step],
        mask: Mask,
    ) -> Result<bool, String> {
        let condition = self.scalar(condition)?;
        let [yes, no, after] = self.blocks();
        self.builder.ins().brif(condition, yes, &[], no, &[]);
        let mut comes = false;
        for (block, steps) in [(yes, then), (no, otherwise)] {
            self.begin(block);
            if self.deeper(|this| this.block(steps, mask))? {
                self.builder.ins().jump(after, &[]);
                comes = true;
            }
        }
        if comes {
            self.begin(after);
        }
        Ok(comes)
    }

    /// An arm that some lanes are in, perhaps none.
    fn arm(&mut self, steps: &'g [Step], lanes: Ir) -> Result<(), String> {
        if self.is_light(steps) {
            return self.apart(|this| this.block(steps, Mask::Some(lanes))).map(|_| ());
        }
        self.if_any(lanes, |this| this.apart(|this| this.block(steps, Mask::Some(lanes))))
    }

    /// Generates both arms twice: for vectors whose lanes all go one way, and for others.
    fn branch_in_versions(
        &mut self,
        (asked, condition): (Value, Ir),
        then: &'g [Step],
        otherwise: &'g [Step],
    ) -> Result<(), String> {
        let bits = self.bits(condition);
        let [all, not_all, none, mixed, after] = self.blocks();
        let is_all = self.builder.ins().icmp_imm(IntCC::Equal, bits, 15);
        self.builder.ins().brif(is_all, all, &[], not_all, &[]);
        self.begin(not_all);
        self.builder.ins().brif(bits, mixed, &[], none, &[]);
        self.begin(all);
        let comes = self.holding(asked, |this| this.deeper(|this| this.block(then, Mask::All)))?;
        self.ends(comes, after);
        self.begin(none);
        let comes = self.deeper(|this| this.block(otherwise, Mask::All))?;
        self.ends(comes, after);
        self.begin(mixed);
        // Some lanes are in either.
        if !then.is_empty() {
            self.holding(asked, |this| this.apart(|this| this.block(then, Mask::Some(condition))))?;
        }
        if !otherwise.is_empty() {
            let lanes = self.builder.ins().bnot(condition);
            self.apart(|this| this.block(otherwise, Mask::Some(lanes)))?;
        }
        self.builder.ins().jump(after, &[]);
        self.begin(after);
        Ok(())
    }

    /// The end of a block, to which control comes or not.
    fn ends(&mut self, comes: bool, after: Block) {
        if comes {
            self.builder.ins().jump(after, &[]);
        }
    }

    /// A block that not all lanes need be in.
    fn apart<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.divergent;
        self.divergent = self.depth + 1;
        let done = self.deeper(run);
        self.divergent = outer;
        done
    }

    /// A loop.
    pub(super) fn repeat(
        &mut self,
        (counter, trips, site): (u32, Value, Site),
        body: &'g [Step],
        mask: Mask,
    ) -> Result<(), String> {
        if let Some(turns) = self.turns.of_loop(site) {
            let turn = |this: &mut Self, turn| this.repeat_together((counter, trips, site), body, Some(turn), mask);
            return turns.iter().try_for_each(|one| self.taking(&one.variables, |this| turn(this, one)));
        }
        let resting = if self.taken.is_empty() { self.turns.resting_in(self.kernel, body) } else { None };
        self.taking(&resting.unwrap_or_default(), |this| match this.classes.is_left(site) {
            true => this.repeat_apart((counter, trips, site), body, mask),
            false => this.repeat_together((counter, trips, site), body, None, mask),
        })
    }

    /// A loop that all lanes leave together, or a turn of it.
    fn repeat_together(
        &mut self,
        (counter, trips, site): (u32, Value, Site),
        body: &'g [Step],
        turn: Option<&Turn>,
        mask: Mask,
    ) -> Result<(), String> {
        let trips = self.scalar(trips)?;
        let trip = self.counted_from_zero();
        let [header, inside, next, after] = self.blocks();
        self.builder.ins().jump(header, &[]);
        self.builder.switch_to_block(header);
        let now = self.builder.use_var(trip);
        self.set(counter, Held::Scalar(now), mask)?;
        let more = self.builder.ins().icmp(IntCC::UnsignedLessThan, now, trips);
        self.builder.ins().brif(more, inside, &[], after, &[]);
        self.begin(inside);
        if self.looks.is_in_loop(site) {
            self.look();
        }
        self.loops.push(Loop::Together { next, after });
        let comes = self.deeper(|this| match turn {
            Some(turn) => this.turn(turn, body, mask),
            None => this.block(body, mask),
        });
        self.loops.pop();
        if comes? {
            self.builder.ins().jump(next, &[]);
        }
        self.begin(next);
        self.count(trip);
        self.builder.ins().jump(header, &[]);
        self.builder.seal_block(header);
        self.begin(after);
        Ok(())
    }

    fn repeat_apart(
        &mut self,
        (counter, trips, site): (u32, Value, Site),
        body: &'g [Step],
        mask: Mask,
    ) -> Result<(), String> {
        let uniform = self.classes.value(trips).is_uniform();
        let trips = if uniform { self.scalar(trips)? } else { self.vector(trips)? };
        let trip = self.counted_from_zero();
        let [live, active] = [(); 2].map(|()| self.builder.declare_var(I32X4));
        let all = match mask {
            Mask::All => self.words_of([u32::MAX; 4]),
            Mask::Some(mask) => mask,
        };
        self.builder.def_var(live, all);
        let [header, inside, after] = self.blocks();
        self.builder.ins().jump(header, &[]);
        self.builder.switch_to_block(header);
        let now = self.builder.use_var(trip);
        let here = self.builder.use_var(live);
        self.apart(|this| this.set(counter, Held::Scalar(now), Mask::Some(here)))?;
        let more = match uniform {
            true => {
                let more = self.builder.ins().icmp(IntCC::UnsignedLessThan, now, trips);
                let bits = self.bits(here);
                let any = self.builder.ins().icmp_imm(IntCC::NotEqual, bits, 0);
                self.builder.ins().band(more, any)
            }
            false => {
                let counted = self.builder.ins().splat(I32X4, now);
                let more = self.builder.ins().icmp(IntCC::UnsignedLessThan, counted, trips);
                let here = self.builder.ins().band(here, more);
                self.builder.def_var(live, here);
                self.bits(here)
            }
        };
        self.builder.ins().brif(more, inside, &[], after, &[]);
        self.begin(inside);
        if self.looks.is_in_loop(site) {
            self.look();
        }
        let here = self.builder.use_var(live);
        self.builder.def_var(active, here);
        self.loops.push(Loop::Apart { live, active });
        let comes = self.apart(|this| this.block(body, Mask::Some(here)));
        self.loops.pop();
        comes?;
        self.count(trip);
        self.builder.ins().jump(header, &[]);
        self.builder.seal_block(header);
        self.begin(after);
        Ok(())
    }

    /// Leaves the innermost loop, or goes on with it. Whether control comes to what follows.
    pub(super) fn leave(&mut self, ends: bool, mask: Mask) -> Result<bool, String> {
        match self.loops.last() {
            None => Err("the kernel leaves a loop that is not there".into()),
            Some(Loop::Together { next, after }) => {
                let to = if ends { *after } else { *next };
                self.builder.ins().jump(to, &[]);
                Ok(false)
            }
            Some(Loop::Apart { live, active }) => {
                let (live, active) = (*live, *active);
                for variable in [Some(active), ends.then_some(live)].into_iter().flatten() {
                    let before = self.builder.use_var(variable);
                    let after = match mask {
                        Mask::All => self.words_of([0; 4]),
                        Mask::Some(mask) => self.builder.ins().band_not(before, mask),
                    };
                    self.builder.def_var(variable, after);
                }
                Ok(true)
            }
        }
    }

    /// Whether steps are few, touch no memory, and are right for lanes of which none is active.
    fn is_light(&self, steps: &[Step]) -> bool {
        steps.len() <= LIGHT
            && steps.iter().all(|step| match step {
                Step::Let(value) => !matches!(
                    self.operation(*value),
                    Some(
                        Operation::Load(Place::VariableCell(..) | Place::Shared(..) | Place::Buffer(..))
                            | Operation::Call(..)
                    )
                ),
                // It is blended, or nothing outside of the arm reads it.
                Step::Store { place: Place::Variable(_), .. } => true,
                _ => false,
            })
    }

    /// How many steps there are, in all blocks.
    fn size(&self, steps: &[Step]) -> usize {
        let of = |step: &Step| match step {
            Step::If { then, otherwise, .. } => 1 + self.size(then) + self.size(otherwise),
            Step::Loop { body, .. } => 1 + self.size(body),
            _ => 1,
        };
        steps.iter().map(of).sum()
    }
}
