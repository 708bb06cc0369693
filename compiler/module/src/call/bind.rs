//! A call checked against an interface, its extents bound from the arrays that the caller supplies.

use std::collections::BTreeMap;

use lockstep_numbers::{ScalarType, canonical};

use super::{Argument, Array, Bound, BoundArray, Call, CallError};
use crate::interface::{Access, ArrayType, Extent, ParameterKind, Profile, Signature};

fn error<T>(code: &'static str, message: String) -> Result<T, CallError> {
    Err(CallError { code, message })
}

/// Checks a call against an interface and binds the extents.
///
/// # Errors
/// [`CallError`]: `C0001` an argument is missing, `C0002` no parameter has that name, `C0003` the wrong kind or type,
/// `C0004` the wrong shape, `C0005` an extent that nothing fixes, `C0006` an array larger than the profile's.
pub fn bind(signature: &Signature, profile: Profile, call: Call) -> Result<Bound, CallError> {
    let Call { mut arguments, extents: given } = call;
    refuse_unknown_names(signature, &arguments, &given)?;
    let mut extents: Vec<Option<(u32, String)>> = vec![None; signature.extents.len()];
    for (slot, name) in extents.iter_mut().zip(&signature.extents) {
        if let Some(value) = given.get(name) {
            *slot = Some((*value, "the call".into()));
        }
    }
    for (name, access, ty) in signature.arrays().filter(|(_, access, _)| access.supplied()) {
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
        match_array(signature, profile, (name, ty), array, &mut extents)?;
    }
    let extents = settle_extents(signature, extents)?;
    let mut bound = Bound { scalars: Vec::new(), extents, arrays: Vec::new() };
    for parameter in &signature.parameters {
        let name = &parameter.name;
        match (&parameter.kind, arguments.remove(name)) {
            (ParameterKind::Scalar(ty), Some(Argument::Scalar(given, bits))) if given == *ty => {
                // A scalar comes through the door like a cell.
                bound.scalars.push(canonical(*ty, bits));
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
                words(profile, name, ty.element, &dimensions)?;
                let words = match argument {
                    Some(Argument::Array(array)) if access.supplied() => Some(array.words),
                    Some(_) => {
                        return error(
                            "C0003",
                            format!("`{name}` is {} array: it is written, and takes no input", with_article(*access)),
                        );
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

/// The number of cells; None if no 64-bit number holds it.
pub(crate) fn cells(dimensions: &[u32]) -> Option<u64> {
    dimensions.iter().try_fold(1u64, |product, d| product.checked_mul(u64::from(*d)))
}

/// The number of words, or the refusal of an array that a device of this profile need not hold.
pub(crate) fn words(profile: Profile, name: &str, element: ScalarType, dimensions: &[u32]) -> Result<u64, CallError> {
    let most = profile.max_array_words();
    let shape: Vec<String> = dimensions.iter().map(u32::to_string).collect();
    let shape = shape.join(" × ");
    let limit = format!("and in the profile {} an array has at most 2^{} = {most}", profile.name(), most.ilog2());
    if let Some(size) = dimensions.iter().find(|size| u64::from(**size) > most) {
        return error("C0006", format!("`{name}` would be {shape}: {size} cells along one dimension, {limit}"));
    }
    let words = cells(dimensions).and_then(|cells| cells.checked_mul(element.words() as u64));
    match words {
        Some(words) if words <= most => Ok(words),
        _ => error("C0006", format!("`{name}` would have {shape} cells of {element}, {limit} words")),
    }
}

fn with_article(access: Access) -> String {
    let article = if matches!(access, Access::Claim) { "a" } else { "an" };
    format!("{article} {}", access.name())
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
    profile: Profile,
    (name, ty): (&str, &ArrayType),
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
    if words(profile, name, ty.element, &array.dimensions)? != array.words.len() as u64 {
        let cells = array.words.len() / ty.element.words();
        return error("C0004", format!("`{name}` says it is {actual}, but it holds {cells} cells"));
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
