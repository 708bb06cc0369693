//! The devices that a part of the benchmark runs on: each that is admitted and, where the host lets a CPU driver keep
//! subnormals, that driver once more in such an environment: there the guarded forms run, which GPUs need.

use std::{
    io::{self, Write},
    time::Duration,
};

use lockstep_vulkan::{Engine, devices};

/// A slow driver may need long for what a measurement repeats.
pub const TIMEOUT: Duration = Duration::from_secs(600);

/// Opens them. Which device is left out, and why, is printed.
///
/// # Errors
/// No Vulkan, or a device that cannot be opened a second time.
pub fn engines(out: &mut dyn Write) -> io::Result<Vec<Engine>> {
    let mut engines = Vec::new();
    for device in devices().map_err(io::Error::other)? {
        match Engine::open(&device) {
            Ok(engine) => {
                let class = engine.class();
                engines.push(engine.with_timeout(TIMEOUT));
                let keeping = Engine::open_keeping_subnormals(&device).map_err(io::Error::other)?;
                if keeping.class() != class {
                    engines.push(keeping.with_timeout(TIMEOUT));
                }
            }
            Err(fault) => writeln!(out, "left out: {fault}")?,
        }
    }
    Ok(engines)
}
