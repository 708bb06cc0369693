//! Words that are no module, or one that goes wrong in its form, are refused and never panic.

use lockstep_shadow::read;

use crate::make::frame;

#[test]
fn values_are_set_before_they_are_used() {
    let body = |stored: &str| {
        frame(&format!(
            "%c = OpULessThan %bool %l %2
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %end
             %yes = OpLabel
             %w = OpIAdd %u32 %l %1
             OpBranch %end
             %end = OpLabel
             OpStore %yi {stored}"
        ))
    };
    assert!(read(&body("%l").words()).is_ok());
    let why = read(&body("%w").words()).unwrap_err();
    assert!(why.why.contains("may not have been set"), "{why}");
}

/// Every word of a module is changed in many ways, and every length is tried.
#[test]
fn no_words_make_it_panic() {
    let frame = crate::barriers::repeated("%3", "OpControlBarrier %2 %2 %sync\nOpStore %sl %l NonPrivatePointer");
    let words = frame.words();
    let (mut read_well, mut tried) = (0, 0);
    let mut look = |words: &[u32]| {
        tried += 1;
        if let Ok(code) = read(words) {
            read_well += 1;
            std::hint::black_box(code);
        }
    };
    for length in 0..words.len() {
        look(&words[..length]);
    }
    for at in 0..words.len() {
        for change in
            [0, 1, 2, 7, 43, 0xffff, u32::MAX, 1 << 16, words[at] + 1, words[at].wrapping_sub(1), words[at] ^ 1 << 16]
        {
            let mut words = words.clone();
            words[at] = change;
            look(&words);
        }
    }
    assert!(read_well > 100 && tried > 3000, "{read_well} of {tried}");
}
