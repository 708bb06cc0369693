//! What the checking of one body carries along: the frame of names, the scalars and statements made so far, and how
//! large it has become. Calls are written out: the function's body is checked in a frame of its own, and its statements
//! join those of the caller.

use lockstep_module::Access;
use lockstep_numbers::ScalarType;

use super::{
    Checker,
    value::{Binding, Value},
};
use crate::{
    errors::e0407_too_large,
    program::{Block, Expression, ExpressionKind, Local, LocalId, Shared, Statement},
    resolve::{Body, Definition, LocalKind},
    source::Span,
    syntax::tree::Name,
};

/// The most expressions and statements of one kernel or function, functions written out.
pub const MAX_SIZE: usize = 1 << 16;
/// The same for a whole program.
const MAX_PROGRAM_SIZE: usize = 1 << 21;
/// The deepest nesting of expressions and blocks, functions written out.
const MAX_NESTING: u32 = 600;

/// Where a body stands. It decides which names and statements belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Function,
    /// The code of a lane.
    Lane,
    /// The code of a group, outside phases.
    Group,
    Job,
    /// A value that is known when the program is compiled.
    Constant,
}

/// An array parameter of a kernel, or an array of a job.
#[derive(Clone, Debug)]
pub(super) struct ArrayParameter {
    pub(super) access: Access,
    /// The type of a cell; None after an error.
    pub(super) element: Option<ScalarType>,
    /// The sizes as expressions over extents; None for the temporaries of a job.
    pub(super) dimensions: Vec<Expression>,
    pub(super) name: String,
    /// The number of the tile that the array is written through, and that tile's name.
    pub(super) written_through: Option<String>,
}

/// The names of the body that is being checked.
pub(super) struct Frame<'c> {
    pub(super) names: &'c Body,
    pub(super) place: Place,
    /// What each local of `resolve` stands for.
    pub(super) bindings: Vec<Binding>,
    /// How many loops are open.
    pub(super) loops: usize,
}

impl<'c> Frame<'c> {
    pub(super) fn new(names: &'c Body, place: Place) -> Frame<'c> {
        Frame { names, place, bindings: vec![Binding::Unset; names.locals.len()], loops: 0 }
    }
}

pub(super) struct BodyChecker<'c, 'r, 't> {
    pub(super) checker: &'c mut Checker<'r, 't>,
    pub(super) frame: Frame<'r>,
    /// The arrays of the kernel or job.
    pub(super) arrays: Vec<ArrayParameter>,
    /// The scalars and arrays of scalars so far.
    pub(super) locals: Vec<Local>,
    /// The shared arrays so far.
    pub(super) shared: Vec<Shared>,
    /// The statements of the block that is being checked.
    pub(super) statements: Vec<Statement>,
    /// Whether lanes own cells of the arrays themselves, as in an `each` kernel, and not of tiles.
    pub(super) arrays_are_owned: bool,
    /// How many tiles there are so far.
    pub(super) tiles: usize,
    /// The lanes of a group; empty in an `each` kernel.
    pub(super) group_shape: Vec<u32>,
    /// Whether a parameter has an error, so that nothing can be said of those who use the interface.
    pub(super) interface_is_broken: bool,
    /// How many accesses there are so far.
    pub(super) accesses: u32,
    /// While something is evaluated at compile time: the first local that belongs to it.
    pub(super) evaluated_from: usize,
    /// What is being checked, for the message that it is too large.
    pub(super) whole: (Span, String),
    size: usize,
    nesting: u32,
}

impl<'c, 'r, 't> BodyChecker<'c, 'r, 't> {
    pub(super) fn new(checker: &'c mut Checker<'r, 't>, names: &'r Body, place: Place, whole: (Span, String)) -> Self {
        BodyChecker {
            checker,
            frame: Frame::new(names, place),
            arrays: Vec::new(),
            locals: Vec::new(),
            shared: Vec::new(),
            statements: Vec::new(),
            arrays_are_owned: true,
            tiles: 0,
            group_shape: Vec::new(),
            interface_is_broken: false,
            accesses: 0,
            evaluated_from: 0,
            whole,
            size: 0,
            nesting: 0,
        }
    }

