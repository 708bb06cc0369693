//! Law 3's ground: all lanes of a group come to every barrier. A *uniform* value is the same in all lanes of a group: it
//! is made of constants, push constants and the number of the group, under control that is uniform itself. Around a
//! barrier all conditions and trips are uniform, and no loop that holds one is left before its end.

use std::collections::HashSet;

use crate::{
    refusal::Refusal,
    rules,
    tree::{Kernel, Operation, Place, Site, Step, Value},
};

/// Which values are the same in all lanes of a group.
pub(super) struct Uniform {
    pub(super) values: Vec<bool>,
}

impl Uniform {
    pub(super) fn is(&self, value: Value) -> bool {
        self.values.get(value.0 as usize).copied().unwrap_or(false)
    }
}

/// Finds what is uniform, and refuses a barrier that not every lane comes to.
pub(super) fn check(kernel: &Kernel, each: bool) -> Result<Uniform, Refusal> {
    let mut flow = Flow {
        kernel,
        values: vec![true; kernel.values.len()],
        variables: vec![true; kernel.variables.len()],
        left: HashSet::new(),
        loops: Vec::new(),
        changed: true,
        barrier: None,
    };
    flow.constants();
    // What is not uniform grows from round to round, and ends by growing no more; each round adds something.
    while flow.changed {
        (flow.changed, flow.barrier) = (false, None);
        flow.block(&kernel.body, false);
    }
    if let Some(site) = flow.barrier {
        return Err(Refusal::at(rules::DIVERGENT_BARRIER, site, "not every lane of the group may come to this barrier"));
    }
    holds_no_exit(&kernel.body, each)?;
    Ok(Uniform { values: flow.values })
}

struct Flow<'k> {
    kernel: &'k Kernel,
    values: Vec<bool>,
    variables: Vec<bool>,
    /// Loops that some lanes may leave before others, or go on with.
    left: HashSet<Site>,
    loops: Vec<Site>,
    changed: bool,
    barrier: Option<Site>,
}

impl Flow<'_> {
    fn is(&self, value: Value) -> bool {
        self.values.get(value.0 as usize).copied().unwrap_or(false)
    }

    /// Constants have no step.
    fn constants(&mut self) {
        for (slot, definition) in self.values.iter_mut().zip(&self.kernel.values) {
            *slot = !matches!(definition.operation, Operation::Old | Operation::LaneX);
        }
    }

    fn block(&mut self, steps: &[Step], divergent: bool) {
        for step in steps {
            match step {
                Step::Let(value) => {
                    let uniform = self.made(*value);
                    if let Some(slot) = self.values.get_mut(value.0 as usize) {
                        self.changed |= *slot && !uniform;
                        *slot &= uniform;
                    }
                }
                Step::Store { place: Place::Variable(variable), value, .. } => {
                    let uniform = !divergent && self.is(*value);
                    self.set(*variable, uniform);
                }
                Step::Store { .. } | Step::Atomic { .. } => {}
                Step::If { condition, then, otherwise, .. } => {
                    let divergent = divergent || !self.is(*condition);
                    self.block(then, divergent);
                    self.block(otherwise, divergent);
                }
                Step::Loop { counter, trips, body, site } => {
                    let divergent = divergent || !self.is(*trips) || self.left.contains(site);
                    self.set(*counter, !divergent);
                    self.loops.push(*site);
                    self.block(body, divergent);
                    self.loops.pop();
                }
                Step::Break(_) | Step::Continue(_) => {
                    if let (true, Some(around)) = (divergent, self.loops.last()) {
                        self.changed |= self.left.insert(*around);
                    }
                }
                Step::Barrier { site, .. } => {
                    if divergent && self.barrier.is_none() {
                        self.barrier = Some(*site);
                    }
                }
            }
        }
    }

    fn set(&mut self, variable: u32, uniform: bool) {
        if let Some(slot) = self.variables.get_mut(variable as usize) {
            self.changed |= *slot && !uniform;
            *slot &= uniform;
        }
    }

    fn made(&self, value: Value) -> bool {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return false };
        match definition.operation {
            Operation::Constant(_) | Operation::PushConstant(_) | Operation::WorkgroupX => true,
            Operation::LaneX | Operation::Old => false,
            Operation::Word(_, a, b)
            | Operation::Compare(_, a, b)
            | Operation::Float(_, a, b)
            | Operation::CompareFloats(_, a, b)
            | Operation::Call(_, a, b)
            | Operation::Logic(_, a, b) => self.is(a) && self.is(b),
            Operation::Complement(a)
            | Operation::HighestBit(a)
            | Operation::Not(a)
            | Operation::FloatFromBits(a)
            | Operation::BitsFromFloat(a)
            | Operation::FloatFromSigned(a) => self.is(a),
            Operation::Select(a, b, c) => self.is(a) && self.is(b) && self.is(c),
            Operation::Load(Place::Variable(variable)) => {
                self.variables.get(variable as usize).copied().unwrap_or(false)
            }
            Operation::Load(Place::VariableCell(variable, index)) => {
                let constant = self.kernel.variables.get(variable as usize).is_some_and(|one| one.constant.is_some());
                constant && self.is(index)
            }
            // What is loaded from common arrays is data: nothing around a barrier depends on it.
            Operation::Load(Place::Shared(..) | Place::Buffer(..)) => false,
        }
    }
}

/// Refuses barriers in `each` kernels, and those in a loop that is left or gone on with before its end.
fn holds_no_exit(steps: &[Step], each: bool) -> Result<(), Refusal> {
    for step in steps {
        match step {
            Step::Barrier { site, .. } if each => {
                return Err(Refusal::at(rules::BARRIER_PLACE, *site, "the lanes of an `each` kernel never wait"));
            }
            Step::If { then, otherwise, .. } => {
                holds_no_exit(then, each)?;
                holds_no_exit(otherwise, each)?;
            }
            Step::Loop { body, site, .. } => {
                holds_no_exit(body, each)?;
                if has_barrier(body) && leaves(body) {
                    return Err(Refusal::at(rules::BARRIER_PLACE, *site, "a loop with a barrier in it runs to its end"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether some steps hold a barrier.
pub(super) fn has_barrier(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Barrier { .. } => true,
        Step::If { then, otherwise, .. } => has_barrier(then) || has_barrier(otherwise),
        Step::Loop { body, .. } => has_barrier(body),
        _ => false,
    })
}

/// Whether some steps leave the loop around them, or go on with it.
pub(super) fn leaves(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Break(_) | Step::Continue(_) => true,
        Step::If { then, otherwise, .. } => leaves(then) || leaves(otherwise),
        _ => false,
    })
}
