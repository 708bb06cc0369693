//! SPIR-V as words, for tests that change it. The words are this project's own, so they are taken to be whole.

/// Words before the first instruction.
pub const HEADER_WORDS: usize = 5;

/// The instructions, each with its first word.
pub fn instructions(words: &[u32]) -> impl Iterator<Item = &[u32]> {
    let mut rest = words.get(HEADER_WORDS..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = (rest.first()? >> 16) as usize;
        let (instruction, after) = rest.split_at_checked(length.max(1))?;
        rest = after;
        Some(instruction)
    })
}

/// The words with each instruction replaced by what `change` makes of it: other words, or none.
pub fn changed(words: &[u32], change: impl FnMut(&[u32]) -> Vec<u32>) -> Vec<u32> {
    let header = words.iter().take(HEADER_WORDS).copied();
    header.chain(instructions(words).flat_map(change)).collect()
}
