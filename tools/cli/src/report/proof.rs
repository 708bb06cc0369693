//! What was proven of a module, for `lockstep verify`.

use lockstep_verifier::{KernelProof, Verified, proof::Proof, tree::Site};

use super::{launch, signature};

/// The module as text: for each kernel its interface, the discipline of each array, and the bounds that hold.
pub fn show(verified: &Verified<'_>) -> String {
    let module = verified.module();
    let mut lines = vec![format!("module sha256:{}", module.hash()), format!("  profile {}", module.profile.name())];
    for (kernel, KernelProof { plain, guarded }) in module.kernels.iter().zip(verified.kernels()) {
        lines.push(String::new());
        lines.push(format!("kernel {}", signature::show(&kernel.signature)));
        lines.extend(launch::lines(kernel).map(|line| format!("  {line}")));
        for (form, proof) in [("plain form", Some(plain)), ("guarded form", guarded.as_ref())] {
            let Some(proof) = proof else { continue };
            lines.push(format!("  {form}, proven in {} steps:", proof.steps));
            lines.extend(proof.to_string().lines().map(|line| format!("  {line}")));
        }
        lines.push(format!("  cost at most {}", kernel.cost.formula(&kernel.signature)));
    }
    lines.push(String::new());
    lines.push(format!("proven: {} kernels, in every form", module.kernels.len()));
    lines.join("\n")
}

/// Why one instruction is right.
pub fn explain(line: &str, instruction: u32, proof: &Proof) -> String {
    let mut lines = vec![format!("instruction {instruction}: {}", line.trim())];
    lines.extend(proof.explain(Site(instruction)).into_iter().map(|reason| format!("  {reason}")));
    if lines.len() == 1 {
        lines.push("  it has its form; nothing else is to be shown of it".into());
    }
    lines.join("\n")
}
