//! Jobs that run jobs.

use lockstep_module::TrapCause;

use crate::make::{Given, Program, words};

const JOBS: &str = "
kernel add[n](a: in [u32; n], y: inout [u32; n]) each i of y { y[i] += a[i]; }
kernel copy[n](a: in [u32; n], y: out [u32; n]) each i of y { y[i] = a[i] + 1; }
job inner[n](d: u32, x: inout [u32; n]) {
    let t: [u32; n];
    let twice = 100 / d;
    for i in 0..2 { run add(x, t); }
    run copy(t, x);
}
job outer[n](rounds: u32, d: u32, y: inout [u32; n]) {
    let spare: [u32; n];
    for i in 0..rounds { run inner(d, y); swap y, spare; run add(spare, y); }
}
";

#[test]
fn the_temporaries_of_an_inner_job_begin_as_zeros_each_time() {
    let program = Program::new(JOBS);
    let given = |rounds| {
        let scalars = [("rounds", Given::Scalar(rounds)), ("d", Given::Scalar(1))];
        [scalars[0].clone(), scalars[1].clone(), ("y", words([5, 6]))]
    };
    let step = |(y, spare): (u32, u32)| {
        let y = 2 * y + 1;
        (spare + y, y)
    };
    for rounds in 0..5u64 {
        let wanted = [5, 6].map(|y| (0..rounds).fold((y, 0), |state, _| step(state)).0);
        assert_eq!(program.output("outer", &given(rounds)), wanted, "{rounds} rounds");
    }
}

#[test]
fn a_trap_of_an_inner_jobs_own_expression_names_that_job() {
    let program = Program::new(JOBS);
    let given = [("rounds", Given::Scalar(1)), ("d", Given::Scalar(0)), ("y", words([5]))];
    let report = program.trap("outer", &given);
    assert_eq!((report.kernel.as_str(), report.cause), ("inner", TrapCause::DivisionByZero));
    assert_eq!((report.dispatch, report.group, report.lane.len()), (None, None, 0));
}

/// As deep as a source allows: the host must not run out of stack.
#[test]
fn a_long_chain_of_jobs_is_planned() {
    let mut text = String::from("kernel one(y: inout [u32; 1]) each i of y { y[i] += 1; }\n");
    text.push_str("job j0(y: inout [u32; 1]) { run one(y); }\n");
    for i in 1..2000 {
        text.push_str(&format!("job j{i}(y: inout [u32; 1]) {{ run j{}(y); }}\n", i - 1));
    }
    let program = Program::new(&text);
    assert_eq!(program.output("j1999", &[("y", words([41]))]), [42]);
}
