//! Signatures and grids: which types parameters may have, and what a dimension may be.

use lockstep_module::{Access, ArrayType, Extent, Parameter, ParameterKind, Signature};
use lockstep_numbers::ScalarType;

use super::{
    Checker,
    body::{ArrayParameter, BodyChecker},
    ty::Type,
    value::{Binding, Value},
};
use crate::{
    errors::{e0205_wrong_kind_of_name, e0306_bad_type, e0310_bad_grid},
    program::{Expression, ExpressionKind, LocalId},
    resolve::{Definition, LocalKind},
    source::Span,
    syntax::tree::{self, Grid, Name, TypeKind},
};

impl Checker<'_, '_> {
    /// What holds of every array in memory.
    pub(super) fn array_type(&mut self, span: Span, element: &Type, rank: usize) -> Option<ScalarType> {
        if !(1..=3).contains(&rank) {
            let what = format!("an array has one to three dimensions, not {rank}");
            self.diagnostics.push(e0306_bad_type::error(span, what, "compute positions in one dimension"));
        }
        match element {
            Type::Scalar(ScalarType::Bool) => {
                let help = "store 0 and 1 as `u32`, and compare with `!= 0`";
                self.diagnostics.push(e0306_bad_type::error(span, "an array in memory cannot hold truth values", help));
                None
            }
            Type::Scalar(ty) => Some(*ty),
            _ => {
                let help = "give the array one more dimension, or use several arrays";
                let what = "the cells of an array in memory are numbers or packed words";
                self.diagnostics.push(e0306_bad_type::error(span, what, help));
                None
            }
        }
    }
}

