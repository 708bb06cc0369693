//! What the backend needs of a kernel: its name, how it uses each array, how many words it is given, and its SPIR-V as
//! this device is to have it.

use lockstep_module::{Access, Kernel, MAX_ARRAYS, MAX_WORDS};

use crate::{fault::Fault, spirv_patch};

/// A kernel ready to be compiled by a driver.
#[derive(Debug)]
pub(crate) struct KernelForm {
    /// Its name in source.
    pub(crate) name: String,
    /// What it does with each of its arrays, in binding order.
    pub(crate) accesses: Vec<Access>,
    /// How many scalars it takes.
    pub(crate) scalars: usize,
    /// How many extents it takes.
    pub(crate) extents: usize,
    /// Its SPIR-V.
    pub(crate) spirv: Vec<u32>,
}

impl KernelForm {
    /// Takes a kernel out of a module, for a device that does or does not let rounding be asked for.
    ///
    /// # Errors
    /// [`Fault::MalformedSpirv`]; [`Fault::KernelRefused`] for an interface past the language's limits.
    pub(crate) fn of(kernel: &Kernel, rounds_to_nearest: bool) -> Result<KernelForm, Fault> {
        let name = kernel.signature.name.clone();
        let walked = match spirv_patch::walk(&kernel.spirv) {
            Ok(walked) => walked,
            Err(detail) => return Err(Fault::MalformedSpirv { kernel: name, detail }),
        };
        let accesses: Vec<Access> = kernel.signature.arrays().map(|(_, access, _)| access).collect();
        let (scalars, extents) = (kernel.signature.scalars().count(), kernel.signature.extents.len());
        if accesses.len() > MAX_ARRAYS || scalars + extents > MAX_WORDS {
            let detail = format!(
                "it takes {} arrays and {} scalars and extents, and {MAX_ARRAYS} and {MAX_WORDS} are the most",
                accesses.len(),
                scalars + extents
            );
            return Err(Fault::KernelRefused { kernel: name, detail });
        }
        let spirv = if rounds_to_nearest { walked.rounding_to_nearest() } else { walked.unchanged() };
        Ok(KernelForm { name, accesses, scalars, extents, spirv })
    }
}
