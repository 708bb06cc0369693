//! Law 3 in tile kernels. For each phase and each array that it writes, the lanes of the group are walked one by one,
//! each with its own coordinates, and no two of them may meet.
//!
//! Most arrays are seen to be right by `quick`. The law is the enumeration: it is tried in three ways, each only for what the one before left open: loops stand for some trip; the loops of a
//! lane are walked trip by trip; those of the group too.

use std::ops::ControlFlow;

use lockstep_module::Extent;

use super::{
    BUDGET,
    evaluate::Evaluator,
    group::{Group, name_group, name_lane, walk_group, walk_lanes},
    meet::{Spot, Touches},
    quick, show_cell,
    slice::slice,
    walk::{Loops, Spent, Touch},
};
use crate::{
    diagnostic::Diagnostic,
    errors::{
        e0401_write_not_own::{self, Side},
        e0402_read_of_written, e0408_too_many_steps,
    },
    laws::arrays,
    program::{ArrayRef, Kernel, LocalId, Phase, Program, Statement},
    visit::{self, Visitor},
};

/// How closely loops are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Any,
    LaneTrips,
    GroupTrips,
}

/// An array that a phase writes, as long as it is not proven that no lanes meet in it.
struct Open<'p> {
    phase: &'p Phase,
    array: ArrayRef,
    /// Lanes meet, as far as the level at hand can tell.
    failure: Option<Failure>,
}

impl Open<'_> {
    fn is(&self, phase: &Phase) -> bool {
        std::ptr::eq(self.phase, phase)
    }
}

#[derive(Clone)]
struct Failure {
    diagnostic: Diagnostic,
    /// No closer look can change it.
    certain: bool,
}

pub(super) fn check(program: &Program, kernel: &Kernel, diagnostics: &mut Vec<Diagnostic>) {
    let phases = kernel.phases();
    let places = || phases.iter().flat_map(|phase| written(phase).into_iter().map(|array| (*phase, array)));
    let quick = quick::prove(program, kernel, places());
    let left = places().zip(quick.proven).filter(|(_, proven)| !proven).map(|(place, _)| place);
    let mut found = Vec::new();
    enumerate(program, kernel, left.collect(), (4 * BUDGET).saturating_sub(quick.steps), &mut found);
    if !found.is_empty() {
        // What is refused, and for what, is as if nothing had been known before.
        enumerate(program, kernel, places().collect(), 4 * BUDGET, diagnostics);
    }
}

/// Decides some arrays of some phases within so many steps.
pub(super) fn enumerate(
    program: &Program,
    kernel: &Kernel,
    places: Vec<(&Phase, ArrayRef)>,
    steps: u64,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let evaluator = Evaluator::new(&program.constants, kernel.locals.len(), steps);
    let open = places.into_iter().map(|(phase, array)| Open { phase, array, failure: None }).collect();
    let mut check = Check { program, kernel, evaluator, level: Level::Any, open };
    for level in [Level::Any, Level::LaneTrips, Level::GroupTrips] {
        if check.open.is_empty() {
            return;
        }
        check.open.iter_mut().for_each(|open| open.failure = None);
        check.level = level;
        name_group(&mut check.evaluator, kernel);
        if walk_group(&mut check, &kernel.body, &mut Vec::new()).is_err() {
            diagnostics.extend(check.open.iter().map(|open| check.spent(open.phase, open.array)));
            return;
        }
        check.open.retain_mut(|open| match open.failure.take_if(|failure| failure.certain) {
            Some(failure) => {
                diagnostics.push(failure.diagnostic);
                false
            }
            None => open.failure.is_some(),
        });
    }
    diagnostics.extend(check.open.into_iter().filter_map(|open| open.failure).map(|failure| failure.diagnostic));
}

