//! Where a value leaves what is known of it: memory, indices, branches, trips. Nothing that a NaN's bits could change
//! comes there, and no float that is subnormal.

use super::known::Known;
use crate::{
    profile::Reading,
    tree::{Kernel, Place, Site, Step, Type, Value},
};

/// Checks all steps. Blocks nest no deeper than the profile allows.
pub fn check(kernel: &Kernel, known: &Known<'_>) -> Reading<()> {
    block(kernel, known, &kernel.body)
}

fn block(kernel: &Kernel, known: &Known<'_>, steps: &[Step]) -> Reading<()> {
    for step in steps {
        match step {
            Step::Store { place, value, site } => {
                index(known, *place, *site)?;
                kept(kernel, known, *value, *site)?;
            }
            Step::Atomic { place, value, site, .. } => {
                index(known, *place, *site)?;
                known.clean(*value, *site)?;
            }
            Step::If { condition, then, otherwise, site } => {
                known.clean(*condition, *site)?;
                block(kernel, known, then)?;
                block(kernel, known, otherwise)?;
            }
            Step::Loop { trips, body, site, .. } => {
                known.clean(*trips, *site)?;
                block(kernel, known, body)?;
            }
            Step::Let(_) | Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => {}
        }
    }
    Ok(())
}

/// The index of a place.
pub fn index(known: &Known<'_>, place: Place, site: Site) -> Reading<()> {
    match place {
        Place::Variable(_) => Ok(()),
        Place::VariableCell(_, index) | Place::Shared(_, index) | Place::Buffer(_, index) => known.clean(index, site),
    }
}

/// A value that is stored.
fn kept(kernel: &Kernel, known: &Known<'_>, value: Value, site: Site) -> Reading<()> {
    match kernel.values.get(value.0 as usize).map(|one| one.ty) {
        Some(Type::Float) => known.canonical_float(value, site),
        _ => known.clean(value, site),
    }
}
