//! A kernel cut at its barriers. Between two of them stands a loop over the vectors of the group; the loop's end is the
//! barrier. Control around a barrier is the same for the whole group, and so is control of the group here. What is the
//! same in all lanes, and stands in no branch of its own, is done once before the loop.

use lockstep_verifier::tree::{Kernel, Operation, Place, Step, Value};

use crate::classes::Classes;

/// A part of a kernel, as the group runs it.
pub(crate) enum Part<'k> {
    /// A loop over the vectors, which runs `each`, after what is done once.
    Lanes { number: usize, once: Vec<&'k Step>, each: Vec<&'k Step> },
    /// One of two lists.
    If { condition: Value, then: Vec<Part<'k>>, otherwise: Vec<Part<'k>> },
    /// A loop that all lanes go through together.
    Loop { counter: u32, trips: Value, body: Vec<Part<'k>> },
}

/// Whether a barrier is in a step.
pub(crate) fn has_barrier(step: &Step) -> bool {
    match step {
        Step::Barrier { .. } => true,
        Step::If { then, otherwise, .. } => then.iter().chain(otherwise).any(has_barrier),
        Step::Loop { body, .. } => body.iter().any(has_barrier),
        _ => false,
    }
}

/// Whether some steps leave the loop around them, or go on with it.
pub(crate) fn leaves(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Break(_) | Step::Continue(_) => true,
        Step::If { then, otherwise, .. } => leaves(then) || leaves(otherwise),
        _ => false,
    })
}

/// The parts of a kernel.
///
/// # Errors
/// A sentence on a loop with a barrier that is left before its end, which the verifier refuses.
pub(crate) fn parts<'k>(kernel: &'k Kernel, classes: &Classes) -> Result<(Vec<Part<'k>>, usize), String> {
    let mut cutter = Cutter { kernel, classes, count: 0 };
    let parts = cutter.list(&kernel.body)?;
    Ok((parts, cutter.count))
}

struct Cutter<'c, 'k> {
    kernel: &'k Kernel,
    classes: &'c Classes,
    count: usize,
}

impl<'k> Cutter<'_, 'k> {
    fn list(&mut self, steps: &'k [Step]) -> Result<Vec<Part<'k>>, String> {
        let mut parts = Vec::new();
        let (mut once, mut each): (Vec<&Step>, Vec<&Step>) = (Vec::new(), Vec::new());
        for step in steps {
            if !has_barrier(step) {
                if let Step::Store { place: Place::Variable(variable), .. } = step
                    && self.is_once(step)
                    && each.iter().any(|before| self.loads(before, *variable))
                {
                    // What stands before it needs what the variable held.
                    self.end(&mut parts, &mut once, &mut each);
                }
                if self.is_once(step) {
                    once.push(step)
                } else {
                    each.push(step)
                }
                continue;
            }
            self.end(&mut parts, &mut once, &mut each);
            match step {
                Step::If { condition, then, otherwise, .. } => {
                    let (then, otherwise) = (self.list(then)?, self.list(otherwise)?);
                    parts.push(Part::If { condition: *condition, then, otherwise });
                }
                Step::Loop { counter, trips, body, .. } => {
                    if leaves(body) {
                        return Err("a loop with a barrier in it does not run to its end".into());
                    }
                    parts.push(Part::Loop { counter: *counter, trips: *trips, body: self.list(body)? });
                }
                _ => {}
            }
        }
        self.end(&mut parts, &mut once, &mut each);
        Ok(parts)
    }

    fn end(&mut self, parts: &mut Vec<Part<'k>>, once: &mut Vec<&'k Step>, each: &mut Vec<&'k Step>) {
        if once.is_empty() && each.is_empty() {
            return;
        }
        parts.push(Part::Lanes { number: self.count, once: std::mem::take(once), each: std::mem::take(each) });
        self.count += 1;
    }

    /// Whether a step is done once for the group.
    fn is_once(&self, step: &Step) -> bool {
        match step {
            Step::Let(value) => {
                let operation = self.kernel.operation(*value);
                let from_memory = matches!(operation, Some(Operation::Load(Place::Shared(..) | Place::Buffer(..))));
                self.classes.value(*value).is_group() && !from_memory
            }
            Step::Store { place: Place::Variable(variable), .. } => self.classes.variable(*variable).is_group(),
            _ => false,
        }
    }

    /// Whether a step, or one in it, loads a variable.
    fn loads(&self, step: &Step, variable: u32) -> bool {
        match step {
            Step::Let(value) => {
                let operation = self.kernel.operation(*value);
                operation == Some(Operation::Load(Place::Variable(variable)))
            }
            Step::If { then, otherwise, .. } => then.iter().chain(otherwise).any(|step| self.loads(step, variable)),
            Step::Loop { body, .. } => body.iter().any(|step| self.loads(step, variable)),
            _ => false,
        }
    }
}
