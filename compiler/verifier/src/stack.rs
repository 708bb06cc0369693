//! Where proofs are made: on a thread of their own, whose stack is deep enough for blocks that are nested as deep as the
//! profile permits.

use std::thread;

use crate::{refusal::Refusal, rules};

/// Bytes of the stack. Only what is used of it is ever there.
const STACK: usize = 256 << 20;

/// Does some work on a deep stack.
///
/// # Errors
/// The machine has no room for the thread.
pub(crate) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Refusal> {
    let failed = || Refusal::of(rules::TOO_LONG, "this machine has no room for the proof");
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).map_err(|_| failed())?;
        thread.join().map_err(|_| failed())
    })
}
