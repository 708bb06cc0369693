//! Which loop of the bound pays for a loop of the kernel: one that is shown to run at least as often, for every call
//! and every lane that comes there. A loop of which a constant most is known may do without.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lockstep_module::Kernel;

use super::{
    super::{polynomial::Polynomial, words::Words},
    claim::{self, Claim},
    formula::{self, Counters, Formulas, Given},
    settle::settle,
    vector::Symbol,
};
use crate::tree::Site;

/// The most loops of the bound that one loop of the kernel is compared with.
const MAX_TRIED: usize = 48;
/// How many of those beside the ones that stand where it stands.
const MAX_ELSEWHERE: usize = 12;
/// How many choices of a number of trips are taken apart, one inside another.
const MAX_CHOICES: u32 = 3;
/// How many ways in all.
const MAX_WAYS: u32 = 24;

/// What is known of the trips of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Payment {
    /// The loop of the bound that runs at least as often.
    pub(super) symbol: Option<Symbol>,
    /// The most trips.
    pub(super) most: u128,
    /// Whether that is how many there are.
    pub(super) exact: bool,
}

/// A loop of the kernel that the walk is in.
struct Frame {
    symbol: Option<Symbol>,
    /// Whether other counters were at their last values when it was shown to pay.
    last: bool,
    /// What the counter of the symbol was before.
    hidden: Option<Polynomial>,
}

/// What the walk through a kernel finds out about its work.
pub(in super::super) struct Payer {
    pub(super) claim: Claim,
    given: Vec<Option<Given>>,
    counters: Counters,
    frames: Vec<Frame>,
    /// For each loop around, and outside of all, which of the bound's was the last that paid.
    next: HashMap<Option<Symbol>, usize>,
    pub(super) payments: BTreeMap<Site, Payment>,
    /// What remains of the grid from a lane on, in an `each` kernel; at least 1 for lanes of the grid alone.
    rest: Option<Polynomial>,
    inside: bool,
    /// The arms where only lanes of the grid come.
    pub(super) of_the_grid: BTreeSet<(Site, bool)>,
    /// The arms where no lane comes.
    pub(super) never: BTreeSet<(Site, bool)>,
}

impl Payer {
    /// `rest` is the number of lanes of the grid less the lane, in an `each` kernel.
    pub(in super::super) fn new(claimed: &Kernel, rest: Option<Polynomial>) -> Payer {
        let given = formula::given(&claimed.signature);
        Payer {
            claim: claim::read(&claimed.cost, given.len() as u32),
            given,
            counters: Counters::new(),
            frames: Vec::new(),
            next: HashMap::new(),
            payments: BTreeMap::new(),
            rest,
            inside: false,
            of_the_grid: BTreeSet::new(),
            never: BTreeSet::new(),
        }
    }

    /// Whether there are lanes past the end of a grid.
    pub(super) fn has_grid(&self) -> bool {
        self.rest.is_some()
    }

    /// An arm is walked; true if it is the outermost one where only lanes of the grid come.
    pub(in super::super) fn enter_arm(&mut self, words: &mut Words<'_>, site: Site, truth: bool) -> bool {
        let Some(rest) = self.rest.as_ref().filter(|_| !self.inside) else { return false };
        self.inside = words.space.soon_natural(&rest.clone().shifted(-1));
        if self.inside {
            self.of_the_grid.insert((site, truth));
        }
        self.inside
    }

    /// It is left; `outermost` is what entering it gave.
    pub(in super::super) fn leave_arm(&mut self, outermost: bool) {
        self.inside &= !outermost;
    }

    /// No lane comes to an arm.
    pub(in super::super) fn no_arm(&mut self, site: Site, truth: bool) {
        self.never.insert((site, truth));
    }

    /// A loop that runs at least once is entered.
    /// Gives what pays for it, in words.
    pub(in super::super) fn enter_loop(
        &mut self,
        words: &mut Words<'_>,
        site: Site,
        trips: &Polynomial,
        most: i128,
    ) -> String {
        let exact = trips.known().is_some();
        let found = if exact { None } else { self.find(words, trips) };
        let symbol = found.map(|(symbol, _)| symbol);
        self.payments.insert(site, Payment { symbol, most: most.max(0).unsigned_abs(), exact });
        let paid = match found {
            Some(found) => self.show(words, found),
            None => "paid for by a number in the bound".into(),
        };
        self.frames.push(Frame { symbol, last: found.is_some_and(|(_, last)| last), hidden: None });
        paid
    }

    /// How often a loop of the bound runs, in words.
    fn show(&self, words: &mut Words<'_>, (symbol, last): (Symbol, bool)) -> String {
        let Some(repeat) = self.claim.symbols.get(symbol as usize) else { return String::new() };
        let scope = words.mark();
        let mut formulas = Formulas::new(&self.claim, &self.given, &self.counters, last);
        let room = match &repeat.max {
            Some(max) => Some(formulas.word(words, max)),
            None => formulas.distance(words, repeat),
        };
        let room = room.map_or_else(String::new, |room| words.space.show(&room));
        words.restore(scope);
        let steps = if repeat.by > 1 { format!(" in steps of {}", repeat.by) } else { String::new() };
        format!("paid for by loop t{symbol} of the bound, which runs {room}{steps}")
    }

