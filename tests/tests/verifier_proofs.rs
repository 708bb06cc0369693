//! The proofs of the verifier, each broken on purpose: what the compiler emits is accepted, and with one edit of its tree
//! it is refused for the rule that the edit breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_module::Module;
use lockstep_verifier::{
    profile::{self, Form},
    proof,
    refusal::Rule,
    rules,
    tree::{AtomicOperator, Kernel, Operation, Place, Step, Value, WordOperator},
};

fn compiled(source: &str) -> Module {
    lockstep_compiler::compile_with("main.lks", source, &|_| None).module.expect("the source compiles")
}

/// The rule that the one kernel of a source breaks after an edit. Before, it breaks none.
fn broken(source: &str, edit: impl FnOnce(&mut Kernel)) -> Option<Rule> {
    let module = compiled(source);
    let kernel = &module.kernels[0];
    let form = if kernel.guarded.is_empty() { Form::Guarded } else { Form::Plain };
    let mut tree = profile::read(&kernel.spirv, kernel, form).unwrap_or_else(|refusal| panic!("{refusal}"));
    proof::prove(&tree, kernel, module.profile).unwrap_or_else(|refusal| panic!("{refusal}"));
    edit(&mut tree);
    proof::prove(&tree, kernel, module.profile).err().map(|unproven| unproven.refused().unwrap().rule)
}

/// Replaces steps in every block, from the inside out.
fn steps(block: &mut Vec<Step>, change: &mut dyn FnMut(Step) -> Vec<Step>) {
    let old = std::mem::take(block);
    for mut step in old {
        match &mut step {
            Step::If { then, otherwise, .. } => {
                steps(then, change);
                steps(otherwise, change);
            }
            Step::Loop { body, .. } => steps(body, change),
            _ => {}
        }
        block.extend(change(step));
    }
}

/// The branches without their conditions.
fn without_branches(tree: &mut Kernel) {
    steps(&mut tree.body, &mut |step| match step {
        Step::If { then, .. } => then,
        step => vec![step],
    });
}

fn without(tree: &mut Kernel, gone: impl Fn(&Step) -> bool) {
    steps(&mut tree.body, &mut |step| if gone(&step) { vec![] } else { vec![step] });
}

/// Changes how values are made.
fn values(tree: &mut Kernel, change: impl Fn(Operation) -> Operation) {
    for definition in &mut tree.values {
        definition.operation = change(definition.operation);
    }
}

const GATHER: &str = "kernel k[n, m](p: in [u32; n], x: in [u32; m], y: out [u32; n]) each i of y { y[i] = x[p[i]]; }";
const SHARED: &str = "kernel k[n](x: in [u32; n], y: out [u32; n]) tile (64) of y as t at (o) lanes (64) {
    shared s: [u32; 64];
    phase (i) { s[i] = x[o + i] else 0; }
    phase (i) { t[i] = s[63 - i]; }
}";
const HISTOGRAM: &str = "kernel k[n](x: in [u32; n], h: acc(add) [u32; 256]) each i in n { h[x[i] & 255] += 1; }";
const CLAIM: &str = "kernel k[n](p: in [u32; n], y: claim [u32; n]) each i in n { claim y[p[i]] = i; }";
const ROWS: &str = "kernel k[m, n](x: in [u32; m, n], y: out [u32; m]) each r of y {
    var sum: u32 = 0;
    for c in 0..n { sum += x[r, c]; }
    y[r] = sum;
}";
const PLANE: &str = "kernel k[a, b, c](s: u32, x: in [u32; a, b, c], y: out [u32; a, b, c]) each (i, j, l) of y {
    y[i, j, l] = x[i, s, l] else 0;
}";
const DIVIDE: &str = "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = 100 / x[i]; }";
const SHIFT: &str = "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = 1 << x[i]; }";

#[test]
fn an_index_without_its_select() {
    let found = broken(GATHER, |tree| {
        values(tree, |operation| match operation {
            Operation::Select(_, a, b) => Operation::Select(a.min(b), a, a),
            operation => operation,
        });
    });
    assert_eq!(found, Some(rules::INDEX));
}

#[test]
fn lanes_past_the_grid() {
    assert_eq!(broken(ROWS, without_branches), Some(rules::INDEX));
}

#[test]
fn a_loop_that_goes_one_trip_too_far() {
    let found = broken(ROWS, |tree| {
        // The trips of the columns become the push-constant word of the rows.
        values(tree, |operation| match operation {
            Operation::PushConstant(4) => Operation::PushConstant(3),
            operation => operation,
        });
    });
    assert_eq!(found, Some(rules::INDEX));
}

