//! Modules that contradict themselves are not read, so that nothing behind the door need fear them.

use lockstep_module::{
    Access, ArrayType, Combine, Cost, Extent, Job, Kernel, Launch, Module, Operation, Parameter, ParameterKind,
    Profile, Step, Term,
};
use lockstep_numbers::{Binary, ScalarType};

use crate::make::{N, array, array_of, call, constant, job, kernel, named, run, scalar, signature, slot, temporary};

fn refusal(kernels: Vec<Kernel>, jobs: Vec<Job>) -> String {
    let module = Module { profile: Profile::Baseline, kernels, jobs, sources: vec![] };
    Module::from_bytes(&module.to_bytes()).expect_err("it contradicts itself").to_string()
}

fn with(change: impl Fn(&mut Kernel)) -> String {
    let mut kernel = kernel(signature("k"));
    change(&mut kernel);
    refusal(vec![kernel], vec![])
}

#[test]
fn steps_that_refer_to_nothing() {
    let bad = [
        vec![Step::End],
        vec![Step::Set { slot: 9, value: constant(1) }],
        vec![Step::Set { slot: 3, value: vec![] }],
        vec![Step::Set { slot: 3, value: [constant(1), constant(1)].concat() }],
        vec![Step::Set { slot: 3, value: vec![Operation::Binary(Binary::Add, ScalarType::U32)] }],
        vec![Step::Set {
            slot: 3,
            value: [constant(1), vec![Operation::Binary(Binary::Dot, ScalarType::U32)]].concat(),
        }],
        vec![Step::Set { slot: 3, value: vec![Operation::Constant(1); 5000] }],
        vec![Step::Run { kernel: 4, arrays: vec![0, 1], scalars: vec![slot(0)] }],
        vec![run([0, 0])],
        vec![run([1, 0])],
        vec![Step::Run { kernel: 0, arrays: vec![0], scalars: vec![slot(0)] }],
        vec![Step::Run { kernel: 0, arrays: vec![0, 1], scalars: vec![] }],
        vec![Step::Swap { a: 0, b: 1 }],
        vec![Step::Swap { a: 1, b: 9 }],
        vec![call(1, [0, 1])],
        vec![call(2, [0, 1])],
        vec![call(0, [0, 0])],
        vec![call(0, [1, 0])],
        vec![Step::Call { job: 0, arrays: vec![0, 1], scalars: vec![] }],
    ];
    for steps in bad {
        let jobs = vec![job("first", vec![], vec![]), job("j", vec![], steps.clone())];
        assert!(!refusal(vec![kernel(signature("k"))], jobs).is_empty(), "{steps:?}");
    }
    let unlike = vec![Step::Swap { a: 1, b: 2 }];
    let jobs = vec![job("j", vec![temporary(constant(4))], unlike)];
    assert!(refusal(vec![], jobs).contains("not alike"));
}

#[test]
fn jobs_nest_at_most_64_deep() {
    let jobs = |count: u32| {
        let chain = (1..count).map(|i| job(&format!("j{i}"), vec![], vec![call(i - 1, [0, 1])]));
        [vec![job("j0", vec![], vec![])], chain.collect()].concat()
    };
    let module = Module { jobs: jobs(64), profile: Profile::Baseline, kernels: vec![], sources: vec![] };
    assert!(Module::from_bytes(&module.to_bytes()).is_ok());
    assert!(refusal(vec![], jobs(65)).contains("64 deep"));
}

#[test]
fn launches_that_cannot_be() {
    let tiles = |tiles: Vec<(u32, Vec<u32>)>, lanes| {
        move |kernel: &mut Kernel| {
            kernel.launch = Launch::Tiles { tiles: tiles.clone(), lanes };
        }
    };
    assert!(with(tiles(vec![], 64)).contains("0 tile clauses"));
    assert!(with(tiles(vec![(2, vec![8])], 64)).contains("its array 2"));
    assert!(with(tiles(vec![(1, vec![8, 8])], 64)).contains("do not fit"));
    assert!(with(tiles(vec![(1, vec![0])], 64)).contains("do not fit"));
    assert!(with(tiles(vec![(1, vec![8])], 0)).contains("0 lanes"));
    assert!(with(tiles(vec![(1, vec![8])], 257)).contains("257 lanes"));
    assert!(with(|kernel| kernel.launch = Launch::Each(vec![])).contains("no rank"));
    assert!(with(|kernel| kernel.launch = Launch::Each(vec![Extent::Named(1)])).contains("extent 1"));
    assert!(with(|kernel| kernel.shared_bytes = (32 << 10) + 1).contains("shares 32769 bytes"));
}

