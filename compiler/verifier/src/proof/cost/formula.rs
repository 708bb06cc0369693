//! The formulas of a bound as polynomials over what the walk knows: scalars and extents are words of the push constants,
//! counters are those of the kernel's loops that they pay for. A value is right modulo 2^32; of 64-bit values the lower
//! word is followed. What is not followed can be anything.

use std::collections::HashMap;

use lockstep_module::{Operation, Signature, spirv_abi};
use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    super::{
        exact::Rule,
        polynomial::Polynomial,
        space::{Range, Reach, WORD},
        words::{Definition, Words},
    },
    choices,
    claim::{Claim, Part, Repeat, Slot},
    vector::Symbol,
};
use crate::tree::WordOperator;

const SIGNED: Range = (i32::MIN as i128, i32::MAX as i128);
/// The most operations that are looked at to pay for one loop.
const MAX_OPERATIONS: u32 = 8192;

/// The value of each counter that a loop of the kernel has given.
pub(super) type Counters = HashMap<Symbol, Polynomial>;

/// One try to find what the formulas of a bound come to.
pub(super) struct Formulas<'f> {
    pub(super) claim: &'f Claim,
    pub(super) given: &'f [Option<usize>],
    pub(super) counters: &'f Counters,
    /// Counters that no loop has given are at their last value; else at their first.
    pub(super) last: bool,
    found: HashMap<Symbol, Polynomial>,
    left: u32,
}

/// For each scalar and extent its word of the push constants, if it is a word.
pub(super) fn given(signature: &Signature) -> Vec<Option<usize>> {
    let mut next = spirv_abi::FIRST_PARAMETER_WORD as usize;
    let mut place = |ty: Option<ScalarType>| {
        let word = next;
        next += ty.map_or(1, ScalarType::words);
        (ty != Some(ScalarType::F32)).then_some(word)
    };
    let mut all: Vec<Option<usize>> = signature.scalars().map(|(_, ty)| place(Some(ty))).collect();
    all.extend(signature.extents.iter().map(|_| place(None)));
    all
}

/// A word, or a signed word, as a polynomial that is exactly it.
pub(super) fn exact(words: &mut Words<'_>, word: &Polynomial, signed: bool) -> Polynomial {
    let range = if signed { SIGNED } else { WORD };
    let word = words.space.normal(word.clone()).wrapped();
    if let Some(exact) = words.as_exact(&word, range) {
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
    let atom = words.space.atom(range, Reach::Lane);
    words.space.suggest(&atom, |at| Some((at(&word)? - range.0).rem_euclid(1 << 32) + range.0));
    if let Some(number) = atom.single() {
        words.rules.push(Rule { atom: number, equal: word.clone() });
        let definition = if signed { Definition::Signed(word) } else { Definition::Word(word) };
        words.definitions.insert(number, definition);
    }
    atom
}

impl<'f> Formulas<'f> {
    pub(super) fn new(claim: &'f Claim, given: &'f [Option<usize>], counters: &'f Counters, last: bool) -> Self {
        Formulas { claim, given, counters, last, found: HashMap::new(), left: MAX_OPERATIONS }
    }

    /// The value of a formula as a word, modulo 2^32.
    pub(super) fn word(&mut self, words: &mut Words<'_>, formula: &[Part]) -> Polynomial {
        let mut stack: Vec<Polynomial> = Vec::new();
        for part in formula {
            let Some(left) = self.left.checked_sub(1) else { return words.unknown(Reach::Lane) };
            self.left = left;
            words.space.spend(1);
            let mut pop = || stack.pop().unwrap_or_default();
            let value = match *part {
                Part::Slot(slot) => self.slot(words, slot),
                Part::Operation(Operation::Constant(bits)) => Polynomial::number(i128::from(bits as u32)).wrapped(),
                Part::Operation(Operation::Slot(_)) => words.unknown(Reach::Lane),
                Part::Operation(Operation::Unary(operator, ty)) => {
                    let operand = pop();
                    unary(words, operator, ty, &operand)
                }
                Part::Operation(Operation::Binary(operator, ty)) => {
                    let (right, left) = (pop(), pop());
                    binary(words, operator, ty, &left, &right)
                }
                Part::Operation(Operation::Convert(from, to)) => {
                    let whole = |ty: ScalarType| ty.is_integer();
                    let keeps = whole(to) && (whole(from) || from == ScalarType::Bool);
                    let operand = pop();
                    if keeps { operand } else { words.unknown(Reach::Lane) }
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_default()
    }

    fn slot(&mut self, words: &mut Words<'_>, slot: Slot) -> Polynomial {
        let known = match slot {
            Slot::Given(number) => {
                let word = self.given.get(number as usize).copied().flatten();
                word.and_then(|word| words.push.get(word).cloned())
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
        known.unwrap_or_else(|| words.unknown(Reach::Lane))
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

fn unary(words: &mut Words<'_>, operator: Unary, ty: ScalarType, a: &Polynomial) -> Polynomial {
    let found = match operator {
        Unary::Negate if ty.is_integer() => a.scaled(-1),
        Unary::Not if ty.is_integer() => a.scaled(-1).map(|turned| turned.shifted(-1)),
        _ => None,
    };
    found.map_or_else(|| words.unknown(Reach::Lane), Polynomial::wrapped)
}

fn binary(words: &mut Words<'_>, operator: Binary, ty: ScalarType, a: &Polynomial, b: &Polynomial) -> Polynomial {
    if !ty.is_integer() {
        return words.unknown(Reach::Lane);
    }
    let ring = match operator {
        Binary::Add => a.plus(b),
        Binary::Subtract => a.minus(b),
        Binary::Multiply => a.times(b),
        Binary::ShiftLeft => b.known().filter(|by| (0..32).contains(by)).and_then(|by| a.scaled(1 << by)),
        _ => None,
    };
    if let Some(ring) = ring {
        return ring.wrapped();
    }
    let found = if ty.words() == 1 { of_words(words, operator, ty == ScalarType::I32, a, b) } else { None };
    found.map_or_else(|| words.unknown(Reach::Lane), Polynomial::wrapped)
}

/// What is no sum and no product.
fn of_words(
    words: &mut Words<'_>,
    operator: Binary,
    signed: bool,
    a: &Polynomial,
    b: &Polynomial,
) -> Option<Polynomial> {
    let (x, y) = (exact(words, a, signed), exact(words, b, signed));
    match operator {
        Binary::Minimum => choices::least(words, &x, &y),
        Binary::Maximum => choices::greatest(words, &x, &y),
        _ if !(words.space.soon_natural(&x) && words.space.soon_natural(&y)) => None,
        Binary::Divide => {
            let by = choices::not_zero(words, &y)?;
            words.digits(&x, &by).map(|(quotient, _)| quotient)
        }
        Binary::Remainder => {
            let by = choices::not_zero(words, &y)?;
            words.digits(&x, &by).map(|(_, rest)| rest)
        }
        Binary::CeilingDivide => {
            let by = choices::not_zero(words, &y)?;
            let up = x.plus(&by)?.shifted(-1);
            words.digits(&up, &by).map(|(quotient, _)| quotient)
        }
        Binary::ShiftRight => Some(words.operate(WordOperator::ShiftRight, &x, &y)),
        Binary::And => Some(words.operate(WordOperator::And, &x, &y)),
        Binary::Or => Some(words.operate(WordOperator::Or, &x, &y)),
        Binary::Xor => Some(words.operate(WordOperator::Xor, &x, &y)),
        _ => None,
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
        let given = [Some(0)];
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
