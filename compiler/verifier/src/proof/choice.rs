//! A value that is one of several, by the way that was taken: an atom stands for it, and for each way there is what holds
//! there. A proof may take the ways one by one.

use super::{
    exact::Rule,
    polynomial::{Atom, Polynomial},
    space::{Range, Reach, WORD},
    words::{Definition, Scope, Words},
};
use crate::tree::{Value, WordOperator};

/// The most facts that are kept of a way.
const MAX_CASE_FACTS: usize = 48;

/// What a value is on one of several ways.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) facts: Vec<Polynomial>,
    pub(super) rules: Vec<Rule>,
    pub(super) value: Polynomial,
    /// The range of the value with all that is known on this way.
    pub(super) range: Range,
    /// The condition by which this way is taken, and what it is then.
    pub(super) when: Option<(Value, bool)>,
}

impl Words<'_> {
    pub(super) fn select(&mut self, condition: Value, a: Value, b: Value) -> Polynomial {
        if a == b {
            return self.word(a);
        }
        if let Some((_, truth)) = self.assumed.iter().rev().find(|(assumed, _)| *assumed == condition) {
            return self.word(if *truth { a } else { b });
        }
        let reach = self.truth_reach(condition, 0);
        let mut cases = Vec::new();
        for (truth, value) in [(true, a), (false, b)] {
            let scope = self.mark();
            self.assume(condition, truth);
            if !self.impossible(scope) {
                cases.push(Case { when: Some((condition, truth)), ..self.case(scope, value) });
            }
            self.restore(scope);
        }
        self.choose(cases, reach)
    }

    /// What a value is on the way that is walked since a scope began.
    pub(super) fn case(&mut self, scope: Scope, value: Value) -> Case {
        let value = self.exact(value);
        self.case_of(scope, value)
    }

    pub(super) fn case_of(&mut self, scope: Scope, value: Polynomial) -> Case {
        let range = self.space.range(&value);
        let (mut facts, mut rules) = self.since(scope);
        facts.truncate(MAX_CASE_FACTS);
        rules.truncate(MAX_CASE_FACTS);
        Case { facts, rules, value, range, when: None }
    }

    /// A value that is that of the way that is taken.
    pub(super) fn choose(&mut self, cases: Vec<Case>, reach: Reach) -> Polynomial {
        let Some((first, rest)) = cases.split_first() else { return self.unknown(Reach::Lane) };
        if rest.is_empty() {
            // The other ways are never taken, so what holds on this one holds.
            for fact in &first.facts {
                self.space.learn(Some(fact.clone()));
            }
            self.rules.extend(first.rules.iter().cloned());
            return first.value.clone();
        }
        if rest.iter().all(|case| case.value == first.value) {
            return first.value.clone();
        }
        let low = cases.iter().map(|case| case.range.0).min().unwrap_or(0).max(0);
        let high = cases.iter().map(|case| case.range.1).max().unwrap_or(WORD.1).min(WORD.1).max(low);
        let reach = cases.iter().map(|case| self.space.reach(&case.value)).fold(reach, Reach::max);
        let made = self.space.atom((low, high), reach);
        self.space.suggest(&made, |at| {
            let holds = |case: &&Case| case.facts.iter().all(|fact| at(fact).is_some_and(|fact| fact >= 0));
            at(&cases.iter().find(holds).or(cases.last())?.value)
        });
        self.limit(&made, &cases);
        self.is_choice(&made, cases);
        made
    }

    /// Says that an atom is one of several values.
    pub(super) fn is_choice(&mut self, made: &Polynomial, cases: Vec<Case>) {
        if let Some(atom) = made.single() {
            self.choices.insert(atom, cases);
            self.chosen.push(atom);
        }
    }

    /// A choice in a sum whose condition is known by now, and what it is.
    pub(super) fn decided(&self, sum: &Polynomial) -> Option<(Atom, Polynomial)> {
        let known = |(condition, truth): (Value, bool)| {
            self.assumed.iter().rev().any(|(assumed, is)| *assumed == condition && *is == truth)
        };
        sum.atoms().find_map(|atom| {
            let case = self.choices.get(&atom)?.iter().find(|case| case.when.is_some_and(known))?;
            let value = self.space.normal(case.value.clone());
            let itself = value.atoms().any(|other| other == atom);
            (!itself).then_some((atom, value))
        })
    }

    /// What bounds the value on every way bounds the one that is taken.
    fn limit(&mut self, made: &Polynomial, cases: &[Case]) {
        let values: Vec<Polynomial> =
            cases.iter().map(|case| case.value.clone()).filter(|value| value.known().is_none()).collect();
        // A quotient that is rounded up is no more than what was divided.
        let divided = values.iter().flat_map(Polynomial::atoms).find_map(|atom| match self.definitions.get(&atom) {
            Some(Definition::Operation(WordOperator::Divide, x, _)) => Some(self.space.normal(x.clone())),
            _ => None,
        });
        let both = values.into_iter().map(|limit| (limit, [1, -1].as_slice()));
        for (limit, signs) in both.chain(divided.map(|limit| (limit, [1].as_slice()))) {
            for sign in signs.iter().copied() {
                let all = cases.iter().all(|case| {
                    case.value == limit || {
                        let scope = self.mark();
                        case.facts.iter().for_each(|fact| self.space.learn(Some(fact.clone())));
                        let distance = limit.minus(&case.value).and_then(|distance| distance.scaled(sign));
                        let found = distance.is_some_and(|distance| self.space.soon_natural(&distance));
                        self.restore(scope);
                        found
                    }
                });
                if all {
                    self.space.learn(limit.minus(made).and_then(|distance| distance.scaled(sign)));
                }
            }
        }
    }

    /// Learns that a number is at least 1. If it is one of several, those that are zero are not taken.
    pub(super) fn assume_some(&mut self, number: &Polynomial) {
        self.space.learn(Some(number.clone().shifted(-1)));
        let Some(atom) = number.single() else { return };
        let Some(cases) = self.choices.get(&atom) else { return };
        let mut some = cases.iter().filter(|case| case.range.1 > 0);
        if let (Some(case), None) = (some.next().cloned(), some.next()) {
            self.take(atom, case);
        }
    }

    /// Learns what holds on a way, and puts its value in the place of the atom. False where it cannot stand there.
    pub(super) fn take(&mut self, atom: Atom, case: Case) -> bool {
        case.facts.into_iter().for_each(|fact| self.space.learn(Some(fact)));
        self.rules.extend(case.rules);
        let value = self.space.normal(case.value);
        !value.atoms().any(|other| other == atom) && self.space.replace(atom, &value)
    }
}
