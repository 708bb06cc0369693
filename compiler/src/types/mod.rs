//! Types: from the tree and the meaning of its names to the typed program. Nothing converts by itself; a literal takes
//! the type of its surroundings. Functions are written out where they are called; vectors, structs and nested arrays
//! are split into scalars. One mistake gives one error: what has no type is passed over in silence.

mod assign;
mod body;
mod call;
mod constant;
mod construct;
mod evaluate;
mod expression;
mod group;
mod interface;
mod job;
mod kernel;
mod operator;
mod reference;
mod run;
mod statement;
mod ty;
mod value;

use std::collections::{HashMap, HashSet};

use lockstep_module::Profile;
use lockstep_numbers::ScalarType;

use crate::{
    diagnostic::Diagnostic,
    errors::{
        e0301_type_mismatch, e0314_unknown_field, e0316_bad_generic, e0317_unknown_profile, e0405_run_arguments,
        e0407_too_large,
    },
    program::{Expression, Program},
    resolve::Resolved,
    source::Span,
    syntax::tree,
};
use body::{BodyChecker, Place};
use constant::ConstantState;
use job::JobState;
use lockstep_module::Access;
use ty::{StructState, Type};
use value::{ArrayKind, Binding, Cells};

pub use body::MAX_SIZE;
pub use ty::{MAX_LOCAL_CELLS, MAX_TABLE_CELLS};

/// Gives everything its type. The program is whole only if there are no diagnostics.
pub fn check(resolved: &Resolved<'_>, profile: Option<&tree::Name>) -> (Program, Vec<Diagnostic>) {
    let mut checker = Checker::new(resolved);
    checker.profile(profile);
    for id in 0..resolved.structs.len() {
        checker.struct_type(id);
    }
    checker.functions();
    checker.constants();
    checker.kernels();
    for (id, job) in resolved.jobs.iter().enumerate().filter(|(_, job)| job.file == 0) {
        checker.job_number(id, job.item.name.span);
    }
    let mut seen = HashSet::new();
    checker.diagnostics.retain(|error| seen.insert((error.code, error.labels.first().map(|label| label.span))));
    // A field that is gone and a parameter of another type are one mistake each, wherever they are used.
    let mut said = HashSet::new();
    let one = [e0314_unknown_field::CODE, e0405_run_arguments::CODE];
    checker.diagnostics.retain(|error| !one.contains(&error.code) || said.insert((error.code, error.message.clone())));
    (checker.program, checker.diagnostics)
}

