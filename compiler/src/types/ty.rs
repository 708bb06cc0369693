//! Types as the checker knows them. Vectors, structs and nested arrays are names for scalars: a type has *leaves*, the
//! scalars and arrays of scalars that it stands for, and after type checking only those exist.

use lockstep_numbers::ScalarType;

use super::{Checker, body::BodyChecker};
use crate::{
    errors::{e0205_wrong_kind_of_name, e0306_bad_type, e0407_too_large},
    resolve::{BuiltinType, Definition},
    source::Span,
    syntax::tree::{self, TypeKind},
};

/// The most cells of an array in registers, of a shared array, or of a constant.
pub const MAX_LOCAL_CELLS: u64 = 1024;
/// The most cells of a table of constants or of a shared array: what 48 KiB hold.
pub const MAX_TABLE_CELLS: u64 = 12 << 10;
/// The deepest nesting of structs and arrays.
const MAX_NESTING: u32 = 16;

/// The most scalars that a struct may stand for.
const MAX_LEAVES: usize = 64;

/// The names of the components of vectors and packed words.
pub const COMPONENTS: [&str; 4] = ["x", "y", "z", "w"];

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// One value.
    Scalar(ScalarType),
    /// Two to four values of one type.
    Vector(ScalarType, u32),
    /// A struct, by its index in `Resolved::structs`.
    Struct(usize),
    /// Cells of a type that is no array, in one to three dimensions.
    Array(Box<Type>, Vec<u32>),
}

impl From<ScalarType> for Type {
    fn from(ty: ScalarType) -> Type {
        Type::Scalar(ty)
    }
}

impl Type {
    /// The scalar type, if it is one.
    pub fn scalar(&self) -> Option<ScalarType> {
        match self {
            Type::Scalar(ty) => Some(*ty),
            _ => None,
        }
    }

    /// The type of a scalar or of the components of a vector.
    pub fn component(&self) -> Option<ScalarType> {
        match self {
            Type::Scalar(ty) | Type::Vector(ty, _) => Some(*ty),
            _ => None,
        }
    }
}

/// A struct with its fields.
#[derive(Clone, Debug)]
pub(super) struct StructType {
    pub(super) name: String,
    pub(super) fields: Vec<(String, Type)>,
}

/// How far the fields of a struct are known.
#[derive(Clone, Debug)]
pub(super) enum StructState {
    New,
    Open,
    Done(Option<StructType>),
}

impl Checker<'_, '_> {
    /// A struct that has been checked without error.
    pub(super) fn struct_type(&mut self, id: usize) -> Option<StructType> {
        if let StructState::New = self.structs.get(id)? {
            self.structs[id] = StructState::Open;
            let named = &self.resolved.structs[id];
            let mut fields: Vec<(String, Type)> = Vec::new();
            let mut whole = true;
            for (name, ty) in &named.item.fields {
                if fields.iter().any(|(before, _)| *before == name.text) {
                    let help = "give each field a name of its own";
                    let what = format!("two fields are named `{}`", name.text);
                    self.diagnostics.push(e0306_bad_type::error(name.span, what, help));
                    whole = false;
                }
                match self.plain_type(ty) {
                    Some(ty) => fields.push((name.text.clone(), ty)),
                    None => whole = false,
                }
            }
            let leaves: usize = fields.iter().map(|(_, ty)| self.leaves(ty).len()).sum();
            if leaves > MAX_LEAVES || (leaves == 0 && whole) {
                let what = format!("a struct holds 1 to {MAX_LEAVES} numbers, and this one {leaves}");
                let span = named.item.name.span;
                self.diagnostics.push(e0306_bad_type::error(span, what, "use an array for many numbers of one kind"));
                whole = false;
            }
            let done = StructType { name: named.item.name.text.clone(), fields };
            self.structs[id] = StructState::Done(whole.then_some(done));
        }
        match self.structs.get(id)? {
            StructState::Done(done) => done.clone(),
            StructState::New | StructState::Open => None,
        }
    }

    /// The type of a struct's field: anything but an array.
    fn plain_type(&mut self, ty: &tree::Type) -> Option<Type> {
        match &ty.kind {
            TypeKind::Named(name) => {
                if let Definition::Struct(id) = self.resolved.meaning(name) {
                    let open = matches!(self.structs.get(id as usize), Some(StructState::Open));
                    if open || self.nesting > MAX_NESTING {
                        let what = format!("`{}` contains itself", name.text);
                        let what = if open { what } else { "structs are nested too deeply".into() };
                        self.diagnostics.push(e0306_bad_type::error(ty.span, what, "use an array of the job instead"));
                        return None;
                    }
                }
                self.named_type(name)
            }
            TypeKind::Array(..) => {
                let help = "use a vector, or give each cell a field of its own";
                self.diagnostics.push(e0306_bad_type::error(ty.span, "a field cannot be an array", help));
                None
            }
        }
    }

