//! The types of jobs: temporaries, runs of kernels and of other jobs, loops and swaps.

use lockstep_module::{Access, Extent, Signature};
use lockstep_numbers::ScalarType;

use super::{
    Checker,
    body::{BodyChecker, Place},
    ty::Type,
};
use crate::{
    errors::{e0204_recursion, e0306_bad_type, e0307_block_value, e0405_run_arguments},
    program::{Expression, ExpressionKind, Job, JobStep, Temporary},
    resolve::{Definition, LocalKind},
    source::Span,
    syntax::tree::{self, Name, StatementKind, TypeKind},
};

/// How deep jobs may call each other.
const MAX_CALLS: u32 = 64;

/// What is known of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum JobState {
    New,
    /// It is being checked.
    Open,
    /// Its number in the program; None after an error.
    Done(Option<usize>),
}

impl Checker<'_, '_> {
    /// The number of a job, checked now if it has not been. `used` is where it is run.
    pub(super) fn job_number(&mut self, id: usize, used: Span) -> Option<usize> {
        match self.jobs.get(id)? {
            JobState::Done(number) => return *number,
            JobState::New if self.waiting < MAX_CALLS => {}
            _ => {
                let name = self.resolved.jobs[id].item.name.text.as_str();
                self.diagnostics.push(e0204_recursion::job(used, name, MAX_CALLS));
                return None;
            }
        }
        self.jobs[id] = JobState::Open;
        self.waiting += 1;
        let errors = self.diagnostics.len();
        let job = self.job(id);
        self.waiting -= 1;
        let number = job.filter(|_| self.diagnostics.len() == errors).map(|job| {
            self.program.jobs.push(job);
            self.program.jobs.len() - 1
        });
        self.jobs[id] = JobState::Done(number);
        number
    }

    fn job(&mut self, id: usize) -> Option<Job> {
        let resolved = self.resolved;
        let named = resolved.jobs.get(id)?;
        let job = named.item;
        let name = resolved.path(named.file, &job.name.text);
        let mut body = BodyChecker::new(self, &named.body, Place::Job, (job.name.span, name.clone()));
        let signature = body.interface(name, &job.extents, &job.parameters);
        let mut checker = JobChecker { body, signature, temporaries: Vec::new(), broken: Vec::new() };
        let steps = checker.steps(&job.body);
        let JobChecker { body, signature, temporaries, .. } = checker;
        if body.interface_is_broken {
            return None;
        }
        Some(Job { signature, span: job.name.span, locals: body.locals, temporaries, steps })
    }
}

pub(super) struct JobChecker<'c, 'r, 't> {
    pub(super) body: BodyChecker<'c, 'r, 't>,
    signature: Signature,
    temporaries: Vec<Temporary>,
    /// The temporaries with errors. What is done with them is passed over.
    broken: Vec<usize>,
}

