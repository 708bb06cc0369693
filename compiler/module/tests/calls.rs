//! Every refusal of a call, by its code: what a replica says before anything runs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use lockstep_module::{
    Access, Argument, Array, ArrayType, Bound, BoundArray, Call, CallError, Extent, Job, Kernel, Module, Operation,
    Parameter, ParameterKind, Signature, Step, Temporary, bind,
    plan::{PlanError, plan},
};
use lockstep_numbers::{Binary, ScalarType};

fn array(name: &str, access: Access, dimensions: &[Extent]) -> Parameter {
    let ty = ArrayType { element: ScalarType::F32, dimensions: dimensions.to_vec() };
    Parameter { name: name.into(), kind: ParameterKind::Array { access, ty } }
}

const N: Extent = Extent::Named(0);

/// `name[n](a: f32, x: in [f32; n], y: out [f32; n])`
fn signature(name: &str) -> Signature {
    Signature {
        name: name.into(),
        extents: vec!["n".into()],
        parameters: vec![
            Parameter { name: "a".into(), kind: ParameterKind::Scalar(ScalarType::F32) },
            array("x", Access::In, &[N]),
            array("y", Access::Out, &[N]),
        ],
    }
}

fn cells(count: u32) -> Argument {
    Argument::Array(Array::zeros(ScalarType::F32, vec![count]))
}

fn call(arguments: &[(&str, Argument)], extents: &[(&str, u32)]) -> Call {
    Call {
        arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        extents: extents.iter().map(|(name, value)| ((*name).into(), *value)).collect(),
    }
}

fn refusal(arguments: &[(&str, Argument)], extents: &[(&str, u32)]) -> CallError {
    bind(&signature("k"), call(arguments, extents)).expect_err("this call should be refused")
}

fn one() -> Argument {
    Argument::Scalar(ScalarType::F32, 0x3f80_0000)
}

