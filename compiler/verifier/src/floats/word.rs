//! What is known of a word on its way to a float or from one: its range, its bits, and what of it the bits of a NaN
//! could change.

use super::grid::Grid;
use crate::tree::{Value, WordOperator};

/// The sign of a float.
pub const SIGN: u32 = 0x8000_0000;
/// All but the sign.
pub const MAGNITUDE: u32 = 0x7fff_ffff;
/// The bits of infinity: what is above it, without its sign, is a NaN.
pub const INFINITY: u32 = 0x7f80_0000;
/// The least bits of a normal number.
pub const MIN_NORMAL: u32 = 0x0080_0000;

/// How a word depends on the bits that a device gives a NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nan {
    /// Not at all.
    Clean,
    /// It is what it is, or a NaN with any bits; which of the two does not depend on them. If the float named is a NaN
    /// it is the second, and if not the first.
    Like(Option<Value>),
    /// If neither of these floats is a NaN, not at all.
    Mixed(Value, Option<Value>),
    /// In a way that nothing makes good.
    Lost,
}

impl Nan {
    /// What comes of an operation on both.
    pub fn with(self, other: Nan) -> Nan {
        let floats = |nan| match nan {
            Nan::Clean => Some([None, None]),
            Nan::Like(float) => float.map(|float| [Some(float), None]),
            Nan::Mixed(a, b) => Some([Some(a), b]),
            Nan::Lost => None,
        };
        let (Some(these), Some(those)) = (floats(self), floats(other)) else { return Nan::Lost };
        let mut all = these.into_iter().chain(those).flatten();
        let Some(first) = all.next() else { return Nan::Clean };
        let mut second = None;
        for float in all.filter(|float| *float != first) {
            match second {
                None => second = Some(float),
                Some(second) if second == float => {}
                Some(_) => return Nan::Lost,
            }
        }
        Nan::Mixed(first, second)
    }

    /// What a choice between both is, if neither depends on the choice being made.
    pub fn or(self, other: Nan) -> Nan {
        match (self, other) {
            _ if self == other => self,
            (Nan::Clean | Nan::Like(_), Nan::Clean | Nan::Like(_)) => Nan::Like(None),
            _ => self.with(other),
        }
    }

    /// What it is where these floats are no NaNs.
    pub fn without(self, numbers: [Option<Value>; 2]) -> Nan {
        let number = |float: Value| numbers.contains(&Some(float));
        match self {
            Nan::Like(Some(float)) if number(float) => Nan::Clean,
            Nan::Mixed(a, b) if number(a) && b.is_none_or(number) => Nan::Clean,
            _ => self,
        }
    }
}

/// A word.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub least: u32,
    pub most: u32,
    /// The bits that may be 1.
    pub bits: u32,
    /// Whether it is no subnormal's bits.
    pub canonical: bool,
    pub nan: Nan,
    /// What is known of the float with these bits, if they are canonical.
    pub grid: Grid,
}

impl Word {
    /// Any word.
    pub const ANY: Word =
        Word { least: 0, most: u32::MAX, bits: u32::MAX, canonical: false, nan: Nan::Clean, grid: Grid::ANY };

    /// This word.
    pub fn constant(word: u32) -> Word {
        Word {
            least: word,
            most: word,
            bits: word,
            canonical: is_canonical(word),
            nan: Nan::Clean,
            grid: Grid::constant(word),
        }
    }

    /// The word if it is known.
    pub fn known(self) -> Option<u32> {
        (self.least == self.most).then_some(self.least)
    }

    /// What is known of the float with these bits, if it is no subnormal.
    pub fn float(self) -> Grid {
        self.grid.and(Grid::between(self.least, self.most, self.bits))
    }

