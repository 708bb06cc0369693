//! Polynomials over *atoms*, values without a number, with exact integer coefficients. Word arithmetic is a ring, so a
//! word that is made by sums and products is its polynomial modulo 2^32, whatever wraps on the way.

use super::space::common_divisor;

/// The number of an atom. Zero is none.
pub(super) type Atom = u32;

/// The most atoms in a product.
const MAX_DEGREE: usize = 6;
/// Polynomials with more terms are not followed.
const MAX_TERMS: usize = 24;
/// Nor are those with larger coefficients.
const MAX_NUMBER: i128 = 1 << 90;

/// A product of atoms, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Monomial([Atom; MAX_DEGREE]);

impl Monomial {
    /// The empty product.
    pub(super) const ONE: Monomial = Monomial([0; MAX_DEGREE]);

    pub(super) fn atom(atom: Atom) -> Monomial {
        {
            let mut product = [0; MAX_DEGREE];
            product[0] = atom;
            Monomial(product)
        }
    }

    /// Its atoms, each as often as it occurs.
    pub(super) fn atoms(&self) -> impl Iterator<Item = Atom> + '_ {
        self.0.iter().copied().take_while(|atom| *atom != 0)
    }

    pub(super) fn degree(&self) -> usize {
        self.atoms().count()
    }

    pub(super) fn has(&self, atom: Atom) -> bool {
        self.0.contains(&atom)
    }

    /// The product; None if it has too many atoms.
    pub(super) fn times(&self, other: &Monomial) -> Option<Monomial> {
        let mut product = [0; MAX_DEGREE];
        let (mut left, mut right) = (self.atoms().peekable(), other.atoms().peekable());
        for slot in &mut product {
            let next = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a < b => right.next(),
                (Some(_), _) => left.next(),
                (None, _) => right.next(),
            };
            *slot = next.unwrap_or(0);
        }
        (left.next().is_none() && right.next().is_none()).then_some(Monomial(product))
    }

    /// What is left of it without another; None if that is not in it.
    pub(super) fn without(&self, other: &Monomial) -> Option<Monomial> {
        let mut rest = [0; MAX_DEGREE];
        let mut slots = rest.iter_mut();
        let mut taken = other.atoms().peekable();
        for atom in self.atoms() {
            if taken.peek() == Some(&atom) {
                taken.next();
            } else if let Some(slot) = slots.next() {
                *slot = atom;
            }
        }
        taken.next().is_none().then_some(Monomial(rest))
    }

    /// The part of it that is made of some atoms.
    pub(super) fn part(&self, of: impl Fn(Atom) -> bool) -> Monomial {
        let mut part = [0; MAX_DEGREE];
        part.iter_mut().zip(self.atoms().filter(|atom| of(*atom))).for_each(|(slot, atom)| *slot = atom);
        Monomial(part)
    }
}

/// A sum of products with coefficients, none of them zero, in falling order: the constant is last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Polynomial {
    terms: Vec<(Monomial, i128)>,
}

impl Polynomial {
    pub(super) fn number(number: i128) -> Polynomial {
        Polynomial::term(Monomial::ONE, number)
    }

    pub(super) fn atom(atom: Atom) -> Polynomial {
        Polynomial::term(Monomial::atom(atom), 1)
    }

    pub(super) fn term(monomial: Monomial, coefficient: i128) -> Polynomial {
        let terms = if coefficient == 0 { Vec::new() } else { vec![(monomial, coefficient)] };
        Polynomial { terms }
    }

    /// The sum of terms that are in order.
    pub(super) fn of(terms: Vec<(Monomial, i128)>) -> Polynomial {
        Polynomial { terms }
    }

    pub(super) fn terms(&self) -> &[(Monomial, i128)] {
        &self.terms
    }

    /// The constant.
    pub(super) fn constant(&self) -> i128 {
        self.terms.last().filter(|(monomial, _)| *monomial == Monomial::ONE).map_or(0, |(_, number)| *number)
    }

    /// The terms but for the constant.
    pub(super) fn varying(&self) -> &[(Monomial, i128)] {
        match self.terms.split_last() {
            Some(((Monomial::ONE, _), rest)) => rest,
            _ => &self.terms,
        }
    }

    /// The number that it is.
    pub(super) fn known(&self) -> Option<i128> {
        self.varying().is_empty().then(|| self.constant())
    }

    /// The atom that it is.
    pub(super) fn single(&self) -> Option<Atom> {
        match self.terms.as_slice() {
            [(monomial, 1)] if monomial.degree() == 1 => monomial.atoms().next(),
            _ => None,
        }
    }

