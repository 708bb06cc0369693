//! Bounds of loops in the form that a host evaluates. What is made of scalars, extents and counters goes over as it is;
//! an origin is replaced by what it can be at least and at most, in operations that never wrap.

use std::{cell::Cell, collections::HashMap};

use lockstep_module::{Extent, Operation};
use lockstep_numbers::{Binary, ScalarType, Unary};

use crate::{
    laws::{lets::Lets, loops::is_followed},
    program::{Expression, ExpressionKind, Kernel, LocalId},
};

/// The most operations of one bound. What is larger counts as the greatest number of its type.
const MAX_OPERATIONS: usize = 256;
/// The most expressions that are looked at to make one.
const MAX_VISITED: usize = 4096;
/// The most operations of all bounds of a kernel.
const MAX_TOTAL: usize = 1 << 17;

/// Which end of a range is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Least,
    Most,
}

/// What the bounds of a kernel's loops are made of.
pub(super) struct Limits<'k> {
    lets: Lets<'k>,
    slots: HashMap<LocalId, u32>,
    origins: HashMap<LocalId, Extent>,
    extents: u32,
    scalars: u32,
    left: Cell<usize>,
    total: Cell<usize>,
}

impl<'k> Limits<'k> {
    pub(super) fn of(kernel: &'k Kernel) -> Self {
        let (extents, scalars) = (kernel.signature.extents.len() as u32, kernel.signature.scalars().count() as u32);
        let slots = kernel.scalars().chain(kernel.extents()).zip(0..).collect();
        let arrays: Vec<_> = kernel.signature.arrays().map(|(_, _, ty)| &ty.dimensions).collect();
        let of_tile = |tile: &crate::program::Tile| {
            let dimensions = arrays.get(tile.array).map_or(&[][..], |dimensions| dimensions.as_slice());
            tile.origin.iter().copied().zip(dimensions.iter().copied()).collect::<Vec<_>>()
        };
        let origins = kernel.tiles().iter().flat_map(of_tile).collect();
        Limits { lets: Lets::of(kernel), slots, origins, extents, scalars, left: Cell::new(0), total: Cell::new(0) }
    }

    /// A new slot for a counter.
    pub(super) fn counter(&mut self, counter: LocalId, slot: u32) {
        self.slots.insert(counter, slot);
    }

    /// The slots that are not counters.
    pub(super) fn first_counter(&self) -> u32 {
        self.scalars + self.extents
    }

    /// One end of the range of an expression.
    pub(super) fn end(&self, expression: &Expression, end: End) -> Vec<Operation> {
        self.left.set(MAX_VISITED);
        let found = self.exact(expression).or_else(|| {
            self.left.set(MAX_VISITED);
            self.approximate(expression, end)
        });
        let room = MAX_OPERATIONS.min(MAX_TOTAL.saturating_sub(self.total.get()));
        let found = found.filter(|found| found.len() <= room).unwrap_or_else(|| whole(expression.ty, end));
        self.total.set(self.total.get() + found.len());
        found
    }

    /// The value, if it is a literal.
    pub(super) fn literal(&self, expression: &Expression) -> Option<u64> {
        match self.through_lets(expression).kind {
            ExpressionKind::Literal(bits) => Some(bits),
            _ => None,
        }
    }

