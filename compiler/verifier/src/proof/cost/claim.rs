//! The bound of a lane that a module claims, read as an amount. A loop of it whose trips are a number multiplies; any
//! other one is a *symbol*: a number that a call has, the same for all loops with the same formula. The terms come from
//! anyone. What cannot be followed is left out, which makes the price less.

use std::collections::{BTreeMap, HashMap};

use lockstep_module::{Cost, Operation, Term};
use lockstep_numbers::{ScalarType, binary, convert, unary};

use super::vector::{Set, Side, Symbol, Times};

/// The deepest nesting of loops and choices that is followed.
const MAX_OPEN: usize = 256;
/// The most that is done to read a bound: operations of its formulas, and products of its sums.
const MAX_EFFORT: usize = 1 << 21;

/// What a slot means where a formula uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// A scalar or an extent.
    Given(u32),
    /// The counter of the loop with this symbol.
    Counter(Symbol),
    /// A counter that goes from the first number to the second.
    Fixed(i64, i64),
    /// Anything.
    Unknown,
}

/// One operation of a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Slot(Slot),
    Operation(Operation),
}

/// How often a loop runs that is no number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeat {
    pub(super) signed: bool,
    pub(super) from: Vec<Part>,
    pub(super) to: Vec<Part>,
    pub(super) by: u32,
    pub(super) max: Option<Vec<Part>>,
}

/// A bound as it was read.
pub(super) struct Claim {
    pub(super) symbols: Vec<Repeat>,
    /// The symbols of the loops in each loop, in order, each once; those in no loop by None.
    pub(super) inner: BTreeMap<Option<Symbol>, Vec<Symbol>>,
    /// What a lane pays.
    pub(super) price: Set,
}

enum Open {
    Repeat {
        times: Times,
        sum: Set,
    },
    Choose {
        alternatives: Vec<Set>,
        sum: Set,
    },
    /// What is not followed.
    Nothing,
}

struct Reader {
    given: u32,
    slots: Vec<Option<Slot>>,
    named: HashMap<String, Symbol>,
    claim: Claim,
    open: Vec<Open>,
    /// The symbols around, the innermost last.
    around: Vec<Symbol>,
    effort: usize,
}

/// Reads the bound of a kernel that has so many scalars and extents.
pub(super) fn read(cost: &Cost, given: u32) -> Claim {
    let claim = Claim { symbols: Vec::new(), inner: BTreeMap::new(), price: Set::number(0) };
    let slots = vec![None; cost.slots as usize];
    let mut reader =
        Reader { given, slots, named: HashMap::new(), claim, open: Vec::new(), around: Vec::new(), effort: 0 };
    let mut sum = Set::number(0);
    for term in &cost.terms {
        let finished = match term {
            Term::Weight(weight) => Set::number(u128::from(*weight)),
            Term::Repeat { .. } => {
                let open = reader.repeat(term);
                reader.open.push(open);
                continue;
            }
            Term::Choose => {
                let followed = reader.open.len() < MAX_OPEN && reader.may(1);
                reader.open.push(match followed {
                    true => Open::Choose { alternatives: Vec::new(), sum: Set::number(0) },
                    false => Open::Nothing,
                });
                continue;
            }
            Term::Or => {
                if let Some(Open::Choose { alternatives, sum }) = reader.open.last_mut() {
                    alternatives.push(std::mem::replace(sum, Set::number(0)));
                }
                continue;
            }
            Term::End => reader.end(),
        };
        if !reader.may(size(&finished)) {
            continue;
        }
        let outer = match reader.open.last_mut() {
            Some(Open::Repeat { sum, .. } | Open::Choose { sum, .. }) => sum,
            Some(Open::Nothing) => continue,
            None => &mut sum,
        };
        let effort = size(outer).saturating_mul(finished.vectors().len());
        *outer = std::mem::replace(outer, Set::number(0)).plus(&finished, Side::Price);
        reader.effort = reader.effort.saturating_add(effort);
    }
    reader.claim.price = sum;
    reader.claim
}

/// How many products are in a set.
fn size(set: &Set) -> usize {
    set.vectors().iter().map(|vector| 1 + vector.parts().count()).sum()
}

impl Reader {
    /// Whether so much more may be done.
    fn may(&mut self, effort: usize) -> bool {
        self.effort = self.effort.saturating_add(effort);
        self.effort < MAX_EFFORT
    }

