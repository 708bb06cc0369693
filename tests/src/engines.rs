//! The devices that every test runs on, opened once for a process: both CPU drivers, or the one device that
//! `LOCKSTEP_DEVICE` names, so that the owner of a card can run the same tests on it (`tools/test-device`).

use std::{
    env,
    sync::{Mutex, OnceLock},
};

use lockstep_vulkan::{Device, Engine};

/// What to do when a driver is missing.
const REMEDY: &str = "run the tests with `tools/test`, which fetches the drivers and sets the environment";

/// A driver that must be there: its variable, and a part of the name that its device gives for it.
const DRIVERS: [(&str, &str); 2] =
    [("LOCKSTEP_DRIVER_FILES_LAVAPIPE", "llvmpipe"), ("LOCKSTEP_DRIVER_FILES_SWIFTSHADER", "SwiftShader")];

/// Part of the name of the one device to test.
pub const ONE_DEVICE: &str = "LOCKSTEP_DEVICE";

/// An open device.
pub struct OpenDevice {
    /// The device's name, shortened to what tells the drivers apart.
    pub name: String,
    /// The engine. One test at a time uses it.
    pub engine: Mutex<Engine>,
}

/// Every driver's device, open.
///
/// # Panics
/// If one is missing, refused, or does not open.
pub fn devices() -> &'static [OpenDevice] {
    static DEVICES: OnceLock<Result<Vec<OpenDevice>, String>> = OnceLock::new();
    match DEVICES.get_or_init(open) {
        Ok(devices) => devices,
        Err(message) => panic!("{message}"),
    }
}

fn open() -> Result<Vec<OpenDevice>, String> {
    if let Ok(part) = env::var(ONE_DEVICE) {
        return open_named(&part).map(|device| vec![device]);
    }
    let listed = env::var("VK_DRIVER_FILES").unwrap_or_default();
    for (variable, _) in DRIVERS {
        let file = env::var(variable).map_err(|_| format!("{variable} is not set: {REMEDY}"))?;
        if !listed.split(':').any(|path| path == file) {
            return Err(format!("{variable} is not among VK_DRIVER_FILES: {REMEDY}"));
        }
    }
    let found = lockstep_vulkan::devices().map_err(|fault| format!("no devices: {fault}; {REMEDY}"))?;
    DRIVERS.iter().map(|(variable, driver)| open_one(&found, variable, driver)).collect()
}

/// Whether a device's name has this part, in letters of either case.
pub fn is_named(device: &Device, part: &str) -> bool {
    device.name.to_lowercase().contains(&part.to_lowercase())
}

fn open_named(part: &str) -> Result<OpenDevice, String> {
    let found = lockstep_vulkan::devices().map_err(|fault| format!("no devices: {fault}"))?;
    let Some(device) = found.iter().find(|device| is_named(device, part)) else {
        let names: Vec<&str> = found.iter().map(|device| device.name.as_str()).collect();
        return Err(format!("{ONE_DEVICE} is `{part}`, and no device has that in its name: {names:?} are there"));
    };
    let engine = Engine::open(device).map_err(|fault| format!("{}: {fault}", device.name))?;
    Ok(OpenDevice { name: device.name.clone(), engine: Mutex::new(engine) })
}

fn open_one(found: &[Device], variable: &str, driver: &str) -> Result<OpenDevice, String> {
    let is_meant = |device: &&Device| device.driver.contains(driver) || device.name.contains(driver);
    let Some(device) = found.iter().find(is_meant) else {
        let names: Vec<&str> = found.iter().map(|device| device.name.as_str()).collect();
        return Err(format!("the driver of {variable} shows no device, only {names:?} are there: {REMEDY}"));
    };
    let engine = Engine::open(device).map_err(|fault| format!("{}: {fault}; {REMEDY}", device.name))?;
    Ok(OpenDevice { name: driver.into(), engine: Mutex::new(engine) })
}
