//! The proof of cost, broken on purpose: what the compiler claims is accepted, and with a bound that is forged it is
//! refused for the rule that the forgery breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_module::{Cost, Module, Operation, Term};
use lockstep_numbers::{Binary, ScalarType};
use lockstep_verifier::{
    proof::{Proof, cost::FACTOR},
    refusal::Rule,
    rules,
    tree::Site,
    verify,
};

fn compiled(source: &str) -> Module {
    lockstep_compiler::compile_with("main.lks", source, &|_| None).module.expect("the source compiles")
}

fn proven(module: &Module) -> Result<Proof, Rule> {
    verify(module)
        .map(|verified| verified.kernels()[0].plain.clone())
        .map_err(|unproven| unproven.refused().unwrap().refusal.rule)
}

/// The rule that the one kernel of a source breaks with another bound. With its own it breaks none.
fn forged(source: &str, forge: impl FnOnce(&mut Cost)) -> Option<Rule> {
    let mut module = compiled(source);
    verify(&module).unwrap_or_else(|refused| panic!("{refused}"));
    let before = module.kernels[0].cost.clone();
    forge(&mut module.kernels[0].cost);
    assert_ne!(module.kernels[0].cost, before, "nothing is forged");
    proven(&module).err()
}

/// Changes the loops of a bound.
fn repeats(cost: &mut Cost, change: impl Fn(&mut Term)) {
    cost.terms.iter_mut().filter(|term| matches!(term, Term::Repeat { .. })).for_each(change);
}

const ROWS: &str = "kernel k[m, n](x: in [u32; n], y: out [u32; m]) each i of y {
    var sum: u32 = 0;
    for j in 0..n step 2 { sum += j * 3; }
    y[i] = sum;
}";

#[test]
fn a_weight_is_no_less_than_an_eighth_of_the_work() {
    let scale = |by: u64| {
        move |cost: &mut Cost| {
            for term in &mut cost.terms {
                if let Term::Weight(weight) = term {
                    *weight /= by;
                }
            }
        }
    };
    assert_eq!(forged(ROWS, scale(2)), None);
    assert_eq!(forged(ROWS, scale(1 << 20)), Some(rules::WORK));
    assert_eq!(forged(ROWS, |cost| cost.terms.clear()), Some(rules::UNPAID_LOOP));
}

#[test]
fn a_loop_of_the_bound_runs_as_often() {
    assert_eq!(
        forged(ROWS, |cost| repeats(cost, |term| {
            if let Term::Repeat { by, .. } = term {
                *by = 3;
            }
        })),
        Some(rules::UNPAID_LOOP)
    );
    let slot = |slot| {
        move |term: &mut Term| {
            if let Term::Repeat { to, .. } = term {
                *to = vec![Operation::Slot(slot)];
            }
        }
    };
    assert_eq!(forged(ROWS, |cost| repeats(cost, slot(0))), Some(rules::UNPAID_LOOP));
    // A slot that nothing has set can be anything, so a bound with it is the greatest there is.
    assert_eq!(forged(ROWS, |cost| repeats(cost, slot(2))), Some(rules::UNPAID_LOOP));
    let most = |term: &mut Term| {
        if let Term::Repeat { max, .. } = term {
            *max = Some(vec![Operation::Constant(1)]);
        }
    };
    assert_eq!(forged(ROWS, |cost| repeats(cost, most)), Some(rules::UNPAID_LOOP));
    assert_eq!(forged(ROWS, |cost| repeats(cost, |term| *term = Term::Choose)), Some(rules::UNPAID_LOOP));
    // What runs more often pays as well.
    let more = |term: &mut Term| {
        if let Term::Repeat { to, .. } = term {
            to.extend([Operation::Constant(5), Operation::Binary(Binary::Add, ScalarType::U32)]);
        }
    };
    assert_eq!(forged(ROWS, |cost| repeats(cost, more)), None);
}

const NEST: &str = "kernel k[m, n](x: in [u32; n], y: out [u32; m]) each i of y {
    var sum: u32 = 0;
    for a in 0..n { for b in a..n { if b != i { sum += a * b; } } }
    y[i] = sum;
}";

