//! What operators give of known words: those who try lanes one by one compute with these, and with sums that are made
//! ready to be computed at many points.

use super::{
    Table,
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

/// The values of an atom, or of a sum, at all points.
pub(super) type Column = Vec<i64>;

/// No value.
pub(super) const NONE: i64 = i64::MIN;

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
    numbers: Table<Atom, Option<usize>>,
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

    /// How many steps one point takes: many points take few.
    pub(super) fn steps(&self) -> usize {
        1 + self.nodes.len() / 16
    }

    /// The values of all atoms at some points, of which the values of the given ones are known.
    pub(super) fn run(&self, given: &[Column], points: usize, values: &mut Vec<Column>) {
        values.clear();
        let (mut x, mut y) = (Column::new(), Column::new());
        for (number, node) in self.nodes.iter().enumerate() {
            let column = match node {
                Node::Given => given.get(number).cloned().unwrap_or_else(|| vec![NONE; points]),
                Node::Operation(operator, left, right) => {
                    left.column(values, points, &mut x);
                    right.column(values, points, &mut y);
                    let made = |(x, y): (&i64, &i64)| {
                        let (x, y) = (u32::try_from(*x).ok()?, u32::try_from(*y).ok()?);
                        word(*operator, x, y).map(i64::from)
                    };
                    x.iter().zip(&y).map(|operands| made(operands).unwrap_or(NONE)).collect()
                }
                Node::Word(sum) => {
                    sum.column(values, points, &mut x);
                    let wrapped = |(point, word): (usize, &i64)| match *word {
                        NONE => sum.at(values, point).map_or(NONE, |word| word.rem_euclid(1 << 32) as i64),
                        word => word.rem_euclid(1 << 32),
                    };
                    x.iter().enumerate().map(wrapped).collect()
                }
                Node::Signed(sum) => {
                    sum.column(values, points, &mut x);
                    let wrapped = |(point, word): (usize, &i64)| match *word {
                        NONE => sum.at(values, point).map_or(NONE, |word| i64::from(word as i32)),
                        word => i64::from(word as i32),
                    };
                    x.iter().enumerate().map(wrapped).collect()
                }
            };
            values.push(column);
        }
    }
}

impl Sum {
    /// Its values at all points, where all of its atoms have one, in 64 bits.
    pub(super) fn column(&self, values: &[Column], points: usize, into: &mut Column) {
        into.clear();
        into.resize(points, 0);
        for (factor, atoms) in &self.0 {
            let factor = i64::try_from(*factor).unwrap_or(NONE);
            let columns: Vec<&[i64]> = atoms.iter().map(|atom| values.get(*atom).map_or(&[][..], |of| of)).collect();
            match columns.as_slice() {
                [] => into.iter_mut().for_each(|sum| *sum = plus(*sum, factor)),
                [one] => into.iter_mut().zip(*one).for_each(|(sum, a)| *sum = plus(*sum, times(factor, *a))),
                [one, others @ ..] => {
                    for ((point, sum), a) in into.iter_mut().enumerate().zip(*one) {
                        let product = others.iter().fold(times(factor, *a), |product, other| {
                            times(product, other.get(point).copied().unwrap_or(NONE))
                        });
                        *sum = plus(*sum, product);
                    }
                }
            }
        }
    }

    /// Its value at a point, where all of its atoms have one.
    pub(super) fn at(&self, values: &[Column], point: usize) -> Option<i128> {
        self.0.iter().try_fold(0i128, |all, (factor, atoms)| {
            let product = atoms.iter().try_fold(*factor, |product, atom| {
                let value = values.get(*atom)?.get(point).copied().filter(|value| *value != NONE)?;
                product.checked_mul(value.into())
            });
            all.checked_add(product?)
        })
    }
}

/// What has no value, or none in 64 bits, makes none.
fn times(a: i64, b: i64) -> i64 {
    if a == NONE || b == NONE { NONE } else { a.checked_mul(b).unwrap_or(NONE) }
}

fn plus(a: i64, b: i64) -> i64 {
    if a == NONE || b == NONE { NONE } else { a.checked_add(b).unwrap_or(NONE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the given atoms 1 and 2 the product, at three points.
    fn product(first: [i64; 3], second: [i64; 3], factor: i128) -> (Column, Vec<Option<i128>>) {
        let program = Program::new([1, 2].into_iter());
        let mut values = Vec::new();
        program.run(&[first.to_vec(), second.to_vec()], 3, &mut values);
        let mut program = program;
        let sum = Polynomial::atom(1).times(&Polynomial::atom(2)).and_then(|product| product.scaled(factor)).unwrap();
        let (sum, rest) = program.sum(&Definitions::default(), &sum.shifted(5));
        assert_eq!(rest, Polynomial::default());
        let mut column = Column::new();
        sum.column(&values, 3, &mut column);
        (column, (0..3).map(|point| sum.at(&values, point)).collect())
    }

    #[test]
    fn a_column_has_the_values_of_its_points() {
        let (column, points) = product([1, 2, -3], [7, 0, 11], 2);
        assert_eq!(column, [19, 5, -61]);
        assert_eq!(points, [Some(19), Some(5), Some(-61)]);
    }

    #[test]
    fn what_is_too_large_for_a_column_has_no_value_there() {
        let (column, points) = product([1 << 40, 1, NONE], [1 << 40, 1, 1], 1);
        assert_eq!(column, [NONE, 6, NONE]);
        assert_eq!(points, [Some((1 << 80) + 5), Some(6), None]);
    }

    #[test]
    fn words_wrap_and_operators_may_have_no_result() {
        let operation = |operator| Definition::Operation(operator, Polynomial::atom(1), Polynomial::atom(2));
        let twice = Polynomial::atom(1).scaled(1 << 31).unwrap();
        let definitions: Definitions = [
            (3, operation(WordOperator::Divide)),
            (4, Definition::Word(twice.clone())),
            (5, Definition::Signed(twice)),
        ]
        .into_iter()
        .collect();
        let mut program = Program::new([1, 2].into_iter());
        let mut column = |atom| {
            let (sum, _) = program.sum(&definitions, &Polynomial::atom(atom));
            let (mut values, mut column) = (Vec::new(), Column::new());
            program.run(&[vec![9, 2], vec![2, 0]], 2, &mut values);
            sum.column(&values, 2, &mut column);
            column
        };
        assert_eq!(column(3), [4, NONE], "nothing is divided by zero");
        assert_eq!(column(4), [1 << 31, 0]);
        assert_eq!(column(5), [-(1 << 31), 0]);
    }
}
