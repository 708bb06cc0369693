//! `each` kernels of one to three dimensions, with every form of own cells that a grid allows.

use lockstep_module::{Access, Combine};
use lockstep_numbers::{Binary, ScalarType};

use super::{
    make::{add, binary, cell, count, number, subtract, times},
    own_form::LanePlace,
    tree::{Block, Expr, Extent, Grid, Kernel, Parameter, Role, Shape, Size, Stmt},
    writer::{Cells, Own, OwnIndex, Place, SLOTS, Variable, Way, Writer},
};

/// The parts of a kernel that grow as its arrays are chosen.
#[derive(Default)]
pub struct Interface {
    pub extents: Vec<Extent>,
    pub parameters: Vec<Parameter>,
}

impl Interface {
    /// How many bindings there are so far.
    pub fn bindings(&self) -> usize {
        let of = |parameter: &Parameter| match parameter.access {
            None => 0,
            Some(Access::Claim) => 2,
            Some(_) => 1,
        };
        self.parameters.iter().map(of).sum()
    }
}

impl Writer {
    /// An `each` kernel.
    pub(super) fn each_kernel(&mut self, fuel: i32) {
        let kernel = self.body(Place::Lane, fuel, |writer| writer.each());
        self.program.kernels.push(kernel);
    }

    fn each(&mut self) -> Kernel {
        self.constants_in_scope();
        let mut interface = Interface::default();
        let name = self.fresh("kernel");
        let generics = self.kernel_generics();
        let rank = *self.random.pick(&[1, 1, 1, 1, 2, 2, 3]);
        let most = [700, 40, 11][rank - 1];
        let mut grid: Vec<Expr> = Vec::new();
        for _ in 0..rank {
            if self.one_in(8) {
                grid.push(number(1 + self.below(most)));
                continue;
            }
            let extent = self.extent(&mut interface, Size::Free(0, most));
            self.nonzero.push(extent.clone());
            grid.push(count(&extent));
        }
        let lanes: Vec<String> = grid.iter().map(|_| self.fresh("i")).collect();
        for (lane, size) in lanes.iter().zip(&grid) {
            self.scope.push(Variable { below: Some(size.clone()), ..Variable::value(lane, ScalarType::U32) });
        }
        self.scalars(&mut interface);
        // The first array fixes the extents.
        let mut of = None;
        for at in 0..1 + self.below(3) {
            let array = self.own_array(&mut interface, &lanes, &grid, at == 0);
            of = of.or(array);
        }
        self.inputs(&mut interface, &grid);
        self.combined(&mut interface);
        let claims = self.claimed(&mut interface, &lanes, &grid);
        let digest =
            (interface.bindings() < 12 && !self.one_in(4)).then(|| self.digest_array(&mut interface, grid.clone()));
        let body = self.lane_body(claims, digest, &lanes);
        let grid = match of {
            Some(array) if self.one_in(2) => Grid::Of(array),
            _ => Grid::In(grid),
        };
        let Interface { extents, parameters } = interface;
        Kernel { name, generics, extents, parameters, shape: Shape::Each { lanes, grid }, body }
    }

    pub(super) fn extent(&mut self, interface: &mut Interface, size: Size) -> String {
        let name = self.fresh("n");
        interface.extents.push(Extent { name: name.clone(), size });
        self.scope.push(Variable::known(&name, ScalarType::U32));
        name
    }

    /// The scalars of a kernel: data, and counts that are small.
    pub(super) fn scalars(&mut self, interface: &mut Interface) {
        for _ in 0..self.below(4) {
            let ty = if self.one_in(5) { ScalarType::Bool } else { self.memory_type() };
            let role = if ty == ScalarType::U32 && self.one_in(2) { Role::Small } else { Role::Data };
            let name = self.fresh("s");
            self.scope.push(Variable::known(&name, ty));
            interface.parameters.push(Parameter { name, access: None, ty: ty.into(), sizes: Vec::new(), role });
        }
    }

