//! Kernels: each is checked once for each choice of its constants.

use lockstep_module::{Extent, MAX_ARRAYS, MAX_WORDS, Signature};
use lockstep_numbers::ScalarType;

use super::{
    Checker,
    body::{BodyChecker, Place},
    ty::Type,
    value::{ArrayKind, Binding, Cells},
};
use crate::{
    errors::{e0205_wrong_kind_of_name, e0311_unbound_extent, e0315_bad_tile, e0403_access, e0406_too_many_parameters},
    program::{ArrayRef, Block, GroupStatement, Kernel, Phase, Shape, Tile},
    resolve::{Definition, LocalKind},
    syntax::tree,
};

impl Checker<'_, '_> {
    /// The number of a kernel with these constants, checked now if it has not been. None after an error.
    pub(super) fn kernel_instance(&mut self, id: usize, generics: &[u64]) -> Option<usize> {
        let key = (id, generics.to_vec());
        if let Some(known) = self.instances.get(&key) {
            return *known;
        }
        let errors = self.diagnostics.len();
        let kernel = self.kernel(id, generics);
        let number = kernel.filter(|_| self.diagnostics.len() == errors).map(|kernel| {
            self.program.kernels.push(kernel);
            self.program.kernels.len() - 1
        });
        self.instances.insert(key, number);
        number
    }

    fn kernel(&mut self, id: usize, generics: &[u64]) -> Option<Kernel> {
        let resolved = self.resolved;
        let named = resolved.kernels.get(id)?;
        let kernel = named.item;
        let name = self.instance_name(&resolved.path(named.file, &kernel.name.text), &kernel.generics, generics);
        let mut body = BodyChecker::new(self, &named.body, Place::Lane, (kernel.name.span, name.clone()));
        body.bind_generics(&kernel.generics, generics);
        let signature = body.interface(name, &kernel.extents, &kernel.parameters);
        body.limits(kernel, &signature);
        let (shape, statements) = match &kernel.shape {
            tree::Shape::Each(lanes, grid) => {
                let grid = body.grid(kernel, lanes, grid, &signature);
                let coordinates =
                    lanes.iter().map(|name| body.bind_scalar(name, LocalKind::Coordinate, ScalarType::U32)).collect();
                let Block { statements, .. } = body.plain_block(&kernel.body);
                let block = Block { statements, result: None, weight: 0 };
                let phase = Phase { coordinates, body: block, span: kernel.name.span };
                (Shape::Each { grid }, vec![GroupStatement::Phase(phase)])
            }
            tree::Shape::Tiles(tiles, lanes, span) => {
                body.arrays_are_owned = false;
                let tiles = tiles.iter().map(|tile| body.tile(tile, &signature)).collect::<Vec<_>>();
                body.one_tile_an_array(&tiles);
                let lanes = body.lanes(lanes, *span);
                body.frame.place = Place::Group;
                body.group_shape = lanes.clone().unwrap_or_default();
                let statements = body.group(&kernel.body, true);
                (Shape::Tiles { tiles: tiles.into_iter().collect::<Option<_>>()?, lanes: lanes? }, statements)
            }
        };
        if body.interface_is_broken {
            return None;
        }
        let array_spans = named.body.arrays.iter().map(|name| name.span).collect();
        let (locals, shared, accesses) = (body.locals, body.shared, body.accesses);
        let span = kernel.name.span;
        Some(Kernel { signature, span, array_spans, shape, locals, shared, body: statements, accesses })
    }

    /// `k::<32, 4>`; only `k` where every constant is at its default.
    fn instance_name(&mut self, name: &str, generics: &[tree::Generic], values: &[u64]) -> String {
        let mut shown = Vec::new();
        for (generic, bits) in generics.iter().zip(values) {
            let ty = self.generic_type(generic).unwrap_or(ScalarType::U32);
            shown.push(ty.show(*bits));
        }
        if shown.is_empty() || self.defaults.get(name).is_some_and(|defaults| defaults == values) {
            return name.into();
        }
        format!("{name}::<{}>", shown.join(", "))
    }
}

