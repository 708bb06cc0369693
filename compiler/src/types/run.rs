//! What a job runs: kernels and other jobs, with arguments that fit their interface.

use lockstep_module::{Access, ArrayType, ParameterKind, Signature};

use super::job::JobChecker;
use crate::{
    errors::{e0303_argument_count, e0405_run_arguments},
    program::{Expression, ExpressionKind, JobStep},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Name},
};

impl JobChecker<'_, '_, '_> {
    pub(super) fn run(
        &mut self,
        name: &Name,
        generics: &[tree::Expression],
        arguments: &[tree::Expression],
        span: Span,
    ) -> Option<JobStep> {
        let resolved = self.body.checker.resolved;
        let meaning = resolved.meaning(name);
        let (number, kernel) = match meaning {
            Definition::Kernel(id) => {
                let named = resolved.kernels.get(id as usize)?;
                let kernel = named.item;
                let declared = Some(kernel.name.span);
                let constants = (kernel.generics.as_slice(), &named.body);
                let values = self.body.generics(&name.text, span, constants, generics, declared)?;
                let literal = |value: &super::value::Value| match value.parts.first()?.kind {
                    ExpressionKind::Literal(bits) => Some(bits),
                    _ => None,
                };
                let values: Vec<u64> = values.iter().map(literal).collect::<Option<_>>()?;
                (self.body.checker.kernel_instance(id as usize, &values)?, true)
            }
            Definition::Job(id) => {
                if let Some(first) = generics.first() {
                    let error = e0303_argument_count::generics(first.span, &name.text, 0, generics.len(), None);
                    self.body.checker.diagnostics.push(error);
                    return None;
                }
                (self.body.checker.job_number(id as usize, name.span)?, false)
            }
            _ => {
                self.body.wrong_kind(name, meaning, "a kernel or a job");
                return None;
            }
        };
        let program = &self.body.checker.program;
        let (signature, declared) = if kernel {
            let kernel = program.kernels.get(number)?;
            (kernel.signature.clone(), kernel.span)
        } else {
            let job = program.jobs.get(number)?;
            (job.signature.clone(), job.span)
        };
        let wanted = signature.parameters.len();
        if wanted != arguments.len() {
            let error = e0303_argument_count::error(span, &name.text, wanted, arguments.len(), Some(declared));
            self.body.checker.diagnostics.push(error);
            return None;
        }
        let (arrays, scalars) = self.run_arguments(&signature, declared, arguments)?;
        Some(if kernel {
            JobStep::Run { kernel: number, arrays, scalars }
        } else {
            JobStep::Call { job: number, arrays, scalars }
        })
    }

    fn run_arguments(
        &mut self,
        signature: &Signature,
        declared: Span,
        arguments: &[tree::Expression],
    ) -> Option<(Vec<usize>, Vec<Expression>)> {
        let (mut arrays, mut scalars, mut whole) = (Vec::new(), Vec::new(), true);
        let mut given: Vec<(usize, Access)> = Vec::new();
        for (argument, parameter) in arguments.iter().zip(&signature.parameters) {
            match &parameter.kind {
                ParameterKind::Scalar(ty) => {
                    match self.body.typed(argument, *ty, Some((declared, "for what is run"))) {
                        Some(value) => scalars.push(value),
                        None => whole = false,
                    }
                }
                ParameterKind::Array { access, ty } => {
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
        whole.then_some((arrays, scalars))
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
        let declared = self.body.frame.names.arrays.get(number).map(|name| name.span);
        let what = if element != ty.element {
            format!("{parameter} has cells of {}, and `{}` has {element}", ty.element, name.text)
        } else if rank != ty.dimensions.len() {
            format!("{parameter} is of rank {}, and `{}` of rank {rank}", ty.dimensions.len(), name.text)
        } else if access.writes() && !matches!(allowed, Access::Out | Access::InOut) && allowed != access {
            format!("{parameter} is written, and `{}` is an array of access `{}`", name.text, allowed.name())
        } else {
            return Some(number);
        };
        self.body.checker.diagnostics.push(e0405_run_arguments::error(argument.span, what, declared));
        None
    }

    /// No array that a run writes is given to it twice.
    fn refuse_overlap(&mut self, given: &mut Vec<(usize, Access)>, number: usize, access: Access, span: Span) {
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
}