/// The shared arrays and tiles that a phase writes, each once.
pub(super) fn written(phase: &Phase) -> Vec<ArrayRef> {
    struct Written(Vec<ArrayRef>);
    impl Visitor for Written {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::Store { access, .. } = statement
                && matches!(access.array, ArrayRef::Shared(_) | ArrayRef::Tile(_))
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

struct Check<'p> {
    program: &'p Program,
    kernel: &'p Kernel,
    evaluator: Evaluator<'p>,
    level: Level,
    open: Vec<Open<'p>>,
}

impl<'p> Group<'p> for Check<'p> {
    fn evaluator(&mut self) -> &mut Evaluator<'p> {
        &mut self.evaluator
    }

    fn kernel(&self) -> &'p Kernel {
        self.kernel
    }

    fn by_trip(&self) -> bool {
        self.level == Level::GroupTrips
    }

    fn phase(&mut self, phase: &'p Phase, counters: &[(LocalId, u64)]) -> Result<(), Spent> {
        let here = |open: &&Open<'p>| open.is(phase) && open.failure.is_none();
        let arrays: Vec<ArrayRef> = self.open.iter().filter(here).map(|open| open.array).collect();
        for array in arrays {
            // One array that is hard to decide leaves room for the others.
            let left = self.evaluator.left;
            self.evaluator.left = left.min(BUDGET);
            let found = self.array(phase, array, counters);
            let spent = left.min(BUDGET) - self.evaluator.left;
            self.evaluator.left = left - spent;
            let failure = match found {
                Ok(None) => continue,
                Ok(Some(failure)) => failure,
                Err(Spent) if self.evaluator.left == 0 => return Err(Spent),
                Err(Spent) => Failure { diagnostic: self.spent(phase, array), certain: true },
            };
            let open = self.open.iter_mut().find(|open| open.is(phase) && open.array == array);
            open.into_iter().for_each(|open| open.failure = Some(failure.clone()));
        }
        Ok(())
    }
}

/// The dimensions of a shared array or tile.
fn sizes(check: &Check<'_>, array: ArrayRef) -> Vec<u32> {
    let dimensions = arrays::dimensions(check.program, check.kernel, array).into_iter();
    dimensions.map(|extent| if let Extent::Constant(n) = extent { n } else { u32::MAX }).collect()
}

impl<'p> Check<'p> {
    /// Two lanes that meet in an array.
    fn array(
        &mut self,
        phase: &'p Phase,
        array: ArrayRef,
        counters: &[(LocalId, u64)],
    ) -> Result<Option<Failure>, Spent> {
        let nodes = slice(&phase.body, &self.kernel.locals, &|access| access.array == array);
        let mut touches = Touches::new(sizes(self, array));
        let loops = if self.level == Level::Any { Loops::Any } else { Loops::Trips };
        let mut add = |lane, touch: Touch<'p>| {
            touches.add(lane, touch);
            ControlFlow::Continue(())
        };
        walk_lanes(self, phase, &nodes, loops, &mut add)?;
        let meeting = touches.meeting(&mut |steps| self.evaluator.step(steps))?;
        Ok(meeting.map(|(first, second)| self.failure(phase, array, &touches, [first, second], counters)))
    }

    fn spent(&self, phase: &Phase, array: ArrayRef) -> Diagnostic {
        e0408_too_many_steps::error(phase.span, &arrays::name(self.program, self.kernel, array), BUDGET)
    }

    /// Two lanes that meet, in words.
    fn failure(
        &self,
        phase: &Phase,
        array: ArrayRef,
        touches: &Touches<'_>,
        spots: [Spot; 2],
        counters: &[(LocalId, u64)],
    ) -> Failure {
        let name = arrays::name(self.program, self.kernel, array);
        let places = spots.map(|spot| touches.place(spot));
        // A place that is not known is the cause; of two, that of a write.
        let unknown = |i: &usize| places[*i].iter().any(|form| !form.is_exact());
        let blamed = [0, 1].into_iter().filter(unknown).max_by_key(|i| spots[*i].write);
        if let Some(blamed) = blamed {
            let (here, there) = (touches.access(spots[blamed]).span, touches.access(spots[1 - blamed]).span);
            let diagnostic = if spots[blamed].write {
                e0401_write_not_own::unknown(here, &name, Some(phase.span), array)
            } else {
                e0402_read_of_written::unknown(here, &name, there, Some(phase.span))
            };
            return Failure { diagnostic, certain: false };
        }
        let sides = [0, 1].map(|i| Side {
            span: touches.access(spots[i]).span,
            lane: name_lane(self.kernel, phase, spots[i].lane),
            cell: show_cell(&self.evaluator.atoms, self.kernel, &name, &places[i]),
        });
        let when: Vec<String> = counters.iter().map(|(local, value)| self.show_counter(*local, *value)).collect();
        let [first, second] = sides;
        let diagnostic = match spots.map(|spot| spot.write) {
            [true, true] => e0401_write_not_own::meet(&name, &first, &second, Some(phase.span), &when),
            [true, false] => e0402_read_of_written::meet(&name, &second, &first, Some(phase.span), &when),
            _ => e0402_read_of_written::meet(&name, &first, &second, Some(phase.span), &when),
        };
        let certain = spots.iter().all(|spot| spot.certain) && places[0] == places[1];
        Failure { diagnostic, certain }
    }

    fn show_counter(&self, local: LocalId, value: u64) -> String {
        let local = self.kernel.locals.get(local.0 as usize);
        local.map(|local| format!("{} = {}", local.name, local.element.show(value))).unwrap_or_default()
    }
}
