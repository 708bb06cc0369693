//! The arrays of a plan. Those that an inner job allocated are given back when it ends and serve later jobs that want
//! the same element and dimensions; such an array is filled with zeros again before anything sees it.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_numbers::ScalarType;

use super::{PlanError, PlannedArray, refuse};
use crate::{
    call::{BoundArray, words},
    interface::{Profile, Signature},
};

/// The most arrays of one plan.
pub const MAX_PLAN_ARRAYS: usize = 1 << 16;

/// The most words of all arrays of one call together: sixteen of the largest arrays.
pub fn max_total_words(profile: Profile) -> u64 {
    16 * profile.max_array_words()
}

/// The arrays of a plan that is being made.
pub(super) struct Memory {
    profile: Profile,
    /// What is called, for messages.
    entry: String,
    arrays: Vec<PlannedArray>,
    words: u64,
    /// Arrays given back, by what they can serve as.
    free: BTreeMap<(ScalarType, Vec<u32>), Vec<usize>>,
    /// Arrays in use again that still hold what an earlier job left in them.
    dirty: BTreeSet<usize>,
}

impl Memory {
    /// With the arrays of the call's parameters.
    pub(super) fn new(
        profile: Profile,
        signature: &Signature,
        parameters: Vec<BoundArray>,
    ) -> Result<Memory, PlanError> {
        let entry = signature.name.clone();
        let (arrays, free, dirty) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let mut memory = Memory { profile, entry, arrays, words: 0, free, dirty };
        for ((name, ..), BoundArray { element, dimensions, words }) in signature.arrays().zip(parameters) {
            memory.add(name, PlannedArray { element, dimensions, initial: words })?;
        }
        Ok(memory)
    }

    /// An array of zeros.
    pub(super) fn allocate(
        &mut self,
        name: &str,
        element: ScalarType,
        dimensions: Vec<u32>,
    ) -> Result<usize, PlanError> {
        let given_back = self.free.get_mut(&(element, dimensions.clone())).and_then(Vec::pop);
        match given_back {
            Some(array) => {
                self.dirty.insert(array);
                Ok(array)
            }
            None => self.add(name, PlannedArray { element, dimensions, initial: None }),
        }
    }

    fn add(&mut self, name: &str, array: PlannedArray) -> Result<usize, PlanError> {
        self.words += words(self.profile, name, array.element, &array.dimensions)?;
        let most = max_total_words(self.profile);
        if self.words > most {
            let mebibytes = |words: u64| words.div_ceil(1 << 18);
            return refuse(
                "C0008",
                format!(
                    "`{}` would need at least {} MiB for its arrays, and in the profile {} a call has at most {} MiB",
                    self.entry,
                    mebibytes(self.words),
                    self.profile.name(),
                    mebibytes(most)
                ),
            );
        }
        if self.arrays.len() == MAX_PLAN_ARRAYS {
            return refuse(
                "C0008",
                format!("`{}` would need more than {MAX_PLAN_ARRAYS} arrays, and a call has no more", self.entry),
            );
        }
        self.arrays.push(array);
        Ok(self.arrays.len() - 1)
    }

    /// Gives arrays back.
    pub(super) fn release(&mut self, arrays: &[usize]) {
        for array in arrays {
            self.dirty.remove(array);
            if let Some(PlannedArray { element, dimensions, .. }) = self.arrays.get(*array) {
                self.free.entry((*element, dimensions.clone())).or_default().push(*array);
            }
        }
    }

    /// Which of these arrays must be filled with zeros before they are seen, which they now are.
    pub(super) fn seen(&mut self, arrays: &[usize]) -> Vec<usize> {
        arrays.iter().copied().filter(|array| self.dirty.remove(array)).collect()
    }

    /// An array to be read at the end. One that nothing wrote since it was given back is exchanged for one that begins
    /// as zeros, for no dispatch is left to fill it.
    pub(super) fn output(&mut self, name: &str, array: usize) -> Result<usize, PlanError> {
        if !self.dirty.remove(&array) {
            return Ok(array);
        }
        let planned = &self.arrays[array];
        let (element, dimensions) = (planned.element, planned.dimensions.clone());
        self.add(name, PlannedArray { element, dimensions, initial: None })
    }

    /// The sizes of an array.
    pub(super) fn dimensions(&self, array: usize) -> &[u32] {
        self.arrays.get(array).map_or(&[], |array| &array.dimensions)
    }

    /// How many arrays there are.
    pub(super) fn len(&self) -> usize {
        self.arrays.len()
    }

    /// The arrays, and their bytes.
    pub(super) fn finish(self) -> (Vec<PlannedArray>, u64) {
        (self.arrays, self.words * 4)
    }
}
