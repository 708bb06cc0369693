//! Constants: evaluated by the same operations as everything else, in the order in which they depend on each other.

use lockstep_numbers::{ScalarType, binary, convert, float, unary};

use super::{
    Checker, MAX_LOCAL_CELLS,
    body::{BodyChecker, Place},
};
use crate::{
    diagnostic::Diagnostic,
    errors::{e0306_bad_type, e0309_not_constant, e0407_too_large},
    program::{Constant, Expression, ExpressionKind},
    resolve::Body,
    source::Span,
    syntax::tree::{self, ConstantValue},
};

impl Checker<'_, '_> {
    /// Evaluates all constants: those of modules before those that use them, and in one file from the top down.
    pub(super) fn constants(&mut self) {
        let constants = self.resolved.constants.clone();
        let mut order: Vec<usize> = (0..constants.len()).collect();
        // Files are numbered as they are first used, so what a file uses has a greater number.
        order.sort_by_key(|i| std::cmp::Reverse(constants[*i].name.span.source));
        self.constants = vec![None; constants.len()];
        for i in order {
            let evaluated = self.constant(constants[i]);
            self.constants[i] = Some(evaluated);
        }
        self.program.constants = self.constants.iter().flatten().cloned().collect();
    }

    /// A constant that has been evaluated.
    pub(super) fn known_constant(&self, id: u32) -> Option<&Constant> {
        self.constants.get(id as usize)?.as_ref()
    }

    fn constant(&mut self, constant: &tree::Constant) -> Constant {
        let element = constant.ty.element;
        let (dimensions, values): (Vec<u32>, Vec<&tree::Expression>) = match (&constant.ty.dimensions, &constant.value)
        {
            (None, ConstantValue::Scalar(value)) => (Vec::new(), vec![value]),
            (Some(dimensions), ConstantValue::List(values, span)) => {
                let sizes = self.sizes(constant.ty.span, element, dimensions);
                let cells: u64 = sizes.iter().map(|d| u64::from(*d)).product();
                if !sizes.is_empty() && cells != values.len() as u64 {
                    let what = format!("the type has {cells} cells, and the list has {}", values.len());
                    self.diagnostics.push(e0306_bad_type::error(
                        *span,
                        what,
                        "give one value for each cell, row by row",
                    ));
                }
                (sizes, values.iter().collect())
            }
            (None, ConstantValue::List(_, span)) => {
                let help = format!("write the type as `[{element}; …]`");
                self.diagnostics.push(e0306_bad_type::error(*span, "a list is the value of an array", help));
                (Vec::new(), Vec::new())
            }
            (Some(_), ConstantValue::Scalar(value)) => {
                let help = "write the cells in brackets: `[1, 2, 3]`";
                self.diagnostics.push(e0306_bad_type::error(value.span, "an array is given as a list", help));
                (Vec::new(), Vec::new())
            }
        };
        let words = values.into_iter().map(|value| self.constant_value(value, element).unwrap_or(0)).collect();
        Constant { name: constant.name.text.clone(), element, dimensions, words }
    }

    /// The sizes of a local or constant array, all constants, within the limit.
    pub(super) fn sizes(&mut self, span: Span, element: ScalarType, dimensions: &[tree::Expression]) -> Vec<u32> {
        self.array_type(span, element, dimensions.len());
        let mut sizes = Vec::new();
        for dimension in dimensions {
            match self.constant_value(dimension, ScalarType::U32) {
                Some(size) => sizes.push(size),
                None => return Vec::new(),
            }
        }
        let cells = sizes.iter().try_fold(1u64, |product, d| product.checked_mul(u64::from(*d)));
        if cells.is_none_or(|cells| cells > MAX_LOCAL_CELLS || cells == 0) {
            let cells = cells.unwrap_or(u64::MAX);
            self.diagnostics.push(e0407_too_large::array(span, cells, MAX_LOCAL_CELLS));
        }
        sizes
    }

    /// The word of an expression that must be constant and of this type.
    pub(super) fn constant_value(&mut self, value: &tree::Expression, ty: ScalarType) -> Option<u32> {
        let names = Body::default();
        let typed = BodyChecker::new(self, &names, Place::Constant, Vec::new()).expression(value, Some(ty))?;
        let typed = self.expect(typed, ty, None)?;
        self.evaluate(&typed).map_err(|error| self.diagnostics.push(error)).ok()
    }

    /// The word of a typed expression without locals.
    fn evaluate(&self, expression: &Expression) -> Result<u32, Diagnostic> {
        match &expression.kind {
            ExpressionKind::Literal(word) => Ok(*word),
            ExpressionKind::Unary { operator, operand } => Ok(unary(*operator, operand.ty, self.evaluate(operand)?)),
            ExpressionKind::Binary { operator, left, right } => {
                let (a, b) = (self.evaluate(left)?, self.evaluate(right)?);
                binary(*operator, left.ty, a, b).map_err(|_| e0309_not_constant::traps(expression.span))
            }
            ExpressionKind::Logic { and, left, right } => {
                if (self.evaluate(left)? != 0) == *and {
                    self.evaluate(right)
                } else {
                    Ok((!and).into())
                }
            }
            ExpressionKind::Convert(operand) => Ok(convert(operand.ty, expression.ty, self.evaluate(operand)?)),
            ExpressionKind::ToBits(operand) => self.evaluate(operand),
            ExpressionKind::FromBits(operand) => Ok(float::canonical(self.evaluate(operand)?)),
            ExpressionKind::Local(_)
            | ExpressionKind::Load { .. }
            | ExpressionKind::If { .. }
            | ExpressionKind::Call { .. } => Err(e0309_not_constant::error(expression.span, "this")),
        }
    }
}
