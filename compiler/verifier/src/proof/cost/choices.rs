//! The lesser of two numbers, and a divisor that is not zero. The kernel has made most of them before, as choices; where
//! it has, they are the same ones.

use super::super::{
    choice::Case,
    polynomial::{Atom, Polynomial},
    space::{Range, Reach},
    words::Words,
};

/// How many choices with the right values are looked at.
const MAX_ALIKE: usize = 4;

/// The lesser of two.
pub(super) fn least(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial) -> Option<Polynomial> {
    ordered(words, x, y, 1)
}

/// The greater of two.
pub(super) fn greatest(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial) -> Option<Polynomial> {
    ordered(words, x, y, -1)
}

fn ordered(words: &mut Words<'_>, x: &Polynomial, y: &Polynomial, sign: i128) -> Option<Polynomial> {
    let (x_first, y_first) = (y.minus(x)?.scaled(sign)?, x.minus(y)?.scaled(sign)?);
    if words.space.soon_natural(&x_first) {
        return Some(x.clone());
    }
    if words.space.soon_natural(&y_first) {
        return Some(y.clone());
    }
    let holds = |words: &mut Words<'_>, value: &Polynomial| {
        words.space.soon_natural(if value == x { &x_first } else { &y_first })
    };
    if let Some(known) = made(words, [x, y], holds) {
        return Some(known);
    }
    let (a, b) = (words.space.range(x), words.space.range(y));
    let range = if sign > 0 { (a.0.min(b.0), a.1.min(b.1)) } else { (a.0.max(b.0), a.1.max(b.1)) };
    let made = words.space.atom(range, Reach::Lane);
    for value in [x, y] {
        words.space.learn(value.minus(&made).and_then(|distance| distance.scaled(sign)));
    }
    words.choices.insert(made.single()?, vec![case(&x_first, x, a), case(&y_first, y, b)]);
    Some(made)
}

/// A number that is at least 0, or 1 in the place of 0: a kernel divides by no zero, but traps.
pub(super) fn not_zero(words: &mut Words<'_>, y: &Polynomial) -> Option<Polynomial> {
    if words.space.positive(y) {
        return Some(y.clone());
    }
    let one = Polynomial::number(1);
    let (some, none) = (y.clone().shifted(-1), y.scaled(-1)?);
    let holds =
        |words: &mut Words<'_>, value: &Polynomial| words.space.soon_natural(if value == y { &some } else { &none });
    if let Some(known) = made(words, [&one, y], holds) {
        return Some(known);
    }
    let most = words.space.range(y).1.max(1);
    let made = words.space.atom((1, most), Reach::Lane);
    words.space.learn(made.minus(y));
    words.choices.insert(made.single()?, vec![case(&none, &one, (1, 1)), case(&some, y, (1, most))]);
    Some(made)
}

/// A value where a fact holds.
fn case(fact: &Polynomial, value: &Polynomial, range: Range) -> Case {
    Case { facts: vec![fact.clone()], rules: Vec::new(), when: None, value: value.clone(), range }
}

/// A choice between two values of which each is taken only where it holds.
fn made(
    words: &mut Words<'_>,
    values: [&Polynomial; 2],
    holds: impl Fn(&mut Words<'_>, &Polynomial) -> bool,
) -> Option<Polynomial> {
    let alike = |cases: &[Case]| match cases {
        [a, b] => [&a.value, &b.value] == values || [&b.value, &a.value] == values,
        _ => false,
    };
    let mut found: Vec<Atom> = words.choices.iter().filter(|(_, cases)| alike(cases)).map(|(atom, _)| *atom).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let atom = found.into_iter().take(MAX_ALIKE).find(|atom| {
        let cases = words.choices.get(atom).cloned().unwrap_or_default();
        cases.into_iter().all(|case| {
            let scope = words.mark();
            case.facts.into_iter().for_each(|fact| words.space.learn(Some(fact)));
            let right = holds(words, &case.value);
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
        let lesser = least(&mut words, &x, &y).unwrap();
        assert_eq!(least(&mut words, &y, &x), Some(lesser.clone()));
        let greater = greatest(&mut words, &x, &y).unwrap();
        assert_ne!(greater, lesser);
        let sign = |words: &mut Words<'_>, a: &Polynomial, b: &Polynomial| words.space.natural(&a.minus(b).unwrap());
        assert!(sign(&mut words, &x, &lesser) && sign(&mut words, &greater, &y));
        assert!(!sign(&mut words, &lesser, &x) && !sign(&mut words, &y, &greater));
        assert_eq!(least(&mut words, &x, &x.clone().shifted(3)), Some(x.clone()));
        let divisor = not_zero(&mut words, &x).unwrap();
        assert_eq!(not_zero(&mut words, &x), Some(divisor.clone()));
        assert!(words.space.positive(&divisor) && !words.space.positive(&x));
        assert_eq!(not_zero(&mut words, &divisor), Some(divisor));
    }
}
