//! What the grammar calls to make nodes. Nesting is bounded here, so that no later pass can exhaust the stack.

use lockstep_module::Combine;
use lockstep_numbers::{Binary, Unary, float, from_decimal};

use super::tree::{Block, Expression, ExpressionKind, Name, Statement, StatementKind, Type, TypeKind};
use crate::{diagnostic::Diagnostic, errors, source::Span};

/// The deepest nesting of expressions and blocks.
pub const MAX_DEPTH: u32 = 200;

/// The state of one parse: which source it reads, and the errors so far.
pub struct Builder {
    /// The source's index.
    pub source: u32,
    /// What went wrong, in no particular order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// The span of these bytes.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span { source: self.source, start, end }
    }

    /// A name.
    pub fn name(&self, start: u32, text: &str, end: u32) -> Name {
        Name { text: text.into(), span: self.span(start, end) }
    }

    /// An expression around `parts`, or a broken one where the nesting is too deep.
    fn expression(&mut self, kind: ExpressionKind, start: u32, end: u32, below: u32) -> Expression {
        let span = self.span(start, end);
        let depth = below + 1;
        if depth > MAX_DEPTH {
            self.diagnostics.push(errors::e0104_nested_too_deeply::error(span));
            return Expression { kind: ExpressionKind::Broken, span, depth: 0 };
        }
        Expression { kind, span, depth }
    }

    /// An expression without parts.
    pub fn leaf(&mut self, start: u32, kind: ExpressionKind, end: u32) -> Expression {
        self.expression(kind, start, end, 0)
    }

    /// `12`, `0xff`, `0b101`.
    pub fn integer(&mut self, start: u32, text: &str, end: u32) -> Expression {
        let digits = text.replace('_', "");
        let value = match digits.get(..2) {
            Some("0x") => u64::from_str_radix(&digits[2..], 16),
            Some("0b") => u64::from_str_radix(&digits[2..], 2),
            _ => digits.parse(),
        };
        if value.is_err() {
            self.diagnostics.push(errors::e0103_bad_number::error(self.span(start, end), text));
        }
        self.leaf(start, ExpressionKind::Integer(value.ok()), end)
    }

    /// `1.5e-3`.
    pub fn float(&mut self, start: u32, text: &str, end: u32) -> Expression {
        let word = from_decimal(&text.replace('_', "")).unwrap_or(float::NAN);
        self.leaf(start, ExpressionKind::Float(word), end)
    }

    /// `a[i] else v`.
    pub fn index(
        &mut self,
        start: u32,
        base: Expression,
        indices: Vec<Expression>,
        otherwise: Option<Expression>,
        end: u32,
    ) -> Expression {
        let below = depth_of(indices.iter().chain(&otherwise).chain([&base]));
        let (base, otherwise) = (Box::new(base), otherwise.map(Box::new));
        self.expression(ExpressionKind::Index { base, indices, otherwise }, start, end, below)
    }

    /// `c.re`.
    pub fn field(&mut self, start: u32, base: Expression, name: Name, end: u32) -> Expression {
        let below = base.depth;
        self.expression(ExpressionKind::Field { base: Box::new(base), name }, start, end, below)
    }

    /// `f::<4>(a)`.
    pub fn call(
        &mut self,
        start: u32,
        function: Name,
        generics: Vec<Expression>,
        arguments: Vec<Expression>,
        end: u32,
    ) -> Expression {
        let below = depth_of(arguments.iter().chain(&generics));
        self.expression(ExpressionKind::Call { function, generics, arguments }, start, end, below)
    }

    /// `[f32; 4]`. Types nest as expressions do, inside brackets, so the depth of those bounds them.
    pub fn array_type(&self, start: u32, element: Type, dimensions: Vec<Expression>, end: u32) -> Type {
        Type { kind: TypeKind::Array(Box::new(element), dimensions), span: self.span(start, end) }
    }

    /// `add` in `acc(add)`.
    pub fn combine(&mut self, operator: Name) -> Combine {
        match Combine::ALL.into_iter().find(|combine| combine.name() == operator.text) {
            Some(combine) => combine,
            None => {
                self.diagnostics.push(errors::e0313_unknown_combine::error(&operator));
                Combine::Add
            }
        }
    }

    /// `-a`.
    pub fn unary(&mut self, start: u32, operator: Unary, operand: Expression, end: u32) -> Expression {
        let below = operand.depth;
        self.expression(ExpressionKind::Unary { operator, operand: Box::new(operand) }, start, end, below)
    }

    /// `a + b`.
    pub fn binary(
        &mut self,
        start: u32,
        left: Expression,
        operator: Binary,
        right: Expression,
        end: u32,
    ) -> Expression {
        let below = left.depth.max(right.depth);
        let (left, right) = (Box::new(left), Box::new(right));
        self.expression(ExpressionKind::Binary { operator, left, right }, start, end, below)
    }

    /// `a && b`.
    pub fn logic(&mut self, start: u32, left: Expression, and: bool, right: Expression, end: u32) -> Expression {
        let below = left.depth.max(right.depth);
        let (left, right) = (Box::new(left), Box::new(right));
        self.expression(ExpressionKind::Logic { and, left, right }, start, end, below)
    }

    /// `if a { x } else { y }`.
    pub fn choose(&mut self, start: u32, arms: Vec<(Expression, Block)>, otherwise: Block, end: u32) -> Expression {
        let results = arms.iter().flat_map(|(_, block)| &block.result).chain(&otherwise.result);
        let below = depth_of(arms.iter().map(|(condition, _)| condition)).max(depth_of(results.map(AsRef::as_ref)));
        self.expression(ExpressionKind::If { arms, otherwise: Box::new(otherwise) }, start, end, below)
    }

    /// A statement.
    pub fn statement(&self, start: u32, kind: StatementKind, end: u32) -> Statement {
        Statement { kind, span: self.span(start, end) }
    }

    /// A block. A closing `if` whose arms all have values is the value of the block.
    pub fn block(&mut self, start: u32, mut statements: Vec<Statement>, result: Option<Expression>, end: u32) -> Block {
        let mut result = result;
        if result.is_none()
            && let Some(Statement { kind: StatementKind::If { arms, otherwise: Some(otherwise) }, .. }) =
                statements.last()
            && otherwise.result.is_some()
            && arms.iter().all(|(_, block)| block.result.is_some())
            && let Some(Statement { kind: StatementKind::If { arms, otherwise: Some(otherwise) }, span }) =
                statements.pop()
        {
            result = Some(self.choose(span.start, arms, otherwise, span.end));
        }
        Block { statements, result: result.map(Box::new), span: self.span(start, end) }
    }
}

fn depth_of<'a>(parts: impl IntoIterator<Item = &'a Expression>) -> u32 {
    parts.into_iter().map(|part| part.depth).max().unwrap_or(0)
}
