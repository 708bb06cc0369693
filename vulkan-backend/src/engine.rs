//! An engine: one device, opened, on a thread of its own. Callers on any thread wait for their answers.

use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use lockstep_module::{FloatClass, Module, Profile, plan::Plan};
use lockstep_verifier::Verified;

use crate::{
    admission::{self, Offer},
    device::Device,
    device_thread::{DeviceThread, Letterbox},
    float_environment::Subnormals,
    gpu::{Gpu, Offers},
    instance::Instance,
    kernel::KernelForm,
    kernels::Kernels,
    probe, qualification, run,
};
use lockstep_engine::{DeviceOutcome, Fault};

/// How long a run may take, unless [`Engine::with_timeout`] says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// A device that is open. Dropping it closes the device.
pub struct Engine {
    name: String,
    thread: DeviceThread<Open>,
    offers: Offers,
    offer: Offer,
    class: FloatClass,
    timeout: Duration,
}

/// What the device thread owns.
struct Open {
    gpu: Rc<Gpu>,
    instance: Rc<Instance>,
    offers: Offers,
    offer: Offer,
    /// The loaded modules by number.
    modules: BTreeMap<u64, Kernels>,
}

/// A module on one engine. Dropping it gives back what its kernels hold there.
pub struct Loaded {
    number: u64,
    engine: Letterbox<Open>,
}

impl Engine {
    /// Opens a device and lets it prove itself.
    ///
    /// # Errors
    /// [`Fault::NotAdmitted`] for a device that [`Device::refused`] speaks of and for one that computes anything but what
    /// the language says, [`Fault::DeviceGone`], and the faults of [`crate::devices`] and of a run.
    pub fn open(device: &Device) -> Result<Engine, Fault> {
        Engine::open_as(device, Subnormals::Flushed)
    }

    /// The same in an environment in which CPU drivers keep subnormals, if they do not see to it themselves: so they
    /// stand for the devices that need guards. Results are the same.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open_keeping_subnormals(device: &Device) -> Result<Engine, Fault> {
        Engine::open_as(device, Subnormals::Kept)
    }

    /// The same without the proof, for what gives the proof.
    pub(crate) fn open_unproven(device: &Device) -> Result<Engine, Fault> {
        Engine::start(device, Subnormals::Flushed)
    }

    fn open_as(device: &Device, subnormals: Subnormals) -> Result<Engine, Fault> {
        qualification::qualify(Engine::start(device, subnormals)?)
    }

    fn start(device: &Device, subnormals: Subnormals) -> Result<Engine, Fault> {
        if let Some(reason) = &device.refused {
            return Err(Fault::NotAdmitted { device: device.name.clone(), reason: reason.clone() });
        }
        let wanted = device.clone();
        let thread = DeviceThread::start(subnormals, move || Open::new(&wanted), Open::close)?;
        let (offers, offer) = thread.ask(|open| (open.offers, open.offer.clone()))?;
        let class = FloatClass::default();
        Ok(Engine { name: device.name.clone(), thread, offers, offer, class, timeout: DEFAULT_TIMEOUT })
    }

    /// The device's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the device was found to do with small results.
    pub fn class(&self) -> FloatClass {
        self.class
    }

    /// The engine, taken for one of this class.
    pub(crate) fn with_class(self, class: FloatClass) -> Engine {
        Engine { class, ..self }
    }

    /// The engine, with another bound on the time that one submission may take.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Engine {
        Engine { timeout, ..self }
    }

    /// Loads a module that was verified. The driver compiles a kernel when a plan first runs it.
    ///
    /// # Errors
    /// [`Fault::ModuleRefused`], [`Fault::MalformedSpirv`], [`Fault::KernelRefused`], [`Fault::Stopped`].
    pub fn load(&self, module: &Verified<'_>) -> Result<Loaded, Fault> {
        self.load_module(module.module())
    }

    /// Loads a module of which nothing is proven: for tests and benchmarks, which run what others compiled, and kernels
    /// that are wrong on purpose. It is there only with the feature `unverified`.
    ///
    /// # Errors
    /// As [`Engine::load`].
    #[cfg(feature = "unverified")]
    pub fn load_unverified(&self, module: &Module) -> Result<Loaded, Fault> {
        self.load_module(module)
    }

    pub(crate) fn load_module(&self, module: &Module) -> Result<Loaded, Fault> {
        if let Some(what) = admission::too_small_for(&self.offer, module.profile) {
            let reason = format!("it asks for the profile {}, and {what}", module.profile.name());
            return Err(Fault::ModuleRefused { device: self.name.clone(), reason });
        }
        // One count for all engines, so that a module is never taken for another engine's.
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let forms = module.kernels.iter().map(|kernel| KernelForm::of(kernel, &self.name, self.offers, self.class));
        let kernels = forms.collect::<Result<Vec<KernelForm>, Fault>>()?;
        let profile = module.profile;
        self.thread.ask(move |open| open.load(number, profile, kernels))??;
        Ok(Loaded { number, engine: self.thread.letterbox() })
    }

    /// Runs a plan, in one submission.
    ///
    /// # Errors
    /// [`Fault::NotLoadedHere`], [`Fault::PlanMismatch`], [`Fault::KernelRefused`], [`Fault::OutOfMemory`],
    /// [`Fault::Timeout`], [`Fault::DeviceLost`], [`Fault::Driver`], [`Fault::Unstable`]; after a timeout or a loss of
    /// the device [`Fault::Stopped`] for ever.
    pub fn run(&self, loaded: &Loaded, plan: impl Into<Arc<Plan>>) -> Result<DeviceOutcome, Fault> {
        let (plan, number, timeout) = (plan.into(), loaded.number, self.timeout);
        self.thread.ask(move |open| open.run(number, &plan, timeout))?
    }

    /// Closes the device, as dropping does, and waits until it is closed.
    ///
    /// # Errors
    /// [`Fault::Validation`] for what the validation layer says of it.
    pub fn close(self) -> Result<(), Fault> {
        self.thread.close()
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        let number = self.number;
        self.engine.leave(move |open| drop(open.modules.remove(&number)));
    }
}

impl Open {
    fn new(wanted: &Device) -> Result<Open, Fault> {
        let instance = Rc::new(Instance::open()?);
        let found = probe::probe(&instance)?.into_iter().find(|probe| probe.device == *wanted);
        let Some(probe) = found else { return Err(Fault::DeviceGone { device: wanted.name.clone() }) };
        let gpu = Gpu::open(instance.clone(), &probe)?;
        instance.complaints()?;
        Ok(Open { gpu, instance, offers: probe.offers, offer: probe.offer, modules: BTreeMap::new() })
    }

    fn load(&mut self, number: u64, profile: Profile, kernels: Vec<KernelForm>) -> Result<(), Fault> {
        if self.gpu.abandoned() {
            return Err(Fault::Stopped);
        }
        self.modules.insert(number, Kernels::new(profile, kernels));
        Ok(())
    }

    fn run(&mut self, number: u64, plan: &Plan, timeout: Duration) -> Result<DeviceOutcome, Fault> {
        if self.gpu.abandoned() {
            return Err(Fault::Stopped);
        }
        let Some(kernels) = self.modules.get_mut(&number) else { return Err(Fault::NotLoadedHere) };
        let outcome = run::run(&self.gpu, kernels, plan, timeout)?;
        self.instance.complaints()?;
        Ok(outcome)
    }

    fn close(self) -> Result<(), Fault> {
        let Open { gpu, instance, modules, .. } = self;
        drop(modules);
        drop(gpu);
        instance.complaints()
    }
}
