//! Modules that were verified. The backend takes no other: [`Verified`] is made here alone, and only of a module of
//! which every kernel, in each of its forms, was read and proven.

use std::fmt;

use lockstep_module::{Kernel, Module, Profile};

use crate::{
    profile::{self, Form},
    proof::{self, Proof},
    refusal::Refusal,
};

/// Reads and proves the SPIR-V of a kernel.
///
/// # Errors
/// The first rule that it breaks.
pub fn verify_kernel(words: &[u32], kernel: &Kernel, profile: Profile, form: Form) -> Result<Proof, Refusal> {
    let tree = profile::read(words, kernel, form)?;
    proof::prove(&tree, kernel, profile)
}

/// A kernel, in one of its forms, with its proof.
#[derive(Clone, Debug)]
pub struct VerifiedKernel {
    /// The position of the kernel in the module.
    pub kernel: usize,
    /// For which devices.
    pub form: Form,
    /// What was proven.
    pub proof: Proof,
}

/// A module that was verified in this process.
#[derive(Clone, Debug)]
pub struct Verified {
    module: Module,
    kernels: Vec<VerifiedKernel>,
}

impl Verified {
    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// What was proven, kernel by kernel.
    pub fn kernels(&self) -> &[VerifiedKernel] {
        &self.kernels
    }
}

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The name of the kernel.
    pub kernel: String,
    /// In which form.
    pub form: Form,
    /// Why.
    pub refusal: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kernel `{}`, {:?}: {}", self.kernel, self.form, self.refusal)
    }
}

impl std::error::Error for Refused {}

/// Verifies every kernel of a module.
///
/// # Errors
/// The first kernel that is refused.
pub fn verify(module: Module) -> Result<Verified, Box<Refused>> {
    let mut kernels = Vec::new();
    for (number, kernel) in module.kernels.iter().enumerate() {
        // Without a guarded form the other one serves every device.
        let first = if kernel.guarded.is_empty() { Form::Guarded } else { Form::Plain };
        for (form, words) in [(first, &kernel.spirv), (Form::Guarded, &kernel.guarded)] {
            if words.is_empty() && form == Form::Guarded && !kernel.spirv.is_empty() {
                continue;
            }
            let proof = verify_kernel(words, kernel, module.profile, form).map_err(|refusal| {
                Box::new(Refused { kernel: kernel.signature.name.clone(), form, refusal })
            })?;
            kernels.push(VerifiedKernel { kernel: number, form, proof });
        }
    }
    Ok(Verified { module, kernels })
}
