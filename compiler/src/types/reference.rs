//! Names, fields and indices: what they refer to, and the value that stands there.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    body::{BodyChecker, Place},
    expression::{flexible, negates},
    ty::{COMPONENTS, Type},
    value::{ArrayKind, Binding, Cells, Reference, Value},
};
use crate::{
    errors::{
        e0205_wrong_kind_of_name, e0304_index_count, e0309_not_constant, e0312_misplaced_statement,
        e0314_unknown_field, e0403_access,
    },
    program::{Access, ArrayRef, Expression, ExpressionKind},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Name},
};

impl BodyChecker<'_, '_, '_> {
    /// What a name, a field or a cell refers to.
    pub(super) fn reference(&mut self, tree: &tree::Expression) -> Option<Reference> {
        match &tree.kind {
            tree::ExpressionKind::Name(name) => self.name(name, tree.span),
            tree::ExpressionKind::Field { .. } if self.frame.place == Place::Job => {
                self.misplaced(tree.span, "a field or component", "in a kernel or a function");
                None
            }
            tree::ExpressionKind::Field { base, name } => {
                let base = self.reference(base)?;
                self.field(base, name, tree.span)
            }
            tree::ExpressionKind::Index { .. } if self.frame.place == Place::Job => {
                self.misplaced(tree.span, "a cell of an array", "in a kernel or a function");
                None
            }
            tree::ExpressionKind::Index { base, indices, otherwise: None } => {
                let base_reference = self.reference(base);
                let mark = self.statements.len();
                let indices = self.indices(indices);
                self.index(base_reference?, base, indices, mark, tree.span)
            }
            _ => self.value(tree, None).map(Reference::Value),
        }
    }

    fn name(&mut self, name: &Name, span: Span) -> Option<Reference> {
        let meaning = self.checker.resolved.meaning(name);
        let found = match meaning {
            Definition::Local(id) => match self.frame.bindings.get(id.0 as usize)? {
                Binding::Unset => return None,
                Binding::Value(value) => {
                    let mut value = value.clone();
                    value.parts.iter_mut().for_each(|part| part.span = span);
                    Reference::Value(value)
                }
                Binding::Variable(ty, locals) => Reference::Variable(ty.clone(), locals.clone()),
                Binding::Cells(cells) => Reference::Cells(cells.clone()),
            },
            Definition::Array(id) if matches!(self.frame.place, Place::Lane | Place::Group) => {
                Reference::Cells(self.parameter_cells(id as usize)?)
            }
            Definition::Constant(id) => self.constant_reference(id, span)?,
            Definition::Unknown => return None,
            _ => {
                self.wrong_kind(name, meaning, "a value");
                return None;
            }
        };
        let literal = |value: &Value| value.parts.iter().all(Expression::is_constant);
        let allowed = match self.frame.place {
            Place::Constant => match &found {
                Reference::Value(value) => literal(value) || self.evaluating(meaning),
                Reference::Variable(..) => self.evaluating(meaning),
                Reference::Cells(cells) => cells.kind == ArrayKind::Constant || self.evaluating(meaning),
            },
            Place::Group => !matches!(&found, Reference::Variable(..)),
            _ => true,
        };
        if !allowed && self.frame.place == Place::Group {
            self.misplaced(span, "a variable of a lane", "in a phase");
            return None;
        }
        if !allowed {
            self.checker.diagnostics.push(e0309_not_constant::error(span, "this"));
            return None;
        }
        Some(found)
    }

    /// Whether a local belongs to what is being evaluated at compile time, and not to the kernel around it.
    fn evaluating(&self, meaning: Definition) -> bool {
        matches!(meaning, Definition::Local(id) if self.frame.bindings.get(id.0 as usize).is_some_and(|binding| {
            match binding {
                Binding::Value(value) => value.parts.iter().all(|part| {
                    part.as_local().is_some_and(|local| local.0 as usize >= self.evaluated_from)
                }),
                Binding::Variable(_, locals) => locals.iter().all(|local| local.0 as usize >= self.evaluated_from),
                Binding::Cells(cells) => cells.arrays.iter().all(|(array, _)| match array {
                    ArrayRef::Local(local) => local.0 as usize >= self.evaluated_from,
                    ArrayRef::Constant(_) => true,
                    ArrayRef::Parameter(_) | ArrayRef::Tile(_) | ArrayRef::Shared(_) => false,
                }),
                Binding::Unset => false,
            }
        }))
    }

    /// An array parameter of the kernel.
    fn parameter_cells(&mut self, id: usize) -> Option<Cells> {
        let array = self.arrays.get(id)?;
        let element = array.element?;
        let kind = if array.written_through.is_some() { ArrayKind::Tiled } else { ArrayKind::Parameter(array.access) };
        let declared = self.frame.names.arrays.get(id).map(|name| name.span).unwrap_or_default();
        Some(Cells {
            kind,
            name: array.name.clone(),
            ty: Type::Scalar(element),
            arrays: vec![(ArrayRef::Parameter(id), element)],
            dimensions: array.dimensions.clone(),
            indices: Vec::new(),
            declared,
        })
    }

    pub(super) fn wrong_kind(&mut self, name: &Name, meaning: Definition, wanted: &str) {
        if meaning != Definition::Unknown {
            let error = e0205_wrong_kind_of_name::error(name, self.describe(meaning), wanted, self.declared(meaning));
            self.checker.diagnostics.push(error);
        }
    }

    pub(super) fn misplaced(&mut self, span: Span, what: &str, place: &str) {
        self.checker.diagnostics.push(e0312_misplaced_statement::error(span, what, place));
    }

    /// A field of a struct, a component of a vector or packed word.
    fn field(&mut self, base: Reference, name: &Name, span: Span) -> Option<Reference> {
        let ty = match &base {
            Reference::Value(value) => value.ty.clone(),
            Reference::Variable(ty, _) => ty.clone(),
            Reference::Cells(cells) if cells.indices.len() < cells.dimensions.len() => {
                let what = format!("the array `{}`", cells.name);
                self.checker.diagnostics.push(e0314_unknown_field::none(name, &what));
                return None;
            }
            Reference::Cells(cells) => cells.ty.clone(),
        };
        if let Type::Scalar(packed) = ty
            && packed.is_packed()
        {
            let position = COMPONENTS.iter().take(lanes_of(packed)).position(|c| *c == name.text);
            let Some(position) = position else {
                let known = &COMPONENTS[..lanes_of(packed)];
                self.checker.diagnostics.push(e0314_unknown_field::error(name, packed.name(), known));
                return None;
            };
            let word = self.load(base, None, span)?.into_scalar()?;
            return Some(Reference::Value(Value::scalar(self.unpack(word, position as u32, span))));
        }
        let fields: Vec<(String, Type)> = match &ty {
            Type::Vector(ty, count) => {
                COMPONENTS.iter().take(*count as usize).map(|c| ((*c).to_string(), Type::Scalar(*ty))).collect()
            }
            Type::Struct(id) => self.checker.struct_type(*id)?.fields,
            _ => {
                let what = self.checker.show(&ty);
                self.checker.diagnostics.push(e0314_unknown_field::none(name, &format!("a value of type {what}")));
                return None;
            }
        };
        let mut first = 0;
        for (field, field_type) in &fields {
            let count = self.checker.leaves(field_type).len();
            if *field == name.text {
                return Some(select(base, field_type.clone(), first, count, span));
            }
            first += count;
        }
        let known: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let shown = self.checker.show(&ty);
        self.checker.diagnostics.push(e0314_unknown_field::error(name, &shown, &known));
        None
    }

    /// The indices of an access, in order.
    pub(super) fn indices(&mut self, trees: &[tree::Expression]) -> Option<Vec<Expression>> {
        let mut indices: Vec<Option<Expression>> = Vec::new();
        for tree in trees {
            let mark = self.statements.len();
            let index = self.an_index(tree);
            if self.statements.len() != mark {
                indices = indices
                    .into_iter()
                    .map(|before| before.map(|before| self.keep_order(mark, Value::scalar(before)).parts.remove(0)))
                    .collect();
            }
            indices.push(index);
        }
        indices.into_iter().collect()
    }

    fn an_index(&mut self, tree: &tree::Expression) -> Option<Expression> {
        let wanted = if negates(tree) && flexible(tree) { ScalarType::I32 } else { ScalarType::U32 };
        let index = self.scalar(tree, Some(wanted))?;
        if index.ty == ScalarType::I32 { Some(index) } else { self.checker.expect(index, ScalarType::U32, None) }
    }

    fn index(
        &mut self,
        base: Reference,
        tree: &tree::Expression,
        indices: Option<Vec<Expression>>,
        mark: usize,
        span: Span,
    ) -> Option<Reference> {
        match base {
            Reference::Cells(mut cells) if cells.indices.len() < cells.dimensions.len() => {
                let indices = indices?;
                if self.statements.len() != mark {
                    let before = std::mem::take(&mut cells.indices);
                    for index in before {
                        cells.indices.push(self.keep_order(mark, Value::scalar(index)).parts.remove(0));
                    }
                }
                let given = cells.indices.len() + indices.len();
                if given > cells.dimensions.len() || indices.is_empty() {
                    let rank = cells.dimensions.len();
                    let error = e0304_index_count::error(span, &cells.name, rank, given, cells.declared);
                    self.checker.diagnostics.push(error);
                    return None;
                }
                cells.indices.extend(indices);
                Some(Reference::Cells(cells))
            }
            other => {
                let (Reference::Value(Value { ty, .. }) | Reference::Variable(ty, _)) = &other else {
                    self.not_an_array(tree);
                    return None;
                };
                // A component of a vector by a constant number.
                if let (Type::Vector(component, count), Some(indices)) = (ty.clone(), indices)
                    && let [Expression { kind: ExpressionKind::Literal(position), .. }] = indices.as_slice()
                    && *position < u64::from(count)
                {
                    return Some(select(other, Type::Scalar(component), *position as usize, 1, span));
                }
                self.not_an_array(tree);
                None
            }
        }
    }

    fn not_an_array(&mut self, tree: &tree::Expression) {
        if let tree::ExpressionKind::Name(name) = &tree.kind {
            let meaning = self.checker.resolved.meaning(name);
            self.wrong_kind(name, meaning, "an array");
        } else {
            self.checker.diagnostics.push(e0304_index_count::no_array(tree.span));
        }
    }

    /// The value that a reference stands for.
    pub(super) fn load(&mut self, reference: Reference, otherwise: Option<Value>, span: Span) -> Option<Value> {
        match reference {
            Reference::Value(value) => Some(value),
            Reference::Variable(ty, locals) => {
                let parts = locals.into_iter().map(|local| {
                    let element = self.locals[local.0 as usize].element;
                    Expression { kind: ExpressionKind::Local(local), ty: element, span }
                });
                Some(Value { ty, parts: parts.collect(), span })
            }
            Reference::Cells(cells) => {
                self.readable(&cells, span)?;
                let cells = self.whole_cell(cells, span)?;
                let indices = self.shared_indices(&cells);
                let mut fallback = otherwise.map(|value| value.parts).unwrap_or_default().into_iter();
                let arrays = cells.arrays.clone();
                let parts = arrays.into_iter().map(|(array, ty)| {
                    let access = Access { array, indices: indices.clone(), span, id: self.access_id() };
                    let otherwise = fallback.next().map(Box::new);
                    self.count();
                    Expression { kind: ExpressionKind::Load { access, otherwise }, ty, span }
                });
                let parts = parts.collect();
                Some(Value { ty: cells.ty, parts, span })
            }
        }
    }

    /// Cells with all of their indices.
    pub(super) fn whole_cell(&mut self, cells: Cells, span: Span) -> Option<Cells> {
        if cells.indices.len() == cells.dimensions.len() {
            return Some(cells);
        }
        let (rank, given) = (cells.dimensions.len(), cells.indices.len());
        let error = if given == 0 {
            let name = Name { text: cells.name.clone(), span };
            e0205_wrong_kind_of_name::error(&name, "an array", "a value", Some(cells.declared))
        } else {
            e0304_index_count::error(span, &cells.name, rank, given, cells.declared)
        };
        self.checker.diagnostics.push(error);
        None
    }

    /// The indices, each evaluated once though several arrays are indexed by them.
    pub(super) fn shared_indices(&mut self, cells: &Cells) -> Vec<Expression> {
        if cells.arrays.len() == 1 {
            return cells.indices.clone();
        }
        cells.indices.iter().cloned().map(|index| self.once(index, "")).collect()
    }

    fn readable(&mut self, cells: &Cells, span: Span) -> Option<()> {
        if self.frame.place == Place::Group && cells.kind != ArrayKind::Constant {
            self.misplaced(span, "a cell of an array", "in a phase");
            return None;
        }
        let error = match cells.kind {
            ArrayKind::Parameter(access) | ArrayKind::Tile(access) if !access.reads() => {
                e0403_access::read(span, &cells.name, &access.name(), cells.declared)
            }
            ArrayKind::Tiled => e0403_access::through_tile(span, &cells.name, cells.declared),
            _ => return Some(()),
        };
        self.checker.diagnostics.push(error);
        None
    }

    /// One number out of a packed word.
    pub(super) fn unpack(&mut self, word: Expression, position: u32, span: Span) -> Expression {
        let packed = word.ty;
        let bits = Expression { kind: ExpressionKind::ToBits(Box::new(word)), ty: ScalarType::U32, span };
        let binary = |operator, left: Expression, right: u64, ty| {
            let amount = Expression { kind: ExpressionKind::Literal(right), ty: ScalarType::U32, span };
            let amount = if operator == Binary::And { Expression { ty: left.ty, ..amount } } else { amount };
            let kind = ExpressionKind::Binary { operator, left: Box::new(left), right: Box::new(amount) };
            Expression { kind, ty, span }
        };
        let width: u32 = if matches!(packed, ScalarType::I8x4 | ScalarType::U8x4) { 8 } else { 16 };
        let low = width * position;
        self.count();
        match packed {
            ScalarType::I8x4 | ScalarType::I16x2 => {
                let up = binary(Binary::ShiftLeft, bits, u64::from(32 - width - low), ScalarType::U32);
                let signed = Expression { kind: ExpressionKind::Convert(Box::new(up)), ty: ScalarType::I32, span };
                binary(Binary::ShiftRight, signed, u64::from(32 - width), ScalarType::I32)
            }
            ScalarType::Bf16x2 => {
                let bits = if position == 0 {
                    binary(Binary::ShiftLeft, bits, 16, ScalarType::U32)
                } else {
                    binary(Binary::And, bits, 0xffff_0000, ScalarType::U32)
                };
                Expression { kind: ExpressionKind::FromBits(Box::new(bits)), ty: ScalarType::F32, span }
            }
            _ => {
                let down = binary(Binary::ShiftRight, bits, u64::from(low), ScalarType::U32);
                let part = binary(Binary::And, down, (1 << width) - 1, ScalarType::U32);
                if packed != ScalarType::F16x2 {
                    return part;
                }
                let kind = ExpressionKind::Unary { operator: Unary::HalfToFloat, operand: Box::new(part) };
                Expression { kind, ty: ScalarType::F32, span }
            }
        }
    }
}

/// How many numbers a packed word holds.
pub(super) fn lanes_of(packed: ScalarType) -> usize {
    if matches!(packed, ScalarType::I8x4 | ScalarType::U8x4) { 4 } else { 2 }
}

/// `count` leaves of a reference, from `first` on.
fn select(base: Reference, ty: Type, first: usize, count: usize, span: Span) -> Reference {
    fn some<T>(list: Vec<T>, first: usize, count: usize) -> Vec<T> {
        list.into_iter().skip(first).take(count).collect()
    }
    match base {
        Reference::Value(value) => {
            let mut parts = some(value.parts, first, count);
            parts.iter_mut().for_each(|part| part.span = span);
            Reference::Value(Value { ty, parts, span })
        }
        Reference::Variable(_, locals) => Reference::Variable(ty, some(locals, first, count)),
        Reference::Cells(cells) => Reference::Cells(Cells { ty, arrays: some(cells.arrays, first, count), ..cells }),
    }
}
