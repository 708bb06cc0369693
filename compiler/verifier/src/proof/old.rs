//! What an atomic operation found is the device's to choose, since lanes come in any order. It is looked at in one place
//! alone: whether a bit of a bitmap was set, as the condition of the branch that claims the cell.

use crate::{
    refusal::Refusal,
    rules,
    tree::{Kernel, Operation, Place, Site, Step, Value, WordComparison, WordOperator},
};

/// How far a value is from what an atomic operation found.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Elsewhere,
    Old,
    Masked,
    Tested,
}

/// Refuses any other use.
pub(super) fn check(kernel: &Kernel) -> Result<(), Refusal> {
    let mut uses = Uses { kernel, from: vec![From::Elsewhere; kernel.values.len()] };
    uses.block(&kernel.body)
}

struct Uses<'k> {
    kernel: &'k Kernel,
    from: Vec<From>,
}

impl Uses<'_> {
    fn from(&self, value: Value) -> From {
        self.from.get(value.0 as usize).copied().unwrap_or(From::Elsewhere)
    }

    fn plain(&self, values: &[Value], site: Site) -> Result<(), Refusal> {
        if values.iter().all(|value| self.from(*value) == From::Elsewhere) {
            return Ok(());
        }
        let what = "what an atomic operation found depends on the order of lanes, and is only looked at to claim a cell";
        Err(Refusal::at(rules::OLD_VALUE, site, what))
    }

    fn place(&self, place: Place, site: Site) -> Result<(), Refusal> {
        match place {
            Place::Variable(_) => Ok(()),
            Place::VariableCell(_, index) | Place::Shared(_, index) | Place::Buffer(_, index) => self.plain(&[index], site),
        }
    }

    fn block(&mut self, steps: &[Step]) -> Result<(), Refusal> {
        for step in steps {
            match step {
                Step::Let(value) => self.made(*value)?,
                Step::Store { place, value, site } => {
                    self.place(*place, *site)?;
                    self.plain(&[*value], *site)?;
                }
                Step::Atomic { place, value, old, site, .. } => {
                    self.place(*place, *site)?;
                    self.plain(&[*value], *site)?;
                    if let Some(slot) = self.from.get_mut(old.0 as usize) {
                        *slot = From::Old;
                    }
                }
                Step::If { condition, then, otherwise, site } => {
                    if self.from(*condition) != From::Tested {
                        self.plain(&[*condition], *site)?;
                    }
                    self.block(then)?;
                    self.block(otherwise)?;
                }
                Step::Loop { trips, body, site, .. } => {
                    self.plain(&[*trips], *site)?;
                    self.block(body)?;
                }
                Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
            }
        }
        Ok(())
    }

    fn made(&mut self, value: Value) -> Result<(), Refusal> {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return Ok(()) };
        let from = match definition.operation {
            Operation::Word(WordOperator::And, a, b) if self.from(a) == From::Old => {
                self.plain(&[b], definition.site)?;
                From::Masked
            }
            Operation::Compare(WordComparison::Equal, a, b) if self.from(a) == From::Masked => {
                self.plain(&[b], definition.site)?;
                From::Tested
            }
            Operation::Load(place) => {
                self.place(place, definition.site)?;
                From::Elsewhere
            }
            Operation::Word(_, a, b)
            | Operation::Compare(_, a, b)
            | Operation::Float(_, a, b)
            | Operation::CompareFloats(_, a, b)
            | Operation::Call(_, a, b)
            | Operation::Logic(_, a, b) => {
                self.plain(&[a, b], definition.site)?;
                From::Elsewhere
            }
            Operation::Complement(a)
            | Operation::HighestBit(a)
            | Operation::Not(a)
            | Operation::FloatFromBits(a)
            | Operation::BitsFromFloat(a)
            | Operation::FloatFromSigned(a) => {
                self.plain(&[a], definition.site)?;
                From::Elsewhere
            }
            Operation::Select(a, b, c) => {
                self.plain(&[a, b, c], definition.site)?;
                From::Elsewhere
            }
            Operation::Constant(_)
            | Operation::PushConstant(_)
            | Operation::WorkgroupX
            | Operation::LaneX
            | Operation::Old => From::Elsewhere,
        };
        if let Some(slot) = self.from.get_mut(value.0 as usize)
            && *slot == From::Elsewhere
        {
            *slot = from;
        }
        Ok(())
    }
}