    /// Brings range and bits together.
    fn settled(self) -> Word {
        let above = u32::MAX.checked_shr(self.most.leading_zeros()).unwrap_or(0);
        let (bits, most) = (self.bits & above, self.most.min(self.bits));
        let apart = bits & MAGNITUDE == 0 || (self.least >= MIN_NORMAL && most <= MAGNITUDE);
        Word { bits, most, canonical: self.canonical || apart, ..self }
    }
}

/// Whether these are the bits of no subnormal.
pub fn is_canonical(word: u32) -> bool {
    word & INFINITY != 0 || word & MAGNITUDE == 0
}

/// What an operator makes of two words.
pub fn apply(operator: WordOperator, a: Word, b: Word) -> Word {
    let mut word = Word { nan: a.nan.with(b.nan), ..Word::ANY };
    match operator {
        WordOperator::And => {
            (word.most, word.bits) = (a.most.min(b.most), a.bits & b.bits);
            // Without its sign a NaN is one still, and a number no smaller.
            for (one, other) in [(a, b), (b, a)] {
                if other.known() == Some(MAGNITUDE) {
                    (word.canonical, word.grid) = (one.canonical, one.float().size());
                    if let Nan::Like(_) = one.nan {
                        word.nan = one.nan;
                    }
                }
            }
        }
        WordOperator::Or | WordOperator::Xor => {
            word.bits = a.bits | b.bits;
            if operator == WordOperator::Or {
                word.least = a.least.max(b.least);
            }
            for (one, other) in [(a, b), (b, a)] {
                // More bits make no number of a NaN; another sign makes neither of the other.
                let sign = other.bits & MAGNITUDE == 0;
                let keeps = operator == WordOperator::Or || sign;
                if let (Nan::Like(_), Nan::Clean, true) = (one.nan, other.nan, keeps) {
                    word.nan = one.nan;
                }
                if sign {
                    word.canonical |= one.canonical;
                    word.grid = one.float().with_any_sign();
                }
            }
            // An exponent that is not zero stays so; where both are, both are zeros.
            word.canonical |= operator == WordOperator::Or && a.canonical && b.canonical;
        }
        WordOperator::Add => {
            if let (Some(least), Some(most)) = (a.least.checked_add(b.least), a.most.checked_add(b.most)) {
                (word.least, word.most) = (least, most);
            }
        }
        WordOperator::Subtract => {
            if let (Some(least), Some(most)) = (a.least.checked_sub(b.most), a.most.checked_sub(b.least)) {
                (word.least, word.most) = (least, most);
            }
        }
        WordOperator::ShiftLeft => {
            if let Some(count) = b.known().filter(|count| *count < 32) {
                word.bits = a.bits << count;
                if a.most.leading_zeros() >= count {
                    (word.least, word.most) = (a.least << count, a.most << count);
                }
            }
        }
        WordOperator::ShiftRight => {
            if let Some(count) = b.known().filter(|count| *count < 32) {
                word.bits = a.bits >> count;
                (word.least, word.most) = (a.least >> count, a.most >> count);
            }
        }
        _ => {}
    }
    word.settled()
}

/// What a choice between two words is. What a NaN makes of it is the caller's to say.
pub fn choose(a: Word, b: Word, nan: Nan) -> Word {
    Word {
        least: a.least.min(b.least),
        most: a.most.max(b.most),
        bits: a.bits | b.bits,
        canonical: a.canonical && b.canonical,
        nan,
        grid: a.grid.or(b.grid),
    }
}

