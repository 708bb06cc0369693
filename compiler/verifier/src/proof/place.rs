//! A place in an array of several dimensions, as the profile has it: a guarded one is a choice between a place and 0; a
//! place is a sum of coordinates, each multiplied by the sizes that come after its own. This only takes words apart: what
//! comes out is equal to the word modulo 2^32, whatever it is.

use super::{polynomial::Polynomial, words::Words};
use crate::tree::{Operation, Value, WordOperator};

/// How many sums and products of a place are taken apart.
const MAX_PARTS: u32 = 64;

/// The sizes of an array's dimensions but for the first, the last one first.
pub(super) type Sizes<'s> = &'s [Polynomial];

/// How many cells the first dimension has, of so many in all.
pub(super) fn first_size(cells: &Polynomial, sizes: Sizes<'_>) -> Option<Polynomial> {
    sizes.iter().try_fold(cells.clone(), |cells, size| {
        let [(monomial, factor)] = size.terms() else { return None };
        let (quotient, rest) = cells.split(monomial, *factor);
        (rest == Polynomial::default()).then_some(quotient)
    })
}

/// How a place is taken apart.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// As it is written: what is added to rows is a coordinate.
    Strict,
    /// Each product by itself: a multiple of the sizes after a coordinate belongs to the one before.
    Loose,
    /// Each product by itself, and what is no product as it is.
    Whole,
}

/// The coordinates of a place, the last one first: multiplied by the sizes after their own, they are the word modulo 2^32.
/// None if there is but the last.
pub(super) fn coordinates(
    words: &mut Words<'_>,
    place: Value,
    sizes: Sizes<'_>,
    reading: Reading,
) -> Option<Vec<Polynomial>> {
    let sums = vec![Polynomial::default(); sizes.len() + 1];
    let mut found = Coordinates { sizes, reading, sums, left: MAX_PARTS };
    found.add(words, place, (0, 1))?;
    found.sums.iter().skip(1).any(|sum| *sum != Polynomial::default()).then_some(found.sums)
}

struct Coordinates<'s> {
    sizes: Sizes<'s>,
    reading: Reading,
    sums: Vec<Polynomial>,
    left: u32,
}

impl Coordinates<'_> {
    /// Adds a word that is multiplied by the sizes after a coordinate, and by a number.
    fn add(&mut self, words: &mut Words<'_>, place: Value, at: (usize, i128)) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        match words.operation(place) {
            Some(Operation::Word(WordOperator::Add, a, b)) => {
                if self.reading == Reading::Strict
                    && let Some((rows, above)) = self.rows(words, a, at)
                {
                    self.add(words, rows, above)?;
                    return match words.operation(b) {
                        Some(Operation::Constant(word)) if word.cast_signed() < 0 => {
                            self.constant(i128::from(word.cast_signed()), at)
                        }
                        // More rows, and a coordinate that is added to both. A multiple of a number may be anything.
                        Some(Operation::Word(WordOperator::Add, more, _))
                            if self.sizes.get(at.0).is_some_and(|size| size.known().is_none())
                                && self.rows(words, more, at).is_some() =>
                        {
                            self.add(words, b, at)
                        }
                        _ => self.word(words, b, at),
                    };
                }
                self.add(words, a, at)?;
                return self.add(words, b, at);
            }
            Some(Operation::Constant(word)) => return self.constant(i128::from(word.cast_signed()), at),
            _ => {}
        }
        match self.rows(words, place, at) {
            Some((rows, above)) => self.add(words, rows, above),
            None => self.word(words, place, at),
        }
    }

    /// What a word is that is multiplied by one size or several.
    fn rows(&self, words: &mut Words<'_>, place: Value, at: (usize, i128)) -> Option<(Value, (usize, i128))> {
        let Some(Operation::Word(WordOperator::Multiply, a, b)) = words.operation(place) else { return None };
        [(a, b), (b, a)].into_iter().find_map(|(rows, factor)| {
            let factor = words.word(factor);
            multiplied(&factor, self.sizes, at).map(|above| (rows, above))
        })
    }

    /// A word that is not taken apart.
    fn word(&mut self, words: &mut Words<'_>, place: Value, (at, factor): (usize, i128)) -> Option<()> {
        let word = words.word(place).scaled(factor)?;
        self.whole(word, at)
    }

    /// Adds a sum. Where a size is 1 there is but one coordinate, so that no product shows what belongs to which.
    fn whole(&mut self, mut sum: Polynomial, mut at: usize) -> Option<()> {
        while let Some(size) =
            self.sizes.get(at).filter(|size| self.reading == Reading::Loose || size.known() == Some(1))
            && let [(monomial, factor)] = size.terms()
        {
            let (quotient, rest) = sum.split(monomial, *factor);
            if rest != Polynomial::default() {
                break;
            }
            sum = quotient;
            at += 1;
        }
        self.at(at, &sum)
    }

    /// The digits of a number.
    fn constant(&mut self, number: i128, (mut at, factor): (usize, i128)) -> Option<()> {
        let mut rest = number.checked_mul(factor)?;
        while let Some(size) = self.sizes.get(at).and_then(Polynomial::known).filter(|size| *size > 0 && rest > 0) {
            self.at(at, &Polynomial::number(rest % size))?;
            rest /= size;
            at += 1;
        }
        // What is taken away of rows is so many less.
        while let Some(size) = self.sizes.get(at).and_then(Polynomial::known).filter(|size| *size > 1 && rest < 0)
            && rest % size == 0
        {
            rest /= size;
            at += 1;
        }
        self.whole(Polynomial::number(rest), at)
    }

    fn at(&mut self, at: usize, more: &Polynomial) -> Option<()> {
        let sum = self.sums.get_mut(at)?;
        *sum = sum.plus(more)?.wrapped();
        Some(())
    }
}

