//! Calls: a function of the program is written out where it is called; the functions and types of the language become
//! operators and conversions.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    body::{BodyChecker, Frame, Place},
    ty::Type,
    value::{ArrayKind, Binding, Reference, Value},
};
use crate::{
    errors::{e0303_argument_count, e0306_bad_type, e0312_misplaced_statement},
    program::{Expression, ExpressionKind},
    resolve::{Body, Builtin, BuiltinType, Definition, LocalKind},
    source::Span,
    syntax::tree::{self, Name, TypeKind},
};

impl<'r> BodyChecker<'_, 'r, '_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        generics: &[tree::Expression],
        arguments: &[tree::Expression],
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Value> {
        let meaning = self.checker.resolved.meaning(name);
        if let Definition::Function(id) = meaning {
            return self.call_function(id as usize, name, generics, arguments, span);
        }
        if let Some(first) = generics.first() {
            let error = e0303_argument_count::generics(first.span, &name.text, 0, generics.len(), None);
            self.checker.diagnostics.push(error);
            return None;
        }
        let job = self.frame.place == Place::Job;
        match meaning {
            Definition::BuiltinType(BuiltinType::Scalar(ty)) if job && ty.is_packed() => {
                self.misplaced(span, "a packed word that is made", "in a kernel or a function");
                None
            }
            Definition::BuiltinType(BuiltinType::Vector(..)) | Definition::Struct(_) if job => {
                self.misplaced(span, "a vector or struct", "in a kernel or a function");
                None
            }
            Definition::Builtin(builtin) => self.builtin(builtin, &name.text, arguments, wanted, span),
            Definition::BuiltinType(BuiltinType::Scalar(ty)) if ty.is_packed() => self.pack(ty, arguments, span),
            Definition::BuiltinType(BuiltinType::Scalar(ty)) => self.convert(ty, arguments, span),
            Definition::BuiltinType(BuiltinType::Vector(ty, count)) => self.vector(ty, count, arguments, span),
            Definition::Struct(id) => self.construct(id as usize, name, arguments, span),
            _ => {
                self.wrong_kind(name, meaning, "a function");
                None
            }
        }
    }

    /// The values of arguments, evaluated in their order.
    pub(super) fn arguments(
        &mut self,
        arguments: &[tree::Expression],
        types: &[(Type, Span)],
        why: &str,
    ) -> Option<Vec<Value>> {
        let mut values: Vec<Option<Value>> = Vec::new();
        for (argument, (ty, declared)) in arguments.iter().zip(types) {
            let mark = self.statements.len();
            let value = self.typed_value(argument, ty, Some((*declared, why)));
            if self.statements.len() != mark {
                // Those that came before are inserted at the mark, in order.
                for before in values.iter_mut().rev() {
                    *before = before.take().map(|value| self.keep_order(mark, value));
                }
            }
            values.push(value);
        }
        values.into_iter().collect()
    }

    fn call_function(
        &mut self,
        id: usize,
        name: &Name,
        generics: &[tree::Expression],
        arguments: &[tree::Expression],
        span: Span,
    ) -> Option<Value> {
        if self.frame.place == Place::Job {
            let place = "in a kernel or a function; a job computes with operators";
            self.checker.diagnostics.push(e0312_misplaced_statement::error(span, "a call", place));
            return None;
        }
        let resolved = self.checker.resolved;
        let named = resolved.functions.get(id)?;
        let function = named.item;
        let declared = Some(function.name.span);
        let given = self.generics(&name.text, span, (&function.generics, &named.body), generics, declared)?;
        if function.parameters.len() != arguments.len() {
            let (wanted, found) = (function.parameters.len(), arguments.len());
            self.checker.diagnostics.push(e0303_argument_count::error(span, &name.text, wanted, found, declared));
            return None;
        }
        if self.checker.broken_functions.contains(&id) {
            return None;
        }
        let mut frame = Frame::new(&named.body, Place::Function);
        // The types of parameters are written in the names of the function, the arguments in those of the caller.
        for (generic, value) in function.generics.iter().zip(given) {
            bind_in(&mut frame, self.checker.resolved.local(&generic.name), Binding::Value(value));
        }
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let binding = if parameter.ty.is_array() {
                self.array_argument(&mut frame, parameter, argument)
            } else {
                let ty = self.within(&mut frame, |this| this.ty(&parameter.ty, 1));
                let value = self.typed_value(argument, &ty?, Some((parameter.name.span, "because of this")));
                value.map(|value| Binding::Value(self.named(&parameter.name.text, value)))
            };
            bind_in(&mut frame, self.checker.resolved.local(&parameter.name), binding?);
        }
        for name in &function.extents {
            let id = self.checker.resolved.local(name);
            let bound = id.and_then(|id| frame.bindings.get(id.0 as usize));
            if !matches!(bound, Some(Binding::Value(_))) {
                return None;
            }
        }
        let result = self.within(&mut frame, |this| this.result_type(&function.result))?;
        if self.frame.place == Place::Constant {
            frame.place = Place::Constant;
        }
        let entered = self.deeper();
        let value = if entered {
            self.within(&mut frame, |this| this.valued_block(&function.body, result.scalar()))
        } else {
            None
        };
        self.shallower();
        let mut value = self.expect(value?, &result, Some((function.result.span, "because of this")))?;
        if let [part] = value.parts.as_mut_slice()
            && part.is_leaf()
        {
            part.span = span;
        }
        Some(value)
    }

    /// Does something with the names of another frame.
    pub(super) fn within<T>(&mut self, frame: &mut Frame<'r>, inner: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.frame, frame);
        let result = inner(self);
        std::mem::swap(&mut self.frame, frame);
        result
    }

    /// The constants that an item is given, with its defaults. A default is written in the names of the item, and may
    /// use the constants before it.
    pub(super) fn generics(
        &mut self,
        name: &str,
        span: Span,
        (declared, names): (&[tree::Generic], &'r Body),
        given: &[tree::Expression],
        place: Option<Span>,
    ) -> Option<Vec<Value>> {
        let needed = declared.iter().filter(|generic| generic.default.is_none()).count();
        if given.len() > declared.len() || given.len() < needed {
            let wanted = if given.len() > declared.len() { declared.len() } else { needed };
            let error = e0303_argument_count::generics(span, name, wanted, given.len(), place);
            self.checker.diagnostics.push(error);
            return None;
        }
        let mut values = Vec::new();
        let mut frame = Frame::new(names, Place::Constant);
        for (i, generic) in declared.iter().enumerate() {
            let ty = self.checker.generic_type(generic)?;
            let (tree, bits) = match given.get(i) {
                Some(tree) => (tree, self.constant(tree, ty)?),
                None => {
                    let tree = generic.default.as_ref()?;
                    (tree, self.within(&mut frame, |this| this.constant(tree, ty))?)
                }
            };
            let kind = ExpressionKind::Literal(bits);
            let value = Value::scalar(Expression { kind, ty, span: tree.span });
            bind_in(&mut frame, self.checker.resolved.local(&generic.name), Binding::Value(value.clone()));
            values.push(value);
        }
        Some(values)
    }

    /// An array that a function is given to look at.
    fn array_argument(
        &mut self,
        frame: &mut Frame<'r>,
        parameter: &tree::Parameter,
        argument: &tree::Expression,
    ) -> Option<Binding> {
        let TypeKind::Array(element, dimensions) = &parameter.ty.kind else { return None };
        let found = self.reference(argument)?;
        let Reference::Cells(mut cells) = found else {
            let what = format!("`{}` is an array, and this is none", parameter.name.text);
            self.checker.diagnostics.push(e0306_bad_type::error(argument.span, what, "give the name of an array"));
            return None;
        };
        if self.frame.place == Place::Group && cells.kind != ArrayKind::Constant {
            self.misplaced(argument.span, "an array that holds data", "in a phase");
            return None;
        }
        if cells.kind == ArrayKind::Tiled {
            self.load(Reference::Cells(cells), None, argument.span);
            return None;
        }
        let element = self.within(frame, |this| this.cell_type(element))?;
        let rest = cells.dimensions.split_off(cells.indices.len());
        let indices = std::mem::take(&mut cells.indices);
        let indices: Vec<Expression> = indices.into_iter().map(|index| self.once(index, "")).collect();
        let (wanted, has) = (self.checker.show(&element), self.checker.show(&cells.ty));
        if cells.ty != element || rest.len() != dimensions.len() {
            let what = format!(
                "`{}` is an array of {wanted} of rank {}, and this is one of {has} of rank {}",
                parameter.name.text,
                dimensions.len(),
                rest.len()
            );
            let error = e0306_bad_type::error(argument.span, what, "give an array of that type and rank");
            self.checker.diagnostics.push(error.with_label(parameter.ty.span, "because of this"));
            return None;
        }
        for (dimension, size) in dimensions.iter().zip(&rest) {
            self.bind_extent(frame, parameter, dimension, size, argument.span)?;
        }
        cells.dimensions.extend(rest);
        cells.indices = indices;
        cells.name.clone_from(&parameter.name.text);
        if let ArrayKind::Local(_) = cells.kind {
            cells.kind = ArrayKind::Local(false);
        }
        Some(Binding::Cells(cells))
    }

    /// One size of an array that is given to a function: it binds an extent, or must be the constant that is written.
    fn bind_extent(
        &mut self,
        frame: &mut Frame<'r>,
        parameter: &tree::Parameter,
        dimension: &tree::Expression,
        size: &Expression,
        span: Span,
    ) -> Option<()> {
        let named = match &dimension.kind {
            tree::ExpressionKind::Name(name) => self.checker.resolved.local(name),
            _ => None,
        };
        let kind = named.and_then(|id| frame.names.locals.get(id.0 as usize)).map(|local| local.kind);
        let wanted = if kind == Some(LocalKind::Extent) {
            let id = named?;
            match frame.bindings.get(id.0 as usize) {
                Some(Binding::Value(bound)) => bound.parts.first().cloned()?,
                _ => {
                    bind_in(frame, Some(id), Binding::Value(Value::scalar(size.clone())));
                    return Some(());
                }
            }
        } else {
            let bits = self.within(frame, |this| this.size(dimension))?;
            Expression { kind: ExpressionKind::Literal(bits.into()), ty: ScalarType::U32, span }
        };
        let same = match (&wanted.kind, &size.kind) {
            (ExpressionKind::Literal(a), ExpressionKind::Literal(b)) => a == b,
            (ExpressionKind::Local(a), ExpressionKind::Local(b)) => a == b,
            _ => false,
        };
        if !same {
            let what = format!("the sizes of this array are not those of `{}`", parameter.name.text);
            let error =
                e0306_bad_type::error(span, what, "give an array of the same sizes, or name an extent for each");
            self.checker.diagnostics.push(error.with_label(dimension.span, "this size"));
            return None;
        }
        Some(())
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        name: &str,
        arguments: &[tree::Expression],
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Value> {
        let count = match builtin {
            Builtin::Min | Builtin::Max | Builtin::CeilDiv | Builtin::MulHigh | Builtin::Dot => 2,
            Builtin::Abs | Builtin::Sqrt | Builtin::ToBits | Builtin::FromBits => 1,
        };
        let (first, second) = match arguments {
            [a] if count == 1 => (a, a),
            [a, b] if count == 2 => (a, b),
            _ => {
                let error = e0303_argument_count::error(span, name, count, arguments.len(), None);
                self.checker.diagnostics.push(error);
                return None;
            }
        };
        let job = self.frame.place == Place::Job;
        if job && matches!(builtin, Builtin::ToBits | Builtin::FromBits | Builtin::Dot) {
            self.misplaced(span, "a change of bits", "in a kernel or a function");
            return None;
        }
        match builtin {
            Builtin::Min => self.binary(Binary::Minimum, first, second, wanted, span),
            Builtin::Max => self.binary(Binary::Maximum, first, second, wanted, span),
            Builtin::CeilDiv => self.binary(Binary::CeilingDivide, first, second, Some(ScalarType::U32), span),
            Builtin::MulHigh => self.binary(Binary::MultiplyHigh, first, second, wanted, span),
            Builtin::Dot => self.dot(first, second, span),
            Builtin::Abs => self.unary(Unary::Absolute, first, wanted, span),
            Builtin::Sqrt => self.unary(Unary::SquareRoot, first, Some(ScalarType::F32), span),
            Builtin::ToBits => {
                let operand = Box::new(self.typed(first, ScalarType::F32, None)?);
                let kind = ExpressionKind::ToBits(operand);
                Some(Value::scalar(Expression { kind, ty: ScalarType::U32, span }))
            }
            Builtin::FromBits => {
                let operand = Box::new(self.typed(first, ScalarType::U32, None)?);
                let kind = ExpressionKind::FromBits(operand);
                Some(Value::scalar(Expression { kind, ty: ScalarType::F32, span }))
            }
        }
    }
}

/// Binds a name in a frame that is not the open one.
fn bind_in(frame: &mut Frame<'_>, local: Option<crate::program::LocalId>, binding: Binding) {
    if let Some(id) = local
        && let Some(slot) = frame.bindings.get_mut(id.0 as usize)
    {
        *slot = binding;
    }
}
