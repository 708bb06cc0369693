//! What operators on words make of ranges. What is said of a result holds for every pair of operands in them.

use super::space::Range;
use crate::tree::WordOperator;

/// Whether an operator on 0 and anything, where it is defined, gives 0.
pub(super) fn absorbs(operator: WordOperator) -> bool {
    use WordOperator::{
        And, Carry, Divide, DivideSigned, MultiplyHigh, Remainder, ShiftLeft, ShiftRight, ShiftRightSigned,
    };
    matches!(
        operator,
        Divide | DivideSigned | Remainder | And | MultiplyHigh | Carry | ShiftLeft | ShiftRight | ShiftRightSigned
    )
}

/// The range of an operator on natural numbers. Where what is known contradicts itself, as where no lane comes, a range may
/// be empty; then nothing is said.
pub(super) fn range_of(operator: WordOperator, a: Range, b: Range) -> Option<Range> {
    if [a, b].iter().any(|(low, high)| *low < 0 || high < low) {
        return None;
    }
    let short = b.1 < 32;
    match operator {
        // Where the divisor can be zero nothing is known.
        WordOperator::Divide => (b.0 > 0).then(|| (a.0 / b.1.max(1), a.1 / b.0)),
        WordOperator::Remainder => (b.0 > 0).then(|| (0, a.1.min(b.1 - 1))),
        WordOperator::And => Some((0, a.1.min(b.1))),
        WordOperator::Or => Some((a.0.max(b.0), ones(a.1.max(b.1)))),
        WordOperator::Xor => Some((0, ones(a.1.max(b.1)))),
        WordOperator::ShiftLeft if short => Some((a.0.checked_shl(b.0 as u32)?, a.1.checked_mul(1 << b.1)?)),
        WordOperator::ShiftRight if short => Some((a.0 >> b.1, a.1 >> b.0)),
        WordOperator::MultiplyHigh => Some((0, a.1.checked_mul(b.1)? >> 32)),
        WordOperator::Carry | WordOperator::Borrow => Some((0, 1)),
        WordOperator::DotUnsigned => Some((0, 4 * 255 * 255)),
        _ => None,
    }
}

/// The least number of all ones that is not below `a`.
fn ones(a: i128) -> i128 {
    if a <= 0 { 0 } else { i128::MAX >> (a.leading_zeros() - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: Range = (3, 200);

    #[test]
    fn shifts_by_more_than_a_word_say_nothing() {
        for operator in [WordOperator::ShiftLeft, WordOperator::ShiftRight] {
            assert_eq!(range_of(operator, SOME, (0, 32)), None);
        }
        assert_eq!(range_of(WordOperator::ShiftRight, SOME, (1, 31)), Some((0, 100)));
        assert_eq!(range_of(WordOperator::ShiftLeft, SOME, (1, 3)), Some((6, 1600)));
    }

    /// As where no lane comes: the least was found to be above the greatest.
    #[test]
    fn empty_ranges_say_nothing() {
        use WordOperator::{And, Divide, MultiplyHigh, Or, Remainder, ShiftLeft, ShiftRight, Xor};
        for operator in [And, Divide, MultiplyHigh, Or, Remainder, ShiftLeft, ShiftRight, Xor] {
            for empty in [(200, 20), (-1, 20), (20, -200), (i128::MAX, i128::MIN)] {
                assert_eq!(range_of(operator, SOME, empty), None);
                assert_eq!(range_of(operator, empty, SOME), None);
            }
        }
    }

    #[test]
    fn all_ones_are_no_less_than_a_number() {
        let found = [0, 1, 2, 5, 255, 256, i128::MAX].map(ones);
        assert_eq!(found, [0, 1, 3, 7, 255, 511, i128::MAX]);
    }
}
