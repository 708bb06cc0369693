//! A job as data: a flat list of steps over slots and arrays, which a host runs without a compiler.
//!
//! It is flat on purpose: a reader of untrusted bytes must not recurse. Expressions are in postfix order.

use borsh::{BorshDeserialize, BorshSerialize};
use lockstep_numbers::{Binary, ScalarType, Unary};

use crate::interface::Signature;

/// A compiled job.
///
/// *Slots* hold values: first the scalar parameters in order, then the extents in order, then loop counters and `let`s.
/// *Arrays* are numbered: first the array parameters in order, then the temporaries in order.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Job {
    /// Its interface.
    pub signature: Signature,
    /// How many slots it uses in all.
    pub slots: u32,
    /// The arrays that it allocates, zeroed, before the first step.
    pub temporaries: Vec<Temporary>,
    /// What it does.
    pub steps: Vec<Step>,
}

/// An array that a job allocates for itself. Its sizes depend on scalars and extents of the call alone.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Temporary {
    /// Its name in source.
    pub name: String,
    /// The type of a cell.
    #[borsh(serialize_with = "coding::write_scalar_type", deserialize_with = "coding::read_scalar_type")]
    pub element: ScalarType,
    /// The dimensions, each a postfix expression.
    pub dimensions: Vec<Vec<Operation>>,
}

/// One step of a job.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// `let`: evaluates into a slot.
    Set {
        /// Where the value goes.
        slot: u32,
        /// The value.
        value: Vec<Operation>,
    },
    /// `for slot in from..to step by`: the steps up to the matching [`Step::End`], once for each value.
    Repeat {
        /// The counter.
        slot: u32,
        /// `i32` counters compare as signed.
        signed: bool,
        /// The first value.
        from: Vec<Operation>,
        /// One past the last value.
        to: Vec<Operation>,
        /// The distance between values, at least 1.
        by: u32,
    },
    /// Ends the innermost open [`Step::Repeat`].
    End,
    /// Runs a kernel.
    Run {
        /// Its index in the module.
        kernel: u32,
        /// Its arrays, by their number in the job.
        arrays: Vec<u32>,
        /// Its scalars.
        scalars: Vec<Vec<Operation>>,
    },
    /// Runs a job that comes before this one in the module. Its temporaries begin as zeros each time.
    Call {
        /// Its index in the module.
        job: u32,
        /// Its arrays, by their number in this job.
        arrays: Vec<u32>,
        /// Its scalars.
        scalars: Vec<Vec<Operation>>,
    },
    /// Exchanges what two array names mean.
    Swap {
        /// One array.
        a: u32,
        /// The other.
        b: u32,
    },
}

/// One operation of a postfix expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Operation {
    /// Pushes the bits of a value.
    Constant(u64),
    /// Pushes a slot's value.
    Slot(u32),
    /// Replaces the top word.
    Unary(
        #[borsh(serialize_with = "coding::write_unary", deserialize_with = "coding::read_unary")] Unary,
        #[borsh(serialize_with = "coding::write_scalar_type", deserialize_with = "coding::read_scalar_type")]
        ScalarType,
    ),
    /// Replaces the top two words by one.
    Binary(
        #[borsh(serialize_with = "coding::write_binary", deserialize_with = "coding::read_binary")] Binary,
        #[borsh(serialize_with = "coding::write_scalar_type", deserialize_with = "coding::read_scalar_type")]
        ScalarType,
    ),
    /// Converts the top word from the first type to the second.
    Convert(
        #[borsh(serialize_with = "coding::write_scalar_type", deserialize_with = "coding::read_scalar_type")]
        ScalarType,
        #[borsh(serialize_with = "coding::write_scalar_type", deserialize_with = "coding::read_scalar_type")]
        ScalarType,
    ),
}

pub(crate) mod coding;
