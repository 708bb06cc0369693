//! Signatures and grids: which types parameters may have, and what a dimension may be.

use lockstep_module::{Access, ArrayType, Extent, Parameter, ParameterKind, Signature};
use lockstep_numbers::ScalarType;

use super::Checker;
use crate::{
    errors::{e0205_wrong_kind_of_name, e0306_bad_type, e0310_bad_grid},
    resolve::Definition,
    source::Span,
    syntax::tree::{self, Expression, ExpressionKind, Grid, Name},
};

impl Checker<'_, '_> {
    /// The interface of a kernel or job.
    pub(super) fn signature(&mut self, name: &Name, extents: &[Name], parameters: &[tree::Parameter]) -> Signature {
        let parameters = parameters.iter().map(|parameter| {
            let kind = match (&parameter.ty.dimensions, parameter.access) {
                (None, access) => {
                    if access.is_some() {
                        let help = "remove `in`, `out` or `inout`";
                        self.diagnostics.push(e0306_bad_type::error(
                            parameter.ty.span,
                            "only an array has an access",
                            help,
                        ));
                    }
                    ParameterKind::Scalar(parameter.ty.element)
                }
                (Some(dimensions), access) => {
                    if access.is_none() {
                        let what = "an array parameter says what is done with it";
                        let help = "write `in`, `out` or `inout` before the type";
                        self.diagnostics.push(e0306_bad_type::error(parameter.ty.span, what, help));
                    }
                    let dimensions =
                        dimensions.iter().map(|dimension| self.dimension(dimension, extents.len())).collect();
                    let ty = ArrayType { element: parameter.ty.element, dimensions };
                    self.array_type(parameter.ty.span, ty.element, ty.dimensions.len());
                    ParameterKind::Array { access: access.unwrap_or(Access::InOut), ty }
                }
            };
            Parameter { name: parameter.name.text.clone(), kind }
        });
        let parameters = parameters.collect();
        Signature { name: name.text.clone(), extents: extents.iter().map(|e| e.text.clone()).collect(), parameters }
    }

    /// What holds of every array in memory.
    pub(super) fn array_type(&mut self, span: Span, element: ScalarType, rank: usize) {
        if element == ScalarType::Bool {
            let help = "store 0 and 1 as `u32`, and compare with `!= 0`";
            self.diagnostics.push(e0306_bad_type::error(span, "an array cannot hold truth values", help));
        }
        if !(1..=3).contains(&rank) {
            let what = format!("an array has one to three dimensions, not {rank}");
            self.diagnostics.push(e0306_bad_type::error(span, what, "compute positions in one dimension"));
        }
    }

    /// A dimension of a parameter: one of `extents` extents, or a constant.
    fn dimension(&mut self, dimension: &Expression, extents: usize) -> Extent {
        match self.extent(dimension).filter(|extent| !is_scalar(extent, extents)) {
            Some(extent) => extent,
            None => {
                let what = "a dimension of a parameter is an extent or a constant";
                let help = "name an extent for it, as in `kernel k[n](x: in [f32; n])`";
                self.diagnostics.push(e0306_bad_type::error(dimension.span, what, help));
                Extent::Constant(0)
            }
        }
    }

    /// The extent or the constant that an expression is, if it is one.
    fn extent(&mut self, expression: &Expression) -> Option<Extent> {
        match &expression.kind {
            ExpressionKind::Integer(value) => Some(Extent::Constant(value.unwrap_or(0))),
            ExpressionKind::Name(name) => match self.resolved.meaning(name) {
                // Extents are the first locals of kernels and jobs; the caller sets scalars apart.
                Definition::Local(id) => Some(Extent::Named(id.0)),
                Definition::Constant(id) => {
                    let constant = self.known_constant(id)?;
                    match (constant.element, constant.words.as_slice()) {
                        (ScalarType::U32, [word]) if constant.dimensions.is_empty() => Some(Extent::Constant(*word)),
                        _ => None,
                    }
                }
                // An error has been given.
                Definition::Unknown => Some(Extent::Constant(0)),
                _ => None,
            },
            ExpressionKind::Broken => Some(Extent::Constant(0)),
            _ => None,
        }
    }

    /// What the coordinates of a kernel range over.
    pub(super) fn grid(&mut self, kernel: &tree::Kernel, signature: &Signature) -> Vec<Extent> {
        let grid = match &kernel.grid {
            Grid::Of(name) => match self.resolved.meaning(name) {
                Definition::Array(id) => {
                    signature.arrays().nth(id as usize).map(|(_, _, ty)| ty.dimensions.clone()).unwrap_or_default()
                }
                Definition::Unknown => return kernel.lanes.iter().map(|_| Extent::Constant(0)).collect(),
                _ => {
                    let error = e0205_wrong_kind_of_name::error(name, "no array", "an array", None);
                    self.diagnostics.push(error.with_help("ranges over numbers are written `each i in n`"));
                    return kernel.lanes.iter().map(|_| Extent::Constant(0)).collect();
                }
            },
            Grid::In(sizes) => {
                let mut grid = Vec::new();
                for size in sizes {
                    let extent = self.extent(size).filter(|e| !is_scalar(e, signature.extents.len()));
                    if extent.is_none() {
                        self.diagnostics.push(e0310_bad_grid::size(size.span));
                    }
                    grid.push(extent.unwrap_or(Extent::Constant(0)));
                }
                grid
            }
        };
        let span = kernel.lanes.iter().map(|name| name.span).reduce(Span::to).unwrap_or(kernel.name.span);
        if grid.len() != kernel.lanes.len() && (1..=3).contains(&grid.len()) {
            self.diagnostics.push(e0310_bad_grid::rank(span, kernel.lanes.len(), grid.len()));
        }
        if kernel.lanes.len() == grid.len() && !(1..=3).contains(&grid.len()) {
            self.diagnostics.push(e0310_bad_grid::rank(span, kernel.lanes.len(), grid.len().clamp(1, 3)));
        }
        grid
    }
}

/// Whether this is a scalar parameter, which is a local too but not an extent.
fn is_scalar(extent: &Extent, extents: usize) -> bool {
    matches!(extent, Extent::Named(id) if *id as usize >= extents)
}
