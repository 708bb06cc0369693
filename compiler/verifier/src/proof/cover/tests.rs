//! Each way in which a cell is shown to be written before it is read, beside a neighbour of it that is not so.

use super::*;
use crate::{
    proof::{needed, polynomial::Polynomial, uniform},
    tree::{Definition, Shared, Type, Variable, WordComparison, WordOperator},
};

const LANES: u32 = 16;

/// A kernel with one array of the group, as it is built up.
struct Built {
    kernel: Kernel,
}

impl Built {
    fn new(cells: u32) -> Built {
        let shared = vec![Shared { ty: Type::Word, cells }];
        let variables = vec![Variable { ty: Type::Word, cells: None, constant: None }];
        Built { kernel: Kernel { lanes: LANES, shared, variables, ..Kernel::default() } }
    }

    fn value(&mut self, operation: Operation) -> Value {
        let truth = matches!(operation, Operation::Compare(..));
        let ty = if truth { Type::Truth } else { Type::Word };
        let value = Value(self.kernel.values.len() as u32);
        self.kernel.values.push(Definition { ty, site: Site(value.0), operation });
        value
    }

    fn number(&mut self, word: u32) -> Value {
        self.value(Operation::Constant(word))
    }

    /// A value and the step that makes it.
    fn made(&mut self, operation: Operation, steps: &mut Vec<Step>) -> Value {
        let value = self.value(operation);
        steps.push(Step::Let(value));
        value
    }

    /// Whether the kernel of these steps reads nothing that is not written.
    fn covered(mut self, body: Vec<Step>) -> bool {
        self.kernel.body = body;
        let kernel = &self.kernel;
        let mut words = Words::new(kernel, 1 << 20);
        let lane = words.space.atom((0, i128::from(LANES) - 1), Reach::Lane);
        words.lane = lane.clone();
        let (spots, needed) = (BTreeMap::new(), needed::find(kernel));
        let uniform = uniform::check(kernel, false).unwrap();
        check(kernel, &uniform, &needed, Places { words: &words, lane: lane.single(), spots: &spots }).is_ok()
    }
}

fn store(index: Value, value: Value) -> Step {
    Step::Store { place: Place::Shared(0, index), value, site: Site(900) }
}

fn barrier() -> Step {
    Step::Barrier { arrays: false, site: Site(901) }
}

fn load(index: Value) -> Operation {
    Operation::Load(Place::Shared(0, index))
}

/// Each lane writes at a place that an operator makes of its number; then each reads the cell of another lane.
fn written_at(operator: WordOperator, by: u32) -> bool {
    let (mut built, mut steps) = (Built::new(LANES), Vec::new());
    let (by, three) = (built.number(by), built.number(3));
    let lane = built.made(Operation::LaneX, &mut steps);
    let place = built.made(Operation::Word(operator, lane, by), &mut steps);
    steps.extend([store(place, lane), barrier()]);
    let other = built.made(Operation::Word(WordOperator::Xor, lane, three), &mut steps);
    built.made(load(other), &mut steps);
    built.covered(steps)
}

#[test]
fn every_lane_writes_a_cell() {
    assert!(written_at(WordOperator::Xor, 5));
    assert!(!written_at(WordOperator::Or, 5), "some cells are left out");
    assert!(!written_at(WordOperator::Add, 1), "the first is");
}

/// Lanes below a number write their cells; those below another read theirs.
fn below(writers: u32, readers: u32) -> bool {
    let (mut built, mut steps) = (Built::new(LANES), Vec::new());
    let (writers, readers) = (built.number(writers), built.number(readers));
    let lane = built.made(Operation::LaneX, &mut steps);
    let first = built.made(Operation::Compare(WordComparison::Less, lane, writers), &mut steps);
    let when = |condition, then, site| Step::If { condition, then, otherwise: Vec::new(), site: Site(site) };
    steps.extend([when(first, vec![store(lane, lane)], 902), barrier()]);
    let second = built.made(Operation::Compare(WordComparison::Less, lane, readers), &mut steps);
    let mut then = Vec::new();
    built.made(load(lane), &mut then);
    steps.push(when(second, then, 903));
    built.covered(steps)
}

