//! Costs: loops and choices are well nested, and expressions are expressions over slots that are there.

use super::{Checked, MAX_OPEN, MAX_SLOTS, ensure, expression};
use crate::{
    cost::{Cost, Term},
    interface::Signature,
};

/// The most terms and operations of one cost.
const MAX_SIZE: usize = 1 << 19;

pub(super) fn check(signature: &Signature, cost: &Cost) -> Checked {
    let what = format!("the cost of `{}`", signature.name);
    let given = signature.scalars().count() + signature.extents.len();
    ensure(cost.slots <= MAX_SLOTS && given <= cost.slots as usize, || format!("{what} has {} slots", cost.slots))?;
    ensure(size(cost) <= MAX_SIZE, || format!("{what} has more than {MAX_SIZE} terms and operations"))?;
    // For each open term, whether it is a choice.
    let mut open: Vec<bool> = Vec::new();
    for term in &cost.terms {
        match term {
            Term::Weight(_) => {}
            Term::Repeat { slot, from, to, by, max, .. } => {
                ensure(*slot < cost.slots, || format!("{what} refers to slot {slot} of {}", cost.slots))?;
                for bound in [Some(from), Some(to), max.as_ref()].into_iter().flatten() {
                    expression::check(&what, cost.slots, bound)?;
                }
                ensure(*by > 0, || format!("{what} has a loop that does not advance"))?;
                open.push(false);
            }
            Term::Choose => open.push(true),
            Term::Or => ensure(open.last() == Some(&true), || format!("{what} has an `or` outside of a choice"))?,
            Term::End => ensure(open.pop().is_some(), || format!("{what} ends what it did not begin"))?,
        }
        ensure(open.len() <= MAX_OPEN, || format!("{what} nests more than {MAX_OPEN} loops and choices"))?;
    }
    ensure(open.is_empty(), || format!("{what} begins what it does not end"))
}

fn size(cost: &Cost) -> usize {
    let of = |term: &Term| match term {
        Term::Repeat { from, to, max, .. } => 1 + from.len() + to.len() + max.as_ref().map_or(0, Vec::len),
        _ => 1,
    };
    cost.terms.iter().map(of).sum()
}
