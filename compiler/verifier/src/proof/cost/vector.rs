//! Amounts that depend on numbers of trips. A *product* of such numbers has a factor; a *vector* is a sum of them; a *set*
//! stands for the greatest of its vectors. Work may be made more than it is, a price less, wherever that keeps a set
//! small.

use std::collections::BTreeMap;

/// The number of a symbol: how often a loop of the bound can run.
pub(super) type Symbol = u32;

/// The most products of a vector.
const MAX_PARTS: usize = 64;
/// The most vectors of a set.
const MAX_VECTORS: usize = 32;

/// On which side an amount stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// It may be said to be more.
    Work,
    /// It may be said to be less.
    Price,
}

/// A sum of products of symbols, each with a factor above 0. The empty product is the number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vector(BTreeMap<Vec<Symbol>, u128>);

impl Vector {
    pub(super) fn number(number: u128) -> Vector {
        Vector(if number == 0 { BTreeMap::new() } else { BTreeMap::from([(Vec::new(), number)]) })
    }

    /// The products and their factors.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&[Symbol], u128)> {
        self.0.iter().map(|(product, factor)| (product.as_slice(), *factor))
    }

    pub(super) fn factor(&self, product: &[Symbol]) -> u128 {
        self.0.get(product).copied().unwrap_or(0)
    }

    /// Whether something in it was too much to be followed, so that it stands for any amount of work.
    pub(super) fn is_boundless(&self) -> bool {
        self.0.values().any(|factor| *factor == u128::MAX)
    }

    fn add(&mut self, other: &Vector, side: Side) {
        for (product, factor) in &other.0 {
            let room = self.0.len() < MAX_PARTS;
            match self.0.get_mut(product) {
                Some(sum) => *sum = sum.saturating_add(*factor),
                None if room => drop(self.0.insert(product.clone(), *factor)),
                None if side == Side::Work => drop(self.0.insert(Vec::new(), u128::MAX)),
                None => {}
            }
        }
    }

    fn scaled(self, by: u128) -> Vector {
        let scaled = self.0.into_iter().map(|(product, factor)| (product, factor.saturating_mul(by)));
        Vector(scaled.filter(|(_, factor)| *factor > 0).collect())
    }

    fn times(self, symbol: Symbol) -> Vector {
        let times = self.0.into_iter().map(|(mut product, factor)| {
            let at = product.partition_point(|other| *other <= symbol);
            product.insert(at, symbol);
            (product, factor)
        });
        Vector(times.collect())
    }

    fn is_within(&self, other: &Vector) -> bool {
        self.0.iter().all(|(product, factor)| *factor <= other.factor(product))
    }

    /// Of each product the greater factor.
    fn joined(mut self, other: &Vector) -> Vector {
        for (product, factor) in &other.0 {
            let greater = self.0.entry(product.clone()).or_default();
            *greater = (*greater).max(*factor);
        }
        if self.0.len() > MAX_PARTS { Vector::number(u128::MAX) } else { self }
    }
}

/// How often something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Number(u128),
    Symbol(Symbol),
}

/// The greatest of some vectors; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set(Vec<Vector>);

impl Set {
    pub(super) fn number(number: u128) -> Set {
        Set(vec![Vector::number(number)])
    }

    pub(super) fn vectors(&self) -> &[Vector] {
        &self.0
    }

    /// The sum of two.
    pub(super) fn plus(self, other: &Set, side: Side) -> Set {
        let mut sides = [self, other.clone()];
        if sides[0].0.len() * sides[1].0.len() > MAX_VECTORS {
            let [a, b] = sides;
            let (few, many) = if a.0.len() <= b.0.len() { (a, b) } else { (b, a) };
            sides = [few.single(side), many];
        }
        let [a, b] = sides;
        let sums = a.0.iter().flat_map(|x| {
            b.0.iter().map(|y| {
                let mut sum = x.clone();
                sum.add(y, side);
                sum
            })
        });
        Set::of(sums.collect(), side)
    }

    /// The greater of several; of none, nothing.
    pub(super) fn either(sets: impl IntoIterator<Item = Set>, side: Side) -> Set {
        let mut all = Set::number(0);
        for set in sets {
            all.0.extend(set.0);
            all = Set::of(all.0, side);
        }
        all
    }

    /// The same so many times.
    pub(super) fn repeated(self, times: Times) -> Set {
        let repeated = self.0.into_iter().map(|vector| match times {
            Times::Number(number) => vector.scaled(number),
            Times::Symbol(symbol) => vector.times(symbol),
        });
        Set(repeated.collect())
    }

    /// Vectors without those that others outdo, and not too many.
    fn of(vectors: Vec<Vector>, side: Side) -> Set {
        let mut kept: Vec<Vector> = Vec::with_capacity(vectors.len());
        for vector in vectors {
            if kept.iter().any(|other| vector.is_within(other)) {
                continue;
            }
            kept.retain(|other| !other.is_within(&vector));
            kept.push(vector);
        }
        let set = Set(kept);
        if set.0.len() <= MAX_VECTORS {
            return set;
        }
        match side {
            Side::Work => set.single(side),
            Side::Price => Set(set.0.into_iter().take(MAX_VECTORS).collect()),
        }
    }

