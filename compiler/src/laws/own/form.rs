//! Values as far as this law knows them: a number plus multiples of *atoms*, modulo 2^32. An atom is a value that has no
//! number yet, such as an extent; the same atom is the same value for all lanes, unless it is made of their coordinates.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use lockstep_numbers::{Binary, ScalarType, Unary};

use crate::program::{Kernel, LocalId};

/// The index of an atom.
pub(super) type Atom = u32;

/// All bits of an integer are known.
pub(super) const EXACT: u32 = 32;

/// `constant + Σ coefficient × atom`, as far as the lowest `bits` bits go; the others can be anything. Values that are
/// no 32-bit integers are a constant, one atom, or nothing known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Form {
    pub(super) constant: u64,
    /// In the order of the atoms; no coefficient is zero.
    pub(super) terms: Vec<(Atom, u32)>,
    pub(super) bits: u32,
}

impl Form {
    /// A number.
    pub(super) fn number(constant: u64) -> Form {
        Form { constant, terms: Vec::new(), bits: EXACT }
    }

    /// An atom.
    pub(super) fn atom(atom: Atom) -> Form {
        Form { constant: 0, terms: vec![(atom, 1)], bits: EXACT }
    }

    /// Nothing is known.
    pub(super) fn unknown() -> Form {
        Form { constant: 0, terms: Vec::new(), bits: 0 }
    }

    /// The number that it is.
    pub(super) fn known(&self) -> Option<u64> {
        (self.bits == EXACT && self.terms.is_empty()).then_some(self.constant)
    }

    /// Whether it is made of atoms and numbers alone.
    pub(super) fn is_exact(&self) -> bool {
        self.bits == EXACT
    }

    fn word(&self) -> u32 {
        self.constant as u32
    }

    /// The same with only the lowest bits known.
    pub(super) fn lowest(mut self, bits: u32) -> Form {
        self.bits = self.bits.min(bits);
        if self.bits == 0 { Form::unknown() } else { self }
    }

    /// The sum, of 32-bit integers.
    pub(super) fn plus(&self, other: &Form) -> Form {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut left, mut right) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let (atom, coefficient) = match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) if a == b => {
                    let (a, b) = (left.next().copied().unwrap_or_default(), right.next().copied().unwrap_or_default());
                    (a.0, a.1.wrapping_add(b.1))
                }
                (Some((a, _)), Some((b, _))) => {
                    let next = if a < b { left.next() } else { right.next() };
                    next.copied().unwrap_or_default()
                }
                (Some(_), None) => left.next().copied().unwrap_or_default(),
                (None, Some(_)) => right.next().copied().unwrap_or_default(),
                (None, None) => break,
            };
            if coefficient != 0 {
                terms.push((atom, coefficient));
            }
        }
        let constant = self.word().wrapping_add(other.word()).into();
        Form { constant, terms, bits: EXACT }.lowest(self.bits.min(other.bits))
    }

    /// A multiple, of a 32-bit integer. The zeros at the end of `factor` make as many more bits known.
    pub(super) fn times(&self, factor: u32) -> Form {
        let terms = self.terms.iter().map(|(atom, coefficient)| (*atom, coefficient.wrapping_mul(factor)));
        Form {
            constant: self.word().wrapping_mul(factor).into(),
            terms: terms.filter(|(_, coefficient)| *coefficient != 0).collect(),
            bits: EXACT,
        }
        .lowest((self.bits + factor.trailing_zeros()).min(EXACT))
    }

    /// The difference, of 32-bit integers.
    pub(super) fn minus(&self, other: &Form) -> Form {
        self.plus(&other.times(u32::MAX))
    }

    /// What is known if the value is this or that.
    pub(super) fn or(&self, other: &Form) -> Form {
        if self == other {
            return self.clone();
        }
        if self.terms != other.terms || self.constant > u32::MAX.into() || other.constant > u32::MAX.into() {
            return Form::unknown();
        }
        let differ = (self.word() ^ other.word()).trailing_zeros();
        self.clone().lowest(differ.min(other.bits))
    }
}

/// What an atom is. Two atoms are the same if and only if their keys are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the operation that its name says")]
pub(super) enum Key {
    Local(LocalId),
    /// How many trips of a loop with this counter came before, of so many.
    Trip(LocalId, u64),
    Unary(Unary, ScalarType, Form),
    Binary(Binary, ScalarType, Form, Form),
    Convert(ScalarType, ScalarType, Form),
    ToBits(ScalarType, Form),
    FromBits(ScalarType, Form),
}

