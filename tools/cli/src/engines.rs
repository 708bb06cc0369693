//! The engines of a run: the interpreter, the CPU engine, and devices through the Vulkan backend.

use lockstep_engine::{CallFailure, Fault};
use lockstep_interpreter::{Ran, Source};
use lockstep_module::{Bound, Outcome};
use lockstep_verifier::{Verified, verify};
use lockstep_vulkan::{Device, Loaded};

use crate::{
    console::Console,
    engine::{Ended, Engine, Progress},
    failure::{Exit, Failure},
    selection::{self, Selection},
    source::Compiled,
};

/// Opens the engines that `--engine` means, and says which devices it leaves out, and why. A machine without admitted
/// devices runs the CPU engine where that is allowed, and is told how to get one. With `auto` a developer's own source that
/// is not proven runs in the interpreter, which needs no proof.
///
/// # Errors
/// What [`selection::select`] refuses, a module that is not proven, and the faults of the backend.
pub fn open<'a>(
    engine: &str,
    compiled: &'a Compiled,
    console: &mut dyn Console,
) -> Result<Vec<Box<dyn Engine + 'a>>, Failure> {
    let mut devices = if selection::needs_devices(engine) { devices(engine, console)? } else { Vec::new() };
    let chooses = selection::may_do_without_devices(engine);
    // A device that turns out not to compute rightly as it is opened is refused, and the choice is made again without it.
    // So is one that cannot hold the module, where another may take its place.
    loop {
        let selection = selection::select(engine, &devices)?;
        match open_selected(&selection, compiled, chooses) {
            Ok(Ok(engines)) => {
                for device in selection.left_out {
                    let reason = device.refused.as_deref().unwrap_or_default();
                    console.message(&format!("{} is not used: {reason}", device.name));
                }
                return Ok(engines);
            }
            Ok(Err(LeftOut { id, reason })) => {
                for device in devices.iter_mut().filter(|device| device.id == id) {
                    device.refused = Some(reason.clone());
                }
            }
            Err(failure) if failure.exit == Exit::Refused && engine == "auto" && compiled.from_source => {
                console.message(&format!(
                    "the program is not proven, so neither a device nor the CPU engine runs it, and the interpreter \
                     does: {failure}"
                ));
                return Ok(vec![Box::new(Interpreter { compiled })]);
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// A device that did not prove itself, or that cannot hold the module.
struct LeftOut {
    id: String,
    reason: String,
}

type Opened<'a> = Result<Vec<Box<dyn Engine + 'a>>, LeftOut>;

fn open_selected<'a>(selection: &Selection<'_>, compiled: &'a Compiled, chooses: bool) -> Result<Opened<'a>, Failure> {
    let mut engines: Vec<Box<dyn Engine + 'a>> = Vec::new();
    if selection.interpreter {
        engines.push(Box::new(Interpreter { compiled }));
    }
    if selection.devices.is_empty() && !selection.cpu {
        return Ok(Ok(engines));
    }
    let verified = verify(&compiled.module)?;
    if selection.cpu {
        engines.push(Box::new(Cpu::open(compiled, &verified)?));
    }
    for device in &selection.devices {
        match Vulkan::open(device, compiled, &verified) {
            Ok(engine) => engines.push(Box::new(engine)),
            Err(Fault::NotAdmitted { reason, .. }) => return Ok(Err(LeftOut { id: device.id.clone(), reason })),
            Err(Fault::ModuleRefused { reason, .. }) if chooses => {
                return Ok(Err(LeftOut { id: device.id.clone(), reason }));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(Ok(engines))
}

fn devices(engine: &str, console: &mut dyn Console) -> Result<Vec<Device>, Failure> {
    match lockstep_vulkan::devices() {
        Err(fault @ (Fault::NoLoader { .. } | Fault::NoDevice)) if selection::may_do_without_devices(engine) => {
            console.message(&format!("no device, so this processor computes: {fault}"));
            Ok(Vec::new())
        }
        devices => Ok(devices?),
    }
}

struct Interpreter<'a> {
    compiled: &'a Compiled,
}

impl Compiled {
    fn source(&self) -> Source<'_> {
        Source { program: &self.program, sources: &self.sources }
    }
}

impl Engine for Interpreter<'_> {
    fn name(&self) -> &str {
        "interpreter"
    }

    fn run(&mut self, entry: &str, bound: &Bound, progress: Progress<'_>) -> Result<Ended, Failure> {
        let Ran { outcome, cost } = lockstep_interpreter::run(self.compiled.source(), entry, bound.clone(), progress)?;
        Ok(Ended { outcome, cost: Some(cost) })
    }
}

/// The CPU engine with the module loaded.
struct Cpu<'a> {
    engine: lockstep_cpu::Engine,
    loaded: lockstep_cpu::Loaded,
    compiled: &'a Compiled,
}

impl<'a> Cpu<'a> {
    fn open(compiled: &'a Compiled, verified: &Verified<'_>) -> Result<Cpu<'a>, Fault> {
        let engine = lockstep_cpu::Engine::new()?;
        let loaded = engine.load(verified)?;
        Ok(Cpu { engine, loaded, compiled })
    }
}

impl Engine for Cpu<'_> {
    fn name(&self) -> &str {
        "CPU engine"
    }

    fn run(&mut self, entry: &str, bound: &Bound, _: Progress<'_>) -> Result<Ended, Failure> {
        let Compiled { module, .. } = self.compiled;
        ended(self.engine.call(&self.loaded, module, self.compiled.source(), entry, bound.clone()))
    }
}

fn ended(called: Result<Outcome, CallFailure>) -> Result<Ended, Failure> {
    match called {
        Ok(outcome) => Ok(Ended { outcome, cost: None }),
        Err(CallFailure::Refused(error)) => Err(error.into()),
        Err(CallFailure::Fault(fault)) => Err(fault.into()),
    }
}

/// A device with the module loaded.
struct Vulkan<'a> {
    name: String,
    engine: lockstep_vulkan::Engine,
    loaded: Loaded,
    compiled: &'a Compiled,
}

impl<'a> Vulkan<'a> {
    fn open(device: &Device, compiled: &'a Compiled, verified: &Verified<'_>) -> Result<Vulkan<'a>, Fault> {
        let engine = lockstep_vulkan::Engine::open(device)?;
        let loaded = engine.load(verified)?;
        Ok(Vulkan { name: device.name.clone(), engine, loaded, compiled })
    }
}

impl Engine for Vulkan<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, entry: &str, bound: &Bound, _: Progress<'_>) -> Result<Ended, Failure> {
        let Compiled { module, .. } = self.compiled;
        ended(self.engine.call(&self.loaded, module, self.compiled.source(), entry, bound.clone()))
    }
}
