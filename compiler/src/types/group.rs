//! The body of a tile kernel: what a group does. Outside phases only uniform values can be seen, so all lanes take the
//! same way, and a barrier between phases is always legal.

use lockstep_numbers::ScalarType;

use super::{
    body::{BodyChecker, Place},
    ty::{MAX_TABLE_CELLS, Type},
    value::{ArrayKind, Binding, Cells},
};
use crate::{
    errors::{e0306_bad_type, e0315_bad_tile, e0407_too_large},
    program::{ArrayRef, Block, Expression, ExpressionKind, GroupStatement, Phase, Shared, Statement},
    resolve::LocalKind,
    syntax::tree::{self, StatementKind},
};

impl BodyChecker<'_, '_, '_> {
    /// The statements of a group; `top` where declarations may stand.
    pub(super) fn group(&mut self, block: &tree::Block, top: bool) -> Vec<GroupStatement> {
        let mut out = Vec::new();
        if self.deeper() {
            for statement in &block.statements {
                self.group_statement(statement, top, &mut out);
            }
        }
        self.shallower();
        self.refuse_value(block);
        out
    }

    fn group_statement(&mut self, statement: &tree::Statement, top: bool, out: &mut Vec<GroupStatement>) -> Option<()> {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Let { name, ty, value: Some(value) } => {
                let (statements, value) = self.in_block(|this| this.initial(ty.as_ref(), value));
                let value = value?;
                let mut statements = Some(statements);
                let (lets, value) = self.in_block(|this| this.named(&name.text, value));
                for set in lets {
                    if let Statement::Set { local, value } = set {
                        let value = Self::wrapped(statements.take().unwrap_or_default(), value);
                        out.push(GroupStatement::Let { local, value });
                    }
                }
                self.bind(name, Binding::Value(value));
            }
            StatementKind::Shared { .. } | StatementKind::Lane { .. } if !top => {
                self.misplaced(span, "a declaration of the group", "outside its loops and branches");
            }
            StatementKind::Shared { name, combine, ty } => {
                let cells = self.shared(name, *combine, ty)?;
                self.bind(name, Binding::Cells(cells));
            }
            StatementKind::Lane { name, ty, value } => {
                let (statements, declared) =
                    self.in_block(|this| this.declare_var(name, Some(ty), value, LocalKind::Lane));
                declared?;
                let mut before = Vec::new();
                for statement in statements {
                    match statement {
                        Statement::Set { local, value } | Statement::Fill { local, value }
                            if self.locals.get(local.0 as usize).is_some_and(|l| l.kind == LocalKind::Lane) =>
                        {
                            let value = Self::wrapped(std::mem::take(&mut before), value);
                            out.push(GroupStatement::Lane { local, value });
                        }
                        other => before.push(other),
                    }
                }
            }
            StatementKind::For(inner) => return self.group_loop(inner, out),
            StatementKind::If { arms, otherwise } => {
                let mut typed = Vec::new();
                for (condition, block) in arms {
                    let (statements, condition) = self.in_block(|this| this.typed(condition, ScalarType::Bool, None));
                    let body = self.group(block, false);
                    typed.push(condition.map(|condition| (Self::wrapped(statements, condition), body)));
                }
                let otherwise = otherwise.as_ref().map(|block| self.group(block, false)).unwrap_or_default();
                out.push(GroupStatement::If { arms: typed.into_iter().collect::<Option<_>>()?, otherwise });
            }
            StatementKind::Phase { coordinates, body } => {
                let wanted = self.group_shape.len();
                if !coordinates.is_empty() && coordinates.len() != wanted && wanted > 0 {
                    let error = e0315_bad_tile::coordinates(span, coordinates.len(), wanted);
                    self.checker.diagnostics.push(error);
                }
                let coordinates = coordinates
                    .iter()
                    .map(|name| self.bind_scalar(name, LocalKind::Coordinate, ScalarType::U32))
                    .collect();
                self.frame.place = Place::Lane;
                let Block { statements, .. } = self.plain_block(body);
                self.frame.place = Place::Group;
                let body = Block { statements, result: None, weight: 0 };
                out.push(GroupStatement::Phase(Phase { coordinates, body, span }));
            }
            StatementKind::Broken => {}
            other => {
                let what = match other {
                    StatementKind::Var { .. } => "`var`",
                    StatementKind::Let { .. } => "an array without a value",
                    StatementKind::Assign { .. } => "an assignment",
                    StatementKind::Claim { .. } => "`claim`",
                    StatementKind::Break => "`break`",
                    StatementKind::Continue => "`continue`",
                    StatementKind::Assert(_) => "`assert`",
                    StatementKind::Run { .. } => "`run`",
                    _ => "`swap`",
                };
                self.misplaced(span, what, "in a phase; a group only declares, repeats, branches and runs phases");
            }
        }
        Some(())
    }

    fn group_loop(&mut self, inner: &tree::For, out: &mut Vec<GroupStatement>) -> Option<()> {
        let tree::For { counter, from, to, step, max, body } = inner;
        if let Some(max) = max {
            self.misplaced(max.span, "`max`", "in a phase; the loops of a group never depend on data");
        }
        let (statements, range) = self.in_block(|this| this.range(from, to, step.as_ref()));
        let local = range.as_ref().map(|(from, ..)| self.bind_scalar(counter, LocalKind::Counter, from.ty));
        let body = self.group(body, false);
        let (from, to, step) = range?;
        // Both ends of a range with calls are named first, so that each is computed once.
        let (from, to) = if statements.is_empty() {
            (from, to)
        } else {
            let mut ends = Vec::new();
            for end in [from, to] {
                let (ty, span) = (end.ty, end.span);
                let local = self.local("", LocalKind::Let, ty, &[]);
                out.push(GroupStatement::Let { local, value: Self::wrapped(statements.clone(), end) });
                ends.push(Expression { kind: ExpressionKind::Local(local), ty, span });
            }
            let to = ends.pop()?;
            (ends.pop()?, to)
        };
        out.push(GroupStatement::For { counter: local?, ty: from.ty, from, to, step, body });
        Some(())
    }

    fn shared(
        &mut self,
        name: &tree::Name,
        combine: Option<lockstep_module::Combine>,
        written: &tree::Type,
    ) -> Option<Cells> {
        let ty = self.ty(written, MAX_TABLE_CELLS)?;
        let Type::Array(element, sizes) = ty else {
            let help = "give it a size: `shared s: [u32; 1];`";
            let error = e0306_bad_type::error(written.span, "a group shares arrays", help);
            self.checker.diagnostics.push(error);
            return None;
        };
        if combine.is_some() && !matches!(*element, Type::Scalar(ScalarType::U32 | ScalarType::I32)) {
            let shown = self.checker.show(&element);
            let help = "combine i32 or u32; the order of additions of f32 would matter";
            let error = e0306_bad_type::error(written.span, format!("lanes cannot combine {shown}"), help);
            self.checker.diagnostics.push(error);
            return None;
        }
        let mut arrays = Vec::new();
        for (suffix, ty) in self.checker.leaves(&element) {
            let name = format!("{}{suffix}", name.text);
            self.shared.push(Shared { name, element: ty, dimensions: sizes.clone(), combine, span: written.span });
            arrays.push((ArrayRef::Shared(self.shared.len() - 1), ty));
        }
        let bytes: u64 = self.shared.iter().map(|shared| (shared.cells() * shared.element.words() * 4) as u64).sum();
        let most = self.checker.program.profile.max_shared_bytes();
        if bytes > u64::from(most) {
            let profile = self.checker.program.profile.name();
            self.checker.diagnostics.push(e0407_too_large::shared(written.span, bytes, most, profile));
            return None;
        }
        Some(Cells {
            kind: ArrayKind::Shared(combine),
            name: name.text.clone(),
            ty: *element,
            arrays,
            dimensions: super::statement::literal_sizes(&sizes, written.span),
            indices: Vec::new(),
            declared: name.span,
        })
    }
}
