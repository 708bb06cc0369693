//! Launches of tiles: how many groups there are, and what is refused.

use lockstep_module::{
    Access, Bound, BoundArray, DISPATCH_WEIGHT, Extent, GROUP_WEIGHT, Launch, Module, Profile,
    plan::{Plan, PlanError, plan},
};
use lockstep_numbers::ScalarType;

use crate::make::{array, code, kernel, named};

const M: Extent = Extent::Named(1);
const N: Extent = Extent::Named(0);

/// `k[n, m](c: out [f32; n, m], d: out [f32; m])` in tiles of c and of d, of 256 lanes.
fn module(c: [u32; 2], d: u32) -> Module {
    let parameters = vec![array("c", Access::Out, &[N, M]), array("d", Access::Out, &[M])];
    let mut kernel = kernel(named("k", &["n", "m"], parameters));
    let tiles = vec![(0, c.to_vec()), (1, vec![d])];
    kernel.launch = Launch::Tiles { tiles, lanes: 256 };
    let module = Module { profile: Profile::Baseline, kernels: vec![kernel], jobs: vec![], sources: vec![] };
    Module::from_bytes(&module.to_bytes()).unwrap()
}

fn planned(module: &Module, n: u32, m: u32) -> Result<Plan, PlanError> {
    let array = |dimensions| BoundArray { element: ScalarType::F32, dimensions, words: None };
    let arrays = vec![array(vec![n, m]), array(vec![m])];
    plan(module, "k", Bound { scalars: vec![], extents: vec![n, m], arrays })
}

#[test]
fn groups_are_the_tiles_of_the_first_clause() {
    let plan = planned(&module([64, 64], 33), 64, 65).unwrap();
    let dispatch = &plan.dispatches[0];
    assert_eq!((dispatch.groups, dispatch.lanes), (2, 512), "one and a bit");
    assert_eq!(plan.cost, DISPATCH_WEIGHT + 2 * GROUP_WEIGHT + 512 * 10);
    let empty = planned(&module([64, 64], 64), 10, 0).unwrap();
    assert_eq!((empty.dispatches[0].groups, empty.dispatches[0].lanes), (0, 0));
}

#[test]
fn clauses_that_disagree_are_refused_with_both_counts() {
    let Err(PlanError::Refused(error)) = planned(&module([64, 64], 64), 128, 130) else {
        unreachable!("6 tiles and 3")
    };
    assert_eq!(error.code, "C0011");
    for part in ["`c` of 128 × 130 cells 6 tiles of 64 × 64", "`d` of 130 cells 3 tiles of 64"] {
        assert!(error.message.contains(part), "{error} does not say {part}");
    }
}

#[test]
fn a_dispatch_has_at_most_two_to_the_31_lanes() {
    let of = |lanes: u32| {
        let mut module = module([1, 1], 1);
        let Launch::Tiles { tiles, lanes: of_a_group } = &mut module.kernels[0].launch else { unreachable!() };
        tiles.truncate(1);
        *of_a_group = lanes;
        planned(&module, 1 << 12, 1 << 13).map(|plan| plan.dispatches[0].lanes)
    };
    assert_eq!(of(64), Ok(1 << 31));
    assert_eq!(code(of(65)), "C0008");
}
