//! The attack on a verifier, a little of it; and that the judge finds fault with a careless one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_shadow::mutate::{Edit, KINDS, Subject};
use lockstep_tests::{
    attack::{self, Base, Ended, Mutant},
    random::Random,
};

/// Whatever calls their interfaces allow, what the compiler makes does nothing wrong.
#[test]
fn what_is_not_mutated_does_nothing_wrong() {
    let mut bases = attack::conformance();
    bases.extend(attack::generated(0..100));
    let mut wrong = Vec::new();
    for base in 0..bases.len() {
        for guarded in [false, true] {
            let mutant = Mutant { base, guarded, edits: Vec::new(), seed: base as u64 };
            if let Ended::Misbehaving(what) = attack::unchanged(&mutant, &bases) {
                wrong.push(format!("{} (guarded: {guarded}): {what}", bases[base].name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), bases.len(), wrong.join("\n"));
}

/// A seed gives one mutant, and every kind of edit changes something somewhere.
#[test]
fn mutants_can_be_made_again_and_every_kind_edits() {
    let bases = attack::conformance();
    for number in 0..500 {
        let mutant = attack::mutant(&bases, 7, number);
        assert_eq!(mutant, attack::mutant(&bases, 7, number));
        assert_eq!(mutant.kernel(&bases), mutant.kernel(&bases));
    }
    for (kind, named) in KINDS.iter().enumerate() {
        let mut random = Random::new(kind as u64);
        let changes = |base: &Base| {
            let mut subject = Subject::new(&base.kernel, false);
            let before = subject.assemble();
            subject.edit(Edit { kind, seed: random.wide() }) && subject.assemble() != before
        };
        assert!(bases.iter().any(changes), "{} edits nothing", named.name);
    }
}