    /// A new scalar, or array of scalars, of the typed program.
    pub(super) fn local(&mut self, name: &str, kind: LocalKind, element: ScalarType, dimensions: &[u32]) -> LocalId {
        self.locals.push(Local { name: name.into(), kind, element, dimensions: dimensions.to_vec() });
        LocalId(self.locals.len() as u32 - 1)
    }

    /// Says what a declared name stands for.
    pub(super) fn bind(&mut self, name: &Name, binding: Binding) {
        if let Some(id) = self.checker.resolved.local(name)
            && let Some(slot) = self.frame.bindings.get_mut(id.0 as usize)
        {
            *slot = binding;
        }
    }

    /// A new immutable scalar with a name of the source.
    pub(super) fn bind_scalar(&mut self, name: &Name, kind: LocalKind, ty: ScalarType) -> LocalId {
        let local = self.local(&name.text, kind, ty, &[]);
        let part = Expression { kind: ExpressionKind::Local(local), ty, span: name.span };
        self.bind(name, Binding::Value(Value::scalar(part)));
        local
    }

    /// Adds a statement to the open block.
    pub(super) fn push(&mut self, statement: Statement) {
        self.count();
        self.statements.push(statement);
    }

    /// Counts one more expression or statement.
    pub(super) fn count(&mut self) {
        self.size += 1;
        self.checker.size += 1;
    }

    /// Goes one level deeper; false where the body is too large to go on.
    pub(super) fn deeper(&mut self) -> bool {
        self.nesting += 1;
        let too_large = self.size > MAX_SIZE || self.nesting > MAX_NESTING || self.checker.size > MAX_PROGRAM_SIZE;
        if too_large {
            let (span, name) = self.whole.clone();
            self.checker.diagnostics.push(e0407_too_large::body(span, &name, MAX_SIZE, MAX_NESTING));
        }
        !too_large
    }

    pub(super) fn shallower(&mut self) {
        self.nesting -= 1;
    }

    /// Checks something in a block of its own, and gives its statements.
    pub(super) fn in_block<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> (Vec<Statement>, T) {
        let outer = std::mem::take(&mut self.statements);
        let result = inner(self);
        (std::mem::replace(&mut self.statements, outer), result)
    }

    /// Values evaluated before `mark` must not move behind the statements that came since: binds them to `let`s there.
    pub(super) fn keep_order(&mut self, mark: usize, value: Value) -> Value {
        if self.statements.len() == mark {
            return value;
        }
        let Value { ty, parts, span: whole } = value;
        let mut at = mark;
        let parts = parts.into_iter().map(|part| {
            if self.is_settled(&part) {
                return part;
            }
            let (element, span) = (part.ty, part.span);
            let local = self.local("", LocalKind::Let, element, &[]);
            self.count();
            self.statements.insert(at, Statement::Set { local, value: part });
            at += 1;
            Expression { kind: ExpressionKind::Local(local), ty: element, span }
        });
        let parts = parts.collect();
        Value { ty, parts, span: whole }
    }

    /// Whether an expression may be evaluated anywhere and as often as one likes: a literal, or a local that never
    /// changes. A `var` may be assigned by what comes after it.
    fn is_settled(&self, value: &Expression) -> bool {
        let changes = |local: LocalId| {
            let kind = self.locals.get(local.0 as usize).map(|local| local.kind);
            matches!(kind, Some(LocalKind::Var | LocalKind::Lane))
        };
        value.is_leaf() && !value.as_local().is_some_and(changes)
    }

    /// The expression itself if it is settled, else a new `let` of it.
    pub(super) fn once(&mut self, value: Expression, name: &str) -> Expression {
        if self.is_settled(&value) {
            return value;
        }
        let (ty, span) = (value.ty, value.span);
        let local = self.local(name, LocalKind::Let, ty, &[]);
        self.push(Statement::Set { local, value });
        Expression { kind: ExpressionKind::Local(local), ty, span }
    }