impl BodyChecker<'_, '_, '_> {
    /// The interface of a kernel or job, and the bindings of its extents, scalars and arrays.
    pub(super) fn interface(&mut self, name: String, extents: &[Name], parameters: &[tree::Parameter]) -> Signature {
        for extent in extents {
            self.bind_scalar(extent, LocalKind::Extent, ScalarType::U32);
        }
        let parameters: Vec<Parameter> =
            parameters.iter().map(|parameter| self.parameter(parameter, extents)).collect();
        let extents = extents.iter().map(|extent| extent.text.clone()).collect();
        Signature { name, extents, parameters }
    }

    fn parameter(&mut self, parameter: &tree::Parameter, extents: &[Name]) -> Parameter {
        let span = parameter.ty.span;
        let TypeKind::Array(element, dimensions) = &parameter.ty.kind else {
            if parameter.access.is_some() {
                let error = e0306_bad_type::error(span, "only an array has an access", "remove it before the type");
                self.checker.diagnostics.push(error);
            }
            // After an error the name stays unbound, so that its uses are passed over.
            let ty = match self.ty(&parameter.ty, 1) {
                Some(Type::Scalar(ty)) => {
                    self.bind_scalar(&parameter.name, LocalKind::Parameter, ty);
                    ty
                }
                Some(_) => {
                    let what = "a scalar parameter is a number, a truth value or a packed word";
                    let help = "give each part a parameter of its own";
                    self.checker.diagnostics.push(e0306_bad_type::error(span, what, help));
                    self.interface_is_broken = true;
                    ScalarType::U32
                }
                None => {
                    self.interface_is_broken = true;
                    ScalarType::U32
                }
            };
            return Parameter { name: parameter.name.text.clone(), kind: ParameterKind::Scalar(ty) };
        };
        if parameter.access.is_none() {
            let what = "an array parameter says what is done with it";
            let help = "write `in`, `out`, `inout`, `acc(…)` or `claim` before the type";
            self.checker.diagnostics.push(e0306_bad_type::error(span, what, help));
        }
        let access = parameter.access.unwrap_or(Access::InOut);
        let sizes: Vec<Option<Extent>> =
            dimensions.iter().map(|dimension| self.dimension(dimension, extents)).collect();
        let known = self.cell_type(element).and_then(|ty| self.checker.array_type(span, &ty, sizes.len()));
        // After an error the array is unknown, so that its uses are passed over.
        let known = known.filter(|_| sizes.iter().all(Option::is_some));
        self.interface_is_broken |= known.is_none();
        let sizes: Vec<Extent> = sizes.into_iter().map(|size| size.unwrap_or(Extent::Constant(0))).collect();
        let element = known.unwrap_or(ScalarType::U32);
        if let Access::Accumulate(_) = access
            && known.is_some_and(|ty| !matches!(ty, ScalarType::U32 | ScalarType::I32))
        {
            let help = "combine i32 or u32; the order of additions of f32 would matter";
            let what = format!("lanes cannot combine {element}");
            self.checker.diagnostics.push(e0306_bad_type::error(span, what, help));
        }
        let shown = sizes.iter().zip(dimensions).map(|(size, tree)| self.extent_expression(*size, tree.span));
        let dimensions = shown.collect();
        let name = parameter.name.text.clone();
        self.arrays.push(ArrayParameter {
            access,
            element: known,
            dimensions,
            name: name.clone(),
            written_through: None,
        });
        Parameter { name, kind: ParameterKind::Array { access, ty: ArrayType { element, dimensions: sizes } } }
    }

    /// A dimension of a parameter: an extent, or a constant.
    fn dimension(&mut self, dimension: &tree::Expression, extents: &[Name]) -> Option<Extent> {
        if let Some(extent) = self.named_extent(dimension, extents) {
            return Some(extent);
        }
        if self.is_computed(dimension) {
            let what = "a dimension of a parameter is an extent or a constant";
            let help = "name an extent for it, as in `kernel k[n](x: in [f32; n])`";
            self.checker.diagnostics.push(e0306_bad_type::error(dimension.span, what, help));
            return None;
        }
        self.size(dimension).map(Extent::Constant)
    }

    /// The extent that a name means.
    fn named_extent(&self, tree: &tree::Expression, extents: &[Name]) -> Option<Extent> {
        let tree::ExpressionKind::Name(name) = &tree.kind else { return None };
        let id = self.checker.resolved.local(name)?;
        let position = extents.iter().position(|extent| self.checker.resolved.local(extent) == Some(id));
        position.map(|position| Extent::Named(position as u32))
    }

    /// Whether an expression names something that only a call knows.
    fn is_computed(&self, tree: &tree::Expression) -> bool {
        match &tree.kind {
            tree::ExpressionKind::Name(name) => match self.checker.resolved.meaning(name) {
                Definition::Local(id) => {
                    let kind = self.frame.names.locals.get(id.0 as usize).map(|local| local.kind);
                    kind != Some(LocalKind::Generic)
                }
                Definition::Array(_) => true,
                _ => false,
            },
            tree::ExpressionKind::Unary { operand, .. } => self.is_computed(operand),
            tree::ExpressionKind::Binary { left, right, .. } => self.is_computed(left) || self.is_computed(right),
            tree::ExpressionKind::Call { arguments, .. } => arguments.iter().any(|a| self.is_computed(a)),
            _ => false,
        }
    }

    /// The value of an extent. The extents are the first locals of kernels and jobs.
    pub(super) fn extent_expression(&self, extent: Extent, span: Span) -> Expression {
        let kind = match extent {
            Extent::Constant(n) => ExpressionKind::Literal(n.into()),
            Extent::Named(i) => ExpressionKind::Local(LocalId(i)),
        };
        Expression { kind, ty: ScalarType::U32, span }
    }

    /// What the coordinates of an `each` kernel range over.
    pub(super) fn grid(
        &mut self,
        kernel: &tree::Kernel,
        lanes: &[Name],
        grid: &Grid,
        signature: &Signature,
    ) -> Vec<Extent> {
        let unknown = || lanes.iter().map(|_| Extent::Constant(0)).collect();
        let grid = match grid {
            Grid::Of(name) => match self.checker.resolved.meaning(name) {
                Definition::Array(id) => {
                    signature.arrays().nth(id as usize).map(|(_, _, ty)| ty.dimensions.clone()).unwrap_or_default()
                }
                Definition::Unknown => return unknown(),
                _ => {
                    let error = e0205_wrong_kind_of_name::error(name, "no array", "an array", None);
                    let help = "ranges over numbers are written `each i in n`";
                    self.checker.diagnostics.push(error.with_help(help));
                    return unknown();
                }
            },
            Grid::In(sizes) => {
                let mut grid = Vec::new();
                for size in sizes {
                    grid.push(match self.named_extent(size, &kernel.extents) {
                        Some(extent) => extent,
                        None if self.is_computed(size) => {
                            self.checker.diagnostics.push(e0310_bad_grid::size(size.span));
                            Extent::Constant(0)
                        }
                        None => Extent::Constant(self.size(size).unwrap_or(0)),
                    });
                }
                grid
            }
        };
        let span = lanes.iter().map(|name| name.span).reduce(Span::to).unwrap_or(kernel.name.span);
        if grid.len() != lanes.len() || !(1..=3).contains(&grid.len()) {
            self.checker.diagnostics.push(e0310_bad_grid::rank(span, lanes.len(), grid.len().clamp(1, 3)));
        }
        grid
    }

    /// Binds the constants of an instance.
    pub(super) fn bind_generics(&mut self, generics: &[tree::Generic], values: &[u64]) {
        for (generic, bits) in generics.iter().zip(values) {
            if let Some(ty) = self.checker.generic_type(generic) {
                let part = Expression { kind: ExpressionKind::Literal(*bits), ty, span: generic.name.span };
                self.bind(&generic.name, Binding::Value(Value::scalar(part)));
            }
        }
    }
}