impl BodyChecker<'_, '_, '_> {
    fn limits(&mut self, kernel: &tree::Kernel, signature: &Signature) {
        for (i, extent) in kernel.extents.iter().enumerate() {
            let named = Extent::Named(i as u32);
            // A dimension that is no extent has its own error, and may have been meant to fix one.
            let broken = |(_, _, ty): (_, _, &lockstep_module::ArrayType)| {
                ty.dimensions.contains(&named) || ty.dimensions.contains(&Extent::Constant(0))
            };
            if !signature.arrays().any(broken) {
                self.checker.diagnostics.push(e0311_unbound_extent::error(extent));
            }
        }
        let words: usize = signature.scalars().map(|(_, ty)| ty.words()).sum();
        let claims = signature.arrays().filter(|(_, access, _)| *access == lockstep_module::Access::Claim).count();
        for (found, what, most) in [
            (signature.arrays().count() + claims, "arrays (a `claim` array counts twice)", MAX_ARRAYS),
            (words + signature.extents.len(), "words of scalars and extents", MAX_WORDS),
        ] {
            if found > most {
                let error = e0406_too_many_parameters::error(kernel.name.span, what, found, most);
                self.checker.diagnostics.push(error);
            }
        }
    }

    /// One tile clause.
    fn tile(&mut self, tile: &tree::Tile, signature: &Signature) -> Option<Tile> {
        let sizes: Vec<Option<u32>> = tile.sizes.iter().map(|size| self.size(size)).collect();
        let origin = tile.origin.iter().map(|name| self.bind_scalar(name, LocalKind::Origin, ScalarType::U32));
        let origin: Vec<_> = origin.collect();
        let meaning = self.checker.resolved.meaning(&tile.array);
        let Definition::Array(array) = meaning else {
            if meaning != Definition::Unknown {
                let error = e0205_wrong_kind_of_name::error(&tile.array, self.describe(meaning), "an array", None);
                self.checker.diagnostics.push(error);
            }
            return None;
        };
        let array = array as usize;
        let (name, access, ty) = signature.arrays().nth(array)?;
        let sizes: Vec<u32> = sizes.into_iter().collect::<Option<_>>()?;
        if sizes.len() != ty.dimensions.len() || origin.len() != ty.dimensions.len() {
            let rank = ty.dimensions.len();
            let error = e0315_bad_tile::rank(tile.span, name, rank, sizes.len(), origin.len());
            self.checker.diagnostics.push(error);
            return None;
        }
        if sizes.contains(&0) {
            self.checker.diagnostics.push(e0315_bad_tile::empty(tile.span));
            return None;
        }
        if matches!(access, lockstep_module::Access::Accumulate(_) | lockstep_module::Access::Claim)
            && tile.name.is_some()
        {
            let error = e0315_bad_tile::not_owned(tile.span, name, &access.name());
            self.checker.diagnostics.push(error);
            return None;
        }
        let number = self.tiles;
        if let Some(tile_name) = &tile.name {
            let literal = super::statement::literal_sizes(&sizes, tile.span);
            let cells = Cells {
                kind: ArrayKind::Tile(access),
                name: tile_name.text.clone(),
                ty: Type::Scalar(ty.element),
                arrays: vec![(ArrayRef::Tile(number), ty.element)],
                dimensions: literal,
                indices: Vec::new(),
                declared: tile_name.span,
            };
            self.bind(tile_name, Binding::Cells(cells));
            if access.writes() {
                self.arrays[array].written_through = Some(tile_name.text.clone());
            }
        }
        self.tiles += 1;
        let name = tile.name.as_ref().map(|name| name.text.clone());
        Some(Tile { array, sizes, name, origin, span: tile.span })
    }

    /// An array that is written has one tile, so that no two groups own a cell.
    fn one_tile_an_array(&mut self, tiles: &[Option<Tile>]) {
        for (i, tile) in tiles.iter().enumerate() {
            let Some(tile) = tile else { continue };
            let twice = tiles[..i].iter().flatten().find(|before| before.array == tile.array);
            let writes = self.arrays.get(tile.array).is_some_and(|array| array.access.writes());
            if let (Some(before), true) = (twice, writes) {
                let name = self.arrays[tile.array].name.clone();
                self.checker.diagnostics.push(e0403_access::two_tiles(tile.span, &name, before.span));
            }
        }
    }

    /// The lanes of a group.
    fn lanes(&mut self, lanes: &[tree::Expression], span: crate::source::Span) -> Option<Vec<u32>> {
        let sizes: Vec<Option<u32>> = lanes.iter().map(|size| self.size(size)).collect();
        let sizes: Vec<u32> = sizes.into_iter().collect::<Option<_>>()?;
        let most = self.checker.program.profile.max_lanes();
        let all = sizes.iter().try_fold(1u32, |product, size| product.checked_mul(*size));
        if !(1..=3).contains(&sizes.len()) || !all.is_some_and(|all| (1..=most).contains(&all)) {
            let profile = self.checker.program.profile.name();
            self.checker.diagnostics.push(e0315_bad_tile::lanes(span, &sizes, most, profile));
            return None;
        }
        Some(sizes)
    }
}
