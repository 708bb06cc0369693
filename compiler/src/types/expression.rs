//! The types of expressions. `wanted` flows inward, so that a literal takes the type of its surroundings; what comes
//! out is a typed expression, or None after an error.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::body::{BodyChecker, Place};
use crate::{
    errors::{
        e0205_wrong_kind_of_name, e0302_operator_type, e0305_literal_out_of_range, e0307_block_value,
        e0309_not_constant, e0312_misplaced_statement,
    },
    program::{Block, Expression, ExpressionKind},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Name},
};

impl BodyChecker<'_, '_, '_> {
    /// The typed expression. Its type need not be the wanted one.
    pub(super) fn expression(&mut self, tree: &tree::Expression, wanted: Option<ScalarType>) -> Option<Expression> {
        use tree::ExpressionKind as Tree;
        let span = tree.span;
        let literal = |word, ty| Some(Expression { kind: ExpressionKind::Literal(word), ty, span });
        match &tree.kind {
            Tree::Integer(value) => self.integer((*value)?, false, span, wanted),
            Tree::Float(word) => literal(*word, ScalarType::F32),
            Tree::Bool(value) => literal((*value).into(), ScalarType::Bool),
            Tree::Name(name) => self.name(name, span),
            Tree::Index { array, indices, otherwise } => self.load(array, indices, otherwise.as_deref(), span),
            Tree::Call { function, arguments } => self.call(function, arguments, wanted, span),
            Tree::Convert { to, operand } => {
                let operand = self.expression(operand, None)?;
                if *to == ScalarType::Bool {
                    self.checker.diagnostics.push(e0302_operator_type::error(span, "bool", operand.ty));
                    return None;
                }
                Some(Expression { kind: ExpressionKind::Convert(Box::new(operand)), ty: *to, span })
            }
            Tree::Unary { operator, operand } => self.unary(*operator, operand, wanted, span),
            Tree::Binary { operator, left, right } => self.binary(*operator, left, right, wanted, span),
            Tree::Logic { and, left, right } => {
                if self.place == Place::Job {
                    self.misplaced(span, "`&&` or `||`", "in a kernel or a function");
                    return None;
                }
                let left = self.typed(left, ScalarType::Bool, None);
                let right = self.typed(right, ScalarType::Bool, None);
                let (left, right) = (Box::new(left?), Box::new(right?));
                Some(Expression { kind: ExpressionKind::Logic { and: *and, left, right }, ty: ScalarType::Bool, span })
            }
            Tree::If { arms, otherwise } => self.choose(arms, otherwise, wanted, span),
            Tree::Broken => None,
        }
    }

    /// The typed expression, of exactly this type.
    pub(super) fn typed(
        &mut self,
        tree: &tree::Expression,
        ty: ScalarType,
        why: Option<(Span, &str)>,
    ) -> Option<Expression> {
        let typed = self.expression(tree, Some(ty))?;
        self.checker.expect(typed, ty, why)
    }

    fn integer(&mut self, value: u32, negative: bool, span: Span, wanted: Option<ScalarType>) -> Option<Expression> {
        let ty = match wanted {
            Some(ty @ (ScalarType::I32 | ScalarType::U32)) => ty,
            _ if negative => ScalarType::I32,
            _ => ScalarType::U32,
        };
        let most = if ty == ScalarType::U32 { u32::MAX } else { (1 << 31) - 1 + u32::from(negative) };
        if value > most || (negative && ty == ScalarType::U32) {
            let text = if negative { format!("-{value}") } else { value.to_string() };
            self.checker.diagnostics.push(e0305_literal_out_of_range::error(span, &text, ty));
            return None;
        }
        let word = if negative { value.wrapping_neg() } else { value };
        Some(Expression { kind: ExpressionKind::Literal(word), ty, span })
    }

    fn name(&mut self, name: &Name, span: Span) -> Option<Expression> {
        let meaning = self.checker.resolved.meaning(name);
        match meaning {
            Definition::Local(_) | Definition::Array(_) if self.place == Place::Constant => {
                self.checker.diagnostics.push(e0309_not_constant::error(span, "this"));
                return None;
            }
            Definition::Local(id) => match self.types.get(id.0 as usize)?.as_ref()? {
                (ty, dimensions) if dimensions.is_empty() => {
                    return Some(Expression { kind: ExpressionKind::Local(id), ty: *ty, span });
                }
                _ => {}
            },
            Definition::Constant(id) => match self.checker.known_constant(id) {
                Some(constant) if constant.dimensions.is_empty() => {
                    let word = constant.words.first().copied().unwrap_or(0);
                    return Some(Expression { kind: ExpressionKind::Literal(word), ty: constant.element, span });
                }
                Some(_) => {}
                None => {
                    let error = e0309_not_constant::error(span, "a constant used by another, or by a type,");
                    self.checker.diagnostics.push(error.with_help("declare it above"));
                    return None;
                }
            },
            Definition::Unknown => return None,
            _ => {}
        }
        self.wrong_kind(name, meaning, "a value");
        None
    }

    pub(super) fn wrong_kind(&mut self, name: &Name, meaning: Definition, wanted: &str) {
        if meaning != Definition::Unknown {
            let error = e0205_wrong_kind_of_name::error(name, self.describe(meaning), wanted, self.declared(meaning));
            self.checker.diagnostics.push(error);
        }
    }

    pub(super) fn unary(
        &mut self,
        operator: Unary,
        operand: &tree::Expression,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Expression> {
        if let (Unary::Negate, tree::ExpressionKind::Integer(value)) = (operator, &operand.kind) {
            return self.integer((*value)?, true, span, wanted);
        }
        let wanted = wanted.or((operator == Unary::Negate && flexible(operand)).then_some(ScalarType::I32));
        let operand = self.expression(operand, wanted)?;
        if !operator.accepts(operand.ty) {
            let symbol = match operator {
                Unary::Negate => "-",
                Unary::Not => "!",
                Unary::Absolute => "abs",
                Unary::SquareRoot => "sqrt",
            };
            self.checker.diagnostics.push(e0302_operator_type::error(span, symbol, operand.ty));
            return None;
        }
        let ty = operand.ty;
        Some(Expression { kind: ExpressionKind::Unary { operator, operand: Box::new(operand) }, ty, span })
    }

    pub(super) fn binary(
        &mut self,
        operator: Binary,
        left: &tree::Expression,
        right: &tree::Expression,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Expression> {
        let negative = flexible(left) && flexible(right) && (negates(left) || negates(right));
        let wanted = if operator.is_comparison() { None } else { wanted }.or(negative.then_some(ScalarType::I32));
        let shift = matches!(operator, Binary::ShiftLeft | Binary::ShiftRight);
        let (left, right) = if shift {
            (self.expression(left, wanted), self.typed(right, ScalarType::U32, None))
        } else if flexible(left) && !flexible(right) {
            let right = self.expression(right, wanted);
            (self.expression(left, right.as_ref().map(|r| r.ty).or(wanted)), right)
        } else {
            let left = self.expression(left, wanted);
            let ty = left.as_ref().map(|l| l.ty).or(wanted);
            (left, self.expression(right, ty))
        };
        let (left, right) = (left?, right?);
        if !operator.accepts(left.ty) {
            self.checker.diagnostics.push(e0302_operator_type::error(span, operator.symbol(), left.ty));
            return None;
        }
        let ty = left.ty;
        let right = if shift {
            right
        } else {
            let symbol = operator.symbol();
            let why = format!("the other operand of `{symbol}` is {ty}");
            self.checker.expect(right, ty, Some((left.span, &why)))?
        };
        let ty = if operator.is_comparison() { ScalarType::Bool } else { ty };
        let (left, right) = (Box::new(left), Box::new(right));
        Some(Expression { kind: ExpressionKind::Binary { operator, left, right }, ty, span })
    }

    fn choose(
        &mut self,
        arms: &[(tree::Expression, tree::Block)],
        otherwise: &tree::Block,
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Expression> {
        if matches!(self.place, Place::Job | Place::Constant) {
            let place = "in a kernel or a function";
            self.checker.diagnostics.push(e0312_misplaced_statement::error(span, "an `if`", place));
            return None;
        }
        let mut typed = Vec::new();
        let mut ty = wanted;
        let mut first: Option<(ScalarType, Span)> = None;
        let mut whole = true;
        for (condition, block) in arms {
            let condition = self.typed(condition, ScalarType::Bool, None);
            let block = self.branch(block, ty, &mut first);
            ty = first.map(|(ty, _)| ty).or(ty);
            match (condition, block) {
                (Some(condition), Some(block)) => typed.push((condition, block)),
                _ => whole = false,
            }
        }
        let otherwise = self.branch(otherwise, ty, &mut first);
        let (ty, _) = first?;
        let (true, Some(otherwise)) = (whole, otherwise) else { return None };
        Some(Expression { kind: ExpressionKind::If { arms: typed, otherwise: Box::new(otherwise) }, ty, span })
    }

    /// A branch that must have a value, of the type of the first branch.
    fn branch(
        &mut self,
        block: &tree::Block,
        wanted: Option<ScalarType>,
        first: &mut Option<(ScalarType, Span)>,
    ) -> Option<Block> {
        let typed = self.valued_block(block, wanted)?;
        let value = typed.result.as_deref()?;
        match first {
            None => *first = Some((value.ty, value.span)),
            Some((ty, span)) => {
                self.checker.expect(value.clone(), *ty, Some((*span, "the first branch has this type")))?;
            }
        }
        Some(typed)
    }

    /// A block that must have a value. No loop outside it is left from inside it.
    pub(super) fn valued_block(&mut self, block: &tree::Block, wanted: Option<ScalarType>) -> Option<Block> {
        let loops = std::mem::take(&mut self.loops);
        let typed = self.block(block, wanted);
        self.loops = loops;
        if block.result.is_none() {
            let ty = wanted.map_or("the other branch", ScalarType::name);
            self.checker.diagnostics.push(e0307_block_value::missing(block.span, ty));
            return None;
        }
        typed.filter(|typed| typed.result.is_some())
    }
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
