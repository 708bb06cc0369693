//! What the checking of one body carries along: where it stands, its arrays, and the types of its locals so far.

use lockstep_module::{Access, ArrayType};
use lockstep_numbers::ScalarType;

use super::Checker;
use crate::{
    program::Local,
    resolve::{Body, Definition, LocalId},
    source::Span,
    syntax::tree::Name,
};

/// Where a body stands. It decides which statements belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Function,
    Kernel,
    Job,
    /// The value of a constant: no locals, no statements.
    Constant,
}

/// The type of a local: the type of its value or cells, and its dimensions.
pub(super) type LocalType = (ScalarType, Vec<u32>);

pub(super) struct BodyChecker<'c, 'r, 't> {
    pub(super) checker: &'c mut Checker<'r, 't>,
    pub(super) names: &'c Body,
    pub(super) place: Place,
    pub(super) arrays: Vec<(Access, ArrayType)>,
    /// None until the declaration is checked, and after a declaration that had an error.
    pub(super) types: Vec<Option<LocalType>>,
    /// How many loops are open.
    pub(super) loops: usize,
}

impl<'c, 'r, 't> BodyChecker<'c, 'r, 't> {
    pub(super) fn new(
        checker: &'c mut Checker<'r, 't>,
        names: &'c Body,
        place: Place,
        arrays: Vec<(Access, ArrayType)>,
    ) -> Self {
        let types = vec![None; names.locals.len()];
        BodyChecker { checker, names, place, arrays, types, loops: 0 }
    }

    pub(super) fn set_type(&mut self, local: u32, element: ScalarType, dimensions: Vec<u32>) {
        if let Some(slot) = self.types.get_mut(local as usize) {
            *slot = Some((element, dimensions));
        }
    }

    pub(super) fn declare(&mut self, name: &Name, element: ScalarType, dimensions: Vec<u32>) -> LocalId {
        // `resolve` has declared every name of the body.
        let local = self.checker.resolved.local(name).unwrap_or(LocalId(0));
        self.set_type(local.0, element, dimensions);
        local
    }

    /// Where a name was declared, if it is of this program.
    pub(super) fn declared(&self, meaning: Definition) -> Option<Span> {
        let resolved = self.checker.resolved;
        match meaning {
            Definition::Local(id) => self.names.locals.get(id.0 as usize).map(|local| local.name.span),
            Definition::Array(id) => self.names.arrays.get(id as usize).map(|name| name.span),
            Definition::Constant(id) => resolved.constants.get(id as usize).map(|c| c.name.span),
            Definition::Function(id) => resolved.functions.get(id as usize).map(|f| f.0.name.span),
            Definition::Kernel(id) => resolved.kernels.get(id as usize).map(|k| k.0.name.span),
            Definition::Job(id) => resolved.jobs.get(id as usize).map(|j| j.0.name.span),
            Definition::Builtin(_) | Definition::Unknown => None,
        }
    }

    /// What a name is, in words with an article.
    pub(super) fn describe(&self, meaning: Definition) -> &'static str {
        match meaning {
            Definition::Local(id) => match self.types.get(id.0 as usize) {
                Some(Some((_, dimensions))) if !dimensions.is_empty() => "an array",
                _ => self.names.locals.get(id.0 as usize).map_or("a local", |local| local.kind.describe()),
            },
            Definition::Array(_) => "an array",
            Definition::Constant(_) => "a constant",
            Definition::Function(_) | Definition::Builtin(_) => "a function",
            Definition::Kernel(_) => "a kernel",
            Definition::Job(_) => "a job",
            Definition::Unknown => "unknown",
        }
    }

    /// The locals with their types. Those that had an error count as `u32`; the program is refused anyway.
    pub(super) fn finish(self) -> Vec<Local> {
        let locals = self.names.locals.iter().zip(self.types);
        let typed = locals.map(|(local, ty)| {
            let (element, dimensions) = ty.unwrap_or((ScalarType::U32, Vec::new()));
            Local { name: local.name.text.clone(), kind: local.kind, element, dimensions }
        });
        typed.collect()
    }
}
