//! Where the arms of an `if` come together: what variables and the value of the `if` are after it.

use super::{
    linear::Linear,
    space::{Range, Space},
    value::Knowledge,
};
use crate::program::LocalId;

/// The most arms whose values are compared with each other.
const MAX_COMPARED: usize = 4;
/// The most facts of an arm that are looked at.
const MAX_FACTS: usize = 3;

/// A value, and its range with all that is known where it stands.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) sum: Linear,
    pub(super) range: Range,
}

/// The end of an arm.
pub(super) struct End {
    /// What holds in this arm and not in others.
    pub(super) scope: Vec<Linear>,
    /// The variables that some arm sets.
    pub(super) variables: Vec<Option<Value>>,
    /// The value of the arm.
    pub(super) value: Option<Value>,
}

/// Gives the variables what they can be after an `if`, and gives its value.
pub(super) fn join(knowledge: &mut Knowledge<'_>, changed: &[LocalId], ends: &[End]) -> Option<Value> {
    for (i, local) in changed.iter().enumerate() {
        let values = ends.iter().map(|end| end.variables.get(i).and_then(Option::as_ref)).collect();
        let joined = one_of(&mut knowledge.space, ends, values);
        knowledge.set(*local, joined.map(|value| value.sum));
    }
    let values = ends.iter().map(|end| end.value.as_ref()).collect();
    one_of(&mut knowledge.space, ends, values)
}

/// A value that is that of the arm that is taken.
fn one_of(space: &mut Space, ends: &[End], values: Vec<Option<&Value>>) -> Option<Value> {
    let values: Vec<&Value> = values.into_iter().collect::<Option<_>>()?;
    let (first, rest) = values.split_first()?;
    if rest.iter().all(|value| value.sum == first.sum) {
        return Some((*first).clone());
    }
    let low = values.iter().map(|value| value.range.0).min()?;
    let high = values.iter().map(|value| value.range.1).max()?;
    let sum = space.atom((low, high));
    if values.len() <= MAX_COMPARED {
        // What bounds the value of every arm, each by what holds in it, bounds the one that is taken.
        for limit in limits(ends, &values, 1) {
            if in_all(space, ends, &values, |space, value| space.ordered(value, &limit)) {
                space.learn(limit.minus(&sum));
            }
        }
        for limit in limits(ends, &values, -1) {
            if in_all(space, ends, &values, |space, value| space.ordered(&limit, value)) {
                space.learn(sum.minus(&limit));
            }
        }
    }
    Some(Value { sum, range: (low, high) })
}

/// What may bound the values of all arms: the value of one, and what a fact of its arm bounds it by.
fn limits(ends: &[End], values: &[&Value], sign: i128) -> Vec<Linear> {
    let mut limits = Vec::new();
    for (end, value) in ends.iter().zip(values) {
        limits.push(value.sum.clone());
        let about = |fact: &&Linear| fact.terms.iter().any(|(atom, k)| value.sum.coefficient(*atom) * k * sign < 0);
        let facts = end.scope.iter().filter(about).take(MAX_FACTS);
        limits.extend(facts.filter_map(|fact| value.sum.combine(1, fact, sign)));
    }
    limits
}

fn in_all(space: &mut Space, ends: &[End], values: &[&Value], holds: impl Fn(&Space, &Linear) -> bool) -> bool {
    ends.iter().zip(values).all(|(end, value)| {
        let mark = space.mark();
        end.scope.iter().for_each(|fact| space.learn(Some(fact.clone())));
        let found = holds(space, &value.sum);
        space.restore(mark);
        found
    })
}
