//! Words exactly: where the polynomial of a word, or one that is equal to it modulo 2^32, provably lies among the words, it
//! is the word. Elsewhere an atom stands for it, and a *rule* says what that is equal to modulo 2^32.

use super::{
    polynomial::{Atom, Monomial, Polynomial},
    space::{Range, WORD},
    words::{Definition, SIGNED, TURN, Words},
};
use crate::tree::Value;

/// How many of the newest rules are looked at as a loop begins.
const MOST_SETTLED: usize = 16;
/// How many rules are tried to make a word exact.
const MAX_BY_RULE: usize = 3;

/// An atom that is a word, and what it is equal to modulo 2^32.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) atom: Atom,
    pub(super) equal: Polynomial,
}

impl Words<'_> {
    /// A polynomial that is the word of a value exactly.
    pub(super) fn exact(&mut self, value: Value) -> Polynomial {
        self.represented(value, false)
    }

    /// A polynomial that is the word of a value, read as signed, exactly.
    pub(super) fn signed(&mut self, value: Value) -> Polynomial {
        self.represented(value, true)
    }

    fn represented(&mut self, value: Value, signed: bool) -> Polynomial {
        let word = self.word(value);
        let range = if signed { SIGNED } else { WORD };
        if let Some(exact) = self.as_exact(&word, range) {
            return exact;
        }
        self.space.spend(self.rules.len());
        let by_rules: Vec<Polynomial> =
            self.rules.iter().rev().filter_map(|rule| self.by_rule(&word, rule)).take(MAX_BY_RULE).collect();
        if let Some(exact) = by_rules.iter().find_map(|other| self.as_exact(other, range)) {
            return exact;
        }
        let atom = match self.atoms.get(&(value, signed)) {
            Some(atom) => atom.clone(),
            None => {
                let reach = self.space.reach(&word);
                let atom = self.space.atom(if signed { SIGNED } else { WORD }, reach);
                self.space.suggest(&atom, |at| Some((at(&word)? - range.0).rem_euclid(TURN) + range.0));
                self.atoms.insert((value, signed), atom.clone());
                // As it is everywhere: what replaces an atom does so in a scope.
                let equal = match self.values.get(value.0 as usize) {
                    Some(Some(known)) => known.clone(),
                    _ => word.clone(),
                };
                let definition = if signed { Definition::Signed(equal) } else { Definition::Word(equal) };
                self.definitions.extend(atom.single().map(|atom| (atom, definition)));
                atom
            }
        };
        if let Some(number) = atom.single() {
            let rule = Rule { atom: number, equal: word };
            if !self.rules.contains(&rule) {
                self.rules.push(rule);
            }
        }
        self.space.normal(atom)
    }

    /// The polynomial that is equal to another modulo 2^32 and provably in the range of words, if there is one.
    pub(super) fn as_exact(&mut self, word: &Polynomial, range: Range) -> Option<Polynomial> {
        if let Some(number) = word.known() {
            let wrapped = number.checked_sub(range.0)?.rem_euclid(TURN) + range.0;
            return Some(Polynomial::number(wrapped));
        }
        let (low, high) = self.space.rough(word);
        let inside = |low: i128, high: i128| low >= range.0 && high <= range.1;
        if inside(low, high) {
            return Some(word.clone());
        }
        // Bounds go as far as 128 bits do.
        let turned = low.checked_sub(range.0)?.div_euclid(TURN) * TURN;
        if turned.unsigned_abs() > 1 << 90 {
            return None;
        }
        if turned != 0 && inside(low.checked_sub(turned)?, high.saturating_sub(turned)) {
            return Some(word.clone().shifted(-turned));
        }
        // One atom that can be any word wraps where it is shifted.
        if self.space.within(word, range) {
            return Some(word.clone());
        }
        None
    }

    /// The word modulo 2^32 with an atom of a rule in the place of what the rule is about.
    pub(super) fn by_rule(&self, word: &Polynomial, rule: &Rule) -> Option<Polynomial> {
        let equal = self.space.normal(rule.equal.clone());
        let unit = self.by_unit(word, rule, &equal);
        unit.or_else(|| {
            // A multiple of what the rule is about, in the place of which a multiple of its atom comes.
            let zero = self.space.normal(Polynomial::atom(rule.atom)).minus(&equal)?;
            word.varying().iter().find_map(|(monomial, factor)| {
                equal.varying().iter().find_map(|(inner, of)| {
                    let by = monomial.without(inner).filter(|_| factor % of == 0)?;
                    let other = word.combine(1, &zero, factor / of, &by)?.wrapped();
                    (other.terms().len() <= word.terms().len()).then_some(other)
                })
            })
        })
    }

    /// Learns that a word is what it is equal to modulo 2^32, where that has come to be a word's value itself: what is made
    /// of `n - 1` may have been made before it was known that `n` is not 0.
    pub(super) fn settle_rules(&mut self) {
        for rule in self.rules.iter().rev().take(MOST_SETTLED) {
            let [word, equal] = [Polynomial::atom(rule.atom), rule.equal.clone()].map(|side| self.space.normal(side));
            let (low, high) = self.space.rough(&equal);
            if word != equal && low >= WORD.0 && high <= WORD.1 {
                self.space.equal(&word, &equal);
            }
        }
    }

    fn by_unit(&self, word: &Polynomial, rule: &Rule, equal: &Polynomial) -> Option<Polynomial> {
        let taken = equal.varying().iter().find_map(|(monomial, coefficient)| {
            let atom = monomial.atoms().next().filter(|_| monomial.degree() == 1 && coefficient.abs() == 1)?;
            let used = word.atoms().any(|other| other == atom);
            let only = equal.atoms().filter(|other| *other == atom).count() == 1;
            (used && only && atom != rule.atom).then_some((atom, *coefficient))
        });
        let (atom, coefficient) = taken?;
        let others = equal.minus(&Polynomial::term(Monomial::atom(atom), coefficient))?;
        let by = self.space.normal(Polynomial::atom(rule.atom)).minus(&others)?.scaled(coefficient)?;
        word.replaced(atom, &by).map(Polynomial::wrapped)
    }
}
