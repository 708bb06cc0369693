//! What was proven of a module, for `lockstep verify`.

use lockstep_module::Access;
use lockstep_verifier::{KernelProof, Verified, proof::Proof};

use super::{launch, signature};

/// The module as text: for each kernel its interface, the discipline of each array, and the bounds that hold.
pub fn show(verified: &Verified<'_>) -> String {
    let module = verified.module();
    let mut lines = vec![format!("module sha256:{}", module.hash()), format!("  profile {}", module.profile.name())];
    for (kernel, KernelProof { plain, guarded }) in module.kernels.iter().zip(verified.kernels()) {
        lines.push(String::new());
        lines.push(format!("kernel {}", signature::show(&kernel.signature)));
        lines.extend(launch::lines(kernel).map(|line| format!("  {line}")));
        for (name, access, _) in kernel.signature.arrays() {
            lines.push(format!("  `{name}`: {}", discipline(access)));
        }
        lines.push(format!("  plain form: {}", summary(plain)));
        lines.extend(guarded.as_ref().map(|guarded| format!("  guarded form: {}", summary(guarded))));
        lines.push(format!("  shared arrays of at most {} bytes", kernel.shared_bytes));
        lines.push(format!("  cost at most {}", kernel.cost.formula(&kernel.signature)));
    }
    lines.push(String::new());
    lines.push(format!("proven: {} kernels, in every form", module.kernels.len()));
    lines.join("\n")
}

fn discipline(access: Access) -> String {
    match access {
        Access::In => "read only".into(),
        Access::Out => "own: written, each cell by one lane".into(),
        Access::InOut => "own: read and written, each cell by one lane".into(),
        Access::Accumulate(combine) => format!("combine: by {}, never read", combine.name()),
        Access::Claim => "claim: each cell at most once, never read".into(),
    }
}

fn summary(proof: &Proof) -> String {
    format!("{} accesses in range", proof.reasons.len())
}

/// Why one instruction is right.
pub fn explain(line: &str, instruction: u32, proof: &Proof) -> String {
    let mut lines = vec![format!("instruction {instruction}: {}", line.trim())];
    let reasons = proof.reasons.iter().filter(|reason| reason.site.0 == instruction);
    lines.extend(reasons.map(|reason| format!("  {}", reason.text)));
    if lines.len() == 1 {
        lines.push("  it has its form; nothing else is to be shown of it".into());
    }
    lines.join("\n")
}
