//! Atoms that can have but one number where the walk stands: by what is known of them, or by what is known of the words that
//! they are made of.

use super::{
    evaluate,
    polynomial::{Atom, Polynomial},
    words::{Definition, Words},
};

/// How deep definitions are followed.
const MAX_DEPTH: u32 = 4;

impl Words<'_> {
    /// The only number that an atom can have.
    pub(super) fn number(&mut self, atom: Atom) -> Option<i128> {
        self.number_at(&Polynomial::atom(atom), MAX_DEPTH)
    }

    fn number_at(&mut self, sum: &Polynomial, depth: u32) -> Option<i128> {
        if let Some(known) = sum.known() {
            return Some(known);
        }
        // Models keep all facts, but need not know of words that wrap.
        let more = self.space.seen(sum).is_some_and(|(least, most)| least < most);
        if !more
            && let (low, high) = self.space.bounds(sum)
            && low == high
        {
            return Some(low);
        }
        let depth = depth.checked_sub(1)?;
        let atom = sum.single()?;
        match self.definitions.get(&atom).cloned()? {
            Definition::Operation(operator, x, y) => {
                let [x, y] = [x, y].map(|sum| self.number_at(&sum, depth).and_then(|word| u32::try_from(word).ok()));
                evaluate::word(operator, x?, y?).map(i128::from)
            }
            Definition::Word(equal) => self.number_at(&equal, depth).map(|number| i128::from(number as u32)),
            Definition::Signed(equal) => self.number_at(&equal, depth).map(|number| i128::from(number as i32)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        proof::space::Reach,
        tree::{Kernel, WordOperator},
    };

    /// The number of what is made of the lane, where that is known to be between two.
    fn number(made: impl Fn(Polynomial) -> Definition, lanes: (i128, i128)) -> Option<i128> {
        let kernel = Kernel::default();
        let mut words = Words::new(&kernel, 1 << 20);
        let lane = words.space.atom(lanes, Reach::Lane);
        let word = words.space.atom((0, 1 << 20), Reach::Lane);
        words.definitions.extend(word.single().map(|atom| (atom, made(lane))));
        words.number(word.single().unwrap())
    }

    #[test]
    fn what_is_made_of_numbers_is_a_number() {
        let rest = |lane| Definition::Operation(WordOperator::Remainder, lane, Polynomial::number(5));
        assert_eq!(number(rest, (12, 12)), Some(2));
        assert_eq!(number(rest, (12, 13)), None);
        let wrapped = |lane: Polynomial| Definition::Word(lane.shifted(-13));
        assert_eq!(number(wrapped, (12, 12)), Some(i128::from(u32::MAX)));
        let by_zero = |lane| Definition::Operation(WordOperator::Divide, Polynomial::number(5), lane);
        assert_eq!(number(by_zero, (0, 0)), None);
    }
}
