//! Jobs: runs of kernels and of other jobs over arrays that fit them, loops, swaps, temporaries.

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType};

use super::{
    job_arrays::Desk,
    make::{binary, count, literal, number},
    tree::{Block, Expr, Extent, For, Generic, Job, Kernel, Parameter, Role, Stmt},
    values,
    writer::{Place, Variable, Writer},
};

/// Runs in loops in loops add up: the most that one job writes.
const MOST_RUNS: u32 = 5;

/// What can be run.
#[derive(Clone, Debug)]
pub struct Runnable {
    pub name: String,
    pub generics: Vec<Generic>,
    pub extents: Vec<Extent>,
    pub parameters: Vec<Parameter>,
}

impl From<&Kernel> for Runnable {
    fn from(kernel: &Kernel) -> Runnable {
        let Kernel { name, generics, extents, parameters, .. } = kernel.clone();
        Runnable { name, generics, extents, parameters }
    }
}

impl From<&Job> for Runnable {
    fn from(job: &Job) -> Runnable {
        let Job { name, extents, parameters, .. } = job.clone();
        Runnable { name, generics: Vec::new(), extents, parameters }
    }
}

impl Writer {
    /// A job that runs some of what there is.
    pub(super) fn job(&mut self) {
        let kernels = self.program.kernels.iter().map(Runnable::from);
        let all: Vec<Runnable> = kernels.chain(self.program.jobs.iter().map(Runnable::from)).collect();
        let job = self.body(Place::Job, 40, |writer| writer.job_body(&all));
        self.program.jobs.push(job);
    }

    fn job_body(&mut self, all: &[Runnable]) -> Job {
        for constant in self.program.constants.clone() {
            if constant.sizes.is_empty() && constant.ty.scalar().is_some_and(|ty| !ty.is_packed()) {
                self.scope.push(Variable::known(&constant.name, constant.ty));
            }
        }
        let name = self.fresh("job");
        let mut desk = Desk::default();
        for _ in 0..self.below(3) {
            self.job_scalar(&mut desk, ScalarType::U32, Role::Small);
        }
        for _ in 0..self.below(2) {
            let ty = self.memory_type();
            self.job_scalar(&mut desk, ty, Role::Data);
        }
        let steps = self.block(|writer| {
            let mut runs = 1 + writer.below(MOST_RUNS);
            // What came last is run at least once.
            if let Some(last) = all.last() {
                writer.run(&mut desk, last);
            }
            while runs > 0 {
                writer.step(&mut desk, all, &mut runs);
            }
        });
        let Desk { extents, parameters, temporaries, .. } = desk;
        let statements = temporaries.into_iter().chain(steps.statements).collect();
        Job { name, extents, parameters, body: Block { statements, value: None } }
    }

    /// A scalar of the job.
    pub(super) fn job_scalar(&mut self, desk: &mut Desk, ty: ScalarType, role: Role) -> String {
        let name = self.fresh("s");
        desk.parameters.push(Parameter { name: name.clone(), access: None, ty: ty.into(), sizes: Vec::new(), role });
        // It stands before what is declared in blocks, and lives longer.
        self.scope.insert(0, Variable::known(&name, ty));
        if role == Role::Small {
            desk.small.push(name.clone());
        }
        name
    }

    fn step(&mut self, desk: &mut Desk, all: &[Runnable], runs: &mut u32) {
        match self.below(8) {
            0 => {
                let ty =
                    self.pick(&[ScalarType::U32, ScalarType::F32, ScalarType::I32, ScalarType::U64, ScalarType::I64]);
                let (name, value) = (self.fresh("v"), self.scalar(ty, 3));
                let written = if self.one_in(2) { Some(ty.into()) } else { None };
                self.push(Stmt::Let { name: name.clone(), ty: written, value });
                self.scope.push(Variable::value(&name, ty));
            }
            1 if self.nesting < 3 => self.job_loop(desk, all, runs),
            2 | 3 => self.swap(desk),
            _ => {
                *runs -= 1;
                let what = self.pick(all);
                self.run(desk, &what);
            }
        }
    }

    fn job_loop(&mut self, desk: &mut Desk, all: &[Runnable], runs: &mut u32) {
        let counter = self.fresh("i");
        let (from, to, step) = match self.below(3) {
            0 if !desk.small.is_empty() => (number(0), count(&self.pick(&desk.small)), None),
            1 => {
                let from = literal(ScalarType::I32, (-2i32).cast_unsigned().into());
                (from, literal(ScalarType::I32, self.below(3).into()), Some(1 + self.below(2)))
            }
            _ => (number(0), number(self.below(4)), None),
        };
        let ty = from.ty.clone();
        let body = self.block(|writer| {
            writer.scope.push(Variable::known(&counter, ty));
            for _ in 0..1 + writer.below(2) {
                if *runs > 0 {
                    writer.step(desk, all, runs);
                }
            }
        });
        self.push(Stmt::For(Box::new(For { counter, from, to, step, max: None, body })));
    }

    fn swap(&mut self, desk: &Desk) {
        let plain = |access: Option<Access>| matches!(access, None | Some(Access::Out | Access::InOut));
        let simple = |size: &Expr| matches!(size.kind, super::tree::Kind::Name(_) | super::tree::Kind::Literal(_));
        let mut pairs = Vec::new();
        for (i, a) in desk.arrays.iter().enumerate() {
            for b in &desk.arrays[..i] {
                let alike = a.ty == b.ty && a.sizes == b.sizes && a.sizes.iter().all(simple);
                if alike && plain(a.access) && plain(b.access) {
                    pairs.push((a.name.clone(), b.name.clone()));
                }
            }
        }
        if !pairs.is_empty() {
            let (a, b) = self.pick(&pairs);
            self.push(Stmt::Swap(a, b));
        }
    }

    /// `run k(…)`, with arrays and scalars that fit.
    fn run(&mut self, desk: &mut Desk, what: &Runnable) {
        let mut arguments = Vec::new();
        let sizes = self.run_extents(desk, what);
        let mut given: Vec<(String, bool)> = Vec::new();
        for parameter in &what.parameters {
            let argument = match (parameter.access, parameter.ty.scalar()) {
                (Some(access), Some(ty)) => {
                    let name = self.run_array(desk, parameter, ty, access, &sizes, &mut given);
                    Expr { ty: ty.into(), kind: super::tree::Kind::Array(name) }
                }
                (_, Some(ty)) => self.run_scalar(desk, ty, parameter.role),
                (_, None) => continue,
            };
            arguments.push(argument);
        }
        let mut generics = Vec::new();
        let chosen = self.one_in(2);
        for generic in &what.generics {
            let (Some(default), true) = (generic.default.clone(), chosen) else { break };
            // The size of a tile must fit the form of the writes.
            let keep = generic.name.starts_with("T_") || self.one_in(3);
            let other = literal(generic.ty, values::literal(&mut self.random, generic.ty));
            generics.push(if keep { default } else { other });
        }
        self.push(Stmt::Run { name: what.name.clone(), generics, arguments });
    }

    fn run_scalar(&mut self, desk: &mut Desk, ty: ScalarType, role: Role) -> Expr {
        if role == Role::Small {
            return match self.below(3) {
                0 if !desk.small.is_empty() => count(&self.pick(&desk.small)),
                1 => binary(Binary::And, self.scalar(ScalarType::U32, 2), number(3)),
                _ => number(self.below(6)),
            };
        }
        if ty.is_packed() {
            let name = self.job_scalar(desk, ty, Role::Data);
            return super::make::name(&name, ty);
        }
        self.scalar(ty, 2)
    }
}
