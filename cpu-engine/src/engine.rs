//! The engine: modules in, outcomes out. It holds nothing between calls but the code of loaded modules.

use std::{num::NonZero, sync::Arc, thread, time::Duration};

use lockstep_engine::{CallFailure, DeviceOutcome, Fault, finish};
use lockstep_interpreter::Source;
use lockstep_module::{Bound, Module, Outcome, plan::Plan};
use lockstep_verifier::Verified;

use crate::{
    code::Compiler,
    execution::{Means, execute},
    float_unit::FloatUnit,
    kernel::Kernels,
};

/// How long a run may take, unless [`Engine::with_timeout`] says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// The processor of this machine, as an engine. Any number of threads may use it at once.
#[derive(Clone)]
pub struct Engine {
    compiler: Compiler,
    unit: FloatUnit,
    means: Means,
}

/// A module that is loaded. Its kernels are compiled when they are first used, and given back when it is dropped.
#[derive(Clone)]
pub struct Loaded(Arc<Kernels>);

impl Engine {
    /// The engine, with as many threads as the process may use at once.
    ///
    /// # Errors
    /// [`Fault::NotAdmitted`] for a processor that Cranelift does not know.
    pub fn new() -> Result<Engine, Fault> {
        Engine::with_float_unit(FloatUnit::HERE)
    }

    /// The same with the float unit set otherwise. Results are the same.
    ///
    /// # Errors
    /// As [`Engine::new`], and for what the processor does not offer.
    pub fn with_float_unit(unit: FloatUnit) -> Result<Engine, Fault> {
        let refused = |reason| Fault::NotAdmitted { device: "this processor".into(), reason };
        if !unit.is_offered() {
            return Err(refused("its float unit cannot be made to flush as the language says".into()));
        }
        let compiler = Compiler::new().map_err(refused)?;
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let means = Means { threads: u32::try_from(threads).unwrap_or(1), timeout: DEFAULT_TIMEOUT };
        Ok(Engine { compiler, unit, means })
    }

    /// The engine, with so many threads; with one, where it would be none.
    #[must_use]
    pub fn with_threads(mut self, threads: u32) -> Engine {
        self.means.threads = threads.max(1);
        self
    }

    /// The engine, with another bound on the time that one run may take. The clock is looked at between groups and, where
    /// a group is long, inside of it.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Engine {
        self.means.timeout = timeout;
        self
    }

    /// How many threads it runs on.
    pub fn threads(&self) -> u32 {
        self.means.threads
    }

    /// Loads a module that was verified.
    ///
    /// # Errors
    /// [`Fault::KernelRefused`] for an interface past the language's limits.
    pub fn load(&self, module: &Verified<'_>) -> Result<Loaded, Fault> {
        self.load_module(module.module(), false)
    }

    /// Loads a module of which nothing is proven, for tests and benchmarks. An index that is out of range is then held
    /// inside of memory that does no harm. It is there only with the feature `unverified`.
    ///
    /// # Errors
    /// As [`Engine::load`].
    #[cfg(feature = "unverified")]
    pub fn load_unverified(&self, module: &Module) -> Result<Loaded, Fault> {
        self.load_module(module, true)
    }

    fn load_module(&self, module: &Module, checked: bool) -> Result<Loaded, Fault> {
        let kernels = Kernels::new(module, self.compiler.clone(), self.unit, checked)?;
        Ok(Loaded(Arc::new(kernels)))
    }

    /// Compiles all kernels of a module now, on the engine's threads; otherwise each is when a run first needs it.
    ///
    /// # Errors
    /// [`Fault::MalformedSpirv`], [`Fault::KernelRefused`], [`Fault::OutOfMemory`], of the first kernel that fails.
    pub fn compile(&self, loaded: &Loaded) -> Result<(), Fault> {
        let kernels = &*loaded.0;
        kernels.compile_all(0..kernels.count(), self.means.threads);
        (0..kernels.count()).try_for_each(|kernel| kernels.of(kernel).map(|_| ()))
    }

    /// Runs a plan.
    ///
    /// # Errors
    /// [`Fault::PlanMismatch`], [`Fault::MalformedSpirv`], [`Fault::KernelRefused`], [`Fault::OutOfMemory`],
    /// [`Fault::Timeout`], [`Fault::Unstable`]. The engine goes on after each.
    pub fn run(&self, loaded: &Loaded, plan: impl Into<Arc<Plan>>) -> Result<DeviceOutcome, Fault> {
        let (plan, kernels) = (plan.into(), &*loaded.0);
        kernels.check(&plan)?;
        finish(&plan, |dispatches, read| execute(kernels, &plan, dispatches, read, self.means))
    }

    /// Runs the kernel or job named `entry` of a module that is loaded. `source` is what the module was compiled from; it
    /// is read only where something traps.
    ///
    /// # Errors
    /// [`CallFailure::Refused`] as the interpreter would, [`CallFailure::Fault`] as [`Engine::run`].
    pub fn call(
        &self,
        loaded: &Loaded,
        module: &Module,
        source: Source<'_>,
        entry: &str,
        bound: Bound,
    ) -> Result<Outcome, CallFailure> {
        lockstep_engine::call(module, source, entry, bound, |plan| self.run(loaded, plan))
    }
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use lockstep_module::{Argument, Array, Call, bind, plan::plan};
    use lockstep_numbers::{ScalarType, float};
    use lockstep_verifier::verify;

    use super::*;

    const SOURCE: &str =
        "kernel k[n](a: in [f32; n], b: in [f32; n], y: out [f32; n]) each i of y { y[i] = a[i] * b[i]; }";

    /// What the product of 2^-100 and 2^-30 comes to with the float unit set so, in code that takes it to flush.
    fn product(unit: FloatUnit) -> u32 {
        let module = lockstep_compiler::compile("k.lks", SOURCE).module.unwrap();
        assert!(verify(&module).is_ok());
        let [a, b] = [27u32 << 23, 97 << 23]
            .map(|word| Argument::Array(Array { element: ScalarType::F32, dimensions: vec![1], words: vec![word] }));
        let call = Call { arguments: [("a".to_string(), a), ("b".to_string(), b)].into(), ..Call::default() };
        let plan = plan(&module, "k", bind(module.signature("k").unwrap(), module.profile, call).unwrap()).unwrap();
        let engine = Engine::new().unwrap();
        let kernels =
            Kernels::new(&module, engine.compiler.clone(), FloatUnit::Flushes, false).unwrap().taken_for(unit);
        let DeviceOutcome::Finished(outputs) = engine.run(&Loaded(Arc::new(kernels)), plan).unwrap() else {
            panic!("it trapped");
        };
        outputs[0].array.words[0]
    }

    #[test]
    fn a_float_unit_that_is_not_set_is_seen() {
        assert_eq!(product(FloatUnit::Flushes), float::mul(27 << 23, 97 << 23));
        assert_ne!(product(FloatUnit::Keeps), float::mul(27 << 23, 97 << 23), "rule F would hold anyway");
    }
}
