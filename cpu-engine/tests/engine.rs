//! The engine as its callers see it: threads, traps, time, memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use lockstep_cpu::{Engine, FloatUnit};
use lockstep_engine::{DeviceOutcome, Fault};
use lockstep_module::{
    Argument, Array, Call, Module, bind,
    plan::{Plan, plan},
};
use lockstep_numbers::ScalarType;
use lockstep_verifier::verify;

const HISTOGRAM: &str = "
kernel count[n](x: in [u32; n], bins: acc(add) [u32; 16], least: acc(min) [u32; 1]) each i of x {
    bins[x[i] & 15] += 1;
    least[0] min= x[i];
}
";

const TRAPS: &str = "
kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y {
    assert x[i] < 1000;
    y[i] = x[i] + 1;
}
";

const SCATTER: &str = "
kernel k[n](to: in [u32; n], y: claim [u32; n]) each i of to { claim y[to[i]] = i; }
";

fn module(source: &str) -> Module {
    let compilation = lockstep_compiler::compile("test.lks", source);
    compilation.module.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics))
}

fn words(words: Vec<u32>) -> Argument {
    Argument::Array(Array { element: ScalarType::U32, dimensions: vec![words.len() as u32], words })
}

fn planned(module: &Module, entry: &str, arguments: Vec<(&str, Argument)>) -> Plan {
    let arguments = arguments.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    let call = Call { arguments, extents: BTreeMap::new() };
    plan(module, entry, bind(module.signature(entry).unwrap(), module.profile, call).unwrap()).unwrap()
}

fn run(engine: &Engine, module: &Module, plan: &Plan) -> Result<DeviceOutcome, Fault> {
    engine.run(&engine.load(&verify(module).unwrap())?, plan.clone())
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let module = module(HISTOGRAM);
    let x: Vec<u32> = (0..100_000u32).map(|i| i.wrapping_mul(0x9e37_79b9) | 7).collect();
    let mut bins = vec![0; 16];
    x.iter().for_each(|word| bins[(word & 15) as usize] += 1);
    let least = *x.iter().min().unwrap();
    let start = vec![("x", words(x)), ("bins", words(vec![0; 16])), ("least", words(vec![u32::MAX]))];
    let plan = planned(&module, "count", start);
    for threads in [1, 2, 7, 64] {
        let engine = Engine::new().unwrap().with_threads(threads);
        let DeviceOutcome::Finished(outputs) = run(&engine, &module, &plan).unwrap() else { panic!("it trapped") };
        assert_eq!(outputs[0].array.words, bins, "{threads} threads");
        assert_eq!(outputs[1].array.words, [least], "{threads} threads");
    }
}

#[test]
fn the_least_group_that_trapped_is_found_by_any_thread() {
    let module = module(TRAPS);
    let mut x = vec![1; 200_000];
    (51_300..200_000).step_by(257).for_each(|i| x[i] = 1000);
    let plan = planned(&module, "k", vec![("x", words(x.clone()))]);
    for threads in [1, 5] {
        let engine = Engine::new().unwrap().with_threads(threads);
        let DeviceOutcome::Trapped(trap) = run(&engine, &module, &plan).unwrap() else { panic!("it finished") };
        assert_eq!((trap.dispatch, trap.group), (0, 51_300 / 256), "{threads} threads");
        assert_eq!(trap.arrays[0].words, x);
    }
}

/// Two lanes of one group claim a cell, and two groups that may be on two threads.
#[test]
fn the_least_cell_that_was_claimed_twice_is_found_with_any_number_of_threads() {
    let module = module(SCATTER);
    let places = |twice: &[(usize, usize)]| {
        let mut to: Vec<u32> = (0..100_000u32).map(|i| i.wrapping_mul(7919) % 100_000).collect();
        twice.iter().for_each(|(one, other)| to[*other] = to[*one]);
        to
    };
    for twice in [vec![], vec![(3, 99_999), (70_000, 500)], vec![(600, 601), (70_000, 500)], vec![(99_998, 99_999)]] {
        let to = places(&twice);
        let least = twice.iter().map(|(one, _)| to[*one]).min();
        let plan = planned(&module, "k", vec![("to", words(to.clone()))]);
        for threads in [1, 2, 7] {
            let engine = Engine::new().unwrap().with_threads(threads);
            match run(&engine, &module, &plan).unwrap() {
                DeviceOutcome::Finished(outputs) => {
                    assert_eq!(least, None, "{threads} threads");
                    assert!((0..).zip(&to).all(|(i, place)| outputs[0].array.words[*place as usize] == i));
                }
                DeviceOutcome::DoublyClaimed(claim) => assert_eq!(Some(claim.cell), least, "{threads} threads"),
                DeviceOutcome::Trapped(trap) => panic!("group {} trapped", trap.group),
            }
        }
    }
}

#[test]
fn time_runs_out_and_the_engine_goes_on() {
    let module = module(TRAPS);
    let plan = planned(&module, "k", vec![("x", words(vec![5; 70_000]))]);
    let engine = Engine::new().unwrap();
    let late = run(&engine.clone().with_timeout(Duration::ZERO), &module, &plan);
    assert_eq!(late, Err(Fault::Timeout { milliseconds: 0 }));
    for engine in [engine.clone(), engine.with_timeout(Duration::MAX)] {
        let DeviceOutcome::Finished(outputs) = run(&engine, &module, &plan).unwrap() else { panic!("it trapped") };
        assert_eq!(outputs[0].array.words, vec![6; 70_000]);
    }
}

