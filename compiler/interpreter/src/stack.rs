//! Threads whose stacks are deep enough for the deepest program that compiles, so that no program can overflow one.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

const STACK_BYTES: usize = 256 << 20;

/// Does the work on so many threads at once.
pub(crate) fn on_deep_stacks(threads: usize, work: &(dyn Fn() + Sync)) {
    thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            // A machine that has no thread to spare still gets its result, on this one.
            if spawned.is_err() {
                work();
            }
        }
    });
}

/// Turns an input into a result on a deep stack. None only if the work ends without a result.
pub(crate) fn on_a_deep_stack<I: Send, T: Send>(input: I, work: impl Fn(I) -> T + Sync) -> Option<T> {
    let input = Mutex::new(Some(input));
    let result = Mutex::new(None);
    on_deep_stacks(1, &|| {
        let taken = input.lock().unwrap_or_else(PoisonError::into_inner).take();
        *result.lock().unwrap_or_else(PoisonError::into_inner) = taken.map(&work);
    });
    result.into_inner().unwrap_or_else(PoisonError::into_inner)
}