#[test]
fn a_profile_has_its_own_limits() {
    let mut kernel = kernel(signature("k"));
    kernel.launch = Launch::Tiles { tiles: vec![(1, vec![8])], lanes: 1024 };
    kernel.shared_bytes = 48 << 10;
    let module = |profile| Module { profile, kernels: vec![kernel.clone()], jobs: vec![], sources: vec![] };
    assert!(Module::from_bytes(&module(Profile::Datacenter).to_bytes()).is_ok());
    assert!(Module::from_bytes(&module(Profile::Baseline).to_bytes()).is_err());
}

#[test]
fn costs_that_cannot_be() {
    let cost = |terms: Vec<Term>| with(move |kernel| kernel.cost = Cost { slots: 3, terms: terms.clone() });
    let repeat = |slot, to, by| Term::Repeat { slot, signed: false, from: constant(0), to, by, max: None };
    assert!(cost(vec![Term::End]).contains("ends what it did not begin"));
    assert!(cost(vec![Term::Choose]).contains("begins what it does not end"));
    assert!(cost(vec![Term::Or]).contains("outside of a choice"));
    assert!(cost(vec![repeat(2, slot(0), 1), Term::Or, Term::End]).contains("outside of a choice"));
    assert!(cost(vec![repeat(3, slot(0), 1), Term::End]).contains("slot 3"));
    assert!(cost(vec![repeat(2, slot(3), 1), Term::End]).contains("not one"));
    assert!(cost(vec![repeat(2, slot(0), 0), Term::End]).contains("does not advance"));
    assert!(cost([vec![Term::Choose; 257], vec![Term::End; 257]].concat()).contains("more than 256"));
    assert!(with(|kernel| kernel.cost.slots = 1).contains("1 slots"));
}

#[test]
fn interfaces_past_the_limits() {
    let of =
        |extents: &[&str], parameters: Vec<Parameter>| refusal(vec![kernel(named("k", extents, parameters))], vec![]);
    let arrays = |access, count| (0..count).map(|i| array(&format!("x{i}"), access, &[N])).collect();
    assert!(of(&["n"], arrays(Access::In, 13)).contains("13 arrays"));
    assert!(of(&["n"], arrays(Access::Claim, 7)).contains("14 arrays and bitmaps"));
    let wide = (0..15).map(|i| scalar(&format!("s{i}"), ScalarType::U64)).collect();
    assert!(of(&["n"], wide).contains("31 words"), "a 64-bit scalar is two words");
    let sums = array_of(ScalarType::F32, "h", Access::Accumulate(Combine::Add), &[N]);
    assert!(of(&["n"], vec![sums]).contains("combines into cells of f32"));
    assert!(of(&["n"], vec![array_of(ScalarType::Bool, "b", Access::In, &[N])]).contains("cells of bool"));
    let flat =
        ParameterKind::Array { access: Access::In, ty: ArrayType { element: ScalarType::F32, dimensions: vec![] } };
    assert!(of(&["n"], vec![Parameter { name: "x".into(), kind: flat }]).contains("rank 0"));
    assert!(of(&["n"], vec![scalar("n", ScalarType::U32)]).contains("one name twice"));
}

/// No byte of a module that is changed makes reading it, or planning what is read, panic or run on.
#[test]
fn changed_bytes_do_no_harm() {
    let inner = job("inner", vec![temporary(slot(1))], vec![run([0, 2]), Step::Swap { a: 1, b: 2 }]);
    let begin = Step::Repeat { slot: 2, signed: false, from: constant(0), to: slot(1), by: 1 };
    let outer = job("j", vec![temporary(slot(1))], vec![begin, call(0, [0, 1]), run([0, 2]), Step::End]);
    let mut kernel = kernel(signature("k"));
    let repeat = Term::Repeat { slot: 2, signed: true, from: constant(0), to: slot(1), by: 2, max: Some(slot(0)) };
    kernel.cost = Cost { slots: 3, terms: vec![repeat, Term::Choose, Term::Weight(4), Term::Or, Term::End, Term::End] };
    let tiles = vec![(1, vec![8])];
    let tiled = Kernel { launch: Launch::Tiles { tiles, lanes: 64 }, signature: signature("t"), ..kernel.clone() };
    let module =
        Module { profile: Profile::Baseline, kernels: vec![kernel, tiled], jobs: vec![inner, outer], sources: vec![] };
    let bytes = module.to_bytes();
    for at in 8..bytes.len() {
        for value in [0, 1, 2, 3, 7, 127, 255, bytes[at].wrapping_add(1)] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let Ok(module) = Module::from_bytes(&changed) else { continue };
            for entry in ["j", "k", "t", "inner"] {
                let _ = lockstep_module::plan::plan(&module, entry, crate::make::bound(3));
            }
            module.kernels.iter().for_each(|kernel| drop(kernel.cost.formula(&kernel.signature)));
        }
    }
}