#[test]
fn a_nest_is_no_sequence() {
    // The inner loop after the outer one.
    let apart = |cost: &mut Cost| {
        let inner = cost.terms.iter().rposition(|term| matches!(term, Term::Repeat { .. })).unwrap();
        let end = cost.terms.iter().position(|term| *term == Term::End).unwrap();
        let inner: Vec<Term> = cost.terms.drain(inner..=end).collect();
        cost.terms.extend(inner);
    };
    assert_eq!(forged(NEST, apart), Some(rules::WORK));
}

#[test]
fn a_counter_of_the_bound_is_that_of_the_kernel() {
    // From the end of the outer loop on, where nothing is left.
    let late = |cost: &mut Cost| {
        let last = cost.terms.iter_mut().rfind(|term| matches!(term, Term::Repeat { .. }));
        if let Some(Term::Repeat { from, .. }) = last {
            *from = vec![Operation::Slot(1)];
        }
    };
    // The other loop of the bound runs as often, but it pays for a nest of its own then.
    assert_eq!(forged(NEST, late), Some(rules::WORK));
}

#[test]
fn every_way_is_paid_for() {
    let source = "kernel k[m, n](p: u32, x: in [u32; n], y: out [u32; m]) each i of y {
        var sum: u32 = 0;
        if p > i { for a in 0..n { sum += a; } } else { for a in 0..m { sum += a ^ 5; } }
        y[i] = sum;
    }";
    let drop_way = |which: usize| {
        move |cost: &mut Cost| {
            let loops = cost.terms.iter_mut().filter(|term| matches!(term, Term::Repeat { .. }));
            if let Some(Term::Repeat { to, .. }) = loops.into_iter().nth(which) {
                *to = vec![Operation::Constant(1)];
            }
        }
    };
    assert_eq!(forged(source, drop_way(0)), Some(rules::UNPAID_LOOP));
    assert_eq!(forged(source, drop_way(1)), Some(rules::UNPAID_LOOP));
    // One alternative after the other costs more than the dearer of them.
    let both = |cost: &mut Cost| {
        cost.terms.retain(|term| !matches!(term, Term::Choose | Term::Or));
        cost.terms.pop();
    };
    assert_eq!(forged(source, both), None);
}

/// Loops as kernels have them, each with the formulas that the compiler makes of their ends.
#[test]
fn the_bounds_of_the_compiler_pay_for_its_loops() {
    let each = |body: &str| {
        format!(
            "kernel k[m, n](p: u32, q: i32, t: bool, w: u64, v: i64, x: in [u32; m, n], y: out [u32; m]) each i of y {{
                var sum: u32 = 0;
                {body}
                y[i] = sum;
            }}"
        )
    };
    for body in [
        "for a in 0..n { sum += a; }",
        "for a in 3..n step 7 { sum += a; }",
        "for a in q..5 { sum += u32(a); }",
        "for a in 0..n / p { sum += a; }",
        "for a in 0..ceil_div(n, 16) { sum += a; }",
        "for a in 0..min(n, 40) { for b in a..min(n, 40) { sum += b; } }",
        "for a in 0..max(n, p) { sum += a; }",
        "for a in 0..x[i, 0] max 9 { sum += a; }",
        "for a in 2..x[i, 0] max p { for b in 0..a { sum += b; } }",
        "for a in p..x[i, 0] step 3 max n { sum += a; }",
        "for a in 0..n + p { sum += a; }",
        "for a in 0..4 { for b in a..n { if b == 7 { break; } sum += b; } }",
        "for a in 0..n { for b in a..n step 3 { sum += b; } }",
        "for a in 0..n >> 3 { for b in 0..n & 31 { sum += a ^ b; } }",
        // What wraps is chosen of.
        "for a in 0..min(n * 4400, 65535) { sum += a; }",
        "for a in 3..max(n * p, 7) step 5 { sum += a; }",
        "for a in 0..min(max(n * 4400, 3), min(n + p, m)) { sum += a; }",
        "let h = n * 4400; let e = min(h / 2, 65535) + 3; for a in 0..e { sum += a; } for a in 0..e / 3 { sum ^= a; }",
        "for a in 0..x[i, 0] max min(n * 4400, 65535) { sum += a; }",
        "for a in 0..ceil_div(ceil_div(n * p, 16), 16) { sum += a; }",
        "for a in max(p, 2) - 2..min(p + 3, n) { sum += a; }",
        "for a in 0..n >> p { for b in 0..1 << (a & 15) { sum += b; } }",
        "for a in 0..u32(p > 3 && n < 9) * n + u32(t) { sum += a; }",
        "for a in 0..mul_high(n, 3435973837) >> 2 { sum += a; }",
        // Signed words.
        "for a in min(q * 3, 8)..max(q * 5, 100) { sum += u32(a); }",
        "for a in q >> 1..abs(q) { sum += u32(a); }",
        "for a in q % 10..q / 3 { sum += u32(a); }",
        "for a in i32(p)..q / i32(p) step 2 { sum += u32(a); }",
        "for a in -10..min(max(q * 7, -9), mul_high(q, q)) { sum += u32(a); }",
        // Two words.
        "for a in 0..u32(min(u64(n) * 70000, 65535)) { sum += a; }",
        "for a in 0..u32(min(w * 3, u64(n))) { sum += a; }",
        "for a in 0..u32(w >> 40) { for b in a..u32(w << 3 >> 60) { sum += a; } }",
        "for a in 0..u32(w >> p) & 255 { sum += a; }",
        "for a in 0..u32(w <= u64(p) && v != 3) * n { sum += a; }",
        "for a in i32(-abs(v))..i32(min(v - i64(q), 7)) { sum += u32(a); }",
        "for a in 0..u32((!w ^ u64(n) | 5) >> 50) { sum += a; }",
    ] {
        let module = compiled(&each(body));
        let proof = verify(&module).unwrap_or_else(|refused| panic!("{body}: {refused}"));
        assert!(proof.kernels()[0].plain.cost.factor <= 1000 * FACTOR, "{body}");
    }
}

