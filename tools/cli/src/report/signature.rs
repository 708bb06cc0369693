//! Interfaces, written as in source.

use lockstep_module::{ParameterKind, Signature};

/// `saxpy[n](a: f32, x: in [f32; n], y: inout [f32; n])`.
pub fn show(signature: &Signature) -> String {
    let parameters: Vec<String> = parameters(signature).collect();
    let extents =
        if signature.extents.is_empty() { String::new() } else { format!("[{}]", signature.extents.join(", ")) };
    format!("{}{extents}({})", signature.name, parameters.join(", "))
}

/// Each parameter, as `x: in [f32; n]`.
pub fn parameters(signature: &Signature) -> impl Iterator<Item = String> {
    signature.parameters.iter().map(|parameter| match &parameter.kind {
        ParameterKind::Scalar(ty) => format!("{}: {ty}", parameter.name),
        ParameterKind::Array { access, ty } => format!("{}: {} {}", parameter.name, access.name(), signature.show(ty)),
    })
}
