//! Barriers that not all lanes come to, and what never ends.

use crate::make::{Frame, frame, shows};

fn branch(condition: &str, inside: &str, after: &str) -> Frame {
    frame(&format!(
        "%c = {condition}
         OpSelectionMerge %end None
         OpBranchConditional %c %yes %end
         %yes = OpLabel
         {inside}
         OpBranch %end
         %end = OpLabel
         {after}"
    ))
}

const BARRIER: &str = "OpControlBarrier %2 %2 %sync";

#[test]
fn some_lanes_do_not_come() {
    shows(
        "divergent barrier",
        &branch("OpULessThan %bool %l %2", BARRIER, ""),
        &branch("OpULessThan %bool %g %1", BARRIER, ""),
    );
}

#[test]
fn lanes_come_to_different_barriers() {
    shows(
        "divergent barrier",
        &branch("OpULessThan %bool %l %2", BARRIER, BARRIER),
        &branch("OpULessThan %bool %g %1", BARRIER, BARRIER),
    );
}

/// A loop of `trips`, in which what is given runs; it may leave or go on by %next and %out.
pub fn repeated(trips: &str, inside: &str) -> Frame {
    frame(&format!(
        "OpStore %v %0
         OpBranch %head
         %head = OpLabel
         OpLoopMerge %out %next None
         OpBranch %test
         %test = OpLabel
         %k = OpLoad %u32 %v
         %on = OpULessThan %bool %k {trips}
         OpBranchConditional %on %in %out
         %in = OpLabel
         {inside}
         OpBranch %next
         %next = OpLabel
         %before = OpLoad %u32 %v
         %more = OpIAdd %u32 %before %1
         OpStore %v %more
         OpBranch %head
         %out = OpLabel"
    ))
}

/// All lanes make two trips and come to one barrier, in different trips.
#[test]
fn lanes_come_in_different_trips() {
    let inside = |lane: &str| {
        format!(
            "%parity = OpBitwiseAnd %u32 {lane} %1
             %c = OpIEqual %bool %k %parity
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %end
             %yes = OpLabel
             {BARRIER}
             OpBranch %end
             %end = OpLabel"
        )
    };
    shows("divergent barrier", &repeated("%2", &inside("%l")), &repeated("%2", &inside("%g")));
}

#[test]
fn lanes_leave_early() {
    let inside = |lane: &str| {
        format!(
            "{BARRIER}
             %c = OpULessThan %bool %k {lane}
             OpSelectionMerge %end None
             OpBranchConditional %c %end %yes
             %yes = OpLabel
             OpBranch %out
             %end = OpLabel"
        )
    };
    shows("divergent barrier", &repeated("%3", &inside("%l")), &repeated("%3", &inside("%g")));
}

/// Loops that differ from lane to lane are no matter where no barrier is in them.
#[test]
fn loops_without_barriers_may_differ() {
    let mut frame = repeated("%l", "");
    frame.body.push_str(&format!("\n{BARRIER}\nOpStore %yi %l"));
    assert_eq!(frame.found(), [] as [&str; 0]);
}

#[test]
fn a_barrier_is_for_the_group() {
    let body = |scope: &str| frame(&format!("OpControlBarrier {scope} %2 %sync"));
    shows("narrow barrier", &body("%3"), &body("%2"));
}

#[test]
fn what_does_not_end_is_stopped() {
    let right = repeated("%7", "");
    shows(
        "step limit",
        &right.clone().edit("%more = OpIAdd %u32 %before %1", "%more = OpIAdd %u32 %before %0"),
        &right,
    );
    let executed = right.judge().ran.report.executed;
    // 8 lanes: 9 instructions of the frame, 2 before the loop, 7 trips of 9, 4 at its end, and the return.
    assert_eq!(executed, 8 * (9 + 2 + 7 * 9 + 4 + 1));
}