/// Each coordinate is below its own size: `s < b` guards `x[i, s, l]`, and `s < a` or `s < c` does not.
#[test]
fn a_coordinate_that_is_below_another_size() {
    for other in [4, 6] {
        let found = broken(PLANE, |tree| {
            let extent = |word| {
                let is = |made: &lockstep_verifier::tree::Definition| made.operation == Operation::PushConstant(word);
                Value(tree.values.iter().position(is).unwrap() as u32)
            };
            let (scalar, own, other) = (extent(3), extent(5), extent(other));
            values(tree, |operation| match operation {
                Operation::Compare(comparison, a, b) if (a, b) == (scalar, own) => {
                    Operation::Compare(comparison, a, other)
                }
                operation => operation,
            });
        });
        assert_eq!(found, Some(rules::INDEX));
    }
}

#[test]
fn a_division_by_what_can_be_zero() {
    let found = broken(DIVIDE, |tree| {
        let selects: Vec<(Value, Value)> = (0..)
            .zip(&tree.values)
            .filter_map(|(number, made)| match made.operation {
                Operation::Select(_, _, other) => Some((Value(number), other)),
                _ => None,
            })
            .collect();
        values(tree, |operation| match operation {
            Operation::Word(WordOperator::Divide, a, by) => {
                let plain = selects.iter().find(|(select, _)| *select == by).map_or(by, |(_, other)| *other);
                Operation::Word(WordOperator::Divide, a, plain)
            }
            operation => operation,
        });
    });
    assert_eq!(found, Some(rules::DIVISOR));
}

#[test]
fn a_count_that_is_not_masked() {
    let found = broken(SHIFT, |tree| {
        let masked: Vec<(Value, Value)> = (0..)
            .zip(&tree.values)
            .filter_map(|(number, made)| match made.operation {
                Operation::Word(WordOperator::And, a, _) => Some((Value(number), a)),
                _ => None,
            })
            .collect();
        values(tree, |operation| match operation {
            Operation::Word(WordOperator::ShiftLeft, a, by) => {
                let plain = masked.iter().find(|(value, _)| *value == by).map_or(by, |(_, plain)| *plain);
                Operation::Word(WordOperator::ShiftLeft, a, plain)
            }
            operation => operation,
        });
    });
    assert_eq!(found, Some(rules::COUNT));
}

#[test]
fn a_barrier_that_is_missing() {
    let found = broken(SHARED, |tree| without(tree, |step| matches!(step, Step::Barrier { .. })));
    assert_eq!(found, Some(rules::OWN));
}

