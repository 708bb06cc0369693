//! Law 6, *the compiler is not trusted*: a module that was verified, as a type. Only [`verify`] makes one, it lasts as long
//! as the module is borrowed and so cannot change, and an engine takes nothing else.

use std::fmt;

use lockstep_module::{Kernel, Module, Profile};

use crate::{
    profile::{self, Form},
    proof::{self, Proof, Reasons},
    refusal::Refusal,
    stack::deep,
    unproven::Unproven,
};

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Plain => "plain",
            Form::Guarded => "guarded",
        })
    }
}

/// What was proven of the forms of a kernel.
#[derive(Clone, Debug)]
pub struct KernelProof {
    /// Of the plain form.
    pub plain: Proof,
    /// Of the guarded form, where there is one.
    pub guarded: Option<Proof>,
}

/// A module of which every kernel is proven, in every form.
#[derive(Clone, Debug)]
pub struct Verified<'m> {
    module: &'m Module,
    kernels: Vec<KernelProof>,
}

impl<'m> Verified<'m> {
    /// The module.
    pub fn module(&self) -> &'m Module {
        self.module
    }

    /// What was proven of each kernel, in the order of the module.
    pub fn kernels(&self) -> &[KernelProof] {
        &self.kernels
    }

    /// What was proven of one form of a kernel, with the reason for each access; None if there is no such form.
    pub fn explained(&self, kernel: usize, form: Form) -> Option<Proof> {
        let claimed = self.module.kernels.get(kernel)?;
        let words = if form == Form::Plain { &claimed.spirv } else { &claimed.guarded };
        let form = if claimed.guarded.is_empty() { Form::Guarded } else { form };
        if words.is_empty() {
            return None;
        }
        deep(|| prove_form(words, claimed, self.module.profile, form, Reasons::Given)).ok()?.ok()
    }
}

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The kernel.
    pub kernel: String,
    /// Its form.
    pub form: Form,
    /// What is wrong with it.
    pub refusal: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the kernel `{}`, {} form: {}", self.kernel, self.form, self.refusal)
    }
}

impl std::error::Error for Refused {}

/// Proves every kernel of a module, in every form.
///
/// # Errors
/// The first kernel of which a rule is broken, or not shown to hold; a fault of this machine.
pub fn verify(module: &Module) -> Result<Verified<'_>, Unproven<Refused>> {
    let every_kernel = || module.kernels.iter().map(|kernel| every_form(kernel, module.profile)).collect();
    let kernels: Result<_, Refused> = deep(every_kernel)?;
    Ok(Verified { module, kernels: kernels.map_err(Unproven::Refused)? })
}

fn every_form(kernel: &Kernel, profile: Profile) -> Result<KernelProof, Refused> {
    let proven = |form, words: &[u32]| {
        let refused = |refusal| Refused { kernel: kernel.signature.name.clone(), form, refusal };
        prove_form(words, kernel, profile, form, Reasons::Left).map_err(refused)
    };
    if kernel.guarded.is_empty() {
        // The one form there is runs on devices of every class.
        return Ok(KernelProof { plain: proven(Form::Guarded, &kernel.spirv)?, guarded: None });
    }
    let plain = proven(Form::Plain, &kernel.spirv)?;
    Ok(KernelProof { plain, guarded: Some(proven(Form::Guarded, &kernel.guarded)?) })
}

/// Proves one form of a kernel, for the devices that may run it.
///
/// # Errors
/// The first rule that is broken, or not shown to hold; a fault of this machine.
pub fn verify_kernel(
    words: &[u32],
    claimed: &Kernel,
    profile: Profile,
    form: Form,
) -> Result<Proof, Unproven<Refusal>> {
    Ok(deep(|| prove_form(words, claimed, profile, form, Reasons::Left))??)
}

fn prove_form(
    words: &[u32],
    claimed: &Kernel,
    profile: Profile,
    form: Form,
    reasons: Reasons,
) -> Result<Proof, Refusal> {
    proof::prove_here(&profile::read(words, claimed, form)?, claimed, profile, reasons)
}
