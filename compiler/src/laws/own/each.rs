//! Law 3 in `each` kernels, where lanes are as many as the cells of a grid. In the accesses to a written array each
//! coordinate stands alone in one index, times the same number everywhere. Two lanes differ in a coordinate, so in
//! that index, unless its numbers differ by just that multiple.

use lockstep_module::{Extent, Profile};

use super::{
    BUDGET,
    evaluate::Evaluator,
    form::{Atom, Form, Key},
    show_cell, show_lane,
    slice::slice,
    walk::{Spent, Touch, Walker},
};
use crate::{
    diagnostic::Diagnostic,
    errors::{
        e0401_write_not_own::{self, Side},
        e0402_read_of_written, e0408_too_many_steps,
    },
    laws::arrays,
    program::{ArrayRef, Kernel, LocalId, LocalKind, Phase, Program, Statement},
    visit::{self, Visitor},
};

pub(super) fn check(program: &Program, kernel: &Kernel, grid: &[Extent], diagnostics: &mut Vec<Diagnostic>) {
    for phase in kernel.phases() {
        for array in written(phase) {
            let mut check = Check {
                kernel,
                phase,
                array,
                name: arrays::name(program, kernel, array),
                lanes: lanes(program.profile, phase, grid),
                evaluator: Evaluator::new(&program.constants, kernel.locals.len(), BUDGET),
            };
            let found = match check.attempt(false) {
                Ok(Some(_)) => check.attempt(true),
                found => found,
            };
            match found {
                Ok(found) => diagnostics.extend(found),
                Err(Spent) => {
                    diagnostics.push(e0408_too_many_steps::error(phase.span, &check.name, BUDGET));
                }
            }
        }
    }
}

/// The array parameters that a phase writes, each once.
fn written(phase: &Phase) -> Vec<ArrayRef> {
    struct Written(Vec<ArrayRef>);
    impl Visitor for Written {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::Store { access, .. } = statement
                && matches!(access.array, ArrayRef::Parameter(_))
                && !self.0.contains(&access.array)
            {
                self.0.push(access.array);
            }
        }
    }
    let mut written = Written(Vec::new());
    visit::block(&mut written, &phase.body);
    written.0
}

/// A coordinate, and how many values it can have.
struct Coordinate {
    local: LocalId,
    count: u64,
}

fn lanes(profile: Profile, phase: &Phase, grid: &[Extent]) -> Vec<Coordinate> {
    let count = |extent: &Extent| match extent {
        Extent::Constant(n) => u64::from(*n),
        Extent::Named(_) => profile.max_array_words(),
    };
    phase
        .coordinates
        .iter()
        .zip(grid)
        .map(|(local, extent)| Coordinate { local: *local, count: count(extent) })
        .collect()
}

/// Where a coordinate stands in every access: in which index, times what.
struct Stand {
    dimension: usize,
    factor: i64,
    count: u64,
    atom: Atom,
    /// That index of the first write without its number.
    terms: Vec<(Atom, u32)>,
}

struct Check<'p> {
    kernel: &'p Kernel,
    phase: &'p Phase,
    array: ArrayRef,
    name: String,
    lanes: Vec<Coordinate>,
    evaluator: Evaluator<'p>,
}

impl<'p> Check<'p> {
    /// What is wrong, if loops stand for any trip, or are walked trip by trip.
    fn attempt(&mut self, by_trip: bool) -> Result<Option<Diagnostic>, Spent> {
        for (local, id) in self.kernel.locals.iter().zip(0..) {
            match local.kind {
                LocalKind::Parameter | LocalKind::Extent => self.evaluator.name(LocalId(id), false),
                LocalKind::Coordinate => self.evaluator.name(LocalId(id), true),
                _ => self.evaluator.forget(LocalId(id)),
            }
        }
        let array = self.array;
        let nodes = slice(&self.phase.body, &self.kernel.locals, &|access| access.array == array);
        let mut touches: Vec<Touch<'p>> = Vec::new();
        let mut add = |touch: Touch<'p>| touches.push(touch);
        Walker { evaluator: &mut self.evaluator, by_trip, touch: &mut add }.walk(&nodes, true)?;
        let Some(first) = touches.iter().position(|touch| touch.write) else { return Ok(None) };
        let stands = match self.stands(&touches[first]) {
            Ok(stands) => stands,
            Err(diagnostic) => return Ok(Some(diagnostic)),
        };
        let there = touches[first].access;
        // Writes first, so that a write is named before a read.
        let (mut order, reads): (Vec<_>, Vec<_>) = touches.into_iter().partition(|touch| touch.write);
        order.extend(reads);
        let mut kept: Vec<Touch<'p>> = Vec::new();
        for touch in order {
            if !fits(&touch, &stands) {
                let (span, there) = (touch.access.span, there.span);
                return Ok(Some(match touch.write {
                    true => e0401_write_not_own::differs(span, &self.name, there),
                    false => e0402_read_of_written::error(span, &self.name, there),
                }));
            }
            for other in &kept {
                if !self.evaluator.step(1) {
                    return Err(Spent);
                }
                if let Some(distance) = self.distance(other, &touch, &stands) {
                    return Ok(Some(self.failure(other, &touch, &stands, &distance)));
                }
            }
            if !kept.iter().any(|other| other.write == touch.write && other.place == touch.place) {
                kept.push(touch);
            }
        }
        Ok(None)
    }

