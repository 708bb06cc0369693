//! The control of the function of the entry point, found again: selections, the one form of loop, leaving it and going
//! on with it, one return. What is open is kept on a stack of our own; there is no recursion.

use lockstep_module::spirv_limits as limits;
use rspirv::spirv::Op;

use super::{
    Reading,
    ids::Id,
    module::Module,
    words::{self, Instruction},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Definition, Function, Operation, Place, Site, Step, Type, Value},
};

/// A construct that is open.
struct Open {
    /// The steps of the block around it.
    outer: Vec<Step>,
    /// How many ids were defined when its present block began.
    defined: usize,
    site: Site,
    kind: Kind,
}

enum Kind {
    Selection { condition: Value, merge: u32, other: Option<u32>, then: Option<Vec<Step>> },
    Loop { counter: u32, trips: Value, header: u32, next: u32, merge: u32 },
}

/// The function of the entry point as far as it is read.
pub struct Body<'w> {
    pub(super) module: Module<'w>,
    /// The steps of the innermost block.
    pub(super) steps: Vec<Step>,
    open: Vec<Open>,
    /// The positions in `open` of the loops.
    loops: Vec<usize>,
    /// The ids that open blocks have defined.
    defined: Vec<u32>,
    /// By variable: whether it counts the trips of an open loop.
    pub(super) counts: Vec<bool>,
    constructs: u32,
    /// The last function of the profile that the module has.
    pub(super) last: Option<Function>,
}

impl<'w> Body<'w> {
    /// With nothing read yet.
    pub(super) fn new(module: Module<'w>) -> Body<'w> {
        Body {
            module,
            steps: Vec::new(),
            open: Vec::new(),
            loops: Vec::new(),
            defined: Vec::new(),
            counts: Vec::new(),
            constructs: 0,
            last: None,
        }
    }

    pub(super) fn take(&mut self) -> Reading<Instruction<'w>> {
        self.module.take()
    }

