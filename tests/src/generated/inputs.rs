//! The inputs of a call: sizes and values, kept so that they can be cut down.

use std::collections::BTreeMap;

use lockstep_module::{Access, Argument, Array, Call};
use lockstep_numbers::ScalarType;

use super::{
    make::evaluate,
    tree::{Extent, Parameter, Program, Role, Size},
    values,
};
use crate::random::Random;

/// What is given to the entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Each extent that is free.
    pub extents: BTreeMap<String, u32>,
    /// The bits of each scalar.
    pub scalars: BTreeMap<String, u64>,
    /// The cells of each array, again and again; for a permutation the numbers that decide it.
    pub arrays: BTreeMap<String, Vec<u64>>,
}

/// The extents and parameters of a kernel or job.
pub fn interface<'p>(program: &'p Program, entry: &str) -> Option<(&'p [Extent], &'p [Parameter])> {
    let kernel = program.kernels.iter().find(|kernel| kernel.name == entry);
    let job = program.jobs.iter().find(|job| job.name == entry);
    let of_job = || job.map(|job| (job.extents.as_slice(), job.parameters.as_slice()));
    kernel.map(|kernel| (kernel.extents.as_slice(), kernel.parameters.as_slice())).or_else(of_job)
}

/// Inputs for an entry.
pub fn choose(random: &mut Random, program: &Program, entry: &str) -> Inputs {
    let mut inputs = Inputs::default();
    let Some((extents, parameters)) = interface(program, entry) else { return inputs };
    for extent in extents {
        if let Size::Free(least, most) = extent.size {
            inputs.extents.insert(extent.name.clone(), size(random, least, most));
        }
    }
    for parameter in parameters {
        let Some(ty) = parameter.ty.scalar() else { continue };
        let name = parameter.name.clone();
        match parameter.access {
            None => {
                let bits =
                    if parameter.role == Role::Small { random.below(6) as u64 } else { values::bits(random, ty) };
                inputs.scalars.insert(name, bits);
            }
            Some(access) if access.supplied() => {
                let length = *random.pick(&[1, 7, 64, 311]);
                inputs.arrays.insert(name, (0..length).map(|_| values::bits(random, ty)).collect());
            }
            Some(_) => {}
        }
    }
    inputs
}

/// A size in a range: often an edge.
fn size(random: &mut Random, least: u32, most: u32) -> u32 {
    let size = match random.below(8) {
        0 => least,
        1 => least.max(1),
        2 => most,
        3 => *random.pick(&[255, 256, 257, 512, 31, 32, 33, 64]),
        _ => least + random.below((most - least + 1) as usize) as u32,
    };
    size.clamp(least, most)
}

impl Inputs {
    /// The call of an entry. None if the inputs do not belong to it.
    pub fn call(&self, program: &Program, entry: &str) -> Option<Call> {
        let (extents, parameters) = interface(program, entry)?;
        let mut call = Call::default();
        for extent in extents {
            let size = match &extent.size {
                Size::Free(..) => *self.extents.get(&extent.name)?,
                Size::Computed(formula) => evaluate(formula, &|name| call.extents.get(name).copied())?,
            };
            call.extents.insert(extent.name.clone(), size);
        }
        for parameter in parameters {
            let Some(ty) = parameter.ty.scalar() else { continue };
            let name = parameter.name.clone();
            if parameter.access.is_none() {
                call.arguments.insert(name.clone(), Argument::Scalar(ty, *self.scalars.get(&name)?));
            } else if parameter.access.is_some_and(Access::supplied) {
                let sizes = parameter.sizes.iter().map(|size| evaluate(size, &|name| call.extents.get(name).copied()));
                let dimensions: Vec<u32> = sizes.collect::<Option<_>>()?;
                let array = self.array(parameter, ty, dimensions)?;
                call.arguments.insert(name, Argument::Array(array));
            }
        }
        Some(call)
    }

    fn array(&self, parameter: &Parameter, ty: ScalarType, dimensions: Vec<u32>) -> Option<Array> {
        let values = self.arrays.get(&parameter.name)?;
        let cells: usize = dimensions.iter().map(|size| *size as usize).product();
        let cells: Vec<u64> = match parameter.role {
            Role::Permutation => permutation(values, cells),
            Role::Data | Role::Small => values.iter().copied().cycle().take(cells).collect(),
        };
        if !values.is_empty() || cells.is_empty() {
            let words =
                cells.into_iter().flat_map(|bits| [bits as u32, (bits >> 32) as u32].into_iter().take(ty.words()));
            return Some(Array { element: ty, dimensions, words: words.collect() });
        }
        None
    }
}

/// The numbers below `cells`, exchanged as the values say.
fn permutation(values: &[u64], cells: usize) -> Vec<u64> {
    let mut order: Vec<u64> = (0..cells as u64).collect();
    if !values.is_empty() {
        for i in 0..cells {
            order.swap(i, values[i % values.len()] as usize % cells);
        }
    }
    order
}
