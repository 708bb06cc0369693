//! The programs on this machine's processor: Lockstep on the CPU engine and on the drivers that compute there, beside plain Rust on all cores
//! and numpy, in the same run.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
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
    input::{Scale, call},
    native::{self, Cells},
    numpy,
    peers::{PEERS, Peer},
    repeated::{self, Repeated, Runs},
    timing::{median_of, milliseconds},
};

const ROUNDS: usize = 7;
const TIMEOUT: Duration = Duration::from_secs(600);

/// Measures and prints a table.
///
/// # Errors
/// A program that does not compile or run, and bits in which two differ that must not.
pub fn measure(out: &mut dyn Write, scale: Scale) -> io::Result<()> {
    writeln!(
        out,
        "The programs on the processor, in milliseconds: medians of {ROUNDS} runs. `times Rust`: how many times as long \
         as plain Rust with rayon"
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
        let rust = milliseconds(median_of(ROUNDS, || Ok(native()))?);
        writeln!(out, "    {:32}{rust:10.3}", "Rust")?;
        let mut row = |name: &str, time: f64| writeln!(out, "    {name:32}{time:10.3}{:8.2} times Rust", time / rust);
        if let Some((_, time)) = numpy.iter().flatten().find(|(name, _)| *name == peer.name) {
            row("numpy", *time)?;
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

/// The milliseconds of the dispatches, and what they gave.
fn on_engine(peer: &Peer, runs: Runs<'_>, plan: &Plan) -> io::Result<(f64, Vec<Output>)> {
    let DeviceOutcome::Finished(outputs) = runs(Arc::new(plan.clone())).map_err(io::Error::other)? else {
        return Err(io::Error::other(format!("{}: it traps", peer.name)));
    };
    let mut repeated = Repeated::new(runs, plan)?;
    (0..ROUNDS).try_for_each(|_| repeated.measure())?;
    Ok((milliseconds(repeated.median()), outputs))
}
