//! What a group does: declarations, loops, branches and phases.

use lockstep_module::{Access, Combine};
use lockstep_numbers::{Binary, ScalarType};

use super::{
    claim::Claimed,
    each::Interface,
    make::{binary, cell, count, literal, number},
    tree::{Block, Declared, Expr, For, Stmt, Ty},
    writer::{Cells, Place, Variable, Way, Writer},
};

/// What the phases of a group share.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub lanes: Vec<u32>,
    /// The origin of the first tile, and the dimensions of its array.
    pub origin: Vec<String>,
    pub dimensions: Vec<Expr>,
    /// Whether a lane's coordinates, added to the origin, are cells of its own tile.
    pub may_claim: bool,
    /// The tile of the lanes' digests.
    pub digest: Option<String>,
    /// The bytes of all shared arrays.
    pub bytes: u32,
    pub tiles: Vec<TileArray>,
    pub shared: Vec<SharedArray>,
}

/// A tile as an array.
#[derive(Clone, Debug)]
pub struct TileArray {
    pub name: String,
    pub ty: ScalarType,
    pub sizes: Vec<u32>,
    pub access: Access,
}

#[derive(Clone, Debug)]
pub struct SharedArray {
    pub name: String,
    pub ty: Ty,
    pub sizes: Vec<u32>,
    pub combine: Option<Combine>,
}

impl Writer {
    /// The body of a tile kernel.
    pub(super) fn group_body(&mut self, interface: &mut Interface, group: &mut Group) -> Block {
        let claims = group.may_claim && self.one_in(4);
        self.block(|writer| {
            if group.digest.is_some() {
                let value = writer.digest_value();
                writer.push(Stmt::Lane(value));
            }
            let whole = writer.fuel;
            let (names, arrays) = (writer.scope.len(), writer.arrays.len());
            let mut left = 2 + writer.below(3);
            while left > 0 {
                writer.declaration(group);
                writer.fuel = whole;
                left -= 1;
            }
            let phases = 1 + writer.below(4) as i32;
            for _ in 0..phases {
                writer.fuel = whole / (phases + 1);
                writer.group_statement(group);
            }
            writer.fuel = whole / (phases + 1);
            writer.last_phase(interface, group, claims, (names, arrays));
        })
    }

    fn declaration(&mut self, group: &mut Group) {
        match self.below(6) {
            0 => self.group_let(),
            1 | 2 => self.lane_variable(),
            _ => self.shared(group),
        }
    }

    fn group_let(&mut self) {
        let ty = self.any_type();
        let (name, value) = (self.fresh("u"), self.expression(&ty, 2));
        let written = if self.one_in(2) { Some(ty.clone()) } else { None };
        self.push(Stmt::Let { name: name.clone(), ty: written, value });
        // What is computed need not bound a loop: a choice or a function may be in it.
        self.scope.push(Variable { uniform: true, ..Variable::value(&name, ty) });
    }

    fn lane_variable(&mut self) {
        let name = self.fresh("l");
        let (ty, sizes) = if self.one_in(2) { self.local_array() } else { (self.any_type(), Vec::new()) };
        let value = self.expression(&ty, 1);
        let nested = sizes.len() > 1 && self.one_in(2);
        self.push(Stmt::Lane(Declared { name: name.clone(), ty: ty.clone(), sizes: sizes.clone(), nested, value }));
        if sizes.is_empty() {
            self.scope.push(Variable { assignable: true, ..Variable::value(&name, ty) });
        } else {
            self.arrays.push(Cells { nested, ..Cells::used(&name, ty, sizes, Way::Local) });
        }
    }

    fn shared(&mut self, group: &mut Group) {
        let name = self.fresh("shared");
        let combine = if self.one_in(4) { Some(self.pick(&Combine::ALL)) } else { None };
        let ty = match combine {
            Some(_) => self.pick(&[ScalarType::U32, ScalarType::I32]).into(),
            None => self.any_type(),
        };
        let lanes: u32 = group.lanes.iter().product();
        let sizes = match self.below(8) {
            0 => vec![1 + self.below(20)],
            1 => vec![lanes * 2],
            2 => vec![lanes * 3 + self.below(4)],
            3 if group.lanes.len() > 1 => group.lanes.clone(),
            4 if group.lanes.len() > 1 => {
                let mut sizes = group.lanes.clone();
                let last = sizes.len() - 1;
                // One more column, as against conflicts of banks.
                sizes[last] += 1;
                sizes
            }
            5 if group.lanes.len() > 1 => group.lanes.iter().map(|lanes| lanes * self.pick(&[1, 2])).collect(),
            6 if lanes.is_multiple_of(2) => vec![lanes / 2, 2],
            _ => vec![lanes],
        };
        let cells: u32 = sizes.iter().product();
        let bytes = cells * 4 * self.words_of(&ty);
        let most = if self.program.datacenter { 48 << 10 } else { 32 << 10 };
        if group.bytes + bytes > most || cells > 12 << 10 {
            return;
        }
        group.bytes += bytes;
        self.push(Stmt::Shared {
            name: name.clone(),
            combine,
            ty: ty.clone(),
            sizes: sizes.iter().copied().map(number).collect(),
        });
        group.shared.push(SharedArray { name, ty, sizes, combine });
    }