pub(crate) struct Checker<'r, 't> {
    resolved: &'r Resolved<'t>,
    program: Program,
    structs: Vec<StructState>,
    constants: Vec<ConstantState>,
    jobs: Vec<JobState>,
    /// The kernels so far, by the item and its constants.
    instances: HashMap<(usize, Vec<u64>), Option<usize>>,
    /// The constants at which a kernel goes by its plain name.
    defaults: HashMap<String, Vec<u64>>,
    /// The functions that have errors of their own. A call of one is passed over.
    broken_functions: HashSet<usize>,
    /// How many structs are open.
    nesting: u32,
    /// How many constants or jobs wait for others.
    waiting: u32,
    /// How many expressions and statements there are in all.
    size: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'r, 't> Checker<'r, 't> {
    fn new(resolved: &'r Resolved<'t>) -> Self {
        Checker {
            resolved,
            program: Program::default(),
            structs: vec![StructState::New; resolved.structs.len()],
            constants: vec![ConstantState::New; resolved.constants.len()],
            jobs: vec![JobState::New; resolved.jobs.len()],
            instances: HashMap::new(),
            defaults: HashMap::new(),
            broken_functions: HashSet::new(),
            nesting: 0,
            waiting: 0,
            size: 0,
            diagnostics: Vec::new(),
        }
    }

    fn profile(&mut self, name: Option<&tree::Name>) {
        let Some(name) = name else { return };
        match [Profile::Baseline, Profile::Datacenter].into_iter().find(|profile| profile.name() == name.text) {
            Some(profile) => self.program.profile = profile,
            None => self.diagnostics.push(e0317_unknown_profile::error(name)),
        }
    }

    /// The value if its type is the wanted one, else an error at it.
    fn expect(&mut self, value: Expression, wanted: ScalarType, why: Option<(Span, &str)>) -> Option<Expression> {
        if value.ty == wanted {
            return Some(value);
        }
        self.diagnostics.push(e0301_type_mismatch::error(value.span, wanted.name(), value.ty.name(), why));
        None
    }

    /// The type of a constant that the user of an item chooses.
    fn generic_type(&mut self, generic: &tree::Generic) -> Option<ScalarType> {
        let tree::TypeKind::Named(name) = &generic.ty.kind else {
            self.diagnostics.push(e0316_bad_generic::ty(generic.ty.span));
            return None;
        };
        match self.named_type(name)? {
            Type::Scalar(ty) if !ty.is_packed() => Some(ty),
            _ => {
                self.diagnostics.push(e0316_bad_generic::ty(generic.ty.span));
                None
            }
        }
    }

    /// Checks each function by itself, with parameters that could be anything, so that its errors are found once and
    /// where they are. A function with constants to choose is checked where it is called, since they decide its types.
    fn functions(&mut self) {
        let mut too_large = false;
        for id in 0..self.resolved.functions.len() {
            let errors = self.diagnostics.len();
            let resolved = self.resolved;
            let named = &resolved.functions[id];
            for generic in &named.item.generics {
                self.generic_type(generic);
            }
            if named.item.generics.is_empty() {
                self.function_alone(id);
            }
            if self.diagnostics.len() > errors {
                self.broken_functions.insert(id);
            }
            // Where one function is too large, those that call it are too: the first says enough.
            let mut own = self.diagnostics.split_off(errors);
            own.retain(|error| error.code != e0407_too_large::CODE || !std::mem::replace(&mut too_large, true));
            self.diagnostics.extend(own);
        }
    }

    fn function_alone(&mut self, id: usize) {
        let resolved = self.resolved;
        let named = &resolved.functions[id];
        let function = named.item;
        let whole = (function.name.span, function.name.text.clone());
        let mut body = BodyChecker::new(self, &named.body, Place::Function, whole);
        for extent in &function.extents {
            body.bind_scalar(extent, crate::resolve::LocalKind::Extent, ScalarType::U32);
        }
        for parameter in &function.parameters {
            body.lone_parameter(parameter, &function.extents);
        }
        let result = body.result_type(&function.result);
        if function.result.is_array() {
            return;
        }
        let wanted = result.as_ref().and_then(Type::scalar);
        let (_, value) = body.in_block(|this| this.valued_block(&function.body, wanted));
        if let (Some(value), Some(result)) = (value, result) {
            body.expect(value, &result, Some((function.result.span, "because of this")));
        }
    }

    /// The kernels of the main file: those without constants to choose, and those whose constants have defaults.
    fn kernels(&mut self) {
        let resolved = self.resolved;
        for (id, named) in resolved.kernels.iter().enumerate() {
            let kernel = named.item;
            for generic in &kernel.generics {
                self.generic_type(generic);
            }
            if kernel.generics.iter().any(|generic| generic.default.is_none()) {
                continue;
            }
            let mut body = BodyChecker::new(self, &named.body, Place::Constant, (kernel.name.span, String::new()));
            let constants = (kernel.generics.as_slice(), &named.body);
            let values = body.generics(&kernel.name.text, kernel.name.span, constants, &[], None);
            let literal = |value: &value::Value| match value.parts.first()?.kind {
                crate::program::ExpressionKind::Literal(bits) => Some(bits),
                _ => None,
            };
            let Some(values) = values.and_then(|values| values.iter().map(literal).collect::<Option<Vec<u64>>>())
            else {
                continue;
            };
            self.defaults.insert(resolved.path(named.file, &kernel.name.text), values.clone());
            if named.file == 0 {
                self.kernel_instance(id, &values);
            }
        }
    }
}

impl<'r> BodyChecker<'_, 'r, '_> {
    /// A parameter of a function that is checked by itself.
    fn lone_parameter(&mut self, parameter: &tree::Parameter, extents: &[tree::Name]) {
        if parameter.access.is_some() {
            let help = "remove the access; a function only looks at arrays";
            let error = crate::errors::e0306_bad_type::error(parameter.ty.span, "a function writes no array", help);
            self.checker.diagnostics.push(error);
        }
        let tree::TypeKind::Array(element, dimensions) = &parameter.ty.kind else {
            if let Some(ty) = self.ty(&parameter.ty, 1) {
                let leaves = self.checker.leaves(&ty);
                let parts = leaves.into_iter().map(|(suffix, leaf)| {
                    let kind = crate::resolve::LocalKind::Parameter;
                    let local = self.local(&format!("{}{suffix}", parameter.name.text), kind, leaf, &[]);
                    let kind = crate::program::ExpressionKind::Local(local);
                    Expression { kind, ty: leaf, span: parameter.name.span }
                });
                let parts = parts.collect();
                self.bind(&parameter.name, Binding::Value(value::Value { ty, parts, span: parameter.name.span }));
            }
            return;
        };
        let Some(element) = self.cell_type(element) else { return };
        let mut sizes = Vec::new();
        for dimension in dimensions {
            let named = match &dimension.kind {
                tree::ExpressionKind::Name(name) => self.checker.resolved.local(name),
                _ => None,
            };
            let extent = extents.iter().position(|extent| self.checker.resolved.local(extent) == named);
            sizes.push(match (named, extent) {
                (Some(_), Some(i)) => self.extent_expression(lockstep_module::Extent::Named(i as u32), dimension.span),
                _ => {
                    let size = self.size(dimension).unwrap_or(1);
                    self.extent_expression(lockstep_module::Extent::Constant(size), dimension.span)
                }
            });
        }
        let leaves = self.checker.leaves(&element);
        let arrays = leaves.into_iter().map(|(_, ty)| (crate::program::ArrayRef::Parameter(0), ty)).collect();
        let cells = Cells {
            kind: ArrayKind::Parameter(Access::In),
            name: parameter.name.text.clone(),
            ty: element,
            arrays,
            dimensions: sizes,
            indices: Vec::new(),
            declared: parameter.name.span,
        };
        self.bind(&parameter.name, Binding::Cells(cells));
    }
}
