//! `lockstep devices`: what this machine offers.

use lockstep_vulkan::{Engine, Fault};

use crate::{console::Console, failure::Failure, report};

/// Prints a table of the devices, admitted or not. Each proves itself, as it does before a run.
///
/// # Errors
/// A machine without a Vulkan loader or without a device.
pub fn devices(console: &mut dyn Console) -> Result<(), Failure> {
    let mut devices = lockstep_vulkan::devices()?;
    for device in devices.iter_mut().filter(|device| device.refused.is_none()) {
        match Engine::open(device) {
            Ok(_) => {}
            Err(Fault::NotAdmitted { reason, .. }) => device.refused = Some(reason),
            Err(fault) => device.refused = Some(fault.to_string()),
        }
    }
    console.result(&report::devices::show(&devices));
    Ok(())
}
