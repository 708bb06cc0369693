//! How a misbehaving mutant is written down, so that anyone can make it again.

use std::collections::HashSet;

use lockstep_shadow::{mutate::KINDS, words};

use super::{Base, Mutant};

/// How many changed lines are shown.
const SHOWN: usize = 12;

/// The mutant in a few lines, with the instructions that were changed.
pub fn show(mutant: &Mutant, what: &str, bases: &[Base]) -> String {
    let base = &bases[mutant.base];
    let form = if mutant.is_guarded(bases) { "guarded" } else { "plain" };
    let mut text = format!("{} ({form}): {what}\n", base.name);
    for edit in &mutant.edits {
        let name = KINDS.get(edit.kind).map_or("?", |kind| kind.name);
        text.push_str(&format!("  {name}, seed {:#x}\n", edit.seed));
    }
    let (kernel, _) = mutant.kernel(bases);
    let (before, after) = match mutant.is_guarded(bases) {
        true => (&base.kernel.guarded, &kernel.guarded),
        false => (&base.kernel.spirv, &kernel.spirv),
    };
    let (before, after) = (lines(before), lines(after));
    let without = |list: &[String], other: &[String], sign: char| -> String {
        let other: HashSet<&String> = other.iter().collect();
        let changed = list.iter().filter(|line| !other.contains(line));
        changed.take(SHOWN).map(|line| format!("  {sign} {line}\n")).collect()
    };
    text.push_str(&without(&before, &after, '-'));
    text.push_str(&without(&after, &before, '+'));
    if kernel.signature != base.kernel.signature || kernel.launch != base.kernel.launch {
        text.push_str(&format!("  claims {:?}, launch {:?}\n", kernel.signature, kernel.launch));
    }
    if kernel.cost != base.kernel.cost || kernel.shared_bytes != base.kernel.shared_bytes {
        text.push_str(&format!("  claims {:?}, {} shared bytes\n", kernel.cost, kernel.shared_bytes));
    }
    text
}

/// Each instruction in a line, with its place.
fn lines(code: &[u32]) -> Vec<String> {
    if let Ok(text) = lockstep_compiler::spirv::text(code) {
        return text.lines().filter(|line| !line.starts_with("; Bound")).map(String::from).collect();
    }
    words::instructions(code).map(|instruction| format!("{instruction:x?}")).collect()
}
