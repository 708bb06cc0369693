//! The kernels of a loaded module. Each is compiled once, when it is first used.

use std::{
    collections::BTreeSet,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use lockstep_engine::{Fault, Interface};
use lockstep_module::{Kernel, Module, Profile, plan::Plan};
use lockstep_verifier::{
    Form, profile,
    tree::{self, Type},
};

use crate::{
    arrays::Words,
    choices::Choices,
    classes::Classes,
    code::{Code, Compiler},
    float_unit::FloatUnit,
    generate::{self, Source, Target},
    layout::Layout,
    looks::Looks,
    parts,
    turns::Turns,
};

/// The kernels of one module.
pub(crate) struct Kernels {
    profile: Profile,
    compiler: Compiler,
    target: Target,
    unit: FloatUnit,
    kernels: Vec<Loaded>,
}

struct Loaded {
    interface: Interface,
    kernel: Kernel,
    compiled: OnceLock<Result<Compiled, Fault>>,
}

/// A kernel that can run.
pub(crate) struct Compiled {
    pub(crate) code: Code,
    /// Words of memory that a thread needs for it.
    pub(crate) memory: usize,
    /// Whether it looks at the word that ends it, so that somebody has to look at the clock meanwhile.
    pub(crate) looks: bool,
    /// Constant arrays, to which the code refers.
    _tables: Vec<Option<Words>>,
}

impl Kernels {
    /// # Errors
    /// [`Fault::KernelRefused`] for an interface past the language's limits.
    pub(crate) fn new(module: &Module, compiler: Compiler, unit: FloatUnit, checked: bool) -> Result<Kernels, Fault> {
        let flushes = unit == FloatUnit::Flushes;
        let target = Target { flushes, blends: cfg!(target_arch = "x86_64"), checked };
        let loaded = |kernel: &Kernel| {
            Ok(Loaded { interface: Interface::of(kernel)?, kernel: kernel.clone(), compiled: OnceLock::new() })
        };
        let kernels = module.kernels.iter().map(loaded).collect::<Result<Vec<Loaded>, Fault>>()?;
        Ok(Kernels { profile: module.profile, compiler, target, unit, kernels })
    }

    /// The kernels, run with the float unit set otherwise than they were compiled for.
    #[cfg(all(test, target_arch = "x86_64"))]
    pub(crate) fn taken_for(self, unit: FloatUnit) -> Kernels {
        Kernels { unit, ..self }
    }

    /// What the float unit is to do.
    pub(crate) fn unit(&self) -> FloatUnit {
        self.unit
    }

    /// Checks a plan against the kernels.
    ///
    /// # Errors
    /// [`Fault::PlanMismatch`].
    pub(crate) fn check(&self, plan: &Plan) -> Result<(), Fault> {
        let interfaces: Vec<&Interface> = self.kernels.iter().map(|kernel| &kernel.interface).collect();
        lockstep_engine::check(plan, self.profile, &interfaces)
    }

    /// How many kernels there are.
    pub(crate) fn count(&self) -> usize {
        self.kernels.len()
    }

    /// Compiles some kernels, on so many threads. What goes wrong is said where a kernel is asked for.
    pub(crate) fn compile_all(&self, kernels: impl Iterator<Item = usize>, threads: u32) {
        let to_do: BTreeSet<usize> = kernels.collect();
        let to_do: Vec<&Loaded> = to_do.into_iter().filter_map(|kernel| self.kernels.get(kernel)).collect();
        let to_do: Vec<&Loaded> = to_do.into_iter().filter(|loaded| loaded.compiled.get().is_none()).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(loaded) = to_do.get(next.fetch_add(1, Ordering::Relaxed)) {
                loaded.compiled.get_or_init(|| self.compile(&loaded.kernel));
            }
        };
        thread::scope(|scope| {
            for _ in 1..to_do.len().min(threads as usize) {
                // With fewer threads it takes longer.
                let _ = thread::Builder::new().name("lockstep-cpu".into()).spawn_scoped(scope, work);
            }
            work();
        });
    }

    /// A kernel, compiled if it was not.
    ///
    /// # Errors
    /// [`Fault::MalformedSpirv`], [`Fault::KernelRefused`], [`Fault::OutOfMemory`]; [`Fault::PlanMismatch`] if there is
    /// no such kernel.
    pub(crate) fn of(&self, kernel: usize) -> Result<(&Interface, &Compiled), Fault> {
        let Some(loaded) = self.kernels.get(kernel) else {
            return Err(Fault::PlanMismatch { detail: format!("the module has no kernel {kernel}") });
        };
        let compiled = loaded.compiled.get_or_init(|| self.compile(&loaded.kernel));
        compiled.as_ref().map(|compiled| (&loaded.interface, compiled)).map_err(Clone::clone)
    }

    fn compile(&self, kernel: &Kernel) -> Result<Compiled, Fault> {
        let name = || kernel.signature.name.clone();
        let (words, form) = match (kernel.guarded.is_empty(), self.target.flushes) {
            // The one form there is serves everywhere.
            (true, _) => (&kernel.spirv, Form::Guarded),
            (false, true) => (&kernel.spirv, Form::Plain),
            (false, false) => (&kernel.guarded, Form::Guarded),
        };
        let tree = profile::read(words, kernel, form)
            .map_err(|refusal| Fault::MalformedSpirv { kernel: name(), detail: refusal.to_string() })?;
        let refused = |detail| Fault::KernelRefused { kernel: name(), detail };
        let classes = Classes::of(&tree, self.target.flushes);
        let (parts, count) = parts::parts(&tree, &classes).map_err(refused)?;
        let choices = Choices::of(&tree, &classes);
        let turns = Turns::of(&tree, &classes);
        let layout = Layout::of(&tree, &classes, &turns, &parts, count).map_err(refused)?;
        let looks = Looks::of(&tree, &parts);
        let tables = tables(&tree)?;
        let addresses: Vec<Option<i64>> =
            tables.iter().map(|table| table.as_ref().map(|words| words.address() as i64)).collect();
        let source = Source {
            kernel: &tree,
            classes: &classes,
            parts: &parts,
            layout: &layout,
            looks: &looks,
            turns: &turns,
            choices: &choices,
            tables: &addresses,
            arrays: kernel.signature.arrays().count(),
        };
        let convention = self.compiler.convention();
        let generate = |context: &mut _| generate::generate(&source, self.target, convention, context);
        let code = self.compiler.compile(generate).map_err(refused)?;
        Ok(Compiled { code, memory: layout.bytes as usize / 4, looks: !looks.is_empty(), _tables: tables })
    }
}

/// The constant arrays, truths as masks.
fn tables(kernel: &tree::Kernel) -> Result<Vec<Option<Words>>, Fault> {
    let tables = kernel.variables.iter().map(|variable| {
        let Some(cells) = &variable.constant else { return Ok(None) };
        let mut words = Words::new(cells.len(), &|| "a constant array".into())?;
        for (word, cell) in words.words_mut().iter_mut().zip(cells) {
            *word = if variable.ty == Type::Truth && *cell != 0 { u32::MAX } else { *cell };
        }
        Ok(Some(words))
    });
    tables.collect()
}
