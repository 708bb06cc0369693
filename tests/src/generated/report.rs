//! A failure as text: the seed, what differs, the source, and the call in the form of the conformance cases.

use super::{Case, inputs::interface, judge::Failure, make::evaluate, tree::Role};

/// All that is needed to see a failure again.
pub fn report(seed: u64, case: &Case, failure: &Failure) -> String {
    let mut text = format!("seed {seed}\n{:?}\n{}\n", failure.kind, failure.text);
    text.push_str(&format!("---- source\n{}---- call\n{}", case.source(), call(case)));
    text
}

/// The call as text.
pub fn call(case: &Case) -> String {
    let mut text = format!("entry {}\n", case.entry);
    let Some(call) = case.inputs.call(&case.program, &case.entry) else { return text };
    for (name, size) in &call.extents {
        text.push_str(&format!("{name} = {size}\n"));
    }
    let Some((_, parameters)) = interface(&case.program, &case.entry) else { return text };
    for parameter in parameters {
        let Some(ty) = parameter.ty.scalar() else { continue };
        if let (None, Some(bits)) = (parameter.access, case.inputs.scalars.get(&parameter.name)) {
            text.push_str(&format!("{} = {ty} {bits:#x}\n", parameter.name));
        }
        let Some(values) = case.inputs.arrays.get(&parameter.name).filter(|_| parameter.access.is_some()) else {
            continue;
        };
        let size = |size| evaluate(size, &|name| call.extents.get(name).copied()).unwrap_or(0).to_string();
        let sizes: Vec<String> = parameter.sizes.iter().map(size).collect();
        let form = if parameter.role == Role::Permutation { "in the order of" } else { "cycle" };
        let values: Vec<String> = values.iter().map(|bits| format!("{bits:#x}")).collect();
        let (name, sizes, values) = (&parameter.name, sizes.join(", "), values.join(" "));
        text.push_str(&format!("{name} = [{ty}; {sizes}] {form} {values}\n"));
    }
    text
}
