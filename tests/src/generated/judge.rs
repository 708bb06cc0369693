//! Judges a case: the compiler accepts it, the interpreter finds no race and no more cost than quoted, and every engine
//! gives the interpreter's bits, or its whole report of a trap.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Once},
};

use lockstep_cli::agreement;
use lockstep_compiler::{Compilation, render};
use lockstep_interpreter::Source;
use lockstep_module::{
    Bound, Module, Outcome, TrapCause, bind,
    plan::{self, PlanError},
};
use lockstep_vulkan::Fault;

use super::{APART, Case};
use crate::{engines::OpenDevice, everywhere::Compiled};

/// Something that runs compiled programs.
pub trait Engine {
    /// Its name in messages.
    fn name(&self) -> &str;

    /// What it gives; None if it does not hold the program's profile.
    ///
    /// # Errors
    /// A fault, in a sentence.
    fn run(&self, compiled: &Compiled, entry: &str, bound: &Bound) -> Result<Option<Outcome>, String>;
}

impl Engine for OpenDevice {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, compiled: &Compiled, entry: &str, bound: &Bound) -> Result<Option<Outcome>, String> {
        run_module(self, compiled, &compiled.module, entry, bound)
    }
}

/// Runs a module, which may be another than the one that was compiled.
///
/// # Errors
/// A fault, in a sentence.
pub fn run_module(
    device: &OpenDevice,
    compiled: &Compiled,
    module: &Module,
    entry: &str,
    bound: &Bound,
) -> Result<Option<Outcome>, String> {
    let plan = match plan::plan(&compiled.module, entry, bound.clone()) {
        Ok(plan) => Arc::new(plan),
        // The job itself traps before any device is used.
        Err(PlanError::Trapped) => {
            return compiled.interpret(entry, bound).map(Some).map_err(|error| error.to_string());
        }
        Err(PlanError::Refused(error)) => return Err(error.to_string()),
    };
    let outcome = match device.run(module, &plan) {
        Err(Fault::ModuleRefused { .. }) => return Ok(None),
        outcome => outcome.map_err(|fault| fault.to_string())?,
    };
    let source = Source { program: &compiled.program, sources: &compiled.sources };
    outcome.reported(source, &plan).map(Some).map_err(|fault| fault.to_string())
}

/// How a case ended that is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// With outputs.
    Finished,
    /// With the same trap everywhere.
    Trapped(TrapCause),
    /// The compiler refused it, since lanes write what they may not own.
    NotOwn,
    /// The call was refused, everywhere for the same reason.
    Refused,
}

/// What is wrong. A case that is cut down must keep failing in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The compiler refuses it, or makes nothing of it: the code, and the message without names and numbers.
    Rejected(String),
    /// Something panicked: where, and the message without numbers.
    Panicked(&'static str, String),
    /// The interpreter and the plan disagree on whether the call is refused.
    RefusedByOne,
    /// An assertion that always holds fails.
    Untrue,
    /// The compiler lets a race through.
    Race,
    /// It costs more than its quote.
    OverQuote,
    /// The engine gives something else: outputs, a trap, or one where the other was due.
    Differs(String, [bool; 2]),
    /// The engine fails.
    Fault(String, String),
}

/// A failure, and all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its kind.
    pub kind: Kind,
    /// In sentences.
    pub text: String,
}

impl Failure {
    fn new<T>(kind: Kind, text: impl Into<String>) -> Result<T, Failure> {
        Err(Failure { kind, text: text.into() })
    }
}

/// Judges a case on these engines.
///
/// # Errors
/// The first thing that is wrong.
pub fn judge(case: &Case, engines: &[&dyn Engine]) -> Result<Agreed, Failure> {
    let compiled = match compile(case) {
        Err(Failure { kind: Kind::Rejected(code), .. }) if case.wild && NOT_OWN.contains(&&code[..5]) => {
            return Ok(Agreed::NotOwn);
        }
        compiled => compiled?,
    };
    let Some((bound, expected, refused)) = interpret(case, &compiled)? else { return Ok(Agreed::Refused) };
    for engine in engines {
        let name = engine.name().to_string();
        let outcome = match quietly(|| engine.run(&compiled, &case.entry, &bound)) {
            Ok(Ok(Some(outcome))) => outcome,
            Ok(Ok(None)) => continue,
            Ok(Err(fault)) => return Failure::new(Kind::Fault(name, faceless(&fault)), fault),
            Err(message) => return Failure::new(Kind::Panicked("engine", faceless(&message)), message),
        };
        let trapped = |outcome: &Outcome| matches!(outcome, Outcome::Trapped(_));
        let outcomes = [("interpreter".to_string(), expected.clone()), (name.clone(), outcome)];
        if let Some(difference) = agreement::first_difference(&outcomes) {
            let kind = Kind::Differs(name, [trapped(&outcomes[0].1), trapped(&outcomes[1].1)]);
            return Failure::new(kind, difference.to_string());
        }
    }
    Ok(refused.map_or(Agreed::Finished, Agreed::Trapped))
}

