//! The profile: a clean module is read, and each way to break a rule is refused for that rule, at its instruction.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod cases;
mod guarded;
mod limits;
mod noise;

use lockstep_module::{Access, ArrayType, Combine, Cost, Extent, Kernel, Launch, Parameter, ParameterKind, Signature};
use lockstep_numbers::ScalarType;
use lockstep_verifier::{
    profile::{Form, read},
    refusal::Refusal,
    rules,
};
use spirv_tools::{
    TargetEnv,
    assembler::{self, Assembler, AssemblerOptions},
};

const BASE: &str = include_str!("base.spvasm");

/// The words of a text.
fn assemble(text: &str) -> Vec<u32> {
    let assembler = assembler::create(Some(TargetEnv::Vulkan_1_2));
    let binary = assembler.assemble(text, AssemblerOptions::default());
    binary.unwrap_or_else(|error| panic!("{error}\n{text}")).as_words().to_vec()
}

/// The clean module with edits, each of one place.
fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = BASE.to_string();
    for (from, to) in edits {
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands there once");
        text = text.replace(from, to);
    }
    text
}

/// The kernel that the clean module claims to be.
fn claimed() -> Kernel {
    let array = |name: &str, access, element| Parameter {
        name: name.into(),
        kind: ParameterKind::Array { access, ty: ArrayType { element, dimensions: vec![Extent::Named(0)] } },
    };
    Kernel {
        signature: Signature {
            name: "k".into(),
            extents: vec!["n".into()],
            parameters: vec![
                array("x", Access::In, ScalarType::F32),
                array("y", Access::Out, ScalarType::F32),
                array("z", Access::Claim, ScalarType::U32),
                array("c", Access::Accumulate(Combine::Add), ScalarType::U32),
            ],
        },
        launch: Launch::Tiles { tiles: vec![(1, vec![64])], lanes: 64 },
        shared_bytes: 256,
        cost: Cost::default(),
        spirv: Vec::new(),
        guarded: Vec::new(),
    }
}

fn refused(text: &str, form: Form) -> Option<Refusal> {
    read(&assemble(text), &claimed(), form).err()
}

#[test]
fn the_clean_module_is_read() {
    let read = read(&assemble(BASE), &claimed(), Form::Plain).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((read.lanes, read.words, read.buffers.len()), (64, 4, 6));
}

#[test]
fn each_mistake_is_refused_for_its_own_rule() {
    let mut wrong = Vec::new();
    let mut text = String::new();
    for case in cases::CASES {
        match refused(&edited(case.edits), Form::Plain) {
            Some(refusal) if refusal.rule == case.rule => text += &format!("{}: {refusal}\n", case.name),
            found => wrong.push(format!("{}: {} wanted, {found:?}", case.name, case.rule)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(text);
}

/// Those of the profile; what breaks the rules of the proofs is `tests/verifier_proofs.rs` and the hostile modules.
#[test]
fn every_rule_has_a_mistake() {
    let elsewhere = [rules::BINARY, rules::GUARD, rules::HOST];
    for entry in rules::ALL.iter().filter(|entry| entry.rule < rules::INDEX) {
        let shown = cases::CASES.iter().any(|case| case.rule == entry.rule) || elsewhere.contains(&entry.rule);
        assert!(shown, "{} {}", entry.rule, entry.title);
    }
}

#[test]
fn codes_are_in_order_and_each_stands_once() {
    assert!(rules::ALL.windows(2).all(|pair| pair[0].rule < pair[1].rule));
}
