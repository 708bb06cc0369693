//! Words as polynomials. A value's polynomial is right modulo 2^32; the value is *exact* where the polynomial itself
//! provably lies among the words. Where it may wrap, an atom stands for the word, and a *rule* says what it is equal to
//! modulo 2^32. What an operation says beyond its range is learnt as facts, in the scope in which it stands.

use super::{
    Table,
    choice::Case,
    evaluate,
    exact::Rule,
    polynomial::{Atom, Polynomial},
    ranges::{absorbs, range_of},
    space::{Mark, Range, Reach, Space, WORD},
};
use crate::tree::{Kernel, Operation, Value, WordOperator};

/// The words that are read as signed.
pub(super) const SIGNED: Range = (i32::MIN as i128, i32::MAX as i128);
pub(super) const TURN: i128 = 1 << 32;

/// A truth value that a variable got on two ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TruthChoice {
    pub(super) condition: Value,
    pub(super) then: Option<Value>,
    pub(super) otherwise: Option<Value>,
}

/// What an atom is computed from.
#[derive(Clone, Debug)]
pub(super) enum Definition {
    /// An operator on exact words.
    Operation(WordOperator, Polynomial, Polynomial),
    /// Modulo 2^32, as a word.
    Word(Polynomial),
    /// The same, read as signed.
    Signed(Polynomial),
}

impl Definition {
    pub(super) fn atoms(&self) -> Box<dyn Iterator<Item = Atom> + '_> {
        match self {
            Definition::Operation(_, x, y) => Box::new(x.atoms().chain(y.atoms())),
            Definition::Word(equal) | Definition::Signed(equal) => Box::new(equal.atoms()),
        }
    }
}

/// What makes a named atom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Digits(Polynomial, Polynomial),
    Operation(WordOperator, Polynomial, Polynomial),
}

/// The beginning of a scope.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    space: Mark,
    rules: usize,
    names: usize,
    assumed: usize,
    chosen: usize,
}

/// What is known of the values of a kernel at one point of its walk.
pub(super) struct Words<'k> {
    pub(super) kernel: &'k Kernel,
    pub(super) space: Space,
    pub(super) values: Vec<Option<Polynomial>>,
    /// The atoms of words that may wrap, and of those read as signed, by what they are modulo 2^32.
    pub(super) atoms: Table<(Polynomial, bool), Polynomial>,
    pub(super) rules: Vec<Rule>,
    /// The conditions around, and what they are.
    pub(super) assumed: Vec<(Value, bool)>,
    pub(super) choices: Table<Atom, Vec<Case>>,
    /// The choices that were made where the walk stands: what is known of others holds elsewhere alone.
    pub(super) chosen: Vec<Atom>,
    /// A truth value that a variable held when it was loaded.
    pub(super) same: Table<Value, Value>,
    pub(super) truths: Table<Value, TruthChoice>,
    /// What makes an atom, where it is an operation on exact words.
    pub(super) definitions: Table<Atom, Definition>,
    pub(super) named: Table<Name, (Polynomial, Polynomial)>,
    pub(super) names: Vec<Name>,
    /// The polynomials of what the launch gives.
    pub(super) lane: Polynomial,
    pub(super) workgroup: Polynomial,
    pub(super) push: Vec<Polynomial>,
    /// For each value whether it is the same in all lanes of a group, in one trip of the loops around it.
    pub(super) uniform: Vec<bool>,
    /// How many loops around have no barrier, so that lanes are in different trips of them at once.
    pub(super) apart: u32,
}

