//! Tile kernels: their arrays, tile clauses and lanes.

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType};

use super::{
    each::Interface,
    group::{Group, TileArray},
    make::{binary, count, literal, number, times},
    tree::{Expr, Generic, Kernel, Role, Shape, Size, Tile},
    writer::{Cells, Place, Variable, Writer},
};

/// The most groups that the free extents give.
const MOST_TILES: u32 = 4;

impl Writer {
    /// A tile kernel.
    pub(super) fn tile_kernel(&mut self, fuel: i32) {
        let kernel = self.body(Place::Group, fuel, |writer| writer.tiles());
        self.program.kernels.push(kernel);
    }

    fn tiles(&mut self) -> Kernel {
        self.constants_in_scope();
        let mut interface = Interface::default();
        let name = self.fresh("kernel");
        let mut generics = self.kernel_generics();
        let lanes = self.lane_sizes();
        let sizes = self.tile_sizes(&lanes);
        let mut dimensions = Vec::new();
        // As many groups as no single dispatch of a device holds along one axis.
        let many = lanes.iter().product::<u32>() <= 2 && sizes.len() == 1 && sizes[0] <= 2 && self.one_in(4);
        if many {
            self.forms.insert("many groups");
            self.fuel = self.fuel.min(6);
        }
        for size in &sizes {
            let free = if many {
                Size::Free(65_530 * size, 66_000 * size)
            } else {
                Size::Free(0, MOST_TILES.min(40 / size + 1) * size)
            };
            let extent = self.extent(&mut interface, free);
            self.nonzero.push(extent.clone());
            dimensions.push(count(&extent));
        }
        self.scalars(&mut interface);
        let mut group = Group { lanes: lanes.clone(), ..Group::default() };
        let main = if self.one_in(4) { Access::In } else { Access::InOut };
        let mut clauses = vec![self.clause(&mut interface, &mut group, main, &dimensions, &sizes)];
        group.origin.clone_from(&clauses[0].origin);
        group.dimensions.clone_from(&dimensions);
        // Lanes beyond their tile would claim what is another group's.
        group.may_claim = sizes.len() == lanes.len() && sizes.iter().zip(&lanes).all(|(size, lanes)| size >= lanes);
        for _ in 0..self.below(3) {
            clauses.push(self.another_clause(&mut interface, &mut group, &dimensions, &sizes));
        }
        if main == Access::In {
            clauses.push(self.cells_for_groups(&mut interface, &mut group, &dimensions, &sizes));
        }
        if !self.one_in(4) {
            clauses.push(self.digests(&mut interface, &mut group, &dimensions, &sizes));
        }
        self.inputs(&mut interface, &dimensions);
        self.combined(&mut interface);
        let lanes = lanes.into_iter().map(number).collect();
        let mut tiles = clauses;
        // A size may be a constant to choose.
        if self.one_in(4)
            && let Some(size) = tiles[0].sizes.first().cloned()
        {
            let name = self.fresh("T");
            tiles[0].sizes[0] = count(&name);
            generics.push(Generic { name, ty: ScalarType::U32, default: Some(size) });
        }
        let body = self.group_body(&mut interface, &mut group);
        let Interface { extents, parameters } = interface;
        Kernel { name, generics, extents, parameters, shape: Shape::Tiles { tiles, lanes }, body }
    }

    fn lane_sizes(&mut self) -> Vec<u32> {
        if self.program.datacenter && self.one_in(2) {
            return self.pick(&[vec![1024], vec![32, 32], vec![512], vec![8, 8, 8]]);
        }
        match self.below(12) {
            0..=4 => vec![self.pick(&[1, 2, 4, 8, 16, 16, 32, 32, 33, 64])],
            5..=9 => vec![self.pick(&[1, 2, 4, 4, 8]), self.pick(&[1, 3, 4, 8, 8, 16])],
            10 => self.pick(&[vec![2, 2, 4], vec![1, 3, 2], vec![2, 4, 8]]),
            _ => self.pick(&[vec![256], vec![16, 16], vec![128], vec![8, 32]]),
        }
    }

