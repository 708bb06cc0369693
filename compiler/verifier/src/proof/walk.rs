//! A walk through a kernel in order, with all that is known at each step. What a loop may set is unknown in it; what a
//! branch sets is one of two after it. Each access is looked at where it stands.

use std::collections::BTreeMap;

use super::{
    TOO_LONG, access,
    choice::Case,
    cost::Payer,
    defined,
    interface::{Grid, Room},
    needed::Needed,
    polynomial::Polynomial,
    separate::Separation,
    space::{Reach, WORD},
    spot::Spot,
    words::{TruthChoice, Words},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{self, Kernel, Operation, Place, Site, Step, Type, Value},
};

/// What a variable of the lane holds.
#[derive(Clone, Debug, Default)]
struct Slot {
    value: Option<Value>,
    word: Option<Polynomial>,
    truth: Option<TruthChoice>,
}

/// What is said of an access, for those who ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The instruction.
    pub site: Site,
    /// Why it is right, in words.
    pub text: String,
}

/// A walk through a kernel.
pub(super) struct Walk<'k> {
    pub(super) kernel: &'k Kernel,
    pub(super) words: Words<'k>,
    pub(super) rooms: Vec<Room>,
    pub(super) needed: Needed,
    pub(super) separation: Separation,
    pub(super) accesses: usize,
    /// Why each access is inside of its array, where that is asked for.
    pub(super) reasons: Option<Vec<Reason>>,
    /// Where the reads of arrays of the group lead.
    pub(super) spots: BTreeMap<Site, Vec<Spot>>,
    /// How many trips each loop makes.
    pub(super) bounds: Vec<Reason>,
    pub(super) barriers: u32,
    /// What pays for each loop.
    pub(super) payer: Payer,
    slots: Vec<Slot>,
}

pub(super) type Walked<T> = Result<T, Refusal>;