    pub(super) fn array(
        &mut self,
        interface: &mut Interface,
        access: Access,
        ty: ScalarType,
        sizes: Vec<Expr>,
        role: Role,
    ) -> String {
        let prefix = match access {
            Access::In => "in",
            Access::Accumulate(_) => "acc",
            Access::Claim => "claimed",
            _ => "out",
        };
        let name = self.fresh(prefix);
        interface.parameters.push(Parameter { name: name.clone(), access: Some(access), ty: ty.into(), sizes, role });
        name
    }

    /// An array with cells of the lane's own. Gives its name if its cells are those of the grid.
    fn own_array(&mut self, interface: &mut Interface, lanes: &[String], grid: &[Expr], plain: bool) -> Option<String> {
        let access = if self.one_in(2) { Access::InOut } else { Access::Out };
        let formed = |lane: &String| OwnIndex::Formed(count(lane));
        let mut indices: Vec<OwnIndex> = lanes.iter().map(formed).collect();
        let mut sizes = grid.to_vec();
        let mut slots = Vec::new();
        let form = if plain { 0 } else { self.below(7) };
        let names =
            ["", "strided", "from the end of a grid", "beside the origin", "transposed grid", "a row of its own"];
        self.forms.extend(names.get(form as usize));
        match (form, lanes) {
            // k cells for each lane, strided or in rows.
            (1, [lane]) => {
                let cells = 2 + self.below(3);
                let stride = cells + self.below(2);
                slots = vec![cells];
                indices = vec![OwnIndex::Formed(add(times(number(stride), count(lane)), count(SLOTS[0])))];
                let size = add(times(number(stride), grid[0].clone()), number(self.below(3)));
                sizes = vec![self.sized(interface, size)];
            }
            // From the end.
            (2, [lane]) => {
                let last = subtract(grid[0].clone(), number(1));
                indices = vec![OwnIndex::Formed(subtract(last, count(lane)))];
            }
            // Beside the origin.
            (3, [lane]) => {
                let offset = self.below(5);
                indices = vec![OwnIndex::Formed(add(count(lane), number(offset)))];
                let size = add(grid[0].clone(), number(offset));
                sizes = vec![self.sized(interface, size)];
            }
            (4, lanes) if lanes.len() > 1 => {
                indices.reverse();
                sizes.reverse();
            }
            // A row of its own.
            (5 | 6, lanes) if lanes.len() < 3 => {
                let width = number(1 + self.below(6));
                let at = self.random.below(lanes.len() + 1);
                indices.insert(at, OwnIndex::Free(width.clone()));
                sizes.insert(at, width);
            }
            _ => {}
        }
        let ty = self.memory_type();
        let of_grid = sizes == grid;
        let name = self.array(interface, access, ty, sizes.clone(), Role::Data);
        let own = if self.wild && self.one_in(2) {
            let place =
                LanePlace { coordinates: lanes.iter().map(|lane| count(lane)).collect(), sizes: vec![16; lanes.len()] };
            let own = self.wild_own(&sizes, &place);
            Own { reads: own.reads && access == Access::InOut, ..own }
        } else {
            Own { indices, slots, guard: None, reads: access == Access::InOut }
        };
        if self.wild && access == Access::InOut && self.one_in(4) {
            self.arrays.push(Cells::look(&name, ty, sizes.clone()));
        }
        self.arrays.push(Cells::used(&name, ty, sizes, Way::Own(own)));
        of_grid.then_some(name)
    }

    /// A size as a parameter may have it: itself if it is a number, else an extent of that size.
    pub(super) fn sized(&mut self, interface: &mut Interface, size: Expr) -> Expr {
        match super::make::evaluate(&size, &|_| None) {
            Some(value) => number(value),
            None => count(&self.extent(interface, Size::Computed(size))),
        }
    }