    /// The sizes of the first tile: as the lanes are, or multiples, or something else.
    fn tile_sizes(&mut self, lanes: &[u32]) -> Vec<u32> {
        let all: u32 = lanes.iter().product();
        let sizes = match self.below(8) {
            0 => vec![all * (1 + self.below(3))],
            1 if all.is_multiple_of(4) => vec![all / 4, 4],
            2 => vec![1 + self.below(9), 1 + self.below(9)],
            3 => vec![1 + self.below(20)],
            _ => lanes.iter().map(|lanes| lanes * self.pick(&[1, 1, 2, 3])).collect(),
        };
        // A tile is not much larger than what the lanes can do.
        if sizes.iter().product::<u32>() > 1024 { lanes.to_vec() } else { sizes }
    }

    /// A clause over a new array.
    fn clause(
        &mut self,
        interface: &mut Interface,
        group: &mut Group,
        access: Access,
        dimensions: &[Expr],
        sizes: &[u32],
    ) -> Tile {
        let access = if access == Access::InOut && self.one_in(2) { Access::Out } else { access };
        let ty = self.memory_type();
        let array = self.array(interface, access, ty, dimensions.to_vec(), Role::Data);
        let origin: Vec<String> = sizes.iter().map(|_| self.fresh("o")).collect();
        origin.iter().for_each(|name| self.scope.push(Variable::known(name, ScalarType::U32)));
        let named = access.writes() || !self.one_in(3);
        let name = named.then(|| self.fresh("tile"));
        match &name {
            Some(name) => {
                group.tiles.push(TileArray { name: name.clone(), ty, sizes: sizes.to_vec(), access });
            }
            None => self.arrays.push(Cells::look(&array, ty, dimensions.to_vec())),
        }
        Tile { sizes: sizes.iter().copied().map(number).collect(), array, name, origin }
    }

    /// One more clause with the same number of groups.
    fn another_clause(
        &mut self,
        interface: &mut Interface,
        group: &mut Group,
        dimensions: &[Expr],
        sizes: &[u32],
    ) -> Tile {
        let access = if self.one_in(2) { Access::In } else { Access::InOut };
        match self.below(4) {
            0 => self.cells_for_groups(interface, group, dimensions, sizes),
            1 if sizes.len() > 1 => {
                let turned: Vec<Expr> = dimensions.iter().rev().cloned().collect();
                let sizes: Vec<u32> = sizes.iter().rev().copied().collect();
                self.clause(interface, group, access, &turned, &sizes)
            }
            _ => self.clause(interface, group, access, dimensions, sizes),
        }
    }

    /// A word for each lane of each group.
    fn digests(&mut self, interface: &mut Interface, group: &mut Group, dimensions: &[Expr], sizes: &[u32]) -> Tile {
        let lanes = group.lanes.iter().product();
        let all = times(self.groups(dimensions, sizes), number(lanes));
        let size = self.sized(interface, all);
        let array = self.digest_array(interface, vec![size]);
        let (name, origin) = (self.fresh("tile"), self.fresh("o"));
        self.scope.push(Variable::known(&origin, ScalarType::U32));
        group.digest = Some(name.clone());
        Tile { sizes: vec![number(lanes)], array, name: Some(name), origin: vec![origin] }
    }

    /// How many groups there are.
    fn groups(&mut self, dimensions: &[Expr], sizes: &[u32]) -> Expr {
        let along = |(dimension, size): (&Expr, &u32)| binary(Binary::CeilingDivide, dimension.clone(), number(*size));
        dimensions.iter().zip(sizes).map(along).reduce(times).unwrap_or_else(|| number(1))
    }

    /// An array with some cells for each group.
    fn cells_for_groups(
        &mut self,
        interface: &mut Interface,
        group: &mut Group,
        dimensions: &[Expr],
        sizes: &[u32],
    ) -> Tile {
        let groups = self.groups(dimensions, sizes);
        let each = self.pick(&[1, 1, 2, 5]);
        let all = if each == 1 { groups } else { times(groups, literal(ScalarType::U32, each.into())) };
        let size = self.sized(interface, all);
        self.clause(interface, group, Access::InOut, &[size], &[each])
    }
}
