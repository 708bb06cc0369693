//! The types of operators: on scalars, and component by component on vectors.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    body::BodyChecker,
    expression::{flexible, negates},
    ty::Type,
    value::Value,
};
use crate::{
    errors::{e0301_type_mismatch, e0302_operator_type},
    program::{Expression, ExpressionKind},
    source::Span,
    syntax::tree,
};

impl BodyChecker<'_, '_, '_> {
    pub(super) fn unary(
        &mut self,
        operator: Unary,
        operand: &tree::Expression,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Value> {
        if let (Unary::Negate, tree::ExpressionKind::Integer(value)) = (operator, &operand.kind) {
            return self.integer((*value)?, true, span, wanted);
        }
        let wanted = wanted.or((operator == Unary::Negate && flexible(operand)).then_some(ScalarType::I32));
        let Value { ty, parts, .. } = self.value(operand, wanted)?;
        if !ty.component().is_some_and(|ty| operator.accepts(ty)) {
            let symbol = match operator {
                Unary::Negate => "-",
                Unary::Not => "!",
                Unary::Absolute => "abs",
                _ => "sqrt",
            };
            let shown = self.checker.show(&ty);
            self.checker.diagnostics.push(e0302_operator_type::error(span, symbol, &shown));
            return None;
        }
        let parts = parts.into_iter().map(|part| {
            let ty = part.ty;
            Expression { kind: ExpressionKind::Unary { operator, operand: Box::new(part) }, ty, span }
        });
        let parts = parts.collect();
        Some(Value { ty, parts, span })
    }

    pub(super) fn binary(
        &mut self,
        operator: Binary,
        left: &tree::Expression,
        right: &tree::Expression,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Value> {
        let (left, right) = self.operands(operator, left, right, wanted)?;
        self.apply(operator, left, right, span)
    }

    /// Both operands, in their order of evaluation, each literal of the type of the other.
    fn operands(
        &mut self,
        operator: Binary,
        left: &tree::Expression,
        right: &tree::Expression,
        wanted: Option<ScalarType>,
    ) -> Option<(Value, Value)> {
        let negative = flexible(left) && flexible(right) && (negates(left) || negates(right));
        let wanted = if operator.is_comparison() { None } else { wanted }.or(negative.then_some(ScalarType::I32));
        let shift = matches!(operator, Binary::ShiftLeft | Binary::ShiftRight);
        if !shift && flexible(left) && !flexible(right) {
            // Literals do nothing, so the right side may come first.
            let right = self.value(right, wanted);
            let ty = right.as_ref().and_then(|right| right.ty.component()).or(wanted);
            let left = self.value(left, ty);
            return Some((left?, right?));
        }
        let left = self.value(left, wanted);
        let mark = self.statements.len();
        let ty = if shift { Some(ScalarType::U32) } else { left.as_ref().and_then(|l| l.ty.component()).or(wanted) };
        let right = self.value(right, ty);
        let left = left.map(|left| self.keep_order(mark, left));
        Some((left?, right?))
    }

    /// An operator on two values.
    pub(super) fn apply(&mut self, operator: Binary, left: Value, right: Value, span: Span) -> Option<Value> {
        let shift = matches!(operator, Binary::ShiftLeft | Binary::ShiftRight);
        let whole = matches!(operator, Binary::Equal | Binary::NotEqual);
        if whole && left.ty == right.ty && left.ty.scalar().is_none() {
            return Some(self.all_equal(operator, left, right, span));
        }
        let component = left.ty.component();
        if !component.is_some_and(|ty| operator.accepts(ty)) {
            let shown = self.checker.show(&left.ty);
            self.checker.diagnostics.push(e0302_operator_type::error(span, operator.symbol(), &shown));
            return None;
        }
        let component = component?;
        let other = if shift { ScalarType::U32 } else { component };
        if operator.is_comparison() && (left.parts.len() > 1 || right.parts.len() > 1) {
            let shown = self.checker.show(if left.parts.len() > 1 { &left.ty } else { &right.ty });
            self.checker.diagnostics.push(e0302_operator_type::error(span, operator.symbol(), &shown));
            return None;
        }
        let fits = right.ty.component() == Some(other)
            && (left.parts.len() == right.parts.len() || left.parts.len() == 1 || right.parts.len() == 1);
        if !fits {
            let wanted = if shift { "u32".into() } else { self.checker.show(&left.ty) };
            let symbol = operator.symbol();
            let found = self.checker.show(&right.ty);
            let why = if shift {
                format!("the count of `{symbol}` is u32")
            } else {
                format!("the other operand of `{symbol}` is {wanted}")
            };
            let literal = right.is_integer_literal() && other == ScalarType::F32;
            let error = if literal {
                e0301_type_mismatch::integer_for_float(right.span, Some((left.span, &why)))
            } else {
                e0301_type_mismatch::error(right.span, &wanted, &found, Some((left.span, &why)))
            };
            self.checker.diagnostics.push(error);
            return None;
        }
        let ty = if operator.is_comparison() {
            Type::Scalar(ScalarType::Bool)
        } else if left.parts.len() >= right.parts.len() {
            left.ty.clone()
        } else {
            // A shift of a scalar by a vector of counts is a vector of the scalar's type.
            match right.ty {
                Type::Vector(_, count) => Type::Vector(component, count),
                ref other => other.clone(),
            }
        };
        let count = left.parts.len().max(right.parts.len());
        let (left, right) = (self.spread(left, count), self.spread(right, count));
        let parts = left.into_iter().zip(right).map(|(left, right)| {
            self.count();
            let ty = if operator.is_comparison() { ScalarType::Bool } else { component };
            let (left, right) = (Box::new(left), Box::new(right));
            Expression { kind: ExpressionKind::Binary { operator, left, right }, ty, span }
        });
        let parts = parts.collect();
        Some(Value { ty, parts, span })
    }

    /// The parts of a value; a single one, evaluated once, as often as is needed.
    fn spread(&mut self, value: Value, count: usize) -> Vec<Expression> {
        let mut parts = value.parts;
        if parts.len() == 1 && count > 1 {
            let part = self.once(parts.remove(0), "");
            return vec![part; count];
        }
        parts
    }

    /// Whether all parts are equal, or not all.
    fn all_equal(&mut self, operator: Binary, left: Value, right: Value, span: Span) -> Value {
        let ty = ScalarType::Bool;
        let pairs = left.parts.into_iter().zip(right.parts).map(|(left, right)| {
            let (left, right) = (Box::new(left), Box::new(right));
            Expression { kind: ExpressionKind::Binary { operator, left, right }, ty, span }
        });
        let joint = if operator == Binary::Equal { Binary::And } else { Binary::Or };
        let joined = pairs.reduce(|left, right| {
            let (left, right) = (Box::new(left), Box::new(right));
            Expression { kind: ExpressionKind::Binary { operator: joint, left, right }, ty, span }
        });
        let nothing = Expression { kind: ExpressionKind::Literal(1), ty, span };
        Value::scalar(joined.unwrap_or(nothing))
    }
}
