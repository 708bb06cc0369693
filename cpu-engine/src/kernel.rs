//! The kernels of a loaded module. Each is compiled once, when it is first used.

use std::sync::OnceLock;

use lockstep_engine::{Fault, Interface};
use lockstep_module::{Kernel, Module, Profile, plan::Plan};
use lockstep_verifier::{
    Form, profile,
    tree::{self, Type},
};

use crate::{
    arrays::Words,
    classes::Classes,
    code::{Code, Compiler},
    float_unit::FloatUnit,
    generate::{self, Source, Target},
    layout::Layout,
    parts,
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
    #[cfg(test)]
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
        let classes = Classes::of(&tree);
        let (parts, count) = parts::parts(&tree, &classes).map_err(refused)?;
        let layout = Layout::of(&tree, &classes, &parts, count).map_err(refused)?;
        let tables = tables(&tree)?;
        let addresses: Vec<Option<i64>> =
            tables.iter().map(|table| table.as_ref().map(|words| words.address() as i64)).collect();
        let source = Source {
            kernel: &tree,
            classes: &classes,
            parts: &parts,
            layout: &layout,
            tables: &addresses,
            arrays: kernel.signature.arrays().count(),
        };
        let convention = self.compiler.convention();
        let generate = |context: &mut _| generate::generate(&source, self.target, convention, context);
        let code = self.compiler.compile(generate).map_err(refused)?;
        Ok(Compiled { code, memory: layout.bytes as usize / 4, _tables: tables })
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
