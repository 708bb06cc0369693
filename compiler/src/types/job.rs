//! The types of jobs: temporaries, runs, loops and swaps.

use lockstep_module::{Access, ArrayType, Extent};
use lockstep_numbers::ScalarType;

use super::{
    Checker,
    body::{BodyChecker, Place},
};
use crate::{
    errors::{e0303_argument_count, e0306_bad_type, e0405_run_arguments},
    program::{Expression, ExpressionKind, Job, JobStep, Temporary},
    resolve::{Definition, LocalKind},
    syntax::tree::{self, Name, StatementKind},
};

impl Checker<'_, '_> {
    pub(super) fn job(&mut self, job: &tree::Job, names: &crate::resolve::Body) {
        let signature = self.signature(&job.name, &job.extents, &job.parameters);
        let scalars: Vec<ScalarType> = signature.scalars().map(|(_, ty)| ty).collect();
        let arrays = signature.arrays().map(|(_, access, ty)| (access, ty.clone())).collect();
        let body = BodyChecker::new(self, names, Place::Job, arrays);
        let mut checker = JobChecker { body, temporaries: Vec::new() };
        let words = signature.extents.iter().map(|_| ScalarType::U32).chain(scalars);
        for (local, ty) in words.enumerate() {
            checker.body.set_type(local as u32, ty, Vec::new());
        }
        let steps = checker.steps(&job.body);
        let JobChecker { body, temporaries } = checker;
        let locals = body.finish();
        self.program.jobs.push(Job { signature, span: job.name.span, locals, temporaries, steps });
    }
}

struct JobChecker<'c, 'r, 't> {
    body: BodyChecker<'c, 'r, 't>,
    temporaries: Vec<Temporary>,
}

