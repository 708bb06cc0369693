//! Cells: every index is checked, whatever the compiler has proven of it.

use lockstep_compiler::program::{Access, ArrayRef, Expression};
use lockstep_module::Combine;

use crate::{
    memory::combined,
    races::Touched,
    trap::{Evaluated, Trap},
    walker::Walker,
    watch::{Touch, Watch},
};

/// Where indices lead.
enum Position {
    /// To this cell, in row-major order.
    Cell(usize),
    /// Past the array, by the index of this dimension.
    Beyond(usize),
    /// Past the tile, by the index of this dimension.
    OffTile(usize),
}

type Indices = [u32; 3];

impl<'a, W: Watch> Walker<'a, W> {
    /// A cell, or `otherwise` where the array has none there. A tile has only the indices below its sizes.
    pub(crate) fn load(&mut self, access: &Access, otherwise: Option<&Expression>) -> Evaluated<u64> {
        let indices = self.indices(access)?;
        match (self.position(access, &indices), otherwise) {
            (Position::Cell(cell), _) => Ok(self.read(access.array, cell)),
            (Position::Beyond(_), Some(otherwise)) => self.expression(otherwise),
            (Position::Beyond(dimension), None) => Err(self.beyond(access, &indices, dimension)),
            (Position::OffTile(dimension), _) => Err(self.off_tile(access, &indices, dimension)),
        }
    }

    /// The indices first, then the value, then the check of the indices. Beyond the edge of the array a tile drops
    /// what is written to it.
    pub(crate) fn store(&mut self, access: &Access, value: &Expression) -> Evaluated<()> {
        let indices = self.indices(access)?;
        let value = self.expression(value)?;
        match self.position(access, &indices) {
            Position::Cell(cell) => self.write(access.array, cell, value),
            Position::Beyond(_) if matches!(access.array, ArrayRef::Tile(_)) => {}
            Position::Beyond(dimension) => return Err(self.beyond(access, &indices, dimension)),
            Position::OffTile(dimension) => return Err(self.off_tile(access, &indices, dimension)),
        }
        Ok(())
    }

    pub(crate) fn combine(&mut self, access: &Access, operator: Combine, value: &Expression) -> Evaluated<()> {
        let (cell, value) = self.cell_and_value(access, value)?;
        match access.array {
            ArrayRef::Parameter(array) => {
                self.watch.touch(Touched::Parameter(array), cell, Touch::Combine);
                self.scope.arrays[array].combine(cell, operator, value);
            }
            ArrayRef::Shared(array) => {
                self.watch.touch(Touched::Shared(array), cell, Touch::Combine);
                let before = &mut self.shared[array][cell];
                *before = combined(self.scope.shared[array].element, operator, *before, value);
            }
            // The type checker lets lanes combine into no other array.
            ArrayRef::Tile(_) | ArrayRef::Local(_) | ArrayRef::Constant(_) => {}
        }
        Ok(())
    }

    pub(crate) fn claim(&mut self, access: &Access, value: &Expression) -> Evaluated<()> {
        let (cell, value) = self.cell_and_value(access, value)?;
        // The type checker lets lanes claim cells of `claim` parameters alone.
        if let ArrayRef::Parameter(array) = access.array
            && let Some(claims) = &self.scope.claims[array]
        {
            claims.claim(cell);
            self.scope.arrays[array].write(cell, value);
        }
        Ok(())
    }

    fn cell_and_value(&mut self, access: &Access, value: &Expression) -> Evaluated<(usize, u64)> {
        let indices = self.indices(access)?;
        let value = self.expression(value)?;
        match self.position(access, &indices) {
            Position::Cell(cell) => Ok((cell, value)),
            Position::Beyond(dimension) => Err(self.beyond(access, &indices, dimension)),
            Position::OffTile(dimension) => Err(self.off_tile(access, &indices, dimension)),
        }
    }

    #[inline]
    fn read(&mut self, array: ArrayRef, cell: usize) -> u64 {
        match array {
            ArrayRef::Parameter(array) => {
                self.watch.touch(Touched::Parameter(array), cell, Touch::Read);
                self.scope.arrays[array].read(cell)
            }
            ArrayRef::Tile(tile) => self.read(ArrayRef::Parameter(self.scope.tiles[tile].array), cell),
            ArrayRef::Shared(array) => {
                self.watch.touch(Touched::Shared(array), cell, Touch::Read);
                self.shared[array][cell]
            }
            ArrayRef::Local(local) => self.frame.cell(local, cell),
            ArrayRef::Constant(constant) => self.scope.constants[constant].cells[cell],
        }
    }

