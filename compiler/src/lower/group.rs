//! What a group does as one: its tiles, its shared arrays, and the control around its phases. Everything here has the
//! same value in all lanes, so every lane comes to every barrier.

use lockstep_numbers::ScalarType;

use super::{Lowering, parts::Parts, place::shared_type, unroll};
use crate::{
    ir::{Instruction, Memory, Operation, Type, Value, WordComparison, WordOperator},
    program::{Expression, GroupStatement, LocalId, Phase, Tile},
};

/// A shared array that each lane need visit at most this often is set to zero without a loop.
const MAX_STRAIGHT_VISITS: u32 = 8;

impl Lowering<'_> {
    /// Binds the origins of a group's tiles. Groups are row-major over each clause's own grid of tiles.
    pub(super) fn origins(&mut self, tiles: &[Tile]) {
        for tile in tiles {
            let dimensions = self.kernel.signature.arrays().nth(tile.array).map(|(_, _, ty)| ty.dimensions.clone());
            let dimensions = dimensions.unwrap_or_default();
            let mut grid = Vec::new();
            for (dimension, size) in dimensions.into_iter().zip(&tile.sizes) {
                let cells = self.extent(dimension);
                // No extent is so large that this wraps.
                let cells = self.builder.with(WordOperator::Add, cells, size - 1);
                grid.push(self.builder.with(WordOperator::Divide, cells, *size));
            }
            let group = self.builder.value(Operation::Group);
            let numbers = self.coordinates(group, &grid);
            for ((local, number), size) in tile.origin.iter().zip(numbers).zip(&tile.sizes) {
                let first = self.builder.with(WordOperator::Multiply, number, *size);
                self.bind(*local, Parts::One(first));
            }
        }
    }

    /// Sets to zero the shared arrays of which it is not proven that every cell is written before it is read.
    pub(super) fn zero_shared(&mut self) {
        let lanes = self.kernel.group_lanes();
        for (shared, declared) in self.kernel.shared.iter().enumerate() {
            if !self.proofs.needs_zero(shared) {
                continue;
            }
            let cells = declared.cells() as u32;
            let zero = match shared_type(declared.element) {
                Type::Float => self.float_constant(0),
                _ => self.builder.word(0),
            };
            let lane = self.builder.value(Operation::LaneInGroup);
            let visits = cells.div_ceil(lanes);
            if visits <= MAX_STRAIGHT_VISITS {
                for visit in 0..visits {
                    let cell = self.builder.with(WordOperator::Add, lane, visit * lanes);
                    self.zero_cell(shared, cell, cells, (visit + 1) * lanes <= cells, zero);
                }
            } else {
                let trips = self.builder.word(visits);
                self.repeated(trips, |lowering, trip| {
                    let distance = lowering.builder.with(WordOperator::Multiply, trip, lanes);
                    let cell = lowering.builder.arithmetic(WordOperator::Add, distance, lane);
                    lowering.zero_cell(shared, cell, cells, visits * lanes == cells, zero);
                });
            }
        }
    }

    fn zero_cell(&mut self, shared: usize, cell: Value, cells: u32, surely_inside: bool, zero: Value) {
        let inside = match surely_inside {
            true => self.builder.truth(true),
            false => self.builder.compare_with(WordComparison::Less, cell, cells),
        };
        self.when(inside, |lowering| {
            lowering.shared[shared].each(|part| lowering.builder.store_cell(Memory::Shared(part), cell, zero));
        });
    }

    /// Lowers statements at group level.
    pub(super) fn group(&mut self, statements: &[GroupStatement], lanes: &[u32]) {
        for statement in statements {
            match statement {
                GroupStatement::Let { local, value } => {
                    let value = self.expression(value);
                    self.set(*local, value);
                }
                GroupStatement::Lane { local, value } => {
                    let value = self.expression(value);
                    if self.kernel.locals[local.0 as usize].dimensions.is_empty() {
                        self.set_variable(*local, value);
                    } else {
                        self.fill(*local, value);
                    }
                }
                GroupStatement::For { counter, ty, from, to, step, body } => {
                    self.group_loop(*counter, *ty, (from, to, *step), body, lanes);
                }
                GroupStatement::If { arms, otherwise } => self.group_branch(arms, otherwise, lanes),
                GroupStatement::Phase(phase) => self.phase(phase, lanes),
            }
        }
    }

    fn group_loop(
        &mut self,
        counter: LocalId,
        ty: ScalarType,
        (from, to, step): (&Expression, &Expression, u32),
        body: &[GroupStatement],
        lanes: &[u32],
    ) {
        let (from, to) = (self.word(from), self.word(to));
        let trips = self.trips(from, to, step, ty);
        let known = self.builder.constant(trips);
        if let Some(known) = known.filter(|known| unroll::group_is_straight(body, *known, self.builder.size())) {
            // Each time the phases are the same ones.
            let phases = self.phases;
            for trip in 0..known {
                self.phases = phases;
                let trip = self.builder.word(trip);
                let value = self.counter_value(from, trip, step);
                self.bind(counter, Parts::One(value));
                self.group(body, lanes);
            }
            return;
        }
        self.repeated(trips, |lowering, trip| {
            let value = lowering.counter_value(from, trip, step);
            lowering.bind(counter, Parts::One(value));
            lowering.group(body, lanes);
        });
    }

    /// Both sides are lowered even where the condition is a constant: phases are counted.
    fn group_branch(
        &mut self,
        arms: &[(Expression, Vec<GroupStatement>)],
        otherwise: &[GroupStatement],
        lanes: &[u32],
    ) {
        let Some(((condition, block), rest)) = arms.split_first() else {
            self.group(otherwise, lanes);
            return;
        };
        if !self.deeper() {
            return self.shallower();
        }
        let condition = self.word(condition);
        self.builder.open();
        self.group(block, lanes);
        let then = self.builder.close();
        self.builder.open();
        self.group_branch(rest, otherwise, lanes);
        let otherwise = self.builder.close();
        self.builder.push(Instruction::If { condition, then, otherwise });
        self.shallower();
    }

    fn phase(&mut self, phase: &Phase, lanes: &[u32]) {
        if let Some(arrays) = self.barriers.before(self.phases) {
            self.builder.push(Instruction::Barrier { arrays });
        }
        self.phases += 1;
        self.builder.forget_common();
        let lane = self.builder.value(Operation::LaneInGroup);
        let lanes: Vec<Value> = lanes.iter().map(|size| self.builder.word(*size)).collect();
        for (local, coordinate) in phase.coordinates.iter().zip(self.coordinates(lane, &lanes)) {
            self.bind(*local, Parts::One(coordinate));
        }
        self.block(&phase.body);
    }
}
