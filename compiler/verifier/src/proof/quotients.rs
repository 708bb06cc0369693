//! Quotients and rests of exact words, and masks, which are rests as well. What is divided is the sum of its digits, and
//! where it is an atom these stand for it.

use super::{
    polynomial::{Atom, Monomial, Polynomial},
    space::{Reach, common_divisor},
    words::{Definition, Name, TURN, Words},
};
use crate::tree::{Operation, Value, WordOperator};

impl Words<'_> {
    /// `x - (x / d) × d` is the rest.
    pub(super) fn rest(&mut self, x: Value, product: Value) -> Option<Polynomial> {
        let Some(Operation::Word(WordOperator::Multiply, a, b)) = self.operation(product) else { return None };
        let divisor = [(a, b), (b, a)].into_iter().find_map(|(quotient, divisor)| {
            let shape = Some(Operation::Word(WordOperator::Divide, x, divisor));
            (self.operation(quotient) == shape).then_some(divisor)
        })?;
        let (x, by) = (self.exact(x), self.exact(divisor));
        self.digits(&x, &by).map(|(_, rest)| rest)
    }

    /// `x - q × d` is the rest, where `q` is the quotient of `x` by `d`.
    pub(super) fn rested(&self, sum: Polynomial) -> Polynomial {
        for (monomial, factor) in sum.varying() {
            for atom in monomial.atoms() {
                let Some(Definition::Operation(WordOperator::Divide, x, by)) = self.definitions.get(&atom) else {
                    continue;
                };
                let Some((_, rest)) = self.named.get(&Name::Digits(x.clone(), by.clone())) else { continue };
                let (x, by) = (self.space.normal(x.clone()), self.space.normal(by.clone()));
                let Some(product) = by.times(&Polynomial::atom(atom)) else { continue };
                let one = product.coefficient(monomial);
                if one == 0 || factor % one != 0 {
                    continue;
                }
                let zero = x.minus(&product).and_then(|zero| zero.minus(rest));
                let other = zero.and_then(|zero| sum.combine(1, &zero, factor / one, &Monomial::ONE));
                if let Some(other) = other
                    && other.terms().len() < sum.terms().len()
                {
                    return other.wrapped();
                }
            }
        }
        sum
    }

    /// A word with a mask of lowest bits, or with the lowest bits masked off.
    pub(super) fn masked(&mut self, x: &Polynomial, mask: &Polynomial) -> Option<Polynomial> {
        let mask = mask.known().filter(|mask| (0..TURN).contains(mask))?;
        let low = if mask & (mask + 1) == 0 { mask + 1 } else { TURN - mask };
        if low & (low - 1) != 0 || low < 1 {
            return None;
        }
        let (_, rest) = self.digits(x, &Polynomial::number(low))?;
        if mask + 1 == low { Some(rest) } else { x.minus(&rest) }
    }

    /// Quotient and rest of exact words. None if the divisor may be zero, or too much would have to be followed.
    pub(super) fn digits(&mut self, x: &Polynomial, by: &Polynomial) -> Option<(Polynomial, Polynomial)> {
        let (x, by) = (&self.space.normal(x.clone()), &self.space.normal(by.clone()));
        if by.known() == Some(1) {
            return Some((x.clone(), Polynomial::default()));
        }
        let [(monomial, factor)] = by.terms() else { return self.new_digits(x, by) };
        if *factor < 1 {
            return None;
        }
        let (quotient, rest) = x.split(monomial, *factor);
        let below = by.minus(&rest)?.shifted(-1);
        if self.space.soon_natural(&rest) && self.space.soon_natural(&below) {
            return Some((quotient, rest));
        }
        if quotient != Polynomial::default() && self.space.soon_natural(&rest) {
            let (more, rest) = self.new_digits(&rest, by)?;
            return Some((quotient.plus(&more)?, rest));
        }
        // `(c × y + r) / (c × d)` is `y / d`.
        if let Some(number) = by.known() {
            let mut factors: Vec<i128> =
                x.varying().iter().map(|(_, factor)| common_divisor(*factor, number)).collect();
            factors.sort_unstable();
            factors.dedup();
            for factor in factors.into_iter().filter(|factor| *factor > 1 && *factor < number) {
                let (inner, rest) = x.split(&Monomial::ONE, factor);
                let below = rest.scaled(-1)?.shifted(factor - 1);
                if self.space.soon_natural(&rest) && self.space.soon_natural(&below) && self.space.soon_natural(&inner)
                {
                    let (quotient, upper) = self.digits(&inner, &Polynomial::number(number / factor))?;
                    return Some((quotient, upper.scaled(factor)?.plus(&rest)?));
                }
            }
        }
        self.new_digits(x, by)
    }

    fn new_digits(&mut self, x: &Polynomial, by: &Polynomial) -> Option<(Polynomial, Polynomial)> {
        let name = Name::Digits(x.clone(), by.clone());
        if let Some(known) = self.named.get(&name) {
            return Some(known.clone());
        }
        if by.known().is_none_or(|by| by < 1) && !self.space.positive(by) {
            return None;
        }
        let ((_, most), (least, largest)) = (self.space.range(x), self.space.range(by));
        let reach = self.space.reach(x).max(self.space.reach(by));
        let quotient = self.space.atom((0, most.max(0) / least.max(1)), reach);
        let rest = self.space.atom((0, (largest - 1).max(0).min(most.max(0))), reach);
        let sum = quotient.times(by).and_then(|product| product.plus(&rest))?;
        self.space.suggest(&quotient, |at| at(x)?.checked_div_euclid(at(by)?));
        self.space.suggest(&rest, |at| at(x)?.checked_rem_euclid(at(by)?));
        // What is below a multiple of the divisor has a quotient below the factor.
        let below = self.space.below_multiple(x, by);
        let replaceable = |atom: &Atom| {
            let itself = sum.atoms().any(|other| other == *atom);
            !itself && !self.choices.contains_key(atom) && self.space.reach_of(*atom) > Reach::Dispatch
        };
        let replaced = match x.single().filter(replaceable) {
            Some(atom) => self.space.replace(atom, &sum),
            None => false,
        };
        if !replaced {
            self.space.equal(x, &sum);
        }
        self.space.learn(by.minus(&rest).map(|sum| sum.shifted(-1)));
        if by.known().is_none() {
            self.space.learn(quotient.times(by).and_then(|product| product.minus(&quotient)));
        }
        for factor in below {
            self.space.learn(factor.minus(&quotient).map(|sum| sum.shifted(-1)));
        }
        for (made, operator) in [(&quotient, WordOperator::Divide), (&rest, WordOperator::Remainder)] {
            let atom = made.single();
            self.definitions.extend(atom.map(|atom| (atom, Definition::Operation(operator, x.clone(), by.clone()))));
        }
        self.named.insert(name.clone(), (quotient.clone(), rest.clone()));
        self.names.push(name);
        Some((quotient, rest))
    }
}
