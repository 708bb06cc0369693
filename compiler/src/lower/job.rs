//! From a typed job to the flat program of the module.

use lockstep_module::{Operation, Step, Temporary};

use crate::program::{Expression, ExpressionKind, Job, JobStep, LocalId};

/// Lowers one job. Slots hold the scalars first, then the extents, then the other locals.
pub fn lower_job(job: &Job) -> lockstep_module::Job {
    let lowering =
        JobLowering { extents: job.signature.extents.len() as u32, scalars: job.signature.scalars().count() as u32 };
    let temporaries = job.temporaries.iter().map(|temporary| Temporary {
        name: temporary.name.clone(),
        element: temporary.element,
        dimensions: temporary.dimensions.iter().map(|size| lowering.expression(size)).collect(),
    });
    let mut steps = Vec::new();
    lowering.steps(&job.steps, &mut steps);
    lockstep_module::Job {
        signature: job.signature.clone(),
        slots: job.locals.len() as u32,
        temporaries: temporaries.collect(),
        steps,
    }
}

struct JobLowering {
    extents: u32,
    scalars: u32,
}

impl JobLowering {
    /// In the typed program the extents come before the scalars.
    fn slot(&self, local: LocalId) -> u32 {
        if local.0 < self.extents {
            local.0 + self.scalars
        } else if local.0 < self.extents + self.scalars {
            local.0 - self.extents
        } else {
            local.0
        }
    }

    fn steps(&self, steps: &[JobStep], out: &mut Vec<Step>) {
        for step in steps {
            match step {
                JobStep::Let { local, value } => {
                    out.push(Step::Set { slot: self.slot(*local), value: self.expression(value) });
                }
                JobStep::For { counter, from, to, step, body } => {
                    out.push(Step::Repeat {
                        slot: self.slot(*counter),
                        signed: from.ty == lockstep_numbers::ScalarType::I32,
                        from: self.expression(from),
                        to: self.expression(to),
                        by: *step,
                    });
                    self.steps(body, out);
                    out.push(Step::End);
                }
                JobStep::Run { kernel, arrays, scalars } => out.push(Step::Run {
                    kernel: *kernel as u32,
                    arrays: arrays.iter().map(|array| *array as u32).collect(),
                    scalars: scalars.iter().map(|scalar| self.expression(scalar)).collect(),
                }),
                JobStep::Call { job, arrays, scalars } => out.push(Step::Call {
                    job: *job as u32,
                    arrays: arrays.iter().map(|array| *array as u32).collect(),
                    scalars: scalars.iter().map(|scalar| self.expression(scalar)).collect(),
                }),
                JobStep::Swap(a, b) => out.push(Step::Swap { a: *a as u32, b: *b as u32 }),
            }
        }
    }

    fn expression(&self, expression: &Expression) -> Vec<Operation> {
        let mut out = Vec::new();
        self.postfix(expression, &mut out);
        out
    }

    fn postfix(&self, expression: &Expression, out: &mut Vec<Operation>) {
        match &expression.kind {
            ExpressionKind::Literal(bits) => out.push(Operation::Constant(*bits)),
            ExpressionKind::Local(local) => out.push(Operation::Slot(self.slot(*local))),
            ExpressionKind::Unary { operator, operand } => {
                self.postfix(operand, out);
                out.push(Operation::Unary(*operator, operand.ty));
            }
            ExpressionKind::Binary { operator, left, right } => {
                self.postfix(left, out);
                self.postfix(right, out);
                out.push(Operation::Binary(*operator, left.ty));
            }
            ExpressionKind::Convert(operand) => {
                self.postfix(operand, out);
                out.push(Operation::Convert(operand.ty, expression.ty));
            }
            // The type checker lets none of these into a job.
            ExpressionKind::ToBits(_)
            | ExpressionKind::FromBits(_)
            | ExpressionKind::Logic { .. }
            | ExpressionKind::Load { .. }
            | ExpressionKind::If { .. } => out.push(Operation::Constant(0)),
        }
    }
}
