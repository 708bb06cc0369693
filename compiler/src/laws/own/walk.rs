//! Walks a slice as one lane does, and finds the cells that it touches. Where a condition or a bound is not known, all
//! that could happen is taken to happen.

use lockstep_numbers::ScalarType;

use super::{
    evaluate::Evaluator,
    form::{Form, Key},
    slice::Node,
};
use crate::program::{Access, Expression, For, LocalId};

/// A cell that a lane touches.
pub(super) struct Touch<'p> {
    pub(super) access: &'p Access,
    pub(super) write: bool,
    /// The indices.
    pub(super) place: Vec<Form>,
    /// Whether it is certain that the lane comes here.
    pub(super) certain: bool,
    /// Conditions that are not known, and how they came out. Only told where loops are taken as a whole.
    pub(super) under: Vec<(Form, bool)>,
}

/// How loops with known bounds are walked. Others are always walked for any trip.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Loops {
    /// Once, for any trip.
    Any,
    /// Trip by trip.
    Trips,
    /// Once, with an atom for the number of the trip.
    Whole,
}

/// What a walk knows, and what it has found.
pub(super) struct Walker<'w, 'p> {
    pub(super) evaluator: &'w mut Evaluator<'p>,
    pub(super) loops: Loops,
    /// The conditions around, as in a touch.
    under: Vec<(Form, bool)>,
    /// Is given each cell that is touched.
    touch: &'w mut dyn FnMut(Touch<'p>),
}

/// The budget is spent.
pub(super) struct Spent;

/// How often a loop runs.
enum Trips {
    /// From this counter, this often.
    Known(u64, u64),
    Unknown,
}

