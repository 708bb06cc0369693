//! A call: the arguments by name, checked against an interface, and the extents bound from them.

use std::{collections::BTreeMap, fmt};

use lockstep_numbers::{ScalarType, float};

use crate::interface::{ArrayType, Extent, MAX_CELLS, ParameterKind, Signature};

/// An array: its type, its dimensions and its cells, row-major, one word each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// The type of a cell.
    pub element: ScalarType,
    /// Cells along each dimension, outermost first.
    pub dimensions: Vec<u32>,
    /// The cells. As many as the product of the dimensions.
    pub words: Vec<u32>,
}

impl Array {
    /// An array of zeros.
    pub fn zeros(element: ScalarType, dimensions: Vec<u32>) -> Array {
        let cells = dimensions.iter().map(|d| *d as usize).product();
        Array { element, dimensions, words: vec![0; cells] }
    }

    fn show(&self) -> String {
        let dimensions: Vec<String> = self.dimensions.iter().map(u32::to_string).collect();
        format!("[{}; {}]", self.element, dimensions.join(", "))
    }
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// For a scalar parameter: its word.
    Scalar(ScalarType, u32),
    /// For an `in` or `inout` array.
    Array(Array),
}

/// The arguments of a call by parameter name, and extents by name where no input array fixes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Scalars and `in`/`inout` arrays.
    pub arguments: BTreeMap<String, Argument>,
    /// Extents given outright.
    pub extents: BTreeMap<String, u32>,
}

/// Why a call was refused before anything ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// A stable code, `C0001` and up.
    pub code: &'static str,
    /// What is wrong, with names and values, and what to give instead.
    pub message: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CallError {}

/// A checked call: everything a plan or an interpreter needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The scalars, in order.
    pub scalars: Vec<u32>,
    /// The extents, in order.
    pub extents: Vec<u32>,
    /// The arrays, in order.
    pub arrays: Vec<BoundArray>,
}

/// An array parameter with its dimensions known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundArray {
    /// The type of a cell.
    pub element: ScalarType,
    /// Cells along each dimension.
    pub dimensions: Vec<u32>,
    /// The caller's cells; None for an `out` array, which begins as zeros.
    pub words: Option<Vec<u32>>,
}

fn error<T>(code: &'static str, message: String) -> Result<T, CallError> {
    Err(CallError { code, message })
}

/// Checks a call against an interface and binds the extents.
///
/// # Errors
/// [`CallError`]: `C0001` an argument is missing, `C0002` no parameter has that name, `C0003` the wrong kind or type,
/// `C0004` the wrong shape, `C0005` an extent that nothing fixes, `C0006` an array of more than 2^25 cells.
pub fn bind(signature: &Signature, call: Call) -> Result<Bound, CallError> {
    let Call { mut arguments, extents: given } = call;
    refuse_unknown_names(signature, &arguments, &given)?;
    let mut extents: Vec<Option<(u32, String)>> = vec![None; signature.extents.len()];
    for (slot, name) in extents.iter_mut().zip(&signature.extents) {
        if let Some(value) = given.get(name) {
            *slot = Some((*value, "the call".into()));
        }
    }
    for (name, access, ty) in signature.arrays().filter(|(_, access, _)| access.reads()) {
        let Some(argument) = arguments.get(name) else {
            return error(
                "C0001",
                format!("`{name}` is missing: give the {} array {}", access.name(), signature.show(ty)),
            );
        };
        let Argument::Array(array) = argument else {
            return error(
                "C0003",
                format!("`{name}` is an array {}, and a single number was given", signature.show(ty)),
            );
        };
        match_array(signature, name, ty, array, &mut extents)?;
    }
    let extents = settle_extents(signature, extents)?;
    let mut bound = Bound { scalars: Vec::new(), extents, arrays: Vec::new() };
    for parameter in &signature.parameters {
        let name = &parameter.name;
        match (&parameter.kind, arguments.remove(name)) {
            (ParameterKind::Scalar(ty), Some(Argument::Scalar(given, word))) if given == *ty => {
                // A scalar comes through the door like a cell.
                bound.scalars.push(match ty {
                    ScalarType::F32 => float::canonical(word),
                    ScalarType::Bool => u32::from(word != 0),
                    ScalarType::I32 | ScalarType::U32 => word,
                });
            }
            (ParameterKind::Scalar(ty), Some(Argument::Scalar(given, _))) => {
                return error("C0003", format!("`{name}` is {ty}, and {given} was given"));
            }
            (ParameterKind::Scalar(ty), Some(Argument::Array(_))) => {
                return error("C0003", format!("`{name}` is one {ty}, and an array was given"));
            }
            (ParameterKind::Scalar(ty), None) => {
                return error("C0001", format!("`{name}` is missing: give one {ty}"));
            }
            (ParameterKind::Array { access, ty }, argument) => {
                let dimensions = resolve(&ty.dimensions, &bound.extents);
                cells(name, &dimensions)?;
                let words = match argument {
                    Some(Argument::Array(array)) if access.reads() => Some(array.words),
                    Some(_) => {
                        return error("C0003", format!("`{name}` is an out array: it is written, and takes no input"));
                    }
                    None => None,
                };
                bound.arrays.push(BoundArray { element: ty.element, dimensions, words });
            }
        }
    }
    Ok(bound)
}

