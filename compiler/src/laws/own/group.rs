//! Walks what a group does, and each phase lane by lane.

use std::ops::ControlFlow;

use super::{
    cover::{Written, both},
    evaluate::Evaluator,
    form::Form,
    show_lane,
    slice::{Node, inside},
    walk::{Loops, Spent, Touch, Walker, trips},
};
use crate::program::{Expression, GroupStatement, Kernel, LocalId, LocalKind, Phase, Shape};

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
    if !nodes.is_empty() {
        Walker::new(evaluator, Loops::Any, &mut |_| {}).walk(&nodes, true)?;
    }
    Ok(group.evaluator().value(expression))
}

/// Walks a slice of a phase for each lane of the group, until `touch`, which is given the number of the lane, says that
/// no more is of interest.
pub(super) fn walk_lanes<'p>(
    group: &mut impl Group<'p>,
    phase: &Phase,
    nodes: &[Node<'p>],
    loops: Loops,
    touch: &mut dyn FnMut(u32, Touch<'p>) -> ControlFlow<()>,
) -> Result<(), Spent> {
    if nodes.is_empty() {
        return Ok(());
    }
    let kernel = group.kernel();
    let own = own(kernel);
    for lane in 0..kernel.group_lanes() {
        let evaluator = group.evaluator();
        own.iter().for_each(|local| evaluator.forget(*local));
        for (local, coordinate) in phase.coordinates.iter().zip(coordinates(kernel, lane)) {
            evaluator.set(*local, Form::number(coordinate.into()));
        }
        let mut next = ControlFlow::Continue(());
        let mut each = |found: Touch<'p>| next = touch(lane, found);
        Walker::new(evaluator, loops, &mut each).walk(nodes, true)?;
        if next.is_break() {
            break;
        }
    }
    Ok(())
}

/// Walks a slice of a phase once for all lanes, with their coordinates as atoms. A step counts for each lane and trip.
pub(super) fn walk_whole<'p>(
    group: &mut impl Group<'p>,
    phase: &Phase,
    nodes: &[Node<'p>],
) -> Result<Vec<Touch<'p>>, Spent> {
    let kernel = group.kernel();
    let evaluator = group.evaluator();
    own(kernel).iter().for_each(|local| evaluator.forget(*local));
    phase.coordinates.iter().for_each(|local| evaluator.name(*local, true));
    let mut touches = Vec::new();
    let mut add = |touch: Touch<'p>| touches.push(touch);
    evaluator.weight = kernel.group_lanes().into();
    let walked = Walker::new(evaluator, Loops::Whole, &mut add).walk(nodes, true);
    group.evaluator().weight = 1;
    walked.map(|()| touches)
}

/// The variables of lanes. Nothing is known of them when a phase begins.
pub(super) fn own(kernel: &Kernel) -> Vec<LocalId> {
    let locals = (0..).map(LocalId).zip(&kernel.locals);
    locals.filter(|(_, local)| local.kind == LocalKind::Lane).map(|(id, _)| id).collect()
}

/// How many lanes of a tile kernel there are in each dimension.
pub(super) fn lane_counts(kernel: &Kernel) -> &[u32] {
    match &kernel.shape {
        Shape::Tiles { lanes, .. } => lanes,
        Shape::Each { .. } => &[],
    }
}

/// The coordinates of a lane of a tile kernel.
pub(super) fn coordinates(kernel: &Kernel, lane: u32) -> Vec<u32> {
    let mut rest = lane;
    let mut coordinates: Vec<u32> = lane_counts(kernel)
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