    fn through_lets<'e>(&self, expression: &'e Expression) -> &'e Expression
    where
        'k: 'e,
    {
        let mut expression = expression;
        for _ in 0..MAX_VISITED {
            let next = match &expression.kind {
                ExpressionKind::Local(local) => self.lets.value(*local),
                // A function that is written out.
                ExpressionKind::If { arms, otherwise } if arms.is_empty() => otherwise.result.as_deref(),
                _ => None,
            };
            match next {
                Some(next) => expression = next,
                None => break,
            }
        }
        expression
    }

    /// The expression itself; None if it holds anything but literals, scalars, extents and counters, or is too large.
    fn exact(&self, expression: &Expression) -> Option<Vec<Operation>> {
        let mut operations = Vec::new();
        self.write(expression, &mut operations)?;
        Some(operations)
    }

    fn write(&self, expression: &Expression, out: &mut Vec<Operation>) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        let expression = self.through_lets(expression);
        if !is_followed(expression) {
            return None;
        }
        match &expression.kind {
            ExpressionKind::Literal(bits) => out.push(Operation::Constant(*bits)),
            ExpressionKind::Local(local) => out.push(Operation::Slot(*self.slots.get(local)?)),
            ExpressionKind::Unary { operator, operand } => {
                self.write(operand, out)?;
                out.push(Operation::Unary(*operator, operand.ty));
            }
            ExpressionKind::Binary { operator, left, right } => {
                self.write(left, out)?;
                self.write(right, out)?;
                out.push(Operation::Binary(*operator, left.ty));
            }
            ExpressionKind::Logic { and, left, right } => {
                self.write(left, out)?;
                self.write(right, out)?;
                out.push(Operation::Binary(if *and { Binary::And } else { Binary::Or }, ScalarType::Bool));
            }
            ExpressionKind::Convert(operand) => {
                self.write(operand, out)?;
                out.push(Operation::Convert(operand.ty, expression.ty));
            }
            ExpressionKind::ToBits(_)
            | ExpressionKind::Load { .. }
            | ExpressionKind::FromBits(_)
            | ExpressionKind::If { .. } => return None,
        }
        Some(())
    }

    /// One end of the range of an expression with origins in it; None if nothing is known.
    fn approximate(&self, expression: &Expression, end: End) -> Option<Vec<Operation>> {
        self.left.set(self.left.get().checked_sub(1)?);
        let expression = self.through_lets(expression);
        if let Some(exact) = self.exact(expression) {
            return Some(exact);
        }
        let ty = expression.ty;
        match &expression.kind {
            ExpressionKind::Local(local) => {
                let extent = *self.origins.get(local)?;
                Some(vec![if end == End::Most { self.extent(extent) } else { Operation::Constant(0) }])
            }
            // An origin is below 2^31.
            ExpressionKind::Convert(operand) if ty.is_integer() && self.origin(operand).is_some() => {
                let mut operations = self.approximate(operand, end)?;
                operations.push(Operation::Convert(operand.ty, ty));
                Some(operations)
            }
            ExpressionKind::Binary { operator, left, right } => self.of_operator(*operator, left, right, end),
            _ => None,
        }
    }

    fn of_operator(&self, operator: Binary, left: &Expression, right: &Expression, end: End) -> Option<Vec<Operation>> {
        let ty = left.ty;
        let apply = |mut a: Vec<Operation>, b: Vec<Operation>| {
            a.extend(b);
            a.push(Operation::Binary(operator, ty));
            a
        };
        match operator {
            Binary::Minimum | Binary::Maximum if ty.words() == 1 => {
                let side = |side: &Expression| self.approximate(side, end).unwrap_or_else(|| whole(ty, end));
                Some(apply(side(left), side(right)))
            }
            _ if ty != ScalarType::U32 => None,
            // What has wrapped is less than what has not, so only the upper end is known; here it never wraps.
            Binary::Add if end == End::Most => {
                let mut operations = self.approximate(left, end)?;
                let most = operations.clone();
                operations.extend(self.approximate(right, end)?);
                operations.extend(most);
                operations.push(Operation::Unary(Unary::Not, ty));
                operations.push(Operation::Binary(Binary::Minimum, ty));
                operations.push(Operation::Binary(Binary::Add, ty));
                Some(operations)
            }
            // What is left of an array from a tile's origin on.
            Binary::Subtract => {
                let extent = self.origin(right)?;
                let same = match (&self.through_lets(left).kind, extent) {
                    (ExpressionKind::Local(local), Extent::Named(i)) => local.0 == i,
                    (ExpressionKind::Literal(bits), Extent::Constant(n)) => *bits == u64::from(n),
                    _ => false,
                };
                let most = if end == End::Most { self.extent(extent) } else { Operation::Constant(1) };
                same.then(|| vec![most])
            }
            Binary::Divide | Binary::CeilingDivide | Binary::ShiftRight => {
                let divisor = self.literal(right).filter(|divisor| *divisor != 0 || operator == Binary::ShiftRight)?;
                Some(apply(self.approximate(left, end)?, vec![Operation::Constant(divisor)]))
            }
            Binary::Remainder | Binary::And if end == End::Most => {
                self.literal(right).map(|most| vec![Operation::Constant(most)])
            }
            _ => None,
        }
    }

    fn origin(&self, expression: &Expression) -> Option<Extent> {
        match &self.through_lets(expression).kind {
            ExpressionKind::Local(local) => self.origins.get(local).copied(),
            _ => None,
        }
    }

    /// An extent as an operation.
    fn extent(&self, extent: Extent) -> Operation {
        match extent {
            Extent::Constant(n) => Operation::Constant(n.into()),
            Extent::Named(i) => Operation::Slot(self.scalars + i),
        }
    }
}

/// The least or greatest value of a type, as a bound.
pub(super) fn whole(ty: ScalarType, end: End) -> Vec<Operation> {
    vec![extreme(ty, end)]
}

/// The least or greatest value of a type.
fn extreme(ty: ScalarType, end: End) -> Operation {
    Operation::Constant(match (ty, end) {
        (ScalarType::I32, End::Least) => u64::from(i32::MIN.cast_unsigned()),
        (ScalarType::I32, End::Most) => u64::from(i32::MAX.cast_unsigned()),
        (_, End::Least) => 0,
        (_, End::Most) => u64::from(u32::MAX),
    })
}