/// The smaller or the greater of two words. Beside them nothing is known that a choice does not tell.
pub fn extreme(chosen: Word, a: Word, b: Word, least: bool) -> Word {
    let (low, high) =
        if least { (a.least.min(b.least), a.most.min(b.most)) } else { (a.least.max(b.least), chosen.most) };
    Word { least: low, most: high, ..chosen }.settled()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floats::grid::tests::{self as grids, Random};

    const OPERATORS: [WordOperator; 8] = [
        WordOperator::Add,
        WordOperator::Subtract,
        WordOperator::Multiply,
        WordOperator::And,
        WordOperator::Or,
        WordOperator::Xor,
        WordOperator::ShiftLeft,
        WordOperator::ShiftRight,
    ];

    fn exact(operator: WordOperator, x: u32, y: u32) -> Option<u32> {
        match operator {
            WordOperator::Add => Some(x.wrapping_add(y)),
            WordOperator::Subtract => Some(x.wrapping_sub(y)),
            WordOperator::Multiply => Some(x.wrapping_mul(y)),
            WordOperator::And => Some(x & y),
            WordOperator::Or => Some(x | y),
            WordOperator::Xor => Some(x ^ y),
            WordOperator::ShiftLeft => x.checked_shl(y),
            _ => x.checked_shr(y),
        }
    }

    fn holds(word: Word, value: u32) -> bool {
        let no_nan = value & MAGNITUDE <= INFINITY;
        word.least <= value
            && value <= word.most
            && value & !word.bits == 0
            && (!word.canonical || !no_nan || is_canonical(value))
            && (!is_canonical(value) || grids::holds(word.float(), f32::from_bits(value)))
    }

    impl Random {
        /// A word of any size, often one of those that matter.
        fn word(&mut self) -> u32 {
            match self.next() % 4 {
                0 => [0, 1, 23, 31, SIGN, MAGNITUDE, INFINITY, MIN_NORMAL, u32::MAX][self.next() as usize % 9],
                1 => self.next() >> (self.next() % 32),
                2 => self.next() & INFINITY,
                _ => self.next(),
            }
        }

        /// A word that holds this value, among others.
        fn around(&mut self, value: u32) -> Word {
            match self.next() % 4 {
                0 => Word::constant(value),
                1 => Word { canonical: is_canonical(value), ..Word::ANY },
                2 => Word { bits: value | self.word(), ..Word::ANY }.settled(),
                _ => Word {
                    least: value - (self.next() % 999).min(value),
                    most: value.saturating_add(self.next() % 999),
                    ..Word::ANY
                }
                .settled(),
            }
        }
    }

    /// What is known of a result is true of it, whatever the operands are within what is known of them.
    #[test]
    fn what_is_known_is_true() {
        let mut random = Random(0x00c0_ffee_1234_5678);
        for _ in 0..300_000 {
            let (x, y) = (random.word(), random.word());
            let (a, b) = (random.around(x), random.around(y));
            assert!(holds(a, x) && holds(b, y), "{x:#x} is not of {a:?}, or {y:#x} not of {b:?}");
            for operator in OPERATORS {
                if let Some(value) = exact(operator, x, y) {
                    let known = apply(operator, a, b);
                    assert!(holds(known, value), "{operator:?} {x:#x} {y:#x} is {value:#x}: {a:?} {b:?} {known:?}");
                }
            }
            let chosen = choose(a, b, Nan::Clean);
            assert!(holds(chosen, x) && holds(chosen, y));
        }
    }

    /// A NaN's bits, whichever they are, stay a NaN's where the result is said to be like a float.
    #[test]
    fn what_is_like_a_float_stays_a_nan() {
        let like = Word { canonical: true, nan: Nan::Like(Some(Value(0))), ..Word::ANY };
        let mut random = Random(0x0bad_cafe_8765_4321);
        let mut kept = 0;
        for _ in 0..100_000 {
            let nan = INFINITY | 1 << (random.next() % 23) | (random.next() & (SIGN | 0x007f_ffff));
            let y = random.word();
            let b = random.around(y);
            for operator in OPERATORS {
                let known = apply(operator, like, b);
                if let (Nan::Like(_), Some(value)) = (known.nan, exact(operator, nan, y)) {
                    assert!(value & MAGNITUDE > INFINITY, "{operator:?} {nan:#x} {y:#x} is {value:#x}");
                    kept += 1;
                }
                assert_ne!(known.nan, Nan::Clean);
            }
        }
        assert!(kept > 10_000);
    }
}