impl JobChecker<'_, '_, '_> {
    fn steps(&mut self, block: &tree::Block) -> Vec<JobStep> {
        if let Some(value) = &block.result {
            self.body.checker.diagnostics.push(crate::errors::e0307_block_value::unused(value.span));
        }
        block.statements.iter().filter_map(|statement| self.step(statement)).collect()
    }

    fn step(&mut self, statement: &tree::Statement) -> Option<JobStep> {
        let span = statement.span;
        let what = match &statement.kind {
            StatementKind::Let { name, ty, value: Some(value) } => {
                let value = self.body.initial(ty.as_ref(), value)?;
                let local = self.body.declare(name, value.ty, Vec::new());
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
                if let Some((from, ..)) = &range {
                    self.body.declare(counter, from.ty, Vec::new());
                }
                self.body.loops += 1;
                let body = self.steps(body);
                self.body.loops -= 1;
                let (from, to, step) = range?;
                let counter = self.body.checker.resolved.local(counter)?;
                return Some(JobStep::For { counter, from, to, step, body });
            }
            StatementKind::Run { kernel, arguments } => return self.run(kernel, arguments, span),
            StatementKind::Swap(a, b) => return self.swap(a, b),
            StatementKind::Broken => return None,
            StatementKind::Var { .. } => "`var`",
            StatementKind::Assign { .. } => "an assignment",
            StatementKind::If { .. } => "`if`",
            StatementKind::Break => "`break`",
            StatementKind::Continue => "`continue`",
            StatementKind::Assert(_) => "`assert`",
        };
        self.body.misplaced(span, what, "in a kernel or a function");
        None
    }

    fn temporary(&mut self, name: &Name, ty: Option<&tree::Type>, span: crate::source::Span) {
        let Some((ty, dimensions)) = ty.and_then(|ty| Some(ty).zip(ty.dimensions.as_ref())) else {
            let help = "write `let t: [f32; n];` for an array, or give it a value";
            let error = e0306_bad_type::error(span, format!("`{}` has neither a size nor a value", name.text), help);
            self.body.checker.diagnostics.push(error);
            return;
        };
        if self.body.loops > 0 {
            self.body.misplaced(span, "an array", "before the loops of a job");
        }
        self.body.checker.array_type(ty.span, ty.element, dimensions.len());
        let mut sizes = Vec::new();
        for dimension in dimensions {
            if let Some(size) = self.body.typed(dimension, ScalarType::U32, None) {
                if self.depends_on_let(&size) {
                    let help = "compute it in the size itself";
                    let what = "the size of an array is made of scalars, extents and constants";
                    self.body.checker.diagnostics.push(e0306_bad_type::error(size.span, what, help));
                }
                sizes.push(size);
            }
        }
        self.temporaries.push(Temporary { name: name.text.clone(), element: ty.element, dimensions: sizes });
    }

    fn depends_on_let(&self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Local(id) => {
                let kind = self.body.names.locals.get(id.0 as usize).map(|local| local.kind);
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
    fn array(&mut self, name: &Name) -> Option<(usize, Access, ScalarType, usize)> {
        let meaning = self.body.checker.resolved.meaning(name);
        let Definition::Array(id) = meaning else {
            self.body.wrong_kind(name, meaning, "an array");
            return None;
        };
        let parameters = self.body.arrays.iter().map(|(access, ty)| (*access, ty.element, ty.dimensions.len()));
        let temporaries = self.temporaries.iter().map(|t| (Access::InOut, t.element, t.dimensions.len()));
        let (access, element, rank) = parameters.chain(temporaries).nth(id as usize)?;
        Some((id as usize, access, element, rank))
    }

    fn run(&mut self, name: &Name, arguments: &[tree::Expression], span: crate::source::Span) -> Option<JobStep> {
        let meaning = self.body.checker.resolved.meaning(name);
        let Definition::Kernel(index) = meaning else {
            self.body.wrong_kind(name, meaning, "a kernel");
            return None;
        };
        let kernel = self.body.checker.program.kernels.get(index as usize)?;
        let (signature, kernel_span) = (kernel.signature.clone(), kernel.span);
        let wanted = signature.parameters.len();
        if wanted != arguments.len() {
            let error = e0303_argument_count::error(span, &name.text, wanted, arguments.len(), Some(kernel_span));
            self.body.checker.diagnostics.push(error);
            return None;
        }
        let (mut arrays, mut scalars, mut whole) = (Vec::new(), Vec::new(), true);
        let mut given: Vec<(usize, Access)> = Vec::new();
        for (argument, parameter) in arguments.iter().zip(&signature.parameters) {
            match &parameter.kind {
                lockstep_module::ParameterKind::Scalar(ty) => {
                    match self.body.typed(argument, *ty, Some((kernel_span, "for this kernel"))) {
                        Some(value) => scalars.push(value),
                        None => whole = false,
                    }
                }
                lockstep_module::ParameterKind::Array { access, ty } => {
                    let shown = format!("`{}: {} {}`", parameter.name, access.name(), signature.show(ty));
                    match self.array_argument(argument, *access, ty, &shown) {
                        Some(number) => {
                            self.refuse_overlap(&mut given, number, *access, argument.span);
                            arrays.push(number);
                        }
                        None => whole = false,
                    }
                }
            }
        }
        whole.then_some(JobStep::Run { kernel: index as usize, arrays, scalars })
    }

    fn array_argument(
        &mut self,
        argument: &tree::Expression,
        access: Access,
        ty: &ArrayType,
        parameter: &str,
    ) -> Option<usize> {
        let tree::ExpressionKind::Name(name) = &argument.kind else {
            let what = format!("{parameter} takes the name of an array");
            self.body.checker.diagnostics.push(e0405_run_arguments::error(argument.span, what, None));
            return None;
        };
        let (number, allowed, element, rank) = self.array(name)?;
        let declared = self.body.names.arrays.get(number).map(|name| name.span);
        let what = if element != ty.element {
            format!("{parameter} has cells of {}, and `{}` has {element}", ty.element, name.text)
        } else if rank != ty.dimensions.len() {
            format!("{parameter} is of rank {}, and `{}` of rank {rank}", ty.dimensions.len(), name.text)
        } else if access.writes() && !allowed.writes() {
            format!("{parameter} is written, and `{}` is an in array", name.text)
        } else {
            return Some(number);
        };
        self.body.checker.diagnostics.push(e0405_run_arguments::error(argument.span, what, declared));
        None
    }

    /// No array that a run writes is given to it twice.
    fn refuse_overlap(
        &mut self,
        given: &mut Vec<(usize, Access)>,
        number: usize,
        access: Access,
        span: crate::source::Span,
    ) {
        if given.iter().any(|(other, before)| *other == number && (before.writes() || access.writes())) {
            let what = "an array that a run writes is given to it twice";
            let error = e0405_run_arguments::error(span, what, None);
            self.body
                .checker
                .diagnostics
                .push(error.with_help("write to another array, and `swap` the two afterwards"));
        }
        given.push((number, access));
    }

    fn swap(&mut self, a: &Name, b: &Name) -> Option<JobStep> {
        let (first, second) = (self.array(a), self.array(b));
        let ((x, access_x, element_x, _), (y, access_y, element_y, _)) = (first?, second?);
        let what = if !access_x.writes() || !access_y.writes() {
            "an in array cannot be swapped"
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
            self.body.arrays.iter().map(|(_, ty)| ty.dimensions.iter().map(|d| Size::Extent(*d)).collect());
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
            ExpressionKind::Literal(n) => Size::Extent(Extent::Constant(n)),
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
