//! Walks what a group does, and each phase lane by lane.

use super::{
    cover::{Written, both},
    evaluate::Evaluator,
    form::Form,
    show_lane,
    slice::{Node, inside},
    walk::{Spent, Touch, Walker, trips},
};
use crate::program::{Expression, GroupStatement, Kernel, LocalId, LocalKind, Phase};

/// The most trips of a loop of a group that are walked one by one.
const MAX_GROUP_TRIPS: u64 = 4096;

/// What is done on a walk through the group's statements.
pub(super) trait Group<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p>;
    fn kernel(&self) -> &'p Kernel;
    /// Whether loops with known bounds are walked trip by trip; else their counters stand for any trip.
    fn by_trip(&self) -> bool;
    /// What has been written so far, if that is of interest.
    fn written(&mut self) -> Option<&mut Written> {
        None
    }
    /// At a phase; with the counters that have numbers.
    fn phase(&mut self, phase: &'p Phase, counters: &[(LocalId, u64)]) -> Result<(), Spent>;
}

/// Names what all lanes of a group agree on before its first statement.
pub(super) fn name_group(evaluator: &mut Evaluator<'_>, kernel: &Kernel) {
    for (local, id) in kernel.locals.iter().zip(0..).map(|(local, id)| (local, LocalId(id))) {
        match local.kind {
            LocalKind::Parameter | LocalKind::Extent | LocalKind::Origin => evaluator.name(id, false),
            _ => evaluator.forget(id),
        }
    }
}

/// Walks the statements of a group.
pub(super) fn walk_group<'p>(
    group: &mut impl Group<'p>,
    statements: &'p [GroupStatement],
    counters: &mut Vec<(LocalId, u64)>,
) -> Result<(), Spent> {
    for statement in statements {
        match statement {
            GroupStatement::Let { local, value } => {
                let value = uniform(group, value)?;
                if value.is_exact() {
                    group.evaluator().set(*local, value);
                } else {
                    // Not followed, but the same for all lanes.
                    group.evaluator().name(*local, false);
                }
            }
            GroupStatement::Lane { .. } => {}
            GroupStatement::For { counter, ty, from, to, step, body } => {
                let (from, to) = (uniform(group, from)?.known(), uniform(group, to)?.known());
                let known = from.zip(to).map(|(from, to)| (from, trips(*ty, from, to, *step)));
                match known {
                    Some((_, 0)) => {}
                    Some((from, trips)) if group.by_trip() && trips <= MAX_GROUP_TRIPS => {
                        for trip in 0..trips {
                            let value = from.wrapping_add(trip * u64::from(*step)) & ty.mask();
                            group.evaluator().set(*counter, Form::number(value));
                            counters.push((*counter, value));
                            walk_group(group, body, counters)?;
                            counters.pop();
                        }
                    }
                    _ => {
                        group.evaluator().name(*counter, false);
                        // It may run no trips.
                        let before = group.written().cloned();
                        walk_group(group, body, counters)?;
                        set_written(group, before);
                    }
                }
            }
            GroupStatement::If { arms, otherwise } => branch(group, arms, otherwise, counters)?,
            GroupStatement::Phase(phase) => group.phase(phase, counters)?,
        }
        if !group.evaluator().step(1) {
            return Err(Spent);
        }
    }
    Ok(())
}

fn branch<'p>(
    group: &mut impl Group<'p>,
    arms: &'p [(Expression, Vec<GroupStatement>)],
    otherwise: &'p [GroupStatement],
    counters: &mut Vec<(LocalId, u64)>,
) -> Result<(), Spent> {
    let before = group.written().cloned();
    let mut after: Option<Written> = None;
    let arms = arms.iter().map(|(condition, body)| (Some(condition), body.as_slice()));
    for (condition, body) in arms.chain([(None, otherwise)]) {
        let holds = match condition {
            Some(condition) => uniform(group, condition)?.known(),
            None => Some(1),
        };
        if holds == Some(0) {
            continue;
        }
        set_written(group, before.clone());
        walk_group(group, body, counters)?;
        let now = group.written().cloned();
        after = match (after, now) {
            (Some(after), Some(now)) => Some(both(after, &now)),
            (_, now) => now,
        };
        if holds.is_some() {
            break;
        }
    }
    set_written(group, after);
    Ok(())
}

fn set_written<'p>(group: &mut impl Group<'p>, value: Option<Written>) {
    if let (Some(written), Some(value)) = (group.written(), value) {
        *written = value;
    }
}

/// The value of an expression of the group.
fn uniform<'p>(group: &mut impl Group<'p>, expression: &'p Expression) -> Result<Form, Spent> {
    let nodes = inside(expression, &group.kernel().locals);
    let evaluator = group.evaluator();
    Walker { evaluator, by_trip: false, touch: &mut |_| {} }.walk(&nodes, true)?;
    Ok(group.evaluator().value(expression))
}

/// Walks a slice of a phase for each lane of the group. `touch` is given the number of the lane.
pub(super) fn walk_lanes<'p>(
    group: &mut impl Group<'p>,
    phase: &Phase,
    nodes: &[Node<'p>],
    by_trip: bool,
    touch: &mut dyn FnMut(u32, Touch<'p>),
) -> Result<(), Spent> {
    let kernel = group.kernel();
    let own: Vec<LocalId> =
        (0..).map(LocalId).zip(&kernel.locals).filter(|(_, l)| l.kind == LocalKind::Lane).map(|(id, _)| id).collect();
    for lane in 0..kernel.group_lanes() {
        let evaluator = group.evaluator();
        own.iter().for_each(|local| evaluator.forget(*local));
        for (local, coordinate) in phase.coordinates.iter().zip(coordinates(kernel, lane)) {
            evaluator.set(*local, Form::number(coordinate.into()));
        }
        Walker { evaluator, by_trip, touch: &mut |found| touch(lane, found) }.walk(nodes, true)?;
    }
    Ok(())
}

/// The coordinates of a lane of a tile kernel.
pub(super) fn coordinates(kernel: &Kernel, lane: u32) -> Vec<u32> {
    let sizes = match &kernel.shape {
        crate::program::Shape::Tiles { lanes, .. } => lanes.as_slice(),
        crate::program::Shape::Each { .. } => &[],
    };
    let mut rest = lane;
    let mut coordinates: Vec<u32> = sizes
        .iter()
        .rev()
        .map(|size| {
            let size = (*size).max(1);
            let coordinate = rest % size;
            rest /= size;
            coordinate
        })
        .collect();
    coordinates.reverse();
    coordinates
}

/// A lane as a message names it.
pub(super) fn name_lane(kernel: &Kernel, phase: &Phase, lane: u32) -> String {
    let name = |local: &LocalId| kernel.locals.get(local.0 as usize).map_or("", |local| local.name.as_str());
    let named = phase.coordinates.iter().map(name).zip(coordinates(kernel, lane));
    let shown: Vec<String> = named.map(|(name, value)| format!("{name} = {value}")).collect();
    if shown.is_empty() { format!("number {lane}") } else { show_lane(&shown) }
}
