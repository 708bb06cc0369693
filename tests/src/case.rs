//! Conformance cases, one folder each: a source and a call with what must come of it, or a source and why it is refused.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use lockstep_compiler::render;
use lockstep_module::{CallError, Module, bind};

use crate::{
    call_text::{self, Written},
    checked, everywhere, outcome_text,
};

/// The variable that makes a run write what it finds instead of comparing.
pub const BLESS: &str = "LOCKSTEP_BLESS";

/// The name of the main file, as messages show it.
const MAIN: &str = "case.lks";

/// A case as it lies on disk.
pub struct Case {
    /// Its folder.
    pub folder: PathBuf,
    /// The name of the folder.
    pub name: String,
}

/// All cases, by name.
///
/// # Panics
/// If the folder cannot be read.
pub fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let entries = fs::read_dir(&root).expect("the folder of cases is there").map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    let name = |folder: &Path| folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    folders.into_iter().map(|folder| Case { name: name(&folder), folder }).collect()
}

impl Case {
    /// Checks the case: with a call it is run on every engine, without one its source must be refused.
    ///
    /// # Panics
    /// If engines differ, a law does not hold, or anything is not as written.
    pub fn check(&self) {
        let source = self.read(MAIN);
        let files = |path: &str| fs::read_to_string(self.folder.join(path)).ok();
        if !self.folder.join("call.txt").exists() {
            let compilation = lockstep_compiler::compile_with(MAIN, &source, &files);
            assert!(!compilation.diagnostics.is_empty(), "this source compiles, and the case has no call");
            let why = render::render(&compilation.diagnostics, &compilation.sources, false);
            let lines: Vec<&str> = why.lines().map(str::trim_end).collect();
            self.compare("expected.txt", &format!("does not compile\n{}\n", lines.join("\n").trim_end()));
            return;
        }
        let Written { entry, call } = call_text::read(&self.read("call.txt")).unwrap_or_else(|what| panic!("{what}"));
        let compiled = everywhere::compile_with(MAIN, &source, &files);
        self.compare("expected.spvasm", &disassembly(&compiled.module));
        let signature = compiled.module.signature(&entry).unwrap_or_else(|| panic!("there is no `{entry}`"));
        let ended = bind(signature, compiled.module.profile, call)
            .and_then(|bound| checked::run(&compiled, &entry, &bound))
            .map_or_else(|error| refused(&error), |checked| outcome_text::show(&checked));
        self.compare("expected.txt", &ended);
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn compare(&self, file: &str, found: &str) {
        let path = self.folder.join(file);
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        if wanted == found {
            return;
        }
        if env::var_os(BLESS).is_some() {
            fs::write(&path, found).expect("the folder of cases can be written");
            return;
        }
        let first = wanted.lines().zip(found.lines()).enumerate().find(|(_, (a, b))| a != b);
        let (line, wanted, found) = match first {
            Some((line, (wanted, found))) => (line + 1, wanted, found),
            None => (wanted.lines().count().min(found.lines().count()) + 1, "other lines", "other lines"),
        };
        panic!(
            "{file} differs at line {line}\n  wanted: {wanted}\n  found:  {found}\n\
             Where the new one is right, for a reason that is not that it was computed, {BLESS}=1 writes it."
        );
    }
}

fn refused(error: &CallError) -> String {
    format!("refused {}\n{}\n", error.code, error.message)
}

fn disassembly(module: &Module) -> String {
    let kernel = |kernel: &lockstep_module::Kernel| {
        let text = lockstep_compiler::spirv::text(&kernel.spirv).unwrap_or_else(|why| panic!("{why}"));
        format!("; kernel {}\n{}\n", kernel.signature.name, text.trim_end())
    };
    module.kernels.iter().map(kernel).collect()
}
