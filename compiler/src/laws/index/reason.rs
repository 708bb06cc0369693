//! Why an index is not proven: the part of it of which nothing is known.

use crate::{
    laws::lets::Lets,
    program::{ArrayRef, Expression, ExpressionKind, Kernel, LocalKind},
    source::Sources,
};

/// How many parts are looked at.
const MAX_PARTS: u32 = 64;

/// The cause in words, if it is a single part.
pub(super) fn of(kernel: &Kernel, lets: &Lets<'_>, sources: &Sources, index: &Expression) -> Option<String> {
    let mut left = MAX_PARTS;
    find(kernel, lets, sources, index, &mut left)
}

fn find(
    kernel: &Kernel,
    lets: &Lets<'_>,
    sources: &Sources,
    expression: &Expression,
    left: &mut u32,
) -> Option<String> {
    *left = left.checked_sub(1)?;
    let mut inside = |expression: &Expression| find(kernel, lets, sources, expression, left);
    match &expression.kind {
        ExpressionKind::Literal(_) => None,
        ExpressionKind::Load { access, .. } => match access.array {
            ArrayRef::Constant(_) => None,
            ArrayRef::Local(_) => Some(format!("`{}` is a variable of the lane", sources.text(access.span))),
            _ => Some(format!("`{}` is data", sources.text(access.span))),
        },
        ExpressionKind::Local(local) => {
            let name = &kernel.locals.get(local.0 as usize)?.name;
            match lets.kind(*local)? {
                LocalKind::Parameter => Some(format!("the scalar `{name}` can be any number")),
                LocalKind::Var | LocalKind::Lane => Some(format!("`{name}` can change")),
                LocalKind::Let => lets.value(*local).and_then(inside),
                _ => None,
            }
        }
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Convert(operand)
        | ExpressionKind::ToBits(operand)
        | ExpressionKind::FromBits(operand) => inside(operand),
        ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
            inside(left).or_else(|| inside(right))
        }
        ExpressionKind::If { otherwise, .. } => otherwise.result.as_deref().and_then(inside),
    }
}
