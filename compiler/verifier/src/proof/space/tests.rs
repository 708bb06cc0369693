use super::*;

/// Extents `m` and `n`, and coordinates below them.
pub(super) fn grid() -> (Space, [Polynomial; 4]) {
    let mut space = Space::new(1 << 20);
    let extent = (0, 1 << 25);
    let m = space.atom(extent, Reach::Dispatch);
    let n = space.atom(extent, Reach::Dispatch);
    let r = space.atom(WORD, Reach::Lane);
    let c = space.atom(WORD, Reach::Lane);
    space.learn(m.minus(&r).map(|sum| sum.shifted(-1)));
    space.learn(n.minus(&c).map(|sum| sum.shifted(-1)));
    (space, [m, n, r, c])
}

#[test]
fn facts_and_replacements_end_with_their_scope() {
    let (mut space, [m, _, r, _]) = grid();
    let mark = space.mark();
    let below = Polynomial::number(8).minus(&r).unwrap();
    space.learn(Polynomial::number(9).minus(&m));
    assert!(space.natural(&below));
    let (q, d) = (space.atom(WORD, Reach::Lane), space.atom((0, 3), Reach::Lane));
    let digits = q.scaled(4).unwrap().plus(&d).unwrap();
    assert!(space.replace(r.single().unwrap(), &digits));
    assert_eq!(space.normal(r.clone()), digits);
    assert!(space.natural(&below), "the facts of what is replaced go along");
    assert!(space.natural(&Polynomial::number(2).minus(&q).unwrap()));
    space.restore(mark);
    assert_eq!(space.normal(r.clone()), r);
    assert!(!space.natural(&below));
    assert!(space.natural(&m.minus(&r).unwrap().shifted(-1)));
}
