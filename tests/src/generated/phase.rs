//! Phases: in each, every shared array and tile is either written by owners, or read by all, or combined into.

use lockstep_numbers::{Binary, ScalarType};

use super::{
    group::Group,
    make::{add, binary, cell, count, less, number, subtract},
    own_form::LanePlace,
    tree::{Block, Expr, For, Kind, Stmt, Ty},
    writer::{Cells, Own, Variable, Way, Writer},
};

impl Writer {
    /// The names of a lane's coordinates in one phase; sometimes none.
    pub(super) fn lane_place(&mut self, group: &Group, named: bool) -> LanePlace {
        if !named && self.one_in(8) {
            return LanePlace { coordinates: Vec::new(), sizes: Vec::new() };
        }
        let coordinates = group.lanes.iter().map(|_| count(&self.fresh("x"))).collect();
        LanePlace { coordinates, sizes: group.lanes.clone() }
    }

    pub(super) fn phase(&mut self, group: &Group) {
        let place = self.lane_place(group, false);
        self.phase_with(group, &place, |_| {});
    }

    /// A phase of some statements, and what `last` adds.
    pub(super) fn phase_with(&mut self, group: &Group, place: &LanePlace, last: impl FnOnce(&mut Writer)) {
        let fuel = self.fuel;
        let body = self.as_lane(|writer| {
            writer.name_lane(place);
            writer.name_arrays(group, place);
            let (names, arrays) = (writer.scope.len(), writer.arrays.len());
            writer.statements(fuel / 2);
            writer.statement();
            if !writer.one_in(3) {
                writer.mix_since(names, arrays);
            }
            last(writer);
        });
        self.push_phase(place, body);
    }

    fn push_phase(&mut self, place: &LanePlace, body: Block) {
        let name = |coordinate: &Expr| match &coordinate.kind {
            Kind::Name(name) => name.clone(),
            _ => String::new(),
        };
        self.push(Stmt::Phase { coordinates: place.coordinates.iter().map(name).collect(), body });
    }

    fn name_lane(&mut self, place: &LanePlace) {
        for (coordinate, size) in place.coordinates.iter().zip(&place.sizes) {
            if let Kind::Name(name) = &coordinate.kind {
                let below = Some(number(*size));
                self.scope.push(Variable { below, ..Variable::value(name, ScalarType::U32) });
            }
        }
    }

    fn name_arrays(&mut self, group: &Group, place: &LanePlace) {
        let number_all = |sizes: &[u32]| sizes.iter().copied().map(number).collect::<Vec<Expr>>();
        let owns = !place.coordinates.is_empty();
        for shared in &group.shared {
            let way = match shared.combine {
                Some(combine) if self.one_in(2) => Way::Combine(combine),
                Some(_) => Way::Look,
                None if owns && self.one_in(2) => Way::Own(self.own_form(&shared.sizes, place)),
                None => Way::Look,
            };
            self.arrays.push(Cells::used(&shared.name, shared.ty.clone(), number_all(&shared.sizes), way));
            if self.wild && shared.combine.is_none() && self.one_in(4) {
                self.arrays.push(Cells::look(&shared.name, shared.ty.clone(), number_all(&shared.sizes)));
            }
        }
        for tile in &group.tiles {
            let way = if tile.access.writes() && owns && !self.one_in(6) {
                let own = self.own_form(&tile.sizes, place);
                Way::Own(Own { reads: own.reads && tile.access.reads(), ..own })
            } else if tile.access.reads() {
                Way::Look
            } else {
                Way::Hidden
            };
            let cells = Cells::used(&tile.name, tile.ty, number_all(&tile.sizes), way);
            self.arrays.push(Cells { ragged: true, ..cells });
        }
    }

    /// The cells of a shared array become one, halving again and again. False if no array is fit for it.
    pub(super) fn reduction(&mut self, group: &Group) -> bool {
        let lanes: u32 = group.lanes.iter().product();
        let mut fit = Vec::new();
        for shared in &group.shared {
            if let ([size], None, Ty::Scalar(ty)) = (shared.sizes.as_slice(), shared.combine, &shared.ty)
                && *size >= 2
                && lanes >= 2
                && (ty.is_number() || *ty == ScalarType::Bool)
            {
                fit.push((shared.name.clone(), *ty, *size));
            }
        }
        if fit.is_empty() {
            return false;
        }
        self.forms.insert("reduction");
        let (array, ty, size) = self.pick(&fit);
        let levels = (size / 2).min(lanes).ilog2() + 1;
        let operator = match ty {
            ScalarType::F32 => self.pick(&["+=", "*=", "min=", "max="]),
            ScalarType::Bool => self.pick(&["&=", "|=", "^="]),
            _ => self.pick(&["+=", "*=", "min=", "max=", "&=", "|=", "^="]),
        };
        if self.one_in(3) {
            for level in 0..levels {
                self.halve(group, &array, ty, operator, number(1 << (levels - 1 - level)));
            }
            return true;
        }
        let counter = self.fresh("g");
        let body = self.block(|writer| {
            let half = writer.fresh("h");
            let value = binary(Binary::ShiftRight, number(1 << (levels - 1)), count(&counter));
            writer.push(Stmt::Let { name: half.clone(), ty: None, value });
            writer.halve(group, &array, ty, operator, count(&half));
        });
        let (from, to) = (number(0), number(levels));
        self.push(Stmt::For(Box::new(For { counter, from, to, step: None, max: None, body })));
        true
    }

    /// `if x < h { s[x] += s[x + h]; }`
    fn halve(&mut self, group: &Group, array: &str, ty: ScalarType, operator: &'static str, half: Expr) {
        let place = self.lane_place(group, true);
        let lane = place.number();
        let body = self.as_lane(|writer| {
            let other = match writer.below(3) {
                // From the end: the lower half takes the upper one in turn.
                0 => subtract(subtract(add(half.clone(), half.clone()), number(1)), lane.clone()),
                _ => add(lane.clone(), half.clone()),
            };
            let (target, value) = (cell(array, &ty.into(), vec![lane.clone()]), cell(array, &ty.into(), vec![other]));
            let inner = writer.block(|writer| writer.push(Stmt::Assign { target, operator, value }));
            writer.push(Stmt::If { arms: vec![(less(lane, half), inner)], otherwise: None });
        });
        self.push_phase(&place, body);
    }
}