/// Where a word goes that is multiplied by a factor: by one size or several, if these are numbers.
fn multiplied(factor: &Polynomial, sizes: Sizes<'_>, (from, by): (usize, i128)) -> Option<(usize, i128)> {
    let Some(number) = factor.known() else {
        return (sizes.get(from)? == factor && by == 1).then_some((from + 1, 1));
    };
    let (mut at, mut rest) = (from, number.checked_mul(by)?);
    while let Some(size) = sizes.get(at).and_then(Polynomial::known).filter(|size| *size > 0 && rest % size == 0) {
        rest /= size;
        at += 1;
    }
    (at > from).then_some((at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Definition, Kernel, Site, Type};

    /// The coordinates of the last of some values, by the sizes that others are.
    fn read(values: &[Operation], sizes: &[u32], reading: Reading) -> (Vec<Polynomial>, Option<Vec<Polynomial>>) {
        let made = |operation: &Operation| Definition { operation: *operation, ty: Type::Word, site: Site::default() };
        let kernel = Kernel { values: values.iter().map(made).collect(), ..Kernel::default() };
        let mut words = Words::new(&kernel, 1 << 20);
        let all = (0..values.len() as u32).map(|value| words.word(Value(value))).collect();
        let sizes: Vec<Polynomial> = sizes.iter().map(|size| words.word(Value(*size))).collect();
        (all, coordinates(&mut words, Value(values.len() as u32 - 1), &sizes, reading))
    }

    fn word(operator: WordOperator, a: u32, b: u32) -> Operation {
        Operation::Word(operator, Value(a), Value(b))
    }

    /// An extent, two coordinates, the place of these, and what else is asked for.
    fn place(more: &[Operation]) -> Vec<Operation> {
        let mut values = vec![Operation::LaneX; 4];
        values.extend([word(WordOperator::Multiply, 1, 0), word(WordOperator::Add, 4, 2)]);
        values.extend(more);
        values
    }

    #[test]
    fn rows_and_what_is_added_to_them() {
        let (all, found) = read(&place(&[]), &[0], Reading::Strict);
        assert_eq!(found, Some(vec![all[2].clone(), all[1].clone()]));
        // Another factor than the size makes no rows.
        assert_eq!(read(&place(&[]), &[3], Reading::Strict).1, None);
    }

    #[test]
    fn one_more_row_is_seen_by_the_loose_reading() {
        let next = place(&[word(WordOperator::Add, 5, 0)]);
        let (all, found) = read(&next, &[0], Reading::Loose);
        assert_eq!(found, Some(vec![all[2].clone(), all[1].clone().shifted(1)]));
        let (_, found) = read(&next, &[0], Reading::Strict);
        assert_eq!(found, Some(vec![all[2].plus(&all[0]).unwrap(), all[1].clone()]));
    }

    #[test]
    fn rows_may_be_added_in_parts() {
        // Rows of an extent: to one row the next one's last cell is added.
        let last = place(&[
            Operation::Constant(u32::MAX),
            word(WordOperator::Add, 3, 6),
            word(WordOperator::Multiply, 7, 0),
            word(WordOperator::Add, 8, 2),
            word(WordOperator::Add, 4, 9),
        ]);
        let (all, found) = read(&last, &[0], Reading::Strict);
        assert_eq!(found, Some(vec![all[2].clone(), all[1].plus(&all[3]).unwrap().shifted(-1)]));
        // Of rows of a number no one knows whose they are.
        let mut numbers = last;
        numbers[0] = Operation::Constant(2);
        let (all, found) = read(&numbers, &[0], Reading::Strict);
        assert_eq!(found, Some(vec![all[9].clone(), all[1].clone()]));
    }

    #[test]
    fn one_row_less_is_a_row() {
        // Rows of two cells: to a place two, and a row's, are added, and two are taken away.
        let values = |less: u32| {
            vec![
                Operation::LaneX,
                Operation::Constant(2),
                Operation::LaneX,
                Operation::LaneX,
                word(WordOperator::Multiply, 0, 1),
                Operation::Constant(less.wrapping_neg()),
                word(WordOperator::Add, 4, 5),
            ]
        };
        let (all, found) = read(&values(2), &[1, 2], Reading::Strict);
        assert_eq!(found, Some(vec![Polynomial::default(), all[0].clone().shifted(-1), Polynomial::default()]));
        let (all, found) = read(&values(3), &[1, 2], Reading::Strict);
        assert_eq!(found, Some(vec![Polynomial::number(-3), all[0].clone(), Polynomial::default()]));
    }

    #[test]
    fn the_first_size_is_what_is_left() {
        let [m, n] = [1, 2].map(Polynomial::atom);
        let cells = m.times(&n).unwrap().scaled(3).unwrap();
        assert_eq!(first_size(&cells, &[Polynomial::number(3), n.clone()]), Some(m.clone()));
        assert_eq!(first_size(&cells, &[Polynomial::number(2), n]), None);
        assert_eq!(first_size(&cells, &[Polynomial::default()]), None, "no size is zero");
    }
}
