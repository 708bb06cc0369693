//! A program with its one result, as the interpreter gives it: what a device is measured by.

use lockstep_compiler::{Compilation, compile, program::Program, source::Sources};
use lockstep_interpreter::Source;
use lockstep_module::{Bound, Call, Module, Outcome, bind};
use lockstep_verifier::verify;

use super::difference;
use crate::engine::Engine;
use lockstep_engine::{CallFailure, Fault};

/// The kernel or job of a program that is run.
const ENTRY: &str = "qualify";

/// A program with its call and its one result.
pub(super) struct Prepared {
    pub(super) module: Module,
    pub(super) expected: Outcome,
    program: Program,
    sources: Sources,
    bound: Bound,
}

impl Prepared {
    /// Compiles a program, of which `name` tells in faults, and lets the interpreter run it.
    ///
    /// # Errors
    /// Only by a fault of this program: the sources are part of it.
    pub(super) fn new(name: &str, source: &str, call: Call) -> Result<Prepared, Fault> {
        let Compilation { program, module, sources, diagnostics, .. } = compile("qualification.lks", source);
        let (Some(program), Some(module)) = (program, module) else {
            return Err(broken(format!("{name}: {} errors", diagnostics.len())));
        };
        verify(&module).map_err(|refused| broken(refused.to_string()))?;
        let signature = module.signature(ENTRY).ok_or_else(|| broken(format!("{name}: no entry")))?;
        let bound = bind(signature, module.profile, call).map_err(|error| broken(error.message))?;
        let source = Source { program: &program, sources: &sources };
        let expected = lockstep_interpreter::run(source, ENTRY, bound.clone(), &|_, _| {});
        let expected = expected.map_err(|error| broken(error.message))?.outcome;
        Ok(Prepared { module, expected, program, sources, bound })
    }

    /// How many cells are compared.
    pub(super) fn results(&self) -> u64 {
        match &self.expected {
            Outcome::Finished(outputs) => outputs.iter().map(|output| output.array.words.len() as u64).sum(),
            Outcome::Trapped(_) => 1,
        }
    }

    /// Runs a module in the place of the program's own.
    ///
    /// # Errors
    /// The faults of a run.
    pub(super) fn outcome(&self, engine: &Engine, module: &Module) -> Result<Outcome, Fault> {
        let loaded = engine.load_module(module)?;
        let source = Source { program: &self.program, sources: &self.sources };
        engine.call(&loaded, module, source, ENTRY, self.bound.clone()).map_err(|failure| match failure {
            CallFailure::Fault(fault) => fault,
            CallFailure::Refused(error) => broken(error.message),
        })
    }

    /// The same: what is wrong with its result, if anything is.
    ///
    /// # Errors
    /// The faults of a run.
    pub(super) fn judge(&self, engine: &Engine, module: &Module) -> Result<Option<String>, Fault> {
        match self.outcome(engine, module) {
            Ok(found) => Ok(difference(&self.expected, &found)),
            // A trap that is none when its group is replayed is a wrong result, and not a fault of this machine alone.
            Err(fault @ Fault::Unstable { .. }) => Ok(Some(fault.to_string())),
            Err(fault) => Err(fault),
        }
    }
}

fn broken(detail: String) -> Fault {
    Fault::Driver { call: "a program of the qualification", detail }
}
