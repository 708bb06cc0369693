//! Calls of the program's own functions.

use lockstep_numbers::ScalarType;

use super::{
    cells::readable,
    make::number,
    tree::{Expr, Function, Kind, Parameter, Ty},
    writer::{Cells, Place, Way, Writer},
};

impl Writer {
    /// A call that gives this type, if a function does and it may still be written out.
    pub(super) fn call(&mut self, ty: &Ty, depth: usize) -> Option<Expr> {
        let constant = self.place == Place::Constant;
        let known: Vec<_> = self
            .functions
            .iter()
            .filter(|known| self.program.functions[known.number].result == *ty)
            .filter(|known| known.weight * self.trips.min(8) as i32 <= 8 * self.fuel.max(0) + 60)
            .filter(|known| !known.may_trap || (self.may_trap && !constant))
            .cloned()
            .collect();
        if known.is_empty() {
            return None;
        }
        let chosen = self.pick(&known);
        let function = self.program.functions[chosen.number].clone();
        let mut generics: Vec<(String, u32)> = Vec::new();
        let mut arguments = Vec::new();
        for generic in &function.generics {
            generics.push((generic.name.clone(), 1 + self.below(6)));
        }
        for parameter in &function.parameters {
            arguments.push(if parameter.sizes.is_empty() {
                self.expression(&parameter.ty, depth)
            } else {
                self.array_argument(&function, parameter, &mut generics)?
            });
        }
        self.fuel -= chosen.weight / 4;
        let generics = generics.into_iter().map(|(_, value)| number(value)).collect();
        Some(Expr { ty: ty.clone(), kind: Kind::Call { name: function.name, generics, arguments } })
    }

    /// An array to look at. A size that is a constant to choose is chosen so that it fits.
    fn array_argument(
        &mut self,
        function: &Function,
        parameter: &Parameter,
        generics: &mut [(String, u32)],
    ) -> Option<Expr> {
        let group = matches!(self.place, Place::Group | Place::Constant);
        let fits = |array: &&Cells| {
            let own = matches!(array.way, Way::Own(_));
            let sizes = array.sizes.iter().zip(&parameter.sizes).all(|(size, wanted)| fits(function, size, wanted));
            readable(array)
                && !own
                && (!group || array.constant)
                && array.ty == parameter.ty
                && array.sizes.len() == parameter.sizes.len()
                && sizes
        };
        let found: Vec<Cells> = self.arrays.iter().filter(fits).cloned().collect();
        if found.is_empty() {
            return None;
        }
        let array = self.pick(&found);
        for (size, wanted) in array.sizes.iter().zip(&parameter.sizes) {
            if let Kind::Name(name) = &wanted.kind
                && let Some((_, value)) = generics.iter_mut().find(|(generic, _)| generic == name)
            {
                *value = super::make::evaluate(size, &|_| None)?;
            }
        }
        Some(Expr { ty: array.ty, kind: Kind::Array(array.name) })
    }
}

/// Whether an array of this size can be given for that of a parameter.
fn fits(function: &Function, size: &Expr, wanted: &Expr) -> bool {
    match &wanted.kind {
        Kind::Name(name) if function.extents.contains(name) => true,
        // A constant to choose.
        Kind::Name(_) => matches!(size.kind, Kind::Literal(_)),
        _ => size == wanted && wanted.ty == Ty::Scalar(ScalarType::U32),
    }
}
