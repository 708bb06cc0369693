//! A word that is one of two, by a condition: the lesser of two numbers, a divisor that is not zero. The kernel has made
//! most of them before, as choices; where it has, they are the same ones.

use super::{
    super::{
        choice::Case,
        polynomial::{Atom, Polynomial},
        space::Reach,
        words::Words,
    },
    condition::Condition,
    formula::exact,
};
use crate::tree::WordComparison;

/// How many choices with the right values are looked at.
const MAX_ALIKE: usize = 4;

/// The lesser of two exact words, signed ones or not.
pub(super) fn least(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial, signed: bool) -> Option<Polynomial> {
    ordered(words, x, y, (signed, 1))
}

/// The greater of two.
pub(super) fn greatest(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial, signed: bool) -> Option<Polynomial> {
    ordered(words, x, y, (signed, -1))
}

fn ordered(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial, (signed, sign): (bool, i128)) -> Option<Polynomial> {
    let (x_first, y_first) = (y.minus(x)?.scaled(sign)?, x.minus(y)?.scaled(sign)?);
    if words.space.soon_natural(&x_first) {
        return Some(x.clone());
    }
    if words.space.soon_natural(&y_first) {
        return Some(y.clone());
    }
    let comparison = if signed { WordComparison::LessSigned } else { WordComparison::Less };
    let condition = match sign {
        1 => Condition::compare(comparison, x.clone(), y.clone()),
        _ => Condition::compare(comparison, y.clone(), x.clone()),
    };
    // Where they are equal either will do.
    let ways = [(x, vec![x_first.clone()]), (y, vec![y_first.clone()])];
    if let Some(known) = made(words, &condition, &ways) {
        return Some(known);
    }
    let (a, b) = (words.space.range(x), words.space.range(y));
    let range = if sign > 0 { (a.0.min(b.0), a.1.min(b.1)) } else { (a.0.max(b.0), a.1.max(b.1)) };
    let made = words.space.atom(range, Reach::Lane);
    for value in [x, y] {
        words.space.learn(value.minus(&made).and_then(|distance| distance.scaled(sign)));
    }
    let cases = ways.into_iter().zip([a, b]).map(|((value, facts), range)| case(facts, value, range));
    words.is_choice(&made, cases.collect());
    Some(made)
}

/// A number that is at least 0, or 1 in the place of 0: a kernel divides by no zero, but traps.
pub(super) fn not_zero(words: &mut Words<'_>, y: &Polynomial) -> Option<Polynomial> {
    if words.space.positive(y) {
        return Some(y.clone());
    }
    let one = Polynomial::number(1);
    let zero = Condition::compare(WordComparison::Equal, y.clone(), Polynomial::default());
    let (none, some) = (vec![y.scaled(-1)?], vec![y.clone().shifted(-1)]);
    if let Some(known) = made(words, &zero, &[(&one, none.clone()), (y, some.clone())]) {
        return Some(known);
    }
    let most = words.space.range(y).1.max(1);
    let made = words.space.atom((1, most), Reach::Lane);
    words.space.learn(made.minus(y));
    words.is_choice(&made, vec![case(none, &one, (1, 1)), case(some, y, (1, most))]);
    Some(made)
}

/// The first of two words where a condition holds, else the second.
pub(super) fn either(words: &mut Words<'_>, condition: &Condition, a: &Polynomial, b: &Polynomial) -> Polynomial {
    if let Condition::Known(truth) = condition {
        return if *truth { a.clone() } else { b.clone() };
    }
    if a == b || words.residue(a) == words.residue(b) {
        return a.clone();
    }
    let known = known(words, condition);
    if let Some(known) = known {
        return if known { a.clone() } else { b.clone() };
    }
    if let Some(made) = made_before(words, condition, a, b) {
        return made;
    }
    let (x, y) = (exact(words, a, false), exact(words, b, false));
    let (p, q) = (words.space.range(&x), words.space.range(&y));
    let made = words.space.atom((p.0.min(q.0), p.1.max(q.1)), Reach::Lane);
    let facts = |truth| condition.facts(truth).unwrap_or_default();
    let cases = vec![case(facts(true), &x, p), case(facts(false), &y, q)];
    words.is_choice(&made, cases);
    made
}

/// The same, if the kernel has made that choice.
pub(super) fn made_before(
    words: &mut Words<'_>,
    condition: &Condition,
    a: &Polynomial,
    b: &Polynomial,
) -> Option<Polynomial> {
    let facts = |truth| condition.facts(truth);
    let ways = [(a, facts(true).unwrap_or_default()), (b, facts(false).unwrap_or_default())];
    found(words, condition, &ways, [true, false].map(|truth| facts(truth).is_some()))
}

/// The truth of a condition, where it is shown.
fn known(words: &mut Words<'_>, condition: &Condition) -> Option<bool> {
    [true, false].into_iter().find(|truth| {
        let facts = condition.facts(*truth);
        facts.is_some_and(|facts| facts.iter().all(|fact| words.space.soon_natural(fact)))
    })
}

/// A value where facts hold.
fn case(facts: Vec<Polynomial>, value: &Polynomial, range: (i128, i128)) -> Case {
    Case { facts, rules: Vec::new(), when: None, value: value.clone(), range }
}

/// A value, and sums of which each is at least 0 where it is right.
type Way<'w> = (&'w Polynomial, Vec<Polynomial>);

