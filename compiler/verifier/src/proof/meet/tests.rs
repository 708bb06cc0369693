//! Each way in which two lanes are shown to be apart, beside a neighbour of it that is not so.

use super::*;
use crate::tree::{Kernel, WordOperator};

const LANES: Level = Level { same: Reach::Trip, target: 0 };
const GROUPS: Level = Level { same: Reach::Dispatch, target: 1 };

/// What a tile kernel of some lanes knows.
struct Given {
    kernel: Kernel,
}

impl Given {
    fn of(lanes: u32) -> Given {
        Given { kernel: Kernel { lanes, ..Kernel::default() } }
    }

    /// Whether places made of the lane, the group and an extent are apart; `made` gives the places and what is known.
    fn apart(&self, level: Level, made: impl FnOnce(&mut Words<'_>, [Polynomial; 3]) -> [Made; 2]) -> bool {
        let mut words = Words::new(&self.kernel, 1 << 22);
        let extent = words.space.atom((1, 1 << 20), Reach::Dispatch);
        let group = words.space.atom((0, 1 << 20), Reach::Group);
        let lane = words.space.atom((0, i128::from(self.kernel.lanes) - 1), Reach::Lane);
        let spots = made(&mut words, [lane.clone(), group.clone(), extent]);
        let targets = vec![lane.clone(), group];
        let spots = spots.map(|(place, facts)| {
            let mark = words.space.mark();
            facts.into_iter().for_each(|fact| words.space.learn(Some(fact)));
            let spot = Spot::of(&mut words, &place, &targets).expect("a lane comes there");
            words.space.restore(mark);
            spot
        });
        let [a, b] = spots;
        Meet::new(&mut words, lane.single()).apart(level, &a, &b, &[])
    }
}

type Made = (Polynomial, Vec<Polynomial>);

fn times(sum: &Polynomial, factor: i128) -> Polynomial {
    sum.scaled(factor).unwrap()
}

fn plus(a: &Polynomial, b: &Polynomial) -> Polynomial {
    a.plus(b).unwrap()
}

fn twice(place: Polynomial) -> [Made; 2] {
    [(place.clone(), Vec::new()), (place, Vec::new())]
}

#[test]
fn digits_of_numbers() {
    let cells = |count: i128| {
        Given::of(16).apart(LANES, |words, [lane, ..]| {
            let cell = words.space.atom((0, count - 1), Reach::Lane);
            twice(plus(&times(&lane, 4), &cell))
        })
    };
    assert!(cells(4));
    assert!(!cells(5));
}

#[test]
fn digits_of_sizes() {
    let rows = |below: bool| {
        Given::of(16).apart(LANES, |words, [lane, _, extent]| {
            let column = words.space.atom((0, 1 << 20), Reach::Lane);
            let place = plus(&lane.times(&extent).unwrap(), &column);
            let room = extent.minus(&column).unwrap().shifted(if below { -1 } else { 0 });
            [(place.clone(), vec![room.clone()]), (place, vec![room])]
        })
    };
    assert!(rows(true));
    assert!(!rows(false));
}

#[test]
fn groups_have_their_own_cells() {
    let tiles =
        |lanes: u32| Given::of(lanes).apart(GROUPS, |_, [lane, group, _]| twice(plus(&times(&group, 16), &lane)));
    assert!(tiles(16));
    assert!(!tiles(17));
}

#[test]
fn accesses_with_other_digits() {
    let (even, odd) = (0, 1);
    let halves = |second: i128| {
        Given::of(16).apart(LANES, |_, [lane, ..]| {
            let twice = times(&lane, 2);
            [(twice.clone(), Vec::new()), (twice.shifted(second), Vec::new())]
        })
    };
    assert!(halves(odd));
    assert!(halves(even), "a lane meets itself alone");
    assert!(!halves(2), "the next lane's");
}

#[test]
fn one_lane_alone() {
    let alone = |most: i128| {
        Given::of(16).apart(LANES, |_, [lane, group, _]| {
            let facts = vec![lane.clone().shifted(-3), Polynomial::number(most).minus(&lane).unwrap()];
            [(group.clone(), facts.clone()), (group, facts)]
        })
    };
    assert!(alone(3));
    assert!(!alone(4));
}

#[test]
fn lanes_that_guards_keep_apart() {
    let halves = |half: i128| {
        Given::of(16).apart(LANES, |_, [lane, ..]| {
            let lower = Polynomial::number(half - 1).minus(&lane).unwrap();
            [(lane.clone(), vec![lower.clone()]), (lane.clone().shifted(8), vec![lower])]
        })
    };
    assert!(halves(8));
    assert!(!halves(9));
}

#[test]
fn words_that_wrap_alike() {
    let shifted = |factor: i128| {
        Given::of(16).apart(LANES, |words, [lane, ..]| {
            let start = words.space.atom((0, (1 << 32) - 1), Reach::Dispatch);
            let word = words.space.atom((0, (1 << 32) - 1), Reach::Lane);
            let equal = plus(&start, &times(&lane, factor));
            words.definitions.insert(word.single().unwrap(), Definition::Word(equal));
            twice(word)
        })
    };
    assert!(shifted(3));
    assert!(!shifted(1 << 30), "every fourth lane comes to the same word");
}

#[test]
fn operations_lane_by_lane() {
    let made = |operator: WordOperator, by: i128| {
        Given::of(16).apart(LANES, |words, [lane, ..]| {
            let word = words.space.atom((0, 15), Reach::Lane);
            let definition = Definition::Operation(operator, lane, Polynomial::number(by));
            words.definitions.insert(word.single().unwrap(), definition);
            twice(word)
        })
    };
    assert!(made(WordOperator::Xor, 5));
    assert!(!made(WordOperator::Or, 5));
}

#[test]
fn ways_that_exclude_each_other() {
    let ways = |least: i128| {
        Given::of(16).apart(LANES, |_, [_, group, extent]| {
            let small = Polynomial::number(1).minus(&extent).unwrap();
            let place = plus(&group, &extent);
            [(place.clone(), vec![small]), (place, vec![extent.shifted(-least)])]
        })
    };
    assert!(ways(2));
    assert!(!ways(1));
}

/// Groups that are numbered row by row, of which one access knows that a row has but so many.
#[test]
fn what_one_lane_knows_of_an_extent_the_other_one_knows() {
    let rows = |columns: i128, reach: Reach| {
        Given::of(16).apart(GROUPS, |words, [_, group, _]| {
            let size = words.space.atom((1, 1 << 20), reach);
            let [row, column] = [(); 2].map(|()| words.space.atom((0, 1 << 20), Reach::Group));
            let number = plus(&row.times(&size).unwrap(), &column);
            let mut facts = vec![number.minus(&group).unwrap(), group.minus(&number).unwrap()];
            facts.push(size.minus(&column).unwrap().shifted(-1));
            let few = facts.iter().cloned().chain(Polynomial::number(columns).minus(&size)).collect();
            [(row.clone(), few), (row, facts)]
        })
    };
    assert!(rows(1, Reach::Dispatch));
    assert!(!rows(2, Reach::Dispatch));
    assert!(!rows(1, Reach::Group), "the other group's own");
}

/// Two cells that are the same for one size, but then of one group, and others for all others.
#[test]
fn few_sizes_are_tried_one_by_one() {
    let sizes = |least: i128, most: i128, more: i128| {
        Given::of(1).apart(GROUPS, |words, [_, group, _]| {
            let size = words.space.atom((1, 1 << 20), Reach::Dispatch);
            let facts = vec![size.clone().shifted(-least), Polynomial::number(most).minus(&size).unwrap()];
            let tile = times(&group.times(&size).unwrap(), 4);
            [(tile.clone().shifted(3), facts.clone()), (plus(&tile, &size).shifted(more), facts)]
        })
    };
    assert!(sizes(2, 3, 1));
    assert!(!sizes(2, 9, 1), "there are too many of them");
    assert!(!sizes(2, 3, 9), "of two it is the next tile's");
}
