//! Modules at the limits of the profile, and beyond them; files that are no modules.

use lockstep_verifier::{
    profile::{Form, limits, read},
    rules,
};

use crate::{BASE, assemble, claimed, edited, refused};

/// The clean module with so many selections, each inside of the one before.
fn nested(depth: u32) -> String {
    let mut inside = String::new();
    for level in 0..depth {
        inside += &format!(
            "OpSelectionMerge %m{level} None\nOpBranchConditional %inside %y{level} %m{level}\n%y{level} = OpLabel\n"
        );
    }
    for level in (0..depth).rev() {
        inside += &format!("OpBranch %m{level}\n%m{level} = OpLabel\n");
    }
    edited(&[("%end = OpLabel\n", &format!("%end = OpLabel\n{inside}"))])
}

#[test]
fn constructs_nest_as_deep_as_the_limit() {
    assert_eq!(refused(&nested(limits::NESTING.most), Form::Plain), None);
    let refusal = refused(&nested(limits::NESTING.most + 1), Form::Plain).expect("one more is refused");
    assert_eq!(refusal.rule, rules::LIMIT);
}

#[test]
fn what_is_no_module_is_refused() {
    let words = assemble(BASE);
    let refusal = |words: &[u32]| read(words, &claimed(), Form::Plain).expect_err("it is refused").rule;
    assert_eq!(refusal(&[]), rules::BINARY);
    assert_eq!(refusal(&words[..4]), rules::BINARY);
    for (word, instead) in [(0, 0x0302_2307), (1, 0x0001_0600), (3, u32::MAX), (4, 1)] {
        let mut broken = words.clone();
        broken[word] = instead;
        assert_eq!(refusal(&broken), rules::BINARY, "word {word}");
    }
    // An instruction without words, and one with more than there are.
    for first in [17, 0xffff_0011] {
        let mut broken = words.clone();
        broken[5] = first;
        assert_eq!(refusal(&broken), rules::BINARY);
    }
    // The generator says nothing.
    let mut other = words;
    other[2] = 0x1234_5678;
    assert_eq!(read(&other, &claimed(), Form::Plain).map(|_| ()), Ok(()));
}
