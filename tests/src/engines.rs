//! The engines that every test runs on beside the interpreter, opened once for a process: both CPU drivers and the CPU
//! engine, or the one device that `LOCKSTEP_DEVICE` names, so that the owner of a card can run the same tests on it
//! (`tools/test-device`).

use std::{
    env,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lockstep_cpu::FloatUnit;
use lockstep_engine::{DeviceOutcome, Fault};
use lockstep_module::{Module, plan::Plan};
use lockstep_verifier::verify;
use lockstep_vulkan::{Device, Engine};

/// What to do when a driver is missing.
const REMEDY: &str = "run the tests with `tools/test`, which fetches the drivers and sets the environment";

/// A driver that must be there: its variable, and a part of the name that its device gives for it.
const DRIVERS: [(&str, &str); 2] =
    [("LOCKSTEP_DRIVER_FILES_LAVAPIPE", "llvmpipe"), ("LOCKSTEP_DRIVER_FILES_SWIFTSHADER", "SwiftShader")];

/// Part of the name of the one device to test.
pub const ONE_DEVICE: &str = "LOCKSTEP_DEVICE";

/// The name of the CPU engine here.
pub const CPU: &str = "CPU engine";
/// The same where the float unit keeps subnormals, so that it runs kernels with guards.
pub const CPU_WITH_GUARDS: &str = "CPU engine with guards";

/// An engine that is open.
pub struct OpenDevice {
    /// Its name; a device's is shortened to what tells the drivers apart.
    pub name: String,
    runner: Runner,
}

enum Runner {
    /// One test at a time uses a device.
    Vulkan(Mutex<Engine>),
    Cpu(lockstep_cpu::Engine),
}

impl OpenDevice {
    fn vulkan(name: &str, engine: Engine) -> OpenDevice {
        OpenDevice { name: name.into(), runner: Runner::Vulkan(Mutex::new(engine)) }
    }

    fn cpu(name: &str, unit: FloatUnit, threads: u32) -> Result<OpenDevice, String> {
        let engine = lockstep_cpu::Engine::with_float_unit(unit).map_err(|fault| fault.to_string())?;
        Ok(OpenDevice { name: name.into(), runner: Runner::Cpu(engine.with_threads(threads)) })
    }

    /// Runs a plan of a module. The CPU engine runs what is proven as it would anywhere, and the rest with its checks.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn run(&self, module: &Module, plan: &Arc<Plan>) -> Result<DeviceOutcome, Fault> {
        match &self.runner {
            Runner::Vulkan(engine) => {
                let engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
                engine.run(&engine.load_unverified(module)?, plan.clone())
            }
            Runner::Cpu(engine) => {
                let loaded = match verify(module) {
                    Ok(verified) => engine.load(&verified)?,
                    Err(_) => engine.load_unverified(module)?,
                };
                engine.run(&loaded, plan.clone())
            }
        }
    }

    /// Whether it holds what the module asks for.
    pub fn holds(&self, module: &Module) -> bool {
        match &self.runner {
            Runner::Vulkan(engine) => {
                engine.lock().unwrap_or_else(PoisonError::into_inner).load_unverified(module).is_ok()
            }
            Runner::Cpu(_) => true,
        }
    }
}

/// Every engine but the interpreter, open.
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
    let mut engines: Vec<OpenDevice> =
        DRIVERS.iter().map(|(variable, driver)| open_one(&found, variable, driver)).collect::<Result<_, String>>()?;
    engines.push(OpenDevice::cpu(CPU, FloatUnit::HERE, 3)?);
    engines.push(OpenDevice::cpu(CPU_WITH_GUARDS, FloatUnit::Keeps, 1)?);
    Ok(engines)
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
    Ok(OpenDevice::vulkan(&device.name, engine))
}

fn open_one(found: &[Device], variable: &str, driver: &str) -> Result<OpenDevice, String> {
    let is_meant = |device: &&Device| device.driver.contains(driver) || device.name.contains(driver);
    let Some(device) = found.iter().find(is_meant) else {
        let names: Vec<&str> = found.iter().map(|device| device.name.as_str()).collect();
        return Err(format!("the driver of {variable} shows no device, only {names:?} are there: {REMEDY}"));
    };
    let engine = Engine::open(device).map_err(|fault| format!("{}: {fault}; {REMEDY}", device.name))?;
    Ok(OpenDevice::vulkan(driver, engine))
}