impl JobChecker<'_, '_, '_> {
    fn steps(&mut self, block: &tree::Block) -> Vec<JobStep> {
        if let Some(value) = &block.result {
            self.body.checker.diagnostics.push(e0307_block_value::unused(value.span));
        }
        if !self.body.deeper() {
            return Vec::new();
        }
        let steps = block.statements.iter().filter_map(|statement| self.step(statement)).collect();
        self.body.shallower();
        steps
    }

    fn step(&mut self, statement: &tree::Statement) -> Option<JobStep> {
        let span = statement.span;
        let what = match &statement.kind {
            StatementKind::Let { name, ty, value: Some(value) } => {
                let value = self.body.initial(ty.as_ref(), value)?;
                if !matches!(value.ty, Type::Scalar(_)) {
                    self.body.misplaced(span, "a vector or struct", "in a kernel or a function");
                    return None;
                }
                let value = value.into_scalar()?;
                let local = self.body.bind_scalar(name, LocalKind::Let, value.ty);
                return Some(JobStep::Let { local, value });
            }
            StatementKind::Let { name, ty, value: None } => {
                self.temporary(name, ty.as_ref(), span);
                return None;
            }
            StatementKind::For(inner) => {
                let tree::For { counter, from, to, step, max, body } = inner.as_ref();
                if let Some(max) = max {
                    self.body.misplaced(max.span, "`max`", "in a kernel; the loops of a job never depend on data");
                }
                let range = self.body.range(from, to, step.as_ref());
                let local =
                    range.as_ref().map(|(from, ..)| self.body.bind_scalar(counter, LocalKind::Counter, from.ty));
                self.body.frame.loops += 1;
                let body = self.steps(body);
                self.body.frame.loops -= 1;
                let (from, to, step) = range?;
                return Some(JobStep::For { counter: local?, from, to, step, body });
            }
            StatementKind::Run { name, generics, arguments } => return self.run(name, generics, arguments, span),
            StatementKind::Swap(a, b) => return self.swap(a, b),
            StatementKind::Broken => return None,
            StatementKind::Var { .. } => "`var`",
            StatementKind::Assign { .. } => "an assignment",
            StatementKind::Claim { .. } => "`claim`",
            StatementKind::Shared { .. } => "a shared array",
            StatementKind::Lane { .. } => "`lane`",
            StatementKind::Phase { .. } => "a phase",
            StatementKind::If { .. } => "`if`",
            StatementKind::Break => "`break`",
            StatementKind::Continue => "`continue`",
            StatementKind::Assert(_) => "`assert`",
        };
        self.body.misplaced(span, what, "in a kernel or a function");
        None
    }

    fn temporary(&mut self, name: &Name, ty: Option<&tree::Type>, span: Span) {
        let array = ty.and_then(|ty| match &ty.kind {
            TypeKind::Array(element, dimensions) => Some((ty, element, dimensions)),
            TypeKind::Named(_) => None,
        });
        let Some((ty, element, dimensions)) = array else {
            let help = "write `let t: [f32; n];` for an array, or give it a value";
            let error = e0306_bad_type::error(span, format!("`{}` has neither a size nor a value", name.text), help);
            self.body.checker.diagnostics.push(error);
            return;
        };
        if self.body.frame.loops > 0 {
            self.body.misplaced(span, "an array", "before the loops of a job");
        }
        let element = self.body.cell_type(element);
        let element = element.and_then(|known| self.body.checker.array_type(ty.span, &known, dimensions.len()));
        let mut sizes = Vec::new();
        if element.is_none() {
            self.broken.push(self.temporaries.len());
        }
        for dimension in dimensions {
            if let Some(size) = self.body.typed(dimension, ScalarType::U32, None) {
                if self.depends_on_let(&size) {
                    let help = "compute it in the size itself";
                    let what = "the size of an array is made of scalars, extents and constants";
                    self.body.checker.diagnostics.push(e0306_bad_type::error(size.span, what, help));
                }
                sizes.push(size);
            } else {
                self.broken.push(self.temporaries.len());
            }
        }
        let element = element.unwrap_or(ScalarType::U32);
        self.temporaries.push(Temporary { name: name.text.clone(), element, dimensions: sizes });
    }

    fn depends_on_let(&self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Local(id) => {
                let kind = self.body.locals.get(id.0 as usize).map(|local| local.kind);
                !matches!(kind, Some(LocalKind::Parameter | LocalKind::Extent))
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.depends_on_let(operand),
            ExpressionKind::Binary { left, right, .. } | ExpressionKind::Logic { left, right, .. } => {
                self.depends_on_let(left) || self.depends_on_let(right)
            }
            _ => false,
        }
    }

    /// An array by its name: its number, what may be done with it, the type of a cell, the rank.
    pub(super) fn array(&mut self, name: &Name) -> Option<(usize, Access, ScalarType, usize)> {
        let meaning = self.body.checker.resolved.meaning(name);
        let Definition::Array(id) = meaning else {
            self.body.wrong_kind(name, meaning, "an array");
            return None;
        };
        let (number, parameters) = (id as usize, self.body.arrays.len());
        let broken = match self.body.arrays.get(number) {
            Some(parameter) => parameter.element.is_none(),
            None => self.broken.contains(&(number - parameters)),
        };
        if broken {
            return None;
        }
        let parameters = self.signature.arrays().map(|(_, access, ty)| (access, ty.element, ty.dimensions.len()));
        let temporaries = self.temporaries.iter().map(|t| (Access::InOut, t.element, t.dimensions.len()));
        let (access, element, rank) = parameters.chain(temporaries).nth(id as usize)?;
        Some((id as usize, access, element, rank))
    }

    fn swap(&mut self, a: &Name, b: &Name) -> Option<JobStep> {
        let (first, second) = (self.array(a), self.array(b));
        let ((x, access_x, element_x, _), (y, access_y, element_y, _)) = (first?, second?);
        let plain = |access: Access| matches!(access, Access::Out | Access::InOut);
        let what = if !plain(access_x) || !plain(access_y) {
            "only `out` and `inout` arrays and temporaries can be swapped"
        } else if element_x != element_y || self.shape(x) != self.shape(y) {
            "the two arrays of a swap have the same type and the same dimensions"
        } else {
            return Some(JobStep::Swap(x, y));
        };
        self.body.checker.diagnostics.push(e0405_run_arguments::error(a.span.to(b.span), what, None));
        None
    }

    /// The dimensions of an array in a form that compares.
    fn shape(&self, number: usize) -> Vec<Size<'_>> {
        let parameters =
            self.signature.arrays().map(|(_, _, ty)| ty.dimensions.iter().map(|d| Size::Extent(*d)).collect());
        let temporaries = self.temporaries.iter().map(|t| t.dimensions.iter().map(Size::of).collect());
        parameters.chain(temporaries).nth(number).unwrap_or_default()
    }
}

/// One dimension of an array of a job.
enum Size<'e> {
    Extent(Extent),
    Computed(&'e Expression),
}

impl<'e> Size<'e> {
    fn of(expression: &'e Expression) -> Size<'e> {
        match expression.kind {
            ExpressionKind::Literal(n) => Size::Extent(Extent::Constant(n as u32)),
            // The first locals are the extents; a scalar is no parameter's dimension, so the two never mix.
            ExpressionKind::Local(id) => Size::Extent(Extent::Named(id.0)),
            _ => Size::Computed(expression),
        }
    }
}

impl PartialEq for Size<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Size::Extent(a), Size::Extent(b)) => a == b,
            (Size::Computed(a), Size::Computed(b)) => same(a, b),
            _ => false,
        }
    }
}

/// Whether two sizes are written alike.
fn same(a: &Expression, b: &Expression) -> bool {
    match (&a.kind, &b.kind) {
        (ExpressionKind::Literal(x), ExpressionKind::Literal(y)) => x == y,
        (ExpressionKind::Local(x), ExpressionKind::Local(y)) => x == y,
        (ExpressionKind::Unary { operator: o, operand: x }, ExpressionKind::Unary { operator: p, operand: y }) => {
            o == p && same(x, y)
        }
        (ExpressionKind::Convert(x), ExpressionKind::Convert(y)) => x.ty == y.ty && same(x, y),
        (
            ExpressionKind::Binary { operator: o, left: l, right: r },
            ExpressionKind::Binary { operator: p, left: m, right: s },
        ) => o == p && same(l, m) && same(r, s),
        _ => false,
    }
}
