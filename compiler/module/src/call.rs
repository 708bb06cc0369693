//! A call: the arguments by name, and what they are once they are bound to an interface.

use std::{collections::BTreeMap, fmt};

use lockstep_numbers::ScalarType;

mod bind;

pub use bind::bind;
pub(crate) use bind::{cells, resolve, words};

/// An array: its type, its dimensions and its cells, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// The type of a cell.
    pub element: ScalarType,
    /// Cells along each dimension, outermost first.
    pub dimensions: Vec<u32>,
    /// The words of the cells: as many cells as the product of the dimensions, each of [`ScalarType::words`] words, the
    /// lower first.
    pub words: Vec<u32>,
}

impl Array {
    /// An array of zeros.
    pub fn zeros(element: ScalarType, dimensions: Vec<u32>) -> Array {
        let cells: usize = dimensions.iter().map(|d| *d as usize).product();
        Array { element, dimensions, words: vec![0; cells * element.words()] }
    }

    /// The bits of each cell, in order.
    pub fn cells(&self) -> impl Iterator<Item = u64> {
        let words = self.words.chunks_exact(self.element.words());
        words.map(|words| words.iter().rev().fold(0, |bits, word| bits << 32 | u64::from(*word)))
    }

    fn show(&self) -> String {
        let dimensions: Vec<String> = self.dimensions.iter().map(u32::to_string).collect();
        format!("[{}; {}]", self.element, dimensions.join(", "))
    }
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// For a scalar parameter: its bits, those of a 32-bit type in the lower half.
    Scalar(ScalarType, u64),
    /// For an array that the caller supplies.
    Array(Array),
}

/// The arguments of a call by parameter name, and extents by name where no array of the caller's fixes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Scalars, and the arrays that [`crate::Access::supplied`] speaks of.
    pub arguments: BTreeMap<String, Argument>,
    /// Extents given outright.
    pub extents: BTreeMap<String, u32>,
}

/// Why a call was refused before anything ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// A stable code, `C0001` and up.
    pub code: &'static str,
    /// What is wrong, with names and values, and what to give instead.
    pub message: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CallError {}

/// A checked call: everything a plan or an interpreter needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The bits of the scalars, in order.
    pub scalars: Vec<u64>,
    /// The extents, in order.
    pub extents: Vec<u32>,
    /// The arrays, in order.
    pub arrays: Vec<BoundArray>,
}

/// An array parameter with its dimensions known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundArray {
    /// The type of a cell.
    pub element: ScalarType,
    /// Cells along each dimension.
    pub dimensions: Vec<u32>,
    /// The caller's words; None for an array that begins as zeros.
    pub words: Option<Vec<u32>>,
}