    pub(super) fn atoms(&self) -> impl Iterator<Item = Atom> + '_ {
        self.terms.iter().flat_map(|(monomial, _)| monomial.atoms())
    }

    pub(super) fn coefficient(&self, monomial: &Monomial) -> i128 {
        let found = self.terms.binary_search_by(|(other, _)| monomial.cmp(other));
        found.ok().and_then(|i| self.terms.get(i)).map_or(0, |(_, coefficient)| *coefficient)
    }

    /// `self × a + other × b × by`; None if that is too large to be worth following.
    pub(super) fn combine(&self, a: i128, other: &Polynomial, b: i128, by: &Monomial) -> Option<Polynomial> {
        let mut right: Vec<(Monomial, i128)> = Vec::with_capacity(other.terms.len());
        for (monomial, coefficient) in &other.terms {
            right.push((monomial.times(by)?, scaled(*coefficient, b)?));
        }
        // Multiplying by one monomial does not keep the order where atoms come between.
        if *by != Monomial::ONE {
            right.sort_unstable_by(|(p, _), (q, _)| q.cmp(p));
        }
        let mut terms = Vec::with_capacity(self.terms.len() + right.len());
        let mut right = right.into_iter().peekable();
        for (monomial, coefficient) in &self.terms {
            while let Some(next) = right.next_if(|(other, _)| other > monomial) {
                terms.push(next);
            }
            let mut sum = scaled(*coefficient, a)?;
            if let Some((_, more)) = right.next_if(|(other, _)| other == monomial) {
                sum = bounded(sum.checked_add(more)?)?;
            }
            terms.push((*monomial, sum));
        }
        terms.extend(right);
        terms.retain(|(_, coefficient)| *coefficient != 0);
        (terms.len() <= MAX_TERMS).then_some(Polynomial { terms })
    }

    pub(super) fn plus(&self, other: &Polynomial) -> Option<Polynomial> {
        self.combine(1, other, 1, &Monomial::ONE)
    }

    pub(super) fn minus(&self, other: &Polynomial) -> Option<Polynomial> {
        self.combine(1, other, -1, &Monomial::ONE)
    }

    pub(super) fn scaled(&self, factor: i128) -> Option<Polynomial> {
        self.combine(factor, &Polynomial::default(), 1, &Monomial::ONE)
    }

    /// The sum with a number. Numbers here are small against what a coefficient may be.
    pub(super) fn shifted(mut self, by: i128) -> Polynomial {
        let sum = self.constant().saturating_add(by);
        if matches!(self.terms.last(), Some((Monomial::ONE, _))) {
            self.terms.pop();
        }
        if sum != 0 {
            self.terms.push((Monomial::ONE, sum));
        }
        self
    }

    pub(super) fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        let mut product = Polynomial::default();
        for (monomial, coefficient) in &other.terms {
            product = product.combine(1, self, *coefficient, monomial)?;
        }
        Some(product)
    }

    /// The same with other atoms in the place of its own; None if a product gets too many.
    pub(super) fn renamed(&self, mut name: impl FnMut(Atom) -> Atom) -> Option<Polynomial> {
        let mut terms = Vec::with_capacity(self.terms.len());
        for (monomial, factor) in &self.terms {
            let mut product = Monomial::ONE;
            for atom in monomial.atoms() {
                product = product.times(&Monomial::atom(name(atom)))?;
            }
            terms.push((product, *factor));
        }
        terms.sort_unstable_by(|(p, _), (q, _)| q.cmp(p));
        Some(Polynomial { terms })
    }

    /// The same with a polynomial in the place of an atom.
    pub(super) fn replaced(&self, atom: Atom, by: &Polynomial) -> Option<Polynomial> {
        let mut result = Polynomial { terms: self.terms.iter().filter(|(m, _)| !m.has(atom)).copied().collect() };
        for (monomial, coefficient) in self.terms.iter().filter(|(m, _)| m.has(atom)) {
            let mut rest = *monomial;
            let mut factor = Polynomial::number(*coefficient);
            while let Some(left) = rest.without(&Monomial::atom(atom)) {
                rest = left;
                factor = factor.times(by)?;
            }
            result = result.combine(1, &factor, 1, &rest)?;
        }
        Some(result)
    }

    /// The least that a sum which is at least 0 is above it, since it is a multiple of a number but for its constant.
    pub(super) fn tightened(self) -> Polynomial {
        let common = self.varying().iter().fold(0, |a, (_, b)| common_divisor(a, *b));
        let rest = if common > 1 { self.constant().rem_euclid(common) } else { 0 };
        if rest == 0 { self } else { self.shifted(-rest) }
    }

    /// Modulo 2^32, with coefficients of the least magnitude.
    pub(super) fn wrapped(mut self) -> Polynomial {
        for (_, coefficient) in &mut self.terms {
            *coefficient = i128::from(*coefficient as i32);
        }
        self.terms.retain(|(_, coefficient)| *coefficient != 0);
        self
    }

    /// Quotient and rest by a multiple of a monomial: what it divides, and the others. Of the constant the rest is
    /// natural.
    pub(super) fn split(&self, by: &Monomial, factor: i128) -> (Polynomial, Polynomial) {
        let (mut quotient, mut rest) = (Polynomial::default(), Polynomial::default());
        for (monomial, coefficient) in &self.terms {
            match monomial.without(by) {
                Some(left) if coefficient % factor == 0 => quotient.terms.push((left, coefficient / factor)),
                Some(left) if *monomial == Monomial::ONE => {
                    let (q, r) = (coefficient.div_euclid(factor), coefficient.rem_euclid(factor));
                    quotient.terms.extend((q != 0).then_some((left, q)));
                    rest.terms.extend((r != 0).then_some((Monomial::ONE, r)));
                }
                _ => rest.terms.push((*monomial, *coefficient)),
            }
        }
        quotient.terms.sort_unstable_by(|(p, _), (q, _)| q.cmp(p));
        (quotient, rest)
    }

    /// The terms of which a monomial says yes, and the others.
    pub(super) fn parted(&self, yes: impl Fn(&Monomial) -> bool) -> (Polynomial, Polynomial) {
        let (yes, no) = self.terms.iter().partition(|(monomial, _)| yes(monomial));
        (Polynomial { terms: yes }, Polynomial { terms: no })
    }
}

