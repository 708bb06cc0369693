//! The formulas of a bound as polynomials over what the walk knows: scalars and extents are words of the push constants,
//! counters are those of the kernel's loops that they pay for. A word is right modulo 2^32; a 64-bit value is two. What is
//! not followed can be anything.

use std::collections::HashMap;

use lockstep_module::{Operation, Signature, spirv_abi};
use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    super::{
        exact::Rule,
        polynomial::Polynomial,
        space::{Range, Reach, WORD},
        words::Words,
    },
    choices,
    claim::{Claim, Part, Repeat, Slot},
    condition::Condition,
    operators,
    vector::Symbol,
    wide::{self, Pair},
};
use crate::tree::WordComparison;

const SIGNED: Range = (i32::MIN as i128, i32::MAX as i128);
/// The most operations that are looked at to pay for one loop.
const MAX_OPERATIONS: u32 = 8192;

/// The value of each counter that a loop of the kernel has given.
pub(super) type Counters = HashMap<Symbol, Polynomial>;

/// One try to find what the formulas of a bound come to.
pub(super) struct Formulas<'f> {
    pub(super) claim: &'f Claim,
    pub(super) given: &'f [Option<Given>],
    pub(super) counters: &'f Counters,
    /// Counters that no loop has given are at their last value; else at their first.
    pub(super) last: bool,
    found: HashMap<Symbol, Polynomial>,
    left: u32,
}

/// The words of the push constants that a scalar or an extent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    first: usize,
    /// Whether it is two.
    wide: bool,
}

#[cfg(test)]
impl Given {
    /// One word.
    pub(super) fn word(first: usize) -> Given {
        Given { first, wide: false }
    }
}

/// For each scalar and extent its words of the push constants, if it is no float.
pub(super) fn given(signature: &Signature) -> Vec<Option<Given>> {
    let mut next = spirv_abi::FIRST_PARAMETER_WORD as usize;
    let mut place = |ty: Option<ScalarType>| {
        let first = next;
        let words = ty.map_or(1, ScalarType::words);
        next += words;
        (ty != Some(ScalarType::F32)).then_some(Given { first, wide: words > 1 })
    };
    let mut all: Vec<Option<Given>> = signature.scalars().map(|(_, ty)| place(Some(ty))).collect();
    all.extend(signature.extents.iter().map(|_| place(None)));
    all
}

/// A value of a formula.
#[derive(Clone, Debug)]
enum Item {
    /// A word modulo 2^32.
    One(Polynomial),
    /// A 64-bit integer.
    Two(Pair),
    Truth(Condition),
    /// What is not followed.
    Unknown,
}

/// A word, or a signed word, as a polynomial that is exactly it.
pub(super) fn exact(words: &mut Words<'_>, word: &Polynomial, signed: bool) -> Polynomial {
    let range = if signed { SIGNED } else { WORD };
    let made = word.clone().wrapped();
    let word = words.space.normal(made.clone()).wrapped();
    let before = [&made, &word].into_iter().find_map(|word| words.atoms.get(&(word.clone(), signed)).cloned());
    if let Some(exact) = words.as_exact(&word, range) {
        // Where the kernel made it, it may have been seen to wrap.
        before.into_iter().for_each(|before| words.space.equal(&before, &exact));
        return exact;
    }
    let same = words.rules.iter().rev().find(|rule| {
        words.space.range_of(rule.atom) == range && words.space.normal(rule.equal.clone()).wrapped() == word
    });
    if let Some(rule) = same {
        return words.space.normal(Polynomial::atom(rule.atom));
    }
    let others: Vec<Polynomial> =
        words.rules.iter().rev().filter_map(|rule| words.by_rule(&word, rule)).take(3).collect();
    if let Some(exact) = others.iter().find_map(|other| words.as_exact(other, range)) {
        return exact;
    }
    let atom = before.unwrap_or_else(|| words.wrapping(&made, signed));
    words.rules.extend(atom.single().map(|atom| Rule { atom, equal: word }));
    words.space.normal(atom)
}

impl<'f> Formulas<'f> {
    pub(super) fn new(claim: &'f Claim, given: &'f [Option<Given>], counters: &'f Counters, last: bool) -> Self {
        Formulas { claim, given, counters, last, found: HashMap::new(), left: MAX_OPERATIONS }
    }

