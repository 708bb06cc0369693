//! Cuts of inputs: sizes and values.

use super::{Case, inputs::interface, shrink::Search, tree::Size};

/// Smaller extents, smaller scalars, fewer and simpler cells.
pub(super) fn inputs(search: &mut Search<'_>) {
    extents(search);
    let scalars: Vec<String> = search.best.inputs.scalars.keys().cloned().collect();
    for name in scalars {
        let Some(before) = search.best.inputs.scalars.get(&name).copied() else { continue };
        for value in [0, 1, before & 0xff, before / 2].into_iter().filter(|value| *value < before) {
            let mut cut = search.best.clone();
            cut.inputs.scalars.insert(name.clone(), value);
            if search.attempt(cut) {
                break;
            }
        }
    }
    let arrays: Vec<String> = search.best.inputs.arrays.keys().cloned().collect();
    for name in arrays {
        cells(search, &name);
    }
    unused(search);
}

fn extents(search: &mut Search<'_>) {
    let names: Vec<String> = search.best.inputs.extents.keys().cloned().collect();
    for name in names {
        while let Some(size) = search.best.inputs.extents.get(&name).copied() {
            let less = [0, 1, 2, size / 2, size.saturating_sub(1)].into_iter().filter(|less| *less < size);
            let taken = less.collect::<Vec<u32>>().into_iter().any(|less| {
                let mut cut = search.best.clone();
                cut.inputs.extents.insert(name.clone(), less);
                search.attempt(cut)
            });
            if !taken || search.over() {
                break;
            }
        }
    }
    // A size that is computed becomes a number.
    let computed: Vec<String> = interface(&search.best.program, &search.best.entry)
        .map(|(extents, _)| extents)
        .unwrap_or_default()
        .iter()
        .filter(|extent| matches!(extent.size, Size::Computed(_)))
        .map(|extent| extent.name.clone())
        .collect();
    for name in computed {
        for size in [0, 1, 2, 8] {
            let mut cut = search.best.clone();
            let kernels = cut.program.kernels.iter_mut().map(|kernel| &mut kernel.extents);
            let jobs = cut.program.jobs.iter_mut().map(|job| &mut job.extents);
            for extent in kernels.chain(jobs).flatten().filter(|extent| extent.name == name) {
                extent.size = Size::Free(size, size);
            }
            cut.inputs.extents.insert(name.clone(), size);
            if search.attempt(cut) {
                break;
            }
        }
    }
}

/// The values of an array.
fn cells(search: &mut Search<'_>, name: &str) {
    let set = |search: &mut Search<'_>, values: Vec<u64>| {
        let mut cut = search.best.clone();
        cut.inputs.arrays.insert(name.into(), values);
        search.attempt(cut)
    };
    if set(search, vec![0]) || set(search, vec![1]) {
        return;
    }
    loop {
        let Some(values) = search.best.inputs.arrays.get(name).cloned() else { return };
        let half = values.len() / 2;
        let smaller = values.len() > 1
            && (set(search, values[..half].to_vec())
                || set(search, values[half..].to_vec())
                || set(search, values[..values.len() - 1].to_vec())
                || set(search, values[1..].to_vec()));
        if !smaller || search.over() {
            break;
        }
    }
    let count = search.best.inputs.arrays.get(name).map_or(0, Vec::len);
    for at in 0..count.min(64) {
        let Some(values) = search.best.inputs.arrays.get(name).cloned() else { return };
        for simple in [0, 1].into_iter().filter(|simple| *simple < values[at]) {
            let mut with = values.clone();
            with[at] = simple;
            if set(search, with) {
                break;
            }
        }
    }
}

/// Inputs that no parameter takes any more.
fn unused(search: &mut Search<'_>) {
    let Case { program, entry, inputs, .. } = &mut search.best;
    let Some((extents, parameters)) = interface(program, entry) else { return };
    inputs.extents.retain(|name, _| extents.iter().any(|extent| extent.name == *name));
    inputs.scalars.retain(|name, _| parameters.iter().any(|parameter| parameter.name == *name));
    inputs.arrays.retain(|name, _| parameters.iter().any(|parameter| parameter.name == *name));
}
