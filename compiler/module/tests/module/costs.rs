//! Costs: the bound over scalars and extents, and how a person reads it.

use lockstep_module::{Access, Cost, Operation, Signature, Term};
use lockstep_numbers::{Binary, ScalarType};

use crate::make::{N, array, constant, named, scalar, slot};

const END: Term = Term::End;

fn times(slot: u32, from: Vec<Operation>, to: Vec<Operation>, by: u32) -> Term {
    Term::Repeat { slot, signed: false, from, to, by, max: None }
}

fn binary(op: Binary, left: Vec<Operation>, right: Vec<Operation>) -> Vec<Operation> {
    [left, right, vec![Operation::Binary(op, ScalarType::U32)]].concat()
}

/// `f[n, k](a: u32, x: in [f32; n])`: slot 0 is `a`, 1 is `n`, 2 is `k`, counters follow.
fn signature() -> Signature {
    named("f", &["n", "k"], vec![scalar("a", ScalarType::U32), array("x", Access::In, &[N])])
}

fn cost(terms: Vec<Term>) -> Cost {
    Cost { slots: 8, terms }
}

fn bound(terms: &[Term], a: u64, n: u32, k: u32) -> u64 {
    cost(terms.to_vec()).evaluate(&[a], &[n, k])
}

fn formula(terms: &[Term]) -> String {
    let formula = cost(terms.to_vec()).formula(&signature());
    formula.strip_prefix("4096 + groups × 64").map(String::from).expect("every dispatch costs that")
}

#[test]
fn weights_add_up() {
    let terms = [Term::Weight(3), Term::Weight(4)];
    assert_eq!(bound(&terms, 0, 0, 0), 7);
    assert_eq!(formula(&terms), " + lanes × 7");
    assert_eq!((bound(&[], 0, 0, 0), formula(&[])), (0, String::new()));
}

#[test]
fn a_loop_costs_its_trips() {
    let tiles = binary(Binary::CeilingDivide, slot(2), constant(16));
    let inner = [times(4, constant(0), constant(16), 1), Term::Weight(5), END];
    let body = [vec![Term::Weight(12), times(3, constant(0), tiles, 1), Term::Weight(2)], inner.to_vec(), vec![END]];
    let terms = body.concat();
    assert_eq!(bound(&terms, 0, 0, 33), 12 + 3 * 82);
    assert_eq!(bound(&terms, 0, 0, 0), 12);
    assert_eq!(formula(&terms), " + lanes × (12 + ceil_div(k, 16) × 82)");
}

#[test]
fn steps_and_other_beginnings() {
    let by_four = [times(3, constant(0), slot(1), 4), Term::Weight(1), END];
    assert_eq!([0, 1, 4, 5].map(|n| bound(&by_four, 0, n, 0)), [0, 1, 1, 2]);
    assert_eq!(formula(&by_four), " + lanes × ceil_div(n, 4)");
    let from_one = [times(3, constant(1), slot(1), 1), Term::Weight(3), END];
    assert_eq!([0, 1, 2, 5].map(|n| bound(&from_one, 0, n, 0)), [0, 0, 3, 12]);
    assert_eq!(formula(&from_one), " + lanes × max(n - 1, 0) × 3");
    let signed = |from: i32, to: i32| {
        let bits = |number: i32| constant(number.cast_unsigned().into());
        let (from, to) = (bits(from), bits(to));
        [Term::Repeat { slot: 3, signed: true, from, to, by: 1, max: None }, Term::Weight(1), END]
    };
    assert_eq!(bound(&signed(-3, 4), 0, 0, 0), 7);
    assert_eq!(bound(&signed(4, -3), 0, 0, 0), 0);
}

#[test]
fn an_inner_loop_is_bounded_over_the_outer_counter() {
    let inner = |to| [times(4, constant(0), to, 1), Term::Weight(1), END].to_vec();
    let outer = |to| [vec![times(3, constant(0), slot(1), 1)], inner(to), vec![END]].concat();
    let triangle = outer(slot(3));
    assert_eq!(bound(&triangle, 0, 10, 0), 10 * 9);
    assert_eq!(formula(&triangle), " + lanes × n × i, for the dearest i in 0..n");
    let falling = outer(binary(Binary::Subtract, slot(1), slot(3)));
    assert_eq!(bound(&falling, 0, 10, 0), 10 * 10, "n - i is largest where i is least");
    let wrapping = outer(binary(Binary::Subtract, slot(3), constant(1)));
    assert_eq!(bound(&wrapping, 0, 10, 0), 10 * u64::from(u32::MAX), "what could wrap is every number");
}

#[test]
fn a_stated_maximum_is_the_bound() {
    let any = |bits| vec![Operation::Constant(bits)];
    let max = Some(binary(Binary::Multiply, slot(0), constant(2)));
    let repeat = Term::Repeat { slot: 3, signed: false, from: any(0), to: any(u32::MAX.into()), by: 1, max };
    let terms = [repeat, Term::Weight(5), END];
    assert_eq!(bound(&terms, 8, 0, 0), 80);
    assert_eq!(formula(&terms), " + lanes × a × 2 × 5");
}

#[test]
fn the_dearest_arm_counts() {
    let arm = |weight| vec![times(3, constant(0), slot(1), 1), Term::Weight(weight), END];
    let terms =
        [vec![Term::Weight(1), Term::Choose, Term::Weight(7), Term::Or], arm(2), vec![Term::Or, Term::Weight(4), END]]
            .concat();
    assert_eq!(bound(&terms, 0, 3, 0), 1 + 7);
    assert_eq!(bound(&terms, 0, 10, 0), 1 + 20);
    assert_eq!(formula(&terms), " + lanes × (1 + max(7, n × 2))");
}

#[test]
fn costs_saturate_and_take_no_time() {
    let mut terms = Vec::new();
    for slot in 3..8 {
        terms.push(times(slot, constant(0), constant(u32::MAX.into()), 1));
    }
    terms.push(Term::Weight(1));
    terms.extend(vec![END; 5]);
    assert_eq!(bound(&terms, 0, 0, 0), u64::MAX);
}

#[test]
fn a_formula_keeps_its_brackets() {
    let half = binary(Binary::Divide, binary(Binary::Add, slot(1), slot(2)), constant(2));
    let sum = binary(Binary::Subtract, slot(0), binary(Binary::Subtract, slot(1), slot(2)));
    let of = |to| formula(&[times(3, constant(0), to, 1), Term::Weight(2), END]);
    assert_eq!(of(half), " + lanes × ((n + k) / 2) × 2");
    assert_eq!(of(sum), " + lanes × (a - (n - k)) × 2");
    let minimum = binary(Binary::Minimum, slot(1), constant(8));
    assert_eq!(of(minimum), " + lanes × min(n, 8) × 2");
}
