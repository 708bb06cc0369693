//! Whether two lanes that differ in their number, or in their group, can come to one place. What is equal if the places
//! are is taken apart into digits and solved; the lanes are apart if it makes them the same lane, or cannot be. The atoms
//! of the second lane are renamed, but for those that are the same for both. Where that does not decide, the lanes of a
//! group are tried one by one; and choices in a place are taken apart.

use std::collections::BTreeSet;

use super::{
    Table,
    digits::{Digits, Equation, without_common},
    enumerate::{Access, Lanes},
    polynomial::{Atom, Monomial, Polynomial},
    space::{Reach, common_divisor},
    spot::Spot,
    system::System,
    together,
    whole::{self, Definitions, digits},
    words::{Definition, Words},
};

/// How many points of lanes may be tried in all.
const MAX_POINTS: u64 = 1 << 21;
/// How many choices are taken apart one inside another.
const MAX_CHOICES: u32 = 3;
/// How often what follows from equal words is looked for.
const MAX_ROUNDS: u32 = 4;
/// How many facts are looked at whether the others contradict them.
const MAX_CONTRADICTED: usize = 24;
const TURN: i128 = 1 << 32;

/// What two lanes have in common, and what they differ in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// Atoms of this reach are the same.
    pub(super) same: Reach,
    /// Which target they differ in.
    pub(super) target: usize,
}

/// Judges pairs of places.
pub(super) struct Meet<'w, 'k> {
    words: &'w mut Words<'k>,
    /// The lane in its group, of a tile kernel.
    lane: Option<Atom>,
    digits: Digits,
    /// What atoms are computed from, without rests.
    wholes: Definitions,
    /// For atoms of the first lane those of the second.
    twins: Table<Atom, Atom>,
    left: u64,
    /// Whether the accesses at hand have what they know together, and what is zero is said.
    together: bool,
}

impl<'w, 'k> Meet<'w, 'k> {
    pub(super) fn new(words: &'w mut Words<'k>, lane: Option<Atom>) -> Meet<'w, 'k> {
        let wholes = whole::all(&words.definitions);
        Meet {
            words,
            lane,
            digits: Digits::default(),
            wholes,
            twins: Table::default(),
            left: MAX_POINTS,
            together: false,
        }
    }

    /// Whether two lanes never come to the same place, in an array of these sizes.
    pub(super) fn apart(&mut self, level: Level, a: &Spot, b: &Spot, sizes: &[Polynomial]) -> bool {
        self.words.space.spend(1);
        let apart = !self.words.space.exhausted()
            && (self.apart_at(level, a, b, sizes, MAX_CHOICES) || self.apart_together(level, a, b, sizes));
        self.digits.unload(self.words);
        apart
    }

    /// The same with what the two know together.
    fn apart_together(&mut self, level: Level, a: &Spot, b: &Spot, sizes: &[Polynomial]) -> bool {
        self.digits.unload(self.words);
        let Some([a, b]) = together::known(&mut self.words.space, level.same, (a, b)) else { return true };
        self.together = true;
        let apart = self.apart_at(level, &a, &b, sizes, MAX_CHOICES);
        self.together = false;
        apart || self.apart_by_numbers(level, (&a, &b), sizes)
    }

    /// The same, with each number that what is the same for both, and has but few, can have.
    fn apart_by_numbers(&mut self, level: Level, (a, b): (&Spot, &Spot), sizes: &[Polynomial]) -> bool {
        self.digits.unload(self.words);
        if self.words.space.exhausted() {
            return false;
        }
        let Some((atom, (low, high))) = together::few(&mut self.words.space, level.same, (a, b)) else { return false };
        (low..=high).all(|number| {
            let with = |spot: &Spot| {
                let above = Polynomial::atom(atom).shifted(-number);
                let facts = spot.facts.iter().cloned().chain(above.scaled(-1)).chain([above]);
                Spot { facts: std::rc::Rc::new(facts.collect()), ..spot.clone() }
            };
            self.apart_together(level, &with(a), &with(b), sizes)
        })
    }

