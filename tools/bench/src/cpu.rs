//! The programs on this machine's processor: Lockstep on the CPU engine and on the drivers that compute there, beside plain Rust on all cores
//! and numpy, in the same run.

use std::{
    io::{self, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use lockstep_compiler::compile;
use lockstep_engine::DeviceOutcome;
use lockstep_module::{
    Call, Module, Output, bind,
    plan::{Plan, plan},
};
use lockstep_verifier::verify;
use lockstep_vulkan::{Engine, devices};

use crate::{
    engines::TIMEOUT,
    input::{Scale, call},
    native::{self, Cells},
    numpy,
    peers::{PEERS, Peer},
    repeated::{self, Repeated, Runs},
    timing::{median, milliseconds, spent},
};

const ROUNDS: usize = 7;
/// One measurement should take so long that what the system counts of it is exact enough.
const WANTED: Duration = Duration::from_millis(200);

/// The time of one run by the clock, and what processors spent on it, in milliseconds.
#[derive(Clone, Copy)]
struct Time {
    clock: f64,
    spent: Option<f64>,
}

/// Measures and prints a table.
///
/// # Errors
/// A program that does not compile or run, and bits in which two differ that must not.
pub fn measure(out: &mut dyn Write, scale: Scale) -> io::Result<()> {
    writeln!(
        out,
        "The programs on the processor, in milliseconds: by the clock, medians of {ROUNDS} runs, and what all processors \
         spent. `times Rust`: how many times as long as plain Rust with rayon, by either"
    )?;
    let cpu = lockstep_cpu::Engine::new().map_err(io::Error::other)?.with_timeout(TIMEOUT);
    let mut engines = Vec::new();
    for device in devices().map_err(io::Error::other)? {
        match Engine::open(&device) {
            Ok(engine) => engines.push(engine.with_timeout(TIMEOUT)),
            Err(fault) => writeln!(out, "left out: {fault}")?,
        }
    }
    let numpy = numpy::programs(scale, ROUNDS)?;
    if numpy.is_none() {
        writeln!(out, "numpy is left out: {}", numpy::MISSING)?;
    }
    let mut wrong = Vec::new();
    for peer in &PEERS {
        let (call, size) = call(peer.name, scale);
        writeln!(out, "{}, {size}", peer.name)?;
        let Some(native) = native::program(peer.name, &call) else { continue };
        let right: Vec<Vec<u32>> = native().into_iter().map(Cells::words).collect();
        let rust = of_rust(&native)?;
        let mut row = |name: &str, time: Time| {
            let columns = [(Some(time.clock), Some(rust.clock)), (time.spent, rust.spent)].map(|(time, rust)| {
                let ratio = time.zip(rust).map_or_else(|| "-".into(), |(time, rust)| format!("{:.2}", time / rust));
                let time = time.map_or_else(|| "-".into(), |time| format!("{time:.3}"));
                format!("{time:>10}{ratio:>8} times Rust")
            });
            writeln!(out, "    {name:32}{} by the clock,{} spent", columns[0], columns[1])
        };
        row("Rust", rust)?;
        if let Some((_, time)) = numpy.iter().flatten().find(|(name, _)| *name == peer.name) {
            row("numpy", Time { clock: *time, spent: None })?;
        }
        let ours = Prepared::of(peer, call.clone())?;
        let mut all = vec![("CPU engine", repeated::on_cpu(&cpu, ours.on_cpu(&cpu)?))];
        for engine in &engines {
            let loaded = engine.load_unverified(&ours.module).map_err(io::Error::other)?;
            all.push((engine.name(), repeated::on_device(engine, loaded)));
        }
        for (name, runs) in all {
            let (time, outputs) = on_engine(peer, runs, &ours.plan)?;
            row(name, time)?;
            if outputs.into_iter().map(|output| output.array.words).ne(right.iter().cloned()) {
                wrong.push(peer.name);
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(io::Error::other(format!("other bits: {}", wrong.join(", ")))) }
}

/// A program, and the call.
struct Prepared {
    module: Module,
    plan: Plan,
}

impl Prepared {
    fn of(peer: &Peer, call: Call) -> io::Result<Prepared> {
        let failed = |what: String| io::Error::other(format!("{}: {what}", peer.name));
        let module = compile(peer.name, peer.lockstep).module.ok_or_else(|| failed("does not compile".into()))?;
        let signature = module.signature(peer.entry).ok_or_else(|| failed(format!("no `{}`", peer.entry)))?;
        let bound = bind(signature, module.profile, call).map_err(|error| failed(error.to_string()))?;
        let plan = plan(&module, peer.entry, bound).map_err(|error| failed(format!("{error:?}")))?;
        Ok(Prepared { module, plan })
    }

    /// The module as anyone would load it: verified.
    fn on_cpu(&self, engine: &lockstep_cpu::Engine) -> io::Result<lockstep_cpu::Loaded> {
        engine.load(&verify(&self.module).map_err(io::Error::other)?).map_err(io::Error::other)
    }
}

/// Plain Rust, as often as is needed to measure it.
fn of_rust(native: &native::Program) -> io::Result<Time> {
    let start = Instant::now();
    drop(native());
    let repeats = u32::try_from(WANTED.as_nanos() / start.elapsed().as_nanos().max(1)).unwrap_or(1).max(1);
    let before = spent();
    let clock = median(ROUNDS, || {
        let start = Instant::now();
        (0..repeats).for_each(|_| drop(native()));
        Ok(start.elapsed())
    })?;
    let all = spent().zip(before).map(|(now, before)| now.saturating_sub(before));
    let each = f64::from(repeats);
    Ok(Time { clock: milliseconds(clock) / each, spent: all.map(|all| milliseconds(all) / each / ROUNDS as f64) })
}

/// The time of the dispatches, and what they gave.
fn on_engine(peer: &Peer, runs: Runs<'_>, plan: &Plan) -> io::Result<(Time, Vec<Output>)> {
    let DeviceOutcome::Finished(outputs) = runs(Arc::new(plan.clone())).map_err(io::Error::other)? else {
        return Err(io::Error::other(format!("{}: it traps", peer.name)));
    };
    let mut repeated = Repeated::new(runs, plan)?;
    (0..ROUNDS).try_for_each(|_| repeated.measure())?;
    let spent = repeated.spent().map(|seconds| seconds * 1000.0 / ROUNDS as f64);
    Ok((Time { clock: milliseconds(repeated.median()), spent }, outputs))
}
