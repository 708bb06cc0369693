//! Law 3 in `each` kernels, where lanes are as many as the cells of a grid. In the accesses to a written array each
//! coordinate stands in one index, alone or as a digit among others, times the same number everywhere. Two lanes
//! differ in a coordinate, so in that index, unless its numbers differ by just that multiple.

use lockstep_module::{Extent, Profile, plan::MAX_LANES};

use super::{
    BUDGET,
    evaluate::Evaluator,
    form::{Atom, Form, Key},
    radix::{self, Digit},
    show_cell, show_lane,
    slice::slice,
    walk::{Loops, Spent, Touch, Walker},
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
            let found = match check.attempt(Loops::Any) {
                Ok(Some(_)) => check.attempt(Loops::Trips),
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
    let constants: u64 = grid
        .iter()
        .filter_map(|extent| if let Extent::Constant(n) = extent { Some(u64::from(*n).max(1)) } else { None })
        .fold(1, u64::saturating_mul);
    let count = |extent: &Extent| match extent {
        Extent::Constant(n) => u64::from(*n),
        Extent::Named(_) => profile.max_array_words().min(MAX_LANES / constants),
    };
    phase
        .coordinates
        .iter()
        .zip(grid)
        .map(|(local, extent)| Coordinate { local: *local, count: count(extent) })
        .collect()
}

/// An index in which coordinates stand, in every access.
struct Stand {
    dimension: usize,
    /// Which coordinates, by their numbers, and times what. The least factor stands first.
    coordinates: Vec<(usize, Atom)>,
    digits: Vec<Digit>,
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
    /// What is wrong, as far as this way to walk loops can tell.
    fn attempt(&mut self, loops: Loops) -> Result<Option<Diagnostic>, Spent> {
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
        Walker::new(&mut self.evaluator, loops, &mut add).walk(&nodes, true)?;
        let Some(first) = touches.iter().position(|touch| touch.write) else { return Ok(None) };
        let stands = match self.stands(&touches[first], &touches) {
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

    /// Where each coordinate stands in the first write, of all touches.
    fn stands(&mut self, first: &Touch<'p>, touches: &[Touch<'p>]) -> Result<Vec<Stand>, Diagnostic> {
        let span = first.access.span;
        let atoms = self.lanes.iter().map(|lane| self.evaluator.atoms.number(Key::Local(lane.local), true));
        let atoms: Vec<Atom> = atoms.collect();
        let names: Vec<&str> = self.lanes.iter().map(|coordinate| self.local(coordinate.local)).collect();
        let mut stands: Vec<Stand> = Vec::new();
        for (lane, atom) in atoms.iter().enumerate() {
            let Some((dimension, form)) = self.place(first, touches, *atom, &atoms) else {
                if first.place.iter().any(|form| !form.is_exact()) {
                    return Err(e0401_write_not_own::unknown(span, &self.name, None, self.array));
                }
                return Err(e0401_write_not_own::missing(span, &self.name, names[lane], &names));
            };
            if stands.iter().any(|stand| stand.dimension == dimension) {
                continue;
            }
            let stand = self.stand(dimension, form, &atoms);
            if radix::reach(&stand.digits) >= 1 << 32 {
                let all = stand.coordinates.iter().zip(&stand.digits);
                let widest = all.max_by_key(|(_, digit)| digit.reach());
                let (lane, factor) = widest.map_or((lane, 1), |((lane, _), digit)| (*lane, digit.factor));
                return Err(e0401_write_not_own::wraps(span, &self.name, names[lane], factor));
            }
            if !radix::are_apart(&stand.digits) {
                return Err(match radix::collision(&stand.digits) {
                    Some(found) => {
                        let mut distances = vec![0; self.lanes.len()];
                        stand.coordinates.iter().zip(found).for_each(|((lane, _), d)| distances[*lane] = d);
                        self.failure(first, first, &[stand], &distances)
                    }
                    None => e0401_write_not_own::missing(span, &self.name, names[lane], &names),
                });
            }
            stands.push(stand);
        }
        Ok(stands)
    }

    /// The index in which a coordinate stands: one that holds it and no other, or else among others alone; and of these
    /// the first that is the same in all touches, or else the first.
    fn place<'t>(
        &self,
        first: &'t Touch<'p>,
        touches: &[Touch<'p>],
        atom: Atom,
        coordinates: &[Atom],
    ) -> Option<(usize, &'t Form)> {
        let of_lanes = &self.evaluator.atoms;
        let made_of = |form: &Form, allowed: &[Atom]| {
            form.is_exact() && form.terms.iter().all(|(other, _)| allowed.contains(other) || !of_lanes.of_lane(*other))
        };
        let holding = || {
            let places = first.place.iter().enumerate();
            places.filter(|(_, form)| form.terms.iter().any(|(other, _)| *other == atom))
        };
        let alone = holding().filter(|(_, form)| made_of(form, &[atom]));
        let mut places = alone.chain(holding().filter(|(_, form)| made_of(form, coordinates)));
        let same =
            |(dimension, form): &(usize, &Form)| touches.iter().all(|touch| is_same(touch, *dimension, &form.terms));
        places.clone().find(same).or_else(|| places.next())
    }

    /// The coordinates that stand in an index.
    fn stand(&self, dimension: usize, form: &Form, atoms: &[Atom]) -> Stand {
        let digit = |(lane, atom): (usize, &Atom)| {
            let factor = form.terms.iter().find(|(other, _)| other == atom).map(|(_, factor)| *factor)?;
            let (factor, count) = (i64::from(factor.cast_signed()), self.lanes[lane].count);
            Some(((lane, *atom), Digit { factor, count }))
        };
        let mut found: Vec<((usize, Atom), Digit)> = atoms.iter().enumerate().filter_map(digit).collect();
        found.sort_by_key(|(_, digit)| digit.factor.unsigned_abs());
        let (coordinates, digits) = found.into_iter().unzip();
        Stand { dimension, coordinates, digits, terms: form.terms.clone() }
    }

    /// How far apart, in each coordinate, two lanes are that meet in these touches: the second less the first.
    fn distance(&self, first: &Touch<'p>, second: &Touch<'p>, stands: &[Stand]) -> Option<Vec<i64>> {
        if !first.write && !second.write {
            return None;
        }
        // A coordinate that no stand decides can be anything.
        let mut ways: Vec<Vec<Option<i64>>> = vec![vec![None; self.lanes.len()]];
        for stand in stands {
            let (a, b) = (&first.place[stand.dimension], &second.place[stand.dimension]);
            let apart = i64::from((a.constant as u32).wrapping_sub(b.constant as u32).cast_signed());
            if radix::reach(&stand.digits) + apart.unsigned_abs() >= 1 << 32 {
                continue;
            }
            let found = radix::differences(&stand.digits, apart);
            ways = ways.iter().flat_map(|way| found.iter().filter_map(|found| joined(way, stand, found))).collect();
        }
        let far = ways.into_iter().map(|way| way.into_iter().map(|distance| distance.unwrap_or(1)).collect());
        let distances: Vec<i64> = far.into_iter().find(|far: &Vec<i64>| far.iter().any(|distance| *distance != 0))?;
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
            for stand in stands {
                let form = &mut place[stand.dimension];
                for ((coordinate, atom), digit) in stand.coordinates.iter().zip(&stand.digits) {
                    let number = Form::number(u64::from((digit.factor * lane[*coordinate]) as u32));
                    form.terms.retain(|(other, _)| other != atom);
                    *form = form.plus(&number);
                }
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

/// A way in which two lanes are apart, where a stand demands these differences too.
fn joined(way: &[Option<i64>], stand: &Stand, found: &[i64]) -> Option<Vec<Option<i64>>> {
    let mut way = way.to_vec();
    for ((lane, _), difference) in stand.coordinates.iter().zip(found) {
        if way[*lane].is_some_and(|before| before != *difference) {
            return None;
        }
        way[*lane] = Some(*difference);
    }
    Some(way)
}

/// Whether the coordinates stand in a touch as in the first write.
fn fits(touch: &Touch<'_>, stands: &[Stand]) -> bool {
    stands.iter().all(|stand| is_same(touch, stand.dimension, &stand.terms))
}

/// Whether an index has these atoms, with these factors.
fn is_same(touch: &Touch<'_>, dimension: usize, terms: &[(Atom, u32)]) -> bool {
    touch.place.get(dimension).is_some_and(|form| form.is_exact() && form.terms == terms)
}