    /// Takes the next instruction, which must be this one.
    pub(super) fn expect(&mut self, op: Op, rule: crate::refusal::Rule, place: &str) -> Reading<Instruction<'w>> {
        let instruction = self.take()?;
        if instruction.is(op) {
            return Ok(instruction);
        }
        let what = format!("Op{op:?} {place}, not {}", instruction.name());
        Err(Refusal::at(rule, instruction.site, what))
    }

    /// Everything up to OpReturn.
    pub(super) fn run(&mut self) -> Reading<()> {
        loop {
            let instruction = self.take()?;
            match Op::from_u32(instruction.code) {
                Some(Op::SelectionMerge) => self.selection(&instruction)?,
                Some(Op::Branch) => self.branch(&instruction)?,
                Some(Op::Return) if self.open.is_empty() && instruction.operands.is_empty() => return Ok(()),
                Some(Op::Return) => {
                    let what = "the one OpReturn ends the function, outside of every construct";
                    return Err(Refusal::at(rules::FUNCTION, instruction.site, what));
                }
                Some(Op::Label) => {
                    let what = "a block begins only where a branch has ended the one before";
                    return Err(Refusal::at(rules::BLOCK, instruction.site, what));
                }
                Some(Op::BranchConditional) => {
                    let what = "OpBranchConditional follows OpSelectionMerge, or is the test of a loop";
                    return Err(Refusal::at(rules::SELECTION, instruction.site, what));
                }
                Some(Op::LoopMerge) => {
                    let what = "OpLoopMerge begins the header of a loop, to which an OpBranch leads";
                    return Err(Refusal::at(rules::LOOP, instruction.site, what));
                }
                _ => self.operation(&instruction)?,
            }
        }
    }

    /// Defines an id as a value of the block.
    pub(super) fn value(&mut self, id: u32, ty: Type, operation: Operation, site: Site) -> Reading<Value> {
        let value = Value(self.module.kernel.values.len() as u32);
        self.module.ids.define(id, Id::Value(value), site)?;
        self.defined.push(id);
        self.module.kernel.values.push(Definition { ty, site, operation });
        Ok(value)
    }

    /// Closes what the block has defined.
    fn close(&mut self, defined: usize) {
        while self.defined.len() > defined {
            if let Some(id) = self.defined.pop() {
                self.module.ids.close(id);
            }
        }
    }

    /// A label to which a branch leads before it stands.
    fn announce(&mut self, label: u32, site: Site) -> Reading<()> {
        self.module.ids.define(label, Id::Label, site)
    }

    fn expect_label(&mut self, label: u32) -> Reading<()> {
        let instruction = self.expect(Op::Label, rules::BLOCK, "follows a branch")?;
        let [id] = instruction.exactly()?;
        if id != label {
            let what = format!("here stands the block %{label}, not %{id}");
            return Err(Refusal::at(rules::BLOCK, instruction.site, what));
        }
        Ok(())
    }

    fn push(&mut self, site: Site, kind: Kind) -> Reading<()> {
        self.constructs += 1;
        if self.constructs > limits::CONSTRUCTS.most {
            return Err(words::exceeded(limits::CONSTRUCTS, Some(site)));
        }
        if self.open.len() >= limits::NESTING.most as usize {
            return Err(words::exceeded(limits::NESTING, Some(site)));
        }
        let outer = std::mem::take(&mut self.steps);
        self.open.push(Open { outer, defined: self.defined.len(), site, kind });
        Ok(())
    }

    fn selection(&mut self, merge: &Instruction<'_>) -> Reading<()> {
        let [label, control] = merge.exactly()?;
        if control != 0 {
            return Err(Refusal::at(rules::SELECTION, merge.site, "the selection control is None"));
        }
        let branch = self.expect(Op::BranchConditional, rules::SELECTION, "follows OpSelectionMerge")?;
        let [condition, yes, no] = branch.exactly()?;
        let condition = self.operand(condition, Type::Truth, &branch)?;
        self.announce(label, merge.site)?;
        self.announce(yes, branch.site)?;
        let other = (no != label).then_some(no);
        if let Some(no) = other {
            self.announce(no, branch.site)?;
        }
        self.push(branch.site, Kind::Selection { condition, merge: label, other, then: None })?;
        self.expect_label(yes)
    }

    /// A branch ends a block: at the end of its construct, by leaving the innermost loop, by going on with it, or where
    /// a loop begins.
    fn branch(&mut self, branch: &Instruction<'_>) -> Reading<()> {
        let [target] = branch.exactly()?;
        let innermost = self.loops.last().and_then(|position| self.open.get(*position)).map(|open| match open.kind {
            Kind::Loop { next, merge, .. } => (next, merge),
            Kind::Selection { .. } => (0, 0),
        });
        let end = self.open.last().map(|open| match open.kind {
            Kind::Selection { merge, .. } => merge,
            Kind::Loop { next, .. } => next,
        });
        match (end, innermost) {
            (Some(end), _) if target == end => {}
            (_, Some((next, _))) if target == next => self.steps.push(Step::Continue(branch.site)),
            (_, Some((_, merge))) if target == merge => self.steps.push(Step::Break(branch.site)),
            _ if self.module.ids.get(target) == Id::Free => return self.loop_begins(branch, target),
            _ => {
                let what = format!(
                    "%{target} is neither the end of this construct, nor the end or the next trip of the innermost loop"
                );
                return Err(Refusal::at(rules::BLOCK, branch.site, what));
            }
        }
        self.block_ends()
    }

    /// The block has ended: the next block of its construct begins, or what is after it.
    fn block_ends(&mut self) -> Reading<()> {
        let Some(Open { outer, defined, site, kind }) = self.open.pop() else { return Ok(()) };
        self.close(defined);
        let steps = std::mem::take(&mut self.steps);
        match kind {
            Kind::Selection { condition, merge, other: Some(no), then: None } => {
                self.open.push(Open {
                    outer,
                    defined,
                    site,
                    kind: Kind::Selection { condition, merge, other: None, then: Some(steps) },
                });
                self.expect_label(no)
            }
            Kind::Selection { condition, merge, then, .. } => {
                let (then, otherwise) = match then {
                    Some(then) => (then, steps),
                    None => (steps, Vec::new()),
                };
                self.steps = outer;
                self.steps.push(Step::If { condition, then, otherwise, site });
                self.expect_label(merge)
            }
            Kind::Loop { counter, trips, header, next, merge } => {
                self.loops.pop();
                self.next_trip(counter, header, next)?;
                if let Some(counts) = self.counts.get_mut(counter as usize) {
                    *counts = false;
                }
                self.steps = outer;
                self.steps.push(Step::Loop { counter, trips, body: steps, site });
                self.expect_label(merge)
            }
        }
    }

    /// The header and the test of a loop, to which a branch leads after its counter is set to zero.
    fn loop_begins(&mut self, branch: &Instruction<'_>, header: u32) -> Reading<()> {
        let counter = match self.steps.pop() {
            Some(Step::Store { place: Place::Variable(counter), value, .. }) if self.is_constant(value, 0) => counter,
            _ => {
                let what = "a loop is led to by the store of 0 to the variable that counts its trips, and OpBranch";
                return Err(Refusal::at(rules::LOOP, branch.site, what));
            }
        };
        self.announce(header, branch.site)?;
        self.expect_label(header)?;
        let merge = self.expect(Op::LoopMerge, rules::LOOP, "begins the header of a loop")?;
        let [end, next, control] = merge.exactly()?;
        if control != 0 {
            return Err(Refusal::at(rules::LOOP, merge.site, "the loop control is None"));
        }
        self.announce(end, merge.site)?;
        self.announce(next, merge.site)?;
        let to_test = self.expect(Op::Branch, rules::LOOP, "ends the header of a loop")?;
        let [test] = to_test.exactly()?;
        self.announce(test, to_test.site)?;
        self.expect_label(test)?;
        let now = self.load_counter(counter)?;
        let less = self.expect(Op::ULessThan, rules::LOOP, "tests the counter of a loop")?;
        let [ty, id, left, right] = less.exactly()?;
        if self.module.ids.get(ty) != Id::Scalar(Type::Truth) || left != now {
            let what = "a loop tests that its counter, just loaded, is below the trips";
            return Err(Refusal::at(rules::LOOP, less.site, what));
        }
        let trips = self.operand(right, Type::Word, &less)?;
        self.module.ids.define(id, Id::Closed, less.site)?;
        let enter = self.expect(Op::BranchConditional, rules::LOOP, "ends the test of a loop")?;
        let [condition, inside, out] = enter.exactly()?;
        if condition != id || out != end {
            let what = "the test of a loop leads to its body, or to its merge block";
            return Err(Refusal::at(rules::LOOP, enter.site, what));
        }
        self.announce(inside, enter.site)?;
        self.loops.push(self.open.len());
        self.push(merge.site, Kind::Loop { counter, trips, header, next, merge: end })?;
        if let Some(counts) = self.counts.get_mut(counter as usize) {
            *counts = true;
        }
        self.expect_label(inside)
    }

    /// The continue block of a loop.
    fn next_trip(&mut self, counter: u32, header: u32, next: u32) -> Reading<()> {
        self.expect_label(next)?;
        let now = self.load_counter(counter)?;
        let add = self.expect(Op::IAdd, rules::LOOP, "adds 1 to the counter of a loop")?;
        let [ty, id, left, right] = add.exactly()?;
        if self.module.ids.get(ty) != Id::Scalar(Type::Word)
            || left != now
            || self.module.word_constant(right) != Some(1)
        {
            return Err(Refusal::at(rules::LOOP, add.site, "a loop adds 1 to its counter, just loaded"));
        }
        self.module.ids.define(id, Id::Closed, add.site)?;
        let store = self.expect(Op::Store, rules::LOOP, "stores the counter of a loop")?;
        let [variable, value] = store.exactly()?;
        if self.module.ids.get(variable) != Id::Variable(counter) || value != id {
            return Err(Refusal::at(rules::LOOP, store.site, "a loop stores the sum to its counter"));
        }
        let back = self.expect(Op::Branch, rules::LOOP, "leads back to the header of a loop")?;
        if back.operands != [header] {
            let what = format!("the continue block of a loop leads to its header %{header}");
            return Err(Refusal::at(rules::LOOP, back.site, what));
        }
        Ok(())
    }

    /// The load of a loop's own counter; its id is used at once and nowhere else.
    fn load_counter(&mut self, counter: u32) -> Reading<u32> {
        let load = self.expect(Op::Load, rules::LOOP, "loads the counter of a loop")?;
        let [ty, id, variable] = load.exactly()?;
        if self.module.ids.get(ty) != Id::Scalar(Type::Word) || self.module.ids.get(variable) != Id::Variable(counter) {
            let what = "a loop tests and counts the variable that was set to 0 before it";
            return Err(Refusal::at(rules::LOOP, load.site, what));
        }
        self.module.ids.define(id, Id::Closed, load.site)?;
        Ok(id)
    }

    fn is_constant(&self, value: Value, word: u32) -> bool {
        let definition = self.module.kernel.values.get(value.0 as usize);
        definition
            .is_some_and(|one| one.ty == Type::Word && matches!(one.operation, Operation::Constant(is) if is == word))
    }

    /// The value of an operand, which has this type and is in scope.
    pub(super) fn operand(&self, id: u32, ty: Type, user: &Instruction<'_>) -> Reading<Value> {
        let (value, of) = self.any_operand(id, user)?;
        if of == ty {
            return Ok(value);
        }
        let what = format!("%{id} is a {of:?}, where {} takes a {ty:?}", user.name());
        Err(Refusal::at(rules::OPERAND, user.site, what))
    }

    /// The value of an operand, which is in scope, and its type.
    pub(super) fn any_operand(&self, id: u32, user: &Instruction<'_>) -> Reading<(Value, Type)> {
        let what = match self.module.ids.get(id) {
            Id::Constant(value) | Id::Value(value) => {
                let ty = self.module.kernel.values.get(value.0 as usize).map_or(Type::Word, |one| one.ty);
                return Ok((value, ty));
            }
            Id::Free => format!("%{id} is not defined before {} uses it", user.name()),
            Id::Closed => format!("%{id} is not in scope: its block has ended, or its form allows no other use"),
            _ => return Err(Refusal::at(rules::OPERAND, user.site, format!("%{id} is no value"))),
        };
        Err(Refusal::at(rules::NAME, user.site, what))
    }
}
