//! Words that were made before what is known now: the atom of a word that might have wrapped where it was made may be
//! shown to be its sum where a loop stands, since the loop runs at least once.

use super::super::{
    polynomial::{Atom, Polynomial},
    words::{Definition, TURN, Words},
};

/// How many rules are used for one word, one after another.
const MAX_RULES: u32 = 2;
/// How many sums are looked at for one word.
const MAX_TRIED: u32 = 48;
/// How many words.
const MAX_WORDS: usize = 6;

/// Learns what the words are that a polynomial is made of, as far as it is found.
pub(super) fn settle(words: &mut Words<'_>, sum: &Polynomial) {
    for atom in beneath(words, sum) {
        let found = words.rules.iter().rev().find(|rule| rule.atom == atom).cloned();
        let Some(rule) = found else { continue };
        let equal = words.space.normal(rule.equal.clone()).wrapped();
        if let Some(exact) = unwrapped(words, &equal, atom, MAX_RULES, &mut { MAX_TRIED }) {
            words.space.equal(&Polynomial::atom(atom), &exact);
        }
    }
}

/// The atoms of a sum, and those that they are computed from.
fn beneath(words: &Words<'_>, sum: &Polynomial) -> Vec<Atom> {
    let mut found: Vec<Atom> = Vec::new();
    let mut next: Vec<Atom> = sum.atoms().collect();
    while let Some(atom) = next.pop() {
        if found.len() >= MAX_WORDS {
            break;
        }
        if found.contains(&atom) {
            continue;
        }
        found.push(atom);
        if let Some(Definition::Operation(_, x, y)) = words.definitions.get(&atom) {
            next.extend(x.atoms().chain(y.atoms()));
        }
        next.extend(words.choices.get(&atom).into_iter().flatten().flat_map(|case| case.value.atoms()));
    }
    found
}

/// What the word of an atom is, without a turn.
fn unwrapped(words: &mut Words<'_>, word: &Polynomial, atom: Atom, rules: u32, tried: &mut u32) -> Option<Polynomial> {
    *tried = tried.checked_sub(1)?;
    let itself = |sum: &Polynomial| sum.atoms().any(|other| other == atom);
    let range = words.space.range_of(atom);
    if let Some(exact) = words.as_exact(word, range).filter(|exact| !itself(exact)) {
        return Some(exact);
    }
    // It may be the word a turn on.
    let (low, high) = words.space.rough(word);
    for turn in [TURN, -TURN] {
        let other = word.clone().shifted(-turn);
        let near = low.saturating_sub(turn) <= range.1 && high.saturating_sub(turn) >= range.0;
        if near && !itself(word) && words.space.within(&other, range) {
            return Some(other);
        }
    }
    let rules = rules.checked_sub(1)?;
    let others = words.rules.iter().rev().filter(|rule| rule.atom != atom);
    let others: Vec<Polynomial> = others.filter_map(|rule| words.by_rule(word, rule)).take(8).collect();
    others.iter().find_map(|other| unwrapped(words, other, atom, rules, tried))
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::space::{Reach, WORD},
        *,
    };
    use crate::{proof::exact::Rule, tree::Kernel};

    #[test]
    fn a_word_is_its_sum_once_that_does_not_wrap() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let n = words.space.atom((0, 1 << 25), Reach::Dispatch);
        let before = words.space.atom(WORD, Reach::Dispatch);
        let rule = Rule { atom: before.single().unwrap(), equal: n.clone().shifted(-1) };
        words.rules.push(rule);
        let below = n.minus(&before).unwrap().shifted(-1);
        settle(&mut words, &before);
        assert!(!words.space.natural(&below), "n may be 0");
        words.space.learn(Some(n.shifted(-1)));
        settle(&mut words, &before);
        assert!(words.space.natural(&below) && words.space.natural(&below.scaled(-1).unwrap()));
    }
}
