//! The detector of races on programs that the compiler would refuse: each is a good program with one thing changed.

use lockstep_compiler::program::{Access, Block, Expression, ExpressionKind, GroupStatement, Statement};
use lockstep_interpreter::run_checked;

use crate::make::{Given, Program, words};

/// The statements of a phase.
fn phase(program: &mut Program, number: usize) -> &mut Block {
    let phases = program.program.kernels[0].body.iter_mut().filter_map(|statement| match statement {
        GroupStatement::Phase(phase) => Some(&mut phase.body),
        _ => None,
    });
    phases.into_iter().nth(number).unwrap()
}

fn store(program: &mut Program, number: usize) -> (&mut Access, &mut Expression) {
    let store = phase(program, number).statements.iter_mut().find_map(|statement| match statement {
        Statement::Store { access, value } => Some((access, value)),
        _ => None,
    });
    store.unwrap()
}

fn race(program: &Program, given: &[(&str, Given)]) -> Option<String> {
    run_checked(program.source(), "k", program.bind("k", given)).unwrap().1
}

/// What was an index is now 0.
fn to_zero(index: &mut Expression) {
    index.kind = ExpressionKind::Literal(0);
}

#[test]
fn two_lanes_that_write_one_cell_are_named() {
    let mut program = Program::new("kernel k[n](y: out [u32; n]) each i of y { y[i] = i; }");
    assert_eq!(race(&program, &[("n", Given::Extent(3))]), None);
    to_zero(&mut store(&mut program, 0).0.indices[0]);
    let found = race(&program, &[("n", Given::Extent(3))]).unwrap();
    assert!(
        found.starts_with("cell 0 of `y`: written by lane 0 of group 0, and written by lane 1 of group 0"),
        "{found}"
    );
}

#[test]
fn a_cell_that_another_group_reads_is_found() {
    let mut program = Program::new("kernel k[n](y: inout [u32; n]) each i of y { y[i] = y[i] + 1; }");
    let given = [("y", words([0; 300]))];
    assert_eq!(race(&program, &given), None);
    let (_, value) = store(&mut program, 0);
    let ExpressionKind::Binary { left, .. } = &mut value.kind else { panic!("not a sum") };
    let ExpressionKind::Load { access, .. } = &mut left.kind else { panic!("not a read") };
    to_zero(&mut access.indices[0]);
    assert!(race(&program, &given).unwrap().contains("cell 0 of `y`"));
}

const SHARED: &str = "kernel k[n](y: out [u32; n]) tile (4) of y as t at (first) lanes (4) {
    shared s: [u32; 4];
    phase (i) { s[i] = i; }
    phase (i) { t[i] = s[3 - i]; }
}";

#[test]
fn what_a_barrier_parts_is_no_race_and_without_it_is_one() {
    let mut program = Program::new(SHARED);
    let given = [("n", Given::Extent(8))];
    assert_eq!(race(&program, &given), None);
    let second = std::mem::take(phase(&mut program, 1));
    phase(&mut program, 0).statements.extend(second.statements);
    // Both phases had a coordinate `i`; that of the first is set.
    let coordinates: Vec<_> = program.program.kernels[0].phases().iter().map(|phase| phase.coordinates[0]).collect();
    for statement in &mut phase(&mut program, 0).statements {
        let mut rename = |expression: &mut Expression| replace(expression, coordinates[1], coordinates[0]);
        if let Statement::Store { access, value } = statement {
            access.indices.iter_mut().for_each(&mut rename);
            rename(value);
        }
    }
    assert!(race(&program, &given).unwrap().contains("of `s`"));
}

fn replace(
    expression: &mut Expression,
    from: lockstep_compiler::program::LocalId,
    to: lockstep_compiler::program::LocalId,
) {
    match &mut expression.kind {
        ExpressionKind::Local(local) if *local == from => *local = to,
        ExpressionKind::Load { access, .. } => {
            access.indices.iter_mut().for_each(|index| replace(index, from, to));
        }
        ExpressionKind::Binary { left, right, .. } => {
            replace(left, from, to);
            replace(right, from, to);
        }
        _ => {}
    }
}

#[test]
fn a_tile_that_is_written_twice_is_found_by_its_cell_in_the_array() {
    let mut program = Program::new(SHARED);
    to_zero(&mut store(&mut program, 1).0.indices[0]);
    let found = race(&program, &[("n", Given::Extent(8))]).unwrap();
    assert!(found.starts_with("cell 0 of `y`: written by lane 0"), "{found}");
}
