//! Values made from others: conversions of scalars, packed words, vectors and structs.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    body::{BodyChecker, Place},
    reference::lanes_of,
    ty::Type,
    value::Value,
};
use crate::{
    errors::{e0302_operator_type, e0303_argument_count},
    program::{Expression, ExpressionKind},
    source::Span,
    syntax::tree::{self, Name},
};

/// Expressions of one place, made by hand.
struct Maker {
    span: Span,
}

impl Maker {
    fn literal(&self, value: u64) -> Expression {
        Expression { kind: ExpressionKind::Literal(value), ty: ScalarType::U32, span: self.span }
    }

    fn binary(&self, operator: Binary, left: Expression, right: Expression, ty: ScalarType) -> Expression {
        let (left, right) = (Box::new(left), Box::new(right));
        Expression { kind: ExpressionKind::Binary { operator, left, right }, ty, span: self.span }
    }

    fn convert(&self, value: Expression, ty: ScalarType) -> Expression {
        Expression { kind: ExpressionKind::Convert(Box::new(value)), ty, span: self.span }
    }
}

impl BodyChecker<'_, '_, '_> {
    /// `u32(x)`, and of vectors `f32(v)` component by component is not a thing: vectors have `f32x4(…)`.
    pub(super) fn convert(&mut self, ty: ScalarType, arguments: &[tree::Expression], span: Span) -> Option<Value> {
        let [operand] = arguments else {
            let error = e0303_argument_count::error(span, ty.name(), 1, arguments.len(), None);
            self.checker.diagnostics.push(error);
            return None;
        };
        let operand = self.scalar(operand, None)?;
        if ty == ScalarType::Bool || (operand.ty.is_packed() && ty != ScalarType::U32) {
            let error = e0302_operator_type::error(span, ty.name(), operand.ty.name());
            self.checker.diagnostics.push(error);
            return None;
        }
        if operand.ty.is_packed() && self.frame.place == Place::Job {
            self.misplaced(span, "the bits of a packed word", "in a kernel or a function");
            return None;
        }
        let kind = if operand.ty.is_packed() {
            ExpressionKind::ToBits(Box::new(operand))
        } else {
            ExpressionKind::Convert(Box::new(operand))
        };
        Some(Value::scalar(Expression { kind, ty, span }))
    }

    /// `i8x4(a, b, c, d)` from numbers, `i8x4(u)` from bits.
    pub(super) fn pack(&mut self, packed: ScalarType, arguments: &[tree::Expression], span: Span) -> Option<Value> {
        let maker = Maker { span };
        let from_bits = |word: Expression| {
            Value::scalar(Expression { kind: ExpressionKind::FromBits(Box::new(word)), ty: packed, span })
        };
        if let [bits] = arguments {
            return Some(from_bits(self.typed(bits, ScalarType::U32, None)?));
        }
        let count = lanes_of(packed);
        if arguments.len() != count {
            let error = e0303_argument_count::error(span, packed.name(), count, arguments.len(), None);
            self.checker.diagnostics.push(error);
            return None;
        }
        let number = match packed {
            ScalarType::I8x4 | ScalarType::I16x2 => ScalarType::I32,
            ScalarType::F16x2 | ScalarType::Bf16x2 => ScalarType::F32,
            _ => ScalarType::U32,
        };
        let width = 32 / count as u64;
        let types = vec![(Type::Scalar(number), span); count];
        let values = self.arguments(arguments, &types, "this packed word holds such numbers")?;
        let parts = values.into_iter().filter_map(Value::into_scalar).enumerate().map(|(i, part)| {
            let operator = match packed {
                ScalarType::F16x2 => Some(Unary::FloatToHalf),
                ScalarType::Bf16x2 => Some(Unary::FloatToBrain),
                _ => None,
            };
            let bits = match operator {
                Some(operator) => {
                    let kind = ExpressionKind::Unary { operator, operand: Box::new(part) };
                    Expression { kind, ty: ScalarType::U32, span }
                }
                None => {
                    let word = if number == ScalarType::I32 { maker.convert(part, ScalarType::U32) } else { part };
                    maker.binary(Binary::And, word, maker.literal((1 << width) - 1), ScalarType::U32)
                }
            };
            maker.binary(Binary::ShiftLeft, bits, maker.literal(i as u64 * width), ScalarType::U32)
        });
        let word = parts.reduce(|a, b| maker.binary(Binary::Or, a, b, ScalarType::U32))?;
        Some(from_bits(word))
    }

    /// `f32x4(a, b, c, d)`, or `f32x4(a)` for equal components.
    pub(super) fn vector(
        &mut self,
        component: ScalarType,
        count: u32,
        arguments: &[tree::Expression],
        span: Span,
    ) -> Option<Value> {
        let ty = Type::Vector(component, count);
        if let [single] = arguments {
            let part = self.typed(single, component, None)?;
            let part = self.once(part, "");
            return Some(Value { ty, parts: vec![part; count as usize], span });
        }
        if arguments.len() != count as usize {
            let shown = self.checker.show(&ty);
            let error = e0303_argument_count::error(span, &shown, count as usize, arguments.len(), None);
            self.checker.diagnostics.push(error);
            return None;
        }
        let types = vec![(Type::Scalar(component), span); count as usize];
        let values = self.arguments(arguments, &types, "the components of this vector")?;
        Some(Value { ty, parts: values.into_iter().flat_map(|value| value.parts).collect(), span })
    }

    /// `Complex(1.0, 0.0)`: the fields in order.
    pub(super) fn construct(
        &mut self,
        id: usize,
        name: &Name,
        arguments: &[tree::Expression],
        span: Span,
    ) -> Option<Value> {
        let known = self.checker.struct_type(id)?;
        let declared = self.checker.resolved.structs.get(id).map(|named| named.item.name.span);
        if known.fields.len() != arguments.len() {
            let (wanted, found) = (known.fields.len(), arguments.len());
            self.checker.diagnostics.push(e0303_argument_count::error(span, &name.text, wanted, found, declared));
            return None;
        }
        let declared = declared.unwrap_or(span);
        let types: Vec<(Type, Span)> = known.fields.into_iter().map(|(_, ty)| (ty, declared)).collect();
        let values = self.arguments(arguments, &types, "the fields of this struct")?;
        Some(Value { ty: Type::Struct(id), parts: values.into_iter().flat_map(|value| value.parts).collect(), span })
    }

    /// `dot(a, b)`: of packed integers exact products added modulo 2^32, of vectors the sum from left to right.
    pub(super) fn dot(&mut self, left: &tree::Expression, right: &tree::Expression, span: Span) -> Option<Value> {
        let left = self.value(left, None);
        let mark = self.statements.len();
        let right = self.value(right, None);
        let left = left.map(|left| self.keep_order(mark, left));
        let (left, right) = (left?, right?);
        let vector = matches!(left.ty, Type::Vector(ScalarType::F32, _));
        let packed = left.ty.scalar().is_some_and(|ty| Binary::Dot.accepts(ty));
        if !vector && !packed {
            let shown = self.checker.show(&left.ty);
            self.checker.diagnostics.push(e0302_operator_type::error(span, "dot", &shown));
            return None;
        }
        let why = Some((left.span, "the other operand of `dot`"));
        let right = self.expect(right, &left.ty, why)?;
        let maker = Maker { span };
        if packed {
            let (a, b) = (left.into_scalar()?, right.into_scalar()?);
            let ty = Binary::Dot.result(a.ty);
            return Some(Value::scalar(maker.binary(Binary::Dot, a, b, ty)));
        }
        let products = left.parts.into_iter().zip(right.parts).map(|(a, b)| {
            let ty = a.ty;
            maker.binary(Binary::Multiply, a, b, ty)
        });
        let sum = products.reduce(|a, b| {
            let ty = a.ty;
            maker.binary(Binary::Add, a, b, ty)
        });
        sum.map(Value::scalar)
    }
}
