//! Sums of multiples of atoms, in exact integers: what is proven of indices is proven of these.

/// The index of an atom: a value that the proofs know by its range and by what it is compared with.
pub(super) type Atom = u32;

/// Sums of more terms, or with larger numbers, count as unknown.
const MAX_TERMS: usize = 12;
const MAX_NUMBER: u128 = 1 << 100;

/// `constant + Σ coefficient × atom`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Linear {
    pub(super) constant: i128,
    /// In the order of the atoms; no coefficient is zero.
    pub(super) terms: Vec<(Atom, i128)>,
}

impl Linear {
    pub(super) fn number(constant: i128) -> Linear {
        Linear { constant, terms: Vec::new() }
    }

    pub(super) fn atom(atom: Atom) -> Linear {
        Linear { constant: 0, terms: vec![(atom, 1)] }
    }

    /// The number that it is.
    pub(super) fn known(&self) -> Option<i128> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// How often an atom is in it.
    pub(super) fn coefficient(&self, atom: Atom) -> i128 {
        let found = self.terms.binary_search_by_key(&atom, |(atom, _)| *atom);
        found.map_or(0, |i| self.terms[i].1)
    }

    /// `self × a + other × b`; None if that is too large to be worth following.
    pub(super) fn combine(&self, a: i128, other: &Linear, b: i128) -> Option<Linear> {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut left, mut right) = (self.terms.as_slice(), other.terms.as_slice());
        loop {
            let (atom, x, y) = match (left.split_first(), right.split_first()) {
                (Some(((p, x), l)), Some(((q, y), r))) if p == q => {
                    (left, right) = (l, r);
                    (*p, *x, *y)
                }
                (Some(((p, x), l)), q) if q.is_none_or(|((q, _), _)| p < q) => {
                    left = l;
                    (*p, *x, 0)
                }
                (_, Some(((q, y), r))) => {
                    right = r;
                    (*q, 0, *y)
                }
                _ => break,
            };
            let sum = scaled(x, a)?.checked_add(scaled(y, b)?)?;
            if sum != 0 {
                terms.push((atom, sum));
            }
        }
        let constant = scaled(self.constant, a)?.checked_add(scaled(other.constant, b)?)?;
        (terms.len() <= MAX_TERMS).then_some(Linear { constant, terms })
    }

    pub(super) fn plus(&self, other: &Linear) -> Option<Linear> {
        self.combine(1, other, 1)
    }

    pub(super) fn minus(&self, other: &Linear) -> Option<Linear> {
        self.combine(1, other, -1)
    }

    pub(super) fn times(&self, factor: i128) -> Option<Linear> {
        self.combine(factor, &Linear::default(), 0)
    }

    pub(super) fn shifted(mut self, by: i128) -> Linear {
        self.constant += by;
        self
    }
}

fn scaled(number: i128, factor: i128) -> Option<i128> {
    number.checked_mul(factor).filter(|product| product.unsigned_abs() <= MAX_NUMBER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_the_order_of_atoms_and_drop_zeros() {
        let a = Linear::atom(1).combine(2, &Linear::atom(4), 1).unwrap().shifted(7);
        let b = Linear::atom(2).combine(1, &Linear::atom(4), -1).unwrap();
        let sum = a.plus(&b).unwrap();
        assert_eq!(sum, Linear { constant: 7, terms: vec![(1, 2), (2, 1)] });
        assert_eq!((sum.coefficient(2), sum.coefficient(4)), (1, 0));
        assert_eq!(a.minus(&a).unwrap(), Linear::number(0));
    }

    #[test]
    fn what_grows_too_large_is_given_up() {
        assert_eq!(Linear::number(1 << 90).times(1 << 20), None);
    }
}
