//! What is in a module, for `lockstep inspect`.

use lockstep_module::{FORMAT_VERSION, Job, Module, Step};

use super::{launch, signature};

/// The module as text. `bytes` is the size of its file.
pub fn show(module: &Module, bytes: usize) -> String {
    let mut lines =
        vec![format!("module sha256:{}", module.hash()), format!("  format {FORMAT_VERSION}, {bytes} bytes")];
    lines.push(format!("  profile {}", module.profile.name()));
    for source in &module.sources {
        lines.push(format!("  source {}, {} lines", source.name, source.text.lines().count()));
    }
    for kernel in &module.kernels {
        lines.push(String::new());
        lines.push(format!("kernel {}", signature::show(&kernel.signature)));
        lines.extend(launch::lines(kernel).map(|line| format!("  {line}")));
        lines.push(format!("  shared {} bytes", kernel.shared_bytes));
        lines.push(format!("  cost {}", kernel.cost.formula(&kernel.signature)));
        lines.push(format!("  SPIR-V {} words", kernel.spirv.len()));
        if !kernel.guarded.is_empty() {
            lines
                .push(format!("  SPIR-V {} words, for devices that do not flush after rounding", kernel.guarded.len()));
        }
    }
    for job in &module.jobs {
        lines.push(String::new());
        lines.push(format!("job {}", signature::show(&job.signature)));
        lines.extend(temporaries(job));
        lines.push(format!("  {} steps; runs {}", job.steps.len(), runs(module, job)));
    }
    lines.join("\n")
}

fn temporaries(job: &Job) -> Option<String> {
    let names: Vec<String> = job
        .temporaries
        .iter()
        .map(|temporary| format!("{}: {} of rank {}", temporary.name, temporary.element, temporary.dimensions.len()))
        .collect();
    (!names.is_empty()).then(|| format!("  allocates {}", names.join(", ")))
}

/// The kernels and jobs that the job runs, each once, in the order in which they first stand.
fn runs(module: &Module, job: &Job) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in &job.steps {
        let signature = match step {
            Step::Run { kernel, .. } => module.kernels.get(*kernel as usize).map(|kernel| &kernel.signature),
            Step::Call { job, .. } => module.jobs.get(*job as usize).map(|job| &job.signature),
            _ => None,
        };
        if let Some(signature) = signature
            && !names.contains(&signature.name.as_str())
        {
            names.push(&signature.name);
        }
    }
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
