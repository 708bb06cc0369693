//! Which sums and products need no guard, and which words no door: what is known of a value, by the operations that made it.

use lockstep_module::spirv_abi;
use lockstep_numbers::float::{self, INFINITY, MIN_NORMAL};

use super::{MAGNITUDE, SIGN, grid::Grid};
use crate::{
    ir::{FloatComparison, FloatOperator, Function, Operation, TruthOperator, Value, WordComparison, WordOperator},
    lower::Lowering,
};

/// How many operations are looked at behind one another.
const MAX_DEPTH: u32 = 40;

/// How deep the conditions are nested of which a choice takes something.
const MAX_CONDITIONS: u32 = 4;

/// What is known of a word.
#[derive(Clone, Copy)]
pub(in crate::lower) struct Word {
    least: u32,
    most: u32,
    /// The bits that may be 1.
    bits: u32,
    /// Whether it is no subnormal's bits.
    canonical: bool,
    /// What is known of the float with these bits, if it is none.
    grid: Grid,
}

/// What is known of a value that has been looked at.
#[derive(Clone, Copy)]
pub(in crate::lower) enum Fact {
    /// A word's range, bits and grid.
    Word(Word),
    /// A float's.
    Float(Grid),
}

impl Word {
    const ANY: Word = Word { least: 0, most: u32::MAX, bits: u32::MAX, canonical: false, grid: Grid::ANY };

    fn constant(word: u32) -> Word {
        let canonical = float::canonical(word) == word;
        Word { least: word, most: word, bits: word, canonical, grid: Grid::constant(word) }
    }

    fn known(self) -> Option<u32> {
        (self.least == self.most).then_some(self.least)
    }

    /// What is known of the float with these bits, if it is no subnormal.
    fn float(self) -> Grid {
        self.grid.and(Grid::between(self.least, self.most, self.bits))
    }

    /// Brings range and bits together.
    fn settled(self) -> Word {
        let above = u32::MAX.checked_shr(self.most.leading_zeros()).unwrap_or(0);
        let (bits, most) = (self.bits & above, self.most.min(self.bits));
        let apart = bits & MAGNITUDE == 0 || (self.least >= MIN_NORMAL && most <= MAGNITUDE);
        Word { bits, most, canonical: self.canonical || apart, ..self }
    }

    fn or(self, other: Word) -> Word {
        Word {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
            bits: self.bits | other.bits,
            canonical: self.canonical && other.canonical,
            grid: self.grid.or(other.grid),
        }
    }

    /// What an operator makes of two words. The sign alone does not change what is known of a float.
    fn apply(operator: WordOperator, a: Word, b: Word) -> Word {
        let mut word = Word::ANY;
        // The other operand, if one is as it has to be.
        let beside = |is: fn(Word) -> bool| if is(b) { Some(a) } else { is(a).then_some(b) };
        let count = b.known().filter(|count| *count < 32);
        match (operator, count) {
            (WordOperator::And, _) => {
                (word.most, word.bits) = (a.most.min(b.most), a.bits & b.bits);
                if let Some(float) = beside(|mask| mask.known() == Some(MAGNITUDE)) {
                    (word.canonical, word.grid) = (float.canonical, float.float().size());
                }
            }
            (WordOperator::Or | WordOperator::Xor, _) => {
                word.bits = a.bits | b.bits;
                if let Some(float) = beside(|sign| sign.bits & MAGNITUDE == 0) {
                    (word.canonical, word.grid) = (float.canonical, float.float().with_any_sign());
                }
                if operator == WordOperator::Or {
                    word.least = a.least.max(b.least);
                    word.canonical |= a.canonical && b.canonical;
                }
            }
            (WordOperator::Add, _) => {
                if let (Some(least), Some(most)) = (a.least.checked_add(b.least), a.most.checked_add(b.most)) {
                    (word.least, word.most) = (least, most);
                }
            }
            (WordOperator::Subtract, _) => {
                if let (Some(least), Some(most)) = (a.least.checked_sub(b.most), a.most.checked_sub(b.least)) {
                    (word.least, word.most) = (least, most);
                }
            }
            (WordOperator::ShiftLeft, Some(count)) => {
                word.bits = a.bits << count;
                if a.most.leading_zeros() >= count {
                    (word.least, word.most) = (a.least << count, a.most << count);
                }
            }
            (WordOperator::ShiftRight, Some(count)) => {
                word.bits = a.bits >> count;
                (word.least, word.most) = (a.least >> count, a.most >> count);
            }
            _ => {}
        }
        word.settled()
    }
}

