//! The whole of a kernel: its declarations, its parameters, its lanes, and the note that it leaves if a lane trapped.

use lockstep_module::{Access, Extent, spirv_abi};
use lockstep_numbers::ScalarType;

use super::{Lowering, barrier::Barriers, parts::Parts};
use crate::{
    ir::{self, ArrayDeclaration, Instruction, Operation, Value, WordComparison, WordOperator},
    program::{GroupStatement, Kernel, Shape},
};

/// What a kernel declares, without a body.
pub(super) fn declare(kernel: &Kernel, barriers: &Barriers) -> ir::Kernel {
    let signature = &kernel.signature;
    let arrays = signature.arrays().enumerate().map(|(array, (_, access, _))| ArrayDeclaration {
        written: access.writes(),
        exchanged: barriers.exchanged(array),
    });
    ir::Kernel {
        name: signature.name.clone(),
        lanes: kernel.group_lanes(),
        arrays: arrays.collect(),
        claims: signature.arrays().filter(|(_, access, _)| *access == Access::Claim).count() as u32,
        words: first_extent(kernel) + signature.extents.len() as u32,
        ..ir::Kernel::default()
    }
}

/// The push-constant word of the first extent.
fn first_extent(kernel: &Kernel) -> u32 {
    let scalars: usize = kernel.signature.scalars().map(|(_, ty)| ty.words()).sum();
    spirv_abi::FIRST_PARAMETER_WORD + scalars as u32
}

impl Lowering<'_> {
    /// Lowers the kernel.
    pub(super) fn body(&mut self) {
        self.parameters();
        let no = self.builder.truth(false);
        self.builder.store(self.trapped, no);
        let kernel = self.kernel;
        match &kernel.shape {
            Shape::Each { grid } => self.each(grid, &kernel.body),
            Shape::Tiles { tiles, lanes } => {
                self.origins(tiles);
                self.zero_shared();
                self.group(&kernel.body, lanes);
                self.note_trap();
            }
        }
    }

    fn parameters(&mut self) {
        let kernel = self.kernel;
        let mut word = spirv_abi::FIRST_PARAMETER_WORD;
        for (local, (_, ty)) in kernel.scalars().zip(kernel.signature.scalars()) {
            let words = Parts::of(ty.words(), |part| self.builder.value(Operation::PushConstant(word + part as u32)));
            word += ty.words() as u32;
            let value = self.enter(words, ty);
            self.bind(local, value);
        }
        for local in kernel.extents() {
            let extent = self.extent(Extent::Named(local.0));
            self.bind(local, Parts::One(extent));
        }
    }

    /// The size of a dimension.
    pub(super) fn extent(&mut self, extent: Extent) -> Value {
        match extent {
            Extent::Constant(n) => self.builder.word(n),
            Extent::Named(i) => {
                let first = first_extent(self.kernel);
                self.builder.value(Operation::PushConstant(first + i))
            }
        }
    }

    /// One lane for each point of a grid; those past its end do nothing.
    fn each(&mut self, grid: &[Extent], body: &[GroupStatement]) {
        let grid: Vec<Value> = grid.iter().map(|extent| self.extent(*extent)).collect();
        let group = self.builder.value(Operation::Group);
        let first = self.builder.with(WordOperator::Multiply, group, spirv_abi::LANES);
        let lane = self.builder.value(Operation::LaneInGroup);
        let lane = self.builder.arithmetic(WordOperator::Add, first, lane);
        let lanes = grid.iter().copied().reduce(|a, b| self.builder.arithmetic(WordOperator::Multiply, a, b));
        let lanes = lanes.unwrap_or(first);
        let inside = self.builder.compare(WordComparison::Less, lane, lanes);
        self.when(inside, |lowering| {
            // Those past the end pay for nothing.
            lowering.builder.stay_inside();
            let coordinates = lowering.coordinates(lane, &grid);
            for statement in body {
                if let GroupStatement::Phase(phase) = statement {
                    for (local, coordinate) in phase.coordinates.iter().zip(&coordinates) {
                        lowering.bind(*local, Parts::One(*coordinate));
                    }
                    lowering.block(&phase.body);
                }
            }
            lowering.note_trap();
        });
    }

    /// The coordinates of a lane: a grid is row-major, the last coordinate varies fastest.
    pub(super) fn coordinates(&mut self, lane: Value, grid: &[Value]) -> Vec<Value> {
        let mut rest = lane;
        let mut coordinates = Vec::new();
        for (i, size) in grid.iter().enumerate().rev() {
            if i == 0 {
                coordinates.push(rest);
            } else {
                // Where a size is zero no lane comes here; the drivers still want a divisor.
                let size = self.not_zero(*size);
                let quotient = self.builder.arithmetic(WordOperator::Divide, rest, size);
                coordinates.push(self.rest_of(rest, quotient, size));
                rest = quotient;
            }
        }
        coordinates.reverse();
        coordinates
    }

    /// What a division leaves.
    pub(super) fn rest_of(&mut self, dividend: Value, quotient: Value, divisor: Value) -> Value {
        if self.builder.constant(divisor).is_some_and(u32::is_power_of_two) {
            return self.builder.arithmetic(WordOperator::Remainder, dividend, divisor);
        }
        let product = self.builder.arithmetic(WordOperator::Multiply, quotient, divisor);
        self.builder.arithmetic(WordOperator::Subtract, dividend, product)
    }

    /// The value, or 1 where it is zero.
    pub(super) fn not_zero(&mut self, value: Value) -> Value {
        let zero = self.builder.compare_with(WordComparison::Equal, value, 0);
        let one = self.builder.word(1);
        self.builder.select(zero, one, value)
    }

    /// The lane's group is noted if the lane has trapped.
    fn note_trap(&mut self) {
        let trapped = self.builder.value(Operation::Load(self.trapped));
        self.when(trapped, |lowering| lowering.builder.push(Instruction::Trap));
    }

    /// The words of memory as a value of this type.
    pub(super) fn enter(&mut self, words: Parts<Value>, ty: ScalarType) -> Parts<Value> {
        match ty {
            ScalarType::F32 => Parts::One(self.float_from_memory(words.low())),
            ScalarType::Bool => Parts::One(self.builder.compare_with(WordComparison::NotEqual, words.low(), 0)),
            _ => words,
        }
    }

    /// A value as the words that memory keeps.
    pub(super) fn leave(&mut self, value: Parts<Value>, ty: ScalarType) -> Parts<Value> {
        match ty {
            ScalarType::F32 => Parts::One(self.bits(value.low())),
            ScalarType::Bool => Parts::One(self.word_from_truth(value.low())),
            _ => value,
        }
    }
}