/// One group that would run for minutes: in a loop of a lane that is long, in one that is not known to be short, in one
/// that lanes leave apart, and in a loop over phases.
#[test]
fn a_single_long_group_is_ended_too() {
    let bodies = [
        "phase (l) { for i in 0..4000000000 { s = s * 5 + (s >> 7); } t[l] = s; }",
        "phase (l) { for i in 0..n * 4000000 { s = s * 5 + (s >> 7); } t[l] = s; }",
        "phase (l) { for i in 0..n * 4000000 { s = s * 5 + (s >> 7); if s == l { break; } } t[l] = s; }",
        "for i in 0..n * 400000 { phase (l) { s = s * 5 + (s >> 7); } } phase (l) { t[l] = s; }",
    ];
    for body in bodies {
        let head = "kernel k[n](x: in [u32; n], y: out [u32; n]) tile (256) of y as t at (first) lanes (256)";
        let source = format!("{head} {{ lane s: u32 = 1; {body} }}");
        let module = module(&source);
        let plan = planned(&module, "k", vec![("x", words(vec![5; 256]))]);
        let started = Instant::now();
        let engine = Engine::new().unwrap().with_timeout(Duration::from_millis(100));
        assert_eq!(run(&engine, &module, &plan), Err(Fault::Timeout { milliseconds: 100 }), "{body}");
        assert!(started.elapsed() < Duration::from_secs(20), "{body}: {:?}", started.elapsed());
    }
}

/// Values that all live at once: a search for registers takes as long as the square of their number, here many seconds.
#[test]
fn a_kernel_made_to_be_slow_to_compile_is_compiled_in_time_and_runs_as_it_should() {
    const VALUES: u32 = 4000;
    let made = (1..VALUES).map(|v| format!("let v{v} = x[(i * {}) & 63] * v{};\n", 2 * v + 1, v - 1));
    let used = (0..VALUES).rev().map(|v| format!("s += v{v};\n"));
    let body: String = made.chain(std::iter::once("var s: u32 = 0;\n".to_string())).chain(used).collect();
    let module = module(&format!(
        "kernel k(x: in [u32; 64], y: out [u32; 1024]) each i of y {{ let v0 = x[i & 63];\n{body} y[i] = s; }}"
    ));
    let x: Vec<u32> = (0..64u32).map(|i| i.wrapping_mul(0x9e37_79b9) | 1).collect();
    let right = |i: u32| {
        let cell = |i: u32| x[(i & 63) as usize];
        let values = std::iter::successors(Some((0, cell(i))), |(v, value)| {
            let next = v + 1;
            Some((next, cell(i.wrapping_mul(2 * next + 1)).wrapping_mul(*value)))
        });
        values.take(VALUES as usize).fold(0u32, |sum, (_, value)| sum.wrapping_add(value))
    };
    let engine = Engine::new().unwrap();
    let loaded = engine.load(&verify(&module).unwrap()).unwrap();
    let started = Instant::now();
    assert_eq!(engine.compile(&loaded), Ok(()));
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    let plan = planned(&module, "k", vec![("x", words(x.clone()))]);
    let DeviceOutcome::Finished(outputs) = engine.run(&loaded, plan).unwrap() else { panic!("it trapped") };
    assert_eq!(outputs[0].array.words, (0..1024).map(right).collect::<Vec<u32>>());
}

#[test]
fn all_kernels_are_compiled_at_once_if_asked() {
    let module = module(&format!("{HISTOGRAM}{TRAPS}{SCATTER}").replacen("kernel k", "kernel other", 1));
    let engine = Engine::new().unwrap();
    let loaded = engine.load(&verify(&module).unwrap()).unwrap();
    assert_eq!(engine.compile(&loaded), Ok(()));
}

#[test]
fn a_plan_of_another_module_is_a_fault() {
    let (one, other) = (module(TRAPS), module(HISTOGRAM));
    let plan = planned(&one, "k", vec![("x", words(vec![5; 3]))]);
    let fault = run(&Engine::new().unwrap(), &other, &plan).unwrap_err();
    assert!(matches!(fault, Fault::PlanMismatch { .. }), "{fault}");
}

/// An index that is out of range, in a module of which nothing is proven, touches no array.
#[test]
fn what_is_not_proven_does_no_harm() {
    const ADD: u32 = 128;
    const MULTIPLY: u32 = 132;
    let mut module = module(
        "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { if i < 4 { y[i] = x[i] + (x[i + 3] else 9); } }",
    );
    for word in &mut module.kernels[0].spirv {
        if *word == 5 << 16 | ADD {
            *word = 5 << 16 | MULTIPLY;
        }
    }
    let plan = planned(&module, "k", vec![("x", words(vec![0x4000_0001; 300]))]);
    for unit in [FloatUnit::HERE, FloatUnit::Keeps] {
        let engine = Engine::with_float_unit(unit).unwrap();
        assert!(verify(&module).is_err());
        let loaded = engine.load_unverified(&module).unwrap();
        assert!(engine.run(&loaded, plan.clone()).is_ok());
    }
}
