//! The devices of this machine, each admitted or refused with a reason.

use crate::{device_thread, instance::Instance, probe};
use lockstep_engine::Fault;

/// A device that the Vulkan loader shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Tells the device from all others of this machine, also in a later process: driver and its version, name, UUID,
    /// and place among those that are alike in all of these.
    pub id: String,
    /// The device's name.
    pub name: String,
    /// The driver's name and version, as `llvmpipe Mesa 25.0.7 (LLVM 15.0.6)`.
    pub driver: String,
    /// The Vulkan version that it offers: major, minor, patch.
    pub vulkan: (u32, u32, u32),
    /// Why it may not compute; None if it may.
    pub refused: Option<String>,
}

/// Every physical device that the Vulkan loader shows, admitted or not: GPUs first, then lavapipe, then other drivers
/// that compute on a CPU.
///
/// # Errors
/// [`Fault::NoLoader`], [`Fault::NoDevice`], [`Fault::Driver`].
pub fn devices() -> Result<Vec<Device>, Fault> {
    device_thread::once(|| {
        let instance = Instance::open()?;
        let mut probes = probe::probe(&instance)?;
        probes.sort_by_key(|probe| probe.place);
        Ok(probes.into_iter().map(|probe| probe.device).collect())
    })
}
