//! The types of expressions. `wanted` flows inward, so that a literal takes the type of its surroundings; what comes
//! out is a typed value, or None after an error.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    body::{BodyChecker, Place},
    ty::Type,
    value::{Cells, Reference, Value},
};
use crate::{
    errors::{e0301_type_mismatch, e0305_literal_out_of_range, e0307_block_value},
    program::{Block, Expression, ExpressionKind, Statement},
    resolve::LocalKind,
    source::Span,
    syntax::tree,
};

impl BodyChecker<'_, '_, '_> {
    /// The typed value. Its type need not be the wanted one.
    pub(super) fn value(&mut self, tree: &tree::Expression, wanted: Option<ScalarType>) -> Option<Value> {
        let value = if self.deeper() { self.inner(tree, wanted) } else { None };
        self.shallower();
        value.map(|value| self.whole(Value { span: tree.span, ..value }))
    }

    /// A value of several scalars is evaluated wholly, before what follows it: its parts become names.
    fn whole(&mut self, value: Value) -> Value {
        if value.parts.len() < 2 || value.parts.iter().all(Expression::is_leaf) {
            return value;
        }
        self.named("", value)
    }

    fn inner(&mut self, tree: &tree::Expression, wanted: Option<ScalarType>) -> Option<Value> {
        use tree::ExpressionKind as Tree;
        let span = tree.span;
        let literal = |bits, ty| Some(Value::scalar(Expression { kind: ExpressionKind::Literal(bits), ty, span }));
        self.count();
        match &tree.kind {
            Tree::Integer(value) => self.integer((*value)?, false, span, wanted),
            Tree::Float(word) => literal((*word).into(), ScalarType::F32),
            Tree::Bool(value) => literal((*value).into(), ScalarType::Bool),
            Tree::Index { base, indices, otherwise: Some(otherwise) } => self.read_or(base, indices, otherwise, span),
            Tree::Name(_) | Tree::Index { .. } | Tree::Field { .. } => {
                let reference = self.reference(tree)?;
                self.load(reference, None, span)
            }
            Tree::Call { function, generics, arguments } => self.call(function, generics, arguments, wanted, span),
            Tree::Unary { operator, operand } => self.unary(*operator, operand, wanted, span),
            Tree::Binary { operator, left, right } => self.binary(*operator, left, right, wanted, span),
            Tree::Logic { and, left, right } => self.logic(*and, left, right, span),
            Tree::If { arms, otherwise } => self.choose(arms, otherwise, wanted, span),
            Tree::Broken => None,
        }
    }

    /// The typed expression of a scalar, of any scalar type.
    pub(super) fn scalar(&mut self, tree: &tree::Expression, wanted: Option<ScalarType>) -> Option<Expression> {
        let value = self.value(tree, wanted)?;
        if let Type::Scalar(_) = value.ty {
            return value.into_scalar();
        }
        let (found, wanted) = (self.checker.show(&value.ty), wanted.map_or("one number", ScalarType::name));
        self.checker.diagnostics.push(e0301_type_mismatch::error(value.span, wanted, &found, None));
        None
    }

    /// The typed expression, of exactly this type.
    pub(super) fn typed(
        &mut self,
        tree: &tree::Expression,
        ty: ScalarType,
        why: Option<(Span, &str)>,
    ) -> Option<Expression> {
        let value = self.value(tree, Some(ty))?;
        self.expect(value, &Type::Scalar(ty), why)?.into_scalar()
    }

    /// The typed value, of exactly this type.
    pub(super) fn typed_value(
        &mut self,
        tree: &tree::Expression,
        ty: &Type,
        why: Option<(Span, &str)>,
    ) -> Option<Value> {
        let value = self.value(tree, ty.scalar())?;
        self.expect(value, ty, why)
    }

    /// The value if its type is the wanted one, else an error at it.
    pub(super) fn expect(&mut self, value: Value, wanted: &Type, why: Option<(Span, &str)>) -> Option<Value> {
        if value.ty == *wanted {
            return Some(value);
        }
        let span = value.span;
        let error = if value.is_integer_literal() && *wanted == Type::Scalar(ScalarType::F32) {
            e0301_type_mismatch::integer_for_float(span, why)
        } else {
            let (wanted, found) = (self.checker.show(wanted), self.checker.show(&value.ty));
            e0301_type_mismatch::error(span, &wanted, &found, why)
        };
        self.checker.diagnostics.push(error);
        None
    }

    /// An integer literal, which takes the wanted integer type.
    pub(super) fn integer(
        &mut self,
        value: u64,
        negative: bool,
        span: Span,
        wanted: Option<ScalarType>,
    ) -> Option<Value> {
        let ty = match wanted {
            Some(ty) if ty.is_integer() => ty,
            _ if negative => ScalarType::I32,
            _ => ScalarType::U32,
        };
        let most = match ty {
            ScalarType::I32 => (1 << 31) - 1 + u64::from(negative),
            ScalarType::I64 => (1 << 63) - 1 + u64::from(negative),
            ScalarType::U64 => u64::MAX,
            _ => u32::MAX.into(),
        };
        if value > most || (negative && !ty.is_signed()) {
            let text = if negative { format!("-{value}") } else { value.to_string() };
            self.checker.diagnostics.push(e0305_literal_out_of_range::error(span, &text, ty));
            return None;
        }
        let bits = if negative { value.wrapping_neg() } else { value } & ty.mask();
        Some(Value::scalar(Expression { kind: ExpressionKind::Literal(bits), ty, span }))
    }

    /// `a[i] else v`: the value is evaluated only where an index is out of range.
    fn read_or(
        &mut self,
        base: &tree::Expression,
        indices: &[tree::Expression],
        otherwise: &tree::Expression,
        span: Span,
    ) -> Option<Value> {
        let cell =
            tree::ExpressionKind::Index { base: Box::new(base.clone()), indices: indices.to_vec(), otherwise: None };
        let mut cell = self.reference(&tree::Expression { kind: cell, span, depth: 1 });
        // Where the value is evaluated in any case, the indices come before it.
        if let Some(Reference::Cells(cells)) = &mut cell {
            cells.indices = self.shared_indices(cells);
        }
        let (ty, name) = match &cell {
            Some(Reference::Cells(cells)) => (Some(cells.ty.clone()), cells.declared),
            _ => (None, span),
        };
        let wanted = ty.as_ref().and_then(Type::scalar);
        let (statements, value) = self.in_block(|this| this.value(otherwise, wanted));
        let value = self.expect(value?, &ty?, Some((name, "the cells of this array")))?;
        let Value { ty, parts, .. } = value;
        if let ([_, _, ..], Some(Reference::Cells(cells))) = (parts.as_slice(), &cell)
            && !statements.is_empty()
        {
            let inside = self.inside(cells, span);
            let (loads, there) = self.in_block(|this| this.load(Reference::Cells(cells.clone()), None, span));
            let there = Branch { statements: loads, value: Some(there?) };
            let otherwise = Branch { statements, value: Some(Value { ty: ty.clone(), parts, span }) };
            let branches = Branches { arms: vec![(inside, there)], otherwise: Some(otherwise) };
            return Some(self.set_in_branches(branches, ty, span));
        }
        let parts = parts.into_iter().map(|part| Self::wrapped(statements.clone(), part)).collect();
        self.load(cell?, Some(Value { ty, parts, span }), span)
    }

    /// Whether all indices of a cell are in range. Only arrays of constant sizes have cells of several parts.
    fn inside(&mut self, cells: &Cells, span: Span) -> Expression {
        let ty = ScalarType::Bool;
        let below = cells.indices.iter().zip(&cells.dimensions).map(|(index, size)| {
            let index = match index.ty {
                ScalarType::U32 => index.clone(),
                // A negative index becomes one that is too large.
                _ => Expression { kind: ExpressionKind::Convert(Box::new(index.clone())), ty: ScalarType::U32, span },
            };
            let (left, right) = (Box::new(index), Box::new(size.clone()));
            Expression { kind: ExpressionKind::Binary { operator: Binary::Less, left, right }, ty, span }
        });
        let all = below.reduce(|left, right| {
            let (left, right) = (Box::new(left), Box::new(right));
            Expression { kind: ExpressionKind::Binary { operator: Binary::And, left, right }, ty, span }
        });
        all.unwrap_or(Expression { kind: ExpressionKind::Literal(1), ty, span })
    }

    fn logic(&mut self, and: bool, left: &tree::Expression, right: &tree::Expression, span: Span) -> Option<Value> {
        if self.frame.place == Place::Job {
            self.misplaced(span, "`&&` or `||`", "in a kernel or a function");
            return None;
        }
        let left = self.typed(left, ScalarType::Bool, None);
        let (statements, right) = self.in_block(|this| this.typed(right, ScalarType::Bool, None));
        let (left, right) = (Box::new(left?), Box::new(Self::wrapped(statements, right?)));
        let kind = ExpressionKind::Logic { and, left, right };
        Some(Value::scalar(Expression { kind, ty: ScalarType::Bool, span }))
    }

    fn choose(
        &mut self,
        arms: &[(tree::Expression, tree::Block)],
        otherwise: &tree::Block,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Value> {
        if self.frame.place == Place::Job {
            self.misplaced(span, "an `if`", "in a kernel or a function");
            return None;
        }
        let mut first: Option<(Type, Span)> = None;
        let branches = self.branches(arms, Some(otherwise), wanted, &mut first)?;
        let (ty, _) = first?;
        if let (Type::Scalar(scalar), Some(otherwise)) = (&ty, &branches.otherwise) {
            let single = |branch: &Branch| {
                let result = branch.value.as_ref().and_then(|value| value.parts.first().cloned()).map(Box::new);
                Block { statements: branch.statements.clone(), result, weight: 0 }
            };
            let arms = branches.arms.iter().map(|(condition, branch)| (condition.clone(), single(branch))).collect();
            let kind = ExpressionKind::If { arms, otherwise: Box::new(single(otherwise)) };
            return Some(Value::scalar(Expression { kind, ty: *scalar, span }));
        }
        Some(self.set_in_branches(branches, ty, span))
    }

    /// An `if` whose branches set variables, and the value of these.
    fn set_in_branches(&mut self, branches: Branches, ty: Type, span: Span) -> Value {
        let leaves = self.checker.leaves(&ty);
        let locals: Vec<_> = leaves.iter().map(|(_, ty)| self.local("", LocalKind::Var, *ty, &[])).collect();
        let assign = |branch: Branch| {
            let mut statements = branch.statements;
            for (local, part) in locals.iter().zip(branch.value.map(|value| value.parts).unwrap_or_default()) {
                statements.push(Statement::Set { local: *local, value: part });
            }
            Block { statements, result: None, weight: 0 }
        };
        let arms = branches.arms.into_iter().map(|(condition, branch)| (condition, assign(branch))).collect();
        self.push(Statement::If { arms, otherwise: branches.otherwise.map(assign) });
        let parts = locals.into_iter().zip(leaves).map(|(local, (_, ty))| {
            let kind = ExpressionKind::Local(local);
            Expression { kind, ty, span }
        });
        Value { ty, parts: parts.collect(), span }
    }

    /// The arms of an `if` that is a value. Where the condition of a later arm makes statements, it and what follows
    /// it move into the `else` of those before.
    fn branches(
        &mut self,
        arms: &[(tree::Expression, tree::Block)],
        otherwise: Option<&tree::Block>,
        wanted: Option<ScalarType>,
        first: &mut Option<(Type, Span)>,
    ) -> Option<Branches> {
        let mut typed = Vec::new();
        let mut whole = true;
        for (i, (condition, block)) in arms.iter().enumerate() {
            let (statements, condition) = self.in_block(|this| this.typed(condition, ScalarType::Bool, None));
            if !statements.is_empty() && i == 0 {
                self.statements.extend(statements);
            } else if !statements.is_empty() {
                // Checked again inside the `else`, so what was made here is dropped.
                let (statements, value) = self.in_block(|this| {
                    let inner = this.branches(&arms[i..], otherwise, wanted, first)?;
                    let (ty, span) = first.clone()?;
                    Some(this.set_in_branches(inner, ty, span))
                });
                let otherwise = Branch { statements, value: Some(value?) };
                return whole.then_some(Branches { arms: typed, otherwise: Some(otherwise) });
            }
            let branch = self.branch(block, wanted, first);
            match (condition, branch) {
                (Some(condition), Some(branch)) => typed.push((condition, branch)),
                _ => whole = false,
            }
        }
        let otherwise = match otherwise {
            Some(block) => Some(self.branch(block, wanted, first)?),
            None => None,
        };
        whole.then_some(Branches { arms: typed, otherwise })
    }

    /// A branch that must have a value, of the type of the first branch.
    fn branch(
        &mut self,
        block: &tree::Block,
        wanted: Option<ScalarType>,
        first: &mut Option<(Type, Span)>,
    ) -> Option<Branch> {
        let wanted = first.as_ref().map_or(wanted, |(ty, _)| ty.scalar());
        let (statements, value) = self.in_block(|this| this.valued_block(block, wanted));
        let value = value?;
        match first {
            None => *first = Some((value.ty.clone(), value.span)),
            Some((ty, span)) => {
                let why = Some((*span, "the first branch has this type"));
                self.expect(value.clone(), &ty.clone(), why)?;
            }
        }
        Some(Branch { statements, value: Some(value) })
    }

    /// The value of a block that must have one; its statements join the open block. No loop outside it is left from
    /// inside it.
    pub(super) fn valued_block(&mut self, block: &tree::Block, wanted: Option<ScalarType>) -> Option<Value> {
        let loops = std::mem::take(&mut self.frame.loops);
        let errors = self.checker.diagnostics.len();
        block.statements.iter().for_each(|statement| self.statement(statement));
        let value = block.result.as_ref().map(|result| self.value(result, wanted));
        self.frame.loops = loops;
        if let (None, Some(last)) = (&value, lacks_else(block)) {
            // The values of its blocks are not mistakes of their own.
            let mut inner = self.checker.diagnostics.split_off(errors);
            inner.retain(|error| error.code != e0307_block_value::CODE);
            self.checker.diagnostics.extend(inner);
            self.checker.diagnostics.push(e0307_block_value::missing_else(last));
        } else if value.is_none() {
            let ty = wanted.map_or("the other branch", ScalarType::name);
            self.checker.diagnostics.push(e0307_block_value::missing(block.span, ty));
        }
        value.flatten()
    }
}

