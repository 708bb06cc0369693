//! `lockstep devices`: what this machine offers.

use crate::{console::Console, failure::Failure, report};

/// Prints a table of the devices, admitted or not.
///
/// # Errors
/// A machine without a Vulkan loader or without a device.
pub fn devices(console: &mut dyn Console) -> Result<(), Failure> {
    console.result(&report::devices::show(&lockstep_vulkan::devices()?));
    Ok(())
}
