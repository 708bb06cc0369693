//! What the compiler emits and the verifier refuses is a mistake of one of them.

use lockstep_module::Module;
use lockstep_verifier::{
    Unproven,
    profile::{self, Form},
    proof,
    refusal::Refusal,
    tree::Step,
};

/// What a module's SPIR-V came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Read {
    /// How many kernels, each form by itself.
    pub kernels: usize,
    /// How many words they have.
    pub words: usize,
    /// The largest of them.
    pub largest: Size,
}

/// How large a kernel is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// Its words.
    pub words: usize,
    /// Its selections and loops.
    pub constructs: usize,
    /// How deep they nest.
    pub nesting: usize,
    /// The variables of a lane.
    pub variables: usize,
}

impl Size {
    /// The larger in each way.
    #[must_use]
    pub fn max(self, other: Size) -> Size {
        Size {
            words: self.words.max(other.words),
            constructs: self.constructs.max(other.constructs),
            nesting: self.nesting.max(other.nesting),
            variables: self.variables.max(other.variables),
        }
    }
}

/// The constructs of a block, and how deep they nest.
fn constructs(steps: &[Step]) -> (usize, usize) {
    let inside = |blocks: &[&[Step]]| {
        let each = blocks.iter().map(|block| constructs(block));
        each.fold((1, 1), |(sum, deep), (count, below)| (sum + count, deep.max(below + 1)))
    };
    steps.iter().fold((0, 0), |(sum, deep), step| {
        let (count, below) = match step {
            Step::If { then, otherwise, .. } => inside(&[then, otherwise]),
            Step::Loop { body, .. } => inside(&[body]),
            _ => (0, 0),
        };
        (sum + count, deep.max(below))
    })
}

/// Reads both forms of every kernel.
///
/// # Errors
/// Which kernel, in which form, and why it is refused.
pub fn read(module: &Module) -> Result<Read, String> {
    let mut read = Read::default();
    for kernel in &module.kernels {
        // Without a guarded form the other serves every device.
        let first = if kernel.guarded.is_empty() { Form::Guarded } else { Form::Plain };
        for (form, words) in [(first, &kernel.spirv), (Form::Guarded, &kernel.guarded)] {
            if words.is_empty() {
                continue;
            }
            let tree = profile::read(words, kernel, form)
                .map_err(|refusal| format!("`{}`, {form:?}: {refusal}", kernel.signature.name))?;
            read.kernels += 1;
            read.words += words.len();
            let (constructs, nesting) = constructs(&tree.body);
            let size = Size { words: words.len(), constructs, nesting, variables: tree.variables.len() };
            read.largest = read.largest.max(size);
        }
    }
    Ok(read)
}

/// Verifies both forms of every kernel: reads them and proves them.
///
/// # Errors
/// Which kernel, in which form, and why it is refused.
pub fn verify(module: &Module) -> Result<Read, String> {
    lockstep_verifier::verify(module).map_err(|refused| refused.to_string())?;
    read(module)
}

/// The kernels that are not proven; each form by itself.
#[must_use]
pub fn refused(module: &Module) -> Vec<(String, Unproven<Refusal>)> {
    let mut found = Vec::new();
    for kernel in &module.kernels {
        let first = if kernel.guarded.is_empty() { Form::Guarded } else { Form::Plain };
        for (form, words) in [(first, &kernel.spirv), (Form::Guarded, &kernel.guarded)] {
            if words.is_empty() {
                continue;
            }
            let proven = profile::read(words, kernel, form)
                .map_err(Unproven::Refused)
                .and_then(|tree| proof::prove(&tree, kernel, module.profile));
            found.extend(proven.err().map(|unproven| (kernel.signature.name.clone(), unproven)));
        }
    }
    found
}
