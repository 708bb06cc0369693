//! Values that the program alone says: what is made of literals, `let`s of such, and cells of constants at known places. A
//! float is hidden from a device's compiler, but a truth value or a whole number that is made of such floats is one number by
//! rule F. The laws have seen through it; so the code says it plainly.

use lockstep_numbers::{Binary, ScalarType, binary, canonical, convert, unary};

use super::Lowering;
use crate::program::{Access, ArrayRef, Expression, ExpressionKind};

/// How deep expressions are followed.
const MAX_DEPTH: u32 = 24;

impl Lowering<'_> {
    /// The bits of a value that is no float, but made of floats, where the program alone says them.
    pub(super) fn said(&self, expression: &Expression) -> Option<u64> {
        let of_float = match &expression.kind {
            ExpressionKind::Binary { left: operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand) => operand.ty == ScalarType::F32,
            _ => false,
        };
        if of_float && expression.ty != ScalarType::F32 { self.known(expression, MAX_DEPTH) } else { None }
    }

    fn known(&self, expression: &Expression, depth: u32) -> Option<u64> {
        let depth = depth.checked_sub(1)?;
        match &expression.kind {
            ExpressionKind::Literal(bits) => Some(*bits),
            ExpressionKind::Local(local) => self.known(self.lets.value(*local)?, depth),
            ExpressionKind::Unary { operator, operand } => {
                Some(unary(*operator, operand.ty, self.known(operand, depth)?))
            }
            ExpressionKind::Binary { operator, left, right } => {
                binary(*operator, left.ty, self.known(left, depth)?, self.known(right, depth)?).ok()
            }
            ExpressionKind::Logic { and, left, right } => {
                let operator = if *and { Binary::And } else { Binary::Or };
                binary(operator, ScalarType::Bool, self.known(left, depth)?, self.known(right, depth)?).ok()
            }
            ExpressionKind::Convert(operand) => Some(convert(operand.ty, expression.ty, self.known(operand, depth)?)),
            ExpressionKind::ToBits(operand) => self.known(operand, depth),
            ExpressionKind::FromBits(operand) => Some(canonical(expression.ty, self.known(operand, depth)?)),
            ExpressionKind::Load { access, .. } => self.known_cell(access, depth),
            ExpressionKind::If { .. } => None,
        }
    }

    fn known_cell(&self, access: &Access, depth: u32) -> Option<u64> {
        let ArrayRef::Constant(constant) = access.array else { return None };
        let constant = self.program.constants.get(constant)?;
        let mut cell = 0;
        for (index, size) in access.indices.iter().zip(&constant.dimensions) {
            let index = self.known(index, depth)?;
            if index >= u64::from(*size) {
                return None;
            }
            cell = cell * u64::from(*size) + index;
        }
        constant.cells.get(usize::try_from(cell).ok()?).copied()
    }
}
