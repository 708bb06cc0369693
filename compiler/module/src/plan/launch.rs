//! How many groups and lanes a dispatch has, and the extents that its arrays give it.

use super::{PlanError, refuse};
use crate::{
    call::{cells, resolve},
    interface::{Extent, Launch, Signature},
    spirv_abi::LANES,
};

/// The most lanes of one dispatch.
pub const MAX_LANES: u64 = 1 << 31;
/// The most groups of one dispatch.
pub const MAX_GROUPS: u64 = 1 << 31;

/// The groups of a launch, and the lanes that run in them all.
///
/// # Errors
/// `C0008` more than [`MAX_LANES`] or [`MAX_GROUPS`], `C0011` tile clauses that disagree on the number of groups.
pub fn launch(signature: &Signature, launch: &Launch, extents: &[u32]) -> Result<(u32, u64), PlanError> {
    let name = &signature.name;
    let (groups, lanes) = match launch {
        Launch::Each(grid) => {
            let sizes = resolve(grid, extents);
            let Some(lanes) = cells(&sizes).filter(|lanes| *lanes <= MAX_LANES) else {
                let shape = product(&sizes);
                return refuse("C0008", format!("`{name}` would run {shape} lanes, and a dispatch has at most 2^31"));
            };
            (lanes.div_ceil(LANES.into()), lanes)
        }
        Launch::Tiles { tiles, lanes: of_a_group } => {
            let mut counts = tiles.iter().map(|(array, sizes)| tiles_of(signature, *array, sizes, extents));
            let Some(first) = counts.next() else { return Ok((0, 0)) };
            if let Some(other) = counts.find(|other| other.count != first.count) {
                return refuse(
                    "C0011",
                    format!(
                        "a run of `{name}` gives {first}, and {other}: each tile clause must give as many tiles as the \
                         first. Give it arrays whose sizes agree"
                    ),
                );
            }
            let Some(groups) = first.count.filter(|groups| *groups <= MAX_GROUPS) else {
                return refuse("C0008", format!("`{name}` would run {first}, and a dispatch has at most 2^31 groups"));
            };
            let lanes = groups.saturating_mul((*of_a_group).into());
            if lanes > MAX_LANES {
                return refuse(
                    "C0008",
                    format!(
                        "`{name}` would run {groups} groups of {of_a_group} lanes, and a dispatch has at most 2^31 lanes"
                    ),
                );
            }
            (groups, lanes)
        }
    };
    // Both limits are below 2^32.
    Ok((u32::try_from(groups).unwrap_or(u32::MAX), lanes))
}

/// The tiles of one clause.
struct Tiles<'s> {
    array: &'s str,
    sizes: Vec<u32>,
    tile: &'s [u32],
    /// None if no 64-bit number holds it.
    count: Option<u64>,
}

fn tiles_of<'s>(signature: &'s Signature, array: u32, tile: &'s [u32], extents: &[u32]) -> Tiles<'s> {
    let (name, dimensions) = match signature.arrays().nth(array as usize) {
        Some((name, _, ty)) => (name, resolve(&ty.dimensions, extents)),
        None => ("?", Vec::new()),
    };
    let along: Vec<u32> = dimensions.iter().zip(tile).map(|(size, tile)| size.div_ceil((*tile).max(1))).collect();
    Tiles { array: name, sizes: dimensions, tile, count: cells(&along) }
}

impl std::fmt::Display for Tiles<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.count.map_or("more than 2^64".into(), |count| count.to_string());
        let (tile, sizes) = (product(self.tile), product(&self.sizes));
        write!(f, "`{}` of {sizes} cells {count} tiles of {tile}", self.array)
    }
}

fn product(sizes: &[u32]) -> String {
    sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" × ")
}

/// Binds the extents of a kernel or job from the sizes of the arrays that one run gives it.
///
/// # Errors
/// `C0009` arrays that disagree on an extent.
pub fn bind_extents(signature: &Signature, arrays: &[&[u32]]) -> Result<Vec<u32>, PlanError> {
    let mut extents: Vec<Option<(u32, &str)>> = vec![None; signature.extents.len()];
    for ((name, _, ty), sizes) in signature.arrays().zip(arrays) {
        for (dimension, size) in ty.dimensions.iter().zip(*sizes) {
            let (wanted, by) = match dimension {
                Extent::Constant(n) => (*n, "the interface"),
                Extent::Named(i) => match extents.get_mut(*i as usize) {
                    Some(slot) => *slot.get_or_insert((*size, name)),
                    None => continue,
                },
            };
            if wanted != *size {
                let ty = signature.show(ty);
                let run = &signature.name;
                return refuse(
                    "C0009",
                    format!("a run of `{run}` gives `{name}: {ty}` the size {size} where {by} says {wanted}"),
                );
            }
        }
    }
    Ok(extents.into_iter().map(|slot| slot.map_or(0, |(size, _)| size)).collect())
}
