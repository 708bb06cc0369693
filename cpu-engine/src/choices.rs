//! Indices that are chosen: a guarded read reaches its own cell in lanes that are in range, and cell 0 in others. Where
//! all are in range the choice is not needed, so it is made where one is not. With it goes which other values are needed
//! lane by lane at all.

use lockstep_verifier::tree::{self, Kernel, Operation, Step, Type, Value};

use crate::classes::{Class, Classes};

/// The choices of a kernel.
pub(crate) struct Choices {
    /// Choices between an index that goes up from lane to lane and another, that nothing but loads reaches with.
    chosen: Vec<bool>,
    /// Values that are needed in all lanes by something else than a choice.
    spread: Vec<bool>,
}

impl Choices {
    pub(crate) fn of(kernel: &Kernel, classes: &Classes) -> Choices {
        let none = || vec![false; kernel.values.len()];
        let mut finder = Finder { kernel, classes, candidates: Vec::new(), other: none(), spread: none() };
        tree::every(&kernel.body, &mut |step| finder.step(step));
        let Finder { candidates, other, spread, .. } = finder;
        let mut choices = Choices { chosen: none(), spread };
        for value in candidates {
            if flag(&other, value) {
                let operands = kernel.operation(value).into_iter().flat_map(Operation::operands).flatten();
                operands.for_each(|operand| set(&mut choices.spread, classes.real(operand)));
            } else {
                set(&mut choices.chosen, value);
            }
        }
        choices
    }

    /// Whether a value is a choice that is made only where a load needs it.
    pub(crate) fn is_chosen(&self, value: Value) -> bool {
        flag(&self.chosen, value)
    }

    /// Whether a value is needed lane by lane, also where all lanes are in range.
    pub(crate) fn is_spread(&self, value: Value) -> bool {
        flag(&self.spread, value)
    }
}

struct Finder<'k> {
    kernel: &'k Kernel,
    classes: &'k Classes,
    candidates: Vec<Value>,
    /// Values that something else than a load reaches with, or uses.
    other: Vec<bool>,
    spread: Vec<bool>,
}

impl Finder<'_> {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Let(value) => self.made(*value),
            other => other.operands().into_iter().flatten().for_each(|value| self.uses(value)),
        }
    }

    fn made(&mut self, value: Value) {
        let Some(operation) = self.kernel.operation(value) else { return };
        let is_scalar = |value: Value| self.classes.value(value).is_scalar();
        match operation {
            Operation::Load(_) => {}
            // It is the value of which it is said to be the same.
            _ if self.classes.real(value) != value => {}
            Operation::Select(condition, inside, _)
                if self.kernel.values.get(value.0 as usize).is_some_and(|definition| definition.ty == Type::Word)
                    && !self.classes.value(condition).is_uniform()
                    && self.classes.value(value) == Class::Varying
                    && is_scalar(inside) =>
            {
                // What chooses is needed in any case; what is chosen from is not.
                self.uses(condition);
                self.candidates.push(value);
                operation.operands().into_iter().flatten().for_each(|operand| self.is_other(operand));
            }
            _ if is_scalar(value) => {
                operation.operands().into_iter().flatten().for_each(|operand| self.is_other(operand));
            }
            _ => operation.operands().into_iter().flatten().for_each(|operand| self.uses(operand)),
        }
    }

    fn uses(&mut self, value: Value) {
        self.is_other(value);
        set(&mut self.spread, self.classes.real(value));
    }

    fn is_other(&mut self, value: Value) {
        set(&mut self.other, self.classes.real(value));
    }
}

fn flag(flags: &[bool], value: Value) -> bool {
    flags.get(value.0 as usize).copied().unwrap_or(false)
}

fn set(flags: &mut [bool], value: Value) {
    if let Some(flag) = flags.get_mut(value.0 as usize) {
        *flag = true;
    }
}

#[cfg(test)]
mod tests {
    use lockstep_verifier::{Form, profile};

    use super::*;

    /// How many choices are made only where they are needed, in a kernel whose lanes do this.
    fn chosen(does: &str) -> usize {
        let source = format!("kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y {{ {does} }}");
        let module = lockstep_compiler::compile("k.lks", &source).module.unwrap();
        let kernel = profile::read(&module.kernels[0].spirv, &module.kernels[0], Form::Guarded).unwrap();
        Choices::of(&kernel, &Classes::of(&kernel, true)).chosen.into_iter().filter(|chosen| *chosen).count()
    }

    #[test]
    fn an_index_that_loads_alone_reach_with_waits_for_one_that_needs_it() {
        assert_eq!(chosen("y[i] = x[i + 3] else 5;"), 1);
        assert_eq!(chosen("y[i] = x[i * i] else 5;"), 0, "its lanes are no neighbours");
        assert_eq!(chosen("let c = if i + 3 < n { i + 3 } else { 0 }; y[i] = c + x[c];"), 0, "it is a value as well");
    }
}