    fn end(&mut self) -> Set {
        match self.open.pop() {
            Some(Open::Repeat { times, sum }) => {
                if let Times::Symbol(_) = times {
                    self.around.pop();
                }
                sum.repeated(times)
            }
            Some(Open::Choose { mut alternatives, sum }) => {
                alternatives.push(sum);
                let effort = alternatives.iter().map(size).fold(0, usize::saturating_add).saturating_mul(8);
                if self.may(effort) { Set::either(alternatives, Side::Price) } else { Set::number(0) }
            }
            Some(Open::Nothing) | None => Set::number(0),
        }
    }

    fn repeat(&mut self, term: &Term) -> Open {
        let Term::Repeat { slot, signed, from, to, by, max } = term else { return Open::Nothing };
        let length = from.len() + to.len() + max.as_ref().map_or(0, Vec::len);
        let place = *slot as usize;
        if self.open.len() >= MAX_OPEN || !self.may(8 * (1 + length)) {
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = Some(Slot::Unknown);
            }
            return Open::Nothing;
        }
        let of = |formula: &Vec<Operation>| self.resolved(formula);
        let repeat =
            Repeat { signed: *signed, from: of(from), to: of(to), by: (*by).max(1), max: max.as_ref().map(of) };
        let (times, counter) = match repeat.fixed() {
            Some((trips, counter)) => (Times::Number(trips), counter),
            None => {
                let symbol = self.symbol(repeat);
                (Times::Symbol(symbol), Slot::Counter(symbol))
            }
        };
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = Some(counter);
        }
        if let Times::Symbol(symbol) = times {
            let inner = self.claim.inner.entry(self.around.last().copied()).or_default();
            if !inner.contains(&symbol) {
                inner.push(symbol);
            }
            self.effort = self.effort.saturating_add(inner.len());
            self.around.push(symbol);
        }
        Open::Repeat { times, sum: Set::number(0) }
    }

    fn resolved(&self, formula: &[Operation]) -> Vec<Part> {
        let part = |operation: &Operation| match operation {
            Operation::Slot(slot) => Part::Slot(match self.slots.get(*slot as usize) {
                Some(Some(counter)) => *counter,
                Some(None) if *slot < self.given => Slot::Given(*slot),
                _ => Slot::Unknown,
            }),
            other => Part::Operation(*other),
        };
        formula.iter().map(part).collect()
    }

    /// The symbol of a formula: a number that no loop with it is below.
    fn symbol(&mut self, repeat: Repeat) -> Symbol {
        let number = self.claim.symbols.len() as Symbol;
        let symbol = *self.named.entry(format!("{repeat:?}")).or_insert(number);
        if symbol == number {
            self.claim.symbols.push(repeat);
        }
        symbol
    }
}

impl Repeat {
    /// If the trips are a number: that number, and the counter.
    fn fixed(&self) -> Option<(u128, Slot)> {
        if let Some(max) = &self.max {
            let most = [End::First, End::Last].map(|end| fixed(max, end));
            let most = most.into_iter().collect::<Option<Vec<u64>>>()?.into_iter().max()?;
            return Some((u128::from(most as u32), Slot::Unknown));
        }
        // Any values of the counters in it are among those that the bound is the greatest of.
        let ends = [End::First, End::Last];
        let all = ends.into_iter().flat_map(|first| ends.map(|last| (first, last)));
        let all =
            all.map(|(first, last)| Some((self.read(fixed(&self.from, first)?), self.read(fixed(&self.to, last)?))));
        let longest = all.collect::<Option<Vec<(i64, i64)>>>()?.into_iter().max_by_key(|(from, to)| to - from);
        let (from, to) = longest?;
        let by = i64::from(self.by);
        let distance = (to - from).max(0);
        let trips = distance / by + i64::from(distance % by != 0);
        let last = from + (trips - 1).max(0) * by;
        Some((trips.unsigned_abs().into(), Slot::Fixed(from, last)))
    }

    /// Bits as the number that a counter is.
    fn read(&self, bits: u64) -> i64 {
        if self.signed { i64::from((bits as u32).cast_signed()) } else { i64::from(bits as u32) }
    }
}

/// Which value of a counter is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// The value of a formula of numbers alone. A division by zero is not followed.
fn fixed(formula: &[Part], end: End) -> Option<u64> {
    let mut stack: Vec<u64> = Vec::new();
    for part in formula {
        let value = match *part {
            Part::Slot(Slot::Fixed(first, last)) => (if end == End::First { first } else { last }).cast_unsigned(),
            Part::Slot(_) | Part::Operation(Operation::Slot(_)) => return None,
            Part::Operation(Operation::Constant(bits)) => bits,
            Part::Operation(Operation::Unary(operator, ty)) => {
                extended(unary(operator, ty, stack.pop()? & ty.mask()), operator.result(ty))
            }
            Part::Operation(Operation::Binary(operator, ty)) => {
                let right = stack.pop()? & operator.right(ty).mask();
                extended(binary(operator, ty, stack.pop()? & ty.mask(), right).ok()?, operator.result(ty))
            }
            Part::Operation(Operation::Convert(from, to)) => {
                extended(convert(from, to, stack.pop()? & from.mask()), to)
            }
        };
        stack.push(value);
    }
    stack.pop()
}

