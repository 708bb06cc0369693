//! Law 4, *its price is known before it starts*: the most that a dispatch can cost, kept as an expression over the
//! kernel's scalars and extents and evaluated before a launch.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::job::Operation;

mod evaluate;
mod formula;
mod interval;

/// What each dispatch costs beside its groups.
pub const DISPATCH_WEIGHT: u64 = 4096;
/// What each group costs beside its lanes.
pub const GROUP_WEIGHT: u64 = 64;
/// What each trip of a loop costs beside its body.
pub const TRIP_WEIGHT: u64 = 2;

/// The cost of one lane in the form of a kernel's body: flat and in order, so that a reader need not recurse. *Slots*
/// hold the scalars in order, then the extents in order, then loop counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cost {
    /// How many slots it uses in all.
    pub slots: u32,
    /// In order.
    pub terms: Vec<Term>,
}

/// One part of a [`Cost`].
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Term {
    /// A weight.
    Weight(u64),
    /// The terms up to the matching [`Term::End`], as often as the loop can run.
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
        /// The stated maximum of trips, if there is one; then `from` and `to` are not looked at.
        max: Option<Vec<Operation>>,
    },
    /// The dearest of the alternatives up to the matching [`Term::End`], which [`Term::Or`] separates.
    Choose,
    /// The next alternative.
    Or,
    /// Ends the innermost open [`Term::Repeat`] or [`Term::Choose`].
    End,
}
