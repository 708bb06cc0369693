//! What operators give of known words: those who try lanes one by one compute with these, and with sums that are made
//! ready to be computed at many points.

use std::collections::HashMap;

use super::{
    polynomial::{Atom, Polynomial},
    whole::Definitions,
    words::Definition,
};
use crate::tree::{TruthOperator, WordComparison, WordOperator};

/// How deep operations are followed.
const MAX_DEPTH: u32 = 16;

/// The word that an operator gives; None if it has none, or is not followed.
pub(super) fn word(operator: WordOperator, a: u32, b: u32) -> Option<u32> {
    Some(match operator {
        WordOperator::Add => a.wrapping_add(b),
        WordOperator::Subtract => a.wrapping_sub(b),
        WordOperator::Multiply => a.wrapping_mul(b),
        WordOperator::MultiplyHigh => ((u64::from(a) * u64::from(b)) >> 32) as u32,
        WordOperator::Carry => a.checked_add(b).is_none().into(),
        WordOperator::Borrow => (a < b).into(),
        WordOperator::Divide => a.checked_div(b)?,
        WordOperator::Remainder => a.checked_rem(b)?,
        WordOperator::DivideSigned => a.cast_signed().checked_div(b.cast_signed())?.cast_unsigned(),
        WordOperator::And => a & b,
        WordOperator::Or => a | b,
        WordOperator::Xor => a ^ b,
        WordOperator::ShiftLeft => a.checked_shl(b)?,
        WordOperator::ShiftRight => a.checked_shr(b)?,
        WordOperator::ShiftRightSigned => a.cast_signed().checked_shr(b)?.cast_unsigned(),
        WordOperator::DotSigned | WordOperator::DotUnsigned => return None,
    })
}

pub(super) fn compare(comparison: WordComparison, a: u32, b: u32) -> bool {
    match comparison {
        WordComparison::Equal => a == b,
        WordComparison::NotEqual => a != b,
        WordComparison::Less => a < b,
        WordComparison::LessOrEqual => a <= b,
        WordComparison::LessSigned => a.cast_signed() < b.cast_signed(),
        WordComparison::LessOrEqualSigned => a.cast_signed() <= b.cast_signed(),
    }
}

pub(super) fn logic(operator: TruthOperator, a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (operator, a, b) {
        (TruthOperator::And, Some(0), _) | (TruthOperator::And, _, Some(0)) => Some(0),
        (TruthOperator::Or, Some(1), _) | (TruthOperator::Or, _, Some(1)) => Some(1),
        (TruthOperator::And, a, b) => Some(a? & b?),
        (TruthOperator::Or, a, b) => Some(a? | b?),
        (TruthOperator::Equal, a, b) => Some((a? == b?).into()),
        (TruthOperator::NotEqual, a, b) => Some((a? != b?).into()),
    }
}

/// A sum of products of atoms, by their numbers in a program.
#[derive(Clone, Debug)]
pub(super) struct Sum(Vec<(i128, Vec<usize>)>);

/// How an atom comes by its value.
#[derive(Clone, Debug)]
enum Node {
    Given,
    Operation(WordOperator, Sum, Sum),
    /// Modulo 2^32.
    Word(Sum),
    /// The same, read as signed.
    Signed(Sum),
}

/// Atoms in the order in which they are computed, each once.
#[derive(Debug, Default)]
pub(super) struct Program {
    nodes: Vec<Node>,
    /// For each atom its number; None if it cannot be computed.
    numbers: HashMap<Atom, Option<usize>>,
}

impl Program {
    /// A program whose first atoms are given, in this order.
    pub(super) fn new(given: impl Iterator<Item = Atom>) -> Program {
        let mut program = Program::default();
        for atom in given {
            program.add(atom, Node::Given);
        }
        program
    }

    fn add(&mut self, atom: Atom, node: Node) -> usize {
        self.nodes.push(node);
        self.numbers.insert(atom, Some(self.nodes.len() - 1));
        self.nodes.len() - 1
    }

    /// What of a sum can be computed, and the rest of it.
    pub(super) fn sum(&mut self, definitions: &Definitions, sum: &Polynomial) -> (Sum, Polynomial) {
        let mut found = Vec::new();
        let mut rest = Vec::new();
        for (monomial, factor) in sum.terms() {
            match monomial.atoms().map(|atom| self.number(definitions, atom, MAX_DEPTH)).collect::<Option<Vec<usize>>>()
            {
                Some(factors) => found.push((*factor, factors)),
                None => rest.push((*monomial, *factor)),
            }
        }
        (Sum(found), Polynomial::of(rest))
    }

    fn number(&mut self, definitions: &Definitions, atom: Atom, depth: u32) -> Option<usize> {
        if let Some(known) = self.numbers.get(&atom) {
            return *known;
        }
        let depth = depth.checked_sub(1)?;
        let mut whole = |sum: &Polynomial| {
            let factors = |monomial: &super::polynomial::Monomial| {
                monomial.atoms().map(|atom| self.number(definitions, atom, depth)).collect::<Option<Vec<usize>>>()
            };
            let mut terms = Vec::new();
            let mut factors = factors;
            for (monomial, factor) in sum.terms() {
                terms.push((*factor, factors(monomial)?));
            }
            Some(Sum(terms))
        };
        let node = match definitions.get(&atom) {
            Some(Definition::Operation(operator, x, y)) => {
                whole(x).and_then(|x| Some(Node::Operation(*operator, x, whole(y)?)))
            }
            Some(Definition::Word(equal)) => whole(equal).map(Node::Word),
            Some(Definition::Signed(equal)) => whole(equal).map(Node::Signed),
            None => None,
        };
        match node {
            Some(node) => Some(self.add(atom, node)),
            None => {
                self.numbers.insert(atom, None);
                None
            }
        }
    }

    /// The values of all atoms at one point.
    pub(super) fn run(&self, given: &[i128], values: &mut Vec<Option<i128>>) {
        values.clear();
        for (number, node) in self.nodes.iter().enumerate() {
            let value = match node {
                Node::Given => given.get(number).copied(),
                Node::Operation(operator, x, y) => x
                    .at(values)
                    .zip(y.at(values))
                    .and_then(|(x, y)| word(*operator, u32::try_from(x).ok()?, u32::try_from(y).ok()?).map(i128::from)),
                Node::Word(sum) => sum.at(values).map(|word| word.rem_euclid(1 << 32)),
                Node::Signed(sum) => sum.at(values).map(|word| i128::from(word as i32)),
            };
            values.push(value);
        }
    }
}

impl Sum {
    /// Its value, where all of its atoms have one.
    pub(super) fn at(&self, values: &[Option<i128>]) -> Option<i128> {
        self.0.iter().try_fold(0i128, |all, (factor, atoms)| {
            let product =
                atoms.iter().try_fold(*factor, |product, atom| product.checked_mul((*values.get(*atom)?)?))?;
            all.checked_add(product)
        })
    }
}
