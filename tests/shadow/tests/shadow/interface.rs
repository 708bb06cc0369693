//! Code that does what its interface does not say.

use lockstep_module::{Access, Combine};

use crate::make::{Frame, frame, shows};

#[test]
fn what_is_read_only_is_not_written() {
    let right = frame("OpStore %yi %l");
    let read_only = right.clone().edit(
        "OpMemberDecorate %Out 0 Offset 0",
        "OpMemberDecorate %Out 0 Offset 0\nOpMemberDecorate %Out 0 NonWritable",
    );
    shows("writes read-only", &read_only, &right);
    let read = Frame { access: Access::In, ..frame("%w = OpLoad %u32 %yi") };
    shows("breaks access", &Frame { access: Access::In, ..right }, &read);
}

#[test]
fn what_is_combined_into_is_touched_in_no_other_way() {
    let add = |body: &str| Frame { access: Access::Accumulate(Combine::Add), ..frame(body) };
    let right = add("%old = OpAtomicIAdd %u32 %yi %5 %0 %1");
    shows("breaks access", &add("%old = OpAtomicXor %u32 %yi %5 %0 %1"), &right);
    shows("breaks access", &add("OpStore %yi %1"), &right);
    shows("breaks access", &add("%w = OpLoad %u32 %yi"), &right);
    let signed =
        Frame { access: Access::Accumulate(Combine::Minimum), ..frame("%old = OpAtomicSMin %u32 %yi %5 %0 %1") };
    let unsigned =
        Frame { access: Access::Accumulate(Combine::Minimum), ..frame("%old = OpAtomicUMin %u32 %yi %5 %0 %1") };
    shows("breaks access", &signed, &unsigned);
}

#[test]
fn trap_words_are_lowered_and_nothing_else() {
    let trap = |operation: &str| {
        frame(&format!("%t = OpAccessChain %p_buf %traps %0 %slot\n%old = {operation} %u32 %t %5 %0 %g"))
    };
    shows("breaks trap word", &trap("OpAtomicUMax"), &trap("OpAtomicUMin"));
    let far = frame(
        "%far = OpIAdd %u32 %slot %1\n%t = OpAccessChain %p_buf %traps %0 %far\n%old = OpAtomicUMin %u32 %t %5 %0 %g",
    );
    shows("out of range", &far, &trap("OpAtomicUMin"));
}

#[test]
fn buffers_are_those_of_the_interface() {
    let right = frame("OpStore %yi %l");
    shows("no such buffer", &right.clone().edit("OpDecorate %y Binding 2", "OpDecorate %y Binding 3"), &right);
}

#[test]
fn groups_have_the_lanes_that_are_claimed() {
    let right = frame("OpStore %yi %l");
    shows("other lanes", &Frame { lanes: 8, ..right.clone() }, &right);
}

#[test]
fn no_more_is_shared_than_is_claimed() {
    let right = frame("OpStore %yi %l");
    shows("more shared", &Frame { shared_bytes: 12, ..right.clone() }, &right);
}

/// A kernel that takes the number of its workgroup for that of its group is wrong once a dispatch is cut.
#[test]
fn slices_change_nothing() {
    let right = frame("OpStore %yi %g");
    assert_eq!(right.y(), [0, 0, 0, 0, 1, 1, 1, 1]);
    shows("depends on device", &right.clone().edit("OpStore %yi %g", "OpStore %yi %gx"), &right);
}

/// What a lane does is paid for, but for a little that is free.
#[test]
fn a_kernel_does_no_more_than_it_costs() {
    let right = crate::barriers::repeated("%31", "");
    shows("over bound", &Frame { weight: 0, ..right.clone() }, &right);
}
