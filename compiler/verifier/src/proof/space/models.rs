//! What could be: *models*, numbers for all atoms that lie in their ranges and keep all facts. A search finds only what is
//! so in every model. So what is not so in one of them has no proof, and none is searched for; and no bound is better than
//! what a model shows. Models spare searches, and end none that would have found something.
//!
//! A model that a fact ends goes on where that fact is forgotten. A model that is changed (`revise`) so that it keeps all
//! facts of a scope keeps those around it as well.

mod revise;

use super::{Mark, Range, Space};
use crate::proof::polynomial::{Atom, Polynomial};

/// How many models there are.
const MODELS: usize = 8;
/// An atom without a number.
const NONE: i64 = i64::MIN;

/// How much was known: the numbers of facts and of replacements.
type Known = (usize, usize);

/// Numbers for atoms.
pub(super) struct Models {
    /// For each atom its number in each model.
    numbers: Vec<[i64; MODELS]>,
    /// Where a model ended, what was known before.
    ended: [Option<Known>; MODELS],
    random: u64,
}

impl Models {
    /// Models of the one atom that is none.
    pub(super) fn new() -> Models {
        Models { numbers: vec![[0; MODELS]], ended: [None; MODELS], random: 0x9e37_79b9_7f4a_7c15 }
    }

    fn lives(&self, model: usize) -> bool {
        self.ended.get(model) == Some(&None)
    }

    fn living(&self) -> impl Iterator<Item = usize> + use<> {
        let ended = self.ended;
        ended.into_iter().enumerate().filter(|(_, ended)| ended.is_none()).map(|(model, _)| model)
    }

    /// A number below another, always the same ones in the same order.
    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below.max(1)
    }

    /// Numbers for a new atom: of some models the least, of others small ones, of others any.
    pub(super) fn add(&mut self, (low, high): Range) {
        let mut numbers = [NONE; MODELS];
        if let (Ok(low), Ok(high)) = (i64::try_from(low), i64::try_from(high))
            && NONE < low
            && low <= high
        {
            let count = high.abs_diff(low).saturating_add(1);
            for (model, number) in numbers.iter_mut().enumerate() {
                let above = match model % 4 {
                    0 => 0,
                    1 => self.random(count.min(4)),
                    2 => self.random(count.min(64)),
                    _ => self.random(count),
                };
                *number = low.saturating_add_unsigned(above).min(high);
            }
        }
        self.numbers.push(numbers);
    }

    fn number(&self, model: usize, atom: Atom) -> Option<i64> {
        let number = self.numbers.get(atom as usize)?.get(model)?;
        (*number != NONE).then_some(*number)
    }

    fn set(&mut self, model: usize, atom: Atom, number: i64) {
        if let Some(slot) = self.numbers.get_mut(atom as usize).and_then(|numbers| numbers.get_mut(model)) {
            *slot = number;
        }
    }

    fn end(&mut self, model: usize, known: Known) {
        if let Some(ended) = self.ended.get_mut(model) {
            *ended = Some(known);
        }
    }

    /// A model that had ended lives again.
    fn forget_end(&mut self, model: usize) {
        if let Some(ended) = self.ended.get_mut(model) {
            *ended = None;
        }
    }

    /// No more is known than this: models that ended later go on.
    pub(super) fn forget(&mut self, (facts, replacements): Known) {
        for ended in &mut self.ended {
            if ended.is_some_and(|known| known.0 >= facts && known.1 >= replacements) {
                *ended = None;
            }
        }
    }
}

impl Space {
    /// Gives a new atom the numbers that are made of those of others, where these have some.
    pub(in crate::proof) fn suggest(
        &mut self,
        atom: &Polynomial,
        make: impl Fn(&dyn Fn(&Polynomial) -> Option<i128>) -> Option<i128>,
    ) {
        let Some(atom) = atom.single() else { return };
        let (low, high) = self.range_of(atom);
        for model in 0..MODELS {
            let made = make(&|sum| self.at(model, sum));
            if let Some(Ok(number)) = made.map(|number| i64::try_from(number.max(low).min(high))) {
                self.models.set(model, atom, number);
            }
        }
    }

