//! A range of inputs, cut in pieces over the threads of the machine.

use std::thread;

use crate::unary::{Evaluation, Unary};

/// How many threads.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The cells of `to`, each by its number; `state` makes what one thread keeps.
pub fn fill<T: Send, S>(to: &mut [T], state: impl Fn() -> S + Sync, cell: impl Fn(usize, &mut S) -> T + Sync) {
    let piece = to.len().div_ceil(threads()).max(1);
    thread::scope(|scope| {
        for (number, part) in to.chunks_mut(piece).enumerate() {
            let (state, cell) = (&state, &cell);
            scope.spawn(move || {
                let mut kept = state();
                for (place, word) in part.iter_mut().enumerate() {
                    *word = cell(number * piece + place, &mut kept);
                }
            });
        }
    });
}

/// The results of the function for `count` inputs from `first` on.
pub fn values(function: &Unary, first: u32, count: usize) -> Vec<u32> {
    let mut words = vec![0; count];
    fill(&mut words, Evaluation::new, |at, evaluation| function.word(first.wrapping_add(at as u32), evaluation));
    words
}
