//! Conformance cases, one folder each: the source, a call, and what must come of it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use lockstep_module::Module;

use crate::{
    call_text::{self, Written},
    everywhere, outcome_text,
};

/// The variable that makes a run write what it finds instead of comparing.
pub const BLESS: &str = "LOCKSTEP_BLESS";

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
    /// Runs the case on every engine and compares outcome and SPIR-V with what is written.
    ///
    /// # Panics
    /// If engines differ, or anything is not as written.
    pub fn check(&self) {
        let source = self.read("case.lks");
        let Written { entry, call } = call_text::read(&self.read("call.txt")).unwrap_or_else(|what| panic!("{what}"));
        let compiled = everywhere::compile("case.lks", &source);
        self.compare("expected.spvasm", &disassembly(&compiled.module));
        let outcome = compiled.run_everywhere(&entry, call);
        self.compare("expected.txt", &outcome_text::show(&outcome));
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

fn disassembly(module: &Module) -> String {
    let kernel = |kernel: &lockstep_module::Kernel| {
        let text = lockstep_compiler::spirv::text(&kernel.spirv).unwrap_or_else(|why| panic!("{why}"));
        format!("; kernel {}\n{}\n", kernel.signature.name, text.trim_end())
    };
    module.kernels.iter().map(kernel).collect()
}