fn bounded(number: i128) -> Option<i128> {
    (-MAX_NUMBER..=MAX_NUMBER).contains(&number).then_some(number)
}

fn scaled(number: i128, factor: i128) -> Option<i128> {
    number.checked_mul(factor).and_then(bounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_sums_are_in_order() {
        let (n, i, k) = (Polynomial::atom(1), Polynomial::atom(2), Polynomial::atom(3));
        let place = i.times(&n).unwrap().plus(&k).unwrap().shifted(-1);
        assert_eq!(place.terms().len(), 3);
        assert_eq!(place.constant(), -1);
        assert!(place.terms().windows(2).all(|pair| pair[0].0 > pair[1].0));
        assert_eq!(place.minus(&place).unwrap(), Polynomial::default());
        let (quotient, rest) = place.split(&Monomial::atom(1), 1);
        assert_eq!((quotient, rest), (i, k.shifted(-1)));
    }

    #[test]
    fn an_atom_is_replaced_in_every_power() {
        let square = Polynomial::atom(2).times(&Polynomial::atom(2)).unwrap();
        let replaced = square.replaced(2, &Polynomial::atom(1).shifted(3)).unwrap();
        let (n, one) = (Monomial::atom(1), Monomial::ONE);
        assert_eq!(replaced.coefficient(&n.times(&n).unwrap()), 1);
        assert_eq!((replaced.coefficient(&n), replaced.coefficient(&one)), (6, 9));
    }

    #[test]
    fn what_grows_too_large_is_given_up() {
        assert_eq!(Polynomial::number(1 << 80).scaled(1 << 20), None);
        let x = Polynomial::atom(1);
        let greatest = (1..MAX_DEGREE).try_fold(x.clone(), |product, _| product.times(&x)).unwrap();
        assert_eq!(greatest.times(&x), None);
    }

    #[test]
    fn a_multiple_is_at_least_a_multiple() {
        let sum = |constant| Polynomial::atom(1).scaled(16).unwrap().shifted(constant);
        assert_eq!(sum(-1).tightened(), sum(-16));
        assert_eq!(sum(17).tightened(), sum(16));
        assert_eq!(sum(-32).tightened(), sum(-32));
        let other = sum(-1).plus(&Polynomial::atom(2)).unwrap();
        assert_eq!(other.clone().tightened(), other);
        assert_eq!(Polynomial::number(-3).tightened(), Polynomial::number(-3));
    }

    #[test]
    fn words_wrap() {
        let x = Polynomial::atom(1).scaled(i128::from(u32::MAX)).unwrap().shifted(1 << 32);
        assert_eq!(x.wrapped(), Polynomial::atom(1).scaled(-1).unwrap());
    }
}