#[test]
fn a_barrier_in_a_branch_of_some_lanes() {
    let found = broken(SHARED, |tree| {
        let mut barrier = None;
        steps(&mut tree.body, &mut |step| match step {
            Step::Barrier { .. } => {
                barrier = Some(step);
                vec![]
            }
            Step::If { condition, mut then, otherwise, site } => {
                then.extend(barrier.take());
                vec![Step::If { condition, then, otherwise, site }]
            }
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::DIVERGENT_BARRIER));
}

#[test]
fn a_shared_array_that_nobody_writes() {
    let found = broken(SHARED, |tree| {
        without(tree, |step| matches!(step, Step::Store { place: Place::Shared(..), .. }));
    });
    assert_eq!(found, Some(rules::UNWRITTEN));
}

#[test]
fn a_variable_that_is_not_set_first() {
    let found = broken(ROWS, |tree| {
        let mut first = true;
        without_first_store(tree, &mut first);
    });
    assert_eq!(found, Some(rules::UNSET));
}

fn without_first_store(tree: &mut Kernel, first: &mut bool) {
    // The sum is set to zero before its loop; only that store is of a constant word.
    let constants: Vec<bool> =
        tree.values.iter().map(|made| matches!(made.operation, Operation::Constant(0))).collect();
    steps(&mut tree.body, &mut |step| match step {
        Step::Store { place: Place::Variable(_), value, .. } if constants[value.0 as usize] && *first => vec![],
        step => vec![step],
    });
}

#[test]
fn another_operator_than_the_interface_names() {
    let found = broken(HISTOGRAM, |tree| {
        steps(&mut tree.body, &mut |step| match step {
            Step::Atomic { place, value, old, site, .. } => {
                vec![Step::Atomic { operator: AtomicOperator::Xor, place, value, old, site }]
            }
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::DISCIPLINE));
}

#[test]
fn a_claim_without_its_bit() {
    let found = broken(CLAIM, without_branches);
    assert_eq!(found, Some(rules::INDEX), "without the guard the cell may not be there");
    let found = broken(CLAIM, |tree| {
        steps(&mut tree.body, &mut |step| match step {
            // The branch that looks at the bit is the one with two sides.
            Step::If { then, otherwise, .. } if !otherwise.is_empty() => then,
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::DISCIPLINE));
}

#[test]
fn a_cell_that_is_claimed_twice_and_not_noted() {
    let found = broken(CLAIM, |tree| {
        steps(&mut tree.body, &mut |step| match step {
            Step::If { condition, then, otherwise, site } if !otherwise.is_empty() => {
                vec![Step::If { condition, then, otherwise: vec![], site }]
            }
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::CLAIM));
}

#[test]
fn what_an_atomic_operation_found_is_stored() {
    let found = broken(CLAIM, |tree| {
        let mut old = None;
        steps(&mut tree.body, &mut |step| {
            if let Step::Atomic { old: found, .. } = &step {
                old = old.or(Some(*found));
            }
            vec![step]
        });
        let old = old.expect("there is a claim");
        steps(&mut tree.body, &mut |step| match step {
            Step::Store { place: place @ Place::Buffer(..), site, .. } => vec![Step::Store { place, value: old, site }],
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::OLD_VALUE));
}

#[test]
fn two_lanes_that_write_one_cell() {
    let found = broken(ROWS, |tree| {
        let zero = tree.values.iter().position(|made| matches!(made.operation, Operation::Constant(0))).unwrap();
        steps(&mut tree.body, &mut |step| match step {
            Step::Store { place: Place::Buffer(binding, _), value, site } => {
                vec![Step::Store { place: Place::Buffer(binding, Value(zero as u32)), value, site }]
            }
            step => vec![step],
        });
    });
    assert_eq!(found, Some(rules::OWN));
}

#[test]
fn a_forged_number_of_shared_bytes() {
    let module = compiled(SHARED);
    let mut kernel = module.kernels[0].clone();
    let tree = profile::read(&kernel.spirv, &kernel, Form::Guarded).unwrap();
    kernel.shared_bytes = 128;
    let refusal = proof::prove(&tree, &kernel, module.profile).unwrap_err();
    assert_eq!(refusal.refused().unwrap().rule, rules::SHARED_BYTES);
}

/// A proof is short: of too many places of one array no two are compared.
#[test]
fn more_places_than_are_compared() {
    let proven = |stores: u32| {
        let stores: String = (0..stores).map(|place| format!("y[i, {place}] = {place}; ")).collect();
        let module = compiled(&format!("kernel k[n](y: out [u32; n, 4096]) each i in n {{ {stores} }}"));
        let kernel = &module.kernels[0];
        let tree = profile::read(&kernel.spirv, kernel, Form::Guarded).unwrap_or_else(|refusal| panic!("{refusal}"));
        proof::prove(&tree, kernel, module.profile).map(|_| ()).map_err(|unproven| unproven.refused().unwrap().rule)
    };
    assert_eq!(proven(40), Ok(()));
    assert_eq!(proven(2100), Err(rules::TOO_LONG));
}

/// Conditions that are made of themselves would take 2^23 steps for each word that is chosen by one. The steps are
/// counted, so the refusal is the same each time.
#[test]
fn a_proof_that_takes_too_many_steps() {
    let module = compiled(
        "kernel k[n, m](p: in [u32; n], x: in [u32; m], y: out [u32; n]) each i in n { y[i] = x[p[i]] else 0; }",
    );
    let kernel = &module.kernels[0];
    let proven = |depth: u32, choices: u32| {
        let words = conditions(&kernel.spirv, depth, choices);
        let tree = profile::read(&words, kernel, Form::Guarded).unwrap_or_else(|refusal| panic!("{refusal}"));
        proof::prove(&tree, kernel, module.profile).map(|proof| proof.steps)
    };
    assert!(proven(3, 2).is_ok());
    let refusal = proven(23, 8).unwrap_err();
    assert_eq!(refusal.clone().refused().unwrap().rule, rules::TOO_LONG);
    assert_eq!(proven(23, 8).unwrap_err(), refusal);
    assert_eq!(proven(3, 2), proven(3, 2));
}

/// A kernel with more instructions before its first comparison: the comparison, a conjunction with itself so many times,
/// and loads from places that it chooses.
fn conditions(words: &[u32], depth: u32, choices: u32) -> Vec<u32> {
    let instructions = || {
        let mut at = 5;
        std::iter::from_fn(move || {
            let length = (*words.get(at)? >> 16) as usize;
            at += length;
            Some((at - length, &words[at - length..at]))
        })
    };
    let find = |opcode: u32| instructions().find(|(_, words)| words[0] & 0xffff == opcode).unwrap();
    let (at, less) = find(176);
    let [_, truth, _, index, extent] = less else { panic!("a comparison has two operands") };
    let word = find(21).1[1];
    let chain = instructions().map(|(_, words)| words).find(|words| words[0] == 6 << 16 | 65).unwrap();
    let (pointer, array, zero) = (chain[1], chain[3], chain[4]);
    let (mut body, mut bound) = (Vec::new(), words[3]);
    let mut add = |opcode: u32, ty: u32, operands: &[u32]| {
        bound += 1;
        body.extend([(3 + operands.len() as u32) << 16 | opcode, ty, bound - 1]);
        body.extend(operands);
        bound - 1
    };
    let mut condition = add(176, *truth, &[*index, *extent]);
    for _ in 0..depth {
        condition = add(167, *truth, &[condition, condition]);
    }
    for _ in 0..choices {
        let place = add(169, word, &[condition, *index, zero]);
        let cell = add(65, pointer, &[array, zero, place]);
        add(61, word, &[cell]);
    }
    let mut all = words.to_vec();
    all.splice(at..at, body);
    all[3] = bound;
    all
}
