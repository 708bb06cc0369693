//! Law 3, *races cannot be written*: in one phase a cell is written by at most one lane, and a cell that is written is
//! read by no other. What cannot be decided is refused.
//!
//! `each` follows the coordinates of a grid as unknowns; `tiles` walks every lane of a group with its own coordinates.
//! Both know values as `form`s, made by `evaluate` as `walk` goes through what a `slice` keeps of a phase.

#[cfg(test)]
mod agreement;
pub(super) mod cover;
mod disciplines;
mod each;
mod evaluate;
mod form;
mod group;
mod meet;
mod quick;
mod radix;
mod relevance;
mod slice;
mod span;
#[cfg(test)]
mod tests;
mod tiles;
mod walk;

use form::{Atoms, Form};

use crate::{
    diagnostic::Diagnostic,
    program::{Kernel, Program, Shape},
};

/// The most steps that are taken to decide this law for one array of one phase; for a whole kernel, four times as many.
const BUDGET: u64 = 1 << 22;

pub(super) fn check(program: &Program, kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    disciplines::check(program, kernel, diagnostics);
    match &kernel.shape {
        Shape::Each { grid } => each::check(program, kernel, grid, diagnostics),
        Shape::Tiles { .. } => tiles::check(program, kernel, diagnostics),
    }
}

/// A cell as a message names it.
fn show_cell(atoms: &Atoms, kernel: &Kernel, array: &str, place: &[Form]) -> String {
    let indices: Vec<String> = place.iter().map(|index| atoms.show(index, kernel)).collect();
    format!("{array}[{}]", indices.join(", "))
}

/// A lane as a message names it, by its coordinates.
fn show_lane(coordinates: &[String]) -> String {
    match coordinates {
        [only] => only.clone(),
        all => format!("({})", all.join(", ")),
    }
}
