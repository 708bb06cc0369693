//! Every call to the compiler: sources in, programs and modules out, and what the compiler says on its way to stderr.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use lockstep_compiler::{Compilation, ir, program::Program, render::render, source::Sources};
use lockstep_module::Module;

use crate::{
    commands::inspect,
    console::Console,
    failure::{Exit, Failure},
    files_beside::{self, FilesBeside},
};

/// What engines run: the program for the interpreter, the module for devices.
pub struct Compiled {
    /// The typed program.
    pub program: Program,
    /// The texts that it came from.
    pub sources: Sources,
    /// The intermediate form of each kernel.
    pub ir: Vec<ir::Kernel>,
    /// The module.
    pub module: Module,
    /// Whether it comes from a developer's source, and not from a module file, which a replica may have been given.
    pub from_source: bool,
}

/// Prints the errors and notes of each source.
pub fn check(files: &[PathBuf], explain: bool, console: &mut dyn Console) -> Exit {
    let mut exit = Exit::Fine;
    for path in files {
        let checked = with_files_beside(path, lockstep_compiler::check_with);
        match checked.and_then(|compilation| finish(&compilation).map(|()| compilation)) {
            Ok(compilation) => {
                if explain && !compilation.notes.is_empty() {
                    console.result(drawn(&compilation.notes, &compilation).trim_end());
                }
                console.result(&summary(path, &compilation, explain));
            }
            Err(failure) => {
                console.message(&failure.text);
                // A fault is not undone by the next file.
                exit = if exit == Exit::Fault { exit } else { failure.exit };
            }
        }
    }
    exit
}

/// `blur.lks: 2 kernels, 1 job, no errors; 3 indices stay checked (--explain lists them)`
fn summary(path: &Path, compilation: &Compilation, explain: bool) -> String {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let (kernels, jobs) = compilation.program.as_ref().map_or((0, 0), |p| (p.kernels.len(), p.jobs.len()));
    let (kernels, jobs) = (count(kernels, "kernel", "kernels"), count(jobs, "job", "jobs"));
    let checked = match compilation.notes.len() {
        0 => String::new(),
        n => {
            let hint = if explain { "" } else { " (--explain lists them)" };
            format!("; {}{hint}", count(n, "index stays checked", "indices stay checked"))
        }
    };
    format!("{}: {kernels}, {jobs}, no errors{checked}", path.display())
}

/// Compiles a source file.
///
/// # Errors
/// The errors of the source, drawn, and a file that cannot be read.
pub fn compile(path: &Path) -> Result<Compiled, Failure> {
    compiled(with_files_beside(path, lockstep_compiler::compile_with)?)
}

/// Compiles a module of the standard library, by its name: `sort`.
///
/// # Errors
/// `B0007` there is none of that name.
pub fn library(name: &str) -> Result<Compiled, Failure> {
    let Some(text) = lockstep_stdlib::source(name) else {
        let names: Vec<&str> = lockstep_stdlib::names().collect();
        let message = format!("the standard library has no `{name}`: it has {}", names.join(", "));
        return Err(Failure::refused("B0007", message));
    };
    compiled(lockstep_compiler::compile(&format!("{name}.lks"), text))
}

/// A source file compiled, or a module file together with the program that its sources give.
///
/// # Errors
/// As [`compile`]; a damaged module, and one that is not what its source compiles to.
pub fn load(path: &Path) -> Result<Compiled, Failure> {
    if path.extension().is_none_or(|extension| extension != "lkm") {
        return compile(path);
    }
    let (module, _) = inspect::load(path)?;
    let Some(source) = module.sources.first() else {
        return Err(Failure::refused("M0010", format!("{} holds no source to run it from", path.display())));
    };
    let kept = |path: &str| module.sources.iter().find(|source| source.name == path).map(|source| source.text.clone());
    let rebuilt = compiled(lockstep_compiler::compile_with(&source.name, &source.text, &kept))?;
    // The interpreter runs the sources and devices run the SPIR-V, so both must come from the same compilation.
    if rebuilt.module != module {
        let message = format!(
            "{} is not what this compiler makes of the source in it: it was made by another version. Build it again",
            path.display()
        );
        return Err(Failure::refused("M0010", message));
    }
    Ok(Compiled { from_source: false, ..rebuilt })
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A pass of the compiler over a source, given its name, its text and a way to the texts of other files.
type Pass = fn(&str, &str, &dyn Fn(&str) -> Option<String>) -> Compilation;

fn with_files_beside(path: &Path, pass: Pass) -> Result<Compilation, Failure> {
    let text = files_beside::read(path)?;
    let beside = FilesBeside::new(path);
    let compilation = pass(&name(path), &text, &|path| beside.text(path));
    // A file that is there and cannot be read is what is wrong, whatever the compiler made of its absence.
    beside.failure().map_or(Ok(compilation), Err)
}

fn compiled(compilation: Compilation) -> Result<Compiled, Failure> {
    finish(&compilation)?;
    match (compilation.program, compilation.module) {
        (Some(program), Some(module)) => {
            Ok(Compiled { program, sources: compilation.sources, ir: compilation.ir, module, from_source: true })
        }
        _ => Err(Failure::fault("M0012", "the compiler gave neither an error nor a module")),
    }
}

/// The errors, if there are any, as one failure.
fn finish(compilation: &Compilation) -> Result<(), Failure> {
    if compilation.diagnostics.is_empty() {
        return Ok(());
    }
    let text = drawn(&compilation.diagnostics, compilation).trim_end().to_string();
    Err(Failure { exit: Exit::Refused, text })
}

fn drawn(diagnostics: &[lockstep_compiler::diagnostic::Diagnostic], compilation: &Compilation) -> String {
    render(diagnostics, &compilation.sources, io::stderr().is_terminal())
}
