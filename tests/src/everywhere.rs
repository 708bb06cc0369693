//! Runs one call on every engine and demands the same bits of all.

use std::sync::Arc;

use lockstep_cli::agreement;
use lockstep_compiler::{Compilation, program::Program, render, resolve::Files, source::Sources};
use lockstep_interpreter::{Ran, Source};
use lockstep_module::{
    Bound, Call, CallError, Module, Outcome, bind,
    plan::{self, Plan, PlanError},
};

use crate::engines::{self, OpenDevice};

/// A source after compilation: the program that the interpreter runs, and the module that devices run.
pub struct Compiled {
    /// The typed program.
    pub program: Program,
    /// The texts that it came from.
    pub sources: Sources,
    /// The module, read back from its own bytes.
    pub module: Module,
}

/// Compiles, writes the module to bytes, and reads it back.
///
/// # Panics
/// If the source has errors, with what the compiler says of them; or if the module does not survive.
pub fn compile(name: &str, text: &str) -> Compiled {
    compile_with(name, text, &|_| None)
}

/// The same for a source that uses other files.
///
/// # Panics
/// As [`compile`].
pub fn compile_with(name: &str, text: &str, files: Files<'_>) -> Compiled {
    let Compilation { sources, diagnostics, program, module, .. } = lockstep_compiler::compile_with(name, text, files);
    let (Some(program), Some(module)) = (program, module) else {
        panic!("this source does not compile:\n{text}\n{}", render::render(&diagnostics, &sources, false));
    };
    let read = Module::from_bytes(&module.to_bytes()).expect("a module's own bytes are a module");
    assert_eq!(read, module, "a module changes when it is written and read");
    Compiled { program, sources, module: read }
}

impl Compiled {
    /// The call, checked against the interface of `entry`.
    ///
    /// # Panics
    /// If the call does not fit.
    pub fn bind(&self, entry: &str, call: Call) -> Bound {
        let signature = self.module.signature(entry).unwrap_or_else(|| panic!("there is no `{entry}` in the source"));
        bind(signature, self.module.profile, call).unwrap_or_else(|error| panic!("{} {error}", error.code))
    }

    fn source(&self) -> Source<'_> {
        Source { program: &self.program, sources: &self.sources }
    }

    /// What the interpreter gives, with what it really cost.
    ///
    /// # Errors
    /// The refusal of the call.
    pub fn ran(&self, entry: &str, bound: &Bound) -> Result<Ran, CallError> {
        lockstep_interpreter::run(self.source(), entry, bound.clone(), &|_, _| {})
    }

    /// What the interpreter gives.
    ///
    /// # Errors
    /// The refusal of the call.
    pub fn interpret(&self, entry: &str, bound: &Bound) -> Result<Outcome, CallError> {
        self.ran(entry, bound).map(|ran| ran.outcome)
    }

    /// The laws against reality: the interpreter runs the call and finds no race, and it costs no more than its bound.
    ///
    /// # Panics
    /// If a law that the compiler accepted does not hold.
    pub fn check_laws(&self, entry: &str, bound: &Bound) {
        let checked = lockstep_interpreter::run_checked(self.source(), entry, bound.clone());
        let (Ran { cost, .. }, race) = checked.unwrap_or_else(|error| panic!("{} {error}", error.code));
        assert_eq!(race, None, "the compiler accepted a race");
        if let Ok(plan) = plan::plan(&self.module, entry, bound.clone()) {
            assert!(cost <= plan.cost, "it cost {cost}, and its bound is {}", plan.cost);
        }
    }

    /// The most that the call may cost; None where an expression of the job itself traps.
    ///
    /// # Errors
    /// The refusal of the call.
    pub fn quote(&self, entry: &str, bound: &Bound) -> Result<Option<u64>, CallError> {
        match plan::plan(&self.module, entry, bound.clone()) {
            Ok(plan) => Ok(Some(plan.cost)),
            Err(PlanError::Refused(error)) => Err(error),
            Err(PlanError::Trapped) => Ok(None),
        }
    }

    /// What a device gives. A trap that it found is replayed in the interpreter, which knows the source.
    ///
    /// # Panics
    /// At any fault: a CPU driver has no reason for one.
    pub fn run_on(&self, device: &OpenDevice, entry: &str, bound: &Bound) -> Result<Outcome, CallError> {
        match plan::plan(&self.module, entry, bound.clone()) {
            Ok(plan) => Ok(self.run_plan(device, &Arc::new(plan), &self.module)),
            Err(PlanError::Refused(error)) => Err(error),
            // The job itself traps before any device is used.
            Err(PlanError::Trapped) => self.interpret(entry, bound),
        }
    }

    /// Runs a plan with a module that may be another than this one's.
    ///
    /// # Panics
    /// As [`Compiled::run_on`].
    pub fn run_plan(&self, device: &OpenDevice, plan: &Arc<Plan>, module: &Module) -> Outcome {
        let outcome = device.run(module, plan).unwrap_or_else(|fault| panic!("{}: {fault}", device.name));
        outcome.reported(self.source(), plan).unwrap_or_else(|fault| panic!("{}: {fault}", device.name))
    }

    /// The outcome on each engine by name, the interpreter's first.
    ///
    /// # Panics
    /// If any engine refuses the call, or the call costs more than its quote.
    pub fn outcomes(&self, entry: &str, call: Call) -> Vec<(String, Outcome)> {
        let bound = self.bind(entry, call);
        let ran = self.ran(entry, &bound).unwrap_or_else(|error| panic!("{} {error}", error.code));
        let quote = self.quote(entry, &bound).unwrap_or_else(|error| panic!("{} {error}", error.code));
        let within = quote.is_none_or(|quote| ran.cost <= quote);
        assert!(within, "`{entry}` cost {}, and the most was to be {quote:?}", ran.cost);
        let mut outcomes = vec![("interpreter".to_string(), ran.outcome)];
        for device in engines::devices() {
            let outcome = self.run_on(device, entry, &bound).unwrap_or_else(|error| panic!("{} {error}", error.code));
            outcomes.push((device.name.clone(), outcome));
        }
        outcomes
    }

    /// The one outcome of all engines.
    ///
    /// # Panics
    /// At the first difference, naming it.
    pub fn run_everywhere(&self, entry: &str, call: Call) -> Outcome {
        let mut outcomes = self.outcomes(entry, call);
        if let Some(difference) = agreement::first_difference(&outcomes) {
            panic!("{difference}");
        }
        outcomes.swap_remove(0).1
    }
}

/// Compiles and runs on every engine; the one outcome of all.
///
/// # Panics
/// As [`compile`] and [`Compiled::run_everywhere`].
pub fn run_everywhere(source: &str, entry: &str, call: Call) -> Outcome {
    compile("case.lks", source).run_everywhere(entry, call)
}