impl Lowering<'_> {
    /// Whether an operation needs no guard: what it gives is a zero, or a normal number before it is rounded.
    pub(super) fn is_sure(&mut self, operator: FloatOperator, a: Value, b: Value) -> bool {
        let (a, b) = (self.grid_of(a, MAX_DEPTH), self.grid_of(b, MAX_DEPTH));
        match operator {
            FloatOperator::Add => a.sum_is_normal(b),
            FloatOperator::Subtract => a.difference_is_normal(b),
            FloatOperator::Multiply => a.product_is_normal(b),
            FloatOperator::DivideSeed => false,
        }
    }

    /// Whether a word is no subnormal's bits, so that it needs no door.
    pub(super) fn is_canonical(&mut self, word: Value) -> bool {
        self.word_of(word, MAX_DEPTH).canonical
    }

    fn grid_of(&mut self, value: Value, depth: u32) -> Grid {
        match self.facts.get(&value) {
            Some(Fact::Float(grid)) => return *grid,
            _ if depth == 0 => return Grid::ANY,
            _ => {}
        }
        let operation = self.builder.operation(value);
        let mut grid = |value| self.grid_of(value, depth - 1);
        let found = match operation {
            Some(Operation::FloatFromBits(bits)) => self.word_of(bits, depth - 1).float(),
            Some(Operation::FloatFromSigned(word)) => {
                let word = self.word_of(word, depth - 1);
                Grid::whole(word.least, word.most, word.bits)
            }
            Some(Operation::Float(FloatOperator::Add, a, b) | Operation::Call(Function::Sum, a, b)) => {
                grid(a).sum(grid(b))
            }
            Some(Operation::Float(FloatOperator::Subtract, a, b) | Operation::Call(Function::Difference, a, b)) => {
                grid(a).difference(grid(b))
            }
            Some(Operation::Float(FloatOperator::Multiply, a, b) | Operation::Call(Function::Product, a, b)) => {
                grid(a).product(grid(b))
            }
            Some(Operation::Call(Function::Root, a, _)) => grid(a).root(),
            Some(Operation::Select(condition, yes, no)) => {
                let (if_true, if_false) = (grid(yes), grid(no));
                let limits = |holds, float| self.limits(condition, holds, float, MAX_CONDITIONS);
                if_true.and(limits(true, yes)).or(if_false.and(limits(false, no)))
            }
            _ => Grid::ANY,
        };
        self.facts.insert(value, Fact::Float(found));
        found
    }

    fn word_of(&mut self, value: Value, depth: u32) -> Word {
        match self.facts.get(&value) {
            Some(Fact::Word(word)) => return *word,
            _ if depth == 0 => return Word::ANY,
            _ => {}
        }
        let operation = self.builder.operation(value);
        let mut word = |value| self.word_of(value, depth - 1);
        let found = match operation {
            Some(Operation::Word(constant)) => Word::constant(constant),
            Some(Operation::PushConstant(spirv_abi::WORD_ZERO)) => Word::constant(0),
            Some(Operation::Arithmetic(operator, a, b)) => match (operator, self.unhidden(a, b)) {
                (WordOperator::Add, Some(same)) => self.word_of(same, depth - 1),
                _ => Word::apply(operator, self.word_of(a, depth - 1), self.word_of(b, depth - 1)),
            },
            Some(Operation::BitsFromFloat(float)) => {
                let grid = self.grid_of(float, depth - 1);
                let (least, most) = grid.bits().unwrap_or((0, u32::MAX));
                Word { least, most, canonical: true, grid, ..Word::ANY }
            }
            Some(Operation::Select(condition, yes, no)) => {
                let (a, b) = (word(yes), word(no));
                self.chosen(condition, (yes, a), (no, b))
            }
            None => match self.builder.constant_cells(value) {
                Some(cells) => {
                    let any = cells.iter().map(|cell| Word::constant(*cell)).reduce(Word::or).unwrap_or(Word::ANY);
                    Word { canonical: any.canonical, grid: any.grid, ..Word::ANY }
                }
                None => Word::ANY,
            },
            _ => Word::ANY,
        };
        self.facts.insert(value, Fact::Word(found));
        found
    }

    /// The operand that is not the word that is always zero, if one is.
    fn unhidden(&self, a: Value, b: Value) -> Option<Value> {
        let is_zero = |value| self.builder.operation(value) == Some(Operation::PushConstant(spirv_abi::WORD_ZERO));
        if is_zero(b) { Some(a) } else { is_zero(a).then_some(b) }
    }

    /// A choice between words: the smaller, the greater, or any; of the bits of floats the condition may tell more.
    fn chosen(&self, condition: Value, (yes, mut a): (Value, Word), (no, mut b): (Value, Word)) -> Word {
        for (word, value, holds) in [(&mut a, yes, true), (&mut b, no, false)] {
            if let Some(Operation::BitsFromFloat(float)) = self.builder.operation(value) {
                word.grid = word.grid.and(self.limits(condition, holds, float, MAX_CONDITIONS));
            }
        }
        let any = a.or(b);
        let Some(Operation::Compare(WordComparison::Less | WordComparison::LessOrEqual, x, y)) =
            self.builder.operation(condition)
        else {
            return any;
        };
        if (yes, no) == (x, y) {
            Word { most: a.most.min(b.most), ..any }.settled()
        } else if (yes, no) == (y, x) {
            Word { least: a.least.max(b.least), ..any }.settled()
        } else {
            any
        }
    }

    /// What a condition shows of a float where it holds, or where it does not.
    fn limits(&self, condition: Value, holds: bool, float: Value, depth: u32) -> Grid {
        let both = |a: Value, b: Value| match depth {
            0 => Grid::ANY,
            _ => self.limits(a, holds, float, depth - 1).and(self.limits(b, holds, float, depth - 1)),
        };
        match self.builder.operation(condition) {
            Some(Operation::Logic(TruthOperator::And, a, b)) if holds => both(a, b),
            Some(Operation::Logic(TruthOperator::Or, a, b)) if !holds => both(a, b),
            Some(Operation::CompareFloats(FloatComparison::Less | FloatComparison::LessOrEqual, x, y)) => {
                let number = |value: Value| self.known_number(value).filter(|bits| bits & MAGNITUDE < INFINITY);
                // If it does not hold the float may be a NaN, of which nothing has to be known.
                match (number(x), number(y)) {
                    (None, Some(bound)) => self.side(x, float, bound, (!holds, holds)),
                    (Some(bound), None) => self.side(y, float, bound, (holds, holds)),
                    _ => Grid::ANY,
                }
            }
            _ => Grid::ANY,
        }
    }

    /// What it shows of a float that it is `above` a bound, or else below, or that its magnitude is. A comparison that
    /// `holds` is not one of a NaN.
    fn side(&self, compared: Value, float: Value, bound: u32, (above, holds): (bool, bool)) -> Grid {
        let positive = bound & SIGN == 0;
        match (compared == float, above) {
            (true, true) => Grid::above(bound),
            (true, false) => Grid::below(bound),
            _ if !positive || self.magnitude_of(compared) != Some(float) => Grid::ANY,
            (_, true) => Grid::beyond(bound),
            (_, false) => Grid::within(bound, holds),
        }
    }

    /// The float whose magnitude this is.
    fn magnitude_of(&self, value: Value) -> Option<Value> {
        let Some(Operation::FloatFromBits(hidden)) = self.builder.operation(value) else { return None };
        let Some(Operation::Arithmetic(WordOperator::Add, a, b)) = self.builder.operation(hidden) else { return None };
        let Some(Operation::Arithmetic(WordOperator::And, a, b)) = self.builder.operation(self.unhidden(a, b)?) else {
            return None;
        };
        let of = match (self.builder.constant(a), self.builder.constant(b)) {
            (_, Some(MAGNITUDE)) => a,
            (Some(MAGNITUDE), _) => b,
            _ => return None,
        };
        match self.builder.operation(of) {
            Some(Operation::BitsFromFloat(float)) => Some(float),
            _ => None,
        }
    }
}
