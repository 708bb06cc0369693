//! The compiler: source in, typed program and module out. It does no I/O and knows no device.
//!
//! The passes, in order, are the body of `passes`: syntax, resolve, types, laws, cost, lower. [`compile`] then emits SPIR-V.

pub mod cost;
pub mod diagnostic;
pub mod errors;
pub mod ir;
pub mod laws;
pub mod lower;
pub mod program;
pub mod render;
pub mod resolve;
pub mod source;
pub mod spirv;
pub mod syntax;
pub mod types;
pub mod visit;

use diagnostic::Diagnostic;
use lockstep_module::{Module, Source};
use program::Program;
use resolve::Files;
use source::Sources;

/// What comes out of a compilation.
#[derive(Debug, Default)]
pub struct Compilation {
    /// The texts that the diagnostics point into.
    pub sources: Sources,
    /// What is wrong. Empty if and only if there is a program.
    pub diagnostics: Vec<Diagnostic>,
    /// What the developer may want to know: the indices that stay checked.
    pub notes: Vec<Diagnostic>,
    /// The typed program, which the interpreter runs.
    pub program: Option<Program>,
    /// The intermediate representation of each kernel.
    pub ir: Vec<ir::Kernel>,
    /// What is proven of the indices of each kernel.
    pub proofs: Vec<laws::index::Proofs>,
    /// The module, which engines run.
    pub module: Option<Module>,
}

/// Compiles one source that uses no other file than those of the standard library. `name` is shown in messages and kept
/// in the module.
pub fn compile(name: &str, text: &str) -> Compilation {
    compile_with(name, text, &|_| None)
}

/// Compiles a source. `files` gives the text of another file by its path from the folder of the main one, as
/// `geometry/circle.lks`, or None if there is none.
pub fn compile_with(name: &str, text: &str, files: Files<'_>) -> Compilation {
    let mut compilation = check_with(name, text, files);
    if let Some(program) = &compilation.program {
        match spirv::emit_kernels(program, &compilation.ir, &compilation.proofs) {
            Ok(kernels) => {
                let jobs = program.jobs.iter().map(lower::lower_job).collect();
                let sources = sources(&compilation);
                compilation.module = Some(Module { profile: program.profile, kernels, jobs, sources });
            }
            Err(diagnostics) => compilation.fail(diagnostics),
        }
    }
    compilation
}

/// Finds everything that is wrong with one source, without making a module. Every error of a developer's is found
/// here; what is left to [`compile`] can fail only by a fault of the compiler.
pub fn check(name: &str, text: &str) -> Compilation {
    check_with(name, text, &|_| None)
}

/// The same for a source that uses other files; see [`compile_with`].
pub fn check_with(name: &str, text: &str, files: Files<'_>) -> Compilation {
    let mut compilation = Compilation::default();
    match passes(name, text, files, &mut compilation) {
        Ok(program) => compilation.program = Some(program),
        Err(diagnostics) => compilation.fail(diagnostics),
    }
    compilation
}

impl Compilation {
    fn fail(&mut self, mut diagnostics: Vec<Diagnostic>) {
        diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        self.program = None;
        self.diagnostics = diagnostics;
    }
}

/// The passes. Each must leave no error before the next begins.
fn passes(name: &str, text: &str, files: Files<'_>, out: &mut Compilation) -> Result<Program, Vec<Diagnostic>> {
    let main = out.sources.add(name, text);
    let tree = syntax::parse(main, text)?;
    let profile = tree.profile.clone();
    let (files, errors) = resolve::imports(&mut out.sources, tree, files);
    none(errors)?;
    let (resolved, mut errors) = resolve::resolve(&files);
    if errors.iter().any(|error| error.code == errors::e0204_recursion::CODE) {
        // Functions are written out where they are called, which a circle of calls does not allow.
        return Err(errors);
    }
    let (mut program, type_errors) = types::check(&resolved, profile.as_ref());
    errors.extend(type_errors);
    none(errors)?;
    none(laws::check(&program))?;
    cost::price(&mut program);
    let (proofs, notes) = laws::index::prove(&program, &out.sources);
    out.notes = notes;
    out.ir = lower::lower(&program, &proofs, lower::Form::Plain)?;
    out.proofs = proofs;
    Ok(program)
}

/// The module keeps every text, so that reports from it can show any line.
fn sources(compilation: &Compilation) -> Vec<Source> {
    let files = compilation.sources.files().iter();
    files.map(|file| Source { name: file.name.clone(), text: file.text.clone() }).collect()
}

fn none(errors: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