/// All atoms of a kernel.
#[derive(Default)]
pub(super) struct Atoms {
    numbers: HashMap<Key, Atom, RandomState>,
    keys: Vec<Key>,
    /// For each whether lanes differ in it.
    lanes: Vec<bool>,
}

impl Atoms {
    /// The atom with this key. `lanes` says that it is a lane's coordinate.
    pub(super) fn number(&mut self, key: Key, lanes: bool) -> Atom {
        if let Some(atom) = self.numbers.get(&key) {
            return *atom;
        }
        let inner = match &key {
            Key::Local(_) | Key::Trip(..) => false,
            Key::Unary(.., a) | Key::Convert(.., a) | Key::ToBits(_, a) | Key::FromBits(_, a) => self.differs(a),
            Key::Binary(.., a, b) => self.differs(a) || self.differs(b),
        };
        let atom = self.keys.len() as Atom;
        self.keys.push(key.clone());
        self.lanes.push(lanes || inner);
        self.numbers.insert(key, atom);
        atom
    }

    /// Whether lanes differ in an atom.
    pub(super) fn of_lane(&self, atom: Atom) -> bool {
        self.lanes.get(atom as usize).copied().unwrap_or(true)
    }

    /// Whether lanes differ in a value.
    pub(super) fn differs(&self, form: &Form) -> bool {
        !form.is_exact() || form.terms.iter().any(|(atom, _)| self.of_lane(*atom))
    }

    /// The atom with this key, if there is one yet.
    pub(super) fn known(&self, key: &Key) -> Option<Atom> {
        self.numbers.get(key).copied()
    }

    pub(super) fn key(&self, atom: Atom) -> Option<&Key> {
        self.keys.get(atom as usize)
    }

    /// A value as a person writes it.
    pub(super) fn show(&self, form: &Form, kernel: &Kernel) -> String {
        if !form.is_exact() {
            return "…".into();
        }
        let mut text = String::new();
        for (atom, coefficient) in &form.terms {
            let (sign, size) = signed(*coefficient);
            let name = self.show_atom(*atom, kernel);
            let part = if size == 1 { name } else { format!("{size} * {name}") };
            append(&mut text, sign, &part);
        }
        let (sign, size) = signed(form.constant as u32);
        if size != 0 || text.is_empty() {
            append(&mut text, if form.terms.is_empty() { '+' } else { sign }, &size.to_string());
        }
        text
    }

    fn show_atom(&self, atom: Atom, kernel: &Kernel) -> String {
        match self.keys.get(atom as usize) {
            Some(Key::Local(local)) => {
                kernel.locals.get(local.0 as usize).map_or_else(|| "…".into(), |local| local.name.clone())
            }
            _ => "…".into(),
        }
    }
}

fn signed(word: u32) -> (char, u32) {
    if word.cast_signed() < 0 { ('-', word.wrapping_neg()) } else { ('+', word) }
}

fn append(text: &mut String, sign: char, part: &str) {
    match (text.is_empty(), sign) {
        (true, '-') => text.push('-'),
        (true, _) => {}
        (false, sign) => {
            text.push(' ');
            text.push(sign);
            text.push(' ');
        }
    }
    text.push_str(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_multiples_are_modulo_two_to_the_32() {
        let n = Form::atom(3);
        let sum = n.times(2).plus(&Form::number(7)).minus(&n);
        assert_eq!(sum, Form { constant: 7, terms: vec![(3, 1)], bits: EXACT });
        assert_eq!(sum.minus(&sum), Form::number(0));
        assert_eq!(n.times(1 << 31).times(2), Form::number(0));
    }

    #[test]
    fn a_multiple_of_the_unknown_has_known_lowest_bits() {
        let place = Form::unknown().times(16).plus(&Form::number(21));
        assert_eq!((place.constant, place.bits), (21, 4));
        assert_eq!(Form::unknown().plus(&Form::number(5)), Form::unknown());
    }

    #[test]
    fn one_of_two_values_keeps_the_bits_in_which_they_agree() {
        assert_eq!(Form::number(4).or(&Form::number(12)).bits, 3);
        assert_eq!(Form::number(4).or(&Form::number(5)), Form::unknown());
        assert_eq!(Form::atom(1).or(&Form::atom(2)), Form::unknown());
    }
}