impl<'k> Walk<'k> {
    pub(super) fn new(
        kernel: &'k Kernel,
        words: Words<'k>,
        (rooms, grid): (Vec<Room>, Grid),
        needed: Needed,
        payer: Payer,
    ) -> Walk<'k> {
        let slots = vec![Slot::default(); kernel.variables.len()];
        let separation = Separation::new(grid, &kernel.buffers);
        Walk {
            kernel,
            words,
            rooms,
            needed,
            separation,
            accesses: 0,
            reasons: None,
            spots: BTreeMap::new(),
            bounds: Vec::new(),
            barriers: 0,
            payer,
            slots,
        }
    }

    /// Walks the whole kernel.
    pub(super) fn run(&mut self) -> Walked<()> {
        let kernel = self.kernel;
        self.block(&kernel.body)?;
        Ok(())
    }

    /// Walks a block; true if it ends by leaving the loop around it, or going on with it.
    fn block(&mut self, steps: &'k [Step]) -> Walked<bool> {
        let scope = self.words.mark();
        let mut leaves = false;
        for step in steps {
            if self.words.space.is_absurd() {
                // No lane comes here.
                leaves = true;
                break;
            }
            leaves = match self.step(step) {
                Ok(leaves) => leaves,
                Err(refusal) => {
                    self.words.restore(scope);
                    return Err(refusal);
                }
            };
            if self.words.space.exhausted() {
                return Err(Refusal::of(rules::TOO_LONG, TOO_LONG));
            }
        }
        self.words.restore(scope);
        Ok(leaves)
    }

    fn step(&mut self, step: &'k Step) -> Walked<bool> {
        match step {
            Step::Let(value) => self.make(*value)?,
            Step::Store { place, value, site } => self.store(*place, *value, *site)?,
            Step::Atomic { operator, place, value, old, site } => {
                access::atomic(self, *operator, (*place, *value), *old, *site)?;
            }
            Step::If { condition, then, otherwise, site } => return self.branch(*condition, then, otherwise, *site),
            Step::Loop { counter, trips, body, site } => self.repeat(*counter, *trips, body, *site)?,
            Step::Break(_) | Step::Continue(_) => return Ok(true),
            Step::Barrier { arrays, .. } => {
                self.barriers += 1;
                self.separation.barrier(*arrays);
            }
        }
        Ok(false)
    }

    fn make(&mut self, value: Value) -> Walked<()> {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return Ok(()) };
        if let Operation::Load(place) = definition.operation {
            match place {
                Place::Variable(variable) => self.load(value, variable),
                _ => access::load(self, value, place, definition.site)?,
            }
            return Ok(());
        }
        if let Operation::Word(operator, a, by) = definition.operation {
            defined::check(self, operator, (a, by), definition.site)?;
        }
        if definition.ty == Type::Word && self.needed.value(value) {
            self.words.define(value);
        }
        Ok(())
    }

    fn load(&mut self, value: Value, variable: u32) {
        if !self.needed.value(value) {
            return;
        }
        let is_word = self.kernel.values.get(value.0 as usize).is_some_and(|definition| definition.ty == Type::Word);
        let Some(slot) = self.slots.get_mut(variable as usize) else { return };
        if is_word {
            let word = match &slot.word {
                Some(word) => word.clone(),
                None => {
                    let word = self.words.space.atom(WORD, self.words.reach_of_unknown(value));
                    slot.word = Some(word.clone());
                    word
                }
            };
            self.words.set(value, word);
        } else if let Some(same) = slot.value {
            self.words.same.insert(value, same);
        } else if let Some(choice) = slot.truth {
            self.words.truths.insert(value, choice);
        } else {
            // It is one value as long as nothing is stored.
            slot.value = Some(value);
        }
    }

    fn store(&mut self, place: Place, value: Value, site: Site) -> Walked<()> {
        let Place::Variable(variable) = place else { return access::store(self, place, value, site) };
        if self.needed.variable(variable) {
            let is_word = self.kernel.values.get(value.0 as usize).is_some_and(|made| made.ty == Type::Word);
            let word = is_word.then(|| self.words.word(value));
            if let Some(slot) = self.slots.get_mut(variable as usize) {
                *slot = Slot { value: Some(value), word, truth: None };
            }
        }
        Ok(())
    }

    fn branch(&mut self, condition: Value, then: &'k [Step], otherwise: &'k [Step], site: Site) -> Walked<bool> {
        let mut stored = Vec::new();
        self.stored(then, &mut stored);
        self.stored(otherwise, &mut stored);
        stored.sort_unstable();
        stored.dedup();
        self.words.space.spend(stored.len());
        let before: Vec<Slot> = stored.iter().filter_map(|v| self.slots.get(*v as usize).cloned()).collect();
        let reach = self.words.truth_reach(condition, 0);
        let held = self.claims(condition, then, otherwise)?;
        let open = self.separation.snapshot();
        let mut left = Vec::new();
        let mut ends: Vec<(Vec<Slot>, Vec<Option<Case>>)> = Vec::new();
        let mut came = Vec::new();
        for (truth, steps) in [(true, then), (false, otherwise)] {
            let scope = self.words.mark();
            self.words.assume(condition, truth);
            if self.words.impossible(scope) {
                self.payer.no_arm(site, truth);
                self.words.restore(scope);
                continue;
            }
            self.words.settle_rules();
            let outermost = self.payer.enter_arm(&mut self.words, site, truth);
            self.separation.resume(&open);
            let (won, lost) = if truth { (held, None) } else { (None, held) };
            self.separation.hold(won, lost);
            let leaves = self.block(steps)?;
            self.payer.leave_arm(outermost);
            self.separation.hold(None, None);
            came.push((truth, leaves));
            left.push(self.separation.snapshot());
            if !leaves {
                let mut cases = Vec::new();
                let mut slots = Vec::new();
                for variable in &stored {
                    let slot = self.slots.get(*variable as usize).cloned().unwrap_or_default();
                    let case = self.case(scope, &slot);
                    cases.push(case.map(|case| Case { when: Some((condition, truth)), ..case }));
                    slots.push(slot);
                }
                ends.push((slots, cases));
            }
            self.words.restore(scope);
            for (variable, slot) in stored.iter().zip(&before) {
                if let Some(place) = self.slots.get_mut(*variable as usize) {
                    *place = slot.clone();
                }
            }
        }
        // Where the condition is the same for all lanes of a group, none are in the other arm.
        if reach > Reach::Trip {
            self.separation.arms(&open, &left);
        }
        self.separation.merge(left);
        self.join(condition, &stored, &ends, reach, &came);
        // What comes after an arm that leaves has taken the other one.
        let stays: Vec<bool> = came.iter().filter(|(_, leaves)| !leaves).map(|(truth, _)| *truth).collect();
        match stays.as_slice() {
            [] => return Ok(true),
            [truth] if came.len() == 2 => self.words.assume(condition, *truth),
            _ => {}
        }
        Ok(false)
    }

    fn case(&mut self, scope: super::words::Scope, slot: &Slot) -> Option<Case> {
        let word = slot.word.clone()?;
        Some(match slot.value {
            Some(value) => self.words.case(scope, value),
            None => {
                let word = self.words.space.normal(word);
                self.words.case_of(scope, word)
            }
        })
    }

    fn join(
        &mut self,
        condition: Value,
        stored: &[u32],
        ends: &[(Vec<Slot>, Vec<Option<Case>>)],
        reach: Reach,
        came: &[(bool, bool)],
    ) {
        for (i, variable) in stored.iter().enumerate() {
            let slots: Vec<&Slot> = ends.iter().filter_map(|(slots, _)| slots.get(i)).collect();
            let cases: Option<Vec<Case>> = ends.iter().map(|(_, cases)| cases.get(i).cloned().flatten()).collect();
            let both = came.len() == 2 && came.iter().all(|(_, leaves)| !leaves);
            let joined = match slots.as_slice() {
                [] => Slot::default(),
                [one] => (*one).clone(),
                [a, b] if a.value.is_some() && a.value == b.value => (*a).clone(),
                [a, b] => {
                    let word = match cases {
                        Some(cases) if a.word.is_some() => Some(self.words.choose(cases, reach)),
                        _ => None,
                    };
                    let truth = (word.is_none() && both).then_some(TruthChoice {
                        condition,
                        then: a.value,
                        otherwise: b.value,
                    });
                    Slot { value: None, word, truth }
                }
                _ => Slot::default(),
            };
            if let Some(place) = self.slots.get_mut(*variable as usize) {
                *place = joined;
            }
        }
    }

    /// The variables that bear on proofs and that some steps store to.
    fn stored(&self, steps: &[Step], found: &mut Vec<u32>) {
        tree::stored(steps, &mut |variable| found.extend(self.needed.variable(variable).then_some(variable)));
    }

    fn forget(&mut self, variables: &[u32]) {
        for variable in variables {
            if let Some(slot) = self.slots.get_mut(*variable as usize) {
                *slot = Slot::default();
            }
        }
    }

    fn repeat(&mut self, counter: u32, trips: Value, body: &'k [Step], site: Site) -> Walked<()> {
        let mut stored = vec![counter];
        self.stored(body, &mut stored);
        stored.sort_unstable();
        stored.dedup();
        let trips = self.words.exact(trips);
        let (_, most) = self.words.space.range(&trips);
        let text = format!("{}, at most {most}", self.words.space.show(&trips));
        let reason = self.bounds.len();
        self.bounds.push(Reason { site, text });
        self.forget(&stored);
        if most < 1 {
            // The body never runs.
            return Ok(());
        }
        let scope = self.words.mark();
        self.words.assume_some(&trips);
        self.words.settle_rules();
        let trips = self.words.space.normal(trips);
        let paid = self.payer.enter_loop(&mut self.words, site, &trips, most);
        if let Some(reason) = self.bounds.get_mut(reason) {
            reason.text = format!("{}; {paid}", reason.text);
        }
        let before = self.separation.snapshot();
        let crossed = self.separation.enter_loop(body);
        let reach = if crossed { self.words.space.reach(&trips).max(Reach::Trip) } else { Reach::Lane };
        let trip = self.words.space.atom((0, most - 1), reach);
        self.words.space.learn(trips.minus(&trip).map(|sum| sum.shifted(-1)));
        self.payer.trip(&mut self.words, &trip);
        if let Some(slot) = self.slots.get_mut(counter as usize) {
            *slot = Slot { value: None, word: Some(trip), truth: None };
        }
        self.words.apart += u32::from(!crossed);
        self.block(body)?;
        self.words.apart -= u32::from(!crossed);
        self.payer.leave_loop();
        self.separation.leave_loop(crossed);
        // There may be no trip, and then no barrier.
        let after = self.separation.snapshot();
        self.separation.merge(vec![before, after]);
        self.words.restore(scope);
        self.forget(&stored);
        Ok(())
    }
}