impl<'k> Words<'k> {
    pub(super) fn new(kernel: &'k Kernel, budget: u64) -> Words<'k> {
        Words {
            kernel,
            space: Space::new(budget),
            values: vec![None; kernel.values.len()],
            atoms: Table::default(),
            rules: Vec::new(),
            assumed: Vec::new(),
            choices: Table::default(),
            chosen: Vec::new(),
            same: Table::default(),
            truths: Table::default(),
            definitions: Table::default(),
            named: Table::default(),
            names: Vec::new(),
            lane: Polynomial::default(),
            workgroup: Polynomial::default(),
            push: Vec::new(),
            uniform: Vec::new(),
            apart: 0,
        }
    }

    pub(super) fn mark(&self) -> Scope {
        Scope {
            space: self.space.mark(),
            rules: self.rules.len(),
            names: self.names.len(),
            assumed: self.assumed.len(),
            chosen: self.chosen.len(),
        }
    }

    pub(super) fn restore(&mut self, scope: Scope) {
        self.space.restore(scope.space);
        self.rules.truncate(scope.rules);
        self.assumed.truncate(scope.assumed);
        self.chosen.truncate(scope.chosen);
        for name in self.names.drain(scope.names..) {
            self.named.remove(&name);
        }
    }

    /// What has been learnt since.
    pub(super) fn since(&self, scope: Scope) -> (Vec<Polynomial>, Vec<Rule>) {
        (self.space.since(scope.space), self.rules.get(scope.rules..).map(<[Rule]>::to_vec).unwrap_or_default())
    }

    pub(super) fn impossible(&mut self, scope: Scope) -> bool {
        self.space.impossible(scope.space)
    }

    pub(super) fn operation(&self, value: Value) -> Option<Operation> {
        self.kernel.operation(value)
    }

    pub(super) fn set(&mut self, value: Value, polynomial: Polynomial) {
        if let Some(slot) = self.values.get_mut(value.0 as usize) {
            *slot = Some(polynomial);
        }
    }

    /// A new atom for a word of which nothing is known.
    pub(super) fn unknown(&mut self, reach: Reach) -> Polynomial {
        self.space.atom(WORD, reach)
    }

    /// The polynomial of a word, modulo 2^32.
    pub(super) fn word(&mut self, value: Value) -> Polynomial {
        let made = self.made(value);
        self.space.normal(made)
    }

    /// The same as it was made, with no atom replaced since.
    pub(super) fn made(&mut self, value: Value) -> Polynomial {
        self.space.spend(1 + self.assumed.len() / 16);
        // A choice whose condition is known since it was made.
        if let Some(Operation::Select(condition, a, b)) = self.operation(value)
            && let Some((_, truth)) = self.assumed.iter().rev().find(|(assumed, _)| *assumed == condition)
        {
            return self.made(if *truth { a } else { b });
        }
        match self.values.get(value.0 as usize) {
            Some(Some(known)) => return known.clone(),
            Some(None) => {}
            None => return self.unknown(Reach::Lane),
        }
        let made = match self.operation(value) {
            Some(Operation::Constant(word)) => Polynomial::number(i128::from(word)).wrapped(),
            _ => self.unknown(Reach::Lane),
        };
        self.set(value, made.clone());
        made
    }

    /// Makes the polynomial of a word where it comes to be.
    pub(super) fn define(&mut self, value: Value) {
        let made = match self.operation(value) {
            Some(Operation::Constant(word)) => Polynomial::number(i128::from(word)).wrapped(),
            Some(Operation::PushConstant(word)) => match self.push.get(word as usize) {
                Some(known) => known.clone(),
                None => self.unknown(Reach::Dispatch),
            },
            Some(Operation::WorkgroupX) => self.workgroup.clone(),
            Some(Operation::LaneX) => self.lane.clone(),
            Some(Operation::Complement(a)) => {
                let a = self.word(a);
                match a.scaled(-1) {
                    Some(turned) => turned.shifted(-1).wrapped(),
                    None => self.unknown(self.space.reach(&a)),
                }
            }
            Some(Operation::HighestBit(a)) => {
                let a = self.exact(a);
                let reach = self.space.reach(&a);
                let some = self.space.soon_natural(&a.shifted(-1));
                self.space.atom(if some { (0, 31) } else { WORD }, reach)
            }
            Some(Operation::Word(operator, a, b)) => self.binary(operator, a, b),
            Some(Operation::Select(condition, a, b)) => self.select(condition, a, b),
            _ => self.unknown(self.reach_of_unknown(value)),
        };
        self.set(value, made);
    }

    fn binary(&mut self, operator: WordOperator, a: Value, b: Value) -> Polynomial {
        if operator == WordOperator::Subtract
            && let Some(rest) = self.rest(a, b)
        {
            return rest;
        }
        let (p, q) = (self.word(a), self.word(b));
        let ring = match operator {
            WordOperator::Add => p.plus(&q),
            WordOperator::Subtract => p.minus(&q),
            WordOperator::Multiply => p.times(&q),
            WordOperator::ShiftLeft => {
                q.known().filter(|count| (0..32).contains(count)).and_then(|count| p.scaled(1 << count))
            }
            _ => None,
        };
        if let Some(ring) = ring {
            let ring = ring.wrapped();
            return if operator == WordOperator::Subtract { self.rested(ring) } else { ring };
        }
        let (x, y) = (self.exact(a), self.exact(b));
        self.operate(operator, &x, &y)
    }

    /// An operator on exact words.
    pub(super) fn operate(&mut self, operator: WordOperator, x: &Polynomial, y: &Polynomial) -> Polynomial {
        // Nothing of nothing.
        if x.known() == Some(0) && absorbs(operator) {
            return Polynomial::default();
        }
        // What is no negative number is the same one as a signed word.
        let operator = match operator {
            WordOperator::ShiftRightSigned if self.below_half(x) => WordOperator::ShiftRight,
            WordOperator::DivideSigned if self.below_half(x) && self.below_half(y) => WordOperator::Divide,
            operator => operator,
        };
        let found = match operator {
            WordOperator::Divide => self.digits(x, y).map(|(quotient, _)| quotient),
            WordOperator::Remainder => self.digits(x, y).map(|(_, rest)| rest),
            WordOperator::ShiftRight => {
                let count = y.known().filter(|count| (0..32).contains(count));
                count.and_then(|count| self.digits(x, &Polynomial::number(1 << count))).map(|(quotient, _)| quotient)
            }
            WordOperator::And => self.masked(x, y).or_else(|| self.masked(y, x)),
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
        let name = Name::Operation(operator, x.clone(), y.clone());
        if let Some((known, _)) = self.named.get(&name) {
            return known.clone();
        }
        let (a, b) = (self.space.range(x), self.space.range(y));
        let reach = self.space.reach(x).max(self.space.reach(y));
        let range = range_of(operator, a, b).filter(|(low, high)| *low >= 0 && *high <= WORD.1).unwrap_or(WORD);
        let made = self.space.atom(range, reach);
        self.space.suggest(&made, |at| {
            let (x, y) = (u32::try_from(at(x)?).ok()?, u32::try_from(at(y)?).ok()?);
            evaluate::word(operator, x, y).map(i128::from)
        });
        match operator {
            WordOperator::And => {
                self.space.learn(x.minus(&made));
                self.space.learn(y.minus(&made));
            }
            WordOperator::Or | WordOperator::Xor => {
                self.space.learn(x.plus(y).and_then(|sum| sum.minus(&made)));
            }
            WordOperator::ShiftRight | WordOperator::Divide | WordOperator::Remainder => {
                self.space.learn(x.minus(&made));
            }
            WordOperator::Carry | WordOperator::Borrow => {
                self.turns(operator, (x, y), &made);
            }
            _ => {}
        }
        let definition = Definition::Operation(operator, x.clone(), y.clone());
        self.definitions.extend(made.single().map(|atom| (atom, definition)));
        self.named.insert(name.clone(), (made.clone(), made.clone()));
        self.names.push(name);
        made
    }

    /// A carry, or a borrow, is how often the word has turned.
    fn turns(&mut self, operator: WordOperator, (x, y): (&Polynomial, &Polynomial), upper: &Polynomial) {
        let (exact, sign) = match operator {
            WordOperator::Carry => (x.plus(y), 1),
            _ => (x.minus(y), -1),
        };
        let Some(exact) = exact else { return };
        let word = exact.clone().wrapped();
        let lower = match self.as_exact(&word, WORD) {
            Some(lower) => lower,
            None => self.wrapping(&word, false),
        };
        let sum = upper.scaled(sign * TURN).and_then(|turns| turns.plus(&lower));
        if let Some(sum) = sum {
            self.space.equal(&sum, &exact);
        }
    }

    fn below_half(&mut self, x: &Polynomial) -> bool {
        let below = Polynomial::number(SIGNED.1).minus(x);
        below.is_some_and(|below| self.space.soon_natural(&below))
    }

    /// Over which lanes a value is the same of which nothing else is known.
    pub(super) fn reach_of_unknown(&self, value: Value) -> Reach {
        let uniform = self.apart == 0 && self.uniform.get(value.0 as usize) == Some(&true);
        if uniform { Reach::Trip } else { Reach::Lane }
    }

    /// Over which lanes a truth value is the same.
    pub(super) fn truth_reach(&mut self, value: Value, depth: u32) -> Reach {
        let made = self.truth_reach_of(value, depth);
        made.min(self.reach_of_unknown(value))
    }

    fn truth_reach_of(&mut self, value: Value, depth: u32) -> Reach {
        if depth > 8 {
            return Reach::Lane;
        }
        match self.operation(value) {
            Some(Operation::Constant(_)) => Reach::Dispatch,
            Some(Operation::Compare(_, a, b)) => {
                let (a, b) = (self.word(a), self.word(b));
                self.space.reach(&a).max(self.space.reach(&b))
            }
            Some(Operation::Not(a)) => self.truth_reach(a, depth + 1),
            Some(Operation::Logic(_, a, b)) => self.truth_reach(a, depth + 1).max(self.truth_reach(b, depth + 1)),
            _ => Reach::Lane,
        }
    }

    /// The word modulo 2^32 with what words are made of in the place of the atoms that stand for them.
    pub(super) fn unfolded(&self, word: &Polynomial) -> Option<Polynomial> {
        let mut found = None;
        for atom in word.atoms() {
            if let Some(Definition::Word(equal) | Definition::Signed(equal)) = self.definitions.get(&atom) {
                let word = found.as_ref().unwrap_or(word);
                found = Some(word.replaced(atom, &self.space.normal(equal.clone()))?.wrapped());
            }
        }
        found
    }
}
