//! Why the command ends without what was asked for, and the exit code that says so to a script.

use std::{fmt, process::ExitCode};

use lockstep_engine::Fault;
use lockstep_module::{CallError, LoadError};
use lockstep_verifier::{Refused, Unproven};

use crate::arrays::{ArrayError, Code};

/// How the command ended. The numbers are part of the command's interface; its help lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Fine,
    /// 1: the source has errors, or the input is refused.
    Refused,
    /// 3: the run trapped.
    Trapped,
    /// 4: two engines gave different results.
    Disagreed,
    /// 5: this machine, its driver or its disk failed.
    Fault,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            // 2 is what clap gives for a wrong command line.
            Exit::Refused => 1,
            Exit::Trapped => 3,
            Exit::Disagreed => 4,
            Exit::Fault => 5,
        })
    }
}

/// A message for the developer, and how the command ends with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is printed, without a line's end.
    pub text: String,
}

impl Failure {
    /// Input that is refused, with a stable code.
    pub fn refused(code: &str, message: impl fmt::Display) -> Failure {
        Failure { exit: Exit::Refused, text: format!("error[{code}]: {message}") }
    }

    /// A fault of this machine, with a stable code.
    pub fn fault(code: &str, message: impl fmt::Display) -> Failure {
        Failure { exit: Exit::Fault, text: format!("fault[{code}]: {message}") }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

impl From<ArrayError> for Failure {
    fn from(error: ArrayError) -> Failure {
        match error.code {
            Code::System => Failure::fault(error.code.name(), error),
            code => Failure::refused(code.name(), error),
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Failure {
        Failure::refused(error.code, error)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        let code = match error {
            LoadError::NotAModule => "M0001",
            LoadError::Version(_) => "M0002",
            LoadError::Malformed(_) => "M0003",
            LoadError::Inconsistent(_) => "M0004",
        };
        Failure::refused(code, error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::fault(fault.code(), fault)
    }
}

impl From<Unproven<Refused>> for Failure {
    fn from(unproven: Unproven<Refused>) -> Failure {
        let Refused { kernel, form, refusal } = match unproven {
            Unproven::Refused(refused) => refused,
            Unproven::Fault(fault) => return Failure::fault("M0016", fault),
        };
        let site = refusal.site.map_or(String::new(), |site| format!(", instruction {}", site.0));
        let message = format!("the kernel `{kernel}`, {form} form{site}: {}", refusal.message);
        Failure::refused(&refusal.rule.to_string(), message)
    }
}