/// The sizes that dimensions have under these extents.
pub(crate) fn resolve(dimensions: &[Extent], extents: &[u32]) -> Vec<u32> {
    let size = |dimension: &Extent| match dimension {
        Extent::Constant(n) => *n,
        Extent::Named(i) => extents.get(*i as usize).copied().unwrap_or(0),
    };
    dimensions.iter().map(size).collect()
}

/// The number of cells, or the refusal of an array that no admitted device need hold.
pub(crate) fn cells(name: &str, dimensions: &[u32]) -> Result<u64, CallError> {
    let cells = dimensions.iter().try_fold(1u64, |product, d| product.checked_mul(u64::from(*d)));
    match cells {
        Some(cells) if cells <= MAX_CELLS => Ok(cells),
        _ => {
            let shape: Vec<String> = dimensions.iter().map(u32::to_string).collect();
            error(
                "C0006",
                format!("`{name}` would have {} cells, and an array has at most 2^25 = 33554432", shape.join(" × ")),
            )
        }
    }
}

fn refuse_unknown_names(
    signature: &Signature,
    arguments: &BTreeMap<String, Argument>,
    given: &BTreeMap<String, u32>,
) -> Result<(), CallError> {
    let known = |name: &String| signature.parameters.iter().any(|p| p.name == *name);
    let Some(name) = arguments
        .keys()
        .find(|name| !known(name))
        .or_else(|| given.keys().find(|name| !signature.extents.contains(name)))
    else {
        return Ok(());
    };
    let names: Vec<String> = signature
        .parameters
        .iter()
        .map(|p| &p.name)
        .chain(&signature.extents)
        .map(|name| format!("`{name}`"))
        .collect();
    error("C0002", format!("`{}` has no parameter `{name}`; it has {}", signature.name, names.join(", ")))
}

fn match_array(
    signature: &Signature,
    name: &str,
    ty: &ArrayType,
    array: &Array,
    extents: &mut [Option<(u32, String)>],
) -> Result<(), CallError> {
    let expected = signature.show(ty);
    let actual = array.show();
    if array.element != ty.element {
        return error("C0003", format!("`{name}` is {expected}, and an array {actual} was given"));
    }
    if array.dimensions.len() != ty.dimensions.len() {
        let (want, have) = (ty.dimensions.len(), array.dimensions.len());
        return error(
            "C0004",
            format!("`{name}` is {expected}, of rank {want}, and {actual}, of rank {have}, was given"),
        );
    }
    if cells(name, &array.dimensions)? != array.words.len() as u64 {
        return error("C0004", format!("`{name}` says it is {actual}, but it holds {} cells", array.words.len()));
    }
    for (dimension, size) in ty.dimensions.iter().zip(&array.dimensions) {
        match dimension {
            Extent::Constant(want) if want != size => {
                return error("C0004", format!("`{name}` is {expected}, and {actual} was given: {want} is not {size}"));
            }
            Extent::Constant(_) => {}
            Extent::Named(i) => match extents.get_mut(*i as usize) {
                Some(Some((bound, by))) if bound != size => {
                    let extent = &signature.extents[*i as usize];
                    return error(
                        "C0004",
                        format!(
                            "`{name}` is {expected}, and {actual} was given: {by} makes {extent} = {bound}, not {size}"
                        ),
                    );
                }
                Some(slot @ None) => *slot = Some((*size, format!("`{name}`"))),
                _ => {}
            },
        }
    }
    Ok(())
}

fn settle_extents(signature: &Signature, extents: Vec<Option<(u32, String)>>) -> Result<Vec<u32>, CallError> {
    let mut settled = Vec::new();
    for (slot, name) in extents.into_iter().zip(&signature.extents) {
        match slot {
            Some((value, _)) => settled.push(value),
            None => {
                return error("C0005", format!("no input array fixes the extent `{name}`: give it, as `{name}=100`"));
            }
        }
    }
    Ok(settled)
}