/// The bits of a value in 64 bits, as a reader with another type sees them.
fn extended(bits: u64, ty: ScalarType) -> u64 {
    if ty == ScalarType::I32 { i64::from((bits as u32).cast_signed()).cast_unsigned() } else { bits }
}

#[cfg(test)]
mod tests {
    use lockstep_numbers::Binary;

    use super::*;

    fn repeat(slot: u32, from: u64, to: Vec<Operation>, by: u32) -> Term {
        Term::Repeat { slot, signed: false, from: vec![Operation::Constant(from)], to, by, max: None }
    }

    fn parts(terms: Vec<Term>) -> Vec<Vec<(Vec<Symbol>, u128)>> {
        let claim = read(&Cost { slots: 8, terms }, 2);
        let vectors = claim.price.vectors().iter();
        vectors.map(|vector| vector.parts().map(|(product, factor)| (product.to_vec(), factor)).collect()).collect()
    }

    #[test]
    fn a_loop_is_a_number_or_a_symbol() {
        let n = vec![Operation::Slot(1)];
        let terms = vec![
            Term::Weight(5),
            repeat(2, 1, vec![Operation::Constant(8)], 2),
            repeat(3, 0, n.clone(), 1),
            Term::Weight(3),
            Term::End,
            Term::End,
            // The same formula, so the same symbol.
            repeat(4, 0, n, 1),
            Term::Weight(7),
            Term::End,
        ];
        assert_eq!(parts(terms), [[(vec![], 5), (vec![0], 4 * 3 + 7)]]);
    }

    #[test]
    fn a_counter_that_is_known_bounds_what_is_inside() {
        let inner = |from: Vec<Operation>| {
            let to = vec![Operation::Constant(9)];
            let inner = Term::Repeat { slot: 3, signed: false, from, to, by: 1, max: None };
            let outer = repeat(2, 4, vec![Operation::Constant(7)], 1);
            parts(vec![outer, inner, Term::Weight(1), Term::End, Term::End])
        };
        // For the dearest counter, which is 4.
        assert_eq!(inner(vec![Operation::Slot(2)]), [[(vec![], 3 * 5)]]);
        let minus =
            vec![Operation::Constant(6), Operation::Slot(2), Operation::Binary(Binary::Subtract, ScalarType::I32)];
        assert_eq!(inner(minus), [[(vec![], 3 * 9)]]);
    }

    #[test]
    fn of_a_choice_each_way_is_kept() {
        let way = |slot| [repeat(2, 0, vec![Operation::Slot(slot)], 1), Term::Weight(2), Term::End];
        let mut terms = vec![Term::Choose];
        terms.extend(way(0));
        terms.push(Term::Or);
        terms.extend(way(1));
        terms.extend([Term::Or, Term::Weight(6), Term::End]);
        assert_eq!(parts(terms), [[(vec![0], 2)], [(vec![1], 2)], [(vec![], 6)]]);
    }

    #[test]
    fn nonsense_pays_nothing() {
        let empty = Term::Repeat { slot: 99, signed: true, from: vec![], to: vec![], by: 0, max: Some(vec![]) };
        assert_eq!(parts(vec![Term::Or, Term::End, empty.clone(), Term::Weight(4)]), [[]]);
        let lost = vec![Operation::Binary(Binary::Divide, ScalarType::U32), Operation::Slot(77)];
        let terms = vec![repeat(0, 0, lost, 1), Term::Weight(4), Term::End, Term::End, Term::Weight(1)];
        assert_eq!(parts(terms), [[(vec![], 1), (vec![0], 4)]]);
        let deep: Vec<Term> = (0..1000).map(|_| empty.clone()).chain([Term::Weight(4)]).collect();
        assert_eq!(parts(deep), [[]]);
    }

    #[test]
    fn what_is_too_long_pays_less() {
        let mut terms = Vec::new();
        for number in 0..100_000 {
            let formula = vec![Operation::Constant(number), Operation::Slot(1)];
            terms.extend([Term::Choose, repeat(2, 0, formula, 1), Term::Weight(1), Term::End, Term::Or, Term::End]);
        }
        let claim = read(&Cost { slots: 8, terms }, 2);
        assert!(claim.symbols.len() < 100_000);
        assert!(claim.price.vectors().len() <= 32);
    }
}
