//! The types of statements of lanes and functions.

use lockstep_numbers::ScalarType;

use super::{
    body::{BodyChecker, Place},
    ty::{MAX_LOCAL_CELLS, Type},
    value::{ArrayKind, Binding, Cells, Value},
};
use crate::{
    errors::{e0306_bad_type, e0307_block_value, e0309_not_constant},
    program::{ArrayRef, Block, Expression, ExpressionKind, For, LocalId, Statement},
    resolve::LocalKind,
    source::Span,
    syntax::tree::{self, Name, StatementKind},
};

impl BodyChecker<'_, '_, '_> {
    /// A block whose value, if it has one, is an error.
    pub(super) fn plain_block(&mut self, block: &tree::Block) -> Block {
        let (statements, ()) = self.in_block(|this| {
            if this.deeper() {
                block.statements.iter().for_each(|statement| this.statement(statement));
            }
            this.shallower();
        });
        self.refuse_value(block);
        Block { statements, result: None, weight: 0 }
    }

    pub(super) fn refuse_value(&mut self, block: &tree::Block) {
        if let Some(value) = &block.result {
            self.checker.diagnostics.push(e0307_block_value::unused(value.span));
        }
    }

    /// Checks a statement; what it becomes joins the open block.
    pub(super) fn statement(&mut self, statement: &tree::Statement) {
        let span = statement.span;
        // A statement with an error is left out; the error has been given.
        let _ = match &statement.kind {
            StatementKind::Let { name, ty, value: Some(value) } => self.declare_let(name, ty.as_ref(), value),
            StatementKind::Let { value: None, .. } => {
                let place = "in a job; write `var name: [u32; 4] = 0;` for a local one";
                self.misplaced(span, "an array without a value", place);
                None
            }
            StatementKind::Var { name, ty, value } => self.declare_var(name, ty.as_ref(), value, LocalKind::Var),
            StatementKind::Assign { target, operator, value } => self.assign(target, *operator, value, span),
            StatementKind::Claim { target, value } => self.claim(target, value, span),
            StatementKind::If { arms, otherwise } => self.branch_statement(arms, otherwise.as_ref()),
            StatementKind::For(inner) => self.repeat(inner),
            StatementKind::Break | StatementKind::Continue if self.frame.loops == 0 => {
                let what = if matches!(statement.kind, StatementKind::Break) { "`break`" } else { "`continue`" };
                self.misplaced(span, what, "in a loop, and not in a value that is being computed");
                None
            }
            StatementKind::Break => {
                self.push(Statement::Break);
                Some(())
            }
            StatementKind::Continue => {
                self.push(Statement::Continue);
                Some(())
            }
            StatementKind::Assert(condition) => self.typed(condition, ScalarType::Bool, None).map(|condition| {
                self.push(Statement::Assert { condition, span });
            }),
            StatementKind::Run { .. } => {
                self.misplaced(span, "`run`", "in a job");
                None
            }
            StatementKind::Swap(..) => {
                self.misplaced(span, "`swap`", "in a job");
                None
            }
            StatementKind::Shared { .. } => {
                self.misplaced(span, "a shared array", "in a tile kernel, before and between its phases");
                None
            }
            StatementKind::Lane { .. } => {
                self.misplaced(span, "`lane`", "in a tile kernel, before and between its phases; here use `var`");
                None
            }
            StatementKind::Phase { .. } => {
                self.misplaced(span, "a phase", "in a tile kernel, in no other phase");
                None
            }
            StatementKind::Broken => None,
        };
    }

    /// The value of a `let` or `var`, of the written type if there is one.
    pub(super) fn initial(&mut self, ty: Option<&tree::Type>, value: &tree::Expression) -> Option<Value> {
        match ty {
            Some(written) => {
                let ty = self.ty(written, MAX_LOCAL_CELLS)?;
                self.typed_value(value, &ty, Some((written.span, "because of this")))
            }
            None => self.value(value, None),
        }
    }

    fn declare_let(&mut self, name: &Name, ty: Option<&tree::Type>, value: &tree::Expression) -> Option<()> {
        if let Some(ty) = ty.filter(|ty| ty.is_array()) {
            let help = "declare it with `var`";
            self.checker.diagnostics.push(e0306_bad_type::error(ty.span, "a local array is a `var`", help));
            return None;
        }
        let value = self.initial(ty, value)?;
        let value = self.named(&name.text, value);
        self.bind(name, Binding::Value(value));
        Some(())
    }

    /// A `var`, or a `lane` variable at group level: a scalar for each leaf, or an array for each.
    pub(super) fn declare_var(
        &mut self,
        name: &Name,
        ty: Option<&tree::Type>,
        value: &tree::Expression,
        kind: LocalKind,
    ) -> Option<()> {
        let written = match ty {
            Some(ty) if ty.is_array() => Some((self.ty(ty, MAX_LOCAL_CELLS), ty.span)),
            _ => None,
        };
        let Some((array, span)) = written else {
            let value = self.initial(ty, value)?;
            let leaves = self.checker.leaves(&value.ty);
            let mut locals: Vec<LocalId> = Vec::new();
            for (part, (suffix, ty)) in value.parts.into_iter().zip(leaves) {
                let local = self.local(&format!("{}{suffix}", name.text), kind, ty, &[]);
                self.push(Statement::Set { local, value: part });
                locals.push(local);
            }
            self.bind(name, Binding::Variable(value.ty, locals));
            return Some(());
        };
        let Some(Type::Array(element, sizes)) = array else {
            self.value(value, None);
            return None;
        };
        let value = self.typed_value(value, &element, Some((span, "the type of a cell")));
        let leaves = self.checker.leaves(&element);
        let mut arrays = Vec::new();
        let mut parts = value.map(|value| value.parts).unwrap_or_default().into_iter();
        for (suffix, ty) in leaves {
            let local = self.local(&format!("{}{suffix}", name.text), kind, ty, &sizes);
            if let Some(value) = parts.next() {
                self.push(Statement::Fill { local, value });
            }
            arrays.push((ArrayRef::Local(local), ty));
        }
        let cells = Cells {
            kind: ArrayKind::Local(true),
            name: name.text.clone(),
            ty: *element,
            arrays,
            dimensions: literal_sizes(&sizes, span),
            indices: Vec::new(),
            declared: name.span,
        };
        self.bind(name, Binding::Cells(cells));
        Some(())
    }

    fn branch_statement(
        &mut self,
        arms: &[(tree::Expression, tree::Block)],
        otherwise: Option<&tree::Block>,
    ) -> Option<()> {
        let mut typed: Vec<Option<(Expression, Block)>> = Vec::new();
        for (i, (condition, block)) in arms.iter().enumerate() {
            let (statements, condition) = self.in_block(|this| this.typed(condition, ScalarType::Bool, None));
            if i == 0 {
                self.statements.extend(statements);
            } else if !statements.is_empty() {
                // What the condition needs is computed only where it is asked.
                let (statements, _) = self.in_block(|this| this.branch_statement(&arms[i..], otherwise));
                let arms = typed.into_iter().collect::<Option<_>>()?;
                let otherwise = Some(Block { statements, result: None, weight: 0 });
                self.push(Statement::If { arms, otherwise });
                return Some(());
            }
            let block = self.plain_block(block);
            typed.push(condition.map(|condition| (condition, block)));
        }
        let otherwise = otherwise.map(|block| self.plain_block(block));
        let arms = typed.into_iter().collect::<Option<_>>()?;
        self.push(Statement::If { arms, otherwise });
        Some(())
    }

    fn repeat(&mut self, inner: &tree::For) -> Option<()> {
        let tree::For { counter, from, to, step, max, body } = inner;
        let range = self.range(from, to, step.as_ref());
        let mark = self.statements.len();
        let max = max.as_ref().map(|max| self.typed(max, ScalarType::U32, None));
        let range = range.map(|(from, to, step)| {
            let mut kept = [to, from].map(|end| self.keep_order(mark, Value::scalar(end)).parts);
            let [to, from] = &mut kept;
            (from.remove(0), to.remove(0), step)
        });
        let local = range.as_ref().map(|(from, ..)| self.bind_scalar(counter, LocalKind::Counter, from.ty));
        self.frame.loops += 1;
        let body = self.plain_block(body);
        self.frame.loops -= 1;
        let (from, to, step) = range?;
        let max = max.map_or(Some(None), |max| max.map(Some))?;
        self.push(Statement::For(Box::new(For { counter: local?, ty: from.ty, from, to, step, max, body })));
        Some(())
    }

    /// Both ends of a range, of one integer type, and its step.
    pub(super) fn range(
        &mut self,
        from: &tree::Expression,
        to: &tree::Expression,
        step: Option<&tree::Expression>,
    ) -> Option<(Expression, Expression, u32)> {
        let step = step.map_or(Some(1), |step| {
            let value = self.size(step)?;
            if value == 0 {
                self.checker.diagnostics.push(e0309_not_constant::zero_step(step.span));
                return None;
            }
            Some(value)
        });
        let literal = matches!(from.kind, tree::ExpressionKind::Integer(_));
        let (from, to) = if literal {
            let to = self.scalar(to, None);
            let ty = to.as_ref().map(|to| to.ty);
            (self.scalar(from, ty), to)
        } else {
            let from = self.scalar(from, None);
            let mark = self.statements.len();
            let ty = from.as_ref().map(|from| from.ty);
            let to = self.scalar(to, ty);
            (from.map(|from| self.keep_order(mark, Value::scalar(from)).parts.remove(0)), to)
        };
        let (from, to) = (from?, to?);
        let wanted = if from.ty == ScalarType::I32 { ScalarType::I32 } else { ScalarType::U32 };
        let from = self.checker.expect(from, wanted, None)?;
        let to = self.checker.expect(to, wanted, Some((from.span, "the other end of the range")))?;
        Some((from, to, step?))
    }

    /// Whether the body is the code of a lane, where arrays are written.
    pub(super) fn writes_arrays(&self) -> bool {
        self.frame.place == Place::Lane
    }
}

/// Constant sizes as expressions.
pub(super) fn literal_sizes(sizes: &[u32], span: Span) -> Vec<Expression> {
    let literal = |size: &u32| ExpressionKind::Literal((*size).into());
    sizes.iter().map(|size| Expression { kind: literal(size), ty: ScalarType::U32, span }).collect()
}