    /// The type that a name means.
    pub(super) fn named_type(&mut self, name: &tree::Name) -> Option<Type> {
        match self.resolved.meaning(name) {
            Definition::BuiltinType(BuiltinType::Scalar(ty)) => Some(Type::Scalar(ty)),
            Definition::BuiltinType(BuiltinType::Vector(ty, count)) => Some(Type::Vector(ty, count)),
            Definition::Struct(id) => {
                self.nesting += 1;
                let known = self.struct_type(id as usize);
                self.nesting -= 1;
                known.map(|_| Type::Struct(id as usize))
            }
            Definition::Unknown => None,
            _ => {
                self.diagnostics.push(e0205_wrong_kind_of_name::error(name, "not a type", "a type", None));
                None
            }
        }
    }

    /// The scalars of a type that is no array, with the names that follow that of the whole.
    pub(super) fn leaves(&mut self, ty: &Type) -> Vec<(String, ScalarType)> {
        match ty {
            Type::Scalar(ty) => vec![(String::new(), *ty)],
            Type::Vector(ty, count) => {
                COMPONENTS.iter().take(*count as usize).map(|name| (format!(".{name}"), *ty)).collect()
            }
            Type::Struct(id) => {
                let fields = self.struct_type(*id).map(|known| known.fields).unwrap_or_default();
                let mut leaves = Vec::new();
                for (name, ty) in fields {
                    let inner = self.leaves(&ty);
                    leaves.extend(inner.into_iter().map(|(suffix, ty)| (format!(".{name}{suffix}"), ty)));
                }
                leaves
            }
            Type::Array(element, _) => self.leaves(element),
        }
    }

    /// The type as it is written in source.
    pub(super) fn show(&mut self, ty: &Type) -> String {
        match ty {
            Type::Scalar(ty) => ty.name().into(),
            Type::Vector(ty, count) => format!("{ty}x{count}"),
            Type::Struct(id) => self.struct_type(*id).map(|known| known.name).unwrap_or_default(),
            Type::Array(element, dimensions) => {
                let dimensions: Vec<String> = dimensions.iter().map(u32::to_string).collect();
                format!("[{}; {}]", self.show(element), dimensions.join(", "))
            }
        }
    }
}

impl BodyChecker<'_, '_, '_> {
    /// The type that is written here; the sizes of its arrays are constants.
    pub(super) fn ty(&mut self, ty: &tree::Type, most: u64) -> Option<Type> {
        match &ty.kind {
            TypeKind::Named(name) => self.checker.named_type(name),
            TypeKind::Array(element, dimensions) => {
                let sizes: Vec<Option<u32>> = dimensions.iter().map(|size| self.size(size)).collect();
                let element_type = self.ty(element, most)?;
                let mut sizes: Vec<u32> = sizes.into_iter().collect::<Option<_>>()?;
                let element_type = match element_type {
                    Type::Array(inner, more) => {
                        sizes.extend(more);
                        *inner
                    }
                    plain => plain,
                };
                if !(1..=3).contains(&sizes.len()) {
                    let what = format!("an array has one to three dimensions, not {}", sizes.len());
                    let error = e0306_bad_type::error(ty.span, what, "compute positions in one dimension");
                    self.checker.diagnostics.push(error);
                    return None;
                }
                self.cells(ty.span, &sizes, most)?;
                Some(Type::Array(Box::new(element_type), sizes))
            }
        }
    }

    /// The type of the cells of an array in memory, or of one that a function is given.
    pub(super) fn cell_type(&mut self, ty: &tree::Type) -> Option<Type> {
        if let TypeKind::Array(..) = ty.kind {
            let what = "the cells of this array are arrays themselves";
            let help = "write all dimensions in one list, as in `[f32; n, 3]`";
            self.checker.diagnostics.push(e0306_bad_type::error(ty.span, what, help));
            return None;
        }
        self.ty(ty, 1)
    }

    /// The type of what a function gives.
    pub(super) fn result_type(&mut self, ty: &tree::Type) -> Option<Type> {
        if let TypeKind::Array(..) = ty.kind {
            let what = "a function cannot give an array";
            let help = "give a struct or a vector, or write the function's work where it is needed";
            self.checker.diagnostics.push(e0306_bad_type::error(ty.span, what, help));
            return None;
        }
        self.ty(ty, 1)
    }

    /// Refuses an array of no cells or of too many.
    fn cells(&mut self, span: Span, sizes: &[u32], most: u64) -> Option<u64> {
        let cells = sizes.iter().try_fold(1u64, |product, d| product.checked_mul(u64::from(*d)));
        match cells.filter(|cells| (1..=most).contains(cells)) {
            Some(cells) => Some(cells),
            None => {
                let error = e0407_too_large::array(span, cells.unwrap_or(u64::MAX), most);
                self.checker.diagnostics.push(error);
                None
            }
        }
    }

    /// A constant size.
    pub(super) fn size(&mut self, tree: &tree::Expression) -> Option<u32> {
        self.constant(tree, ScalarType::U32).map(|bits| bits as u32)
    }
}