    /// The value under a name of its own: a `let` for each of its parts.
    pub(super) fn named(&mut self, name: &str, value: Value) -> Value {
        let leaves = self.checker.leaves(&value.ty);
        let parts = value.parts.into_iter().zip(leaves).map(|(part, (suffix, ty))| {
            let span = part.span;
            let local = self.local(&format!("{name}{suffix}"), LocalKind::Let, ty, &[]);
            self.push(Statement::Set { local, value: part });
            Expression { kind: ExpressionKind::Local(local), ty, span }
        });
        let parts = parts.collect();
        Value { ty: value.ty, parts, span: value.span }
    }

    /// A number for one more access.
    pub(super) fn access_id(&mut self) -> u32 {
        self.accesses += 1;
        self.accesses - 1
    }

    /// A block expression where statements were made, else the expression itself.
    pub(super) fn wrapped(statements: Vec<Statement>, result: Expression) -> Expression {
        if statements.is_empty() {
            return result;
        }
        let (ty, span) = (result.ty, result.span);
        let block = Block { statements, result: Some(Box::new(result)), weight: 0 };
        Expression { kind: ExpressionKind::If { arms: Vec::new(), otherwise: Box::new(block) }, ty, span }
    }

    /// Where a name was declared, if it is of this program.
    pub(super) fn declared(&self, meaning: Definition) -> Option<Span> {
        let resolved = self.checker.resolved;
        match meaning {
            Definition::Local(id) => self.frame.names.locals.get(id.0 as usize).map(|local| local.name.span),
            Definition::Array(id) => self.frame.names.arrays.get(id as usize).map(|name| name.span),
            Definition::Constant(id) => resolved.constants.get(id as usize).map(|c| c.item.name.span),
            Definition::Struct(id) => resolved.structs.get(id as usize).map(|s| s.item.name.span),
            Definition::Function(id) => resolved.functions.get(id as usize).map(|f| f.item.name.span),
            Definition::Kernel(id) => resolved.kernels.get(id as usize).map(|k| k.item.name.span),
            Definition::Job(id) => resolved.jobs.get(id as usize).map(|j| j.item.name.span),
            Definition::Builtin(_) | Definition::BuiltinType(_) | Definition::Unknown => None,
        }
    }

    /// What a name is, in words with an article.
    pub(super) fn describe(&self, meaning: Definition) -> &'static str {
        match meaning {
            Definition::Local(id) => match self.frame.bindings.get(id.0 as usize) {
                Some(Binding::Cells(_)) => "an array",
                _ => self.frame.names.locals.get(id.0 as usize).map_or("a local", |local| local.kind.describe()),
            },
            Definition::Array(_) => "an array",
            Definition::Constant(_) => "a constant",
            Definition::Function(_) | Definition::Builtin(_) => "a function",
            Definition::Struct(_) | Definition::BuiltinType(_) => "a type",
            Definition::Kernel(_) => "a kernel",
            Definition::Job(_) => "a job",
            Definition::Unknown => "unknown",
        }
    }
}

impl Expression {
    /// Whether it is a literal or a local.
    pub(super) fn is_leaf(&self) -> bool {
        matches!(self.kind, ExpressionKind::Literal(_) | ExpressionKind::Local(_))
    }

    /// Whether it is a literal, or a packed word made of one.
    pub(super) fn is_constant(&self) -> bool {
        match &self.kind {
            ExpressionKind::Literal(_) => true,
            ExpressionKind::FromBits(bits) => matches!(bits.kind, ExpressionKind::Literal(_)),
            _ => false,
        }
    }

    /// The local that this expression is.
    pub fn as_local(&self) -> Option<LocalId> {
        match self.kind {
            ExpressionKind::Local(id) => Some(id),
            _ => None,
        }
    }
}
