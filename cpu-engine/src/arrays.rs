//! Memory for arrays: zeroed, aligned to cache lines, and padded at both ends, where inactive lanes may reach.

#![allow(unsafe_code, reason = "memory that compiled code reads and writes, on several threads")]

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ptr::NonNull,
    slice,
};

use lockstep_engine::Fault;

/// Bytes of a cache line, which are also the padding at each end.
const LINE: usize = 64;

/// Words in memory. Compiled code changes them through the address, while nobody else looks.
#[derive(Debug)]
pub(crate) struct Words {
    start: NonNull<u8>,
    layout: Layout,
    words: usize,
}

// SAFETY: it owns its memory, and what it gives out of it follows the rules of references.
unsafe impl Send for Words {}
// SAFETY: as above.
unsafe impl Sync for Words {}

impl Words {
    /// So many words, at least one cell of the largest type, all zero.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], for `what`.
    pub(crate) fn new(words: usize, what: &dyn Fn() -> String) -> Result<Words, Fault> {
        let bytes = words.max(2).checked_mul(4).and_then(|bytes| bytes.checked_add(2 * LINE));
        let none = || Fault::OutOfMemory { what: what(), bytes: bytes.map(|bytes| bytes as u64) };
        let layout = Layout::from_size_align(bytes.ok_or_else(none)?, LINE).map_err(|_| none())?;
        // SAFETY: the layout is not empty.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(none)?;
        Ok(Words { start, layout, words })
    }

    /// How many words there are; never none, as code sees it.
    pub(crate) fn cells(&self) -> usize {
        self.words.max(2)
    }

    /// The address of the first word.
    pub(crate) fn address(&self) -> *mut u32 {
        // SAFETY: the memory is longer than the padding.
        unsafe { self.start.as_ptr().add(LINE).cast() }
    }

    /// The words.
    pub(crate) fn words(&self) -> &[u32] {
        // SAFETY: there are so many words, and compiled code changes them only while this is not looked at: it runs
        // between calls of these functions.
        unsafe { slice::from_raw_parts(self.address(), self.words) }
    }

    /// The words, to be changed.
    pub(crate) fn words_mut(&mut self) -> &mut [u32] {
        // SAFETY: as in `words`, and nobody else refers to them.
        unsafe { slice::from_raw_parts_mut(self.address(), self.words) }
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        // SAFETY: it was made with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
