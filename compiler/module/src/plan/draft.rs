//! A plan that is being made: its arrays and dispatches so far, counted against the limits of the language.

use std::collections::BTreeMap;

use lockstep_numbers::ScalarType;

use super::{Dispatch, Names, Plan, PlanError, launch, memory::Memory, refuse};
use crate::{
    call::BoundArray,
    cost::{Cost, DISPATCH_WEIGHT, GROUP_WEIGHT},
    interface::{Launch, Profile, Signature},
};

/// The most dispatches of one call. Set by the language, so that every engine can hold the list.
pub const MAX_DISPATCHES: usize = 1 << 16;
/// The most steps that the host takes for one call, those of empty loops included.
pub const MAX_STEPS: u64 = 1 << 22;

/// The kernel that a dispatch runs.
#[derive(Clone, Copy, Debug)]
pub struct Runs<'k> {
    /// Its index in the module.
    pub index: usize,
    /// Its interface.
    pub signature: &'k Signature,
    /// How many groups and lanes it has.
    pub launch: &'k Launch,
    /// What a lane can cost.
    pub cost: &'k Cost,
}

/// A plan that is being made.
pub struct Draft {
    entry: String,
    memory: Memory,
    parameters: usize,
    dispatches: Vec<Dispatch>,
    steps: u64,
    cost: u64,
    /// What a lane of the last dispatch of each kernel can cost: loops run kernels again with the same numbers.
    last: BTreeMap<usize, (Vec<u64>, Vec<u32>, u64)>,
}

impl Draft {
    /// The plan of a call, with the arrays of its parameters and nothing else.
    ///
    /// # Errors
    /// `C0006` and `C0008`, as [`super::plan`].
    pub fn new(profile: Profile, entry: &Signature, parameters: Vec<BoundArray>) -> Result<Draft, PlanError> {
        let memory = Memory::new(profile, entry, parameters)?;
        Ok(Draft {
            entry: entry.name.clone(),
            parameters: memory.len(),
            memory,
            dispatches: Vec::new(),
            steps: 0,
            cost: 0,
            last: BTreeMap::new(),
        })
    }

    /// The names of what is called: its parameters.
    pub fn names(&self) -> Names {
        Names::new((0..self.parameters).collect())
    }

    /// Begins an inner job, which is given these arrays: its names, and its extents.
    ///
    /// # Errors
    /// `C0009`, as [`super::plan`].
    pub fn enter(&self, signature: &Signature, arrays: Vec<usize>) -> Result<(Names, Vec<u32>), PlanError> {
        let extents = self.extents(signature, &arrays)?;
        Ok((Names::new(arrays), extents))
    }

    /// Binds the extents of a kernel or job that is given these arrays.
    ///
    /// # Errors
    /// `C0009`, as [`super::plan`].
    pub fn extents(&self, signature: &Signature, arrays: &[usize]) -> Result<Vec<u32>, PlanError> {
        let shapes: Vec<&[u32]> = arrays.iter().map(|array| self.memory.dimensions(*array)).collect();
        super::bind_extents(signature, &shapes)
    }

    /// Allocates all temporaries of a job: zeros, after its parameters. Each counts as a step.
    ///
    /// # Errors
    /// `C0006`, `C0007` and `C0008`, as [`super::plan`].
    pub fn allocate<'t>(
        &mut self,
        names: &mut Names,
        temporaries: impl IntoIterator<Item = (&'t str, ScalarType, Vec<u32>)>,
    ) -> Result<(), PlanError> {
        for (name, element, dimensions) in temporaries {
            self.step()?;
            let array = self.memory.allocate(name, element, dimensions)?;
            names.extend([array]);
        }
        Ok(())
    }

    /// Ends an inner job that was given these names of its caller: its caller's names follow the contents, and its
    /// temporaries are given back.
    pub fn leave(&mut self, inner: Names, caller: &mut Names, arguments: &[usize]) {
        let temporaries = inner.leave(caller, arguments);
        self.memory.release(&temporaries);
    }

    /// One more step of the host.
    ///
    /// # Errors
    /// `C0007`, as [`super::plan`].
    pub fn step(&mut self) -> Result<(), PlanError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return refuse("C0007", format!("`{}` would take more than {MAX_STEPS} steps", self.entry));
        }
        Ok(())
    }

    /// One more dispatch, over these arrays of the plan.
    ///
    /// # Errors
    /// `C0007`, `C0008` and `C0011`, as [`super::plan`].
    pub fn dispatch(
        &mut self,
        kernel: Runs<'_>,
        arrays: Vec<usize>,
        scalars: Vec<u64>,
        extents: Vec<u32>,
    ) -> Result<(), PlanError> {
        if self.dispatches.len() == MAX_DISPATCHES {
            return refuse("C0007", format!("`{}` would run more than {MAX_DISPATCHES} dispatches", self.entry));
        }
        let (groups, lanes) = launch(kernel.signature, kernel.launch, &extents)?;
        let of_a_lane = self.cost_of_a_lane(kernel, &scalars, &extents);
        let of_groups = u64::from(groups).saturating_mul(GROUP_WEIGHT);
        let cost = DISPATCH_WEIGHT.saturating_add(of_groups).saturating_add(lanes.saturating_mul(of_a_lane));
        self.cost = self.cost.saturating_add(cost);
        let zero = self.memory.seen(&arrays);
        self.dispatches.push(Dispatch { kernel: kernel.index, arrays, scalars, extents, groups, lanes, zero });
        Ok(())
    }

    fn cost_of_a_lane(&mut self, kernel: Runs<'_>, scalars: &[u64], extents: &[u32]) -> u64 {
        match self.last.get(&kernel.index) {
            Some((with, over, cost)) if with == scalars && over == extents => *cost,
            _ => {
                let cost = kernel.cost.evaluate(scalars, extents);
                self.last.insert(kernel.index, (scalars.to_vec(), extents.to_vec(), cost));
                cost
            }
        }
    }

    /// The plan. `names` are those of what was called.
    ///
    /// # Errors
    /// `C0008`, as [`super::plan`].
    pub fn finish(mut self, entry: &Signature, names: &Names) -> Result<Plan, PlanError> {
        let mut outputs = Vec::new();
        for ((name, access, _), array) in entry.arrays().zip(names.all()) {
            if access.writes() {
                outputs.push((name.to_string(), self.memory.output(name, *array)?));
            }
        }
        let (arrays, bytes) = self.memory.finish();
        Ok(Plan { arrays, dispatches: self.dispatches, outputs, cost: self.cost, bytes })
    }
}
