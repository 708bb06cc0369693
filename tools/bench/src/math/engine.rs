//! The functions on the CPU engine, on one core, and on a driver that computes on the processor: what it spends is that of as
//! many cores as it takes.

use std::io;

use lockstep_cpu::Engine;
use lockstep_module::plan::Plan;
use lockstep_verifier::verify;
use lockstep_vulkan::Engine as Device;

use super::{ROUNDS, functions::Function, planned};
use crate::{
    engines::TIMEOUT,
    repeated::{self, Repeated, Runs},
    timing::milliseconds,
};

/// Nanoseconds a value, by processor time.
///
/// # Errors
/// A function that does not compile or run.
pub(super) fn each(function: &Function, values: u32) -> io::Result<f64> {
    let (module, plan) = planned(function, values)?;
    let engine = Engine::new().map_err(io::Error::other)?.with_timeout(TIMEOUT).with_threads(1);
    let loaded = engine.load(&verify(&module).map_err(io::Error::other)?).map_err(io::Error::other)?;
    engine.compile(&loaded).map_err(io::Error::other)?;
    let (clock, spent) = measured(repeated::on_cpu(&engine, loaded), &plan)?;
    Ok(spent.unwrap_or(clock) / f64::from(values))
}

/// Nanoseconds a value that processors spend on a driver's dispatches. None where it computes elsewhere.
///
/// # Errors
/// A function that does not compile or run.
pub(super) fn on_driver(device: &Device, function: &Function, values: u32) -> io::Result<Option<f64>> {
    let (module, plan) = planned(function, values)?;
    let loaded = device.load(&verify(&module).map_err(io::Error::other)?).map_err(io::Error::other)?;
    let (clock, spent) = measured(repeated::on_device(device, loaded), &plan)?;
    Ok(spent.filter(|spent| *spent >= clock / 2.0).map(|spent| spent / f64::from(values)))
}

/// Nanoseconds of a run: by the clock, and what processors spent, where that is known.
fn measured(runs: Runs<'_>, plan: &Plan) -> io::Result<(f64, Option<f64>)> {
    let mut repeated = Repeated::new(runs, plan)?;
    (0..ROUNDS).try_for_each(|_| repeated.measure())?;
    let spent = repeated.spent().map(|seconds| seconds * 1e9 / ROUNDS as f64);
    Ok((milliseconds(repeated.median()) * 1e6, spent))
}