    /// Where each coordinate stands in the first write.
    fn stands(&mut self, first: &Touch<'p>) -> Result<Vec<Stand>, Diagnostic> {
        let span = first.access.span;
        let mut stands = Vec::new();
        for coordinate in &self.lanes {
            let atom = self.evaluator.atoms.number(Key::Local(coordinate.local), true);
            let atoms = &self.evaluator.atoms;
            let alone = |form: &&Form| {
                form.is_exact() && form.terms.iter().all(|(other, _)| *other == atom || !atoms.of_lane(*other))
            };
            let factor = |form: &Form| form.terms.iter().find(|(other, _)| *other == atom).map(|(_, factor)| *factor);
            let mut places = first.place.iter().enumerate().filter(|(_, form)| alone(form));
            let Some((dimension, form, factor)) = places.find_map(|(i, form)| Some((i, form, factor(form)?))) else {
                if first.place.iter().any(|form| !form.is_exact()) {
                    return Err(e0401_write_not_own::unknown(span, &self.name, None, self.array));
                }
                let names: Vec<&str> = self.lanes.iter().map(|coordinate| self.local(coordinate.local)).collect();
                return Err(e0401_write_not_own::missing(span, &self.name, self.local(coordinate.local), &names));
            };
            let factor = i64::from(factor.cast_signed());
            if reach(factor, coordinate.count) >= 1 << 32 {
                return Err(e0401_write_not_own::wraps(span, &self.name, self.local(coordinate.local), factor));
            }
            stands.push(Stand { dimension, factor, count: coordinate.count, atom, terms: form.terms.clone() });
        }
        Ok(stands)
    }

    /// How far apart, in each coordinate, two lanes are that meet in these touches: the second less the first.
    fn distance(&self, first: &Touch<'p>, second: &Touch<'p>, stands: &[Stand]) -> Option<Vec<i64>> {
        if !first.write && !second.write {
            return None;
        }
        let mut distances = Vec::new();
        for stand in stands {
            let (a, b) = (&first.place[stand.dimension], &second.place[stand.dimension]);
            let apart = i64::from((a.constant as u32).wrapping_sub(b.constant as u32).cast_signed());
            let wraps = reach(stand.factor, stand.count) + apart.unsigned_abs() >= 1 << 32;
            let distance = apart / stand.factor;
            if !wraps && (apart % stand.factor != 0 || distance.unsigned_abs() >= stand.count) {
                return None;
            }
            distances.push(if wraps && distance == 0 { 1 } else { distance });
        }
        if distances.iter().all(|distance| *distance == 0) {
            return None;
        }
        let apart = |(a, b): (&Form, &Form)| {
            let alike = a.terms == b.terms && !a.terms.iter().any(|(atom, _)| self.evaluator.atoms.of_lane(*atom));
            alike && (a.constant ^ b.constant).trailing_zeros() < a.bits.min(b.bits)
        };
        if first.place.iter().zip(&second.place).any(apart) { None } else { Some(distances) }
    }

    /// Two lanes that meet, in words.
    fn failure(&self, first: &Touch<'p>, second: &Touch<'p>, stands: &[Stand], distances: &[i64]) -> Diagnostic {
        let lanes = distances.iter().map(|distance| if *distance < 0 { (-distance, 0) } else { (0, *distance) });
        let (here, there): (Vec<i64>, Vec<i64>) = lanes.unzip();
        let side = |touch: &Touch<'p>, lane: &[i64]| {
            let mut place = touch.place.clone();
            for (stand, value) in stands.iter().zip(lane) {
                let form = &mut place[stand.dimension];
                let number = Form::number(u64::from((stand.factor * value) as u32));
                form.terms.retain(|(atom, _)| *atom != stand.atom);
                *form = form.plus(&number);
            }
            let named = self.lanes.iter().zip(lane);
            let named = named.map(|(coordinate, value)| format!("{} = {value}", self.local(coordinate.local)));
            Side {
                span: touch.access.span,
                lane: show_lane(&named.collect::<Vec<String>>()),
                cell: show_cell(&self.evaluator.atoms, self.kernel, &self.name, &place),
            }
        };
        let (first_side, second_side) = (side(first, &here), side(second, &there));
        match (first.write, second.write) {
            (true, true) => e0401_write_not_own::meet(&self.name, &first_side, &second_side, None, &[]),
            (true, false) => e0402_read_of_written::meet(&self.name, &second_side, &first_side, None, &[]),
            (false, _) => e0402_read_of_written::meet(&self.name, &first_side, &second_side, None, &[]),
        }
    }

    fn local(&self, local: LocalId) -> &'p str {
        self.kernel.locals.get(local.0 as usize).map_or("", |local| local.name.as_str())
    }
}

/// How far apart the greatest and least multiples are.
fn reach(factor: i64, count: u64) -> u64 {
    factor.unsigned_abs().saturating_mul(count.saturating_sub(1))
}

/// Whether the coordinates stand in a touch as in the first write.
fn fits(touch: &Touch<'_>, stands: &[Stand]) -> bool {
    stands
        .iter()
        .all(|stand| touch.place.get(stand.dimension).is_some_and(|form| form.is_exact() && form.terms == stand.terms))
}