    /// The value of a formula as a word, modulo 2^32.
    pub(super) fn word(&mut self, words: &mut Words<'_>, formula: &[Part]) -> Polynomial {
        let mut stack: Vec<Item> = Vec::new();
        for part in formula {
            let Some(left) = self.left.checked_sub(1) else { return words.unknown(Reach::Lane) };
            self.left = left;
            words.space.spend(1);
            let mut pop = || stack.pop().unwrap_or(Item::Unknown);
            let value = match *part {
                Part::Slot(slot) => self.slot(words, slot),
                Part::Operation(Operation::Constant(bits)) => constant(bits),
                Part::Operation(Operation::Slot(_)) => Item::Unknown,
                Part::Operation(Operation::Unary(operator, ty)) => unary(words, operator, ty, &pop()),
                Part::Operation(Operation::Binary(operator, ty)) => {
                    let (right, left) = (pop(), pop());
                    binary(words, operator, ty, &left, &right)
                }
                Part::Operation(Operation::Convert(from, to)) => convert(words, (from, to), &pop()),
            };
            stack.push(value);
        }
        let value = stack.pop().and_then(|value| one(words, &value));
        value.unwrap_or_else(|| words.unknown(Reach::Lane))
    }

    fn slot(&mut self, words: &mut Words<'_>, slot: Slot) -> Item {
        let known = match slot {
            Slot::Given(number) => {
                let Some(Given { first, wide }) = self.given.get(number as usize).copied().flatten() else {
                    return Item::Unknown;
                };
                let upper = words.push.get(first + 1).filter(|_| wide).cloned();
                let word = words.push.get(first).cloned();
                if let Some(pair) = word.clone().zip(upper) {
                    return Item::Two(pair);
                }
                word
            }
            Slot::Fixed(first, last) => {
                Some(Polynomial::number(i128::from(if self.last { last } else { first })).wrapped())
            }
            Slot::Counter(symbol) => match (self.counters.get(&symbol), self.found.get(&symbol)) {
                (Some(counter), _) | (None, Some(counter)) => Some(counter.clone()),
                (None, None) => self.counter(words, symbol),
            },
            Slot::Unknown => None,
        };
        known.map_or(Item::Unknown, Item::One)
    }

    /// The counter of a loop that is not around, at one of its ends. The last one it has only if it runs.
    fn counter(&mut self, words: &mut Words<'_>, symbol: Symbol) -> Option<Polynomial> {
        let claim = self.claim;
        let repeat = claim.symbols.get(symbol as usize)?;
        let value = match repeat {
            Repeat { max: Some(_), .. } => None,
            Repeat { to, by: 1, .. } if self.last => {
                let distance = self.distance(words, repeat)?.shifted(-1);
                let last = self.word(words, to).shifted(-1).wrapped();
                words.space.natural(&distance).then_some(last)
            }
            Repeat { from, .. } => Some(self.word(words, from)),
        }?;
        self.found.insert(symbol, value.clone());
        Some(value)
    }

    /// What a loop of the bound has before it: the distance from its beginning to its end. None if it has a stated most.
    pub(super) fn distance(&mut self, words: &mut Words<'_>, repeat: &Repeat) -> Option<Polynomial> {
        if repeat.max.is_some() {
            return None;
        }
        let (from, to) = (self.word(words, &repeat.from), self.word(words, &repeat.to));
        let (from, to) = (exact(words, &from, repeat.signed), exact(words, &to, repeat.signed));
        to.minus(&from)
    }
}

fn constant(bits: u64) -> Item {
    let word = |bits: u64| Polynomial::number(i128::from(bits as u32)).wrapped();
    // Of which type it is, what uses it says.
    Item::Two((word(bits), word(bits >> 32)))
}

/// A value as a word modulo 2^32: the lower one of two.
fn one(words: &mut Words<'_>, value: &Item) -> Option<Polynomial> {
    match value {
        Item::One(word) | Item::Two((word, _)) => Some(word.clone()),
        Item::Truth(Condition::Unknown) | Item::Unknown => None,
        Item::Truth(condition) => {
            let (yes, no) = (Polynomial::number(1), Polynomial::default());
            Some(choices::either(words, condition, &yes, &no))
        }
    }
}

fn two(value: &Item) -> Option<Pair> {
    match value {
        Item::Two(pair) => Some(pair.clone()),
        _ => None,
    }
}

fn truth(words: &mut Words<'_>, value: &Item) -> Condition {
    match value {
        Item::Truth(condition) => condition.clone(),
        Item::One(word) | Item::Two((word, _)) => {
            let word = exact(words, word, false);
            Condition::compare(WordComparison::NotEqual, word, Polynomial::default())
        }
        Item::Unknown => Condition::Unknown,
    }
}

