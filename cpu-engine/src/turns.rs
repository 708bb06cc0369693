//! Loops that carry more variables than there are registers. Where sums do not depend on each other, such a loop is gone
//! through in turns, each for as many sums as registers hold, of which those that share most go together; what turns share
//! is computed in each again. Between turns these variables rest in memory.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
};

use lockstep_verifier::tree::{self, Kernel, Operation, Place, Site, Step, Type, Value};

use crate::classes::{Class, Classes};

/// So many variables in vectors leave no registers for anything else.
const MOST_CARRIED: usize = 12;
/// The most of one turn: half of the registers.
const MOST_IN_TURN: usize = 8;
/// Loops with more sums or steps are left as they are, so that finding turns takes no time to speak of.
const MOST_SUMS: usize = 64;
const MOST_STEPS: usize = 4096;

/// The turns of a kernel's loops.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    loops: HashMap<Site, Vec<Turn>>,
    resting: BTreeSet<u32>,
}

/// A turn of a loop.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// What it stores to.
    pub(crate) variables: BTreeSet<u32>,
    /// The places of the steps that it does, in order.
    pub(crate) steps: Vec<usize>,
}

impl Turns {
    pub(crate) fn of(kernel: &Kernel, classes: &Classes) -> Turns {
        let (mut counters, mut loops) = (BTreeSet::new(), Vec::new());
        tree::every(&kernel.body, &mut |step| {
            if let Step::Loop { counter, body, site, .. } = step {
                counters.insert(*counter);
                loops.push((body, *site));
            }
        });
        let finder = Finder { kernel, classes, counters };
        let mut found = Turns::default();
        for (body, site) in loops {
            if let Some(turns) = finder.turns_of(body, site) {
                found.resting.extend(turns.iter().flat_map(|turn| &turn.variables));
                found.loops.insert(site, turns);
            }
        }
        found
    }

    /// The turns of a loop, unless all is done in one.
    pub(crate) fn of_loop(&self, site: Site) -> Option<&[Turn]> {
        self.loops.get(&site).map(Vec::as_slice)
    }

    /// Whether a variable is in memory, except within loops.
    pub(crate) fn is_resting(&self, variable: u32) -> bool {
        self.resting.contains(&variable)
    }

    /// The resting variables that are touched by a loop with this body, and in which no other loop has turns.
    pub(crate) fn resting_in(&self, kernel: &Kernel, body: &[Step]) -> Option<BTreeSet<u32>> {
        let mut touched = BTreeSet::new();
        (!self.resting.is_empty() && self.gather(kernel, body, &mut touched)).then_some(touched)
    }

    fn gather(&self, kernel: &Kernel, steps: &[Step], touched: &mut BTreeSet<u32>) -> bool {
        steps.iter().all(|step| {
            let variable = match step {
                Step::Let(value) => match kernel.operation(*value) {
                    Some(Operation::Load(Place::Variable(variable))) => Some(variable),
                    _ => None,
                },
                Step::Store { place: Place::Variable(variable), .. } => Some(*variable),
                Step::If { then, otherwise, .. } => {
                    return self.gather(kernel, then, touched) && self.gather(kernel, otherwise, touched);
                }
                Step::Loop { body, site, .. } => {
                    return self.of_loop(*site).is_none() && self.gather(kernel, body, touched);
                }
                _ => None,
            };
            touched.extend(variable.filter(|variable| self.is_resting(*variable)));
            true
        })
    }
}

struct Finder<'k> {
    kernel: &'k Kernel,
    classes: &'k Classes,
    /// The variables that count trips.
    counters: BTreeSet<u32>,
}

