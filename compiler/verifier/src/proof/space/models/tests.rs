use super::{MODELS, Space};
use crate::proof::{
    polynomial::Polynomial,
    space::{Reach, WORD, tests::grid},
};

/// Whether every model that lives keeps every fact, with each number in its range.
fn sound(space: &Space) -> bool {
    space.models.living().all(|model| {
        let facts = (0..space.facts.len() as u32).all(|fact| space.keeps_fact(model, fact));
        let atoms = (1..space.atoms.len() as u32).filter(|atom| space.replaced(*atom).is_none());
        let ranges = atoms.map(|atom| (space.range_of(atom), space.models.number(model, atom)));
        facts
            && ranges.into_iter().all(|((low, high), number)| number.is_some_and(|n| (low..=high).contains(&n.into())))
    })
}

fn living(space: &Space) -> usize {
    space.models.living().count()
}

#[test]
fn models_keep_what_is_known_and_refute_what_is_not_so() {
    let (mut space, [m, n, r, c]) = grid();
    assert!(sound(&space));
    assert!(living(&space) > 0);
    let place = r.times(&n).unwrap().plus(&c).unwrap();
    let room = m.times(&n).unwrap().minus(&place).unwrap();
    assert!(!space.refuted(&room.clone().shifted(-1)));
    assert!(!space.refute(&room.clone().shifted(-1)));
    assert!(space.refute(&room.shifted(-2)), "the last place has one cell left");
    assert!(space.refute(&m.minus(&n).unwrap()));
    assert!(sound(&space), "what is found is a model");
}

#[test]
fn a_number_that_breaks_a_fact_is_seen() {
    let (mut space, [m, _, r, _]) = grid();
    let below = m.minus(&r).unwrap().shifted(-1);
    assert!(!space.refuted(&below));
    space.models.set(0, r.single().unwrap(), 1 << 30);
    space.models.forget_end(0);
    assert!(!sound(&space));
    assert!(space.refuted(&below));
}

#[test]
fn a_model_goes_on_where_what_ended_it_is_forgotten() {
    let (mut space, [m, n, r, c]) = grid();
    let before = living(&space);
    let mark = space.mark();
    // Of all that is known nothing is so.
    space.learn(Some(Polynomial::number(-1)));
    assert_eq!(living(&space), 0);
    assert!(!space.refuted(&Polynomial::number(-1)));
    space.restore(mark);
    assert_eq!(living(&space), before);
    let mark = space.mark();
    space.learn(r.minus(&c.scaled(3).unwrap()));
    space.learn(Some(n.minus(&m).unwrap().shifted(-7)));
    assert!(sound(&space));
    assert!(living(&space) > 0);
    space.restore(mark);
    assert!(sound(&space));
}

#[test]
fn what_is_replaced_is_what_replaces_it() {
    let (mut space, [m, _, r, c]) = grid();
    let outer = space.mark();
    for by in [3i128, 16, 1000] {
        let mark = space.mark();
        let (quotient, rest) = (space.atom(WORD, Reach::Lane), space.atom((0, by - 1), Reach::Lane));
        space.suggest(&quotient, |at| at(&r)?.checked_div_euclid(by));
        space.suggest(&rest, |at| at(&r)?.checked_rem_euclid(by));
        let digits = quotient.scaled(by).unwrap().plus(&rest).unwrap();
        assert!(space.replace(r.single().unwrap(), &digits));
        assert!(sound(&space));
        space.learn(Some(quotient.clone().shifted(-1)));
        assert!(sound(&space));
        // The rest changes, and with it the whole.
        assert!(space.refute(&rest.clone().shifted(-by + 1)));
        assert!(sound(&space));
        space.restore(mark);
        assert!(sound(&space), "the facts of the whole again");
        assert!(!space.refuted(&m.minus(&r).unwrap().shifted(-1)));
    }
    assert!(space.replace(r.single().unwrap(), &c));
    assert!(!space.refuted(&m.minus(&c).unwrap().shifted(-1)));
    space.restore(outer);
    assert!(sound(&space));
}

/// What has no number in 64 bits says nothing.
#[test]
fn large_atoms_have_no_number() {
    let mut space = Space::new(1 << 20);
    let large = space.atom((1 << 70, 1 << 71), Reach::Lane);
    assert!(!space.refuted(&large.clone().shifted(-(1 << 72))));
    assert_eq!(space.seen(&large), None);
    let other = space.atom((0, 1 << 62), Reach::Lane);
    let fourth = other.times(&other).unwrap();
    assert!(space.seen(&fourth).is_some(), "products have 128 bits");
    assert_eq!(space.models.living().count(), MODELS);
}

#[test]
fn equal_spaces_have_equal_models() {
    let numbers = || {
        let (mut space, [m, n, ..]) = grid();
        space.refute(&m.minus(&n).unwrap().shifted(-1000));
        space.models.numbers
    };
    assert_eq!(numbers(), numbers());
}
