//! Claims: each lane claims cells that no other does, mostly.

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType};

use super::{
    each::{Interface, rotated},
    make::{add, binary, cell, count, less, number, subtract, times},
    tree::{Expr, Role, Stmt},
    writer::Writer,
};

/// A claim that is still to be written: the array, its type, where, and under which condition.
pub struct Claimed {
    pub array: String,
    pub ty: ScalarType,
    pub indices: Vec<Expr>,
    pub guard: Option<Expr>,
}

impl Writer {
    /// An array to claim from in an `each` kernel.
    pub(super) fn claimed(&mut self, interface: &mut Interface, lanes: &[String], grid: &[Expr]) -> Vec<Claimed> {
        if !self.one_in(4) || interface.bindings() > 8 {
            return Vec::new();
        }
        let mut sizes = grid.to_vec();
        let mut indices: Vec<Expr> = lanes.iter().map(|lane| count(lane)).collect();
        match (self.below(6), lanes) {
            (0, [lane]) => indices = vec![subtract(subtract(grid[0].clone(), number(1)), count(lane))],
            (1, [lane]) => indices = vec![rotated(count(lane), self.below(20), grid[0].clone())],
            (2 | 3, [lane]) => {
                let sizes = grid.to_vec();
                self.forms.insert("claim by a permutation");
                let order = self.array(interface, Access::In, ScalarType::U32, sizes, Role::Permutation);
                indices = vec![cell(&order, &ScalarType::U32.into(), vec![count(lane)])];
            }
            (4, [row, column]) => {
                indices = vec![add(times(count(row), grid[1].clone()), count(column))];
                let all = times(grid[0].clone(), grid[1].clone());
                sizes = vec![self.sized(interface, all)];
            }
            (5, [_, _]) => {
                indices.reverse();
                sizes.reverse();
            }
            _ => {}
        }
        if self.may_trap && self.one_in(2) {
            self.forms.insert("claim by two lanes");
            let last = indices.len() - 1;
            indices[last] = binary(Binary::Or, indices[last].clone(), number(1));
        }
        self.forms.insert("claim in a grid");
        let ty = self.memory_type();
        let array = self.array(interface, Access::Claim, ty, sizes, Role::Data);
        vec![Claimed { array, ty, indices, guard: None }]
    }

    /// An array to claim from in a tile kernel: the lanes claim the first cells of each tile.
    pub(super) fn claimed_in_tile(
        &mut self,
        interface: &mut Interface,
        sizes: &[Expr],
        origin: &[String],
        coordinates: &[Expr],
    ) -> Option<Claimed> {
        if interface.bindings() > 10 {
            return None;
        }
        let indices: Vec<Expr> =
            origin.iter().zip(coordinates).map(|(origin, coordinate)| add(count(origin), coordinate.clone())).collect();
        let inside = indices.iter().zip(sizes).map(|(index, size)| less(index.clone(), size.clone()));
        self.forms.insert("claim in a tile");
        let guard = inside.reduce(super::make::both);
        let ty = self.memory_type();
        let array = self.array(interface, Access::Claim, ty, sizes.to_vec(), Role::Data);
        Some(Claimed { array, ty, indices, guard })
    }

    /// Writes the claims, some of them under a condition.
    pub(super) fn claims(&mut self, claims: Vec<Claimed>) {
        for Claimed { array, ty, indices, guard } in claims {
            let target = cell(&array, &ty.into(), indices);
            let claim = Stmt::Claim { target, value: self.scalar(ty, 2) };
            let guard = match guard {
                Some(guard) => Some(guard),
                None if self.one_in(3) => Some(self.scalar(ScalarType::Bool, 2)),
                None => None,
            };
            let Some(guard) = guard else {
                self.push(claim);
                continue;
            };
            let body = self.block(|writer| writer.push(claim));
            self.push(Stmt::If { arms: vec![(guard, body)], otherwise: None });
        }
    }
}