impl Finder<'_> {
    /// The turns of a loop that does nothing but set variables.
    fn turns_of(&self, body: &[Step], site: Site) -> Option<Vec<Turn>> {
        let (mut stored, mut seen): (Vec<u32>, BTreeSet<u32>) = Default::default();
        for step in body {
            match step {
                Step::Let(_) => {}
                Step::Store { place: Place::Variable(variable), .. } if !self.counters.contains(variable) => {
                    if seen.insert(*variable) {
                        stored.push(*variable);
                    }
                }
                _ => return None,
            }
        }
        if !(MOST_CARRIED + 1..=MOST_SUMS).contains(&stored.len()) || self.classes.is_left(site) {
            return None;
        }
        if body.len() > MOST_STEPS {
            return None;
        }
        let alone = self.independent(body, &stored).into_iter().map(|set| self.turn(body, set.into_iter().collect()));
        let turns = self.together(body, alone.collect());
        let steps: usize = turns.iter().map(|turn| turn.steps.len()).sum();
        (turns.len() > 1 && steps <= body.len() * 2).then_some(turns)
    }

    /// Sets of sums put together to turns of about one size.
    fn together(&self, body: &[Step], mut alone: Vec<Turn>) -> Vec<Turn> {
        let all: usize = alone.iter().map(|turn| turn.variables.len()).sum();
        let most = all.div_ceil(all.div_ceil(MOST_IN_TURN).max(1));
        let prices: Vec<u32> = body.iter().map(|step| self.price(step)).collect();
        let mut turns = Vec::new();
        while !alone.is_empty() {
            let mut variables = alone.remove(0).variables;
            loop {
                let turn = self.turn(body, variables.clone());
                let mut shared: Vec<u32> = vec![0; body.len()];
                for place in &turn.steps {
                    if let (Some(shared), Some(price)) = (shared.get_mut(*place), prices.get(*place)) {
                        *shared = *price;
                    }
                }
                let spared = |one: &Turn| -> u32 { one.steps.iter().filter_map(|place| shared.get(*place)).sum() };
                let fits = |one: &Turn| variables.len() + one.variables.len() <= most;
                let fitting = alone.iter().enumerate().filter(|(_, one)| fits(one));
                let best = fitting.max_by_key(|(place, one)| (spared(one), Reverse(*place))).map(|(place, _)| place);
                let Some(best) = best else {
                    turns.push(turn);
                    break;
                };
                variables.extend(alone.remove(best).variables);
            }
        }
        turns
    }

    /// What a step costs about, if it is done once more.
    fn price(&self, step: &Step) -> u32 {
        let Step::Let(value) = step else { return 1 };
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return 1 };
        match definition.operation {
            Operation::Load(Place::Shared(_, index) | Place::Buffer(_, index)) => match self.classes.value(index) {
                Class::Scalar { stride: 0, .. } if definition.ty == Type::Float => 2,
                Class::Scalar { stride: 0 | 1, .. } => 1,
                _ => 4,
            },
            _ => 1,
        }
    }

    /// The variables in sets of which none depends on another, in order.
    fn independent(&self, body: &[Step], stored: &[u32]) -> Vec<Vec<u32>> {
        // For each variable the set that it is in; for each value that of what it depends on.
        let mut sets: HashMap<u32, usize> = stored.iter().copied().zip(0..).collect();
        let mut of_values: HashMap<Value, u32> = HashMap::new();
        let mut join = |a: u32, b: u32| {
            let (Some(from), Some(to)) = (sets.get(&a).copied(), sets.get(&b).copied()) else { return };
            if from != to {
                sets.values_mut().filter(|set| **set == from).for_each(|set| *set = to);
            }
        };
        for step in body {
            match step {
                Step::Let(value) => {
                    let Some(operation) = self.kernel.operation(*value) else { continue };
                    let mut of_value = match operation {
                        Operation::Load(Place::Variable(variable)) => stored.contains(&variable).then_some(variable),
                        _ => None,
                    };
                    for operand in operation.operands().into_iter().flatten() {
                        match (of_value, of_values.get(&operand).copied()) {
                            (Some(one), Some(other)) => join(one, other),
                            (None, other) => of_value = other,
                            (Some(_), None) => {}
                        }
                    }
                    of_value.map(|variable| of_values.insert(*value, variable));
                }
                Step::Store { place: Place::Variable(variable), value, .. } => {
                    if let Some(other) = of_values.get(value) {
                        join(*variable, *other);
                    }
                }
                _ => {}
            }
        }
        let mut numbers: Vec<usize> = Vec::new();
        for set in stored.iter().filter_map(|variable| sets.get(variable)) {
            if !numbers.contains(set) {
                numbers.push(*set);
            }
        }
        let of_set =
            |number: &usize| stored.iter().copied().filter(|variable| sets.get(variable) == Some(number)).collect();
        numbers.iter().map(of_set).collect()
    }

    /// The turn of these variables.
    fn turn(&self, body: &[Step], variables: BTreeSet<u32>) -> Turn {
        let mut values: HashSet<Value> = HashSet::new();
        let mut steps = Vec::new();
        for (place, step) in body.iter().enumerate().rev() {
            match step {
                Step::Let(value) if values.contains(value) => {
                    let operation = self.kernel.operation(*value);
                    values.extend(operation.into_iter().flat_map(Operation::operands).flatten());
                    values.insert(self.classes.real(*value));
                }
                Step::Store { place: Place::Variable(variable), value, .. } if variables.contains(variable) => {
                    values.extend([*value, self.classes.real(*value)]);
                }
                _ => continue,
            }
            steps.push(place);
        }
        steps.reverse();
        Turn { variables, steps }
    }
}