/// The formulas above with another number or operator in the bound: what the kernel does is no longer paid for.
#[test]
fn another_word_does_not_pay() {
    let body = |end: &str| {
        format!(
            "kernel k[m, n](p: u32, q: i32, w: u64, x: in [u32; m, n], y: out [u32; m]) each i of y {{
                var sum: u32 = 0;
                for a in 0..{end} {{ sum += u32(a); }}
                y[i] = sum;
            }}"
        )
    };
    for (end, other) in [
        ("min(n * 4400, 65535)", "min(n * 4399, 65535)"),
        ("min(n * 4400, 65535)", "min(n * 4400, 65534)"),
        ("max(n * 4400, 65535)", "min(n * 4400, 65535)"),
        ("min(n * p / 3, 65535)", "min(n * p / 4, 65535)"),
        ("n >> p", "n >> (p + 1)"),
        ("u32(p > 3) * n", "u32(p < 3) * n"),
        ("abs(q)", "-q"),
        ("min(q, 100)", "min(q * 2, 100)"),
        ("i32(min(p, 100))", "min(i32(p), 100)"),
        ("q >> 1", "q >> 2"),
        ("q / 3", "q / 4"),
        ("u32(min(u64(n) * 70000, 65535))", "min(n * 70000, 65535)"),
        ("u32(w >> 40)", "u32(w >> 41)"),
        ("u32(min(w, 1000))", "min(u32(w), 1000)"),
    ] {
        let [mut module, cheap] = [end, other].map(|end| compiled(&body(end)));
        verify(&module).unwrap_or_else(|refused| panic!("{end}: {refused}"));
        module.kernels[0].cost = cheap.kernels[0].cost.clone();
        assert_eq!(proven(&module).err(), Some(rules::UNPAID_LOOP), "{end} for {other}");
    }
}

#[test]
fn each_loop_says_what_pays_for_it() {
    let module = compiled(ROWS);
    let proof = proven(&module).unwrap();
    let Site(site) = proof.loops[0].site;
    let reasons = proof.explain(Site(site));
    assert!(reasons[0].ends_with("paid for by loop t0 of the bound, which runs n in steps of 2"), "{reasons:?}");
    assert!(proof.to_string().contains("times its bound, and 64 that are free"), "{proof}");
}
