//! What an access refers to: names and dimensions.

use lockstep_module::Extent;

use crate::program::{ArrayRef, Kernel, Program};

/// The name of an array in source.
pub(super) fn name(program: &Program, kernel: &Kernel, array: ArrayRef) -> String {
    let parameter = |i: usize| kernel.signature.arrays().nth(i).map(|(name, ..)| name.to_string());
    let found = match array {
        ArrayRef::Parameter(i) => parameter(i),
        ArrayRef::Tile(i) => {
            let tile = kernel.tiles().get(i);
            tile.and_then(|tile| tile.name.clone().or_else(|| parameter(tile.array)))
        }
        ArrayRef::Shared(i) => kernel.shared.get(i).map(|shared| shared.name.clone()),
        ArrayRef::Local(id) => kernel.locals.get(id.0 as usize).map(|local| local.name.clone()),
        ArrayRef::Constant(i) => program.constants.get(i).map(|constant| constant.name.clone()),
    };
    found.unwrap_or_default()
}

/// What the indices of an array must stay below; for a tile, its sizes.
pub(super) fn dimensions(program: &Program, kernel: &Kernel, array: ArrayRef) -> Vec<Extent> {
    let constant = |dimensions: &[u32]| dimensions.iter().map(|n| Extent::Constant(*n)).collect();
    let found = match array {
        ArrayRef::Parameter(i) => kernel.signature.arrays().nth(i).map(|(.., ty)| ty.dimensions.clone()),
        ArrayRef::Tile(i) => kernel.tiles().get(i).map(|tile| constant(&tile.sizes)),
        ArrayRef::Shared(i) => kernel.shared.get(i).map(|shared| constant(&shared.dimensions)),
        ArrayRef::Local(id) => kernel.locals.get(id.0 as usize).map(|local| constant(&local.dimensions)),
        ArrayRef::Constant(i) => program.constants.get(i).map(|array| constant(&array.dimensions)),
    };
    found.unwrap_or_default()
}
