//! The whole in the place of its digits: where the rest of `x` by `d` stands, `x - d × q` can stand as well. Digits that
//! were taken for one access may be in the way of another.

use std::rc::Rc;

use super::{
    Table,
    polynomial::{Atom, Polynomial},
    spot::Spot,
    words::Definition,
};
use crate::tree::WordOperator;

/// How many rests are replaced in a sum.
const MAX_RESTS: u32 = 16;

/// What atoms are computed from.
pub(super) type Definitions = Table<Atom, Definition>;

/// If an atom is a rest: what it is the rest of, and by what, and the quotient. The two are made together, the quotient
/// first.
pub(super) fn digits(definitions: &Definitions, rest: Atom) -> Option<(&Polynomial, &Polynomial, Atom)> {
    let Some(Definition::Operation(WordOperator::Remainder, x, by)) = definitions.get(&rest) else { return None };
    let quotient = rest.checked_sub(1)?;
    match definitions.get(&quotient) {
        Some(Definition::Operation(WordOperator::Divide, y, d)) if y == x && d == by => Some((x, by, quotient)),
        _ => None,
    }
}

/// Which rests are replaced.
pub(super) type Which<'w> = &'w dyn Fn(Atom) -> bool;

/// A sum without rests, the newest first.
pub(super) fn whole(definitions: &Definitions, sum: &Polynomial) -> Polynomial {
    without(definitions, sum, &|_| true)
}

/// A sum without some rests, the newest first.
fn without(definitions: &Definitions, sum: &Polynomial, which: Which<'_>) -> Polynomial {
    let mut sum = sum.clone();
    for _ in 0..MAX_RESTS {
        let rest = sum.atoms().filter(|atom| digits(definitions, *atom).is_some() && which(*atom)).max();
        let Some(rest) = rest else { break };
        let other = digits(definitions, rest).and_then(|(x, by, quotient)| {
            let multiple = by.times(&Polynomial::atom(quotient))?;
            sum.replaced(rest, &x.minus(&multiple)?)
        });
        match other {
            Some(other) => sum = other,
            None => break,
        }
    }
    sum
}

/// What atoms are computed from, without rests.
pub(super) fn all(definitions: &Definitions) -> Definitions {
    let made = definitions.iter().map(|(atom, definition)| {
        let whole = |sum: &Polynomial| whole(definitions, sum);
        let made = match definition {
            Definition::Operation(operator, x, y) => Definition::Operation(*operator, whole(x), whole(y)),
            Definition::Word(equal) => Definition::Word(whole(equal)),
            Definition::Signed(equal) => Definition::Signed(whole(equal)),
        };
        (*atom, made)
    });
    made.collect()
}

/// An access without some rests, and the limits of those that stood there among its facts.
pub(super) fn spot(definitions: &Definitions, spot: &Spot, which: Which<'_>) -> Spot {
    let whole = |definitions: &Definitions, sum: &Polynomial| without(definitions, sum, which);
    let mut facts: Vec<Polynomial> = spot.facts.iter().map(|fact| whole(definitions, fact)).collect();
    let sums = || std::iter::once(&spot.place).chain(&spot.targets).chain(spot.facts.iter());
    let mut rests: Vec<Atom> = sums().flat_map(Polynomial::atoms).collect();
    rests.sort_unstable();
    rests.dedup();
    for rest in rests {
        if let Some((_, by, _)) = digits(definitions, rest).filter(|_| which(rest)) {
            let rest = whole(definitions, &Polynomial::atom(rest));
            facts.extend(by.minus(&rest).map(|room| whole(definitions, &room.shifted(-1))));
            facts.push(rest);
        }
    }
    Spot {
        place: whole(definitions, &spot.place),
        targets: spot.targets.iter().map(|target| whole(definitions, target)).collect(),
        facts: Rc::new(facts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the atom 1 by 4 the quotient 2 and the rest 3, and of the quotient by 8 the quotient 4 and the rest 5.
    fn definitions() -> Definitions {
        let operation = |operator, x, by| Definition::Operation(operator, Polynomial::atom(x), Polynomial::number(by));
        [
            (2, operation(WordOperator::Divide, 1, 4)),
            (3, operation(WordOperator::Remainder, 1, 4)),
            (4, operation(WordOperator::Divide, 2, 8)),
            (5, operation(WordOperator::Remainder, 2, 8)),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn digits_are_the_whole_again() {
        let four = Polynomial::atom(4).scaled(32).unwrap();
        let digits = four.plus(&Polynomial::atom(5).scaled(4).unwrap()).unwrap().plus(&Polynomial::atom(3)).unwrap();
        assert_eq!(whole(&definitions(), &digits), Polynomial::atom(1));
        assert_ne!(whole(&definitions(), &digits.shifted(1)), Polynomial::atom(1));
    }

    #[test]
    fn a_rest_without_its_quotient_stays() {
        let mut definitions = definitions();
        definitions.remove(&2);
        assert_eq!(whole(&definitions, &Polynomial::atom(3)), Polynomial::atom(3));
    }

    #[test]
    fn a_rest_stays_below_its_divisor() {
        let spot = Spot { place: Polynomial::atom(3), targets: vec![Polynomial::atom(1)], facts: Rc::new(Vec::new()) };
        let whole = super::spot(&definitions(), &spot, &|_| true);
        let rest = Polynomial::atom(1).minus(&Polynomial::atom(2).scaled(4).unwrap()).unwrap();
        assert_eq!(whole.place, rest);
        assert!(whole.facts.contains(&rest));
        assert!(whole.facts.contains(&rest.scaled(-1).unwrap().shifted(3)));
    }
}