    /// What a sum is in a model.
    fn at(&self, model: usize, sum: &Polynomial) -> Option<i128> {
        sum.terms().iter().try_fold(0i128, |total, (monomial, factor)| {
            let product = monomial.atoms().try_fold(*factor, |product, atom| {
                // What replaces an atom stands for it.
                let value = match self.replaced(atom) {
                    Some(by) => self.at(model, by)?,
                    None => self.models.number(model, atom)?.into(),
                };
                product.checked_mul(value)
            });
            total.checked_add(product?)
        })
    }

    /// What a sum is in each model, where that is in 64 bits all along.
    fn at_all(&self, sum: &Polynomial) -> [Option<i64>; MODELS] {
        let (mut totals, mut none) = ([0i64; MODELS], [false; MODELS]);
        for (monomial, factor) in sum.terms() {
            let Ok(factor) = i64::try_from(*factor) else { return [None; MODELS] };
            let mut products = [factor; MODELS];
            for atom in monomial.atoms() {
                let numbers = self.models.numbers.get(atom as usize).filter(|_| self.replaced(atom).is_none());
                let Some(numbers) = numbers else { return [None; MODELS] };
                for ((product, none), number) in products.iter_mut().zip(&mut none).zip(numbers) {
                    let (made, over) = product.overflowing_mul(*number);
                    *product = made;
                    *none |= over || *number == NONE;
                }
            }
            for ((total, none), product) in totals.iter_mut().zip(&mut none).zip(products) {
                let (sum, over) = total.overflowing_add(product);
                *total = sum;
                *none |= over;
            }
        }
        let mut none = none.into_iter();
        totals.map(|total| none.next().is_some_and(|none| !none).then_some(total))
    }

    /// What a sum is in each model that lives.
    fn in_models(&self, sum: &Polynomial) -> impl Iterator<Item = (usize, i128)> + use<'_> {
        let all = self.at_all(sum);
        let sum = sum.clone();
        self.models.living().filter_map(move |model| {
            let value = all.get(model).copied().flatten().map(i128::from);
            Some((model, value.or_else(|| self.at(model, &sum))?))
        })
    }

    fn keeps(&self, model: usize, sum: &Polynomial) -> bool {
        self.at(model, sum).is_some_and(|value| value >= 0)
    }

    fn keeps_fact(&self, model: usize, fact: u32) -> bool {
        self.facts.get(fact as usize).is_some_and(|fact| self.keeps(model, fact))
    }

    /// A fact was learnt, or changed: models that do not keep it are changed a little, or end until no more is known than
    /// before.
    pub(super) fn judge_models(&mut self, fact: u32, before: Known) {
        let Some(sum) = self.facts.get(fact as usize) else { return };
        let kept = self.at_all(sum).map(|value| value.is_some_and(|value| value >= 0));
        for model in self.models.living() {
            if kept.get(model) == Some(&true) || self.keeps_fact(model, fact) || self.mend(model, fact) {
                continue;
            }
            self.models.end(model, before);
            if self.models.living().next().is_none() {
                self.renew(model);
            }
        }
    }

    /// A replacement has ended: the atom is what replaced it, in models that lived with it.
    pub(super) fn restore_in_models(&mut self, atom: Atom, by: &Polynomial) {
        for model in 0..MODELS {
            let ended = self.models.ended.get(model).copied().flatten();
            if ended.is_some_and(|(_, replacements)| replacements <= self.replacements.len()) {
                continue;
            }
            match self.at(model, by).and_then(|value| i64::try_from(value).ok()) {
                Some(number) => self.models.set(model, atom, number),
                None => self.models.end(model, (0, 0)),
            }
        }
    }

    /// Whether no model lives, but one did at a mark.
    pub(super) fn models_ended(&self, mark: Mark) -> bool {
        let since = |ended: &Option<Known>| {
            ended.is_some_and(|(facts, replacements)| facts >= mark.facts && replacements >= mark.replacements)
        };
        self.models.living().next().is_none() && self.models.ended.iter().any(since)
    }

    /// Whether a sum is below 0 in some model.
    pub(super) fn refuted(&self, sum: &Polynomial) -> bool {
        self.in_models(sum).any(|(_, value)| value < 0)
    }

    /// The least and the most that a sum is in a model.
    pub(in crate::proof) fn seen(&self, sum: &Polynomial) -> Option<Range> {
        self.in_models(sum).fold(None, |ends, (_, value)| match ends {
            Some((least, most)) => Some((value.min(least), value.max(most))),
            None => Some((value, value)),
        })
    }
}

#[cfg(test)]
mod tests;
