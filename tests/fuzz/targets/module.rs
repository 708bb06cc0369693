//! Any bytes get an answer from the module's reader. What it accepts has one form, and can be bound and planned, or
//! refused, without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lockstep_module::{Argument, Array, Call, Extent, Module, ParameterKind, Signature, bind, plan::plan};

/// The size of every extent that has a name. Arrays are made for the call, so it is small.
const EXTENT: u32 = 5;
/// More cells than this are not made: the module may ask for any constant size.
const MOST_CELLS: u64 = 1 << 16;

fuzz_target!(|data: &[u8]| {
    let Ok(module) = Module::from_bytes(data) else { return };
    assert_eq!(module.to_bytes(), data, "two forms of one module");
    let kernels = module.kernels.iter().map(|kernel| &kernel.signature);
    let jobs = module.jobs.iter().map(|job| &job.signature);
    for signature in kernels.chain(jobs) {
        let Some(call) = call(signature) else { continue };
        if let Ok(bound) = bind(signature, module.profile, call) {
            let _ = plan(&module, &signature.name, bound);
        }
    }
});

/// A call of this interface, with zeros for what it takes, unless that is large.
fn call(signature: &Signature) -> Option<Call> {
    let mut call = Call::default();
    call.extents = signature.extents.iter().map(|name| (name.clone(), EXTENT)).collect();
    for parameter in &signature.parameters {
        let argument = match &parameter.kind {
            ParameterKind::Scalar(ty) => Argument::Scalar(*ty, 0),
            ParameterKind::Array { access, .. } if !access.supplied() => continue,
            ParameterKind::Array { ty, .. } => {
                let size = |extent: &Extent| match extent {
                    Extent::Constant(size) => *size,
                    Extent::Named(_) => EXTENT,
                };
                let dimensions: Vec<u32> = ty.dimensions.iter().map(size).collect();
                let cells = dimensions.iter().try_fold(1_u64, |cells, size| cells.checked_mul(u64::from(*size)))?;
                if cells > MOST_CELLS {
                    return None;
                }
                Argument::Array(Array::zeros(ty.element, dimensions))
            }
        };
        call.arguments.insert(parameter.name.clone(), argument);
    }
    Some(call)
}
