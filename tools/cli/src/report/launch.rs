//! How many groups and lanes a kernel has, and the bytes of arrays, as formulas over extents.

use lockstep_module::{ArrayType, Extent, Kernel, Launch, Signature, spirv_abi::LANES};

/// A line for the groups, and one for the lanes.
pub fn lines(kernel: &Kernel) -> [String; 2] {
    let signature = &kernel.signature;
    match &kernel.launch {
        Launch::Each(grid) => {
            let sizes: Vec<String> = grid.iter().map(|extent| size(signature, *extent)).collect();
            [format!("groups ceil_div(lanes, {LANES})"), format!("lanes {}", sizes.join(" × "))]
        }
        Launch::Tiles { tiles, lanes } => {
            let groups = tiles.first().map_or("0".into(), |(array, sizes)| tiles_of(signature, *array, sizes));
            [format!("groups {groups}"), format!("lanes groups × {lanes}")]
        }
    }
}

fn tiles_of(signature: &Signature, array: u32, sizes: &[u32]) -> String {
    let dimensions = signature.arrays().nth(array as usize).map_or(&[][..], |(.., ty)| &ty.dimensions);
    let along = dimensions.iter().zip(sizes).map(|(extent, tile)| match size(signature, *extent) {
        cells if *tile == 1 => cells,
        cells => format!("ceil_div({cells}, {tile})"),
    });
    along.collect::<Vec<_>>().join(" × ")
}

/// The bytes of an array: `4 × m × n`.
pub fn bytes(signature: &Signature, ty: &ArrayType) -> String {
    let sizes = ty.dimensions.iter().map(|extent| size(signature, *extent));
    let parts: Vec<String> = std::iter::once((4 * ty.element.words()).to_string()).chain(sizes).collect();
    parts.join(" × ")
}

fn size(signature: &Signature, extent: Extent) -> String {
    match extent {
        Extent::Constant(size) => size.to_string(),
        Extent::Named(i) => signature.extents.get(i as usize).cloned().unwrap_or_else(|| "?".into()),
    }
}
