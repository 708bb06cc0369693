//! The arrays of a job: for each run arrays of the right type and sizes, used again where they fit.

use lockstep_module::Access;
use lockstep_numbers::ScalarType;

use super::{
    job::Runnable,
    make::{add, count, evaluate, number},
    tree::{Expr, Extent, Kind, Parameter, Role, Size, Stmt},
    writer::{Variable, Writer},
};

/// What a job has so far.
#[derive(Default)]
pub struct Desk {
    pub extents: Vec<Extent>,
    pub parameters: Vec<Parameter>,
    pub temporaries: Vec<Stmt>,
    pub arrays: Vec<JobArray>,
    /// Scalars that are small numbers.
    pub small: Vec<String>,
}

/// A parameter or temporary of a job.
#[derive(Clone, Debug)]
pub struct JobArray {
    pub name: String,
    pub ty: ScalarType,
    pub sizes: Vec<Expr>,
    /// None for a temporary.
    pub access: Option<Access>,
    pub role: Role,
}

/// What the extents of something that is run are in the job.
pub type Sizes = Vec<(String, Expr)>;

impl Writer {
    /// Chooses a size for each extent.
    pub(super) fn run_extents(&mut self, desk: &mut Desk, what: &Runnable) -> Sizes {
        let mut sizes: Sizes = Vec::new();
        for extent in &what.extents {
            let size = match &extent.size {
                Size::Free(least, most) => self.free_size(desk, *least, *most),
                Size::Computed(formula) => replaced(formula, &sizes),
            };
            sizes.push((extent.name.clone(), size));
        }
        sizes
    }

    /// A size in a range: an extent of the job, a number, or a sum.
    fn free_size(&mut self, desk: &mut Desk, least: u32, most: u32) -> Expr {
        let fits = |extent: &&Extent| matches!(extent.size, Size::Free(low, high) if low >= least && high <= most);
        let known: Vec<String> = desk.extents.iter().filter(fits).map(|extent| extent.name.clone()).collect();
        match self.below(8) {
            0 => number(least + self.below(most - least + 1)),
            1 if !desk.small.is_empty() && most >= least + 12 => add(count(&self.pick(&desk.small)), number(least + 1)),
            2..=6 if !known.is_empty() => count(&self.pick(&known)),
            _ => count(&self.job_extent(desk, Size::Free(least, most))),
        }
    }

    fn job_extent(&mut self, desk: &mut Desk, size: Size) -> String {
        let name = self.fresh("n");
        desk.extents.push(Extent { name: name.clone(), size });
        self.scope.insert(0, Variable::known(&name, ScalarType::U32));
        name
    }

    /// An array for a parameter of what is run.
    pub(super) fn run_array(
        &mut self,
        desk: &mut Desk,
        parameter: &Parameter,
        ty: ScalarType,
        access: Access,
        sizes: &Sizes,
        given: &mut Vec<(String, bool)>,
    ) -> String {
        let wanted: Vec<Expr> = parameter.sizes.iter().map(|size| replaced(size, sizes)).collect();
        let free = |array: &&JobArray| {
            let clash = given.iter().any(|(name, writes)| *name == array.name && (*writes || access.writes()));
            let allowed = match array.access {
                None | Some(Access::Out | Access::InOut) => true,
                Some(Access::In) => !access.writes(),
                Some(other) => other == access,
            };
            !clash && allowed && array.ty == ty && array.sizes == wanted && array.role == parameter.role
        };
        let fitting: Vec<String> = desk.arrays.iter().filter(free).map(|array| array.name.clone()).collect();
        let name = if !fitting.is_empty() && !self.one_in(3) {
            self.pick(&fitting)
        } else {
            self.new_array(desk, parameter.role, ty, access, wanted)
        };
        given.push((name.clone(), access.writes()));
        name
    }

    fn new_array(&mut self, desk: &mut Desk, role: Role, ty: ScalarType, access: Access, wanted: Vec<Expr>) -> String {
        let name = self.fresh("a");
        let first = !desk.parameters.iter().any(|parameter| parameter.access.is_some_and(Access::writes));
        let parameter = role == Role::Permutation || (first && access.writes()) || !self.one_in(3);
        let mut sizes = wanted;
        if parameter {
            // A size that is computed from scalars is known only inside the job.
            let fixed: Option<Vec<Expr>> = sizes.iter().map(|size| self.dimension(desk, size)).collect();
            if let Some(fixed) = fixed {
                sizes = fixed;
                let access = match access {
                    Access::In if self.one_in(3) && role == Role::Data => Access::InOut,
                    Access::Out | Access::Accumulate(_) | Access::Claim if self.one_in(2) => Access::InOut,
                    other => other,
                };
                let (sizes, access) = (sizes, Some(access));
                let name_of = name.clone();
                desk.parameters.push(Parameter { name: name_of, access, ty: ty.into(), sizes: sizes.clone(), role });
                desk.arrays.push(JobArray { name: name.clone(), ty, sizes, access, role });
                return name;
            }
        }
        desk.temporaries.push(Stmt::Temporary { name: name.clone(), ty, sizes: sizes.clone() });
        desk.arrays.push(JobArray { name: name.clone(), ty, sizes, access: None, role });
        name
    }

    /// A dimension of a parameter: a number, or an extent of this size.
    fn dimension(&mut self, desk: &mut Desk, size: &Expr) -> Option<Expr> {
        if let Some(value) = evaluate(size, &|_| None) {
            return Some(number(value));
        }
        if let Kind::Name(name) = &size.kind
            && desk.extents.iter().any(|extent| extent.name == *name)
        {
            return Some(size.clone());
        }
        let extents = desk.extents.iter().map(|extent| extent.name.clone()).collect::<Vec<String>>();
        evaluate(size, &|name| extents.iter().any(|extent| extent == name).then_some(1))?;
        let same = desk.extents.iter().find(|extent| extent.size == Size::Computed(size.clone()));
        let name = match same {
            Some(extent) => extent.name.clone(),
            None => self.job_extent(desk, Size::Computed(size.clone())),
        };
        Some(count(&name))
    }
}

/// The formula with the sizes in place of the extents.
fn replaced(formula: &Expr, sizes: &Sizes) -> Expr {
    match &formula.kind {
        Kind::Name(name) => sizes.iter().find(|(extent, _)| extent == name).map_or(formula, |(_, size)| size).clone(),
        Kind::Binary(operator, left, right) => {
            let (left, right) = (replaced(left, sizes), replaced(right, sizes));
            Expr { ty: formula.ty.clone(), kind: Kind::Binary(*operator, Box::new(left), Box::new(right)) }
        }
        _ => formula.clone(),
    }
}
