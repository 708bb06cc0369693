//! The programs on this machine's processor: Lockstep on the drivers that compute there, beside plain Rust on all cores
//! and numpy, in the same run.

use std::{
    io::{self, Write},
    time::Duration,
};

use lockstep_compiler::compile;
use lockstep_module::{Call, Output, bind, plan::plan};
use lockstep_vulkan::{DeviceOutcome, Engine, devices};

use crate::{
    input::{Scale, call},
    native::{self, Cells},
    numpy,
    peers::{PEERS, Peer},
    repeated::Repeated,
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
        for engine in &engines {
            let (time, outputs) = on_device(engine, peer, call.clone())?;
            row(engine.name(), time)?;
            if outputs.into_iter().map(|output| output.array.words).ne(right.iter().cloned()) {
                wrong.push(peer.name);
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(io::Error::other(format!("other bits: {}", wrong.join(", ")))) }
}

/// The milliseconds of the dispatches, and what they gave.
fn on_device(engine: &Engine, peer: &Peer, call: Call) -> io::Result<(f64, Vec<Output>)> {
    let failed = |what: String| io::Error::other(format!("{}: {what}", peer.name));
    let Some(module) = compile(peer.name, peer.lockstep).module else { return Err(failed("does not compile".into())) };
    let Some(signature) = module.signature(peer.entry) else { return Err(failed(format!("no `{}`", peer.entry))) };
    let bound = bind(signature, module.profile, call).map_err(|error| failed(error.to_string()))?;
    let plan = plan(&module, peer.entry, bound).map_err(|error| failed(format!("{error:?}")))?;
    let loaded = engine.load_unverified(&module).map_err(io::Error::other)?;
    let DeviceOutcome::Finished(outputs) = engine.run(&loaded, plan.clone()).map_err(io::Error::other)? else {
        return Err(failed("it traps".into()));
    };
    let mut repeated = Repeated::new(engine, loaded, &plan)?;
    (0..ROUNDS).try_for_each(|_| repeated.measure())?;
    Ok((milliseconds(repeated.median()), outputs))
}
