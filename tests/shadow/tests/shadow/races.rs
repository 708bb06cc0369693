//! Lanes that touch one cell without order.

use lockstep_module::{Access, Combine};

use crate::make::{Frame, frame, shows};

/// A store by all lanes, a barrier or none, and a load of a neighbour's cell.
fn exchange(barrier: &str, operand: &str) -> Frame {
    frame(&format!(
        "OpStore %sl %l {operand}
         {barrier}
         %other = OpBitwiseXor %u32 %l %1
         %at = OpAccessChain %p_wg %s %other
         %w = OpLoad %u32 %at {operand}
         OpStore %yi %w"
    ))
}

const BARRIER: &str = "OpControlBarrier %2 %2 %sync";

#[test]
fn a_read_of_what_another_lane_writes() {
    let right = exchange(BARRIER, "NonPrivatePointer");
    shows("race", &exchange("", "NonPrivatePointer"), &right);
    assert_eq!(right.y(), [1, 0, 3, 2, 1, 0, 3, 2]);
}

#[test]
fn a_barrier_that_does_not_order_the_memory() {
    let right = exchange(BARRIER, "NonPrivatePointer");
    // Without the memory, without making available, for storage buffers alone, for the invocation alone.
    for (from, to) in [
        ("%sync = OpConstant %u32 24840", "%sync = OpConstant %u32 24584"),
        ("%sync = OpConstant %u32 24840", "%sync = OpConstant %u32 264"),
        ("%sync = OpConstant %u32 24840", "%sync = OpConstant %u32 24648"),
        ("OpControlBarrier %2 %2 %sync", "OpControlBarrier %2 %4 %sync"),
    ] {
        shows("race", &right.clone().edit(from, to), &right);
    }
}

#[test]
fn what_crosses_a_barrier_is_not_private() {
    shows("private exchange", &exchange(BARRIER, ""), &exchange(BARRIER, "NonPrivatePointer"));
}

#[test]
fn two_lanes_write_one_cell() {
    let body = |index: &str| frame(&format!("%at = OpAccessChain %p_wg %s {index}\nOpStore %at %l"));
    shows("race", &body("%1"), &body("%l"));
    let halves = "%h = OpShiftRightLogical %u32 %i %1\n%at = OpAccessChain %p_buf %y %0 %h\nOpStore %at %l";
    shows("race", &frame(halves), &frame("OpStore %yi %l"));
}

#[test]
fn groups_write_one_cell() {
    let body = |index: &str| frame(&format!("%at = OpAccessChain %p_buf %y %0 {index}\nOpStore %at %g"));
    shows("race of groups", &body("%l"), &body("%i"));
}

/// No barrier orders groups.
#[test]
fn a_group_reads_what_another_writes() {
    let body = |index: &str| {
        frame(&format!(
            "OpStore %yi %i NonPrivatePointer
             OpControlBarrier %2 %2 %sync_all
             %other = OpBitwiseXor %u32 %i {index}
             %at = OpAccessChain %p_buf %y %0 %other
             %w = OpLoad %u32 %at NonPrivatePointer
             OpControlBarrier %2 %2 %sync_all
             OpStore %yi %w NonPrivatePointer"
        ))
    };
    shows("race of groups", &body("%4"), &body("%1"));
    assert_eq!(body("%1").y(), [1, 0, 3, 2, 5, 4, 7, 6]);
    let group_only = body("%1").edit("%sync_all = OpConstant %u32 24904", "%sync_all = OpConstant %u32 24840");
    shows("race", &group_only, &body("%1"));
}

#[test]
fn plain_and_atomic_touches_clash() {
    let body = |index: &str| {
        frame(&format!(
            "OpStore %sl %0
             OpControlBarrier %2 %2 %sync
             %other = OpBitwiseXor %u32 %l {index}
             %at = OpAccessChain %p_wg %s %other
             %old = OpAtomicIAdd %u32 %at %2 %0 %1
             %w = OpLoad %u32 %sl NonPrivatePointer
             OpStore %yi %w"
        ))
        .edit("OpStore %sl %0", "OpStore %sl %0 NonPrivatePointer")
    };
    shows("race", &body("%1"), &body("%0"));
}

#[test]
fn operators_are_not_mixed() {
    let body = |operator: &str| {
        frame(&format!(
            "%at = OpAccessChain %p_buf %y %0 %1
             %c = OpULessThan %bool %l %2
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %no
             %yes = OpLabel
             %one_old = OpAtomicIAdd %u32 %at %5 %0 %1
             OpBranch %end
             %no = OpLabel
             %old = {operator} %u32 %at %5 %0 %1
             OpBranch %end
             %end = OpLabel"
        ))
    };
    shows("mixed operators", &body("OpAtomicXor"), &body("OpAtomicIAdd"));
    let right = Frame { access: Access::Accumulate(Combine::Add), ..body("OpAtomicIAdd") };
    assert_eq!(right.y()[1], 21 + 8);
}

#[test]
fn a_scope_reaches_all_who_touch_the_cell() {
    let body = |scope: &str| frame(&format!("%old = OpAtomicIAdd %u32 %yi {scope} %0 %1"));
    shows("narrow scope", &body("%2"), &body("%5"));
    let shared = |scope: &str| frame(&format!("OpStore %sl %0\n%old = OpAtomicIAdd %u32 %sl {scope} %0 %1"));
    shows("narrow scope", &shared("%3"), &shared("%2"));
}

/// What an atomic operation finds depends on the order of lanes.
#[test]
fn what_was_there_before_is_not_to_be_seen() {
    let body = |value: &str| {
        frame(&format!(
            "%at = OpAccessChain %p_buf %y %0 %0
             %c = OpULessThan %bool %i %4
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %end
             %yes = OpLabel
             %old = OpAtomicIAdd %u32 %at %5 %0 %1
             %next = OpIAdd %u32 %i %4
             %there = OpAccessChain %p_buf %y %0 %next
             OpStore %there {value}
             OpBranch %end
             %end = OpLabel"
        ))
    };
    shows("depends on device", &body("%old"), &body("%i"));
}

/// A guarded read of cell 0 races with the lane that writes it. Only its value must not matter.
#[test]
fn a_read_that_races_may_be_dropped() {
    let body = |value: &str| {
        frame(&format!(
            "OpStore %yi %i
             %near = OpULessThan %bool %n %i
             %there = OpSelect %u32 %near %i %0
             %at = OpAccessChain %p_buf %y %0 %there
             %w = OpLoad %u32 %at
             %kept = OpSelect %u32 %near %w %7
             OpStore %yi {value}"
        ))
    };
    let dropped = body("%kept");
    assert_eq!(dropped.y(), [7; 8]);
    assert!(!dropped.judge().ran.report.races.is_empty());
    let kept = body("%w");
    assert!(kept.found().iter().any(|kind| kind.starts_with("race")), "{:?}", kept.found());
}

#[test]
fn two_names_of_one_buffer_are_one_buffer() {
    let body =
        "%w = OpLoad %u32 %xi\n%back = OpISub %u32 %7 %i\n%at = OpAccessChain %p_buf %y %0 %back\nOpStore %at %w";
    let right = frame(body);
    let alias = right.clone().edit("OpDecorate %x Binding 1", "OpDecorate %x Binding 2");
    assert_eq!(right.y(), [17, 16, 15, 14, 13, 12, 11, 10]);
    let found = alias.found();
    assert!(found.iter().all(|kind| kind.starts_with("race")) && !found.is_empty(), "{found:?}");
}