    fn apart_at(&mut self, level: Level, a: &Spot, b: &Spot, sizes: &[Polynomial], choices: u32) -> bool {
        let Some(equations) = self.digits.equations(self.words, (a, b), level.same, sizes) else { return true };
        if self.follows(level, (a, b), &equations) {
            return true;
        }
        // Digits of a lane by an extent are those of an index elsewhere.
        let (words, definitions) = (&*self.words, &self.words.definitions);
        let by_extents = |rest: Atom| {
            let by = digits(definitions, rest).is_some_and(|(_, by, _)| by.known().is_none());
            by && words.space.reach_of(rest) == Reach::Lane
        };
        let (x, y) = (whole::spot(definitions, a, &by_extents), whole::spot(definitions, b, &by_extents));
        if x.place != a.place || y.place != b.place {
            let Some(found) = self.digits.equations(self.words, (&x, &y), level.same, sizes) else { return true };
            if self.follows(level, (&x, &y), &found) {
                return true;
            }
        }
        let definitions = &self.words.definitions;
        let (x, y) = (whole::spot(definitions, a, &|_| true), whole::spot(definitions, b, &|_| true));
        let Some(wholes) = self.digits.equations(self.words, (&x, &y), level.same, sizes) else { return true };
        let all: Vec<Equation> = equations.into_iter().chain(wholes).collect();
        if self.follows(level, (&x, &y), &all) || self.by_lanes(level, (&x, &y), &all) {
            return true;
        }
        let Some(choices) = choices.checked_sub(1) else { return false };
        for (first, spot) in [(true, a), (false, b)] {
            let found = spot.place.atoms().find(|atom| self.words.choices.contains_key(atom));
            let Some(atom) = found.or_else(|| self.choice_nearby(spot)) else { continue };
            let ways = self.ways(spot, atom);
            return ways.iter().all(|way| match first {
                true => self.apart_at(level, way, b, sizes, choices),
                false => self.apart_at(level, a, way, sizes, choices),
            });
        }
        false
    }

    /// A choice that a word of the place is made of.
    fn choice_nearby(&self, spot: &Spot) -> Option<Atom> {
        let definitions = spot.place.atoms().filter_map(|atom| self.words.definitions.get(&atom));
        definitions.flat_map(Definition::atoms).find(|atom| self.words.choices.contains_key(atom))
    }

    /// An access with the ways of a choice in its place.
    fn ways(&mut self, spot: &Spot, atom: Atom) -> Vec<Spot> {
        let cases = self.words.choices.get(&atom).cloned().unwrap_or_default();
        let way = |case: super::choice::Case| {
            let mut way = spot.replaced(atom, &case.value);
            let facts = way.facts.iter().cloned().chain(case.facts);
            way.facts = std::rc::Rc::new(facts.collect());
            way
        };
        cases.into_iter().map(way).collect()
    }

    /// A sum of the first lane as one of the second. What would grow too large stays unknown.
    fn renamed(&mut self, sum: &Polynomial, same: Reach) -> Option<Polynomial> {
        let (space, twins) = (&mut self.words.space, &mut self.twins);
        sum.renamed(|atom| {
            let reach = space.reach_of(atom);
            if reach <= same {
                return atom;
            }
            *twins.entry(atom).or_insert_with(|| {
                let twin = space.new_atom(space.range_of(atom), reach);
                let (twin, atom) = (Polynomial::atom(twin), Polynomial::atom(atom));
                space.suggest(&twin, |at| at(&atom));
                twin.single().unwrap_or_default()
            })
        })
    }

