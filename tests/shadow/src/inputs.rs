//! Small inputs for any interface, whoever claims it: a mutant is run with calls that its own interface allows.

use lockstep_module::{
    Access, Bound, BoundArray, Extent, Kernel, Module, Profile, Signature,
    plan::{Plan, plan},
};
use lockstep_numbers::ScalarType;
use lockstep_witness::random::Random;

/// Sizes of extents: edges, and what fills a group or not.
const SIZES: [u32; 12] = [1, 2, 3, 5, 8, 13, 17, 32, 33, 64, 0, 260];
/// The most words of all arrays, and the most lanes, of a small call.
const MAX_WORDS: u64 = 1 << 12;
const MAX_LANES: u64 = 1 << 11;
/// The most that it may cost, by its own bound.
const MAX_COST: u64 = 200_000;

/// A plan of one dispatch of a kernel, with random sizes and contents. None if several tries gave none that is small.
pub fn plan_of(kernel: &Kernel, profile: Profile, random: &mut Random) -> Option<Plan> {
    let entry = kernel.signature.name.clone();
    // Planning asks for no code.
    let kernel = Kernel { spirv: Vec::new(), guarded: Vec::new(), ..kernel.clone() };
    let module = Module { profile, kernels: vec![kernel], jobs: Vec::new(), sources: Vec::new() };
    // The module of a stranger is read before it is run.
    let module = Module::from_bytes(&module.to_bytes()).ok()?;
    let signature = &module.kernels.first()?.signature;
    (0..8).find_map(|_| {
        let bound = bound(signature, random)?;
        let plan = plan(&module, &entry, bound).ok()?;
        let small = plan.dispatches.iter().all(|dispatch| dispatch.lanes <= MAX_LANES && dispatch.groups <= 64);
        (small && plan.bytes / 4 <= MAX_WORDS && plan.cost <= MAX_COST).then_some(plan)
    })
}

fn bound(signature: &Signature, random: &mut Random) -> Option<Bound> {
    let extents: Vec<u32> = signature.extents.iter().map(|_| *random.pick(&SIZES)).collect();
    let scalars = signature.scalars().map(|(_, ty)| scalar(random, ty)).collect();
    let mut arrays = Vec::new();
    for (_, access, ty) in signature.arrays() {
        let size = |extent: &Extent| match extent {
            Extent::Constant(size) => Some(*size),
            Extent::Named(extent) => extents.get(*extent as usize).copied(),
        };
        let dimensions = ty.dimensions.iter().map(size).collect::<Option<Vec<u32>>>()?;
        let cells = dimensions.iter().try_fold(1u64, |cells, size| cells.checked_mul(u64::from(*size)))?;
        let words = cells.checked_mul(ty.element.words() as u64).filter(|words| *words <= MAX_WORDS)?;
        let wild = random.one_in(3);
        let fill = |random: &mut Random| (0..words).map(|_| word(random, ty.element, wild)).collect();
        let words = (access.supplied() || matches!(access, Access::Out)).then(|| fill(random));
        arrays.push(BoundArray { element: ty.element, dimensions, words });
    }
    Some(Bound { scalars, extents, arrays })
}

/// Small numbers, which may be indices or counts, and edges.
fn scalar(random: &mut Random, ty: ScalarType) -> u64 {
    let low = word(random, ty, random.clone().one_in(4));
    match ty {
        ScalarType::Bool => u64::from(low & 1),
        _ if ty.words() == 2 => u64::from(low) | u64::from(random.word() & 1) << 32,
        _ => low.into(),
    }
}

fn word(random: &mut Random, ty: ScalarType, wild: bool) -> u32 {
    match (ty, wild) {
        (ScalarType::F32, false) => (random.below(64) as f32 / 8.0 - 3.0).to_bits(),
        (ScalarType::F32, true) => {
            *random.pick(&[0, 1 << 31, 1, 0x0080_0000, 0x7f80_0000, 0x7fc0_0001, 0x7f7f_ffff, 0xbf80_0000])
        }
        (_, false) => random.below(40) as u32,
        (_, true) if random.one_in(2) => *random.pick(&[0, 1, u32::MAX, 1 << 31, 1 << 30, 0x7fff_ffff, 255, 256]),
        (_, true) => random.word(),
    }
}