#[test]
fn a_call_that_fits_is_bound() {
    let bound = bind(&signature("k"), call(&[("a", one()), ("x", cells(3))], &[])).expect("it fits");
    assert_eq!((bound.scalars, bound.extents), (vec![0x3f80_0000], vec![3]));
    assert_eq!(bound.arrays.iter().map(|a| a.words.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_scalar_comes_through_the_door() {
    let subnormal = Argument::Scalar(ScalarType::F32, 1);
    let bound = bind(&signature("k"), call(&[("a", subnormal), ("x", cells(1))], &[])).expect("it fits");
    assert_eq!(bound.scalars, [0]);
    let truth = Signature {
        parameters: vec![Parameter { name: "b".into(), kind: ParameterKind::Scalar(ScalarType::Bool) }],
        extents: vec![],
        ..signature("k")
    };
    let bound = bind(&truth, call(&[("b", Argument::Scalar(ScalarType::Bool, 2))], &[])).expect("it fits");
    assert_eq!(bound.scalars, [1]);
}

#[test]
fn each_refusal_has_its_code_and_names_what_is_wrong() {
    let wrong_type = Argument::Array(Array::zeros(ScalarType::U32, vec![3]));
    let short = Argument::Array(Array { element: ScalarType::F32, dimensions: vec![3], words: vec![0; 2] });
    let square = Argument::Array(Array::zeros(ScalarType::F32, vec![2, 2]));
    let huge = Argument::Array(Array { element: ScalarType::F32, dimensions: vec![1 << 26], words: vec![] });
    let cases = [
        ("C0001", refusal(&[("a", one())], &[]), "`x` is missing"),
        ("C0001", refusal(&[("x", cells(3))], &[]), "`a` is missing"),
        ("C0002", refusal(&[("a", one()), ("x", cells(3)), ("z", one())], &[]), "no parameter `z`"),
        ("C0002", refusal(&[("a", one()), ("x", cells(3))], &[("m", 3)]), "no parameter `m`"),
        ("C0003", refusal(&[("a", one()), ("x", wrong_type)], &[]), "[u32; 3]"),
        ("C0003", refusal(&[("a", one()), ("x", one())], &[]), "a single number"),
        ("C0003", refusal(&[("a", Argument::Scalar(ScalarType::I32, 1)), ("x", cells(3))], &[]), "i32 was given"),
        ("C0003", refusal(&[("a", cells(3)), ("x", cells(3))], &[]), "an array was given"),
        ("C0003", refusal(&[("a", one()), ("x", cells(3)), ("y", cells(3))], &[]), "out array"),
        ("C0004", refusal(&[("a", one()), ("x", square)], &[]), "of rank 2"),
        ("C0004", refusal(&[("a", one()), ("x", short)], &[]), "it holds 2 cells"),
        ("C0004", refusal(&[("a", one()), ("x", cells(3))], &[("n", 4)]), "the call makes n = 4, not 3"),
        ("C0006", refusal(&[("a", one()), ("x", huge)], &[]), "67108864 cells"),
    ];
    for (code, error, part) in cases {
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(part), "{error} does not say {part}");
    }
    let free = Signature { parameters: vec![array("y", Access::Out, &[N])], ..signature("k") };
    assert_eq!(bind(&free, Call::default()).expect_err("nothing fixes n").code, "C0005");
}

fn slot(slot: u32) -> Vec<Operation> {
    vec![Operation::Slot(slot)]
}

/// A module with the kernel `k` and a job `j[n](a, x, y)` of these temporaries and steps.
fn module(temporaries: Vec<Temporary>, steps: Vec<Step>) -> Module {
    let kernel = Kernel { signature: signature("k"), grid: vec![N], spirv: vec![] };
    let job = Job { signature: signature("j"), slots: 4, temporaries, steps };
    let module = Module { kernels: vec![kernel], jobs: vec![job], sources: vec![] };
    Module::from_bytes(&module.to_bytes()).expect("it is consistent")
}

fn run(arrays: [u32; 2]) -> Step {
    Step::Run { kernel: 0, arrays: arrays.to_vec(), scalars: vec![slot(0)] }
}

fn bound(n: u32) -> Bound {
    let cells = |words| BoundArray { element: ScalarType::F32, dimensions: vec![n], words };
    Bound { scalars: vec![0], extents: vec![n], arrays: vec![cells(Some(vec![0; n as usize])), cells(None)] }
}

fn temporary(size: Vec<Operation>) -> Temporary {
    Temporary { name: "t".into(), element: ScalarType::F32, dimensions: vec![size] }
}

fn code(result: Result<impl std::fmt::Debug, PlanError>) -> &'static str {
    match result.expect_err("this plan should be refused") {
        PlanError::Refused(error) => error.code,
        PlanError::Trapped => "trap",
    }
}

#[test]
fn a_loop_and_a_swap_are_planned() {
    let repeat = Step::Repeat {
        slot: 2,
        signed: false,
        from: vec![Operation::Constant(0)],
        to: vec![Operation::Constant(3)],
        by: 2,
    };
    let steps = vec![run([0, 1]), repeat, run([0, 2]), Step::Swap { a: 1, b: 2 }, Step::End];
    let plan = plan(&module(vec![temporary(slot(1))], steps), "j", bound(5)).expect("it plans");
    let arrays: Vec<&[usize]> = plan.dispatches.iter().map(|dispatch| dispatch.arrays.as_slice()).collect();
    assert_eq!(arrays, [[0, 1], [0, 2], [0, 1]]);
    assert_eq!(plan.outputs, [("y".to_string(), 1)]);
    assert!(plan.dispatches.iter().all(|dispatch| dispatch.lanes == 5));
}

#[test]
fn each_refusal_of_a_plan_has_its_code() {
    let forever = |count: u32, inside: Vec<Step>| {
        let to = vec![Operation::Constant(count)];
        let repeat = Step::Repeat { slot: 2, signed: false, from: vec![Operation::Constant(0)], to, by: 1 };
        [vec![repeat], inside, vec![Step::End]].concat()
    };
    let large = temporary(vec![Operation::Constant(1 << 26)]);
    assert_eq!(code(plan(&module(vec![large], vec![]), "j", bound(1))), "C0006");
    assert_eq!(code(plan(&module(vec![], forever(65_537, vec![run([0, 1])])), "j", bound(1))), "C0007");
    assert_eq!(code(plan(&module(vec![], forever(u32::MAX, vec![])), "j", bound(1))), "C0007");
    let many = (0..17).map(|_| temporary(vec![Operation::Constant(1 << 25)])).collect();
    assert_eq!(code(plan(&module(many, vec![]), "j", bound(1))), "C0008");
    let other = temporary(vec![Operation::Constant(7)]);
    assert_eq!(code(plan(&module(vec![other], vec![run([0, 2])]), "j", bound(5))), "C0009");
    assert_eq!(code(plan(&module(vec![], vec![]), "nothing", bound(1))), "C0010");
    let divide = vec![Operation::Slot(1), Operation::Constant(0), Operation::Binary(Binary::Divide, ScalarType::U32)];
    assert_eq!(code(plan(&module(vec![], vec![Step::Set { slot: 3, value: divide }]), "j", bound(1))), "trap");
    assert!(plan(&module(vec![], forever(65_536, vec![run([0, 1])])), "j", bound(1)).is_ok());
}

#[test]
fn a_module_that_contradicts_itself_is_refused() {
    let bad = [
        vec![Step::End],
        vec![Step::Set { slot: 9, value: vec![Operation::Constant(1)] }],
        vec![Step::Set { slot: 3, value: vec![] }],
        vec![Step::Set { slot: 3, value: vec![Operation::Constant(1), Operation::Constant(1)] }],
        vec![Step::Set { slot: 3, value: vec![Operation::Binary(Binary::Add, ScalarType::U32)] }],
        vec![Step::Run { kernel: 4, arrays: vec![0, 1], scalars: vec![slot(0)] }],
        vec![Step::Run { kernel: 0, arrays: vec![0, 0], scalars: vec![slot(0)] }],
        vec![Step::Run { kernel: 0, arrays: vec![1, 0], scalars: vec![slot(0)] }],
        vec![Step::Run { kernel: 0, arrays: vec![0], scalars: vec![slot(0)] }],
        vec![Step::Swap { a: 0, b: 1 }],
        vec![Step::Swap { a: 1, b: 9 }],
    ];
    let kernel = Kernel { signature: signature("k"), grid: vec![N], spirv: vec![] };
    for steps in bad {
        let job = Job { signature: signature("j"), slots: 4, temporaries: vec![], steps: steps.clone() };
        let module = Module { kernels: vec![kernel.clone()], jobs: vec![job], sources: vec![] };
        assert!(Module::from_bytes(&module.to_bytes()).is_err(), "{steps:?}");
    }
}
