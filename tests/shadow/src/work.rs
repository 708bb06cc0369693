//! What a step is counted for, by the book's table of work; and what a bound pays for.

use lockstep_module::{Cost, Operation, Term, plan::Dispatch};

use crate::code::{Code, Common, Float, One, Position, Step, Wide, Word};

/// How many units of work a unit of the bound of a lane pays for.
const FACTOR: u64 = 8;
/// What is free for each lane, and for each cell of the group that it has a share in.
const FREE: (u64, u64) = (64, 16);

/// The weight of each step of a module, of which the entry point's function has these. A function counts where it is
/// called, as a whole.
pub(crate) fn weights(code: &Code, main: std::ops::Range<usize>, functions: &[std::ops::Range<usize>]) -> Vec<u64> {
    let of_step = |at: usize, step: &Step| match step {
        _ if !main.contains(&at) => 0,
        Step::Call(to, _) => called(code, functions, *to),
        step => weight(code, step),
    };
    code.steps.iter().enumerate().map(|(at, step)| of_step(at, step)).collect()
}

/// A function by what it is made of: a quotient or a root, a conversion, a guarded operation, or a door.
fn called(code: &Code, functions: &[std::ops::Range<usize>], entry: Position) -> u64 {
    let body = functions.iter().find(|function| function.start == entry as usize);
    let steps = body.and_then(|body| code.steps.get(body.clone())).unwrap_or_default();
    let has = |what: fn(&Step) -> bool| steps.iter().any(what);
    if has(|step| matches!(step, Step::Float(Float::Divide, ..) | Step::One(One::SquareRoot, ..))) {
        32
    } else if has(|step| matches!(step, Step::Float(..) | Step::One(One::ToSigned, ..))) {
        2
    } else {
        1
    }
}

fn weight(code: &Code, step: &Step) -> u64 {
    match step {
        Step::Word(Word::Divide | Word::Remainder | Word::DivideSigned, _, _, by) => {
            match code.constants.get(*by as usize) {
                Some(by) if by.is_power_of_two() => 1,
                Some(_) => 4,
                None => 16,
            }
        }
        Step::Word(Word::DotSigned | Word::DotUnsigned, ..) => 4,
        // The word that is taken out of the pair is a step of its own.
        Step::Wide(Wide::Multiply, ..) => 1,
        Step::Wide(..) => 0,
        Step::Float(..) | Step::One(One::FromSigned, ..) => 2,
        Step::Load { memory, .. } | Step::Store { memory, .. } => match memory {
            Common::Buffer(_) => 8,
            Common::Shared(_) => 2,
        },
        Step::Atomic { .. } => 16,
        Step::Barrier(_) => 2,
        Step::Word(..)
        | Step::One(..)
        | Step::Select(..)
        | Step::Push(..)
        | Step::GroupX(_)
        | Step::LaneX(_)
        | Step::StorePrivate(..)
        | Step::LoadCell(..)
        | Step::StoreCell(..)
        | Step::Branch(..) => 1,
        // It is in a register.
        Step::LoadPrivate(..)
        | Step::Jump(_)
        | Step::Call(..)
        | Step::Return
        | Step::ReturnValue(_)
        | Step::Note(_)
        | Step::Forget(..)
        | Step::Fill(..)
        | Step::Move(..)
        | Step::Enter(_)
        | Step::Trip(_) => 0,
    }
}

/// The work that a dispatch may do. Lanes past the end of a grid pay for no loop whose trips depend on the call.
pub(crate) fn allowed(code: &Code, cost: &Cost, dispatch: &Dispatch) -> u64 {
    let bound = |cost: &Cost| cost.evaluate(&dispatch.scalars, &dispatch.extents).saturating_mul(FACTOR);
    let cells: u64 = code.shared.iter().map(|cells| u64::from(*cells)).sum();
    let launched = u64::from(dispatch.groups) * u64::from(code.lanes);
    let free = FREE.0 + FREE.1 * cells.div_ceil(u64::from(code.lanes.max(1)));
    let past = launched.saturating_sub(dispatch.lanes).saturating_mul(bound(&without_loops(cost)));
    let paid = bound(cost).saturating_mul(dispatch.lanes).saturating_add(past);
    paid.saturating_add(launched.saturating_mul(free))
}

/// A bound without the loops that have slots in their formulas, and without what is in them.
fn without_loops(cost: &Cost) -> Cost {
    let mut terms = Vec::new();
    // How deep it is in such a loop.
    let mut depth = 0u32;
    for term in &cost.terms {
        let depends = |formula: &Vec<Operation>| formula.iter().any(|part| matches!(part, Operation::Slot(_)));
        match term {
            Term::Repeat { .. } | Term::Choose if depth > 0 => depth += 1,
            Term::Repeat { from, to, max, .. }
                if [Some(from), Some(to), max.as_ref()].into_iter().flatten().any(depends) =>
            {
                depth = 1;
            }
            Term::End if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            term => terms.push(term.clone()),
        }
    }
    Cost { slots: cost.slots, terms }
}
