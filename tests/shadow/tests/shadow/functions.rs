//! Functions are called, and never in a circle.

use lockstep_shadow::read;

use crate::make::{Frame, frame};

const DOUBLE: &str = "
%double = OpFunction %u32 None %of
%p = OpFunctionParameter %u32
%q = OpFunctionParameter %u32
%inside = OpLabel
%kept = OpVariable %p_fn Function
OpStore %kept %p
%held = OpLoad %u32 %kept
%sum = OpIAdd %u32 %held %q
OpReturnValue %sum
OpFunctionEnd
";

fn calls() -> Frame {
    let mut frame = frame(
        "%one_sum = OpFunctionCall %u32 %double %i %7
         %two_sum = OpFunctionCall %u32 %double %one_sum %one_sum
         OpStore %yi %two_sum",
    );
    frame.before = "%of = OpTypeFunction %u32 %u32 %u32\n".into();
    frame.after = DOUBLE.into();
    frame
}

#[test]
fn a_function_gives_its_value() {
    assert_eq!(calls().y(), [14, 16, 18, 20, 22, 24, 26, 28]);
    let mut first = calls();
    first.before.push_str(&std::mem::take(&mut first.after));
    assert_eq!(first.y(), calls().y());
}

#[test]
fn a_variable_of_a_function_holds_nothing_at_first() {
    let broken = calls().edit("OpStore %kept %p", "");
    assert_eq!(broken.found(), ["uninitialised"]);
}

#[test]
fn functions_do_not_go_in_circles() {
    let circle = calls().edit("%sum = OpIAdd %u32 %held %q", "%sum = OpFunctionCall %u32 %double %held %q");
    let why = read(&circle.words()).unwrap_err();
    assert!(why.why.contains("circle"), "{why}");
}