    /// Arrays that are only read.
    pub(super) fn inputs(&mut self, interface: &mut Interface, grid: &[Expr]) {
        for _ in 0..1 + self.below(4) {
            if interface.bindings() >= 9 {
                return;
            }
            let ty = self.memory_type();
            let sizes = match self.below(4) {
                0 => vec![number(1 + self.below(9))],
                1 => vec![count(&self.extent(interface, Size::Free(0, 20)))],
                2 if grid.len() < 3 => {
                    let mut sizes = grid.to_vec();
                    sizes.push(number(1 + self.below(4)));
                    sizes
                }
                _ => grid.to_vec(),
            };
            let name = self.array(interface, Access::In, ty, sizes.clone(), Role::Data);
            self.arrays.push(Cells::look(&name, ty, sizes));
        }
    }

    /// Arrays that lanes combine into.
    pub(super) fn combined(&mut self, interface: &mut Interface) {
        for _ in 0..if self.one_in(3) { 1 + self.below(2) } else { 0 } {
            if interface.bindings() >= 10 {
                return;
            }
            let combine = self.pick(&Combine::ALL);
            let ty = self.pick(&[ScalarType::U32, ScalarType::I32]);
            let sizes = match self.below(4) {
                0 => {
                    let extent = self.extent(interface, Size::Free(1, 12));
                    self.nonzero.push(extent.clone());
                    vec![count(&extent)]
                }
                1 => vec![number(2), number(1 + self.below(4))],
                _ => vec![number(1 + self.below(40))],
            };
            let name = self.array(interface, Access::Accumulate(combine), ty, sizes.clone(), Role::Data);
            self.arrays.push(Cells::used(&name, ty, sizes, Way::Combine(combine)));
        }
    }

    /// Constants that the user of a kernel chooses. They are names in its body.
    pub(super) fn kernel_generics(&mut self) -> Vec<super::tree::Generic> {
        let mut generics = Vec::new();
        for _ in 0..if self.one_in(4) { 1 + self.below(2) } else { 0 } {
            let ty = self.pick(&[ScalarType::U32, ScalarType::U32, ScalarType::I32, ScalarType::F32, ScalarType::I64]);
            let name = self.fresh("N");
            let default = super::make::literal(ty, super::values::literal(&mut self.random, ty));
            self.scope.push(Variable::known(&name, ty));
            generics.push(super::tree::Generic { name, ty, default: Some(default) });
        }
        generics
    }

    /// What the lanes do: some statements, one write of each array at least, and claims.
    fn lane_body(&mut self, claims: Vec<super::claim::Claimed>, digest: Option<String>, lanes: &[String]) -> Block {
        self.block(|writer| {
            if digest.is_some() {
                let value = writer.digest_value();
                writer.push(Stmt::Var(value));
            }
            let (names, arrays) = (writer.scope.len(), writer.arrays.len());
            for _ in 0..1 + writer.below(3) {
                writer.declare(true);
            }
            writer.statements(writer.fuel / 2);
            writer.claims(claims);
            let owned: Vec<Cells> = writer.arrays.iter().filter(|array| !array.constant).cloned().collect();
            for array in owned {
                if matches!(array.way, Way::Own(_) | Way::Combine(_)) {
                    writer.fuel = writer.fuel.max(6);
                    writer.write_to(&array);
                }
            }
            writer.statements(writer.fuel);
            writer.mix_since(names, arrays);
            if let (Some(array), Some(digest)) = (digest, writer.digest.take()) {
                let target = cell(&array, &ScalarType::U32.into(), lanes.iter().map(|lane| count(lane)).collect());
                writer.push(Stmt::Assign { target, operator: "=", value: count(&digest) });
            }
        })
    }
}

/// `(index + offset) % size`
pub(super) fn rotated(index: Expr, offset: u32, size: Expr) -> Expr {
    binary(Binary::Remainder, add(index, number(offset)), size)
}
