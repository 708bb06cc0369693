//! The types of statements in kernels and functions.

use lockstep_numbers::ScalarType;

use super::body::{BodyChecker, Place};
use crate::{
    errors::{e0306_bad_type, e0307_block_value, e0308_not_assignable, e0309_not_constant, e0312_misplaced_statement},
    program::{Block, Expression, ExpressionKind, For, Statement},
    resolve::{Definition, LocalKind},
    source::Span,
    syntax::tree::{self, StatementKind},
};

impl BodyChecker<'_, '_, '_> {
    /// The typed block; None if its value had an error. Statements with errors are left out.
    pub(super) fn block(&mut self, block: &tree::Block, wanted: Option<ScalarType>) -> Option<Block> {
        let statements = block.statements.iter().filter_map(|statement| self.statement(statement)).collect();
        let result = match &block.result {
            None => None,
            Some(value) => Some(Box::new(self.expression(value, wanted)?)),
        };
        Some(Block { statements, result })
    }

    /// A block whose value, if it has one, is an error.
    fn plain_block(&mut self, block: &tree::Block) -> Block {
        if let Some(value) = &block.result {
            self.checker.diagnostics.push(e0307_block_value::unused(value.span));
        }
        let statements = block.statements.iter().filter_map(|statement| self.statement(statement)).collect();
        Block { statements, result: None }
    }

    fn statement(&mut self, statement: &tree::Statement) -> Option<Statement> {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Let { name, ty, value: Some(value) } => {
                if let Some(ty) = ty.as_ref().filter(|ty| ty.dimensions.is_some()) {
                    let help = "declare it with `var`";
                    self.checker.diagnostics.push(e0306_bad_type::error(ty.span, "a local array is a `var`", help));
                    return None;
                }
                let value = self.initial(ty.as_ref(), value)?;
                let local = self.declare(name, value.ty, Vec::new());
                Some(Statement::Set { local, value })
            }
            StatementKind::Let { value: None, .. } => {
                self.misplaced(
                    span,
                    "an array without a value",
                    "in a job; write `var name: [u32; 4] = 0;` for a local one",
                );
                None
            }
            StatementKind::Var { name, ty, value } => {
                match ty.as_ref().and_then(|ty| ty.dimensions.as_ref().zip(Some(ty))) {
                    None => {
                        let value = self.initial(ty.as_ref(), value)?;
                        let local = self.declare(name, value.ty, Vec::new());
                        Some(Statement::Set { local, value })
                    }
                    Some((dimensions, ty)) => {
                        let sizes = self.checker.sizes(ty.span, ty.element, dimensions);
                        let value = self.typed(value, ty.element, Some((ty.span, "the type of a cell")));
                        if sizes.is_empty() {
                            return None;
                        }
                        let local = self.declare(name, ty.element, sizes);
                        Some(Statement::Fill { local, value: value? })
                    }
                }
            }
            StatementKind::Assign { target, operator, value } => self.assign(target, *operator, value, span),
            StatementKind::If { arms, otherwise } => {
                let arms: Vec<(Option<Expression>, Block)> = arms
                    .iter()
                    .map(|(condition, block)| (self.typed(condition, ScalarType::Bool, None), self.plain_block(block)))
                    .collect();
                let otherwise = otherwise.as_ref().map(|block| self.plain_block(block));
                let arms =
                    arms.into_iter().map(|(condition, block)| Some((condition?, block))).collect::<Option<_>>()?;
                Some(Statement::If { arms, otherwise })
            }
            StatementKind::For(inner) => {
                let tree::For { counter, from, to, step, max, body } = inner.as_ref();
                let range = self.range(from, to, step.as_ref());
                let max = max.as_ref().map(|max| self.typed(max, ScalarType::U32, None));
                if let Some((from, ..)) = &range {
                    self.declare(counter, from.ty, Vec::new());
                }
                self.loops += 1;
                let body = self.plain_block(body);
                self.loops -= 1;
                let (from, to, step) = range?;
                let max = max.map_or(Some(None), |max| max.map(Some))?;
                let counter = self.checker.resolved.local(counter)?;
                Some(Statement::For(Box::new(For { counter, ty: from.ty, from, to, step, max, body })))
            }
            StatementKind::Break | StatementKind::Continue if self.loops == 0 => {
                let what = if matches!(statement.kind, StatementKind::Break) { "`break`" } else { "`continue`" };
                self.misplaced(span, what, "in a loop, and not in a value that is being computed");
                None
            }
            StatementKind::Break => Some(Statement::Break),
            StatementKind::Continue => Some(Statement::Continue),
            StatementKind::Assert(condition) => {
                let condition = self.typed(condition, ScalarType::Bool, None)?;
                Some(Statement::Assert { condition, span })
            }
            StatementKind::Run { .. } => {
                self.misplaced(span, "`run`", "in a job");
                None
            }
            StatementKind::Swap(..) => {
                self.misplaced(span, "`swap`", "in a job");
                None
            }
            StatementKind::Broken => None,
        }
    }

    pub(super) fn misplaced(&mut self, span: Span, what: &str, place: &str) {
        self.checker.diagnostics.push(e0312_misplaced_statement::error(span, what, place));
    }

    /// The value of a `let` or `var`, of the written type if there is one.
    pub(super) fn initial(&mut self, ty: Option<&tree::Type>, value: &tree::Expression) -> Option<Expression> {
        match ty {
            Some(ty) => self.typed(value, ty.element, Some((ty.span, "because of this"))),
            None => self.expression(value, None),
        }
    }

    /// Both ends of a range, of one integer type, and its step.
    pub(super) fn range(
        &mut self,
        from: &tree::Expression,
        to: &tree::Expression,
        step: Option<&tree::Expression>,
    ) -> Option<(Expression, Expression, u32)> {
        let step = step.map_or(Some(1), |step| {
            let value = self.checker.constant_value(step, ScalarType::U32)?;
            if value == 0 {
                self.checker.diagnostics.push(e0309_not_constant::zero_step(step.span));
                return None;
            }
            Some(value)
        });
        let literal = matches!(from.kind, tree::ExpressionKind::Integer(_));
        let (from, to) = if literal {
            let to = self.expression(to, None);
            let ty = to.as_ref().map(|to| to.ty);
            (self.expression(from, ty), to)
        } else {
            let from = self.expression(from, None);
            let ty = from.as_ref().map(|from| from.ty);
            (from, self.expression(to, ty))
        };
        let (from, to) = (from?, to?);
        let wanted = if from.ty == ScalarType::I32 { ScalarType::I32 } else { ScalarType::U32 };
        let from = self.checker.expect(from, wanted, None)?;
        let to = self.checker.expect(to, wanted, Some((from.span, "the other end of the range")))?;
        Some((from, to, step?))
    }

    fn assign(
        &mut self,
        target: &tree::Place,
        operator: Option<lockstep_numbers::Binary>,
        value: &tree::Expression,
        span: Span,
    ) -> Option<Statement> {
        let meaning = self.checker.resolved.meaning(&target.name);
        if self.place == Place::Function && matches!(meaning, Definition::Array(_)) {
            self.wrong_kind(&target.name, meaning, "a variable");
            return None;
        }
        // `a op= b` means `a = a op b`; reading the place is an expression like any other.
        let name = target.name.clone();
        let kind = match &target.indices {
            None => tree::ExpressionKind::Name(name),
            Some(indices) => tree::ExpressionKind::Index { array: name, indices: indices.clone(), otherwise: None },
        };
        let place = tree::Expression { kind, span: target.span, depth: 1 };
        let combined = operator.map(|operator| {
            let kind = tree::ExpressionKind::Binary { operator, left: Box::new(place), right: Box::new(value.clone()) };
            tree::Expression { kind, span, depth: 1 }
        });
        let value = combined.as_ref().unwrap_or(value);
        match &target.indices {
            None => {
                let local = self.variable(&target.name, meaning)?;
                let (element, _) = self.types.get(local.0 as usize)?.clone()?;
                let value = self.typed(value, element, Some((target.span, "this is assigned to")))?;
                Some(Statement::Set { local, value })
            }
            Some(indices) => {
                let found = match meaning {
                    Definition::Constant(_) => {
                        let declared = self.declared(meaning);
                        let error = e0308_not_assignable::error(&target.name, "a constant", declared);
                        self.checker.diagnostics.push(error);
                        return None;
                    }
                    _ => self.access(&target.name, indices, target.span, true),
                };
                let wanted = found.as_ref().map(|(_, element)| *element);
                let value = self.expression(value, wanted)?;
                let (access, element) = found?;
                let value = self.checker.expect(value, element, Some((target.span, "a cell of this array")))?;
                Some(Statement::Store { access, value })
            }
        }
    }

    /// The `var` that a name means.
    fn variable(&mut self, name: &tree::Name, meaning: Definition) -> Option<crate::resolve::LocalId> {
        let declared = self.declared(meaning);
        match meaning {
            Definition::Local(id) => {
                let kind = self.names.locals.get(id.0 as usize)?.kind;
                let (_, dimensions) = self.types.get(id.0 as usize)?.as_ref()?;
                if kind == LocalKind::Var && dimensions.is_empty() {
                    return Some(id);
                }
                let is = if dimensions.is_empty() { kind.describe() } else { "a whole array" };
                self.checker.diagnostics.push(e0308_not_assignable::error(name, is, declared));
                None
            }
            Definition::Unknown => None,
            other => {
                let is = self.describe(other);
                self.checker.diagnostics.push(e0308_not_assignable::error(name, is, declared));
                None
            }
        }
    }
}

impl Expression {
    /// The local that this expression is.
    pub fn as_local(&self) -> Option<crate::resolve::LocalId> {
        match self.kind {
            ExpressionKind::Local(id) => Some(id),
            _ => None,
        }
    }
}
