//! Cells that are not there, and cells that hold nothing.

use lockstep_shadow::{Memory, What};

use crate::make::{frame, shows};

#[test]
fn a_buffer_past_its_end() {
    let read = |index: &str| {
        frame(&format!(
            "%far = OpIAdd %u32 %i {index}
             %at = OpAccessChain %p_buf %x %0 %far
             %w = OpLoad %u32 %at
             OpStore %yi %w"
        ))
    };
    shows("out of range", &read("%1"), &read("%0"));
    let found = read("%1").judge().findings[0].what;
    assert_eq!(found, What::OutOfRange { memory: Memory::Buffer(1), index: 8, length: 8 });
    let wrapped = read("%big").judge().findings[0].what;
    assert!(matches!(wrapped, What::OutOfRange { index: 0x4000_0000.., .. }), "{wrapped:?}");
}

#[test]
fn a_buffer_written_past_its_end() {
    let write = |index: &str| frame(&format!("%at = OpAccessChain %p_buf %y %0 {index}\nOpStore %at %1"));
    let one = crate::make::Frame { groups: 1, ..write("%l") };
    let far = crate::make::Frame {
        groups: 1,
        ..frame("%far = OpIMul %u32 %l %4\n%at = OpAccessChain %p_buf %y %0 %far\nOpStore %at %1")
    };
    shows("out of range", &far, &one);
}

#[test]
fn an_array_of_the_group_past_its_end() {
    let body = |index: &str| {
        frame(&format!("%far = OpIAdd %u32 %l {index}\n%at = OpAccessChain %p_wg %s %far\nOpStore %at %1"))
    };
    shows("out of range", &body("%1"), &body("%0"));
}

#[test]
fn an_array_of_the_lane_past_its_end() {
    let body = |index: &str| {
        frame(&format!("%far = OpIAdd %u32 %l {index}\n%at = OpAccessChain %p_fn %a %far\nOpStore %at %1"))
    };
    shows("out of range", &body("%most"), &body("%0"));
}

#[test]
fn push_constants_that_are_not_pushed() {
    let more = frame("").edit("%Push = OpTypeStruct %u32", "%Push = OpTypeStruct %u32 %u32");
    let more = more.edit(
        "OpMemberDecorate %Push 3 Offset 12",
        "OpMemberDecorate %Push 3 Offset 12\nOpMemberDecorate %Push 4 Offset 16",
    );
    let read = crate::make::Frame {
        body: "%at = OpAccessChain %p_push %push %4\n%w = OpLoad %u32 %at\nOpStore %yi %w".into(),
        ..more.clone()
    };
    shows("out of range", &read, &more);
}

#[test]
fn a_variable_that_holds_nothing() {
    let body = |store: &str| frame(&format!("{store}\n%w = OpLoad %u32 %v\nOpStore %yi %w"));
    shows("uninitialised", &body(""), &body("OpStore %v %l"));
}

#[test]
fn a_variable_that_one_way_leaves_empty() {
    let body = |otherwise: &str| {
        frame(&format!(
            "%c = OpULessThan %bool %l %3
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %no
             %yes = OpLabel
             OpStore %v %l
             OpBranch %end
             %no = OpLabel
             {otherwise}
             OpBranch %end
             %end = OpLabel
             %w = OpLoad %u32 %v
             OpStore %yi %w"
        ))
    };
    shows("uninitialised", &body(""), &body("OpStore %v %0"));
}

#[test]
fn a_cell_of_the_lane_that_holds_nothing() {
    let body = |store: &str| frame(&format!("OpStore {store} %1\n%w = OpLoad %u32 %al\nOpStore %yi %w"));
    shows("uninitialised", &body("%v"), &body("%al"));
}

#[test]
fn a_cell_of_the_group_that_holds_nothing() {
    let body = |store: &str| frame(&format!("OpStore {store} %1\n%w = OpLoad %u32 %sl\nOpStore %yi %w"));
    shows("uninitialised", &body("%v"), &body("%sl"));
    let atomic = |store: &str| frame(&format!("OpStore {store} %1\n%w = OpAtomicIAdd %u32 %sl %2 %0 %1"));
    shows("uninitialised", &atomic("%v"), &atomic("%sl"));
}

/// What the group before left in the array is nothing for this one.
#[test]
fn groups_leave_nothing_to_each_other() {
    let body = |condition: &str| {
        frame(&format!(
            "%c = {condition}
             OpSelectionMerge %end None
             OpBranchConditional %c %yes %end
             %yes = OpLabel
             OpStore %sl %l
             OpBranch %end
             %end = OpLabel
             %w = OpLoad %u32 %sl
             OpStore %yi %w"
        ))
    };
    shows("uninitialised", &body("OpULessThan %bool %g %1"), &body("OpULessThan %bool %g %2"));
}

#[test]
fn a_table_holds_its_cells() {
    let mut table = frame("%t = OpAccessChain %p_fn %a %l\n%w = OpLoad %u32 %t\nOpStore %yi %w");
    table.before = "%cells = OpConstantComposite %arr %7 %5 %3 %1\n".into();
    let table = table.edit("%a = OpVariable %p_arr Function", "%a = OpVariable %p_arr Function %cells");
    assert_eq!(table.y(), [7, 5, 3, 1, 7, 5, 3, 1]);
}
