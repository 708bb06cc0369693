//! What a job comes to, and every refusal of a plan by its code.

use lockstep_module::{
    Access, Bound, DISPATCH_WEIGHT, Extent, GROUP_WEIGHT, Operation, Step,
    plan::{MAX_DISPATCHES, PlanError, plan},
};
use lockstep_numbers::{Binary, ScalarType};

use crate::make::{
    N, array, arrays, bound, code, constant, kernel, module, module_of, named, repeat, run, slot, temporary,
};

#[test]
fn a_loop_and_a_swap_are_planned() {
    let begin = Step::Repeat { slot: 2, signed: false, from: constant(0), to: constant(3), by: 2 };
    let steps = vec![run([0, 1]), begin, run([0, 2]), Step::Swap { a: 1, b: 2 }, Step::End];
    let plan = plan(&module(vec![temporary(slot(1))], steps), "j", bound(5)).expect("it plans");
    assert_eq!(arrays(&plan), [[0, 1], [0, 2], [0, 1]]);
    assert_eq!(plan.outputs, [("y".to_string(), 1)]);
    assert!(plan.dispatches.iter().all(|d| (d.groups, d.lanes) == (1, 5) && d.zero.is_empty()));
}

#[test]
fn a_plan_has_its_cost_and_its_bytes() {
    let steps = repeat(3, vec![run([0, 1])]);
    let planned = plan(&module(vec![temporary(slot(1))], steps), "j", bound(1000)).expect("it plans");
    assert_eq!(planned.cost, 3 * (DISPATCH_WEIGHT + 4 * GROUP_WEIGHT + 1000 * 10));
    assert_eq!(planned.bytes, 3 * 4000);
    let direct = plan(&module(vec![], vec![]), "k", bound(256)).expect("it plans");
    assert_eq!((direct.cost, direct.bytes), (DISPATCH_WEIGHT + GROUP_WEIGHT + 2560, 2048));
}

#[test]
fn loops_with_signed_counters_and_without_trips() {
    let minus = u64::from((-2i32).cast_unsigned());
    let begin = |from, to| Step::Repeat { slot: 2, signed: true, from: constant(from), to: constant(to), by: 1 };
    let steps = vec![begin(minus, 1), run([0, 1]), Step::End, begin(1, minus), begin(0, 9), run([0, 1]), Step::End];
    let planned = plan(&module(vec![], [steps, vec![Step::End]].concat()), "j", bound(1)).expect("it plans");
    assert_eq!(planned.dispatches.len(), 3);
}

#[test]
fn each_refusal_of_a_plan_has_its_code() {
    let plan_of = |temporaries, steps, n| plan(&module(temporaries, steps), "j", bound(n));
    assert_eq!(code(plan_of(vec![temporary(constant(1 << 26))], vec![], 1)), "C0006");
    let most = MAX_DISPATCHES as u64;
    assert_eq!(code(plan_of(vec![], repeat(most + 1, vec![run([0, 1])]), 1)), "C0007");
    assert!(plan_of(vec![], repeat(most, vec![run([0, 1])]), 1).is_ok());
    assert_eq!(code(plan_of(vec![], repeat(u32::MAX.into(), vec![]), 1)), "C0007");
    let many = (0..17).map(|_| temporary(constant(1 << 25))).collect();
    assert_eq!(code(plan_of(many, vec![], 1)), "C0008");
    assert_eq!(code(plan_of(vec![temporary(constant(0)); 1 << 16], vec![], 1)), "C0008");
    assert_eq!(code(plan_of(vec![temporary(constant(7))], vec![run([0, 2])], 5)), "C0009");
    assert_eq!(code(plan(&module(vec![], vec![]), "nothing", bound(1))), "C0010");
    let divide = vec![Operation::Slot(1), Operation::Constant(0), Operation::Binary(Binary::Divide, ScalarType::U32)];
    assert_eq!(code(plan_of(vec![], vec![Step::Set { slot: 3, value: divide }], 1)), "trap");
}

#[test]
fn a_dispatch_has_at_most_two_to_the_31_lanes() {
    let mut module = module_of(vec![]);
    module.kernels[0] = kernel(named("k", &["n"], vec![array("y", Access::Out, &[Extent::Constant(1)])]));
    let with = |module: &lockstep_module::Module, n| {
        let cells = lockstep_module::BoundArray { element: ScalarType::F32, dimensions: vec![1], words: None };
        plan(module, "k", Bound { scalars: vec![], extents: vec![n], arrays: vec![cells] })
    };
    assert_eq!(with(&module, 1 << 31).map(|plan| plan.dispatches[0].lanes), Ok(1 << 31));
    assert_eq!(code(with(&module, (1 << 31) + 1)), "C0008");
    module.kernels[0].launch = lockstep_module::Launch::Each(vec![N, N, N]);
    assert_eq!(code(with(&module, 1 << 22)), "C0008");
}

#[test]
fn a_refusal_says_what_it_is_about() {
    let error = plan(&module(vec![temporary(constant(7))], vec![run([0, 2])]), "j", bound(5));
    let Err(PlanError::Refused(error)) = error else { unreachable!("it is refused") };
    assert!(error.message.contains("`y: [f32; n]` the size 7 where x says 5"), "{error}");
}