    /// The words of a value.
    fn words_of(&self, ty: &Ty) -> u32 {
        match ty {
            Ty::Scalar(ty) => ty.words() as u32,
            Ty::Vector(_, count) => *count,
            Ty::Struct(name) => {
                let known = self.program.structs.iter().find(|known| known.name == *name);
                known.map(|known| known.fields.iter().map(|(_, ty)| self.words_of(ty)).sum()).unwrap_or(0)
            }
        }
    }

    /// A phase, or something with phases in it.
    fn group_statement(&mut self, group: &Group) {
        let shallow = self.nesting < 4;
        match self.below(10) {
            0 | 1 if shallow && self.trips <= 4 => self.group_loop(group),
            2 if shallow => self.group_branch(group),
            3 | 4 if self.reduction(group) => {}
            5 => {
                self.group_let();
                self.phase(group);
            }
            _ => self.phase(group),
        }
    }

    fn group_loop(&mut self, group: &Group) {
        let counter = self.fresh("g");
        let known: Vec<Expr> = group.dimensions.clone();
        let signed = |value: i32| literal(ScalarType::I32, value.cast_unsigned().into());
        let (from, to, step, below) = match self.below(5) {
            0 => (signed(-2), signed(self.below(3) as i32), Some(1 + self.below(2)), None),
            1 => {
                // As often as tiles fit.
                let size = number(1 + self.below(30));
                let dimension = self.pick(&known);
                let trips = binary(Binary::Minimum, binary(Binary::CeilingDivide, dimension, size), number(3));
                (number(0), trips, None, None)
            }
            2 => {
                let bound = self.scalar(ScalarType::U32, 1);
                (number(0), binary(Binary::And, bound, number(3)), None, None)
            }
            _ => {
                let trips = number(1 + self.below(4));
                (number(0), trips.clone(), None, Some(trips))
            }
        };
        let ty = from.ty.clone();
        let before = self.trips;
        self.trips = before.saturating_mul(3);
        let body = self.block(|writer| {
            writer.scope.push(Variable { below, ..Variable::known(&counter, ty) });
            if writer.one_in(3) {
                writer.group_let();
            }
            writer.group_statement(group);
            if writer.one_in(3) {
                writer.group_statement(group);
            }
        });
        self.trips = before;
        self.push(Stmt::For(Box::new(For { counter, from, to, step, max: None, body })));
    }

    fn group_branch(&mut self, group: &Group) {
        let condition = self.scalar(ScalarType::Bool, 2);
        let body = self.block(|writer| writer.group_statement(group));
        let otherwise = self.one_in(2).then(|| self.block(|writer| writer.group_statement(group)));
        self.push(Stmt::If { arms: vec![(condition, body)], otherwise });
    }

    /// The phase that writes the tiles, and claims.
    fn last_phase(&mut self, interface: &mut Interface, group: &Group, claims: bool, scope: (usize, usize)) {
        let place = self.lane_place(group, true);
        let claimed: Option<Claimed> = if claims {
            let origin = group.origin.clone();
            self.claimed_in_tile(interface, &group.dimensions, &origin, &place.coordinates)
        } else {
            None
        };
        self.phase_with(group, &place, |writer| {
            let writes: Vec<Cells> = writer.arrays.iter().filter(|array| !array.constant).cloned().collect();
            for array in writes {
                if matches!(array.way, Way::Own(_) | Way::Combine(_)) {
                    writer.fuel = writer.fuel.max(6);
                    writer.write_all(&array);
                }
            }
            writer.claims(claimed.into_iter().collect());
            writer.mix_since(scope.0, scope.1);
            if let (Some(tile), Some(digest)) = (&group.digest, writer.digest.clone()) {
                let target = cell(tile, &ScalarType::U32.into(), vec![place.number()]);
                writer.push(Stmt::Assign { target, operator: "=", value: count(&digest) });
            }
        });
    }

    /// Writes all of the lane's own cells, in loops over their slots.
    fn write_all(&mut self, array: &Cells) {
        let slots = match &array.way {
            Way::Own(own) => own.slots.clone(),
            _ => Vec::new(),
        };
        self.write_slots(array, &slots);
    }

    fn write_slots(&mut self, array: &Cells, slots: &[u32]) {
        match slots {
            [first, rest @ ..] if self.trips < 40 => {
                self.repeat_below(*first, |writer| writer.write_slots(array, rest));
            }
            _ => self.write_to(array),
        }
    }

    /// Enters the code of lanes.
    pub(super) fn as_lane(&mut self, inner: impl FnOnce(&mut Writer)) -> Block {
        let place = std::mem::replace(&mut self.place, Place::Lane);
        let body = self.block(inner);
        self.place = place;
        body
    }
}
