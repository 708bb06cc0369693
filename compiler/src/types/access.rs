//! The types of accesses: which array a name means, what may be done with it, and its indices.

use lockstep_numbers::ScalarType;

use super::{
    body::{BodyChecker, Place},
    expression::{flexible, negates},
};
use crate::{
    errors::{e0304_index_count, e0403_access},
    program::{Access, ArrayRef, Expression, ExpressionKind},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Name},
};

impl BodyChecker<'_, '_, '_> {
    pub(super) fn load(
        &mut self,
        array: &Name,
        indices: &[tree::Expression],
        otherwise: Option<&tree::Expression>,
        span: Span,
    ) -> Option<Expression> {
        if self.place == Place::Job {
            self.misplaced(span, "a cell of an array", "in a kernel or a function");
            return None;
        }
        let found = self.access(array, indices, span, false);
        let wanted = found.as_ref().map(|(_, ty)| *ty);
        let otherwise = match otherwise {
            None => None,
            Some(value) => {
                let value = self.expression(value, wanted)?;
                Some(Box::new(self.checker.expect(value, wanted?, Some((array.span, "the cells of this array")))?))
            }
        };
        let (access, ty) = found?;
        Some(Expression { kind: ExpressionKind::Load { access, otherwise }, ty, span })
    }

    /// A cell and its type, for reading or writing.
    pub(super) fn access(
        &mut self,
        name: &Name,
        indices: &[tree::Expression],
        span: Span,
        write: bool,
    ) -> Option<(Access, ScalarType)> {
        let meaning = self.checker.resolved.meaning(name);
        let found = self.array(meaning);
        let declared = self.declared(meaning).unwrap_or(name.span);
        let indices: Vec<Option<Expression>> = indices.iter().map(|index| self.index(index)).collect();
        let Some((array, element, rank)) = found else {
            let unchecked =
                matches!(meaning, Definition::Local(id) if self.types.get(id.0 as usize).is_none_or(Option::is_none));
            if !unchecked {
                self.wrong_kind(name, meaning, "an array");
            }
            return None;
        };
        if let ArrayRef::Parameter(index) = array {
            let access = self.arrays[index].0;
            if write && !access.writes() {
                self.checker.diagnostics.push(e0403_access::write(span, &name.text, declared));
            } else if !write && !access.reads() {
                self.checker.diagnostics.push(e0403_access::read(span, &name.text, declared));
            }
        }
        if indices.len() != rank {
            self.checker.diagnostics.push(e0304_index_count::error(span, &name.text, rank, indices.len(), declared));
            return None;
        }
        let indices: Vec<Expression> = indices.into_iter().collect::<Option<_>>()?;
        Some((Access { array, indices, span }, element))
    }

    /// The array that a name means in a kernel or function: where it is, the type of a cell, the rank.
    fn array(&self, meaning: Definition) -> Option<(ArrayRef, ScalarType, usize)> {
        match meaning {
            Definition::Array(id) if self.place == Place::Kernel => {
                let (_, ty) = self.arrays.get(id as usize)?;
                Some((ArrayRef::Parameter(id as usize), ty.element, ty.dimensions.len()))
            }
            Definition::Local(id) => {
                let (element, dimensions) = self.types.get(id.0 as usize)?.as_ref()?;
                (!dimensions.is_empty()).then_some((ArrayRef::Local(id), *element, dimensions.len()))
            }
            Definition::Constant(id) => {
                let constant = self.checker.known_constant(id)?;
                let rank = constant.dimensions.len();
                (rank > 0).then_some((ArrayRef::Constant(id as usize), constant.element, rank))
            }
            _ => None,
        }
    }

    fn index(&mut self, tree: &tree::Expression) -> Option<Expression> {
        let wanted = if negates(tree) && flexible(tree) { ScalarType::I32 } else { ScalarType::U32 };
        let index = self.expression(tree, Some(wanted))?;
        if index.ty == ScalarType::I32 { Some(index) } else { self.checker.expect(index, ScalarType::U32, None) }
    }
}
