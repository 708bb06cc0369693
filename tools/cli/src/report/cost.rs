//! What kernels and jobs cost, as formulas. Those of jobs name what they run, whose own formulas stand beside them.

use lockstep_compiler::{
    program::{Expression, Job, JobStep, Program},
    source::Sources,
};
use lockstep_module::{Kernel, Module, plan::Plan};
use lockstep_numbers::ScalarType;

use super::{launch, signature};

/// The interface of a kernel, its groups and lanes, its cost and its memory.
pub fn kernel(kernel: &Kernel) -> String {
    let mut lines = vec![format!("kernel {}", signature::show(&kernel.signature))];
    lines.extend(launch::lines(kernel).map(|line| format!("  {line}")));
    lines.push(format!("  cost {}", kernel.cost.formula(&kernel.signature)));
    lines.push(format!("  memory {}", kernel_memory(kernel)));
    lines.join("\n")
}

/// The bytes of the arrays of a kernel.
pub fn kernel_memory(kernel: &Kernel) -> String {
    let arrays: Vec<String> = kernel.signature.arrays().map(|(.., ty)| launch::bytes(&kernel.signature, ty)).collect();
    sum(&arrays, " bytes")
}

/// The interface of a job, what it runs how often, and its memory.
pub fn job(job: &Job, program: &Program, sources: &Sources) -> String {
    let (cost, memory) = (job_cost(job, program, sources), job_memory(job, program, sources));
    format!("job {}\n  cost {cost}\n  memory {memory}", signature::show(&job.signature))
}

/// What a job runs, how often.
pub fn job_cost(job: &Job, program: &Program, sources: &Sources) -> String {
    sum(&terms(&job.steps, program, sources), "")
}

/// The bytes of the arrays of a job, and the jobs that add theirs.
pub fn job_memory(job: &Job, program: &Program, sources: &Sources) -> String {
    let parameters = job.signature.arrays().map(|(.., ty)| launch::bytes(&job.signature, ty));
    let temporaries = job.temporaries.iter().map(|temporary| {
        let sizes = temporary.dimensions.iter().map(|size| operand(size, sources));
        let parts: Vec<String> = std::iter::once((4 * temporary.element.words()).to_string()).chain(sizes).collect();
        parts.join(" × ")
    });
    let arrays: Vec<String> = parameters.chain(temporaries).collect();
    let mut inner: Vec<&str> = Vec::new();
    inner_jobs(&job.steps, program, &mut inner);
    let inner = if inner.is_empty() { String::new() } else { format!(", and the temporaries of {}", inner.join(", ")) };
    format!("{}{inner}", sum(&arrays, " bytes"))
}

/// The most that a call can cost and need, once its shapes are known.
pub fn numbers(entry: &str, plan: &Plan) -> String {
    let dispatches = plan.dispatches.len();
    let (cost, bytes) = (plan.cost, plan.bytes);
    format!("this call of {entry}\n  dispatches {dispatches}\n  cost at most {cost}\n  memory {bytes} bytes")
}

/// The kernels of the module that a job runs, and the jobs, itself among them; through other jobs too.
pub fn reached(job: usize, program: &Program) -> (Vec<usize>, Vec<usize>) {
    fn walk(steps: &[JobStep], kernels: &mut Vec<usize>, jobs: &mut Vec<usize>) {
        for step in steps {
            match step {
                JobStep::Run { kernel, .. } if !kernels.contains(kernel) => kernels.push(*kernel),
                JobStep::Call { job, .. } if !jobs.contains(job) => jobs.push(*job),
                JobStep::For { body, .. } => walk(body, kernels, jobs),
                _ => {}
            }
        }
    }
    let (mut kernels, mut jobs) = (Vec::new(), vec![job]);
    let mut next = 0;
    while let Some(job) = jobs.get(next).copied() {
        if let Some(job) = program.jobs.get(job) {
            walk(&job.steps, &mut kernels, &mut jobs);
        }
        next += 1;
    }
    kernels.sort_unstable();
    jobs.sort_unstable();
    (kernels, jobs)
}

/// All of a module, kernels first.
pub fn all(module: &Module, program: &Program) -> (Vec<usize>, Vec<usize>) {
    ((0..module.kernels.len()).collect(), (0..program.jobs.len()).collect())
}

fn terms(steps: &[JobStep], program: &Program, sources: &Sources) -> Vec<String> {
    let mut terms = Vec::new();
    for step in steps {
        match step {
            JobStep::Run { kernel, .. } => {
                terms.extend(program.kernels.get(*kernel).map(|kernel| kernel.signature.name.clone()));
            }
            JobStep::Call { job, .. } => terms.extend(program.jobs.get(*job).map(|job| job.signature.name.clone())),
            JobStep::For { from, to, step, body, .. } => {
                let body = terms_of_a_trip(body, program, sources);
                let trips = trips(from, to, *step, sources);
                terms.extend(body.map(|body| format!("{trips} × {body}")));
            }
            JobStep::Let { .. } | JobStep::Swap(..) => {}
        }
    }
    terms
}

fn terms_of_a_trip(body: &[JobStep], program: &Program, sources: &Sources) -> Option<String> {
    let terms = terms(body, program, sources);
    match terms.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("({})", several.join(" + "))),
    }
}

fn trips(from: &Expression, to: &Expression, step: u32, sources: &Sources) -> String {
    let (first, last) = (operand(from, sources), operand(to, sources));
    let plain = first == "0" && from.ty == ScalarType::U32;
    let distance = if plain { last } else { format!("max({last} - {first}, 0)") };
    if step == 1 { distance } else { format!("ceil_div({distance}, {step})") }
}

fn inner_jobs<'p>(steps: &[JobStep], program: &'p Program, names: &mut Vec<&'p str>) {
    for step in steps {
        match step {
            JobStep::Call { job, .. } => {
                let name = program.jobs.get(*job).map(|job| job.signature.name.as_str());
                names.extend(name.filter(|name| !names.contains(name)).into_iter().collect::<Vec<_>>());
            }
            JobStep::For { body, .. } => inner_jobs(body, program, names),
            _ => {}
        }
    }
}

/// An expression as it stands in the source, in brackets if it is more than a word.
fn operand(expression: &Expression, sources: &Sources) -> String {
    let words: Vec<&str> = sources.text(expression.span).split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().all(|c| c.is_alphanumeric() || c == '_') { text } else { format!("({text})") }
}

fn sum(parts: &[String], unit: &str) -> String {
    if parts.is_empty() { format!("0{unit}") } else { format!("{}{unit}", parts.join(" + ")) }
}