    #[inline]
    fn write(&mut self, array: ArrayRef, cell: usize, value: u64) {
        match array {
            ArrayRef::Parameter(array) => {
                self.watch.touch(Touched::Parameter(array), cell, Touch::Write);
                self.scope.arrays[array].write(cell, value);
            }
            ArrayRef::Tile(tile) => self.write(ArrayRef::Parameter(self.scope.tiles[tile].array), cell, value),
            ArrayRef::Shared(array) => {
                self.watch.touch(Touched::Shared(array), cell, Touch::Write);
                self.shared[array][cell] = value;
            }
            ArrayRef::Local(local) => self.frame.set_cell(local, cell, value),
            // The type checker lets no constant be assigned.
            ArrayRef::Constant(_) => {}
        }
    }

    #[inline]
    fn indices(&mut self, access: &Access) -> Evaluated<Indices> {
        let mut indices = [0; 3];
        // By rank, because this is where most of the time goes.
        match access.indices.as_slice() {
            [i] => indices[0] = self.expression(i)? as u32,
            [i, j] => indices = [self.expression(i)? as u32, self.expression(j)? as u32, 0],
            [i, j, k] => {
                indices = [self.expression(i)? as u32, self.expression(j)? as u32, self.expression(k)? as u32];
            }
            // The type checker lets no array have another rank.
            _ => {}
        }
        Ok(indices)
    }

    /// The dimensions of what an access refers to; those of a tile are its array's.
    #[inline]
    fn dimensions(&self, array: ArrayRef) -> &'a [u32] {
        match array {
            ArrayRef::Parameter(array) => &self.scope.arrays[array].dimensions,
            ArrayRef::Tile(tile) => &self.scope.arrays[self.scope.tiles[tile].array].dimensions,
            ArrayRef::Shared(array) => &self.scope.shared[array].dimensions,
            ArrayRef::Local(local) => &self.scope.locals[local.0 as usize].dimensions,
            ArrayRef::Constant(constant) => &self.scope.constants[constant].dimensions,
        }
    }

    #[inline]
    fn position(&self, access: &Access, indices: &Indices) -> Position {
        match access.array {
            ArrayRef::Tile(tile) => {
                let sizes = &self.scope.tiles[tile].sizes;
                match indices.iter().zip(sizes).position(|(index, size)| index >= size) {
                    Some(dimension) => Position::OffTile(dimension),
                    None => within(&self.at_origin(tile, indices), self.dimensions(access.array)),
                }
            }
            array => within(indices, self.dimensions(array)),
        }
    }

    /// Indices of a tile's array. A tile begins within its array, so indices below its sizes stay far from 2^32.
    fn at_origin(&self, tile: usize, indices: &Indices) -> Indices {
        let mut moved = *indices;
        moved.iter_mut().zip(&self.origins[tile]).for_each(|(index, origin)| *index = index.wrapping_add(*origin));
        moved
    }

    #[cold]
    fn beyond(&self, access: &Access, indices: &Indices, dimension: usize) -> Box<Trap> {
        let size = self.dimensions(access.array)[dimension];
        let index = &access.indices[dimension];
        let parameter = |array: usize, value: u32| {
            let (name, extents) = &self.scope.array_names[array];
            (name.as_str(), extents[dimension].clone(), value)
        };
        let value = indices[dimension];
        let (name, extent, value) = match access.array {
            ArrayRef::Parameter(array) => parameter(array, value),
            ArrayRef::Tile(tile) => parameter(self.scope.tiles[tile].array, self.at_origin(tile, indices)[dimension]),
            ArrayRef::Shared(array) => (self.scope.shared[array].name.as_str(), size.to_string(), value),
            ArrayRef::Local(local) => (self.scope.locals[local.0 as usize].name.as_str(), size.to_string(), value),
            ArrayRef::Constant(constant) => (self.scope.constants[constant].name.as_str(), size.to_string(), value),
        };
        let limit = if extent == size.to_string() { extent } else { format!("{extent} = {size}") };
        Trap::index(index.span, &index.ty.show(value.into()), &format!("`{name}`"), &limit)
    }

    #[cold]
    fn off_tile(&self, access: &Access, indices: &Indices, dimension: usize) -> Box<Trap> {
        let index = &access.indices[dimension];
        let shown = index.ty.show(indices[dimension].into());
        let ArrayRef::Tile(tile) = access.array else { return self.beyond(access, indices, dimension) };
        let tile = &self.scope.tiles[tile];
        let name = tile.name.as_deref().unwrap_or(&self.scope.array_names[tile.array].0);
        Trap::index(index.span, &shown, &format!("tile `{name}`"), &tile.sizes[dimension].to_string())
    }
}

/// Where indices lead in an array. A negative index is a large word, and no array is that long.
#[inline]
fn within(indices: &Indices, dimensions: &[u32]) -> Position {
    let [i, j, k] = *indices;
    match *dimensions {
        [m] if i < m => Position::Cell(i as usize),
        [m, n] if i < m && j < n => Position::Cell(i as usize * n as usize + j as usize),
        [l, m, n] if i < l && j < m && k < n => {
            Position::Cell((i as usize * m as usize + j as usize) * n as usize + k as usize)
        }
        _ => Position::Beyond(indices.iter().zip(dimensions).position(|(index, size)| index >= size).unwrap_or(0)),
    }
}
