//! From `name=value` on the command line to a call, and to the paths that its outputs go to.
//!
//! What a value means follows from the parameter: a number for a scalar, a size for an extent, a path to read for
//! an array that the caller supplies (`in`, `inout`, `acc`), a path to write for one that it does not (`out`, `claim`).

mod number;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
};

use lockstep_module::{Argument, Array, ArrayType, Call, Extent, ParameterKind, Profile, Signature};

use crate::{
    arrays::{self, ArrayError, Code, Format, Wanted},
    failure::Failure,
    report,
};

/// One `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What stands before the first `=`.
    pub name: String,
    /// What stands after it.
    pub value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Assignment, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                Ok(Assignment { name: name.into(), value: value.into() })
            }
            _ => Err("write name=value, as `n=100` or `x=photo.npy`".into()),
        }
    }
}

/// A call, and where its outputs go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The arguments and extents.
    pub call: Call,
    /// For some of the written arrays, the path to write.
    pub saves: BTreeMap<String, PathBuf>,
}

/// An array that is still to be read.
struct Unread<'a> {
    name: &'a str,
    ty: &'a ArrayType,
    path: &'a Path,
}

/// Reads what the assignments name, and makes a call of it. `saves` holds the values of `--save`.
///
/// # Errors
/// `B0001` a name that the signature does not have, `B0002` a name given twice, `B0003` a value that is not of the
/// parameter's type, `B0004` an output that cannot go where it is sent; and those of [`arrays::read`].
pub fn bind(
    signature: &Signature,
    profile: Profile,
    assignments: &[Assignment],
    saves: &[Assignment],
) -> Result<Binding, Failure> {
    let mut binding = Binding::default();
    let mut unread = Vec::new();
    for (position, Assignment { name, value }) in assignments.iter().enumerate() {
        if assignments[..position].iter().any(|earlier| earlier.name == *name) {
            return Err(Failure::refused("B0002", format!("`{name}` is given twice: give it once")));
        }
        let not_of_type = |why: String| Failure::refused("B0003", format!("`{name}={value}`: {why}"));
        if signature.extents.contains(name) {
            let size = number::extent(value).map_err(not_of_type)?;
            binding.call.extents.insert(name.clone(), size);
            continue;
        }
        let Some(parameter) = signature.parameters.iter().find(|parameter| parameter.name == *name) else {
            return Err(Failure::refused("B0001", unknown(signature, name)));
        };
        match &parameter.kind {
            ParameterKind::Scalar(ty) => {
                let bits = number::bits(*ty, value).map_err(not_of_type)?;
                binding.call.arguments.insert(name.clone(), Argument::Scalar(*ty, bits));
            }
            ParameterKind::Array { access, .. } if !access.supplied() => save(signature, &mut binding, name, value)?,
            ParameterKind::Array { ty, .. } => unread.push(Unread { name, ty, path: Path::new(value) }),
        }
    }
    for Assignment { name, value } in saves {
        save(signature, &mut binding, name, value)?;
    }
    read_all(signature, profile, unread, &mut binding.call)?;
    Ok(binding)
}

/// The sizes in `[1024, 64]`, or why the text holds none.
///
/// # Errors
/// What is wrong with the text, in a sentence.
pub fn shape(text: &str) -> Result<Vec<u32>, String> {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inside.ok_or("a shape is written as `[1024, 64]`")?.split(',').map(|size| number::extent(size.trim())).collect()
}

/// Files that say their own shape come first, since they may fix the extents of those that do not.
fn read_all(signature: &Signature, profile: Profile, unread: Vec<Unread<'_>>, call: &mut Call) -> Result<(), Failure> {
    let mut extents = call.extents.clone();
    let (shapeless, shaped): (Vec<_>, Vec<_>) =
        unread.into_iter().partition(|array| matches!(Format::of(array.path), Ok(Format::Raw)));
    for Unread { name, ty, path } in shaped {
        let array = read(profile, name, ty, path, None)?;
        for (dimension, size) in ty.dimensions.iter().zip(&array.dimensions) {
            if let Extent::Named(i) = dimension
                && let Some(extent) = signature.extents.get(*i as usize)
            {
                // Where two arrays differ, the check of the call names both.
                extents.entry(extent.clone()).or_insert(*size);
            }
        }
        call.arguments.insert(name.into(), Argument::Array(array));
    }
    for Unread { name, ty, path } in shapeless {
        let dimensions = known_dimensions(signature, ty, &extents).map_err(|extent| {
            let message = format!(
                "does not say its dimensions, and no other argument fixes the {extent} of `{name}: {}`: give it, as \
                 `{extent}=100`",
                signature.show(ty)
            );
            ArrayError::new(Code::UnknownDimensions, path, message)
        })?;
        let array = read(profile, name, ty, path, Some(dimensions))?;
        call.arguments.insert(name.into(), Argument::Array(array));
    }
    Ok(())
}

fn read(
    profile: Profile,
    name: &str,
    ty: &ArrayType,
    path: &Path,
    dimensions: Option<Vec<u32>>,
) -> Result<Array, ArrayError> {
    arrays::read(path, &Wanted { name, element: ty.element, rank: ty.dimensions.len(), dimensions, profile })
}

/// The dimensions, or the first extent that is not known.
fn known_dimensions<'a>(
    signature: &'a Signature,
    ty: &ArrayType,
    extents: &BTreeMap<String, u32>,
) -> Result<Vec<u32>, &'a str> {
    let size = |dimension: &Extent| match dimension {
        Extent::Constant(size) => Ok(*size),
        Extent::Named(i) => {
            let extent = signature.extents.get(*i as usize).map_or("?", String::as_str);
            extents.get(extent).copied().ok_or(extent)
        }
    };
    ty.dimensions.iter().map(size).collect()
}

fn save(signature: &Signature, binding: &mut Binding, name: &str, path: &str) -> Result<(), Failure> {
    let refuse = |message: String| Err(Failure::refused("B0004", message));
    let written: Vec<_> = signature.arrays().filter(|(_, access, _)| access.writes()).collect();
    let Some((_, _, ty)) = written.iter().find(|(array, ..)| *array == name) else {
        let names: Vec<String> = written.iter().map(|(array, ..)| format!("`{array}`")).collect();
        let names = if names.is_empty() { "no array".to_string() } else { names.join(", ") };
        return refuse(format!("`{name}` cannot be saved: `{}` writes {names}", signature.name));
    };
    if let Some(earlier) = binding.saves.get(name) {
        return refuse(format!("`{name}` would be saved twice, to {} and {path}", earlier.display()));
    }
    if let Some((other, _)) = binding.saves.iter().find(|(_, other)| other.as_path() == Path::new(path)) {
        return refuse(format!("`{other}` and `{name}` would both be saved to {path}: give each a path of its own"));
    }
    arrays::check_writable(Path::new(path), name, ty.element, ty.dimensions.len())?;
    binding.saves.insert(name.into(), path.into());
    Ok(())
}

fn unknown(signature: &Signature, name: &str) -> String {
    let extents = signature.extents.iter().map(|extent| format!("the extent {extent}"));
    let all: Vec<String> = report::signature::parameters(signature).chain(extents).collect();
    let all = if all.is_empty() { "none".to_string() } else { all.join(", ") };
    format!("`{}` has no parameter `{name}`; it has {all}", signature.name)
}