#[cfg(test)]
mod tests {
    use lockstep_verifier::{Form, profile};

    use super::*;

    /// How many sums each turn has, and how many variables rest, in a kernel with so many sums and a loop that does this.
    fn turns(sums: u32, does: &str) -> (Vec<Vec<usize>>, usize) {
        let source = format!(
            "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y {{
                var a: [u32; {sums}] = 0;
                for p in 0..n {{ for j in 1..{sums} {{ {does} }} }}
                var all: u32 = 0;
                for j in 0..{sums} {{ all = all * 31 + a[j]; }}
                y[i] = all;
            }}"
        );
        let module = lockstep_compiler::compile("k.lks", &source).module.unwrap();
        let kernel = profile::read(&module.kernels[0].spirv, &module.kernels[0], Form::Guarded).unwrap();
        let found = Turns::of(&kernel, &Classes::of(&kernel, true));
        let loops = found.loops.values().map(|turns| turns.iter().map(|turn| turn.variables.len()).collect());
        (loops.collect(), found.resting.len())
    }

    #[test]
    fn a_loop_with_more_sums_than_registers_is_gone_through_in_turns() {
        assert_eq!(turns(17, "a[j] += x[p] * (i + j);"), (vec![vec![8, 8]], 16));
        assert_eq!(turns(13, "a[j] += x[p] * (i + j);"), (vec![], 0), "registers hold 12");
    }

    #[test]
    fn sums_that_depend_on_each_other_are_never_parted() {
        assert_eq!(turns(17, "a[j] += a[j - 1] * x[p];"), (vec![], 0));
        // The second and the third, and so on: no pair is parted.
        assert_eq!(turns(18, "a[j] += a[j - j % 2] * x[p];"), (vec![vec![5, 6, 6]], 17));
    }

    #[test]
    fn what_sums_share_is_not_computed_many_times_over() {
        let long = "var s = x[p]; for k in 0..30 { s = s * 3 + (s >> 7); } a[j] += s * (i + j);";
        assert_eq!(turns(25, "a[j] += x[p] * (i + j);").1, 24);
        assert_eq!(turns(25, long).1, 0);
    }

    /// The sums of the first turn of a product of 4 rows and 4 columns, in which a lane reads its columns so.
    fn first_turn(column: &str) -> Vec<u32> {
        let source = format!(
            "kernel k(x: in [f32; 64], z: in [f32; 2048], y: out [f32; 256]) each i of y {{
                var a: [f32; 16] = 0.0;
                for p in 0..9 {{ for j in 0..16 {{ a[j] += x[p + 9 * (j / 4)] * z[{column}]; }} }}
                var all: f32 = 0.0;
                for j in 0..16 {{ all = all * 3.0 + a[j]; }}
                y[i] = all;
            }}"
        );
        let module = lockstep_compiler::compile("k.lks", &source).module.unwrap();
        let kernel = profile::read(&module.kernels[0].spirv, &module.kernels[0], Form::Plain).unwrap();
        let found = Turns::of(&kernel, &Classes::of(&kernel, true));
        let first = *found.resting.first().unwrap();
        let turns = found.loops.into_values().next().unwrap();
        turns[0].variables.iter().map(|variable| variable - first).collect()
    }

    #[test]
    fn sums_that_share_what_is_dear_go_together() {
        assert_eq!(first_turn("p + i + 300 * (j % 4)"), [0, 1, 2, 3, 4, 5, 6, 7], "by rows");
        assert_eq!(first_turn("p + i * 4 + j % 4"), [0, 1, 4, 5, 8, 9, 12, 13], "by columns");
    }
}