#[test]
fn lanes_that_read_are_among_those_that_wrote() {
    assert!(below(8, 8));
    assert!(!below(8, 9));
}

/// In so many trips lanes write, each time 16 cells on; then cell 40 is read.
fn in_trips(trips: u32) -> bool {
    let (mut built, mut steps) = (Built::new(64), Vec::new());
    let (trips, lanes, cell) = (built.number(trips), built.number(LANES), built.number(40));
    let lane = built.made(Operation::LaneX, &mut steps);
    let mut body = Vec::new();
    let trip = built.made(Operation::Load(Place::Variable(0)), &mut body);
    let first = built.made(Operation::Word(WordOperator::Multiply, trip, lanes), &mut body);
    let place = built.made(Operation::Word(WordOperator::Add, first, lane), &mut body);
    body.push(store(place, lane));
    steps.extend([Step::Loop { counter: 0, trips, body, site: Site(904) }, barrier()]);
    built.made(load(cell), &mut steps);
    built.covered(steps)
}

#[test]
fn a_loop_is_walked_trip_by_trip() {
    assert!(in_trips(3));
    assert!(!in_trips(2));
    assert!(!in_trips(0));
}

/// What is read in a loop of so many trips, which may be left, was never written.
fn read_in_trips(trips: u32) -> bool {
    let (mut built, mut steps) = (Built::new(LANES), Vec::new());
    let trips = built.number(trips);
    let lane = built.made(Operation::LaneX, &mut steps);
    let mut body = Vec::new();
    built.made(load(lane), &mut body);
    body.push(Step::Break(Site(905)));
    steps.push(Step::Loop { counter: 0, trips, body, site: Site(904) });
    built.covered(steps)
}

#[test]
fn a_loop_without_trips_reads_nothing() {
    assert!(read_in_trips(0));
    assert!(!read_in_trips(1));
}

/// A word of the push constants decides who writes; both ways write the cells of all lanes, or one of them others.
fn by_ways(other: u32) -> bool {
    let (mut built, mut steps) = (Built::new(2 * LANES), Vec::new());
    let (zero, other) = (built.number(0), built.number(other));
    let lane = built.made(Operation::LaneX, &mut steps);
    let given = built.made(Operation::PushConstant(3), &mut steps);
    let condition = built.made(Operation::Compare(WordComparison::Equal, given, zero), &mut steps);
    let mut otherwise = Vec::new();
    let place = built.made(Operation::Word(WordOperator::Xor, lane, other), &mut otherwise);
    otherwise.push(store(place, lane));
    steps.extend([Step::If { condition, then: vec![store(lane, lane)], otherwise, site: Site(906) }, barrier()]);
    built.made(load(lane), &mut steps);
    built.covered(steps)
}

#[test]
fn what_both_ways_write_is_written() {
    assert!(by_ways(15));
    assert!(!by_ways(16));
}

/// A read at a place that is data: cells up to a number are written, and the proof of its index knows what it can be.
#[test]
fn a_place_that_is_data_means_all_that_it_can() {
    let mut built = Built::new(64);
    let kernel = std::mem::take(&mut built.kernel);
    let mut words = Words::new(&kernel, 1 << 20);
    let lane = words.space.atom((0, i128::from(LANES) - 1), Reach::Lane);
    let data = words.space.atom((3, 9), Reach::Lane);
    let spot = Spot { place: data, targets: vec![lane.clone()], facts: Rc::new(Vec::<Polynomial>::new()) };
    let spots = BTreeMap::from([(Site(1), vec![spot])]);
    let places = Places { words: &words, lane: lane.single(), spots: &spots };
    let written = |cells: std::ops::Range<usize>| -> bool {
        let written: Vec<bool> = (0..64).map(|cell| cells.contains(&cell)).collect();
        places.written(Site(1), &written, &mut { 1 << 20 })
    };
    assert!(written(3..10));
    assert!(!written(3..9) && !written(4..10));
    assert!(!places.written(Site(2), &[true; 64], &mut { 1 << 20 }), "nothing is known of another read");
}
