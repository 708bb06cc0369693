//! Who claimed which cell. Each thread sets bits in a bitmap of its own, which takes no atomic operation, and sees there
//! what it claims twice itself. After the dispatch the bitmaps are laid over each other: the least cell that two threads
//! claimed is found as surely, and the trap is the same with any number of threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lockstep_engine::Fault;

use crate::arrays::Words;

/// The bitmaps of one claimed array.
#[derive(Debug)]
pub(crate) struct Bitmaps {
    name: String,
    words: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Those that threads of the present dispatch have written, and those of earlier ones, with what was left in them.
    written: Vec<Words>,
    free: Vec<Words>,
}

impl Bitmaps {
    /// For an array of so many cells.
    pub(crate) fn new(name: String, cells: usize) -> Bitmaps {
        Bitmaps { name, words: cells.div_ceil(32), state: Mutex::default() }
    }

    /// A bitmap for a thread, all zero.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`].
    pub(crate) fn take(&self) -> Result<Words, Fault> {
        let free = self.state().free.pop();
        match free {
            Some(mut bitmap) => {
                bitmap.words_mut().fill(0);
                Ok(bitmap)
            }
            None => Words::new(self.words, &|| format!("the claims of {}", self.name)),
        }
    }

    /// Takes a thread's bitmap back, at the end of its share of a dispatch.
    pub(crate) fn give_back(&self, bitmap: Words) {
        self.state().written.push(bitmap);
    }

    /// The least cell that two threads have claimed; then a new dispatch may begin.
    pub(crate) fn claimed_by_two(&self) -> Option<u32> {
        let state = &mut *self.state();
        let mut least: Option<u32> = None;
        if let Some((all, others)) = state.written.split_first_mut() {
            for other in others {
                let words = all.words_mut().iter_mut().zip(other.words());
                for (number, (all, other)) in (0u32..).zip(words) {
                    let both = *all & other;
                    if both != 0 {
                        let cell = number * 32 + both.trailing_zeros();
                        least = Some(least.map_or(cell, |least| least.min(cell)));
                    }
                    *all |= other;
                }
            }
        }
        state.free.append(&mut state.written);
        least
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bitmaps: &Bitmaps, cells: &[u32]) -> Words {
        let mut bitmap = bitmaps.take().unwrap();
        for cell in cells {
            bitmap.words_mut()[*cell as usize / 32] |= 1 << (cell % 32);
        }
        bitmap
    }

    #[test]
    fn the_least_cell_that_two_of_any_threads_claimed_is_found_and_the_next_dispatch_begins_anew() {
        let bitmaps = Bitmaps::new("the array `y`".into(), 1000);
        let dispatch = |threads: &[&[u32]]| {
            let all: Vec<Words> = threads.iter().map(|cells| written(&bitmaps, cells)).collect();
            all.into_iter().for_each(|bitmap| bitmaps.give_back(bitmap));
            bitmaps.claimed_by_two()
        };
        assert_eq!(dispatch(&[]), None);
        assert_eq!(dispatch(&[&[0, 5, 999]]), None);
        assert_eq!(dispatch(&[&[0, 5, 999], &[1, 4, 998], &[64]]), None);
        assert_eq!(dispatch(&[&[0, 700], &[1, 900, 699], &[2, 900, 700]]), Some(700));
        assert_eq!(dispatch(&[&[0, 31], &[1, 32], &[33, 31]]), Some(31));
        assert_eq!(dispatch(&[&[999], &[999]]), Some(999));
        assert_eq!(dispatch(&[&[999]]), None);
    }
}
