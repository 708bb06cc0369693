//! The words of a module as instructions. Any words will do.

/// Words before the first instruction.
pub const HEADER_WORDS: usize = 5;
/// The first word of a module.
pub const MAGIC: u32 = 0x0723_0203;

/// The instructions of words that follow the header, each with its first word. Where a word count is zero or goes past
/// the end, the rest is one last instruction.
pub fn instructions(words: &[u32]) -> impl Iterator<Item = &[u32]> {
    let mut rest = words.get(HEADER_WORDS..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = (rest.first()? >> 16) as usize;
        let (instruction, after) = match length {
            0 => (rest, Default::default()),
            _ => rest.split_at_checked(length).unwrap_or((rest, Default::default())),
        };
        rest = after;
        Some(instruction)
    })
}

/// The opcode of an instruction.
pub fn opcode(instruction: &[u32]) -> u32 {
    instruction.first().map_or(0, |word| word & 0xffff)
}

/// Whether the words are instructions to the last one.
pub fn whole(words: &[u32]) -> bool {
    words.len() >= HEADER_WORDS
        && words.first() == Some(&MAGIC)
        && instructions(words).all(|instruction| instruction.len() == (instruction[0] >> 16) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_words_have_instructions() {
        assert_eq!(instructions(&[]).count(), 0);
        let words = [MAGIC, 0, 0, 0, 0, 1 << 16, 2 << 16 | 7, 9];
        assert_eq!(instructions(&words).map(opcode).collect::<Vec<_>>(), [0, 7]);
        assert!(whole(&words));
        for cut in [7, 3, 0] {
            assert!(!whole(&words[..cut]));
        }
        assert!(!whole(&[MAGIC, 0, 0, 0, 0, 0, 0]));
        assert_eq!(instructions(&[MAGIC, 0, 0, 0, 0, 0, 0]).count(), 1);
    }
}