fn unary(words: &mut Words<'_>, operator: Unary, ty: ScalarType, a: &Item) -> Item {
    let found = match (ty, ty.words()) {
        (ScalarType::Bool, _) if operator == Unary::Not => Some(Item::Truth(truth(words, a).negated())),
        _ if !ty.is_integer() => None,
        (_, 1) => one(words, a).and_then(|a| operators::unary(words, operator, &a)).map(Item::One),
        _ => two(a).and_then(|a| wide::unary(words, operator, &a)).map(Item::Two),
    };
    wrapped(found)
}

fn binary(words: &mut Words<'_>, operator: Binary, ty: ScalarType, a: &Item, b: &Item) -> Item {
    if ty == ScalarType::Bool {
        let (a, b) = (truth(words, a), truth(words, b));
        return Item::Truth(match operator {
            Binary::And => Condition::both(a, b),
            Binary::Or => Condition::either(a, b),
            _ => Condition::Unknown,
        });
    }
    if !ty.is_integer() {
        return Item::Unknown;
    }
    let signed = ty.is_signed();
    if ty.words() == 1 {
        let Some((a, b)) = one(words, a).zip(one(words, b)) else { return Item::Unknown };
        return match operator.is_comparison() {
            true => Item::Truth(operators::compare(words, operator, signed, &a, &b)),
            false => wrapped(operators::binary(words, operator, signed, &a, &b).map(Item::One)),
        };
    }
    // The count of a shift is a word.
    let right = if operator.right(ty).words() == 1 {
        one(words, b).map(|count| (count, Polynomial::default()))
    } else {
        two(b)
    };
    let Some((a, b)) = two(a).zip(right) else { return Item::Unknown };
    match operator.is_comparison() {
        true => Item::Truth(wide::compare(words, operator, signed, &a, &b)),
        false => wrapped(wide::binary(words, operator, signed, &a, &b).map(Item::Two)),
    }
}

fn wrapped(value: Option<Item>) -> Item {
    match value {
        Some(Item::One(word)) => Item::One(word.wrapped()),
        Some(other) => other,
        None => Item::Unknown,
    }
}

fn convert(words: &mut Words<'_>, (from, to): (ScalarType, ScalarType), a: &Item) -> Item {
    if from == to {
        return a.clone();
    }
    if !to.is_integer() || !(from.is_integer() || from == ScalarType::Bool) {
        return Item::Unknown;
    }
    if from.words() == 2 && to.words() == 2 {
        return a.clone();
    }
    let Some(word) = one(words, a) else { return Item::Unknown };
    match (to.words(), from.is_signed()) {
        (1, _) => Item::One(word),
        (_, true) => Item::Two(wide::extended(words, &word)),
        (_, false) => Item::Two((word, Polynomial::default())),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_module::{Cost, Term};

    use super::{super::claim, *};
    use crate::tree::Kernel;

    #[test]
    fn a_formula_is_over_words_and_counters() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let n = words.space.atom((0, 1 << 25), Reach::Dispatch);
        words.push = vec![n.clone()];
        let to = |slot| vec![Operation::Slot(slot)];
        let repeat = |slot, from, to| Term::Repeat { slot, signed: false, from, to, by: 1, max: None };
        let zero = vec![Operation::Constant(0)];
        let terms = vec![repeat(1, zero, to(0)), repeat(2, to(1), to(0)), Term::End, Term::End];
        let claim = claim::read(&Cost { slots: 3, terms }, 1);
        let inner = claim.symbols[1].clone();
        let given = [Some(Given::word(0))];
        let distance = |words: &mut Words<'_>, counters: &Counters, last| {
            let mut formulas = Formulas::new(&claim, &given, counters, last);
            formulas.distance(words, &inner).unwrap()
        };
        // The outer counter at its first value, at its last, which it has only if there is one, and at hand.
        assert_eq!(distance(&mut words, &Counters::new(), false), n);
        assert_ne!(distance(&mut words, &Counters::new(), true), Polynomial::number(1));
        words.space.learn(Some(n.clone().shifted(-1)));
        assert_eq!(distance(&mut words, &Counters::new(), true), Polynomial::number(1));
        let trip = words.space.atom((0, 1 << 25), Reach::Lane);
        let counters = Counters::from([(0, trip.clone())]);
        assert_eq!(distance(&mut words, &counters, false), n.minus(&trip).unwrap());
    }
}
