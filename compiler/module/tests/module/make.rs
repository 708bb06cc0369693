//! Small kernels, jobs and modules, made by hand.

use lockstep_module::{
    Access, ArrayType, Bound, BoundArray, Cost, Extent, Job, Kernel, Launch, Module, Operation, Parameter,
    ParameterKind, Profile, Signature, Step, Temporary, Term,
    plan::{Plan, PlanError},
};
use lockstep_numbers::ScalarType;

/// The first extent.
pub const N: Extent = Extent::Named(0);

pub fn array_of(element: ScalarType, name: &str, access: Access, dimensions: &[Extent]) -> Parameter {
    let ty = ArrayType { element, dimensions: dimensions.to_vec() };
    Parameter { name: name.into(), kind: ParameterKind::Array { access, ty } }
}

pub fn array(name: &str, access: Access, dimensions: &[Extent]) -> Parameter {
    array_of(ScalarType::F32, name, access, dimensions)
}

pub fn scalar(name: &str, ty: ScalarType) -> Parameter {
    Parameter { name: name.into(), kind: ParameterKind::Scalar(ty) }
}

pub fn named(name: &str, extents: &[&str], parameters: Vec<Parameter>) -> Signature {
    Signature { name: name.into(), extents: extents.iter().map(|name| (*name).into()).collect(), parameters }
}

/// `name[n](a: f32, x: in [f32; n], y: out [f32; n])`
pub fn signature(name: &str) -> Signature {
    let parameters = vec![scalar("a", ScalarType::F32), array("x", Access::In, &[N]), array("y", Access::Out, &[N])];
    named(name, &["n"], parameters)
}

/// A kernel with one lane for each point of `n`, each of which costs 10.
pub fn kernel(signature: Signature) -> Kernel {
    let given = signature.scalars().count() + signature.extents.len();
    Kernel {
        signature,
        launch: Launch::Each(vec![N]),
        shared_bytes: 0,
        cost: Cost { slots: given as u32, terms: vec![Term::Weight(10)] },
        guarded: vec![],
        spirv: vec![],
    }
}

pub fn constant(value: u64) -> Vec<Operation> {
    vec![Operation::Constant(value)]
}

pub fn slot(slot: u32) -> Vec<Operation> {
    vec![Operation::Slot(slot)]
}

/// A module of the kernel `k` and these jobs, written and read again.
pub fn module_of(jobs: Vec<Job>) -> Module {
    let module = Module { profile: Profile::Baseline, kernels: vec![kernel(signature("k"))], jobs, sources: vec![] };
    Module::from_bytes(&module.to_bytes()).expect("it is consistent")
}

/// The job `name[n](a, x, y)` of these temporaries and steps; slot 0 is `a`, 1 is `n`, 2 and 3 are free.
pub fn job(name: &str, temporaries: Vec<Temporary>, steps: Vec<Step>) -> Job {
    Job { signature: signature(name), slots: 4, temporaries, steps }
}

/// A module of the kernel `k` and a job `j` of these temporaries and steps.
pub fn module(temporaries: Vec<Temporary>, steps: Vec<Step>) -> Module {
    module_of(vec![job("j", temporaries, steps)])
}

/// Runs `k`.
pub fn run(arrays: [u32; 2]) -> Step {
    Step::Run { kernel: 0, arrays: arrays.to_vec(), scalars: vec![slot(0)] }
}

/// Runs a job of the same interface.
pub fn call(job: u32, arrays: [u32; 2]) -> Step {
    Step::Call { job, arrays: arrays.to_vec(), scalars: vec![slot(0)] }
}

/// The steps so many times.
pub fn repeat(count: u64, inside: Vec<Step>) -> Vec<Step> {
    let repeat = Step::Repeat { slot: 2, signed: false, from: constant(0), to: constant(count), by: 1 };
    [vec![repeat], inside, vec![Step::End]].concat()
}

pub fn temporary(size: Vec<Operation>) -> Temporary {
    Temporary { name: "t".into(), element: ScalarType::F32, dimensions: vec![size] }
}

/// A call of `j` or `k` with this many cells.
pub fn bound(n: u32) -> Bound {
    let cells = |words| BoundArray { element: ScalarType::F32, dimensions: vec![n], words };
    Bound { scalars: vec![0], extents: vec![n], arrays: vec![cells(Some(vec![0; n as usize])), cells(None)] }
}

/// The code of a refusal, or `trap`.
pub fn code(result: Result<impl std::fmt::Debug, PlanError>) -> &'static str {
    match result.expect_err("this plan should be refused") {
        PlanError::Refused(error) => error.code,
        PlanError::Trapped => "trap",
    }
}

/// The arrays of each dispatch.
pub fn arrays(plan: &Plan) -> Vec<&[usize]> {
    plan.dispatches.iter().map(|dispatch| dispatch.arrays.as_slice()).collect()
}
