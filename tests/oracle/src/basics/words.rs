//! Operations on one word, over all 2^32: the door, the sign, the square root, and the conversions.

use lockstep_numbers::{ScalarType, Unary, convert, float, half, unary};
use lockstep_witness::unit::{self, Mode};

use super::{
    mpfr_judge::Judge,
    tally::{Tally, over_blocks},
};

/// Words of one block.
const BLOCK: u64 = 1 << 12;
/// MPFR cannot say which bits a NaN has in a storage format, and the unit keeps some of its own: these are the language's.
const HALF_NAN: u32 = 0x7e00;

/// The operations whose names have this part, over all 2^32 words by the unit; by MPFR over those of one block in `one_in`.
pub fn run(one_in: u64, part: &str) -> Tally {
    let mut tally = over_blocks((1 << 32) / BLOCK, |number, tally| {
        let words: Vec<u32> = (number * BLOCK..(number + 1) * BLOCK).map(|word| word as u32).collect();
        by_unit(&words, part, tally);
        if number % one_in == 0 {
            by_mpfr(&words, part, tally);
        }
    });
    halves(&mut tally);
    tally
}

/// What is judged: the name of an operation, and the numbers of the interpreter. The word is canonical where it is a float.
type Ours = (&'static str, fn(u32) -> u64);
const FLOATS: [Ours; 10] = [
    ("canonical", u64::from),
    ("negate", |a| unary(Unary::Negate, ScalarType::F32, a.into())),
    ("abs", |a| unary(Unary::Absolute, ScalarType::F32, a.into())),
    ("sqrt", |a| unary(Unary::SquareRoot, ScalarType::F32, a.into())),
    ("I32 of F32", |a| to(ScalarType::I32, a)),
    ("U32 of F32", |a| to(ScalarType::U32, a)),
    ("I64 of F32", |a| to(ScalarType::I64, a)),
    ("U64 of F32", |a| to(ScalarType::U64, a)),
    ("half of F32", |a| unary(Unary::FloatToHalf, ScalarType::F32, a.into())),
    ("brain of F32", |a| unary(Unary::FloatToBrain, ScalarType::F32, a.into())),
];
const INTEGERS: [Ours; 2] =
    [("F32 of I32", |a| from(ScalarType::I32, a)), ("F32 of U32", |a| from(ScalarType::U32, a))];

fn to(ty: ScalarType, a: u32) -> u64 {
    convert::convert(ScalarType::F32, ty, a.into())
}

fn from(ty: ScalarType, a: u32) -> u64 {
    convert::convert(ty, ScalarType::F32, a.into())
}

/// What is judged, over the words: floats through the door first.
fn ours(words: &[u32], (_, operation): Ours, is_float: bool) -> Vec<u64> {
    words.iter().map(|word| operation(if is_float { float::canonical(*word) } else { *word })).collect()
}

fn list(words: &[u32], mut value: impl FnMut(u32) -> u64) -> Vec<u64> {
    words.iter().map(|word| value(*word)).collect()
}

fn by_unit(words: &[u32], part: &str, tally: &mut Tally) {
    let canonical: Vec<u32> = words.iter().map(|word| float::canonical(*word)).collect();
    let mut found = vec![0; words.len()];
    let ones = vec![0x3f80_0000; words.len()];
    let minus_ones = vec![0xbf80_0000; words.len()];
    let wide = |words: &[u32]| list(words, u64::from);
    let value = |word: u32| f32::from_bits(word);
    for operation in FLOATS.into_iter().filter(|(name, _)| name.contains(part)) {
        let theirs = match operation.0 {
            // Products with 1 and -1 are exact, but for what the unit flushes on its way in.
            "canonical" => {
                unit::fill(Mode::RIGHT, lockstep_witness::operation::Operation::Multiply, words, &ones, &mut found);
                wide(&found)
            }
            "negate" => {
                unit::fill(
                    Mode::RIGHT,
                    lockstep_witness::operation::Operation::Multiply,
                    words,
                    &minus_ones,
                    &mut found,
                );
                wide(&found)
            }
            "sqrt" => {
                unit::square_roots(Mode::RIGHT, words, &mut found);
                wide(&found)
            }
            "I32 of F32" => list(words, |word| (value(word) as i32).cast_unsigned().into()),
            "U32 of F32" => list(words, |word| (value(word) as u32).into()),
            "I64 of F32" => list(words, |word| (value(word) as i64).cast_unsigned()),
            "U64 of F32" => list(words, |word| value(word) as u64),
            "half of F32" if unit::halves(&canonical, &mut found) => {
                list(&found, |half| if half & 0x7fff > 0x7c00 { HALF_NAN } else { half }.into())
            }
            _ => continue,
        };
        tally.compare(operation.0, "unit", words, &ours(words, operation, true), &theirs);
    }
    for operation in INTEGERS.into_iter().filter(|(name, _)| name.contains(part)) {
        let theirs = match operation.0 {
            "F32 of I32" => list(words, |word| (word.cast_signed() as f32).to_bits().into()),
            _ => list(words, |word| (word as f32).to_bits().into()),
        };
        tally.compare(operation.0, "unit", words, &ours(words, operation, false), &theirs);
    }
}

fn by_mpfr(words: &[u32], part: &str, tally: &mut Tally) {
    let mut judge = Judge::new();
    for operation in FLOATS.into_iter().filter(|(name, _)| name.contains(part)) {
        let theirs = list(words, |word| {
            judge.set(word, word);
            match operation.0 {
                "canonical" => judge.itself().into(),
                "negate" => judge.negated().into(),
                "abs" => judge.absolute().into(),
                "sqrt" => judge.root().into(),
                "I32 of F32" => u64::from(judge.signed().clamp(i32::MIN.into(), i32::MAX.into()) as u32),
                "U32 of F32" => judge.unsigned().min(u32::MAX.into()),
                "I64 of F32" => judge.signed().cast_unsigned(),
                "U64 of F32" => judge.unsigned(),
                "half of F32" => judge.half().into(),
                _ => judge.brain().into(),
            }
        });
        tally.compare(operation.0, "MPFR", words, &ours(words, operation, true), &theirs);
    }
    for operation in INTEGERS.into_iter().filter(|(name, _)| name.contains(part)) {
        let theirs = match operation.0 {
            "F32 of I32" => list(words, |word| judge.of_signed(word.cast_signed().into()).into()),
            _ => list(words, |word| judge.of_unsigned(word.into()).into()),
        };
        tally.compare(operation.0, "MPFR", words, &ours(words, operation, false), &theirs);
    }
}

/// Every binary16 as a float: there and back by MPFR is the same, and its value is one.
fn halves(tally: &mut Tally) {
    let mut judge = Judge::new();
    let words: Vec<u32> = (0..0x1_0000).collect();
    let back = list(&words, |half_word| {
        judge.set(half::half_to_float(half_word), 0);
        judge.half().into()
    });
    let wanted = list(&words, |half_word| if half_word & 0x7fff > 0x7c00 { HALF_NAN } else { half_word }.into());
    tally.compare("F32 of half", "MPFR", &words, &wanted, &back);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_words_of_every_exponent_are_right() {
        let mut tally = Tally::default();
        let words: Vec<u32> = (0..=u32::MAX).step_by(65_521 * 3).collect();
        by_unit(&words, "", &mut tally);
        by_mpfr(&words, "", &mut tally);
        halves(&mut tally);
        assert_eq!(tally.wrong(), 0);
    }

    /// The control: a root that is one unit off in one block is seen by both judges.
    #[test]
    fn a_wrong_word_is_seen() {
        let words: Vec<u32> = (0x3f80_0000..0x3f80_1000).collect();
        let mut tally = Tally::default();
        let wrong = list(&words, |word| u64::from(float::sqrt(word)) + u64::from(word == 0x3f80_0abc));
        let mut judge = Judge::new();
        let right = list(&words, |word| {
            judge.set(word, word);
            judge.root().into()
        });
        tally.compare("sqrt", "MPFR", &words, &wrong, &right);
        assert_eq!(tally.wrong(), 1);
    }
}