/// A choice that the kernel has made between two values, each taken only where it is right.
fn made(words: &mut Words<'_>, condition: &Condition, ways: &[Way<'_>; 2]) -> Option<Polynomial> {
    found(words, condition, ways, [true; 2])
}

/// The same; where facts of a way do not say all, the condition has to be seen.
fn found(words: &mut Words<'_>, condition: &Condition, ways: &[Way<'_>; 2], judged: [bool; 2]) -> Option<Polynomial> {
    let values = [words.residue(ways[0].0), words.residue(ways[1].0)];
    let alike = |words: &Words<'_>, cases: &[Case]| match cases {
        [a, b] => {
            let (a, b) = (words.residue(&a.value), words.residue(&b.value));
            (a == values[0] && b == values[1]) || (a == values[1] && b == values[0])
        }
        _ => false,
    };
    words.space.spend(words.chosen.len());
    let all = words.chosen.iter().rev().copied();
    let found = all.filter(|atom| words.choices.get(atom).is_some_and(|cases| alike(words, cases)));
    let found: Vec<Atom> = found.take(MAX_ALIKE).collect();
    let atom = found.into_iter().find(|atom| {
        let cases = words.choices.get(atom).cloned().unwrap_or_default();
        cases.into_iter().all(|case| {
            let first = words.residue(&case.value) == values[0];
            let [(_, yes), (_, no)] = ways;
            let (facts, judged) = if first { (yes, judged[0]) } else { (no, judged[1]) };
            if let Some((value, truth)) = case.when
                && let Some(same) = condition.is(words, value)
            {
                return (same == truth) == first;
            }
            let scope = words.mark();
            case.facts.into_iter().for_each(|fact| words.space.learn(Some(fact)));
            let right = judged && facts.iter().all(|fact| words.space.soon_natural(fact));
            words.restore(scope);
            right
        })
    })?;
    Some(words.space.normal(Polynomial::atom(atom)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Kernel;

    #[test]
    fn a_choice_is_made_once() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let (x, y) = (words.unknown(Reach::Dispatch), words.unknown(Reach::Dispatch));
        let lesser = least(&mut words, &x, &y, false).unwrap();
        assert_eq!(least(&mut words, &y, &x, false), Some(lesser.clone()));
        let greater = greatest(&mut words, &x, &y, false).unwrap();
        assert_ne!(greater, lesser);
        let sign = |words: &mut Words<'_>, a: &Polynomial, b: &Polynomial| words.space.natural(&a.minus(b).unwrap());
        assert!(sign(&mut words, &x, &lesser) && sign(&mut words, &greater, &y));
        assert!(!sign(&mut words, &lesser, &x) && !sign(&mut words, &y, &greater));
        assert_eq!(least(&mut words, &x, &x.clone().shifted(3), false), Some(x.clone()));
        let divisor = not_zero(&mut words, &x).unwrap();
        assert_eq!(not_zero(&mut words, &x), Some(divisor.clone()));
        assert!(words.space.positive(&divisor) && !words.space.positive(&x));
        assert_eq!(not_zero(&mut words, &divisor), Some(divisor));
    }

    #[test]
    fn what_wraps_is_the_same_wherever_it_is_made() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let n = words.unknown(Reach::Dispatch);
        let product = n.scaled(4400).unwrap();
        let most = Polynomial::number(65535);
        let scope = words.mark();
        let word = exact(&mut words, &product, false);
        words.restore(scope);
        let lesser = least(&mut words, &word, &most, false).unwrap();
        let again = exact(&mut words, &product, false);
        assert_eq!(least(&mut words, &again, &most, false), Some(lesser.clone()));
        let other = exact(&mut words, &n.scaled(4401).unwrap(), false);
        assert_ne!(least(&mut words, &other, &most, false), Some(lesser.clone()));
        // As signed words others are the lesser ones.
        let signed = exact(&mut words, &product, true);
        assert_ne!(least(&mut words, &signed, &most, true), Some(lesser));
    }

    /// What is known where a choice was made may not hold elsewhere.
    #[test]
    fn a_choice_of_another_place_is_another_one() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let (x, y) = (words.unknown(Reach::Dispatch), words.unknown(Reach::Dispatch));
        let scope = words.mark();
        words.space.learn(Some(x.clone().shifted(-100)));
        words.space.learn(Some(y.clone().shifted(-100)));
        let lesser = least(&mut words, &x, &y, false).unwrap();
        assert_eq!(least(&mut words, &x, &y, false), Some(lesser.clone()));
        words.restore(scope);
        let other = least(&mut words, &x, &y, false).unwrap();
        assert_ne!(other, lesser);
        assert!(words.space.natural(&lesser.shifted(-100)) && !words.space.natural(&other.shifted(-100)));
    }

    #[test]
    fn a_condition_chooses() {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let x = words.unknown(Reach::Dispatch);
        let (one, none) = (Polynomial::number(1), Polynomial::default());
        let below = |most| Condition::compare(WordComparison::Less, x.clone(), Polynomial::number(most));
        let truth = either(&mut words, &below(7), &one, &none);
        assert_eq!(either(&mut words, &below(7), &one, &none), truth);
        assert_ne!(either(&mut words, &below(8), &one, &none), truth);
        assert_ne!(either(&mut words, &below(7), &none, &one), truth);
        assert_eq!(either(&mut words, &Condition::Known(false), &one, &none), none);
        let unknown = either(&mut words, &Condition::Unknown, &one, &none);
        assert_ne!(either(&mut words, &Condition::Unknown, &one, &none), unknown);
    }
}