    fn single(self, side: Side) -> Set {
        let single = match side {
            Side::Work => self.0.into_iter().reduce(|a, b| a.joined(&b)),
            Side::Price => Some(Set::mean(&self.0)),
        };
        Set(vec![single.unwrap_or_default()])
    }

    /// What the greatest of some vectors is never below.
    fn mean(vectors: &[Vector]) -> Vector {
        let mut sum = Vector::default();
        vectors.iter().for_each(|vector| sum.add(vector, Side::Price));
        let count = vectors.len().max(1) as u128;
        Vector(sum.0.into_iter().map(|(product, factor)| (product, factor / count)).collect())
    }

    /// The least factor, in thousandths, with which this price pays for some work, of which so much is free. None if
    /// none does: the work has a product that the price has not.
    pub(super) fn pays(&self, work: &Vector, free: u128) -> Option<u128> {
        let mean = Set::mean(&self.0);
        self.0.iter().chain([&mean]).filter_map(|price| factor(work, price, free)).min()
    }
}

fn factor(work: &Vector, price: &Vector, free: u128) -> Option<u128> {
    let mut most = 0;
    for (product, amount) in work.parts() {
        let amount = if product.is_empty() { amount.saturating_sub(free) } else { amount };
        let paid = price.factor(product);
        match amount {
            0 => {}
            _ if paid == 0 || amount > u128::MAX / 1000 => return None,
            _ => most = most.max((amount * 1000).div_ceil(paid)),
        }
    }
    Some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[(u128, &[Symbol])]) -> Set {
        let mut vector = Vector::default();
        for (factor, product) in numbers {
            vector.add(&Vector(BTreeMap::from([(product.to_vec(), *factor)])), Side::Work);
        }
        Set(vec![vector])
    }

    #[test]
    fn a_nest_is_a_product_and_a_sequence_a_sum() {
        let inner = Set::number(3).repeated(Times::Symbol(7));
        let outer = inner.plus(&Set::number(2), Side::Work).repeated(Times::Number(5)).repeated(Times::Symbol(1));
        assert_eq!(outer, set(&[(15, &[1, 7]), (10, &[1])]));
        let twice = outer.clone().plus(&outer, Side::Work);
        assert_eq!(twice, set(&[(30, &[1, 7]), (20, &[1])]));
    }

    #[test]
    fn a_choice_keeps_what_is_not_outdone() {
        let (small, large, other) = (set(&[(3, &[]), (1, &[4])]), set(&[(3, &[]), (2, &[4])]), set(&[(9, &[])]));
        let all = Set::either([small, large.clone(), other.clone()], Side::Work);
        assert_eq!(all.vectors().len(), 2);
        assert_eq!(Set::either([], Side::Work), Set::number(0));
        // Each alternative of the work is paid by one of the price.
        assert_eq!(all.vectors().iter().map(|vector| all.pays(vector, 0)).max(), Some(Some(1000)));
        assert_eq!(large.pays(&other.vectors()[0], 0), Some(3000));
        assert_eq!(other.pays(&large.vectors()[0], 0), None);
        assert_eq!(large.pays(&other.vectors()[0], 6), Some(1000));
    }

    #[test]
    fn what_is_too_much_is_more_as_work_and_less_as_a_price() {
        let many = |side| {
            (0..100).fold(Set::number(0), |sum, symbol| sum.plus(&Set::number(1).repeated(Times::Symbol(symbol)), side))
        };
        assert!(many(Side::Work).vectors()[0].is_boundless());
        assert_eq!(many(Side::Price).vectors()[0].parts().count(), MAX_PARTS);
        let branches = |side| {
            (0..20).fold(Set::number(0), |sum, symbol| {
                let one = |by: Symbol| Set::number(4).repeated(Times::Symbol(2 * symbol + by));
                sum.plus(&Set::either([one(0), one(1)], side), side)
            })
        };
        let (work, price) = (branches(Side::Work), branches(Side::Price));
        assert!(work.vectors().len() <= MAX_VECTORS && price.vectors().len() <= MAX_VECTORS);
        // Of the last branches a half of each alternative, at the worst.
        assert!(work.vectors().iter().all(|vector| price.pays(vector, 0).is_some_and(|factor| factor <= 4000)));
    }

    #[test]
    fn nothing_overflows() {
        let most = Set::number(u128::MAX).repeated(Times::Number(u128::MAX)).plus(&Set::number(1), Side::Work);
        assert!(most.vectors()[0].is_boundless());
        assert_eq!(Set::number(1).pays(&most.vectors()[0], 1 << 20), None);
    }
}