/// The codes of what lanes may not do with cells that they share.
const NOT_OWN: [&str; 4] = ["E0401", "E0402", "E0408", "E0410"];

fn compile(case: &Case) -> Result<Compiled, Failure> {
    let (main, apart) = case.sources();
    let files = |path: &str| apart.clone().filter(|_| path.strip_suffix(".lks") == Some(APART));
    let compilation = quietly(|| lockstep_compiler::compile_with("generated.lks", &main, &files));
    let Compilation { sources, diagnostics, program, module, .. } = match compilation {
        Ok(compilation) => compilation,
        Err(message) => return Failure::new(Kind::Panicked("compiler", faceless(&message)), message),
    };
    let (Some(program), Some(module)) = (program, module) else {
        let first = diagnostics.first();
        let shown = first.map(|error| format!("{} {}", error.code, faceless(&error.message))).unwrap_or_default();
        return Failure::new(Kind::Rejected(shown), render::render(&diagnostics, &sources, false));
    };
    let read = quietly(|| Module::from_bytes(&module.to_bytes()));
    match read {
        Ok(Ok(read)) if read == module => Ok(Compiled { program, sources, module: read }),
        _ => Failure::new(Kind::Rejected("the module does not survive its bytes".into()), "a module's own bytes"),
    }
}

/// What the interpreter gives, with the call as it is bound; None if the call is refused.
type Interpreted = Option<(Bound, Outcome, Option<TrapCause>)>;

fn interpret(case: &Case, compiled: &Compiled) -> Result<Interpreted, Failure> {
    let call = case.inputs.call(&case.program, &case.entry);
    let signature = compiled.module.signature(&case.entry);
    let (Some(call), Some(signature)) = (call, signature) else {
        return Failure::new(Kind::Rejected("no call".into()), "the inputs do not fit the entry");
    };
    let bound = match bind(signature, compiled.module.profile, call) {
        Ok(bound) => bound,
        Err(error) => return Failure::new(Kind::Rejected(error.code.into()), error.to_string()),
    };
    let source = Source { program: &compiled.program, sources: &compiled.sources };
    let ran = quietly(|| lockstep_interpreter::run_checked(source, &case.entry, bound.clone()));
    let planned = quietly(|| plan::plan(&compiled.module, &case.entry, bound.clone()));
    let (ran, planned) = match (ran, planned) {
        (Ok(ran), Ok(planned)) => (ran, planned),
        (Err(message), _) => return Failure::new(Kind::Panicked("interpreter", faceless(&message)), message),
        (_, Err(message)) => return Failure::new(Kind::Panicked("plan", faceless(&message)), message),
    };
    let (ran, race) = match (ran, &planned) {
        (Ok(ran), Ok(_) | Err(PlanError::Trapped)) => ran,
        (Err(one), Err(PlanError::Refused(other))) if one.code == other.code => return Ok(None),
        (ran, planned) => {
            let text = format!("the interpreter says {:?}, and the plan {:?}", ran.err(), planned.as_ref().err());
            return Failure::new(Kind::RefusedByOne, text);
        }
    };
    if let Some(race) = race {
        return Failure::new(Kind::Race, race);
    }
    if let Ok(plan) = &planned
        && ran.cost > plan.cost
    {
        return Failure::new(Kind::OverQuote, format!("it cost {}, and the most was to be {}", ran.cost, plan.cost));
    }
    let trap = match &ran.outcome {
        Outcome::Trapped(report) => Some(report.cause),
        Outcome::Finished(_) => None,
    };
    if let (false, Some(cause @ (TrapCause::AssertionFailed | TrapCause::LoopOverMaximum))) = (case.may_trap, trap) {
        return Failure::new(Kind::Untrue, format!("what always holds does not: {cause:?}"));
    }
    Ok(Some((bound, ran.outcome, trap)))
}

/// A message without the numbers and names in it, which change as a program is cut down.
fn faceless(message: &str) -> String {
    let mut quoted = false;
    let mut text = String::new();
    for c in message.lines().next().unwrap_or_default().chars().take(200) {
        if c == '`' {
            quoted = !quoted;
        } else if !quoted && !c.is_ascii_digit() {
            text.push(c);
        }
    }
    text
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that may panic, and says nothing about it: the message is given back.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_string())).unwrap_or_default()
    })
}
