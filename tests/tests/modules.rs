//! The module file: canonical bytes, damage that is always noticed or harmless, and plans that two readers agree on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_interpreter::Source;
use lockstep_module::{
    Call, LoadError, Module, bind,
    plan::{self, PlanError},
};
use lockstep_tests::{everywhere::Compiled, files};

const EXAMPLES: [&str; 10] = [
    "saxpy/saxpy.lks",
    "photo/photo.lks",
    "digits/digits.lks",
    "sha256/sha256.lks",
    "mandelbrot/mandelbrot.lks",
    "nbody/nbody.lks",
    "life/life.lks",
    "bfs/bfs.lks",
    "sort/sort.lks",
    "attention/attention.lks",
];

#[test]
fn the_same_source_gives_the_same_bytes() {
    for example in EXAMPLES {
        assert_eq!(files::compile(example).module.to_bytes(), files::compile(example).module.to_bytes(), "{example}");
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = files::compile("saxpy/saxpy.lks").module.to_bytes();
    for length in 0..bytes.len() {
        assert!(Module::from_bytes(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(Module::from_bytes(&longer), Err(LoadError::Malformed(_))));
}

/// A flipped bit is refused, or gives another module that can still be written, named and planned without a panic.
#[test]
fn a_flipped_bit_is_refused_or_harmless() {
    let (mut refused, mut read) = (0, 0);
    for example in ["saxpy/saxpy.lks", "photo/photo.lks"] {
        let bytes = files::compile(example).module.to_bytes();
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << (place % 8);
            match Module::from_bytes(&damaged) {
                Err(_) => refused += 1,
                Ok(module) => {
                    read += 1;
                    assert_eq!(module.to_bytes(), damaged, "two forms of one module, byte {place}");
                    plan_everything(&module);
                }
            }
        }
    }
    assert!(refused > 0 && read > 0, "{refused} {read}");
}

/// Plans every entry with small extents and zeros; a refusal is as good as a plan.
fn plan_everything(module: &Module) {
    let signatures = module.jobs.iter().map(|job| &job.signature).chain(module.kernels.iter().map(|k| &k.signature));
    for signature in signatures {
        if let Ok(bound) = bind(signature, module.profile, zeros(signature)) {
            let planned = plan::plan(module, &signature.name, bound);
            assert!(planned.is_ok() || matches!(planned, Err(PlanError::Refused(_) | PlanError::Trapped)));
        }
    }
}

/// A call with every extent 3 and every cell and scalar zero.
fn zeros(signature: &lockstep_module::Signature) -> Call {
    let mut call = Call::default();
    for name in &signature.extents {
        call.extents.insert(name.clone(), 3);
    }
    for (name, ty) in signature.scalars() {
        call.arguments.insert(name.into(), lockstep_module::Argument::Scalar(ty, 0));
    }
    for (name, _, ty) in signature.arrays().filter(|(_, access, _)| access.supplied()) {
        let size = |extent: &lockstep_module::Extent| match extent {
            lockstep_module::Extent::Constant(n) => (*n).min(1 << 10),
            lockstep_module::Extent::Named(_) => 3,
        };
        let array = lockstep_module::Array::zeros(ty.element, ty.dimensions.iter().map(size).collect());
        call.arguments.insert(name.into(), lockstep_module::Argument::Array(array));
    }
    call
}

#[test]
fn the_plan_of_a_module_is_the_plan_of_its_source() {
    for example in EXAMPLES {
        let Compiled { program, sources, module } = files::compile(example);
        let entries = module.jobs.iter().map(|job| &job.signature).chain(module.kernels.iter().map(|k| &k.signature));
        for signature in entries {
            let bound = bind(signature, module.profile, zeros(signature)).expect("the call fits");
            let of_module = plan::plan(&module, &signature.name, bound.clone()).expect("it plans");
            let source = Source { program: &program, sources: &sources };
            let of_source = lockstep_interpreter::plan(source, &signature.name, bound).expect("it plans");
            assert_eq!(Ok(of_module), of_source, "{example}, {}", signature.name);
        }
    }
}
