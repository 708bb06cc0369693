//! Lies of the interface.

use lockstep_module::{Access, Combine, Extent, Launch, ParameterKind, Term};
use lockstep_numbers::ScalarType;
use lockstep_witness::random::Random;

use super::{Subject, body::choose};

pub(super) fn cost(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let terms = &mut subject.kernel.cost.terms;
    let at = random.below(terms.len().max(1));
    match (terms.get_mut(at)?, random.below(4)) {
        (Term::Weight(weight), 0) => *weight = weight.saturating_sub(1),
        (Term::Weight(weight), 1) => *weight /= 2,
        (Term::Weight(_), _) => drop(terms.remove(at)),
        (Term::Repeat { by, .. }, 0) => *by = by.saturating_mul(2),
        (Term::Repeat { from, to, .. }, 1) => from.clone_from(to),
        (Term::Repeat { max: Some(max), .. }, 2) => *max = vec![lockstep_module::Operation::Constant(1)],
        (term @ Term::Repeat { .. }, _) => *term = Term::Choose,
        _ => return None,
    }
    Some(())
}

pub(super) fn shared_bytes(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let bytes = &mut subject.kernel.shared_bytes;
    *bytes = *random.pick(&[0, bytes.saturating_sub(4), *bytes / 2, bytes.saturating_add(4), 32 << 10]);
    Some(())
}

pub(super) fn launch(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let extents = subject.kernel.signature.extents.len();
    match &mut subject.kernel.launch {
        Launch::Each(grid) => match random.below(3) {
            0 if grid.len() > 1 => drop(grid.pop()),
            1 if grid.len() < 3 => grid.push(extent(random, extents)),
            _ => *grid.first_mut()? = extent(random, extents),
        },
        Launch::Tiles { tiles, lanes } => match random.below(3) {
            0 => *lanes = *random.pick(&[*lanes * 2, *lanes / 2, lanes.saturating_add(1), 1, 256]),
            1 => {
                let (array, _) = tiles.first_mut()?;
                *array = random.below(4) as u32;
            }
            _ => {
                let (_, sizes) = tiles.first_mut()?;
                let place = random.below(sizes.len().max(1));
                let size = sizes.get_mut(place)?;
                *size = (*random.pick(&[*size * 2, *size / 2, *size + 1, 1])).max(1);
            }
        },
    }
    Some(())
}

fn extent(random: &mut Random, extents: usize) -> Extent {
    match extents > 0 && !random.one_in(3) {
        true => Extent::Named(random.below(extents) as u32),
        false => Extent::Constant(*random.pick(&[0, 1, 2, 7, 256, 300])),
    }
}

/// The kinds of the array parameters.
fn arrays(subject: &mut Subject) -> Vec<&mut ParameterKind> {
    let kinds = subject.kernel.signature.parameters.iter_mut().map(|parameter| &mut parameter.kind);
    kinds.filter(|kind| matches!(kind, ParameterKind::Array { .. })).collect()
}

pub(super) fn access(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let mut arrays = arrays(subject);
    let at = random.below(arrays.len().max(1));
    let ParameterKind::Array { access, .. } = arrays.get_mut(at)? else { return None };
    let other = match random.below(6) {
        0 => Access::In,
        1 => Access::Out,
        2 => Access::InOut,
        3 => Access::Claim,
        _ => Access::Accumulate(*random.pick(&Combine::ALL)),
    };
    (other != *access).then(|| *access = other)
}

pub(super) fn dimensions(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let extents = subject.kernel.signature.extents.len();
    let mut arrays = arrays(subject);
    let at = random.below(arrays.len().max(1));
    let ParameterKind::Array { ty, .. } = arrays.get_mut(at)? else { return None };
    match random.below(4) {
        0 if ty.dimensions.len() > 1 => drop(ty.dimensions.pop()),
        1 if ty.dimensions.len() < 3 => ty.dimensions.push(extent(random, extents)),
        2 => ty.dimensions.reverse(),
        _ => {
            let place = random.below(ty.dimensions.len().max(1));
            *ty.dimensions.get_mut(place)? = extent(random, extents);
        }
    }
    Some(())
}

pub(super) fn element(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let types = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::I64, ScalarType::U64, ScalarType::I8x4];
    let parameters = &mut subject.kernel.signature.parameters;
    let at = random.below(parameters.len().max(1));
    match &mut parameters.get_mut(at)?.kind {
        ParameterKind::Scalar(ty) => *ty = *random.pick(&types),
        ParameterKind::Array { ty, .. } => ty.element = *random.pick(&types),
    }
    Some(())
}

pub(super) fn swap_parameters(subject: &mut Subject, random: &mut Random) -> Option<()> {
    let parameters = &mut subject.kernel.signature.parameters;
    let places: Vec<usize> = (0..parameters.len()).collect();
    let (one, other) = (choose(random, &places)?, choose(random, &places)?);
    (one != other).then(|| parameters.swap(one, other))
}