    /// Whether the equations make the two lanes one, or contradict themselves or what is known of the lanes.
    fn follows(&mut self, level: Level, (a, b): (&Spot, &Spot), equations: &[Equation]) -> bool {
        let (Some(first), Some(second)) = (a.targets.get(level.target), b.targets.get(level.target)) else {
            return false;
        };
        let Some(distance) = self.renamed(second, level.same).and_then(|second| first.minus(&second)) else {
            return false;
        };
        let mut system = System::default();
        for (p, q) in equations {
            if let Some(sum) = self.renamed(q, level.same).and_then(|q| p.minus(&q)) {
                system.zero(&sum);
            }
            if let Some((unwrapped, turn)) = self.unwrapped((p, q))
                && let Some(zero) = self.without_turns(level.same, (a, b), &unwrapped, turn)
            {
                system.zero(&zero);
            }
        }
        if self.together {
            self.words.space.spend(a.facts.len() * a.facts.len() / 8 + b.facts.len() * b.facts.len() / 8);
            together::zeros(&a.facts).for_each(|sum| {
                system.zero(sum);
            });
            for sum in together::zeros(&b.facts) {
                if let Some(sum) = self.renamed(sum, level.same) {
                    system.zero(&sum);
                }
            }
        }
        let same = |system: &System| system.contradicts() || system.reduced(&distance).terms().is_empty();
        if same(&system) {
            return true;
        }
        let sums = |spot: &Spot, sums: Vec<Polynomial>| -> BTreeSet<Atom> {
            sums.iter().chain(&spot.targets).flat_map(|sum| sum.atoms().collect::<Vec<_>>()).collect()
        };
        let left = self.words_of(sums(a, equations.iter().map(|(p, _)| p.clone()).collect()));
        let right = self.words_of(sums(b, equations.iter().map(|(_, q)| q.clone()).collect()));
        self.digits_are(&mut system, level.same, &left, false);
        self.digits_are(&mut system, level.same, &right, true);
        for _ in 0..MAX_ROUNDS {
            if self.words.space.exhausted() {
                return false;
            }
            if same(&system) {
                return true;
            }
            if !self.equal_words(&mut system, level.same, (a, &left), (b, &right)) {
                break;
            }
        }
        same(&system) || self.contradicted(level.same, &system, (a, b), &distance)
    }

    /// The atoms that some atoms are made of, and they themselves.
    fn words_of(&self, atoms: BTreeSet<Atom>) -> BTreeSet<Atom> {
        let mut found = BTreeSet::new();
        let mut work: Vec<Atom> = atoms.into_iter().collect();
        while let Some(atom) = work.pop() {
            if found.insert(atom) {
                work.extend(self.words.definitions.get(&atom).into_iter().flat_map(Definition::atoms));
            }
        }
        found
    }

    /// Says of quotients and their rests what they are the digits of.
    fn digits_are(&mut self, system: &mut System, same: Reach, atoms: &BTreeSet<Atom>, second: bool) {
        for rest in atoms {
            let Some((x, by, quotient)) = digits(&self.words.definitions, *rest) else { continue };
            let product = by.times(&Polynomial::atom(quotient));
            let sum = product.and_then(|product| x.minus(&product)?.minus(&Polynomial::atom(*rest)));
            let sum = if second { sum.and_then(|sum| self.renamed(&sum, same)) } else { sum };
            if let Some(sum) = sum {
                system.zero(&sum);
            }
        }
    }

    /// Words that are equal are made of what is equal modulo 2^32; and what is made of equal words is equal. True if that
    /// said anything new.
    fn equal_words(
        &mut self,
        system: &mut System,
        same: Reach,
        (a, left): (&Spot, &BTreeSet<Atom>),
        (b, right): (&Spot, &BTreeSet<Atom>),
    ) -> bool {
        let mut new = false;
        self.words.space.spend(left.len() * right.len());
        for x in left {
            let Some(first) = self.words.definitions.get(x).cloned() else { continue };
            for y in right {
                let Some(second) = self.words.definitions.get(y).cloned() else { continue };
                let Some(twin) = self.renamed(&Polynomial::atom(*y), same) else { continue };
                let Some(distance) = Polynomial::atom(*x).minus(&twin) else { continue };
                match (&first, &second) {
                    (Definition::Operation(f, p, d), Definition::Operation(g, q, e)) if f == g => {
                        let all = [(p, q), (d, e)].iter().all(|(p, q)| {
                            let sum = self.renamed(q, same).and_then(|q| p.minus(&q));
                            sum.is_some_and(|sum| system.reduced(&sum).terms().is_empty())
                        });
                        new |= all && system.zero(&distance);
                    }
                    (Definition::Word(p), Definition::Word(q)) | (Definition::Signed(p), Definition::Signed(q))
                        if system.reduced(&distance).terms().is_empty() =>
                    {
                        let equation = (p.clone(), q.clone());
                        if let Some(zero) = self.without_turns(same, (a, b), &equation, TURN) {
                            new |= system.zero(&zero);
                        }
                    }
                    _ => {}
                }
            }
        }
        new
    }

