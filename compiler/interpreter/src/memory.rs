//! The arrays of a call, as cells that any thread may touch, and what has been claimed of them.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use lockstep_module::{Array, Combine, plan::PlannedArray};
use lockstep_numbers::{ScalarType, binary, canonical};

/// An array. A cell is written by one lane (own, claim) or by atomic operations whose order does not matter (combine),
/// so relaxed order is enough.
pub(crate) struct Memory {
    pub(crate) dimensions: Vec<u32>,
    element: ScalarType,
    words: Vec<AtomicU32>,
}

impl Memory {
    pub(crate) fn new(planned: &PlannedArray) -> Memory {
        let words = match &planned.initial {
            Some(words) => words.iter().copied().map(AtomicU32::new).collect(),
            None => {
                let cells: usize = planned.dimensions.iter().map(|size| *size as usize).product();
                (0..cells * planned.element.words()).map(|_| AtomicU32::new(0)).collect()
            }
        };
        Memory { dimensions: planned.dimensions.clone(), element: planned.element, words }
    }

    pub(crate) fn of(array: &Array) -> Memory {
        let words = array.words.iter().copied().map(AtomicU32::new).collect();
        Memory { dimensions: array.dimensions.clone(), element: array.element, words }
    }

    pub(crate) fn copy(&self) -> Memory {
        let words = self.words().into_iter().map(AtomicU32::new).collect();
        Memory { dimensions: self.dimensions.clone(), element: self.element, words }
    }

    pub(crate) fn cells(&self) -> usize {
        self.words.len() / self.element.words()
    }

    /// Makes every cell zero.
    pub(crate) fn clear(&self) {
        self.words.iter().for_each(|word| word.store(0, Ordering::Relaxed));
    }

    /// A cell; a float comes through the door.
    pub(crate) fn read(&self, cell: usize) -> u64 {
        let word = |at: usize| u64::from(self.words[at].load(Ordering::Relaxed));
        if self.element.words() == 2 {
            return word(2 * cell) | word(2 * cell + 1) << 32;
        }
        canonical(self.element, word(cell))
    }

    pub(crate) fn write(&self, cell: usize, value: u64) {
        if self.element.words() == 2 {
            self.words[2 * cell].store(value as u32, Ordering::Relaxed);
            self.words[2 * cell + 1].store((value >> 32) as u32, Ordering::Relaxed);
        } else {
            self.words[cell].store(value as u32, Ordering::Relaxed);
        }
    }

    /// Combines a value into a cell of `u32` or `i32`.
    pub(crate) fn combine(&self, cell: usize, operator: Combine, value: u64) {
        let word = &self.words[cell];
        let mut before = word.load(Ordering::Relaxed);
        loop {
            let after = combined(self.element, operator, before.into(), value) as u32;
            match word.compare_exchange_weak(before, after, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => before = now,
            }
        }
    }

    pub(crate) fn words(&self) -> Vec<u32> {
        self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }
}

/// What a cell holds after a value is combined into it.
pub(crate) fn combined(element: ScalarType, operator: Combine, cell: u64, value: u64) -> u64 {
    // None of the operators divides.
    binary(operator.operator(), element, cell, value).unwrap_or(cell)
}

/// Which cells of a `claim` array have been claimed in this dispatch, one bit each, and the least one claimed twice.
pub(crate) struct Claims {
    bits: Vec<AtomicU32>,
    twice: AtomicU64,
}

impl Claims {
    pub(crate) fn new(cells: usize) -> Claims {
        let bits = (0..cells.div_ceil(32)).map(|_| AtomicU32::new(0)).collect();
        Claims { bits, twice: AtomicU64::new(u64::MAX) }
    }

    pub(crate) fn claim(&self, cell: usize) {
        let bit = 1 << (cell % 32);
        let before = self.bits[cell / 32].fetch_or(bit, Ordering::Relaxed);
        if before & bit != 0 {
            self.twice.fetch_min(cell as u64, Ordering::Relaxed);
        }
    }

    /// The least cell that was claimed more than once.
    pub(crate) fn least_twice(&self) -> Option<u64> {
        Some(self.twice.load(Ordering::Relaxed)).filter(|cell| *cell != u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(element: ScalarType, words: &[u32]) -> Memory {
        let cells = (words.len() / element.words()) as u32;
        Memory::of(&Array { element, dimensions: vec![cells], words: words.to_vec() })
    }

    #[test]
    fn a_cell_of_64_bits_is_two_words_the_lower_first() {
        let memory = memory(ScalarType::I64, &[1, 2, 3, 4]);
        assert_eq!((memory.cells(), memory.read(1)), (2, 4 << 32 | 3));
        memory.write(0, 0x1111_2222_3333_4444);
        assert_eq!(memory.words(), [0x3333_4444, 0x1111_2222, 3, 4]);
    }

    #[test]
    fn a_float_comes_through_the_door_and_a_packed_word_does_not() {
        assert_eq!(memory(ScalarType::F32, &[0x8000_0001]).read(0), 0x8000_0000);
        assert_eq!(memory(ScalarType::F16x2, &[0x8000_0001]).read(0), 0x8000_0001);
    }

    #[test]
    fn cells_are_combined_by_their_type() {
        let signed = memory(ScalarType::I32, &[0]);
        signed.combine(0, Combine::Minimum, u64::from(u32::MAX));
        assert_eq!(signed.words(), [u32::MAX]);
        let unsigned = memory(ScalarType::U32, &[u32::MAX]);
        unsigned.combine(0, Combine::Add, 3);
        assert_eq!(unsigned.words(), [2]);
    }

    #[test]
    fn the_least_cell_claimed_twice_is_found_in_any_order() {
        let claims = Claims::new(100);
        [70, 3, 40].iter().for_each(|cell| claims.claim(*cell));
        assert_eq!(claims.least_twice(), None);
        [70, 40, 99].iter().for_each(|cell| claims.claim(*cell));
        assert_eq!(claims.least_twice(), Some(40));
    }
}
