//! What is in a module, for `lockstep inspect`.

use lockstep_module::{Extent, FORMAT_VERSION, Job, Kernel, Module, Signature, Step};

use super::signature;

/// The module as text. `bytes` is the size of its file.
pub fn show(module: &Module, bytes: usize) -> String {
    let mut lines =
        vec![format!("module sha256:{}", module.hash()), format!("  format {FORMAT_VERSION}, {bytes} bytes")];
    for source in &module.sources {
        lines.push(format!("  source {}, {} lines", source.name, source.text.lines().count()));
    }
    for kernel in &module.kernels {
        lines.push(String::new());
        lines.push(format!("kernel {}", signature::show(&kernel.signature)));
        lines.push(format!("  lanes {}", grid(kernel)));
        lines.push(format!("  SPIR-V {} words", kernel.spirv.len()));
    }
    for job in &module.jobs {
        lines.push(String::new());
        lines.push(format!("job {}", signature::show(&job.signature)));
        lines.extend(temporaries(job));
        lines.push(format!("  {} steps; runs {}", job.steps.len(), runs(module, job)));
    }
    lines.join("\n")
}

fn grid(kernel: &Kernel) -> String {
    let sizes: Vec<String> = kernel.grid.iter().map(|extent| size(&kernel.signature, *extent)).collect();
    sizes.join(" × ")
}

fn size(signature: &Signature, extent: Extent) -> String {
    match extent {
        Extent::Constant(size) => size.to_string(),
        Extent::Named(i) => signature.extents.get(i as usize).cloned().unwrap_or_else(|| "?".into()),
    }
}

fn temporaries(job: &Job) -> Option<String> {
    let names: Vec<String> = job
        .temporaries
        .iter()
        .map(|temporary| format!("{}: {} of rank {}", temporary.name, temporary.element, temporary.dimensions.len()))
        .collect();
    (!names.is_empty()).then(|| format!("  allocates {}", names.join(", ")))
}

/// The kernels that the job runs, each once, in the order in which they first stand.
fn runs(module: &Module, job: &Job) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in &job.steps {
        if let Step::Run { kernel, .. } = step
            && let Some(kernel) = module.kernels.get(*kernel as usize)
            && !names.contains(&kernel.signature.name.as_str())
        {
            names.push(&kernel.signature.name);
        }
    }
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