/// The place of the `if` without `else` that ends a block as if it had a value.
fn lacks_else(block: &tree::Block) -> Option<Span> {
    let last = block.statements.last()?;
    match &last.kind {
        tree::StatementKind::If { arms, otherwise: None } => {
            arms.iter().any(|(_, block)| block.result.is_some()).then_some(last.span)
        }
        _ => None,
    }
}

/// A branch: what it does, and its value.
struct Branch {
    statements: Vec<Statement>,
    value: Option<Value>,
}

struct Branches {
    arms: Vec<(Expression, Branch)>,
    otherwise: Option<Branch>,
}

/// Whether an expression is of integer literals alone and so takes any integer type.
pub(super) fn flexible(tree: &tree::Expression) -> bool {
    match &tree.kind {
        tree::ExpressionKind::Integer(_) => true,
        tree::ExpressionKind::Unary { operand, .. } => flexible(operand),
        tree::ExpressionKind::Binary { operator, left, right } => {
            !operator.is_comparison() && flexible(left) && flexible(right)
        }
        _ => false,
    }
}

/// Whether an expression of literals has a negative one.
pub(super) fn negates(tree: &tree::Expression) -> bool {
    match &tree.kind {
        tree::ExpressionKind::Unary { operator, operand } => *operator == Unary::Negate || negates(operand),
        tree::ExpressionKind::Binary { left, right, .. } => negates(left) || negates(right),
        _ => false,
    }
}