    /// The number of the trip at hand.
    pub(in super::super) fn trip(&mut self, words: &mut Words<'_>, trip: &Polynomial) {
        let Some(Frame { symbol: Some(symbol), last, .. }) = self.frames.last() else { return };
        let (symbol, last) = (*symbol, *last);
        let Some(repeat) = self.claim.symbols.get(symbol as usize).filter(|repeat| repeat.max.is_none()) else {
            return;
        };
        let from = Formulas::new(&self.claim, &self.given, &self.counters, last).word(words, &repeat.from);
        let counter = trip.scaled(repeat.by.into()).and_then(|distance| from.plus(&distance)).map(Polynomial::wrapped);
        let counter = counter.unwrap_or(from);
        let hidden = self.counters.insert(symbol, counter);
        if let Some(frame) = self.frames.last_mut() {
            frame.hidden = hidden;
        }
    }

    /// A loop is left.
    pub(in super::super) fn leave_loop(&mut self) {
        let Some(Frame { symbol: Some(symbol), hidden, .. }) = self.frames.pop() else { return };
        match hidden {
            Some(before) => drop(self.counters.insert(symbol, before)),
            None => drop(self.counters.remove(&symbol)),
        }
    }

    /// A loop of the bound that runs at least so often, which is at least once.
    fn find(&mut self, words: &mut Words<'_>, trips: &Polynomial) -> Option<(Symbol, bool)> {
        let around = self.frames.iter().rev().find_map(|frame| frame.symbol);
        // The lowering keeps the order of loops, and writes some of them several times.
        let here = self.claim.inner.get(&around).cloned().unwrap_or_default();
        let start = self.next.get(&around).copied().unwrap_or(0).min(here.len());
        let here: Vec<Symbol> =
            here.iter().skip(start).chain(here.iter().take(start)).copied().take(MAX_TRIED).collect();
        let elsewhere = (0..self.claim.symbols.len() as Symbol).filter(|symbol| !here.contains(symbol));
        let elsewhere: Vec<Symbol> = elsewhere.take(MAX_ELSEWHERE).collect();
        let efforts = [Effort::Equal, Effort::Short, Effort::Long];
        let tries = [&here, &elsewhere].into_iter().flat_map(|symbols| efforts.map(|effort| (symbols, effort)));
        let (found, last) = tries.into_iter().find_map(|(symbols, effort)| {
            let ends = |symbol: &Symbol| [(*symbol, false), (*symbol, true)];
            symbols.iter().flat_map(ends).find(|(symbol, last)| self.runs(words, (*symbol, *last), trips, effort))
        })?;
        let place = self.claim.inner.get(&around).and_then(|here| here.iter().position(|symbol| *symbol == found));
        self.next.extend(place.map(|place| (around, place)));
        Some((found, last))
    }

    /// Whether a loop of the bound is shown to run at least so often, with counters that are not around at their last
    /// values, or at their first.
    fn runs(&self, words: &mut Words<'_>, (symbol, last): (Symbol, bool), trips: &Polynomial, effort: Effort) -> bool {
        let Some(repeat) = self.claim.symbols.get(symbol as usize) else { return false };
        let scope = words.mark();
        if effort == Effort::Long {
            settle(words, trips);
        }
        let mut formulas = Formulas::new(&self.claim, &self.given, &self.counters, last);
        let room = match &repeat.max {
            Some(max) => {
                let most = formulas.word(words, max);
                formula::exact(words, &most, false).minus(trips)
            }
            // The last trip begins below the end.
            None => formulas.distance(words, repeat).and_then(|distance| {
                let before = trips.clone().shifted(-1).scaled(repeat.by.into())?;
                Some(distance.minus(&before)?.shifted(-1))
            }),
        };
        let shown = room.is_some_and(|room| effort.shows(words, &room));
        words.restore(scope);
        shown
    }
}

/// How long is searched for a proof.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// The two are the same.
    Equal,
    Short,
    Long,
}

impl Effort {
    fn shows(self, words: &mut Words<'_>, room: &Polynomial) -> bool {
        let room = words.space.normal(room.clone());
        match self {
            Effort::Equal => room.known().is_some_and(|room| room >= 0),
            Effort::Short => words.space.soon_natural(&room),
            Effort::Long => self.by_ways(words, &room, MAX_CHOICES, &mut { MAX_WAYS }),
        }
    }

    /// The same where a choice in it is each of its cases.
    fn by_ways(self, words: &mut Words<'_>, room: &Polynomial, choices: u32, ways: &mut u32) -> bool {
        let Some(left) = ways.checked_sub(1) else { return false };
        *ways = left;
        let room = words.space.normal(room.clone());
        if words.space.soon_natural(&room) {
            return true;
        }
        let choice = room.atoms().find(|atom| words.choices.contains_key(atom)).filter(|_| choices > 0);
        let cases = choice.and_then(|atom| Some((atom, words.choices.get(&atom)?.clone())));
        let Some((atom, cases)) = cases else { return words.space.natural(&room) };
        cases.into_iter().all(|case| {
            let scope = words.mark();
            let taken = words.take(atom, case);
            let shown = words.impossible(scope) || (taken && self.by_ways(words, &room, choices - 1, ways));
            words.restore(scope);
            shown
        })
    }
}

#[cfg(test)]
mod tests;
