//! `lockstep devices`: what this machine offers.

use std::path::Path;

use lockstep_vulkan::{Device, Engine, Fault};

use crate::{console::Console, failure::Failure, report, whole_file};

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

/// Qualifies each device and prints its certificate. With `out` each is kept there too, in a file that is named after
/// the driver and the device.
///
/// # Errors
/// A machine without a Vulkan loader or without a device; a fault of a device; `M0006`, a file that cannot be written.
pub fn qualify(out: Option<&Path>, console: &mut dyn Console) -> Result<(), Failure> {
    for (number, device) in lockstep_vulkan::devices()?.iter().enumerate() {
        let certificate = lockstep_vulkan::certify(device)?.to_string();
        let space = if number > 0 { "\n" } else { "" };
        console.result(&format!("{space}{}", certificate.trim_end()));
        if let Some(folder) = out {
            let path = folder.join(file_name(device));
            whole_file::replace(&path, |file| file.write_all(certificate.as_bytes()))
                .map_err(|error| Failure::fault("M0006", format!("{} cannot be written: {error}", path.display())))?;
        }
    }
    Ok(())
}

/// Driver and device in letters, digits and dashes: `llvmpipe-mesa-25-0-7-llvmpipe-llvm-15-0-6-256-bits.txt`.
fn file_name(device: &Device) -> String {
    let line = format!("{} {}", device.driver, device.name).to_lowercase();
    let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("{}.txt", words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_driver_and_device() {
        let device = Device {
            id: String::new(),
            name: "llvmpipe (LLVM 15.0.6, 256 bits)".into(),
            driver: "llvmpipe Mesa 25.0.7-2~bpo12+1".into(),
            vulkan: (1, 4, 305),
            refused: None,
        };
        assert_eq!(file_name(&device), "llvmpipe-mesa-25-0-7-2-bpo12-1-llvmpipe-llvm-15-0-6-256-bits.txt");
    }
}
