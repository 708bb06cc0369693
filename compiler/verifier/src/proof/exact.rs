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
/// The greatest multiple of what a rule is about that is seen in a word.
const MOST_MULTIPLE: i128 = 1 << 16;
/// How often what words are made of is looked at, one inside another.
const MAX_UNFOLDED: usize = 8;

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
        let made = self.made(value);
        let word = self.space.normal(made.clone());
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
        let atom = self.wrapping(&made, signed);
        if let Some(number) = atom.single() {
            let rule = Rule { atom: number, equal: word };
            if !self.rules.contains(&rule) {
                self.rules.push(rule);
            }
        }
        self.space.normal(atom)
    }

    /// The atom of a word, or a signed word, that may wrap: the same one for what is the same polynomial, wherever it
    /// stands. What is known in a scope alone, such as what an atom is replaced by, does not bear on it.
    pub(super) fn wrapping(&mut self, equal: &Polynomial, signed: bool) -> Polynomial {
        let key = (equal.clone(), signed);
        if let Some(atom) = self.atoms.get(&key) {
            return atom.clone();
        }
        let range = if signed { SIGNED } else { WORD };
        let atom = self.space.atom(range, self.space.reach(equal));
        self.space.suggest(&atom, |at| Some((at(equal)? - range.0).rem_euclid(TURN) + range.0));
        let definition = if signed { Definition::Signed(equal.clone()) } else { Definition::Word(equal.clone()) };
        self.definitions.extend(atom.single().map(|atom| (atom, definition)));
        self.atoms.insert(key, atom.clone());
        atom
    }

    /// What a word is modulo 2^32, with what words are made of in the place of the atoms that stand for them: of two ways
    /// to write a word often the same.
    pub(super) fn residue(&self, word: &Polynomial) -> Polynomial {
        let mut word = self.space.normal(word.clone()).wrapped();
        for _ in 0..MAX_UNFOLDED {
            match self.unfolded(&word) {
                Some(made) => word = self.space.normal(made).wrapped(),
                None => break,
            }
        }
        word
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
            let atom = self.space.normal(Polynomial::atom(rule.atom));
            let zero = atom.minus(&equal)?;
            let most = word.terms().len() + atom.terms().len().max(1) - 1;
            word.varying().iter().find_map(|(monomial, factor)| {
                equal.varying().iter().find_map(|(inner, of)| {
                    let by = monomial.without(inner)?;
                    let other = word.combine(1, &zero, multiple(*factor, *of)?, &by)?.wrapped();
                    (other.terms().len() <= most).then_some(other)
                })
            })
        })
    }

    /// Learns that a word is what it is equal to modulo 2^32, where that has come to be a word's value itself: what is made
    /// of `n - 1` may have been made before it was known that `n` is not 0.
    pub(super) fn settle_rules(&mut self) {
        for rule in self.rules.iter().rev().take(MOST_SETTLED) {
            let [word, equal] = [Polynomial::atom(rule.atom), rule.equal.clone()].map(|side| self.space.normal(side));
            // No two numbers so near each other are equal modulo 2^32 but one.
            let ((low, high), (least, most)) = (self.space.rough(&word), self.space.rough(&equal));
            if word != equal && high.max(most).saturating_sub(low.min(least)) < TURN {
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

/// A small number that, times `of`, is `factor` modulo 2^32.
fn multiple(factor: i128, of: i128) -> Option<i128> {
    if factor % of == 0 {
        return Some(factor / of);
    }
    let twos = of.trailing_zeros();
    if twos > 31 || factor.trailing_zeros() < twos {
        return None;
    }
    let odd = (of >> twos) as u32;
    // Each step doubles how many of its bits are right.
    let inverse = (0..5).fold(odd, |inverse, _| inverse.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(inverse))));
    let found = ((factor >> twos) as u32).wrapping_mul(inverse) << twos;
    // Modulo 2^32 by as many twos, of the least magnitude.
    let found = i128::from(found.cast_signed()) >> twos;
    (found.abs() < MOST_MULTIPLE).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{proof::space::Reach, tree::Kernel};

    #[test]
    fn a_word_settles_as_what_it_is_read_as() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let x = words.space.atom((0, 1 << 31), Reach::Dispatch);
        for (signed, settles) in [(false, true), (true, false)] {
            let scope = words.mark();
            let word = words.wrapping(&x, signed);
            words.rules.push(Rule { atom: word.single().unwrap(), equal: x.clone() });
            words.settle_rules();
            assert_eq!(words.space.natural(&word.minus(&x).unwrap()), settles, "{signed}");
            // What is positive is the same either way.
            words.space.learn(Some(word.clone().shifted(-1)));
            words.settle_rules();
            assert!(words.space.natural(&word.minus(&x).unwrap()));
            words.restore(scope);
        }
    }

    #[test]
    fn what_is_the_same_polynomial_is_one_word() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let x = words.unknown(Reach::Group).scaled(3).unwrap();
        let word = words.wrapping(&x, false);
        assert_eq!(words.wrapping(&x, false), word);
        assert_ne!(words.wrapping(&x, true), word);
        assert_ne!(words.wrapping(&x.clone().shifted(1), false), word);
        assert_eq!(words.space.reach(&word), Reach::Group);
        assert_eq!(words.residue(&word), x);
        assert_eq!(words.residue(&word.scaled(2).unwrap().shifted(7)), x.scaled(2).unwrap().shifted(7));
    }

    #[test]
    fn multiples_are_seen_modulo_a_turn() {
        let k = i128::from(0xd243_33d0_u32.cast_signed());
        let four = i128::from((k as i32).wrapping_mul(4));
        assert_eq!(multiple(four, k), Some(4));
        assert_eq!(multiple(-three(k), k), Some(-3));
        assert_eq!(multiple(1, k), None, "it is even");
        assert_eq!(multiple(1, 3), None, "it is a large one");
        assert_eq!(multiple(6, 2), Some(3));
    }

    fn three(k: i128) -> i128 {
        i128::from((k as i32).wrapping_mul(3))
    }
}
