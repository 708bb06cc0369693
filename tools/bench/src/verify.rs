//! The speed of the verifier: each program's kernels proven, beside the time that a driver takes to make pipelines of
//! them. A driver's time is that of the first run of a module just loaded, less that of the second.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use lockstep_compiler::compile;
use lockstep_module::{Module, bind, plan::plan};
use lockstep_verifier::verify;
use lockstep_vulkan::{Engine, devices};

use crate::{
    input::{Scale, call},
    peers::PEERS,
    timing::{median_of, middle, milliseconds},
};

const RUNS: usize = 11;
const PIPELINE_RUNS: usize = 3;

/// Measures and prints a table.
///
/// # Errors
/// A program that is refused, or does not run.
pub fn measure(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "The verifier, medians of {RUNS} runs, both forms of each kernel; and what drivers take to make pipelines of one \
         form. A driver's cache of kernels must be off: MESA_SHADER_CACHE_DISABLE=true"
    )?;
    let mut engines = Vec::new();
    for device in devices().map_err(io::Error::other)? {
        match Engine::open(&device) {
            Ok(engine) => engines.push(engine),
            Err(fault) => writeln!(out, "left out: {fault}")?,
        }
    }
    write!(out, "{:14}{:>9}{:>12}{:>10}", "program", "KB", "verifier ms", "MB/s")?;
    for engine in &engines {
        write!(out, "{:>24}{:>9}", engine.name().chars().take(22).collect::<String>(), "share")?;
    }
    writeln!(out)?;
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for peer in &PEERS {
        let failed = |what: String| io::Error::other(format!("{}: {what}", peer.name));
        let compilation = compile(peer.name, peer.lockstep);
        let Some(module) = compilation.module else {
            return Err(failed(format!("it does not compile: {:?}", compilation.diagnostics)));
        };
        let verified = median_of(RUNS, || verify(&module).map_err(io::Error::other))?;
        let size = 4 * module.kernels.iter().map(|kernel| kernel.spirv.len() + kernel.guarded.len()).sum::<usize>();
        bytes += size;
        time += verified;
        let rate = size as f64 / 1e6 / verified.as_secs_f64();
        write!(out, "{:14}{:9.1}{:12.3}{rate:10.2}", peer.name, size as f64 / 1e3, milliseconds(verified))?;
        for engine in &engines {
            match pipelines(engine, &module, peer.entry, peer.name)? {
                Some(pipelines) => {
                    let share = 100.0 * verified.as_secs_f64() / pipelines.as_secs_f64();
                    write!(out, "{:21.1} ms{share:8.1}%", milliseconds(pipelines))?;
                }
                None => write!(out, "{:>24}{:>9}", "-", "-")?,
            }
        }
        writeln!(out)?;
    }
    writeln!(out, "all: {:.2} MB/s", bytes as f64 / 1e6 / time.as_secs_f64())
}

/// What the first run of a module takes beyond the second; None where that is less than runs differ by.
fn pipelines(engine: &Engine, module: &Module, entry: &str, name: &str) -> io::Result<Option<Duration>> {
    let failed = |what: String| io::Error::other(format!("{name}: {what}"));
    let (call, _) = call(name, Scale::Small);
    let Some(signature) = module.signature(entry) else { return Err(failed(format!("no `{entry}`"))) };
    let bound = bind(signature, module.profile, call).map_err(|error| failed(error.to_string()))?;
    let plan = plan(module, entry, bound).map_err(|error| failed(format!("{error:?}")))?;
    let verified = verify(module).map_err(io::Error::other)?;
    let mut times = Vec::new();
    for _ in 0..PIPELINE_RUNS {
        let loaded = engine.load(&verified).map_err(io::Error::other)?;
        let run = || {
            let start = Instant::now();
            engine.run(&loaded, plan.clone()).map_err(io::Error::other).map(|_| start.elapsed())
        };
        let (first, second, third) = (run()?, run()?, run()?);
        let noise = second.abs_diff(third);
        times.push(first.saturating_sub(second.min(third)).saturating_sub(noise));
    }
    Ok(Some(middle(times)).filter(|time| !time.is_zero()))
}
