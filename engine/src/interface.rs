//! What an engine needs of a kernel beside its code: its interface, and the words that it is pushed.

use lockstep_module::{Access, Kernel, Launch, MAX_ARRAYS, MAX_WORDS, Signature, plan::Dispatch, spirv_abi};

use crate::fault::Fault;

/// The interface of a kernel.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name, parameters and extents.
    pub signature: Signature,
    /// How many groups and lanes it has.
    pub launch: Launch,
}

impl Interface {
    /// That of a kernel.
    ///
    /// # Errors
    /// [`Fault::KernelRefused`] for an interface past the language's limits.
    pub fn of(kernel: &Kernel) -> Result<Interface, Fault> {
        let interface = Interface { signature: kernel.signature.clone(), launch: kernel.launch.clone() };
        let (bindings, words) = (interface.bindings(), interface.parameter_words());
        if bindings > MAX_ARRAYS || words > MAX_WORDS {
            let detail = format!(
                "it takes {bindings} arrays and bitmaps and {words} words of scalars and extents, and {MAX_ARRAYS} and \
                 {MAX_WORDS} are the most"
            );
            return Err(Fault::KernelRefused { kernel: interface.name().into(), detail });
        }
        Ok(interface)
    }

    /// Its name in source.
    pub fn name(&self) -> &str {
        &self.signature.name
    }

    /// The lanes of a group.
    pub fn lanes(&self) -> u32 {
        match &self.launch {
            Launch::Each(_) => spirv_abi::LANES,
            Launch::Tiles { lanes, .. } => *lanes,
        }
    }

    /// What it does with each of its arrays, in binding order.
    pub fn accesses(&self) -> impl Iterator<Item = Access> {
        self.signature.arrays().map(|(_, access, _)| access)
    }

    /// How many of its arrays are claimed.
    pub fn claims(&self) -> usize {
        self.accesses().filter(|access| *access == Access::Claim).count()
    }

    /// How many buffers it is given beside the trap words: its arrays and the bitmaps of those that are claimed.
    pub fn bindings(&self) -> usize {
        self.accesses().count() + self.claims()
    }

    fn parameter_words(&self) -> usize {
        self.signature.scalars().map(|(_, ty)| ty.words()).sum::<usize>() + self.signature.extents.len()
    }

    /// How many words it is pushed.
    pub fn pushed_words(&self) -> usize {
        spirv_abi::FIRST_PARAMETER_WORD as usize + self.parameter_words()
    }

    /// The words that a dispatch is pushed: zero, the first group (set slice by slice), where its trap words begin;
    /// then scalars and extents.
    pub fn pushed(&self, trap_slot: u32, dispatch: &Dispatch) -> Vec<u32> {
        let scalars = self.signature.scalars().zip(&dispatch.scalars).flat_map(|((_, ty), bits)| {
            let halves = [*bits as u32, (*bits >> 32) as u32];
            halves.into_iter().take(ty.words())
        });
        [0, 0, trap_slot].into_iter().chain(scalars).chain(dispatch.extents.iter().copied()).collect()
    }
}
