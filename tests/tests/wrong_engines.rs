//! The control that must go red: engines that are wrong on purpose, each caught at the first cell that differs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::sync::Arc;

use lockstep_cli::agreement::{self, Difference};
use lockstep_module::{Argument, Array, Call, Module, Outcome, Output, plan};
use lockstep_numbers::{ScalarType, float};
use lockstep_tests::{
    engines,
    everywhere::{self, Compiled},
    random::Random,
    special,
    spirv_words::{changed, instructions},
};
use lockstep_witness::{
    operation::Operation,
    unit::{Mode, compute},
};

const CELLS: usize = 5000;

const SOURCE: &str = "
kernel arithmetic[n](
    a: in [f32; n], b: in [f32; n],
    sum: out [f32; n], difference: out [f32; n], product: out [f32; n], quotient: out [f32; n],
) each i of sum {
    sum[i] = a[i] + b[i];
    difference[i] = a[i] - b[i];
    product[i] = a[i] * b[i];
    quotient[i] = a[i] / b[i];
}
";

fn inputs() -> (Vec<u32>, Vec<u32>) {
    let mut random = Random::new(7);
    let mut list = || (0..CELLS).map(|_| special::word(&mut random, ScalarType::F32)).collect();
    (list(), list())
}

fn array(words: Vec<u32>) -> Array {
    Array { element: ScalarType::F32, dimensions: vec![words.len() as u32], words }
}

fn program() -> (Compiled, Call) {
    let (a, b) = inputs();
    let arguments = [("a", a), ("b", b)].map(|(name, words)| (name.to_string(), Argument::Array(array(words))));
    (everywhere::compile("arithmetic.lks", SOURCE), Call { arguments: arguments.into(), ..Call::default() })
}

/// What the interpreter gives, which all true engines give too.
fn right() -> Outcome {
    let (program, call) = program();
    program.run_everywhere("arithmetic", call)
}

fn caught(wrong: Outcome) -> Option<Difference> {
    agreement::first_difference(&[("interpreter".into(), right()), ("wrong engine".into(), wrong)])
}

/// An engine for [`SOURCE`] alone that computes with the host's float unit in some mode.
fn host_engine(mode: Mode) -> Outcome {
    let (a, b) = inputs();
    let names = [
        ("sum", Operation::Add),
        ("difference", Operation::Subtract),
        ("product", Operation::Multiply),
        ("quotient", Operation::Divide),
    ];
    let output = |(name, operation): (&str, Operation)| {
        let door = float::canonical;
        let words = a.iter().zip(&b).map(|(a, b)| compute(mode, operation, door(*a), door(*b)));
        Output { name: name.into(), array: array(words.collect()) }
    };
    Outcome::Finished(names.map(output).into())
}

#[test]
fn a_host_engine_in_the_right_mode_agrees() {
    assert_eq!(caught(host_engine(Mode::RIGHT)), None);
}

#[test]
fn an_engine_that_rounds_otherwise_is_caught_at_the_first_cell() {
    for mode in [Mode::TRUNCATING, Mode::UPWARD] {
        let wrong = host_engine(mode);
        let (Outcome::Finished(ours), Outcome::Finished(theirs)) = (right(), &wrong) else { panic!("it trapped") };
        let first = ours[0].array.words.iter().zip(&theirs[0].array.words).position(|(a, b)| a != b).unwrap();
        let what = caught(wrong).unwrap().to_string();
        let start = format!("interpreter and wrong engine differ: sum[{first}]: f32 is ");
        assert!(what.starts_with(&start) && what.contains("other cells of it differ"), "{what}");
    }
}

#[test]
fn an_engine_that_keeps_subnormals_is_caught() {
    let what = caught(host_engine(Mode::SUBNORMAL)).unwrap().what;
    assert!(what.contains("f32 is 0.0 (0x00000000) in") || what.contains("f32 is -0.0 (0x80000000) in"), "{what}");
}

#[test]
fn one_flipped_bit_is_caught_and_named() {
    let Outcome::Finished(outputs) = right() else { panic!("it trapped") };
    for (cell, bit) in [(0, 0), (257, 31), (CELLS - 1, 13)] {
        let mut wrong = outputs.clone();
        wrong[2].array.words[cell] ^= 1 << bit;
        let (one, other) = (outputs[2].array.words[cell], wrong[2].array.words[cell]);
        let what = caught(Outcome::Finished(wrong)).unwrap().what;
        assert!(what.starts_with(&format!("product[{cell}]: f32 is ")), "{what}");
        assert!(what.contains(&format!("0x{one:08x}")) && what.contains(&format!("0x{other:08x}")), "{what}");
        assert!(what.ends_with("no other cell of it differs"), "{what}");
    }
}

/// Each driver is given SPIR-V in which one instruction is another: a compiler that is wrong, or a driver.
#[test]
fn a_module_with_one_wrong_instruction_is_caught_on_every_driver() {
    let source = "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = (x[i] ^ 0x55) + 3; }";
    let program = everywhere::compile("k.lks", source);
    let cells = Array { element: ScalarType::U32, dimensions: vec![300], words: (0..300).collect() };
    let call = Call { arguments: [("x".to_string(), Argument::Array(cells))].into(), ..Call::default() };
    let bound = program.bind("k", call);
    let right = program.interpret("k", &bound).unwrap();
    let plan = Arc::new(plan::plan(&program.module, "k", bound).unwrap());
    for device in engines::devices() {
        let same = program.run_plan(device, &plan, &program.module);
        assert_eq!(same, right, "{}", device.name);
        let wrong = program.run_plan(device, &plan, &with_wrong_instruction(&program.module));
        let outcomes = [("interpreter".into(), right.clone()), (device.name.clone(), wrong)];
        let difference = agreement::first_difference(&outcomes).expect("the wrong instruction shows");
        assert_eq!(difference.second, device.name);
        assert!(difference.what.starts_with("y[1]: u32 is 87 (0x00000057) in interpreter, and "), "{difference}");
    }
}

/// The module with each 0x55 xor turned into an or.
fn with_wrong_instruction(module: &Module) -> Module {
    const XOR: u32 = 198;
    const OR: u32 = 197;
    let mut module = module.clone();
    let words = &mut module.kernels[0].spirv;
    let constant = constant_with_value(words, 0x55);
    let mut count = 0;
    *words = changed(words, |instruction| {
        let mut instruction = instruction.to_vec();
        if instruction[0] & 0xffff == XOR && instruction[3..5].contains(&constant) {
            instruction[0] = (instruction[0] & 0xffff_0000) | OR;
            count += 1;
        }
        instruction
    });
    assert_eq!(count, 1, "the kernel holds one such instruction");
    module
}

fn constant_with_value(words: &[u32], value: u32) -> u32 {
    const CONSTANT: u32 = 4 << 16 | 43;
    let found = instructions(words).find(|instruction| instruction[0] == CONSTANT && instruction[3] == value);
    found.expect("the kernel holds the constant")[2]
}
