//! What the backend needs of a kernel: its interface, the words that it is pushed, and its SPIR-V as this device is to
//! have it.

use lockstep_module::{
    Access, FloatClass, Kernel, Launch, MAX_ARRAYS, MAX_WORDS, Signature, plan::Dispatch, spirv_abi,
};

use crate::{fault::Fault, gpu::Offers, spirv_patch};

/// A kernel ready to be compiled by a driver.
#[derive(Debug)]
pub(crate) struct KernelForm {
    /// Its interface.
    pub(crate) signature: Signature,
    /// How many groups and lanes it has.
    pub(crate) launch: Launch,
    /// Its SPIR-V.
    pub(crate) spirv: Vec<u32>,
}

impl KernelForm {
    /// Takes a kernel out of a module, for a device with these offers and of this float class.
    ///
    /// # Errors
    /// [`Fault::MalformedSpirv`]; [`Fault::KernelRefused`] for an interface past the language's limits;
    /// [`Fault::ModuleRefused`] for what the device does not offer.
    pub(crate) fn of(kernel: &Kernel, device: &str, offers: Offers, class: FloatClass) -> Result<KernelForm, Fault> {
        let name = || kernel.signature.name.clone();
        let walked = spirv_patch::walk(kernel.code(class));
        let walked = walked.map_err(|detail| Fault::MalformedSpirv { kernel: name(), detail })?;
        let lanes = match &kernel.launch {
            Launch::Each(_) => spirv_abi::LANES,
            Launch::Tiles { lanes, .. } => *lanes,
        };
        if walked.lanes() != Some(lanes) {
            let detail = format!("its groups do not have the {lanes} lanes that the module speaks of");
            return Err(Fault::MalformedSpirv { kernel: name(), detail });
        }
        if walked.needs_dot_products() && !offers.dot_products {
            let reason = format!(
                "its kernel `{}` computes dot products of packed integers, and the device does not offer \
                 shaderIntegerDotProduct",
                name()
            );
            return Err(Fault::ModuleRefused { device: device.into(), reason });
        }
        let spirv = walked.asking(&offers.float_modes());
        let form = KernelForm { signature: kernel.signature.clone(), launch: kernel.launch.clone(), spirv };
        let (bindings, words) = (form.bindings(), form.parameter_words());
        if bindings > MAX_ARRAYS || words > MAX_WORDS {
            let detail = format!(
                "it takes {bindings} arrays and bitmaps and {words} words of scalars and extents, and {MAX_ARRAYS} and \
                 {MAX_WORDS} are the most"
            );
            return Err(Fault::KernelRefused { kernel: name(), detail });
        }
        Ok(form)
    }

    /// Its name in source.
    pub(crate) fn name(&self) -> &str {
        &self.signature.name
    }

    /// What it does with each of its arrays, in binding order.
    pub(crate) fn accesses(&self) -> impl Iterator<Item = Access> {
        self.signature.arrays().map(|(_, access, _)| access)
    }

    /// How many of its arrays are claimed.
    pub(crate) fn claims(&self) -> usize {
        self.accesses().filter(|access| *access == Access::Claim).count()
    }

    /// How many buffers it is given beside the trap words: its arrays and the bitmaps of those that are claimed.
    pub(crate) fn bindings(&self) -> usize {
        self.accesses().count() + self.claims()
    }

    fn parameter_words(&self) -> usize {
        self.signature.scalars().map(|(_, ty)| ty.words()).sum::<usize>() + self.signature.extents.len()
    }

    /// How many words it is pushed.
    pub(crate) fn pushed_words(&self) -> usize {
        spirv_abi::FIRST_PARAMETER_WORD as usize + self.parameter_words()
    }

    /// The words that a dispatch is pushed: zero, the first group (set slice by slice), where its trap words begin;
    /// then scalars and extents.
    pub(crate) fn pushed(&self, trap_slot: u32, dispatch: &Dispatch) -> Vec<u32> {
        let scalars = self.signature.scalars().zip(&dispatch.scalars).flat_map(|((_, ty), bits)| {
            let halves = [*bits as u32, (*bits >> 32) as u32];
            halves.into_iter().take(ty.words())
        });
        [0, 0, trap_slot].into_iter().chain(scalars).chain(dispatch.extents.iter().copied()).collect()
    }
}