    /// Whether what is known of the two lanes, and what is equal, cannot be; or makes them one.
    fn contradicted(&mut self, same: Reach, system: &System, (a, b): (&Spot, &Spot), distance: &Polynomial) -> bool {
        self.digits.unload(self.words);
        let mut known: Vec<Polynomial> = a.facts.iter().map(|fact| system.reduced(fact)).collect();
        for fact in b.facts.iter() {
            known.extend(self.renamed(fact, same).map(|fact| system.reduced(&fact)));
        }
        let space = &mut self.words.space;
        let mark = space.mark();
        for zero in system.open() {
            space.equal(zero, &Polynomial::default());
        }
        known.iter().for_each(|fact| space.learn(Some(fact.clone())));
        let distance = system.reduced(distance);
        let turned = distance.scaled(-1);
        let near: BTreeSet<Atom> = distance.atoms().collect();
        let found = space.impossible(mark)
            || turned.is_some_and(|turned| space.soon_natural(&turned) && space.soon_natural(&distance))
            || known
                .iter()
                .filter(|fact| fact.atoms().any(|atom| near.contains(&atom)))
                .take(MAX_CONTRADICTED)
                .any(|fact| fact.scaled(-1).is_some_and(|fact| space.soon_natural(&fact.shifted(-1))));
        space.restore(mark);
        found
    }

    /// Whether no two lanes of a group are found that make the equations true.
    fn by_lanes(&mut self, level: Level, (a, b): (&Spot, &Spot), equations: &[Equation]) -> bool {
        let Some(lane) = self.lane.filter(|_| level.target == 0) else { return false };
        let whole = |sum: &Polynomial| whole::whole(&self.words.definitions, sum);
        let (left, right): (Vec<Polynomial>, Vec<Polynomial>) =
            equations.iter().map(|(p, q)| (whole(p), whole(q))).unzip();
        // Where the lane is one number, no other one comes.
        let facts = |spot: &Spot| -> Vec<Polynomial> {
            let mut facts = spot.facts.to_vec();
            if let Some(number) = spot.targets.get(level.target).and_then(Polynomial::known) {
                let above = Polynomial::atom(lane).shifted(-number);
                facts.extend(above.scaled(-1));
                facts.push(above);
            }
            facts
        };
        let (first, second) = (facts(a), facts(b));
        let mut lanes = Lanes::new(self.words, &self.wholes, (lane, level.same), self.left);
        let apart = lanes.apart(Access { sums: &left, facts: &first }, Access { sums: &right, facts: &second });
        let (left, looked) = (lanes.left, lanes.looked);
        self.left = left;
        self.words.space.spend(looked);
        apart
    }

    /// An equation with what words are made of in their place, and the number that its two sides differ by a multiple of.
    fn unwrapped(&self, (p, q): (&Polynomial, &Polynomial)) -> Option<(Equation, i128)> {
        let mut turn = 0;
        let mut side = |sum: &Polynomial| {
            let mut made = sum.clone();
            for (monomial, factor) in sum.varying().iter().filter(|(monomial, _)| monomial.degree() == 1) {
                let atom = monomial.atoms().next()?;
                if let Some(Definition::Word(equal) | Definition::Signed(equal)) = self.words.definitions.get(&atom) {
                    let word = Polynomial::atom(atom);
                    made = made.combine(1, &equal.minus(&word)?, *factor, &Monomial::ONE)?;
                    turn = common_divisor(turn, *factor);
                }
            }
            Some(made)
        };
        let equation = (side(p)?, side(q)?);
        (turn != 0).then_some((equation, TURN * turn))
    }

    /// What is zero if the two sides of an equation differ by a multiple of a number, since they are too near for another
    /// one.
    fn without_turns(
        &mut self,
        same: Reach,
        (a, b): (&Spot, &Spot),
        (p, q): &Equation,
        turn: i128,
    ) -> Option<Polynomial> {
        let (p, q) = without_common(self.words, p, q, same);
        let (low, high) = self.digits.range(self.words, &a.facts, &p);
        let (from, to) = self.digits.range(self.words, &b.facts, &q);
        let most = high.saturating_sub(from).max(to.saturating_sub(low));
        let sum = self.renamed(&q, same).and_then(|q| p.minus(&q))?;
        let common = sum.terms().iter().fold(0, |a, (_, b)| common_divisor(a, *b));
        if common == 0 {
            return None;
        }
        // `common × rest` is a multiple of a turn if the rest is one of what they do not have in common.
        (most / common < turn / common_divisor(common, turn)).then(|| sum.split(&Monomial::ONE, common).0)
    }
}

#[cfg(test)]
mod tests;