impl<'w, 'p> Walker<'w, 'p> {
    pub(super) fn new(evaluator: &'w mut Evaluator<'p>, loops: Loops, touch: &'w mut dyn FnMut(Touch<'p>)) -> Self {
        Walker { evaluator, loops, under: Vec::new(), touch }
    }

    /// Walks some nodes; `certain` says that the lane certainly comes here.
    pub(super) fn walk(&mut self, nodes: &[Node<'p>], certain: bool) -> Result<(), Spent> {
        nodes.iter().try_for_each(|node| self.node(node, certain))
    }

    fn node(&mut self, node: &Node<'p>, certain: bool) -> Result<(), Spent> {
        if !self.evaluator.step(1) {
            return Err(Spent);
        }
        match node {
            Node::Set { local, value } => {
                let value = self.evaluator.value(value);
                self.evaluator.set(*local, value);
            }
            Node::Touch { access, write } => {
                let place = access.indices.iter().map(|index| self.evaluator.value(index)).collect();
                (self.touch)(Touch { access, write: *write, place, certain, under: self.under.clone() });
            }
            Node::If { arms, otherwise, changed } => self.branch(arms, otherwise, changed, certain)?,
            Node::For { inner, body, changed, leaves } => self.repeat(inner, body, changed, *leaves, certain)?,
        }
        Ok(())
    }

    fn branch(
        &mut self,
        arms: &[(Option<&'p Expression>, Vec<Node<'p>>)],
        otherwise: &[Node<'p>],
        changed: &[LocalId],
        certain: bool,
    ) -> Result<(), Spent> {
        let before: Vec<Form> = changed.iter().map(|local| self.evaluator.get(*local)).collect();
        let mut after: Option<Vec<Form>> = None;
        let mut open = true;
        let outside = self.under.len();
        let last = std::iter::once((None, otherwise));
        let arms = arms.iter().map(|(condition, nodes)| (Some(*condition), nodes.as_slice()));
        for (condition, nodes) in arms.chain(last) {
            for (local, value) in changed.iter().zip(&before) {
                self.evaluator.set(*local, value.clone());
            }
            let form = match condition {
                // The last arm, if no condition before it holds.
                None => Form::number(1),
                Some(condition) => condition.map_or_else(Form::unknown, |condition| self.evaluator.value(condition)),
            };
            let holds = form.known();
            if holds == Some(0) {
                continue;
            }
            let tell = self.loops == Loops::Whole && holds.is_none();
            if tell {
                self.under.push((form, true));
            }
            // The first arm that is reached is the only one if its condition is known.
            let only = open && holds.is_some();
            open = false;
            self.walk(nodes, certain && only)?;
            if tell && let Some((_, holds)) = self.under.last_mut() {
                // The arms that follow are for where it does not hold.
                *holds = false;
            }
            let now = changed.iter().map(|local| self.evaluator.get(*local));
            after = Some(match after {
                None => now.collect(),
                Some(after) => after.iter().zip(now).map(|(a, b)| a.or(&b)).collect(),
            });
            if holds.is_some() {
                break;
            }
        }
        self.under.truncate(outside);
        for (local, value) in changed.iter().zip(after.unwrap_or_default()) {
            self.evaluator.set(*local, value);
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        inner: &'p For,
        body: &[Node<'p>],
        changed: &[LocalId],
        leaves: bool,
        certain: bool,
    ) -> Result<(), Spent> {
        let from = self.evaluator.value(&inner.from);
        let trips = self.trips(inner);
        match trips {
            Trips::Known(_, 0) => {}
            Trips::Known(first, trips) if self.loops == Loops::Trips => {
                for trip in 0..trips {
                    if leaves {
                        changed.iter().for_each(|local| self.evaluator.forget(*local));
                    }
                    let counter = first.wrapping_add(trip.wrapping_mul(inner.step.into())) & inner.ty.mask();
                    self.evaluator.set(inner.counter, Form::number(counter));
                    self.walk(body, certain && !leaves)?;
                }
                if leaves {
                    changed.iter().for_each(|local| self.evaluator.forget(*local));
                }
            }
            Trips::Known(_, trips) if self.loops == Loops::Whole => {
                changed.iter().for_each(|local| self.evaluator.forget(*local));
                let trip = self.evaluator.atoms.number(Key::Trip(inner.counter, trips), true);
                self.evaluator.set(inner.counter, from.plus(&Form::atom(trip).times(inner.step)));
                let weight = self.evaluator.weight;
                self.evaluator.weight = weight.saturating_mul(trips);
                self.walk(body, certain && !leaves)?;
                self.evaluator.weight = weight;
                changed.iter().for_each(|local| self.evaluator.forget(*local));
            }
            _ => {
                changed.iter().for_each(|local| self.evaluator.forget(*local));
                // Some number of steps after the first value.
                let counter = from.lowest(inner.step.trailing_zeros());
                self.evaluator.set(inner.counter, counter);
                self.walk(body, false)?;
                changed.iter().for_each(|local| self.evaluator.forget(*local));
            }
        }
        Ok(())
    }

    fn trips(&mut self, inner: &'p For) -> Trips {
        let (from, to) = (self.evaluator.number(&inner.from), self.evaluator.number(&inner.to));
        let (Some(from), Some(to)) = (from, to) else { return Trips::Unknown };
        let trips = trips(inner.ty, from, to, inner.step);
        match inner.max.as_ref().map(|max| self.evaluator.number(max)) {
            Some(None) => Trips::Unknown,
            // More trips than stated are a trap, after which a device makes as many as are stated.
            Some(Some(max)) => Trips::Known(from, trips.min(max)),
            _ => Trips::Known(from, trips),
        }
    }
}

/// How often a loop runs.
pub(super) fn trips(ty: ScalarType, from: u64, to: u64, step: u32) -> u64 {
    let number = |bits: u64| if ty == ScalarType::I32 { i64::from(bits as u32 as i32) } else { i64::from(bits as u32) };
    let distance = number(to) - number(from);
    u64::try_from(distance).map_or(0, |distance| distance.div_ceil(u64::from(step.max(1))))
}
