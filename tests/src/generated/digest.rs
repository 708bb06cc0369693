//! What is computed must show: at its end a block mixes its variables into one word, which lanes write out.

use lockstep_module::Access;
use lockstep_numbers::{Binary, ScalarType};

use super::{
    each::Interface,
    expression::parts_of,
    make::{binary, call, cell, convert, count, name, number, times},
    tree::{Declared, Expr, Kind, Role, Stmt, Ty},
    writer::{Cells, Variable, Way, Writer},
};

impl Writer {
    /// The array of digests: a cell for each lane.
    pub(super) fn digest_array(&mut self, interface: &mut Interface, sizes: Vec<Expr>) -> String {
        self.array(interface, Access::Out, ScalarType::U32, sizes, Role::Data)
    }

    /// The word that variables are mixed into.
    pub(super) fn digest_value(&mut self) -> Declared {
        let name = self.fresh("digest");
        self.digest = Some(name.clone());
        Declared { name, ty: ScalarType::U32.into(), sizes: Vec::new(), nested: false, value: number(2_166_136_261) }
    }

    /// Mixes what has been declared since the scope had this size into the digest.
    pub(super) fn mix_since(&mut self, names: usize, arrays: usize) {
        let Some(digest) = self.digest.clone() else { return };
        let variables: Vec<Variable> = self.scope.iter().skip(names).filter(|v| v.name != digest).cloned().collect();
        for variable in variables {
            self.mix(&digest, &name(&variable.name, variable.ty));
        }
        let local = |array: &&Cells| matches!(array.way, Way::Local);
        let arrays: Vec<Cells> = self.arrays.iter().skip(arrays).filter(local).cloned().collect();
        for array in arrays {
            let indices = array.sizes.iter().map(|size| self.index_in_range(size, 0)).collect();
            let read = cell(&array.name, &array.ty, indices);
            let Expr { ty, kind: Kind::Cell { array: name, indices, otherwise, .. } } = read else { continue };
            let kind = Kind::Cell { array: name, indices, nested: array.nested, otherwise };
            self.mix(&digest, &Expr { ty, kind });
        }
    }

    fn mix(&mut self, digest: &str, value: &Expr) {
        for bits in self.words(value) {
            let mixed = times(binary(Binary::Xor, count(digest), bits), number(16_777_619));
            self.push(Stmt::Assign { target: count(digest), operator: "=", value: mixed });
        }
    }

    /// The bits of a value as words.
    fn words(&self, value: &Expr) -> Vec<Expr> {
        use ScalarType::{Bool, F32, I32, I64, U32, U64};
        let part = |field: &str, ty: Ty| Expr { ty, kind: Kind::Field(Box::new(value.clone()), field.into()) };
        match &value.ty {
            Ty::Scalar(F32) => vec![call("to_bits", vec![value.clone()], U32)],
            Ty::Scalar(U32) => vec![value.clone()],
            Ty::Scalar(I32 | Bool) => vec![convert(U32, value.clone())],
            Ty::Scalar(I64 | U64) => {
                let high = binary(Binary::ShiftRight, value.clone(), number(32));
                vec![convert(U32, value.clone()), convert(U32, high)]
            }
            Ty::Scalar(packed) => match parts_of(*packed) {
                // Also what unpacking gives.
                (F32, _) => vec![convert(U32, value.clone()), call("to_bits", vec![part("y", F32.into())], U32)],
                _ => vec![convert(U32, value.clone())],
            },
            Ty::Vector(component, size) => {
                let parts = ["x", "y", "z", "w"].into_iter().take(*size as usize);
                parts.flat_map(|field| self.words(&part(field, (*component).into()))).collect()
            }
            Ty::Struct(known) => {
                let known = self.program.structs.iter().find(|item| item.name == *known);
                let fields = known.map(|known| known.fields.clone()).unwrap_or_default();
                fields.into_iter().flat_map(|(field, ty)| self.words(&part(&field, ty))).collect()
            }
        }
    }
}
