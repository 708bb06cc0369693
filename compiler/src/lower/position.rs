//! Where a cell is: the row-major position of its indices. What is the same for all lanes is kept apart from the rest
//! until the end, so that the accesses of straight code share all they can.

use super::Lowering;
use crate::ir::{Operation, Value, WordOperator};

/// How deep sums are looked into.
const DEPTH: u32 = 4;

/// A position as a part that differs between lanes, and one that does not.
#[derive(Clone, Copy)]
struct Sum {
    lane: Value,
    uniform: Value,
}

impl Lowering<'_> {
    /// The row-major position of indices in dimensions of these sizes.
    pub(super) fn position(&mut self, indices: &[Value], sizes: &[Value]) -> Value {
        let zero = self.builder.word(0);
        let mut position = Sum { lane: zero, uniform: zero };
        for (index, size) in indices.iter().zip(sizes) {
            let index = self.sum(*index, DEPTH);
            let lane = self.builder.arithmetic(WordOperator::Multiply, position.lane, *size);
            let lane = self.builder.arithmetic(WordOperator::Add, lane, index.lane);
            let uniform = self.builder.arithmetic(WordOperator::Multiply, position.uniform, *size);
            let uniform = self.builder.arithmetic(WordOperator::Add, uniform, index.uniform);
            position = Sum { lane, uniform };
        }
        self.builder.arithmetic(WordOperator::Add, position.lane, position.uniform)
    }

    /// An index of a tile as one of its array. A constant part is added last, so that straight code shares the rest.
    pub(super) fn past_origin(&mut self, origin: Value, index: Value) -> Value {
        if let Some(Operation::Arithmetic(WordOperator::Add, base, distance)) = self.builder.operation(index)
            && self.builder.constant(distance).is_some()
        {
            let first = self.builder.arithmetic(WordOperator::Add, origin, base);
            return self.builder.arithmetic(WordOperator::Add, first, distance);
        }
        self.builder.arithmetic(WordOperator::Add, origin, index)
    }

    fn sum(&mut self, index: Value, depth: u32) -> Sum {
        let zero = self.builder.word(0);
        if self.builder.is_uniform(index) {
            return Sum { lane: zero, uniform: index };
        }
        if let Some(Operation::Arithmetic(WordOperator::Add, a, b)) = self.builder.operation(index)
            && depth > 0
        {
            let (a, b) = (self.sum(a, depth - 1), self.sum(b, depth - 1));
            if a.uniform != zero || b.uniform != zero {
                let lane = self.builder.arithmetic(WordOperator::Add, a.lane, b.lane);
                let uniform = self.builder.arithmetic(WordOperator::Add, a.uniform, b.uniform);
                return Sum { lane, uniform };
            }
        }
        Sum { lane: index, uniform: zero }
    }
}
