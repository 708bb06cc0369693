//! Types: from the tree and the meaning of its names to the typed program. Nothing converts by itself; a literal takes
//! the type of its surroundings. One mistake gives one error: what has no type is passed over in silence.

mod access;
mod body;
mod call;
mod constant;
mod expression;
mod interface;
mod job;
mod statement;

use lockstep_numbers::ScalarType;

use crate::{
    diagnostic::Diagnostic,
    errors::{e0301_type_mismatch, e0306_bad_type, e0307_block_value, e0311_unbound_extent, e0406_too_many_parameters},
    program::{Block, Constant, Expression, Function, Kernel, Program},
    resolve::Resolved,
    source::Span,
    syntax::tree,
};
use body::{BodyChecker, Place};

/// The most cells of a local or constant array.
pub const MAX_LOCAL_CELLS: u64 = 1024;

/// Gives everything its type. The program is whole only if there are no diagnostics.
pub fn check(resolved: &Resolved<'_>) -> (Program, Vec<Diagnostic>) {
    let mut checker = Checker {
        resolved,
        program: Program::default(),
        constants: Vec::new(),
        signatures: Vec::new(),
        diagnostics: Vec::new(),
    };
    checker.constants();
    checker.signatures = resolved.functions.iter().map(|(function, _)| function_types(function)).collect();
    for (function, names) in &resolved.functions {
        checker.function(function, names);
    }
    for (kernel, names) in &resolved.kernels {
        checker.kernel(kernel, names);
    }
    for (job, names) in &resolved.jobs {
        checker.job(job, names);
    }
    (checker.program, checker.diagnostics)
}

/// Parameter types and result type of a function.
type FunctionTypes = (Vec<ScalarType>, ScalarType);

fn function_types(function: &tree::Function) -> FunctionTypes {
    (function.parameters.iter().map(|p| p.ty.element).collect(), function.result.element)
}

pub(crate) struct Checker<'r, 't> {
    resolved: &'r Resolved<'t>,
    program: Program,
    /// The constants evaluated so far.
    constants: Vec<Option<Constant>>,
    signatures: Vec<FunctionTypes>,
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    /// The value if its type is the wanted one, else an error at it.
    fn expect(&mut self, value: Expression, wanted: ScalarType, why: Option<(Span, &str)>) -> Option<Expression> {
        if value.ty == wanted {
            return Some(value);
        }
        let literal = matches!(value.kind, crate::program::ExpressionKind::Literal(_)) && value.ty.is_integer();
        let error = if literal && wanted == ScalarType::F32 {
            e0301_type_mismatch::integer_for_float(value.span, why)
        } else {
            e0301_type_mismatch::error(value.span, wanted, value.ty, why)
        };
        self.diagnostics.push(error);
        None
    }

    fn function(&mut self, function: &tree::Function, names: &crate::resolve::Body) {
        for ty in function.parameters.iter().map(|p| &p.ty).chain([&function.result]) {
            if ty.dimensions.is_some() {
                let help = "functions take and give scalars; pass the cells that it needs";
                self.diagnostics.push(e0306_bad_type::error(ty.span, "a function cannot take or give an array", help));
            }
        }
        for parameter in function.parameters.iter().filter(|p| p.access.is_some()) {
            let help = "remove `in`, `out` or `inout`";
            self.diagnostics.push(e0306_bad_type::error(parameter.ty.span, "only an array has an access", help));
        }
        let mut body = BodyChecker::new(self, names, Place::Function, Vec::new());
        for (local, parameter) in function.parameters.iter().enumerate() {
            body.set_type(local as u32, parameter.ty.element, Vec::new());
        }
        let result = function.result.element;
        let block = body.valued_block(&function.body, Some(result));
        let locals = body.finish();
        let block = block.unwrap_or_default();
        if let Some(value) = block.result.as_deref() {
            self.expect(value.clone(), result, Some((function.result.span, "because of this")));
        }
        let parameters = function.parameters.len();
        let name = function.name.text.clone();
        self.program.functions.push(Function { name, locals, parameters, result, body: block });
    }

    fn kernel(&mut self, kernel: &tree::Kernel, names: &crate::resolve::Body) {
        let signature = self.signature(&kernel.name, &kernel.extents, &kernel.parameters);
        let computed = |ty: &tree::Type| {
            ty.dimensions.as_ref().is_some_and(|d| d.is_empty() || d.iter().any(|dimension| dimension.depth > 1))
        };
        // A dimension that is no extent has its own error, and may have been meant to fix one.
        let fixed = !kernel.parameters.iter().any(|parameter| computed(&parameter.ty));
        for (extent, name) in kernel.extents.iter().enumerate().filter(|_| fixed) {
            let named = lockstep_module::Extent::Named(extent as u32);
            if !signature.arrays().any(|(_, _, ty)| ty.dimensions.contains(&named)) {
                self.diagnostics.push(e0311_unbound_extent::error(name));
            }
        }
        let (arrays, words) = (signature.arrays().count(), signature.scalars().count() + signature.extents.len());
        for (found, what, most) in [
            (arrays, "arrays", lockstep_module::MAX_ARRAYS),
            (words, "scalars and extents", lockstep_module::MAX_WORDS),
        ] {
            if found > most {
                self.diagnostics.push(e0406_too_many_parameters::error(kernel.name.span, what, found, most));
            }
        }
        let grid = self.grid(kernel, &signature);
        let mut body =
            BodyChecker::new(self, names, Place::Kernel, signature.arrays().map(|a| (a.1, a.2.clone())).collect());
        let scalars: Vec<ScalarType> = signature.scalars().map(|(_, ty)| ty).collect();
        let words = signature.extents.iter().map(|_| ScalarType::U32).chain(scalars);
        let coordinates = kernel.lanes.iter().map(|_| ScalarType::U32);
        for (local, ty) in words.chain(coordinates).enumerate() {
            body.set_type(local as u32, ty, Vec::new());
        }
        let block = body.block(&kernel.body, None).unwrap_or_default();
        let locals = body.finish();
        self.refuse_value(&block);
        let array_spans = names.arrays.iter().map(|name| name.span).collect();
        let span = kernel.name.span;
        self.program.kernels.push(Kernel { signature, span, array_spans, grid, locals, body: block });
    }

    /// A value where none is taken.
    fn refuse_value(&mut self, block: &Block) {
        if let Some(value) = &block.result {
            self.diagnostics.push(e0307_block_value::unused(value.span));
        }
    }
}
