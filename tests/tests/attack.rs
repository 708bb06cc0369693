//! The attack on a verifier, a little of it; and that the judge finds fault with a careless one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_shadow::mutate::{self, Edit, KINDS, Subject};
use lockstep_tests::{
    attack::{self, Base, Ended, Mutant, report},
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

/// A verifier that only asks whether a module is legal lets every misbehaviour through, and the judge sees it. Each kind of
/// edit that should be seen is, and what is found is cut down to an edit that does it alone.
#[test]
fn the_judge_finds_fault_with_a_careless_verifier() {
    let bases = attack::conformance();
    let verifier: &attack::Verifier<'_> = &attack::only_legal;
    let tally = attack::attack(&bases, verifier, 3, 12_000, false, false);
    println!("{}", tally.show());
    for name in SEEN {
        let kind = mutate::kind(name).unwrap_or_else(|| panic!("there is no kind `{name}`"));
        assert!(tally.of_kind(kind).misbehaving > 0, "nothing comes of `{name}`");
    }
    let (mutant, _) = tally.misbehaving.iter().find(|(mutant, _)| mutant.edits.len() == 3).unwrap();
    let cut = attack::shrink(mutant, &bases, verifier);
    assert!(cut.edits.len() < 3, "{}", report::show(&cut, "", &bases));
    assert!(matches!(attack::trial(&cut, &bases, verifier), Ended::Misbehaving(_)));
}

const SEEN: &[&str] = &[
    "drop a guard",
    "add to an index",
    "another constant",
    "turn a branch",
    "drop NoContraction",
    "drop SignedZeroInfNanPreserve",
    "unhide",
    "remove a barrier",
    "move a barrier",
    "weaken a barrier",
    "another bound of a loop",
    "drop an increment",
    "alias bindings",
    "change NonWritable",
    "change a memory operand",
    "another length",
    "remove a store",
    "atomic to plain",
    "another atomic operator",
    "drop the branch of a claim",
    "another LocalSize",
    "forge cost",
    "forge shared bytes",
    "forge launch",
    "forge access",
    "forge dimensions",
];

#[test]
fn what_the_verifier_accepts_does_nothing_wrong() {
    let bases = attack::conformance();
    let verifier: &attack::Verifier<'_> = &attack::verified;
    let tally = attack::attack(&bases, verifier, 11, 30_000, false, false);
    println!("{}", tally.show());
    let wrong = tally.misbehaving.iter();
    let wrong: Vec<String> = wrong.map(|(mutant, what)| report::show(mutant, what, &bases)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tally.all.harmless > 1000, "too little is accepted: {}", tally.line());
}
