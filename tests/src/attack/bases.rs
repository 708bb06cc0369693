//! What is mutated: the kernels of conformance cases and of generated programs, in both forms.

use std::fs;

use lockstep_compiler::Compilation;
use lockstep_module::{Kernel, Module, Profile};

use crate::{case, generated};

/// A kernel that a compiler made.
pub struct Base {
    /// Where it comes from.
    pub name: String,
    /// The kernel.
    pub kernel: Kernel,
    /// The profile of its module.
    pub profile: Profile,
}

/// The most words of a kernel that is mutated: one large kernel costs as much as many small ones, and shows less.
const MAX_WORDS: usize = 6000;

/// The kernels of the conformance cases that compile.
///
/// # Panics
/// If the cases cannot be read.
pub fn conformance() -> Vec<Base> {
    let mut bases = Vec::new();
    for case in case::all() {
        let Ok(source) = fs::read_to_string(case.folder.join("case.lks")) else { continue };
        let files = |path: &str| fs::read_to_string(case.folder.join(path)).ok();
        add(&mut bases, &case.name, lockstep_compiler::compile_with("case.lks", &source, &files));
    }
    bases
}

/// The kernels of generated programs with these seeds.
pub fn generated(seeds: std::ops::Range<u64>) -> Vec<Base> {
    let mut bases = Vec::new();
    for seed in seeds {
        let (main, apart) = generated::generate(seed).sources();
        let files = |path: &str| apart.clone().filter(|_| path.strip_suffix(".lks") == Some(generated::APART));
        add(&mut bases, &format!("generated {seed}"), lockstep_compiler::compile_with("generated.lks", &main, &files));
    }
    bases
}

fn add(bases: &mut Vec<Base>, name: &str, compilation: Compilation) {
    let Some(Module { profile, kernels, .. }) = compilation.module else { return };
    for kernel in kernels {
        if kernel.spirv.len().max(kernel.guarded.len()) <= MAX_WORDS {
            bases.push(Base { name: format!("{name}/{}", kernel.signature.name), kernel, profile });
        }
    }
}
