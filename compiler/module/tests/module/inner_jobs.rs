//! Jobs that run jobs: their temporaries are zeros each time, are used again, and swaps reach the caller.

use lockstep_module::{Array, Job, Module, Step, plan::plan};
use lockstep_numbers::ScalarType;

use crate::make::{arrays, bound, call, code, constant, job, module_of, repeat, run, slot, temporary};

/// A job that runs `k` from x into a temporary, and from the temporary into y.
fn through() -> Job {
    job("through", vec![temporary(slot(1))], vec![run([0, 2]), run([2, 1])])
}

#[test]
fn a_temporary_is_used_again_and_zeroed_when_first_seen() {
    let outer = job("j", vec![], repeat(3, vec![call(0, [0, 1])]));
    let planned = plan(&module_of(vec![through(), outer]), "j", bound(4)).expect("it plans");
    assert_eq!(arrays(&planned), [[0, 2], [2, 1], [0, 2], [2, 1], [0, 2], [2, 1]]);
    let zero: Vec<&[usize]> = planned.dispatches.iter().map(|d| d.zero.as_slice()).collect();
    assert_eq!(zero, [&[][..], &[], &[2], &[], &[2], &[]]);
    assert_eq!(planned.bytes, 3 * 16, "one temporary serves all three");
}

#[test]
fn only_arrays_that_are_alike_serve_again() {
    let other = Job { temporaries: vec![temporary(constant(9))], steps: vec![], ..job("other", vec![], vec![]) };
    let mut wide = job("wide", vec![temporary(slot(1))], vec![]);
    wide.temporaries[0].element = ScalarType::U64;
    let steps = vec![call(0, [0, 1]), call(1, [0, 1]), call(2, [0, 1]), call(0, [0, 1])];
    let planned = plan(&module_of(vec![through(), other, wide, job("j", vec![], steps)]), "j", bound(4)).unwrap();
    assert_eq!(planned.arrays.len(), 5);
    assert_eq!(arrays(&planned)[2], [0, 2]);
    assert_eq!(planned.bytes, 3 * 16 + 36 + 32);
}

#[test]
fn jobs_within_jobs_hold_their_own_temporaries() {
    let middle = job("middle", vec![temporary(slot(1))], vec![call(0, [0, 2]), call(0, [2, 1])]);
    let outer = job("j", vec![], vec![call(1, [0, 1])]);
    let planned = plan(&module_of(vec![through(), middle, outer]), "j", bound(4)).unwrap();
    assert_eq!(arrays(&planned), [[0, 3], [3, 2], [2, 3], [3, 1]]);
    assert_eq!(planned.dispatches[2].zero, [3]);
}

/// What a plan leaves in the outputs, with a kernel `k` that adds 1 to x's cells and writes them to y.
fn outputs(module: &Module, entry: &str) -> Vec<u32> {
    let mut call = bound(1);
    call.arrays[0].words = Some(vec![100]);
    let planned = plan(module, entry, call).expect("it plans");
    let zeros = |array: &lockstep_module::plan::PlannedArray| Array::zeros(array.element, array.dimensions.clone());
    let first =
        |array: &lockstep_module::plan::PlannedArray| array.initial.clone().map_or(zeros(array).words, |words| words);
    let mut memory: Vec<Vec<u32>> = planned.arrays.iter().map(first).collect();
    for dispatch in &planned.dispatches {
        dispatch.zero.iter().for_each(|array| memory[*array].fill(0));
        memory[dispatch.arrays[1]] = memory[dispatch.arrays[0]].iter().map(|x| x + 1).collect();
    }
    planned.outputs.iter().map(|(_, array)| memory[*array][0]).collect()
}

#[test]
fn a_swap_in_an_inner_job_is_a_swap_of_contents() {
    // The inner job leaves its own temporary's contents in y.
    let inner = job("inner", vec![temporary(slot(1))], vec![run([0, 2]), Step::Swap { a: 1, b: 2 }]);
    let once = job("once", vec![], vec![call(0, [0, 1])]);
    assert_eq!(outputs(&module_of(vec![inner.clone(), once]), "once"), [101]);
    // The caller goes on with what y now holds.
    let on = job("on", vec![temporary(slot(1))], vec![call(0, [0, 1]), run([1, 2]), run([2, 1])]);
    assert_eq!(outputs(&module_of(vec![inner.clone(), on]), "on"), [103]);
    // Each call swaps its own contents in; what was y's serves the next call, as zeros.
    let steps = vec![run([0, 1]), call(0, [1, 2]), call(0, [2, 1])];
    let twice = job("twice", vec![temporary(slot(1))], steps);
    assert_eq!(outputs(&module_of(vec![inner, twice]), "twice"), [103]);
}

#[test]
fn a_swap_of_two_parameters_reaches_both_names() {
    use crate::make::{N, array, named};
    use lockstep_module::Access;
    let parameters = vec![array("p", Access::InOut, &[N]), array("q", Access::InOut, &[N])];
    let swapper = Job {
        signature: named("swapper", &["n"], parameters),
        slots: 1,
        temporaries: vec![],
        steps: vec![Step::Swap { a: 0, b: 1 }],
    };
    let swap = Step::Call { job: 0, arrays: vec![1, 2], scalars: vec![] };
    // y = 101, t = 102; the swap makes y = 102.
    let outer = job("j", vec![temporary(slot(1))], vec![run([0, 1]), run([1, 2]), swap.clone()]);
    assert_eq!(outputs(&module_of(vec![swapper.clone(), outer]), "j"), [102]);
    // And again: back.
    let outer = job("j", vec![temporary(slot(1))], vec![run([0, 1]), run([1, 2]), swap.clone(), swap]);
    assert_eq!(outputs(&module_of(vec![swapper, outer]), "j"), [101]);
}

#[test]
fn what_an_inner_job_never_wrote_is_zero_even_in_an_output() {
    let empty = job("empty", vec![temporary(slot(1))], vec![Step::Swap { a: 1, b: 2 }]);
    let steps = vec![call(0, [0, 1]), call(1, [0, 1])];
    let outer = job("j", vec![], steps);
    let module = module_of(vec![through(), empty, outer]);
    assert_eq!(outputs(&module, "j"), [0]);
    let planned = plan(&module, "j", bound(1)).unwrap();
    assert_eq!(planned.outputs[0].1, 3, "an array that begins as zeros, for no dispatch is left to fill one");
}

#[test]
fn an_inner_job_is_refused_arrays_that_disagree() {
    let outer = job("j", vec![temporary(constant(7))], vec![call(0, [0, 2])]);
    assert_eq!(code(plan(&module_of(vec![through(), outer]), "j", bound(5))), "C0009");
}

#[test]
fn calls_count_as_steps() {
    // 2^40 calls of a job that does nothing.
    let mut jobs = vec![job("j0", vec![], vec![])];
    for i in 0..40u32 {
        jobs.push(job(&format!("j{}", i + 1), vec![], vec![call(i, [0, 1]), call(i, [0, 1])]));
    }
    assert_eq!(code(plan(&module_of(jobs), "j40", bound(1))), "C0007");
    // Temporaries count too: 2^7 · 2^16 of them.
    let many = job("many", vec![temporary(constant(0)); 1 << 15], vec![]);
    let outer = job("j", vec![], repeat(1 << 8, vec![call(0, [0, 1])]));
    assert_eq!(code(plan(&module_of(vec![many, outer]), "j", bound(1))), "C0007");
}
