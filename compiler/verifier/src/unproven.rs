//! Why there is no proof. A refusal says what is wrong with a module, and is the same on every machine. A fault says nothing of it:
//! another machine, or a later try, may prove it.

use std::{error::Error, fmt};

use crate::refusal::Refusal;

/// What went wrong where no proof was looked for to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This machine has no room for a thread with the stack that a proof needs.
    NoRoom,
    /// The verifier broke off: a fault of its own.
    Broken,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoRoom => "this machine has no room for the proof, which needs a thread with a stack of 256 MiB",
            Fault::Broken => "the verifier broke off; this is a fault of its own, please report it with the module",
        })
    }
}

/// Why nothing is proven: a refusal, of a module or of one form of a kernel, or a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproven<R> {
    /// A rule is broken, or not shown to hold.
    Refused(R),
    /// It is not known whether one is.
    Fault(Fault),
}

impl<R> Unproven<R> {
    /// The refusal, if it is one.
    pub fn refused(self) -> Option<R> {
        match self {
            Unproven::Refused(refused) => Some(refused),
            Unproven::Fault(_) => None,
        }
    }
}

impl<R: fmt::Display> fmt::Display for Unproven<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unproven::Refused(refused) => refused.fmt(f),
            Unproven::Fault(fault) => fault.fmt(f),
        }
    }
}

impl<R: fmt::Debug + fmt::Display> Error for Unproven<R> {}

impl<R> From<Fault> for Unproven<R> {
    fn from(fault: Fault) -> Unproven<R> {
        Unproven::Fault(fault)
    }
}

impl From<Refusal> for Unproven<Refusal> {
    fn from(refusal: Refusal) -> Unproven<Refusal> {
        Unproven::Refused(refusal)
    }
}
