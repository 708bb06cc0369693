//! Where proofs are made: on a thread of their own, whose stack is deep enough for blocks that are nested as deep as the
//! profile permits.

use std::thread;

use crate::unproven::Fault;

/// Bytes of the stack. Only what is used of it is ever there.
const STACK: usize = 256 << 20;

/// Does some work on a deep stack.
///
/// # Errors
/// The machine has no room for the thread; the work broke off.
pub(crate) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let thread = builder.spawn_scoped(scope, work).map_err(|_| Fault::NoRoom)?;
        thread.join().map_err(|_| Fault::Broken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_breaks_off_is_a_fault() {
        assert_eq!(deep(|| 7), Ok(7));
        assert_eq!(deep(|| -> u32 { std::panic::resume_unwind(Box::new(())) }), Err(Fault::Broken));
    }
}
