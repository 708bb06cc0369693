//! What pays for a loop, beside what is a trip short of it.

use lockstep_module::{Cost, Operation, Term};

use super::*;
use crate::{proof::space::Reach, tree::Kernel as Tree};

/// A payer whose bound has these loops, over two extents of up to 2^25, and what is known of these.
fn with<T>(terms: Vec<Term>, judge: impl FnOnce(&mut Payer, &mut Words<'_>, [Polynomial; 2]) -> T) -> T {
    let tree = Tree::default();
    let mut words = Words::new(&tree, 1 << 22);
    let extents = [(); 2].map(|()| words.space.atom((0, 1 << 25), Reach::Dispatch));
    words.push = extents.to_vec();
    let mut payer = Payer {
        claim: claim::read(&Cost { slots: 8, terms }, 2),
        given: vec![Some(Given::word(0)), Some(Given::word(1))],
        counters: Counters::new(),
        frames: Vec::new(),
        next: HashMap::new(),
        payments: BTreeMap::new(),
        rest: None,
        inside: false,
        of_the_grid: BTreeSet::new(),
        never: BTreeSet::new(),
    };
    judge(&mut payer, &mut words, extents)
}

/// A loop of the bound from one slot, or zero, to another.
fn repeat(slot: u32, from: Option<u32>, to: u32, by: u32) -> Term {
    let from = vec![from.map_or(Operation::Constant(0), Operation::Slot)];
    Term::Repeat { slot, signed: false, from, to: vec![Operation::Slot(to)], by, max: None }
}

/// A loop of the kernel that runs so often, at least once.
fn paid(payer: &mut Payer, words: &mut Words<'_>, site: u32, trips: &Polynomial) -> Option<Symbol> {
    words.space.learn(Some(trips.clone().shifted(-1)));
    payer.enter_loop(words, Site(site), trips, 1 << 25);
    payer.payments.get(&Site(site)).and_then(|payment| payment.symbol)
}

#[test]
fn a_loop_that_runs_as_often_pays() {
    let terms = || vec![repeat(2, None, 0, 1), Term::Weight(1), Term::End];
    let by = |change: i128| with(terms(), |payer, words, [n, _]| paid(payer, words, 1, &n.shifted(change)));
    assert_eq!((by(-1), by(0), by(1)), (Some(0), Some(0), None));
    assert_eq!(with(terms(), |payer, words, [_, m]| paid(payer, words, 1, &m)), None);
}

#[test]
fn steps_round_up() {
    let by = |kernel: i128, bound: u32| {
        with(vec![repeat(2, None, 0, bound), Term::Weight(1), Term::End], |payer, words, [n, _]| {
            let (trips, _) = words.digits(&n.shifted(kernel - 1), &Polynomial::number(kernel)).unwrap();
            paid(payer, words, 1, &trips)
        })
    };
    assert_eq!((by(3, 3), by(3, 2), by(3, 4)), (Some(0), Some(0), None));
}

#[test]
fn a_number_of_trips_needs_none() {
    with(vec![], |payer, words, [n, _]| {
        assert_eq!(paid(payer, words, 1, &Polynomial::number(7)), None);
        assert_eq!(payer.payments[&Site(1)], Payment { symbol: None, most: 1 << 25, exact: true });
        assert_eq!(paid(payer, words, 2, &n), None);
        assert!(!payer.payments[&Site(2)].exact);
    });
}

#[test]
fn the_counter_at_hand_is_that_of_the_loop_around() {
    // for i in 0..n { for j in i..n {} }
    let terms = vec![repeat(2, None, 0, 1), repeat(3, Some(2), 0, 1), Term::Weight(1), Term::End, Term::End];
    let inner = |later: i128| {
        with(terms.clone(), |payer, words, [n, _]| {
            assert_eq!(paid(payer, words, 1, &n), Some(0));
            let trip = words.space.atom((0, 1 << 25), Reach::Lane);
            words.space.learn(n.minus(&trip).map(|left| left.shifted(-1)));
            payer.trip(words, &trip);
            let trips = n.minus(&trip).unwrap().shifted(later);
            paid(payer, words, 2, &trips)
        })
    };
    assert_eq!(inner(0), Some(1));
    // The outer one pays for it as well, if it is shown to: from 0 on there are more trips than from i on.
    assert_eq!(inner(1), None);
}

#[test]
fn only_lanes_of_the_grid_come_where_something_is_left_of_it() {
    with(vec![], |payer, words, [n, _]| {
        let lane = words.space.atom((0, 1 << 26), Reach::Lane);
        payer.rest = n.minus(&lane);
        let scope = words.mark();
        words.space.learn(n.minus(&lane));
        assert!(!payer.enter_arm(words, Site(1), true), "the lane may be the first past the end");
        words.space.learn(n.minus(&lane).map(|rest| rest.shifted(-1)));
        assert!(payer.enter_arm(words, Site(2), true));
        assert!(!payer.enter_arm(words, Site(3), false), "it is not the outermost");
        payer.leave_arm(false);
        payer.leave_arm(true);
        words.restore(scope);
        assert!(!payer.enter_arm(words, Site(4), true));
        assert_eq!(payer.of_the_grid, BTreeSet::from([(Site(2), true)]));
    });
}
